// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What clip, softmax and some operations of the scalar kind say beyond their descriptions: rounding, constraints.
#include "Verification.h"
#include "qc/Arith/Functions.h"
#include "qc/Arith/Softmax.h"

using namespace mlir;
using namespace qc;

RoundingTraits AddOp::getRoundingTraits() {
  RoundingTraits traits = getDefaultRoundingTraits(*this);
  traits.isResidual = !traits.isTableStep;
  return traits;
}
RoundingTraits SubOp::getRoundingTraits() { return getDefaultRoundingTraits(*this); }
RoundingTraits MulOp::getRoundingTraits() { return getDefaultRoundingTraits(*this); }

QC_SAME_SHAPE(ClipOp, getX)

// softmax_c3
static Dims inferSoftmax(ShapeMath &math, SoftmaxOp::Adaptor op) {
  if (op.getMask() && !expectBroadcastsTo(math, "a mask that broadcasts", op.getMask(), op.getX()))
    return {};
  return math.getShape(op.getX()).dims;
}
QC_SHAPE_FUNCTION(SoftmaxOp, getTensor(op.getX()).getElementType(), inferSoftmax)

// A function of one value that may also end a contraction group.
static RoundingTraits makeClampTraits(bool isConstant) {
  RoundingTraits traits;
  traits.isTableStep = traits.isClamp = isConstant;
  return traits;
}

RoundingTraits ReluOp::getRoundingTraits() { return makeClampTraits(true); }
std::optional<ClampBounds> ReluOp::getClampBounds() { return ClampBounds{0.0f, std::nullopt}; }

LogicalResult ClipOp::verify() {
  for (Value bound : {getLo(), getHi()})
    if (bound && getTensor(bound).hasStaticShape() && getTensor(bound).getNumElements() != 1) // clip_c1
      return emitOpError("expects bounds of one element, got ") << bound.getType();
  return success();
}

// The one element of a constant bound; nothing where it is computed.
static std::optional<float> getBound(Value bound) {
  std::optional<TensorValue> value = getTensorValue(getConstantValue(bound));
  if (!value || value->getNumElements() != 1)
    return std::nullopt;
  return value->getData<float>()[0];
}

std::optional<std::pair<float, float>> ClipOp::getConstantBounds() {
  float infinity = std::numeric_limits<float>::infinity();
  std::optional<float> lo = getLo() ? getBound(getLo()) : -infinity, hi = getHi() ? getBound(getHi()) : infinity;
  if (!lo || !hi || std::isnan(*lo) || std::isnan(*hi))
    return std::nullopt;
  return std::make_pair(*lo, *hi);
}

RoundingTraits ClipOp::getRoundingTraits() { return makeClampTraits(getConstantBounds().has_value()); }

std::optional<ClampBounds> ClipOp::getClampBounds() {
  std::optional<std::pair<float, float>> bounds = getConstantBounds();
  return bounds ? std::optional<ClampBounds>({bounds->first, bounds->second}) : std::nullopt;
}

std::string ClipOp::explainFloat() {
  return getConstantBounds() ? "" : "clip has an integer form only with constant bounds that are not NaN";
}

std::optional<double> ClipOp::applyF64(double x) {
  std::optional<std::pair<float, float>> bounds = getConstantBounds();
  if (!bounds)
    return std::nullopt;
  return qc::numerics::clip(x, double(bounds->first), double(bounds->second));
}

LogicalResult HardSigmoidOp::verify() {
  if (!getAlpha().isFinite() || !getBeta().isFinite()) // hard_sigmoid_c1
    return emitOpError("expects finite alpha and beta, got ") << getAlphaAttr() << " and " << getBetaAttr();
  return success();
}

LogicalResult SoftmaxOp::verify() {
  int64_t axis = getAxis(), rank = getTensor(getX()).getRank();
  if (axis < 0 || axis >= rank) // softmax_c1
    return emitOpError("expects 0 <= axis < ") << rank << ", got " << axis;
  int64_t length = getShapeOf(getX())[axis], least = ShapedType::isDynamic(length) ? 0 : length;
  if (std::optional<uint64_t> most = getMaxLength(); most && int64_t(*most) < least) // softmax_c2
    return emitOpError("expects max_length >= ") << least << ", got " << int64_t(*most);
  if (std::optional<StringRef> reason = getLengthReason(); reason && (getMaxLength() || reason->empty())) // softmax_c2
    return emitOpError("expects a length_reason that is not empty, and no max_length beside it");
  return success();
}

std::optional<int64_t> SoftmaxOp::getGreatestLength() {
  int64_t length = getShapeOf(getX())[getAxis()];
  if (!ShapedType::isDynamic(length))
    return length;
  return getMaxLength() ? std::optional(int64_t(*getMaxLength())) : std::nullopt;
}

RoundingTraits SoftmaxOp::getRoundingTraits() {
  RoundingTraits traits;
  traits.isWeighting = int64_t(getAxis()) == getTensor(getX()).getRank() - 1;
  return traits;
}

std::string SoftmaxOp::explainFloat() {
  std::optional<int64_t> length = getGreatestLength();
  if (!length)
    return getLengthReason() ? getLengthReason()->str() : "the length of its rows is not known";
  if (*length > qc::numerics::maxSoftmaxLength)
    return "its rows have up to " + std::to_string(*length) + " elements, the integer form takes at most " +
           std::to_string(qc::numerics::maxSoftmaxLength);
  return {};
}
