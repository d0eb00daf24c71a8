// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Masks of softmaxes.
#include "qc/Analysis/Masks.h"
#include "mlir/IR/BuiltinOps.h"
#include "qc/Analysis/Uses.h"

using namespace mlir;
using namespace qc;

static bool isFloat(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.getElementType().isF32();
}

llvm::DenseSet<Value> qc::findSoftmaxInputs(func::FuncOp main) {
  llvm::DenseSet<Value> inputs;
  // Backward: the readers of a value stand behind it.
  for (Operation &op : llvm::reverse(main.front())) {
    bool carries = isa<AddOp, MulOp, WhereOp>(op) || movesCodes(&op);
    if (isa<SoftmaxOp, LogSoftmaxOp>(op) || (carries && inputs.contains(op.getResult(0))))
      for (Value operand : llvm::make_filter_range(op.getOperands(), isFloat))
        inputs.insert(operand);
  }
  return inputs;
}

llvm::DenseSet<Operation *> qc::findMasks(func::FuncOp main) {
  llvm::DenseSet<Operation *> masks;
  llvm::DenseSet<Value> inputs = findSoftmaxInputs(main);
  SymbolTable symbols(main->getParentOfType<ModuleOp>());
  for (auto observe : main.front().getOps<ObserveOp>()) {
    auto stats = symbols.lookup<StatsOp>(observe.getStats());
    Operation *op = observe.getX().getDefiningOp();
    if (stats && isa_and_nonnull<AddOp, MulOp, WhereOp>(op) && inputs.contains(observe.getX()) &&
        stats.getMin().convertToFloat() <= maskLimit)
      masks.insert(op);
  }
  return masks;
}
