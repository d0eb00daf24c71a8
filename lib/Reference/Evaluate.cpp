// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The evaluation of @main: operations in program order, values freed after their last use.
#include "qc/Reference/Evaluate.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace qc;

FailureOr<SmallVector<TensorValue>> qc::evaluateOp(Operation *op, ArrayRef<TensorValue> operands) {
  auto evaluation = dyn_cast<EvaluateOpInterface>(op);
  if (!evaluation)
    return op->emitError("'") << op->getName() << "' has no meaning in the reference evaluator, which takes operations "
                              << "of qc and dyadic before the kernels phase";
  SmallVector<TensorValue> results;
  if (failed(evaluation.evaluate(operands, results)))
    return failure();
  return results;
}

namespace {
/// The values that later operations still use.
class LiveValues {
public:
  void define(Value name, TensorValue value) {
    if (name.use_empty())
      return;
    uses[name] = std::distance(name.use_begin(), name.use_end());
    values[name] = std::move(value);
  }

  /// The operand values of `op`; forgets those that it is the last to use.
  SmallVector<TensorValue> take(Operation *op) {
    SmallVector<TensorValue> operands;
    for (Value operand : op->getOperands())
      operands.push_back(values[operand]);
    for (Value operand : op->getOperands())
      if (--uses[operand] == 0)
        values.erase(operand);
    return operands;
  }

private:
  llvm::DenseMap<Value, TensorValue> values;
  llvm::DenseMap<Value, int64_t> uses;
};
} // namespace

static LogicalResult checkInputs(func::FuncOp main, ArrayRef<TensorValue> inputs) {
  if (inputs.size() != main.getNumArguments())
    return main.emitError("expects ") << main.getNumArguments() << " inputs, got " << inputs.size();
  for (auto [i, input] : llvm::enumerate(inputs)) {
    auto expected = dyn_cast<RankedTensorType>(main.getArgumentTypes()[i]);
    if (!expected)
      return mlir::emitError(main.getArgument(i).getLoc(), "expects a tensor as input ")
             << i << ", got " << main.getArgumentTypes()[i];
    if (input.getType() && input.getType().getElementType() == expected.getElementType() &&
        succeeded(verifyCompatibleShape(expected, input.getType())))
      continue;
    InFlightDiagnostic error = mlir::emitError(main.getArgument(i).getLoc(), "expects input ") << i;
    error << " of type " << expected << ", got ";
    return input.getType() ? error << input.getType() : error << "none";
  }
  return success();
}

static FailureOr<func::FuncOp> findMain(ModuleOp module) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  if (!main || main.isExternal())
    return module.emitError("expects a function @main with a body");
  if (!main.getBody().hasOneBlock())
    return main.emitError("expects one block in @main, got ") << main.getBody().getBlocks().size();
  return main;
}

FailureOr<std::vector<TensorValue>> qc::evaluateMain(ModuleOp module, ArrayRef<TensorValue> inputs,
                                                     const EvaluationObserver &observer) {
  FailureOr<func::FuncOp> main = findMain(module);
  if (failed(main) || failed(checkInputs(*main, inputs)))
    return failure();
  LiveValues live;
  for (auto [name, value] : llvm::zip_equal(main->getArguments(), inputs))
    live.define(name, value);
  for (Operation &op : main->getBody().front()) {
    SmallVector<TensorValue> operands = live.take(&op);
    if (isa<func::ReturnOp>(op))
      return std::vector<TensorValue>(operands.begin(), operands.end());
    if (auto observe = dyn_cast<ObserveOp>(op)) {
      if (observer)
        observer(observe.getStats(), operands.front());
      continue;
    }
    FailureOr<SmallVector<TensorValue>> results = evaluateOp(&op, operands);
    if (failed(results))
      return failure();
    for (auto [name, value] : llvm::zip_equal(op.getResults(), *results))
      live.define(name, std::move(value));
  }
  return main->emitError("expects @main to end in func.return");
}
