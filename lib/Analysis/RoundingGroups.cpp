// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contraction groups and unary chains.
#include "qc/Analysis/RoundingGroups.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Analysis/Uses.h"

using namespace mlir;
using namespace qc;

RoundingStyle qc::getRoundingStyle(ModuleOp module) {
  auto style = module->getAttrOfType<StringAttr>(QCDialect::kStyleAttr);
  return style && style.getValue() == "ort" ? RoundingStyle::Ort : RoundingStyle::Qc;
}

Operation *ContractionGroup::getTail() const {
  if (clamp)
    return clamp;
  return add ? add : contraction;
}

SmallVector<Operation *> ContractionGroup::getOperations() const {
  SmallVector<Operation *> operations{contraction};
  for (Operation *op : {add, clamp})
    if (op)
      operations.push_back(op);
  return operations;
}

unsigned ContractionGroup::getResidualSlot() const { return add->getOperand(0) == contraction->getResult(0) ? 1 : 0; }

/// The one operation that reads the result of `op`, if it is quantized and free.
static Operation *getNext(Operation *op, RoundingGroups::Predicate isQuantized,
                          const llvm::DenseSet<Operation *> &taken) {
  OpOperand *use = getOnlyUse(op->getResult(0));
  Operation *next = use ? use->getOwner() : nullptr;
  bool isNear = next && next->getBlock() == op->getBlock(); // what a branch computes stays there
  return isNear && isQuantized(next) && !taken.contains(next) ? next : nullptr;
}

ContractionGroup RoundingGroups::match(Operation *contraction, RoundingStyle style, Predicate isQuantized) const {
  ContractionGroup group;
  group.contraction = contraction;
  Operation *next = getNext(contraction, isQuantized, members);
  // One use of the contraction's result makes the other operand a different value.
  auto isShape = [&](Type type) { return type == contraction->getResult(0).getType(); };
  if (getRoundingTraits(next).isResidual && style == RoundingStyle::Qc && isShape(next->getResult(0).getType()) &&
      llvm::all_of(next->getOperandTypes(), isShape)) {
    group.add = next;
    next = getNext(next, isQuantized, members);
  }
  if (getRoundingTraits(next).isClamp)
    group.clamp = next;
  group.isRounded =
      style == RoundingStyle::Ort || group.getTail() != contraction || !feedsOnlyOutputs(contraction->getResult(0));
  return group;
}

void RoundingGroups::addGroup(const ContractionGroup &group) {
  groups.push_back(group);
  byTail[group.getTail()] = group.getOperations();
  for (Operation *op : group.getOperations()) {
    members.insert(op);
    if (op != group.getTail() || !group.isRounded)
      unrounded.insert(op);
  }
}

void RoundingGroups::findChains(func::FuncOp function, Predicate isQuantized) {
  llvm::DenseSet<Operation *> taken = members;
  auto isFree = [&](Operation *op) {
    return isQuantized(op) && getRoundingTraits(op).isTableStep && !taken.contains(op);
  };
  for (Operation *first : listOperations(function)) {
    if (!isFree(first))
      continue;
    UnaryChain chain;
    for (Operation *op = first; op && isFree(op); op = getNext(op, isQuantized, taken)) {
      if (!chain.empty())
        unrounded.insert(chain.back());
      chain.push_back(op);
      taken.insert(op);
    }
    byTail[chain.back()] = chain;
    chains.push_back(std::move(chain));
  }
}

RoundingGroups::RoundingGroups(func::FuncOp function, RoundingStyle style, Predicate isQuantized) {
  // Where both operands of an add qualify, the later contraction takes it.
  SmallVector<Operation *> operations = listOperations(function);
  for (Operation *op : llvm::reverse(operations))
    if (isQuantized(op) && getRoundingTraits(op).isContraction)
      addGroup(match(op, style, isQuantized));
  std::reverse(groups.begin(), groups.end());
  for (auto [index, group] : llvm::enumerate(groups))
    indices[group.contraction] = index;
  findChains(function, isQuantized);
}

SmallVector<Operation *> RoundingGroups::getOperations(Operation *tail) const {
  auto found = byTail.find(tail);
  return found == byTail.end() ? SmallVector<Operation *>{tail} : found->second;
}

const ContractionGroup *RoundingGroups::getGroup(Operation *op) const {
  auto found = indices.find(op);
  return found == indices.end() ? nullptr : &groups[found->second];
}
