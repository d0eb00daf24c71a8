// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Values that share scale and zero point.
#include "qc/Analysis/TieGroups.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Analysis/Uses.h"

using namespace mlir;
using namespace qc;

TieGroups::TieGroups(func::FuncOp function, Predicate isQuantized, Predicate isWide) {
  auto getTraits = [&](Operation *op) { return isQuantized(op) ? getRoundingTraits(op) : RoundingTraits(); };
  auto isOfWidth = [&](Value value, Operation *reader) {
    Operation *producer = value.getDefiningOp();
    return !producer || !isQuantized(producer) || isWide(producer) == isWide(reader);
  };
  SmallVector<Operation *> operations = listOperations(function);
  // Backward: the only reader of a value stands behind it, and is finished when the value is reached.
  for (Operation *op : llvm::reverse(operations)) {
    RoundingTraits traits = getTraits(op);
    Value leader;
    if (traits.joinsOperands)
      leader = getLeader(op->getResult(0));
    else if (traits.movesCodes)
      leader = joined.lookup(op->getResult(0));
    if (!leader)
      continue;
    for (unsigned slot : getDataOperands(op))
      if (Value operand = op->getOperand(slot);
          getOnlyUse(operand) && !getConstantValue(operand) && isOfWidth(operand, op))
        joined[operand] = leader;
  }
  for (Operation *op : operations)
    if (RoundingTraits traits = getTraits(op); traits.movesCodes && !traits.joinsOperands)
      moved[op->getResult(0)] = getLeader(op->getOperand(0));
}

Value TieGroups::getLeader(Value value) const {
  if (Value leader = moved.lookup(value))
    return leader;
  Value leader = joined.lookup(value);
  return leader ? leader : value;
}
