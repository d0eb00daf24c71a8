// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contraction groups and unary chains.
#include "qc/Analysis/RoundingGroups.h"
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

unsigned ContractionGroup::getResidualSlot() const { return add->getOperand(0) == contraction->getResult(0) ? 1 : 0; }

/// The one operation that reads the result of `op`, if it is quantized and free.
static Operation *getNext(Operation *op, RoundingGroups::Predicate isQuantized,
                          const llvm::DenseSet<Operation *> &taken) {
  OpOperand *use = getOnlyUse(op->getResult(0));
  Operation *next = use ? use->getOwner() : nullptr;
  return next && isQuantized(next) && !taken.contains(next) ? next : nullptr;
}

ContractionGroup RoundingGroups::match(Operation *contraction, RoundingStyle style, Predicate isQuantized) const {
  ContractionGroup group;
  group.contraction = contraction;
  Operation *next = getNext(contraction, isQuantized, members);
  auto add = dyn_cast_or_null<AddOp>(next);
  // One use of the contraction's result makes the other operand a different value.
  if (add && style == RoundingStyle::Qc && add.getA().getType() == add.getB().getType() &&
      add.getType() == add.getA().getType()) {
    group.add = add;
    next = getNext(next, isQuantized, members);
  }
  if (isa_and_nonnull<ReluOp, ClipOp>(next) && getQuantRole(next) == QuantRole::Unary)
    group.clamp = next;
  group.isRounded =
      style == RoundingStyle::Ort || group.getTail() != contraction || !feedsOnlyOutputs(contraction->getResult(0));
  return group;
}

void RoundingGroups::addGroup(const ContractionGroup &group) {
  groups.push_back(group);
  for (Operation *op : {group.contraction, group.add, group.clamp})
    if (op) {
      members.insert(op);
      if (op != group.getTail() || !group.isRounded)
        unrounded.insert(op);
    }
}

void RoundingGroups::findChains(func::FuncOp function, Predicate isQuantized) {
  llvm::DenseSet<Operation *> taken = members;
  auto isFree = [&](Operation *op) {
    return isQuantized(op) && getQuantRole(op) == QuantRole::Unary && !taken.contains(op);
  };
  for (Operation &first : function.front()) {
    if (!isFree(&first))
      continue;
    UnaryChain chain;
    for (Operation *op = &first; op && isFree(op); op = getNext(op, isQuantized, taken)) {
      if (!chain.empty())
        unrounded.insert(chain.back());
      chain.push_back(op);
      taken.insert(op);
    }
    chains.push_back(std::move(chain));
  }
}

RoundingGroups::RoundingGroups(func::FuncOp function, RoundingStyle style, Predicate isQuantized) {
  // Where both operands of an add qualify, the later contraction takes it.
  for (Operation &op : llvm::reverse(function.front()))
    if (isQuantized(&op) && getQuantRole(&op) == QuantRole::Contraction)
      addGroup(match(&op, style, isQuantized));
  std::reverse(groups.begin(), groups.end());
  for (auto [index, group] : llvm::enumerate(groups))
    indices[group.contraction] = index;
  findChains(function, isQuantized);
}

const ContractionGroup *RoundingGroups::getGroup(Operation *op) const {
  auto found = indices.find(op);
  return found == indices.end() ? nullptr : &groups[found->second];
}
