// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How a value is read.
#include "qc/Analysis/Uses.h"

using namespace mlir;
using namespace qc;

// Both stop at the first use that decides: each reader of a value asks them.
OpOperand *qc::getOnlyUse(Value value) {
  OpOperand *only = nullptr;
  for (OpOperand &use : value.getUses()) {
    if (isa<ObserveOp>(use.getOwner()))
      continue;
    if (only)
      return nullptr;
    only = &use;
  }
  return only;
}

bool qc::feedsOnlyOutputs(Value value) {
  bool isRead = false;
  for (OpOperand &use : value.getUses()) {
    if (isa<ObserveOp>(use.getOwner()))
      continue;
    if (!isa<func::ReturnOp>(use.getOwner()))
      return false;
    isRead = true;
  }
  return isRead;
}

SmallVector<unsigned> qc::getActivationSlots(Operation *op) {
  auto facts = dyn_cast<QuantizationOpInterface>(op);
  if (!facts)
    return {};
  if (facts.getQuantRole() == QuantRole::Unary) // the bounds of a clip are no activations
    return {0};
  SmallVector<unsigned> slots;
  std::optional<unsigned> weight = facts.getWeightOperand(), bias = facts.getBiasOperand();
  for (unsigned i = 0; i < op->getNumOperands(); ++i)
    if (i != bias && (i != weight || !getConstantValue(op->getOperand(i))))
      slots.push_back(i);
  return slots;
}

QuantRole qc::getQuantRole(Operation *op) {
  auto facts = dyn_cast_or_null<QuantizationOpInterface>(op);
  return facts ? facts.getQuantRole() : QuantRole::Island;
}

bool qc::movesCodes(Operation *op) {
  QuantRole role = getQuantRole(op);
  return role == QuantRole::PassThrough || role == QuantRole::Concat;
}
