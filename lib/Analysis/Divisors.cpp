// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Values that only divide.
#include "qc/Analysis/Divisors.h"
#include "qc/Analysis/Uses.h"

using namespace mlir;
using namespace qc;

// Whether what `op` is given divides if its result does.
static bool carries(Operation *op) {
  RoundingTraits traits = getRoundingTraits(op);
  return traits.movesCodes || traits.isTableStep || traits.isClamp ||
         isa<AddOp, SubOp, MulOp, ReduceOp, GlobalAvgPoolOp>(op);
}

static bool divides(OpOperand &use, const llvm::DenseSet<Operation *> &divisors) {
  Operation *op = use.getOwner();
  return isa<ObserveOp>(op) || (isa<DivOp>(op) && use.getOperandNumber() == 1) ||
         (divisors.contains(op) && carries(op));
}

llvm::DenseSet<Operation *> qc::findDivisors(func::FuncOp main) {
  llvm::DenseSet<Operation *> divisors;
  // Backward: the readers of a value stand behind it.
  for (Operation &op : llvm::reverse(main.front())) {
    if (op.getNumResults() != 1 || getRoundingTraits(&op).isContraction)
      continue;
    Value result = op.getResult(0);
    bool isRead = llvm::any_of(result.getUsers(), [](Operation *user) { return !isa<ObserveOp>(user); });
    if (isRead && llvm::all_of(result.getUses(), [&](OpOperand &use) { return divides(use, divisors); }))
      divisors.insert(&op);
  }
  return divisors;
}
