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

  /// The operand values of `op`; forgets those that it is the last to use. What is defined outside of its region stays:
  /// a loop comes back.
  SmallVector<TensorValue> take(Operation *op) {
    SmallVector<TensorValue> operands;
    for (Value operand : op->getOperands())
      operands.push_back(values[operand]);
    release(op, op->getBlock());
    return operands;
  }

  /// Forgets what nothing but the regions of `op` still used.
  void leave(Operation *op) {
    op->walk([&](Operation *inner) {
      if (inner != op)
        release(inner, op->getBlock());
    });
  }

private:
  void release(Operation *op, Block *block) {
    for (Value operand : op->getOperands())
      if (operand.getParentBlock() == block && --uses[operand] == 0)
        values.erase(operand);
  }

  llvm::DenseMap<Value, TensorValue> values;
  llvm::DenseMap<Value, int64_t> uses;
};

/// The values of a block, a branch, a loop.
class Evaluator {
public:
  explicit Evaluator(const EvaluationObserver &observer) : observer(observer) {}

  /// The operands of the terminator, for `arguments` of the block.
  FailureOr<SmallVector<TensorValue>> run(Block &block, ArrayRef<TensorValue> arguments);

private:
  FailureOr<SmallVector<TensorValue>> evaluate(Operation *op, ArrayRef<TensorValue> operands);
  FailureOr<SmallVector<TensorValue>> evaluateLoop(LoopOp op, ArrayRef<TensorValue> operands);

  const EvaluationObserver &observer;
  LiveValues live;
};
} // namespace

FailureOr<SmallVector<TensorValue>> Evaluator::run(Block &block, ArrayRef<TensorValue> arguments) {
  for (auto [name, value] : llvm::zip_equal(block.getArguments(), arguments))
    live.define(name, value);
  for (Operation &op : block) {
    SmallVector<TensorValue> operands = live.take(&op);
    if (isa<func::ReturnOp, YieldOp>(op))
      return operands;
    FailureOr<SmallVector<TensorValue>> results = evaluate(&op, operands);
    if (failed(results))
      return failure();
    live.leave(&op);
    for (auto [name, value] : llvm::zip_equal(op.getResults(), *results))
      live.define(name, std::move(value));
  }
  return block.getParentOp()->emitError("expects a body that ends in func.return or qc.yield");
}

FailureOr<SmallVector<TensorValue>> Evaluator::evaluate(Operation *op, ArrayRef<TensorValue> operands) {
  if (auto observe = dyn_cast<ObserveOp>(op)) {
    if (observer)
      observer(observe.getStats(), operands.front());
    return SmallVector<TensorValue>();
  }
  if (auto choice = dyn_cast<IfOp>(op))
    return run(operands.front().getInteger(0) != 0 ? choice.getThenBody().front() : choice.getElseBody().front(), {});
  if (auto loop = dyn_cast<LoopOp>(op))
    return evaluateLoop(loop, operands);
  return evaluateOp(op, operands);
}

// The elements of one scan output, one after the other.
static FailureOr<TensorValue> joinElements(LoopOp op, ArrayRef<TensorValue> elements, Type type, bool isBackward) {
  auto result = cast<RankedTensorType>(type);
  SmallVector<int64_t> shape{int64_t(elements.size())};
  // Without an iteration nothing says more than the type.
  for (int64_t size : elements.empty() ? result.getShape().drop_front() : elements.front().getShape())
    shape.push_back(ShapedType::isDynamic(size) ? 0 : size);
  TensorValue joined(RankedTensorType::get(shape, result.getElementType()));
  MutableArrayRef<char> to = joined.mutableData<char>();
  for (auto [i, element] : llvm::enumerate(elements)) {
    if (element.getType() != elements.front().getType())
      return op.emitOpError("expects elements of a scan output of one shape, got ")
             << elements.front().getType() << " and " << element.getType();
    size_t place = isBackward ? elements.size() - 1 - i : i, bytes = element.getRawData().size();
    llvm::copy(element.getRawData(), to.begin() + ptrdiff_t(place * bytes));
  }
  return joined;
}

FailureOr<SmallVector<TensorValue>> Evaluator::evaluateLoop(LoopOp op, ArrayRef<TensorValue> operands) {
  int64_t trips = op.getTrips() ? operands.front().getInteger(0) : INT64_MAX;
  bool goesOn = !op.getCondition() || operands[op.getTrips() ? 1 : 0].getInteger(0) != 0;
  SmallVector<TensorValue> carried(operands.take_back(op.getNumCarried()));
  std::vector<SmallVector<TensorValue>> scans(op.getBackward().size());
  for (int64_t i = 0; i < trips && goesOn; ++i) {
    TensorValue iteration(cast<RankedTensorType>(op.getIteration().getType()));
    iteration.setInteger(0, i);
    SmallVector<TensorValue> arguments{iteration};
    llvm::append_range(arguments, carried);
    FailureOr<SmallVector<TensorValue>> yielded = run(op.getBody().front(), arguments);
    if (failed(yielded))
      return failure();
    goesOn = yielded->front().getInteger(0) != 0;
    for (auto [k, value] : llvm::enumerate(carried)) {
      if ((*yielded)[1 + k].getType() != value.getType())
        return op.emitOpError("expects carried values that keep their shapes, got one that is ")
               << value.getType() << " and becomes " << (*yielded)[1 + k].getType();
      value = (*yielded)[1 + k];
    }
    for (auto [k, elements] : llvm::enumerate(scans))
      elements.push_back((*yielded)[1 + carried.size() + k]);
  }
  SmallVector<TensorValue> results = carried;
  for (auto [k, elements] : llvm::enumerate(scans)) {
    FailureOr<TensorValue> joined =
        joinElements(op, elements, op.getResult(unsigned(carried.size() + k)).getType(), op.getBackward()[k]);
    if (failed(joined))
      return failure();
    results.push_back(*joined);
  }
  return results;
}

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
  FailureOr<SmallVector<TensorValue>> results = Evaluator(observer).run(main->getBody().front(), inputs);
  if (failed(results))
    return failure();
  return std::vector<TensorValue>(results->begin(), results->end());
}
