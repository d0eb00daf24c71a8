// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operations whose integer forms may depend on one another.
#include "DecisionGroups.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Analysis/Uses.h"

using namespace mlir;
using namespace qc;

// Moves share the parameters of what they read and of what reads them (TieGroups); an operation that is applied to
// another one's result may take over its rounding (RoundingGroups). What is joined does not depend on what else is: a
// concat has parameters of its own as long as one of its operands is int8.
static bool mayDepend(Operation *producer, Operation *reader) {
  if (isa<qc::ConstantOp>(producer)) // each reader has codes of its own
    return false;
  if (getRoundingTraits(reader).joinsOperands)
    return false;
  if (movesCodes(producer) || movesCodes(reader) || getRoundingTraits(reader).isTableStep ||
      getRoundingTraits(producer).isWeighting)
    return true;
  return getRoundingTraits(reader).isResidual && getRoundingTraits(producer).isContraction;
}

DecisionGroups::DecisionGroups(func::FuncOp main) {
  for (Operation *op : listOperations(main)) {
    groups.insert(op);
    for (Value operand : op->getOperands())
      if (Operation *producer = operand.getDefiningOp())
        if (mayDepend(producer, op))
          groups.unionSets(producer, op);
  }
}

bool DecisionGroups::isNextTo(Operation *op, const llvm::DenseSet<Operation *> &leaders) const {
  return leaders.contains(getLeader(op)) ||
         (getRoundingTraits(op).joinsOperands && llvm::any_of(op->getOperands(), [&](Value operand) {
            Operation *producer = operand.getDefiningOp();
            return producer && leaders.contains(getLeader(producer));
          }));
}
