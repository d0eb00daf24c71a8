// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rounding groups and unary chains.
#include "qc/Analysis/RoundingGroups.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Analysis/Uses.h"

using namespace mlir;
using namespace qc;

RoundingStyle qc::getRoundingStyle(ModuleOp module) {
  auto style = module->getAttrOfType<StringAttr>(QCDialect::kStyleAttr);
  return style && style.getValue() == "ort" ? RoundingStyle::Ort : RoundingStyle::Qc;
}

bool RoundingGroup::isContraction() const { return getRoundingTraits(root).isContraction; }

Operation *RoundingGroup::getTail() const {
  if (clamp)
    return clamp;
  return add ? add : root;
}

SmallVector<Operation *> RoundingGroup::getOperations() const {
  SmallVector<Operation *> operations;
  for (Operation *op : {softmax, root, add, clamp})
    if (op)
      operations.push_back(op);
  return operations;
}

unsigned RoundingGroup::getResidualSlot() const { return add->getOperand(0) == root->getResult(0) ? 1 : 0; }

/// The one operation that reads the result of `op`, if it is quantized and free.
static Operation *getNext(Operation *op, RoundingGroups::Predicate isQuantized,
                          const llvm::DenseSet<Operation *> &taken) {
  OpOperand *use = getOnlyUse(op->getResult(0));
  Operation *next = use ? use->getOwner() : nullptr;
  bool isNear = next && next->getBlock() == op->getBlock(); // what a branch computes stays there
  return isNear && isQuantized(next) && !taken.contains(next) ? next : nullptr;
}

// The softmax whose weights a product of two activations takes: as its left operand, row by row, and nothing else reads
// them.
static Operation *findSoftmax(Operation *root, RoundingGroups::Predicate isQuantized,
                              const llvm::DenseSet<Operation *> &taken) {
  auto product = dyn_cast<MatMulOp>(root);
  if (!product || product.getBias() || getDataOperands(root).size() != 2)
    return nullptr;
  Operation *softmax = product.getA().getDefiningOp();
  bool isSoftmax = getRoundingTraits(softmax).isWeighting && isQuantized(softmax) && !taken.contains(softmax) &&
                   softmax->getBlock() == root->getBlock();
  return isSoftmax && getOnlyUse(product.getA()) && isa_and_nonnull<RankedTensorType>(product.getB().getType()) &&
                 cast<RankedTensorType>(product.getB().getType()).getRank() >= 2
             ? softmax
             : nullptr;
}

RoundingGroup RoundingGroups::match(Operation *root, RoundingStyle style, Predicate isQuantized) const {
  RoundingGroup group;
  group.root = root;
  if (group.isContraction() && style == RoundingStyle::Qc)
    group.softmax = findSoftmax(root, isQuantized, members);
  Operation *next = getNext(root, isQuantized, members);
  // One use of the contraction's result makes the other operand a different value.
  auto isShape = [&](Type type) { return type == root->getResult(0).getType(); };
  if (group.isContraction() && !group.softmax && getRoundingTraits(next).isResidual && style == RoundingStyle::Qc &&
      isShape(next->getResult(0).getType()) && llvm::all_of(next->getOperandTypes(), isShape)) {
    group.add = next;
    next = getNext(next, isQuantized, members);
  }
  if (getRoundingTraits(next).isClamp)
    group.clamp = next;
  group.isRounded = !group.isContraction() || group.softmax || style == RoundingStyle::Ort || group.getTail() != root ||
                    !feedsOnlyOutputs(root->getResult(0));
  return group;
}

void RoundingGroups::addGroup(const RoundingGroup &group) {
  groups.push_back(group);
  byTail[group.getTail()] = group.getOperations();
  for (Operation *op : group.getOperations()) {
    members.insert(op);
    if (op != group.getTail() || !group.isRounded)
      unrounded.insert(op);
  }
}

// The next step of a chain that `op` has begun: any, or, as ONNX Runtime rounds, a clamp.
static Operation *getNextStep(Operation *op, RoundingStyle style, RoundingGroups::Predicate isQuantized,
                              const llvm::DenseSet<Operation *> &taken) {
  Operation *next = getNext(op, isQuantized, taken);
  RoundingTraits traits = getRoundingTraits(next);
  return traits.isTableStep && (style == RoundingStyle::Qc || traits.isClamp) ? next : nullptr;
}

void RoundingGroups::findChains(ArrayRef<Operation *> operations, RoundingStyle style, Predicate isQuantized) {
  llvm::DenseSet<Operation *> taken = members;
  for (Operation *first : operations) {
    if (!isQuantized(first) || !getRoundingTraits(first).isTableStep || taken.contains(first))
      continue;
    UnaryChain chain;
    for (Operation *op = first; op; op = getNextStep(op, style, isQuantized, taken)) {
      if (!chain.empty())
        unrounded.insert(chain.back());
      chain.push_back(op);
      taken.insert(op);
    }
    byTail[chain.back()] = chain;
    chains.push_back(std::move(chain));
  }
}

// Whether `op` is rounded by a Requant of its own, in which a clamp behind it has a place.
static bool isRescaled(Operation *op) { return isa<RequantPlanOpInterface>(op) && !getRoundingTraits(op).isTableStep; }

RoundingGroups::RoundingGroups(func::FuncOp function, RoundingStyle style, Predicate isQuantized) {
  SmallVector<Operation *> operations = listOperations(function);
  llvm::DenseMap<Operation *, size_t> order;
  for (Operation *op : operations)
    order.try_emplace(op, order.size());
  // Where both operands of an add qualify, the later contraction takes it. What no contraction takes begins groups.
  for (Operation *op : llvm::reverse(operations))
    if (isQuantized(op) && getRoundingTraits(op).isContraction)
      addGroup(match(op, style, isQuantized));
  for (Operation *op : operations)
    if (isQuantized(op) && isRescaled(op) && !members.contains(op))
      addGroup(match(op, style, isQuantized));
  llvm::sort(groups, [&](const RoundingGroup &a, const RoundingGroup &b) { return order[a.root] < order[b.root]; });
  for (auto [index, group] : llvm::enumerate(groups))
    indices[group.root] = index;
  findChains(operations, style, isQuantized);
}

SmallVector<Operation *> RoundingGroups::getOperations(Operation *tail) const {
  auto found = byTail.find(tail);
  return found == byTail.end() ? SmallVector<Operation *>{tail} : found->second;
}

const RoundingGroup *RoundingGroups::getGroup(Operation *op) const {
  auto found = indices.find(op);
  return found == indices.end() ? nullptr : &groups[found->second];
}
