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

// What softmax and mean_weights have in common: rows of `x` along an axis, whose length may have a bound.
template <typename Op> static LogicalResult verifyRows(Op op, Value x) {
  int64_t axis = op.getAxis(), rank = getTensor(x).getRank();
  if (axis < 0 || axis >= rank) // softmax_c1, mean_weights_c1
    return op.emitOpError("expects 0 <= axis < ") << rank << ", got " << axis;
  int64_t length = getShapeOf(x)[axis], least = ShapedType::isDynamic(length) ? 0 : length;
  std::optional<uint64_t> most = op.getMaxLength();
  if (most && int64_t(*most) < least) // softmax_c2, mean_weights_c2
    return op.emitOpError("expects max_length >= ") << least << ", got " << int64_t(*most);
  std::optional<StringRef> reason = op.getLengthReason();
  if (reason && (most || reason->empty())) // softmax_c2, mean_weights_c2
    return op.emitOpError("expects a length_reason that is not empty, and no max_length beside it");
  return success();
}

template <typename Op> static std::optional<int64_t> getGreatestLengthOf(Op op, Value x) {
  int64_t length = getShapeOf(x)[op.getAxis()];
  if (!ShapedType::isDynamic(length))
    return length;
  return op.getMaxLength() ? std::optional(int64_t(*op.getMaxLength())) : std::nullopt;
}

static RoundingTraits makeWeightingTraits(int64_t axis, Value x) {
  RoundingTraits traits;
  traits.isWeighting = axis == getTensor(x).getRank() - 1;
  return traits;
}

template <typename Op> static std::string explainLength(Op op) {
  std::optional<int64_t> length = op.getGreatestLength();
  if (!length)
    return op.getLengthReason() ? op.getLengthReason()->str() : "the length of its rows is not known";
  if (*length > qc::numerics::maxSoftmaxLength)
    return "its rows have up to " + std::to_string(*length) + " elements, the integer form takes at most " +
           std::to_string(qc::numerics::maxSoftmaxLength);
  return {};
}

LogicalResult SoftmaxOp::verify() { return verifyRows(*this, getX()); }
std::optional<int64_t> SoftmaxOp::getGreatestLength() { return getGreatestLengthOf(*this, getX()); }
RoundingTraits SoftmaxOp::getRoundingTraits() { return makeWeightingTraits(getAxis(), getX()); }
std::string SoftmaxOp::explainFloat() { return explainLength(*this); }

// mean_weights_c3
static Dims inferMeanWeights(ShapeMath &math, MeanWeightsOp::Adaptor op) { return math.getShape(op.getMask()).dims; }
QC_SHAPE_FUNCTION(MeanWeightsOp, Float32Type::get(op.getMask().getContext()), inferMeanWeights)
LogicalResult MeanWeightsOp::verify() { return verifyRows(*this, getMask()); }
std::optional<int64_t> MeanWeightsOp::getGreatestLength() { return getGreatestLengthOf(*this, getMask()); }
RoundingTraits MeanWeightsOp::getRoundingTraits() { return makeWeightingTraits(getAxis(), getMask()); }
SmallVector<unsigned> MeanWeightsOp::getDataOperands() { return {}; }
std::string MeanWeightsOp::explainFloat() { return explainLength(*this); }
