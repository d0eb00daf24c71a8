// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operations of the dyadic dialect: shapes, constraints, cost.
#include "dialects/Dyadic/Dyadic.h"
#include "dialects/Dyadic/DyadicVerification.h"
#include "dialects/QC/Verification.h"
#include "dialects/QC/WindowCounts.h"
#include "qc/Arith/Int4.h"
#include "qc/Arith/Requant.h"
#include "qc/Arith/Table.h"

using namespace mlir;
using namespace qc;
using namespace qc::dyadic;

CodeRange qc::dyadic::getTypeRange(Type type) {
  unsigned width = type.getIntOrFloatBitWidth();
  if (type.isUnsignedInteger())
    return {0, (int64_t(1) << width) - 1};
  return {-(int64_t(1) << (width - 1)), (int64_t(1) << (width - 1)) - 1};
}

LogicalResult qc::dyadic::verifyCode(Operation *op, StringRef name, int64_t code, Type type) {
  CodeRange range = getTypeRange(type);
  if (code < range.least || code > range.greatest)
    return op->emitOpError("expects ") << name << " between " << range.least << " and " << range.greatest << " ("
                                       << type << "), got " << code;
  return success();
}

static Type getElement(Value value) { return getTensor(value).getElementType(); }

LogicalResult qc::dyadic::verifyClamp(Operation *op, int64_t zero, int64_t lo, int64_t hi, Type type) {
  if (lo > hi)
    return op->emitOpError("expects lo <= hi, got ") << lo << " and " << hi;
  if (failed(verifyCode(op, "lo", lo, type)) || failed(verifyCode(op, "hi", hi, type)))
    return failure();
  return verifyCode(op, "zero_point", zero, type);
}

LogicalResult qc::dyadic::verifyShifts(Operation *op, ArrayRef<int32_t> shifts) {
  for (int32_t shift : shifts)
    if (shift < 1 || shift > 62)
      return op->emitOpError("expects 1 <= shift <= 62, got ") << shift;
  return success();
}

SmallVector<Dims> PlaneOp::inferShapes(ShapeMath &math) { return {math.getShape(getX()).dims}; }

LogicalResult PlaneOp::verify() {
  if (failed(verifyCompatibleShape(getTensor(getX()), getTensor(getPlane())))) // plane_c1
    return emitOpError("expects a result of the shape of ") << getX().getType() << ", got " << getPlane().getType();
  return success();
}

PlaneOp qc::dyadic::getPlane(Operation *contraction) {
  PlaneOp plane;
  if (isa_and_nonnull<dyadic::ConvOp, dyadic::MatMulOp>(contraction))
    for (Value operand : contraction->getOperands().take_front(2))
      if (auto found = operand.getDefiningOp<PlaneOp>())
        plane = found;
  return plane;
}

// dyadic_conv_c1, dyadic_conv_c4
static Dims inferConv(ShapeMath &math, dyadic::ConvOp::Adaptor op) {
  return inferConvShape(math, math.getShape(op.getX()), math.getShape(op.getW()),
                        {op.getStrides(), op.getPads(), op.getDilations()}, op.getGroup());
}
QC_SHAPE_FUNCTION(dyadic::ConvOp, IntegerType::get(op.getX().getContext(), 32), inferConv)

static LogicalResult verifyWeightGroup(Operation *op, std::optional<uint64_t> size) {
  if (!size || qc::numerics::isGroupSize(int64_t(*size)))
    return success();
  return op->emitOpError("expects a weight_group of 32, 64 or 128, got ") << int64_t(*size);
}

std::optional<int64_t> qc::dyadic::getWeightGroup(Operation *contraction) {
  std::optional<uint64_t> size;
  if (auto conv = dyn_cast<dyadic::ConvOp>(contraction))
    size = conv.getWeightGroup();
  else if (auto matmul = dyn_cast<dyadic::MatMulOp>(contraction))
    size = matmul.getWeightGroup();
  return size ? std::optional(int64_t(*size)) : std::nullopt;
}

LogicalResult dyadic::ConvOp::verify() {
  // The rank of w is checked later, where the shape is inferred.
  int64_t channels = getShapeOf(getW()).empty() ? ShapedType::kDynamic : getShapeOf(getW()).front();
  if (getB() && failed(verifyVector(*this, "a bias", getB(), channels))) // dyadic_conv_c3
    return failure();
  if (failed(verifyWeightGroup(*this, getWeightGroup()))) // dyadic_conv_c5
    return failure();
  return verifyCode(*this, "x_zero_point", getXZeroPoint(), getElement(getX())); // dyadic_conv_c2
}

// dyadic_matmul_c1
static Dims inferMatMul(ShapeMath &math, dyadic::MatMulOp::Adaptor op) {
  return inferMatMulShape(math, math.getShape(op.getA()), math.getShape(op.getB()));
}
QC_SHAPE_FUNCTION(dyadic::MatMulOp, IntegerType::get(op.getA().getContext(), 32), inferMatMul)

std::optional<int64_t> dyadic::MatMulOp::getKnownDepth() {
  ArrayRef<int64_t> a = getShapeOf(getA()), b = getShapeOf(getB());
  if (a.empty() || b.empty()) // ranks are checked where the shape is inferred
    return std::nullopt;
  int64_t depth = ShapedType::isDynamic(a.back()) ? b[b.size() < 2 ? 0 : b.size() - 2] : a.back();
  return ShapedType::isDynamic(depth) ? std::nullopt : std::optional(depth);
}

LogicalResult dyadic::MatMulOp::verify() {
  if (getBias() && getTensor(getB()).getRank() < 2) // dyadic_matmul_c3
    return emitOpError("expects a bias only with a right operand of rank 2 or more");
  if (getBias() && failed(verifyVector(*this, "a bias", getBias(), getShapeOf(getB()).back())))
    return failure();
  int64_t depth = getKnownDepth().value_or(0);
  if (std::optional<uint64_t> most = getMaxDepth(); most && int64_t(*most) < depth) // dyadic_matmul_c4
    return emitOpError("expects max_depth >= ") << depth << ", got " << int64_t(*most);
  bool isMatrix = getTensor(getB()).getRank() == 2 && getElement(getB()).isSignlessInteger() && getBZeroPoint() == 0;
  if (getWeightGroup() && !isMatrix) // dyadic_matmul_c5
    return emitOpError("expects a weight_group only with a b of i8 and of rank 2 with zero point 0");
  if (failed(verifyWeightGroup(*this, getWeightGroup()))) // dyadic_matmul_c5
    return failure();
  if (failed(verifyCode(*this, "a_zero_point", getAZeroPoint(), getElement(getA())))) // dyadic_matmul_c2
    return failure();
  return verifyCode(*this, "b_zero_point", getBZeroPoint(), getElement(getB()));
}

// dyadic_mul_c1
static Dims inferMul(ShapeMath &math, dyadic::MulOp::Adaptor op) { return broadcastOperands(math, op.getOperands()); }
QC_SHAPE_FUNCTION(dyadic::MulOp, IntegerType::get(op.getA().getContext(), 32), inferMul)

LogicalResult dyadic::MulOp::verify() {
  if (failed(verifyCode(*this, "a_zero_point", getAZeroPoint(), getElement(getA())))) // dyadic_mul_c2
    return failure();
  return verifyCode(*this, "b_zero_point", getBZeroPoint(), getElement(getB()));
}

SmallVector<Dims> dyadic::AvgPoolOp::inferShapes(ShapeMath &math) {
  return {inferPoolShape(math, math.getShape(getX()), getKernel(), {getStrides(), getPads(), getDilations()},
                         getCeilMode())};
}

// The numbers of an average: counts, multipliers, shifts, clamp, zero points.
template <typename Op> static LogicalResult verifyAverage(Op op) {
  size_t size = op.getCounts().size();
  // dyadic_avg_pool_c2, dyadic_global_avg_pool_c2
  if (size == 0 || op.getMultipliers().size() != size || op.getShifts().size() != size)
    return op.emitOpError("expects counts, multipliers and shifts of one length >= 1");
  if (failed(verifyCounts(op, op.getCounts())))
    return failure();
  if (failed(verifyShifts(op, op.getShifts()))) // dyadic_avg_pool_c3, dyadic_global_avg_pool_c3
    return failure();
  // dyadic_avg_pool_c4, dyadic_global_avg_pool_c4
  if (failed(verifyClamp(op, op.getZeroPoint(), op.getLo(), op.getHi(), getElement(op.getY()))))
    return failure();
  // dyadic_avg_pool_c5, dyadic_global_avg_pool_c5
  return verifyCode(op, "x_zero_point", op.getXZeroPoint(), getElement(op.getX()));
}

static LogicalResult verifyPoolShape(Operation *op, const ShapeOr &shape, Value y) {
  if (!shape) // dyadic_avg_pool_c1, dyadic_global_avg_pool_c1
    return op->emitOpError(shape.message());
  if (failed(verifyCompatibleShape(ArrayRef<int64_t>(*shape),
                                   getShapeOf(y)))) // dyadic_avg_pool_c6, dyadic_global_avg_pool_c6
    return op->emitOpError("expects a result of shape ")
           << RankedTensorType::get(*shape, getElement(y)) << ", got " << y.getType();
  return success();
}

LogicalResult dyadic::AvgPoolOp::verify() {
  ShapeOr shape = inferPoolShape(getShapeOf(getX()), getKernel(),
                                 WindowAttributes{getStrides(), getPads(), getDilations()}, getCeilMode());
  if (failed(verifyPoolShape(*this, shape, getY())))
    return failure();
  return verifyAverage(*this);
}

SmallVector<Dims> dyadic::GlobalAvgPoolOp::inferShapes(ShapeMath &math) {
  return {inferGlobalPoolShape(math, math.getShape(getX()))};
}

LogicalResult dyadic::GlobalAvgPoolOp::verify() {
  ShapeOr shape = inferGlobalPoolShape(getShapeOf(getX()));
  if (failed(verifyPoolShape(*this, shape, getY())))
    return failure();
  if (getCounts().size() > maxWindowCounts) // dyadic_global_avg_pool_c2
    return emitOpError("expects at most ") << maxWindowCounts << " counts, got " << getCounts().size();
  return verifyAverage(*this);
}

ArrayRef<int32_t> RequantOp::getMultipliersOf(unsigned term) {
  return term == 0 ? getMultipliers() : term == 1 ? getMultipliers1() : getMultipliers2();
}

// requant_c2: all arrays have the length that axis asks for.
static LogicalResult verifyLengths(RequantOp op) {
  int64_t expected = 1;
  if (op.getAxis()) {
    int64_t axis = *op.getAxis(), rank = getTensor(op.getY()).getRank();
    if (axis < 0 || axis >= rank)
      return op.emitOpError("expects 0 <= axis < ") << rank << ", got " << axis;
    expected = getTensor(op.getY()).getDimSize(axis);
    if (ShapedType::isDynamic(expected))
      expected = op.getMultipliers().size();
  }
  bool fits = int64_t(op.getShifts().size()) == expected;
  for (unsigned term = 0; term < qc::numerics::maxTerms; ++term)
    fits &= int64_t(op.getMultipliersOf(term).size()) == (term < op.getTerms().size() ? expected : 0);
  if (!fits)
    return op.emitOpError("expects ") << expected << " multipliers and shifts (for each term), got "
                                      << op.getMultipliers().size() << ", " << op.getMultipliers1().size() << ", "
                                      << op.getMultipliers2().size() << " and " << op.getShifts().size();
  return success();
}

// That the terms may be planes, and that their multipliers are one.
static LogicalResult verifyPlanes(RequantOp op) {
  size_t terms = op.getTerms().size();
  bool areSums = terms >= 2;
  for (size_t i = 0; areSums && i < 2; ++i)
    areSums = getElement(op.getTerms()[i]).isInteger(32) && op.getTermZeroPoints()[i] == 0;
  if (!areSums) // requant_c8
    return op.emitOpError("expects planes to be the first two of two or three terms, of type i32 with zero point 0");
  qc::numerics::RequantParams params;
  params.terms = terms;
  for (size_t c = 0; c < op.getShifts().size(); ++c) {
    for (size_t i = 0; i < terms; ++i)
      params.multipliers[i] = op.getMultipliersOf(i)[c];
    params.shift = op.getShifts()[c];
    bool isDead = qc::numerics::isDead(params, qc::numerics::contractionWidth);
    if (!isDead && params.multipliers[0] != 256 * int64_t(params.multipliers[1])) // requant_c9
      return op.emitOpError("expects planes with multipliers[c] = 256 * multipliers1[c], got ")
             << params.multipliers[0] << " and " << params.multipliers[1] << " (entry " << c << ")";
  }
  return success();
}

SmallVector<Dims> RequantOp::inferShapes(ShapeMath &math) { return {broadcastOperands(math, getTerms())}; }
SmallVector<Dims> LutOp::inferShapes(ShapeMath &math) { return {math.getShape(getX()).dims}; }

LogicalResult RequantOp::verify() {
  size_t terms = getTerms().size();
  if (terms < 1 || terms > qc::numerics::maxTerms || getTermZeroPoints().size() != terms) // requant_c1
    return emitOpError("expects one to three terms with a zero point each, got ")
           << terms << " terms and " << getTermZeroPoints().size() << " zero points";
  if (failed(verifyLengths(*this))) // requant_c2
    return failure();
  if (failed(verifyShifts(*this, getShifts()))) // requant_c3
    return failure();
  if (failed(verifyClamp(*this, getZeroPoint(), getLo(), getHi(), getElement(getY())))) // requant_c4
    return failure();
  if (getElement(getY()).getIntOrFloatBitWidth() == 32 && getZeroPoint() != 0) // requant_c5
    return emitOpError("expects zero_point = 0 for a result of 32 bits, got ") << getZeroPoint();
  SmallVector<int64_t> shape;
  for (Value term : getTerms()) {
    ShapeOr broadcast = broadcastShapes(shape, getShapeOf(term));
    if (!broadcast) // requant_c6
      return emitOpError(broadcast.message());
    shape = *broadcast;
  }
  if (failed(verifyCompatibleShape(ArrayRef<int64_t>(shape), getShapeOf(getY())))) // requant_c6
    return emitOpError("expects terms to broadcast to the result's shape, got ") << getY().getType();
  if (getRounding() == Rounding::HalfEven && terms != 1) // requant_c7
    return emitOpError("expects one term with half_even");
  return getPlanes() ? verifyPlanes(*this) : success();
}

bool qc::dyadic::isTable(ElementsAttr table, int64_t entries, Type element) {
  ShapedType type = table.getShapedType();
  return isa<RankedTensorType>(type) && type.hasStaticShape() && type.getNumElements() == entries &&
         type.getElementType() == element;
}

LogicalResult LutOp::verify() {
  int64_t entries = int64_t(1) << getElement(getX()).getIntOrFloatBitWidth();
  if (!isTable(getTable(), entries, getElement(getY()))) // lut_c1
    return emitOpError("expects a table of ")
           << entries << " entries of " << getElement(getY()) << ", got " << Type(getTable().getShapedType());
  if (failed(verifyCompatibleShape(getTensor(getX()), getTensor(getY())))) // lut_c2
    return emitOpError("expects a result of shape ") << getX().getType() << ", got " << getY().getType();
  return success();
}

SmallVector<Dims> SegmentsOp::inferShapes(ShapeMath &math) { return {math.getShape(getX()).dims}; }

LogicalResult SegmentsOp::verify() {
  for (ElementsAttr table : {getBase(), getSlope()})
    if (!isTable(table, qc::numerics::segments, IntegerType::get(getContext(), 32))) // segments_c1
      return emitOpError("expects base and slope of ")
             << qc::numerics::segments << " entries of 'i32', got " << Type(table.getShapedType());
  if (failed(verifyCompatibleShape(getTensor(getX()), getTensor(getY())))) // segments_c2
    return emitOpError("expects a result of shape ") << getX().getType() << ", got " << getY().getType();
  return verifyClamp(*this, getLo(), getLo(), getHi(), getElement(getY())); // segments_c3
}

std::optional<int64_t> dyadic::ConvOp::getMacs() {
  return countMacs(getShapeOf(getAcc()), getShapeOf(getW()).drop_front());
}
std::optional<int64_t> dyadic::MatMulOp::getMacs() {
  return countMacs(getShapeOf(getAcc()), {getShapeOf(getA()).back()});
}
