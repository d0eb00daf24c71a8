// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Masks of softmaxes.
#include "qc/Analysis/Masks.h"
#include "mlir/IR/BuiltinOps.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Analysis/Uses.h"

using namespace mlir;
using namespace qc;

static bool isFloat(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.getElementType().isF32();
}

// What masks are computed with, element by element.
static bool isMaskArithmetic(Operation *op) {
  return isa<AddOp, SubOp, MulOp, DivOp, MaxOp, MinOp, ClipOp, WhereOp>(op);
}

// Whether the lowest of the values that `op` compares count for nothing.
static bool comparesValues(Operation *op) {
  auto extreme = dyn_cast<ArgReduceOp>(op);
  auto extremes = dyn_cast<TopKOp>(op);
  return isa<SoftmaxOp, LogSoftmaxOp>(op) || (extreme && extreme.getKind() == Extreme::Max) ||
         (extremes && extremes.getKind() == Extreme::Max);
}

// The operands that a mask may come from: a divisor is none.
static OperandRange getMaskedOperands(Operation *op) {
  return isa<DivOp>(op) ? op->getOperands().take_front(1) : op->getOperands();
}

llvm::DenseSet<Value> qc::findSoftmaxInputs(func::FuncOp main) {
  llvm::DenseSet<Value> inputs;
  // Backward: the readers of a value stand behind it.
  SmallVector<Operation *> operations = listOperations(main);
  for (Operation *op : llvm::reverse(operations)) {
    bool carries = isMaskArithmetic(op) || movesCodes(op);
    if (comparesValues(op) || (carries && inputs.contains(op->getResult(0))))
      for (Value operand : llvm::make_filter_range(getMaskedOperands(op), isFloat))
        inputs.insert(operand);
  }
  return inputs;
}

// Adds what computes with the results of masks, such as a temperature that divides them.
static void addFollowers(func::FuncOp main, const llvm::DenseSet<Value> &inputs, llvm::DenseSet<Operation *> &masks) {
  llvm::DenseSet<Value> masked;
  for (Operation *op : listOperations(main)) {
    bool reads = llvm::any_of(getMaskedOperands(op), [&](Value operand) { return masked.contains(operand); });
    if (reads && (isa<SoftmaxOp>(op) || (isMaskArithmetic(op) && inputs.contains(op->getResult(0)))))
      masks.insert(op);
    if (isa<SoftmaxOp>(op)) // its result is masked by nothing
      continue;
    if (masks.contains(op) || (reads && movesCodes(op)))
      masked.insert(op->getResult(0));
  }
}

// Whether `op` makes such values where a condition says so that no sample may have met: it chooses a constant, adds or
// multiplies by one, some of whose elements are low enough.
static bool takesMask(Operation *op) {
  if (!isa<AddOp, MulOp, WhereOp>(op))
    return false;
  for (Value operand : llvm::make_filter_range(op->getOperands(), isFloat)) {
    std::optional<TensorValue> constant = getTensorValue(getConstantValue(operand));
    if (constant && llvm::any_of(constant->getData<float>(), [](float element) { return element <= maskLimit; }))
      return true;
  }
  return false;
}

llvm::DenseSet<Operation *> qc::findMasks(func::FuncOp main) {
  llvm::DenseSet<Operation *> masks;
  llvm::DenseSet<Value> inputs = findSoftmaxInputs(main);
  SymbolTable symbols(main->getParentOfType<ModuleOp>());
  for (auto observe : collectOperations<ObserveOp>(main)) {
    auto stats = symbols.lookup<StatsOp>(observe.getStats());
    Operation *op = observe.getX().getDefiningOp();
    // A mask that is a bias, too: a contraction that makes such values.
    bool mayBeMask = op && (isMaskArithmetic(op) || isa<ConvOp, MatMulOp, GemmOp>(op));
    if (stats && mayBeMask && inputs.contains(observe.getX()) && stats.getMin().convertToFloat() <= maskLimit)
      masks.insert(op);
  }
  for (Operation *op : listOperations(main))
    if (op->getNumResults() == 1 && inputs.contains(op->getResult(0)) && takesMask(op))
      masks.insert(op);
  addFollowers(main, inputs, masks);
  return masks;
}
