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

SmallVector<unsigned> qc::getDataOperands(Operation *op) {
  auto form = dyn_cast_or_null<IntegerFormOpInterface>(op);
  return form ? form.getDataOperands() : SmallVector<unsigned>();
}

RoundingTraits qc::getRoundingTraits(Operation *op) {
  auto form = dyn_cast_or_null<IntegerFormOpInterface>(op);
  return form ? form.getRoundingTraits() : RoundingTraits();
}
