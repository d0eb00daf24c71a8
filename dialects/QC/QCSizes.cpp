// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shapes as values: shapes, contents, constraints, roles.
#include "Contents.h"
#include "Verification.h"

using namespace mlir;
using namespace qc;

// The number of entries of a computed shape; nothing after a failure.
static std::optional<int64_t> countEntries(ShapeMath &math, const TensorShape &shape) {
  std::optional<int64_t> entries = shape.getRank() == 1 ? shape[0].getKnown() : std::nullopt;
  if (!entries)
    math.fail("expects a shape of rank 1 with a known number of entries");
  return entries;
}

// Dimensions that nothing says anything about.
static Dims makeUnknowns(int64_t rank) { return Dims(size_t(rank), Dim::unknown()); }

// shape_c1
static Dims inferShapeOf(ShapeMath &math, ShapeOp::Adaptor op) {
  int64_t rank = math.getShape(op.getX()).getRank(), start = op.getStart(), end = op.getEnd();
  if (start < 0 || start > end || end > rank)
    return math.fail("expects 0 <= start <= end <= " + Twine(rank) + ", got " + Twine(start) + " and " + Twine(end));
  return {end - start};
}
QC_SHAPE_FUNCTION(ShapeOp, IntegerType::get(op.getX().getContext(), 64), inferShapeOf)

std::optional<Dims> ShapeOp::inferContents(ShapeMath &math, unsigned) {
  Dims dims = math.getShape(getX()).dims;
  return Dims(ArrayRef<Dim>(dims).slice(getStart(), getEnd() - getStart()));
}

static Dims inferSizeOf(ShapeMath &, SizeOp::Adaptor) { return {}; }
QC_SHAPE_FUNCTION(SizeOp, IntegerType::get(op.getX().getContext(), 64), inferSizeOf)

std::optional<Dims> SizeOp::inferContents(ShapeMath &math, unsigned) {
  return Dims{math.multiply(math.getShape(getX()).dims)};
}

// constant_of_shape_c1, constant_of_shape_c2
static Dims inferConstantOfShape(ShapeMath &math, ConstantOfShapeOp::Adaptor op) {
  std::optional<int64_t> rank = countEntries(math, math.getShape(op.getShape()));
  std::optional<Dims> entries = rank ? math.getContents(op.getShape()) : std::nullopt;
  if (!entries)
    return makeUnknowns(rank.value_or(0));
  for (Dim entry : *entries)
    if (!math.expectAtMost(0, entry, [&] { return "expects entries >= 0, got " + math.describe(entry); }))
      return {};
  return *entries;
}
QC_SHAPE_FUNCTION(ConstantOfShapeOp, op.getValue().getShapedType().getElementType(), inferConstantOfShape)

LogicalResult ConstantOfShapeOp::verify() {
  auto value = dyn_cast<DenseElementsAttr>(getValue());
  if (!value || value.getNumElements() != 1 || !isa<RankedTensorType>(value.getType())) // constant_of_shape_c3
    return emitOpError("expects a dense value of one element, got ") << getValue();
  return success();
}

std::optional<Dims> ConstantOfShapeOp::inferContents(ShapeMath &math, unsigned) {
  std::optional<int64_t> count = math.multiply(inferConstantOfShape(math, Adaptor(*this))).getKnown();
  std::optional<TensorValue> value = getTensorValue(getValue());
  std::optional<Dims> element = value ? getIntegers(*value) : std::nullopt;
  if (!element || !count || *count > kMaxContents)
    return std::nullopt;
  return Dims(size_t(*count), element->front());
}

// The one element of an operand.
static std::optional<Dim> getScalar(ShapeMath &math, Value value) {
  std::optional<Dims> contents = math.getContents(value);
  return contents && contents->size() == 1 ? std::optional((*contents)[0]) : std::nullopt;
}

// range_c2
static Dims inferRange(ShapeMath &math, RangeOp::Adaptor op) {
  std::optional<Dim> start = getScalar(math, op.getStart()), limit = getScalar(math, op.getLimit()),
                     delta = getScalar(math, op.getDelta());
  std::optional<int64_t> step = delta ? delta->getKnown() : std::nullopt;
  if (step == 0)
    return math.fail("expects a delta other than 0");
  if (!start || !limit || !step || *step == INT64_MIN)
    return makeUnknowns(1);
  auto explain = [&] { return "expects numbers that f32 holds exactly, got " + math.describe(*limit); };
  bool isFloat = getTensor(op.getStart()).getElementType().isF32();
  if (isFloat && !limit->getKnown() && !math.expectAtMost(*limit, kMostExactInFloat, explain))
    return {};
  Dim span = *step > 0 ? math.sub(*limit, *start) : math.sub(*start, *limit);
  return {math.max(math.ceilDiv(span, std::abs(*step)), 0)};
}
QC_SHAPE_FUNCTION(RangeOp, getTensor(op.getStart()).getElementType(), inferRange)

LogicalResult RangeOp::verify() {
  for (Value operand : getOperands()) {
    RankedTensorType type = getTensor(operand);
    if (type.getElementType() != getTensor(getY()).getElementType() ||
        (type.hasStaticShape() && type.getNumElements() != 1)) // range_c1
      return emitOpError("expects operands of one element of type ")
             << getTensor(getY()).getElementType() << ", got " << type;
  }
  return success();
}

std::optional<Dims> RangeOp::inferContents(ShapeMath &math, unsigned) {
  std::optional<int64_t> count = inferRange(math, Adaptor(*this))[0].getKnown();
  std::optional<Dim> start = getScalar(math, getStart()), delta = getScalar(math, getDelta());
  if (!count || *count > kMaxContents || !start || !delta)
    return std::nullopt;
  Dims contents;
  for (int64_t i = 0; i < *count; ++i)
    contents.push_back(math.add(*start, math.mul(i, *delta)));
  return contents;
}

// expand_c1, expand_c2
static Dims inferExpand(ShapeMath &math, ExpandOp::Adaptor op) {
  TensorShape x = math.getShape(op.getX());
  std::optional<int64_t> count = countEntries(math, math.getShape(op.getShape()));
  std::optional<Dims> entries = count ? math.getContents(op.getShape()) : std::nullopt;
  if (!entries)
    return makeUnknowns(std::max<int64_t>(count.value_or(0), x.getRank()));
  for (Dim entry : *entries)
    if (!math.expectAtMost(0, entry, [&] { return "expects entries >= 0, got " + math.describe(entry); }))
      return {};
  return broadcastShapes(math, {x, TensorShape{*entries, {}}});
}
QC_SHAPE_FUNCTION(ExpandOp, getTensor(op.getX()).getElementType(), inferExpand)

SmallVector<unsigned> ExpandOp::getMovedOperands() { return {0}; }
RoundingTraits ExpandOp::getRoundingTraits() { return makeMoveTraits(); }

// dynamic_reshape_c1, dynamic_reshape_c2, dynamic_reshape_c3
static Dims inferDynamic(ShapeMath &math, DynamicReshapeOp::Adaptor op) {
  std::optional<int64_t> count = countEntries(math, math.getShape(op.getShape()));
  std::optional<Dims> entries = count ? math.getContents(op.getShape()) : std::nullopt;
  std::optional<Dims> dims =
      entries ? inferDynamicReshape(math, math.getShape(op.getX()), *entries, op.getAllowZero()) : std::nullopt;
  return dims ? *dims : makeUnknowns(count.value_or(0));
}
QC_SHAPE_FUNCTION(DynamicReshapeOp, getTensor(op.getX()).getElementType(), inferDynamic)

SmallVector<unsigned> DynamicReshapeOp::getMovedOperands() { return {0}; }
RoundingTraits DynamicReshapeOp::getRoundingTraits() { return makeMoveTraits(); }
