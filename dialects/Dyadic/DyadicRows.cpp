// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operations along rows of codes: shapes, constraints, proven ranges (docs/Numerics.md, Softmax, Normalization).
#include "dialects/Dyadic/Dyadic.h"
#include "dialects/Dyadic/DyadicVerification.h"
#include "dialects/QC/Verification.h"
#include "qc/Arith/Bounds.h"
#include "qc/Arith/Normalize.h"
#include "qc/Arith/Softmax.h"

using namespace mlir;
using namespace qc;
using namespace qc::dyadic;

static Type getElement(Value value) { return getTensor(value).getElementType(); }

// Whether `small` broadcasts to the shape of `x`.
static bool broadcastsTo(Value small, Value x) {
  ShapeOr shape = broadcastShapes(getShapeOf(small), getShapeOf(x));
  return shape && succeeded(verifyCompatibleShape(ArrayRef<int64_t>(*shape), getShapeOf(x))) &&
         getShapeOf(small).size() <= getShapeOf(x).size();
}

SmallVector<Dims> SelectOp::inferShapes(ShapeMath &math) { return {math.getShape(getX()).dims}; }

LogicalResult SelectOp::verify() {
  if (failed(verifyCompatibleShape(getTensor(getX()), getTensor(getY()))) ||
      getElement(getX()) != getElement(getY())) // select_c1
    return emitOpError("expects a result of the type of x, got ") << getX().getType() << " and " << getY().getType();
  if (!broadcastsTo(getMask(), getX())) // select_c2
    return emitOpError("expects a mask that broadcasts to ") << getX().getType() << ", got " << getMask().getType();
  return verifyCode(*this, "other", getOther(), getElement(getX())); // select_c3
}

std::optional<CodeRange> SelectOp::inferResultRange(ArrayRef<CodeRange> operands) {
  int64_t other = getOther();
  return CodeRange{std::min(operands[1].least, other), std::max(operands[1].greatest, other)};
}

// x with dimension 1 at `axis` (row_max_c1, row_reciprocal_c1).
static Dims shrink(ShapeMath &math, Value x, int64_t axis) {
  TensorShape shape = math.getShape(x);
  if (axis < 0 || axis >= int64_t(shape.getRank()))
    return math.fail("expects 0 <= axis < " + Twine(shape.getRank()) + ", got " + Twine(axis));
  Dims dims = shape.dims;
  dims[size_t(axis)] = 1;
  return dims;
}

// row_max_c2
static Dims inferRowMax(ShapeMath &math, RowMaxOp::Adaptor op) { return shrink(math, op.getX(), op.getAxis()); }
QC_SHAPE_FUNCTION(RowMaxOp, getTensor(op.getX()).getElementType(), inferRowMax)
LogicalResult RowMaxOp::verify() { return success(); }
std::optional<CodeRange> RowMaxOp::inferResultRange(ArrayRef<CodeRange> operands) {
  return CodeRange{getTypeRange(getElement(getX())).least, operands[0].greatest};
}

// row_reciprocal_c2
static Dims inferReciprocal(ShapeMath &math, RowReciprocalOp::Adaptor op) {
  return shrink(math, op.getP(), op.getAxis());
}
QC_SHAPE_FUNCTION(RowReciprocalOp, IntegerType::get(op.getP().getContext(), 32), inferReciprocal)

std::optional<int64_t> RowReciprocalOp::getGreatestLength() {
  int64_t axis = getAxis();
  ArrayRef<int64_t> shape = getShapeOf(getP());
  if (axis >= 0 && axis < int64_t(shape.size()) && !ShapedType::isDynamic(shape[axis]))
    return shape[axis];
  return getMaxLength() ? std::optional(int64_t(*getMaxLength())) : std::nullopt;
}

LogicalResult RowReciprocalOp::verify() {
  int64_t axis = getAxis();
  ArrayRef<int64_t> shape = getShapeOf(getP());
  if (axis < 0 || axis >= int64_t(shape.size())) // said where the shape is inferred
    return success();
  int64_t least = ShapedType::isDynamic(shape[axis]) ? 0 : shape[axis];
  if (std::optional<uint64_t> most = getMaxLength(); most && int64_t(*most) < least) // row_reciprocal_c4
    return emitOpError("expects max_length >= ") << least << ", got " << int64_t(*most);
  std::optional<int64_t> length = getGreatestLength();
  if (length && *length <= qc::numerics::maxByteSum) // row_reciprocal_c3
    return success();
  InFlightDiagnostic error = emitOpError("expects rows of at most ") << qc::numerics::maxByteSum << " elements, got ";
  return length ? error << *length : error << "an unknown number and no max_length";
}

std::optional<CodeRange> RowReciprocalOp::inferResultRange(ArrayRef<CodeRange>) { return CodeRange{0, INT32_MAX}; }

SmallVector<Dims> LutBelowOp::inferShapes(ShapeMath &math) { return {math.getShape(getX()).dims}; }

LogicalResult LutBelowOp::verify() {
  if (!isTable(getTable(), 256, getElement(getY()))) // lut_below_c1
    return emitOpError("expects a table of 256 entries of ")
           << getElement(getY()) << ", got " << Type(getTable().getShapedType());
  if (failed(verifyCompatibleShape(getTensor(getX()), getTensor(getY()))) ||
      getElement(getX()) != getElement(getTop())) // lut_below_c2
    return emitOpError("expects a result of the shape of x and codes of one type, got ")
           << getX().getType() << ", " << getTop().getType() << " and " << getY().getType();
  if (!broadcastsTo(getTop(), getX())) // lut_below_c3
    return emitOpError("expects largest codes that broadcast to ")
           << getX().getType() << ", got " << getTop().getType();
  return success();
}

std::optional<CodeRange> LutBelowOp::inferResultRange(ArrayRef<CodeRange>) { return getTableRange(getTable()); }

SmallVector<Dims> RequantRowsOp::inferShapes(ShapeMath &math) { return {math.getShape(getX()).dims}; }

LogicalResult RequantRowsOp::verify() {
  if (!broadcastsTo(getR(), getX()) ||
      failed(verifyCompatibleShape(getTensor(getX()), getTensor(getY())))) // requant_rows_c1
    return emitOpError("expects numbers of rows that broadcast to x, and a result of its shape, got ")
           << getX().getType() << ", " << getR().getType() << " and " << getY().getType();
  if (getMultiplier() < 0) // requant_rows_c2
    return emitOpError("expects multiplier >= 0, got ") << getMultiplier();
  if (failed(verifyShifts(*this, getShift()))) // requant_rows_c3
    return failure();
  return verifyClamp(*this, getZeroPoint(), getLo(), getHi(), getElement(getY())); // requant_rows_c4
}

numerics::RequantParams qc::dyadic::getRequantParams(RequantRowsOp op) {
  numerics::RequantParams params;
  params.multipliers[0] = op.getMultiplier();
  params.shift = op.getShift();
  params.zeroPoint = op.getZeroPoint();
  params.lo = op.getLo();
  params.hi = op.getHi();
  return params;
}

std::optional<CodeRange> RequantRowsOp::inferResultRange(ArrayRef<CodeRange>) { return CodeRange{getLo(), getHi()}; }

// row_sum_c4, row_root_c4
template <typename Adaptor> static Dims shrinkAxes(ShapeMath &math, Adaptor op) {
  Dims dims = math.getShape(op.getX()).dims;
  for (int64_t axis : op.getAxes()) {
    if (axis < 0 || axis >= int64_t(dims.size())) // row_sum_c1, row_root_c1
      return math.fail("expects axes below " + Twine(dims.size()) + ", got " + Twine(axis));
    dims[size_t(axis)] = 1;
  }
  return dims;
}
static Dims inferRowSum(ShapeMath &math, RowSumOp::Adaptor op) { return shrinkAxes(math, op); }
QC_SHAPE_FUNCTION(RowSumOp, IntegerType::get(op.getX().getContext(), 32), inferRowSum)
static Dims inferRowRoot(ShapeMath &math, RowRootOp::Adaptor op) { return shrinkAxes(math, op); }
QC_SHAPE_FUNCTION(RowRootOp, IntegerType::get(op.getX().getContext(), 32), inferRowRoot)
SmallVector<Dims> dyadic::NormalizeOp::inferShapes(ShapeMath &math) { return {math.getShape(getX()).dims}; }

// How many elements a row has; nothing where that is not known or more than may be.
static std::optional<int64_t> countRow(Value x, ArrayRef<int64_t> axes) {
  int64_t count = 1;
  for (int64_t axis : axes) {
    int64_t size = getShapeOf(x)[axis];
    if (ShapedType::isDynamic(size) || size > qc::numerics::maxNormalizeLength)
      return std::nullopt;
    count *= size;
    if (count > qc::numerics::maxNormalizeLength)
      return std::nullopt;
  }
  return count;
}

// What the three have in common.
template <typename Op> static LogicalResult verifyRows(Op op) {
  int64_t least = 0, rank = getTensor(op.getX()).getRank();
  for (int64_t axis : op.getAxes()) { // row_sum_c1, row_root_c1, dyadic_normalize_c1
    if (axis < least || axis >= rank)
      return op.emitOpError("expects axes that ascend below ") << rank << ", got " << axis;
    least = axis + 1;
  }
  if (!countRow(op.getX(), op.getAxes())) // row_sum_c2, row_root_c2, dyadic_normalize_c2
    return op.emitOpError("expects rows of a known number of at most ")
           << qc::numerics::maxNormalizeLength << " elements, got those of " << op.getX().getType();
  // row_sum_c3, row_root_c3, dyadic_normalize_c3
  return verifyCode(op, "x_zero_point", op.getXZeroPoint(), getElement(op.getX()));
}

// row_root_c4, dyadic_normalize_c4
template <typename Op> static LogicalResult verifyNumbers(Op op, Value numbers) {
  SmallVector<int64_t> shape(getShapeOf(op.getX()));
  for (int64_t axis : op.getAxes())
    shape[axis] = 1;
  if (numbers && failed(verifyCompatibleShape(ArrayRef<int64_t>(shape), getShapeOf(numbers))))
    return op.emitOpError("expects a number for each row of ") << op.getX().getType() << ", got " << numbers.getType();
  return success();
}

LogicalResult RowSumOp::verify() { return verifyRows(*this); }

LogicalResult RowRootOp::verify() {
  if (failed(verifyRows(*this)) || failed(verifyNumbers(*this, getSum())))
    return failure();
  int64_t epsilon = int64_t(getEpsilon());
  if (epsilon < 0 || epsilon > qc::numerics::maxNormalizeEpsilon) // row_root_c5
    return emitOpError("expects an epsilon between 0 and 2^60, got ") << epsilon;
  return success();
}

LogicalResult dyadic::NormalizeOp::verify() {
  if (failed(verifyRows(*this)) || failed(verifyNumbers(*this, getSum())) || failed(verifyNumbers(*this, getRoot())))
    return failure();
  if (failed(verifyCompatibleShape(getTensor(getX()), getTensor(getY())))) // dyadic_normalize_c4
    return emitOpError("expects a result of the shape of ") << getX().getType() << ", got " << getY().getType();
  return success();
}

std::optional<CodeRange> RowSumOp::inferResultRange(ArrayRef<CodeRange> operands) {
  qc::numerics::CodeRange codes{int32_t(operands[0].least), int32_t(operands[0].greatest)};
  qc::numerics::SumBounds bounds = qc::numerics::codeSumBounds(*countRow(getX(), getAxes()), codes, getXZeroPoint());
  return CodeRange{bounds.lower, bounds.upper};
}

std::optional<CodeRange> RowRootOp::inferResultRange(ArrayRef<CodeRange>) {
  return CodeRange{64 * (int64_t(1) << 23), 64 * (int64_t(1) << 24) + 55};
}

int64_t RowRootOp::getLength() { return *countRow(getX(), getAxes()); }

int64_t dyadic::NormalizeOp::getLength() { return *countRow(getX(), getAxes()); }

bool dyadic::NormalizeOp::hasOwnRoot() {
  auto root = getRoot().getDefiningOp<RowRootOp>();
  auto isOwn = [&](auto maker) {
    return maker && maker.getX() == getX() && maker.getAxes() == getAxes() && maker.getXZeroPoint() == getXZeroPoint();
  };
  return isOwn(root) && root.getSum() == getSum() && (!getSum() || isOwn(getSum().getDefiningOp<RowSumOp>()));
}

std::optional<CodeRange> dyadic::NormalizeOp::inferResultRange(ArrayRef<CodeRange>) {
  if (!hasOwnRoot())
    return std::nullopt;
  int64_t bound = qc::numerics::normalizedBound(getLength());
  return CodeRange{-bound, bound};
}
