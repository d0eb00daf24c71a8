// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Branches and loops: constraints, shapes of their results.
#include "Verification.h"

using namespace mlir;
using namespace qc;

// That `value` has one element, as far as that is known.
static LogicalResult verifyOneElement(Operation *op, StringRef name, Value value) {
  RankedTensorType type = getTensor(value);
  if (type.hasStaticShape() ? type.getNumElements() == 1 : !llvm::is_contained(type.getShape(), 0))
    return success();
  return op->emitOpError("expects a ") << name << " of one element, got " << type;
}

static LogicalResult verifyFits(Operation *op, const Twine &what, Type actual, Type expected) {
  auto a = cast<RankedTensorType>(actual), b = cast<RankedTensorType>(expected);
  if (a.getElementType() == b.getElementType() && succeeded(verifyCompatibleShape(a, b)))
    return success();
  return op->emitOpError("expects ") << what << " of type " << expected << ", got " << actual;
}

static YieldOp getYieldOf(Region &region) {
  Block &block = region.front();
  return block.empty() ? YieldOp() : dyn_cast<YieldOp>(block.back());
}

YieldOp IfOp::getYield(unsigned branch) { return getYieldOf(branch == 0 ? getThenBody() : getElseBody()); }
YieldOp LoopOp::getYield() { return getYieldOf(getBody()); }

LogicalResult IfOp::verifyRegions() {
  if (failed(verifyOneElement(*this, "condition", getCondition()))) // if_c1
    return failure();
  for (unsigned branch : {0u, 1u}) {
    YieldOp yield = getYield(branch);
    if (!yield || (branch == 0 ? getThenBody() : getElseBody()).getNumArguments() != 0) // if_c2
      return emitOpError("expects branches without arguments that end in qc.yield");
    if (yield.getNumOperands() != getNumResults()) // if_c3
      return emitOpError("expects ") << getNumResults() << " values from each branch, got " << yield.getNumOperands();
    for (auto [i, value] : llvm::enumerate(yield.getOperands())) // if_c3
      if (failed(verifyFits(*this, "value " + Twine(i) + " of a branch", value.getType(),
                            getResult(unsigned(i)).getType())))
        return failure();
  }
  return success();
}

// The dimension that is `a` where the condition holds, else `b`.
static Dim join(ShapeMath &math, Value condition, Dim a, Dim b) {
  if (math.areEqual(a, b))
    return a.getKnown() ? a : b;
  std::optional<Dims> contents = math.getContents(condition);
  return contents && contents->size() == 1 ? math.select(contents->front(), a, b) : Dim::unknown();
}

SmallVector<Dims> IfOp::inferShapes(ShapeMath &math) {
  SmallVector<Dims> shapes;
  for (auto [i, result] : llvm::enumerate(getResults())) {
    TensorShape a = math.getShape(getYield(0).getOperand(unsigned(i))),
                b = math.getShape(getYield(1).getOperand(unsigned(i)));
    Dims dims;
    for (size_t d = 0; d < a.getRank() && d < b.getRank(); ++d)
      dims.push_back(join(math, getCondition(), a[d], b[d]));
    shapes.push_back(math.complete(result, dims));
  }
  return shapes;
}

std::optional<Dims> IfOp::inferContents(ShapeMath &math, unsigned result) {
  std::optional<Dims> condition = math.getContents(getCondition()),
                      a = math.getContents(getYield(0).getOperand(result)),
                      b = math.getContents(getYield(1).getOperand(result));
  if (!condition || condition->size() != 1 || !a || !b || a->size() != b->size())
    return std::nullopt;
  Dims contents;
  for (auto [x, y] : llvm::zip_equal(*a, *b))
    contents.push_back(math.areEqual(x, y) ? x : math.select(condition->front(), x, y));
  return contents;
}

// loop_c1, loop_c2
static LogicalResult verifyArguments(LoopOp op) {
  if (!op.getTrips() && !op.getCondition())
    return op.emitOpError("expects trips, a condition, or both");
  if ((op.getTrips() && failed(verifyOneElement(op, "number of trips", op.getTrips()))) ||
      (op.getCondition() && failed(verifyOneElement(op, "condition", op.getCondition()))))
    return failure();
  Block &body = op.getBody().front();
  auto scalar = RankedTensorType::get({}, IntegerType::get(op.getContext(), 64));
  if (body.getNumArguments() != 1 + op.getNumCarried() || body.getArgument(0).getType() != scalar)
    return op.emitOpError("expects a body with arguments for the iteration, ")
           << scalar << ", and " << op.getNumCarried() << " carried values";
  for (auto [i, init] : llvm::enumerate(op.getInits())) {
    if (!isa<RankedTensorType>(op.getCarried(i).getType()))
      return op.emitOpError("expects ranked tensors as carried values, got ") << op.getCarried(i).getType();
    if (failed(verifyFits(op, "carried value " + Twine(i), op.getCarried(i).getType(), init.getType())))
      return failure();
  }
  return success();
}

// loop_c3
static LogicalResult verifyYield(LoopOp op) {
  YieldOp yield = op.getYield();
  size_t carried = op.getNumCarried(), scans = op.getBackward().size();
  if (!yield || yield.getNumOperands() != 1 + carried + scans)
    return op.emitOpError("expects a body that yields a condition, ")
           << carried << " carried values and " << scans << " elements of scan outputs";
  auto condition = getTensor(yield.getOperand(0));
  if (!condition.getElementType().isInteger(1) || failed(verifyOneElement(op, "condition", yield.getOperand(0))))
    return op.emitOpError("expects a body that yields a condition first, got ") << condition;
  for (size_t i = 0; i < carried; ++i)
    if (failed(verifyFits(op, "a yielded value " + Twine(i), yield.getOperand(unsigned(1 + i)).getType(),
                          op.getCarried(i).getType())))
      return failure();
  return success();
}

LogicalResult LoopOp::verifyRegions() {
  if (failed(verifyArguments(*this)) || failed(verifyYield(*this)))
    return failure();
  size_t carried = getNumCarried();
  if (getNumResults() != carried + getBackward().size()) // loop_c4
    return emitOpError("expects ") << carried + getBackward().size() << " results, got " << getNumResults();
  for (auto [i, result] : llvm::enumerate(getResults())) {
    RankedTensorType expected =
        i < carried ? getTensor(getInits()[i]) : getTensor(getYield().getOperand(unsigned(1 + i)));
    if (i >= carried) {
      SmallVector<int64_t> shape{ShapedType::kDynamic};
      llvm::append_range(shape, expected.getShape());
      expected = RankedTensorType::get(shape, expected.getElementType());
    }
    if (failed(verifyFits(*this, "result " + Twine(i), result.getType(), expected))) // loop_c4
      return failure();
  }
  return success();
}

bool LoopOp::isCounted() {
  std::optional<TensorValue> goesOn = getTensorValue(getConstantValue(getYield().getOperand(0)));
  return getTrips() && goesOn && goesOn->getNumElements() == 1 && goesOn->getInteger(0) != 0;
}

// How often the body runs.
static Dim countTrips(ShapeMath &math, LoopOp op) {
  std::optional<Dims> trips = op.isCounted() ? math.getContents(op.getTrips()) : std::nullopt;
  if (!trips || trips->size() != 1)
    return Dim::unknown();
  Dim count = math.max(trips->front(), 0);
  if (!op.getCondition())
    return count;
  std::optional<Dims> condition = math.getContents(op.getCondition());
  return condition && condition->size() == 1 ? math.select(condition->front(), count, 0) : Dim::unknown();
}

SmallVector<Dims> LoopOp::inferShapes(ShapeMath &math) {
  SmallVector<Dims> shapes;
  for (auto [i, result] : llvm::enumerate(getResults())) {
    if (i < getNumCarried()) {
      shapes.push_back(math.getShape(getInits()[i]).dims);
      continue;
    }
    Dims dims{countTrips(math, *this)};
    llvm::append_range(dims, math.getShape(getYield().getOperand(unsigned(1 + i))).dims);
    shapes.push_back(math.complete(result, dims));
  }
  return shapes;
}
