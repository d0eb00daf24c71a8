// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Angles.
#include "qc/Analysis/Angles.h"
#include "mlir/IR/BuiltinOps.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Analysis/Uses.h"

using namespace mlir;
using namespace qc;

// Radians that 255 steps of a code may span: a sine is off by a 64th at most.
static constexpr float kMostRadians = 8;

// The values that were observed within so few radians that codes tell them apart.
static llvm::DenseSet<Value> findNarrowValues(func::FuncOp main) {
  llvm::DenseSet<Value> narrow;
  SymbolTable symbols(main->getParentOfType<ModuleOp>());
  for (auto observe : collectOperations<ObserveOp>(main)) {
    auto stats = symbols.lookup<StatsOp>(observe.getStats());
    // A code's range holds 0.
    if (stats && std::max(stats.getMax().convertToFloat(), 0.0f) - std::min(stats.getMin().convertToFloat(), 0.0f) <=
                     kMostRadians)
      narrow.insert(observe.getX());
  }
  return narrow;
}

static bool isElementwise(Operation *op) { return isa<AddOp, SubOp, MulOp, DivOp, NegOp>(op) || movesCodes(op); }

llvm::DenseSet<Operation *> qc::findAngles(func::FuncOp main) {
  llvm::DenseSet<Operation *> angles;
  llvm::DenseSet<Value> narrow = findNarrowValues(main);
  // Backward: the readers of a value stand behind it.
  SmallVector<Operation *> operations = listOperations(main);
  for (Operation *op : llvm::reverse(operations)) {
    if (isa<SinOp, CosOp>(op)) {
      if (!narrow.contains(op->getOperand(0)))
        angles.insert(op);
      continue;
    }
    if (op->getNumResults() != 1 || !isElementwise(op))
      continue;
    bool isRead = false, onlyTurns = true;
    for (Operation *user : op->getResult(0).getUsers()) {
      if (isa<ObserveOp>(user))
        continue;
      isRead = true;
      onlyTurns &= angles.contains(user);
    }
    if (isRead && onlyTurns)
      angles.insert(op);
  }
  return angles;
}
