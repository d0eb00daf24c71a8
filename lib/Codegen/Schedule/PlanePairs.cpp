// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contractions of 16-bit codes: finding their two halves, and what is proved of their sum.
#include "PlanePairs.h"
#include "Compensations.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

namespace {
/// A contraction of one plane.
struct PlaneContraction {
  dyadic::PlaneOp plane;
  Value weights;
  int64_t zero;
  SmallVector<Attribute> geometry; ///< what else the operation says
};
} // namespace

static std::optional<PlaneContraction> describeContraction(Operation *op) {
  if (auto conv = dyn_cast_or_null<dyadic::ConvOp>(op))
    return PlaneContraction{conv.getX().getDefiningOp<dyadic::PlaneOp>(),
                            conv.getW(),
                            conv.getXZeroPoint(),
                            {conv.getStridesAttr(), conv.getPadsAttr(), conv.getDilationsAttr(), conv.getGroupAttr(),
                             conv.getWeightGroupAttr()}};
  if (auto matmul = dyn_cast_or_null<dyadic::MatMulOp>(op))
    return PlaneContraction{matmul.getA().getDefiningOp<dyadic::PlaneOp>(),
                            matmul.getB(),
                            matmul.getAZeroPoint(),
                            {matmul.getWeightGroupAttr()}};
  return std::nullopt;
}

// The pair of a requant's first two terms.
static std::optional<PlanePair> makePair(dyadic::RequantOp requant) {
  if (requant.getTerms().size() < 2)
    return std::nullopt;
  Value sums[2] = {requant.getTerms()[0], requant.getTerms()[1]};
  Operation *high = sums[0].getDefiningOp(), *low = sums[1].getDefiningOp();
  std::optional<PlaneContraction> a = describeContraction(high), b = describeContraction(low);
  if (!a || !b || !a->plane || !b->plane || !sums[0].hasOneUse() || !sums[1].hasOneUse())
    return std::nullopt;
  Value x = a->plane.getX();
  bool fits = a->plane.getHigh() && !b->plane.getHigh() && b->plane.getX() == x && high->getName() == low->getName() &&
              high->getBlock() == low->getBlock() && a->geometry == b->geometry &&
              cast<RankedTensorType>(x.getType()).getElementType().isUnsignedInteger();
  ElementsAttr weights = getConstantValue(a->weights);
  if (!fits || !weights || getConstantValue(b->weights) != weights || !getCompensation(high) || !getCompensation(low))
    return std::nullopt;
  return PlanePair{high, low, requant, x, int32_t(256 * a->zero + b->zero)};
}

std::optional<PlanePair> qc::kernel::findPlanePair(Operation *contraction) {
  if (!isa<dyadic::ConvOp, dyadic::MatMulOp>(contraction) || !contraction->getResult(0).hasOneUse())
    return std::nullopt;
  auto requant = dyn_cast<dyadic::RequantOp>(*contraction->getResult(0).user_begin());
  return requant ? makePair(requant) : std::nullopt;
}

std::optional<Compensation> qc::kernel::getExactCompensation(const PlanePair &pair, int32_t centre) {
  Compensation high = *getCompensation(pair.high), low = *getCompensation(pair.low), exact;
  exact.axis = high.axis;
  exact.weights = high.weights;
  qc::numerics::CodeRange codes = qc::numerics::codeRange(qc::numerics::CodeType::UI16);
  for (auto [n, weights] : llvm::enumerate(high.weights)) {
    int64_t compensation = 256 * high.perChannel[n] + low.perChannel[n]; // b - z * wsum
    int64_t bias = compensation + int64_t(pair.zero) * weights.sum();
    qc::numerics::SumBounds bounds = qc::numerics::contractionBounds(weights, codes, pair.zero, bias);
    bounds.raw = centre == 0 ? codes.hi * std::max(weights.positive, weights.negative)
                             : std::max(centre, codes.hi - centre) * (weights.positive + weights.negative);
    if (bounds.raw >> 31 != 0) // X may be more: the compensation is added in 64 bits
      return std::nullopt;
    exact.perChannel.push_back(compensation + int64_t(centre) * weights.sum());
    exact.bounds.push_back(bounds);
  }
  // One multiplier for both planes, in every channel that is not dead.
  dyadic::RequantOp requant = pair.requant;
  for (auto [upper, lower, shift] :
       llvm::zip_equal(requant.getMultipliers(), requant.getMultipliers1(), requant.getShifts()))
    if (upper != 256 * int64_t(lower) && !(shift == 62 && lower == 0 && std::abs(int64_t(upper)) == int64_t(1) << 30))
      return std::nullopt;
  return exact;
}

std::optional<std::pair<Compensation, Compensation>> qc::kernel::getPlaneCompensations(const PlanePair &pair) {
  std::pair<Compensation, Compensation> both{*getCompensation(pair.high), *getCompensation(pair.low)};
  Value weights = describeContraction(pair.high)->weights;
  for (auto [n, sums] : llvm::enumerate(both.first.weights)) {
    int64_t depth = cast<RankedTensorType>(weights.getType()).getNumElements() / int64_t(both.first.weights.size());
    int64_t upper = 256 * (sums.positive + sums.negative) + depth, lower = 255 * depth;
    for (auto [bounds, raw] : {std::pair(&both.first.bounds[n], upper), std::pair(&both.second.bounds[n], lower)}) {
      bounds->raw = std::max(bounds->raw, raw);
      if (!bounds->fitsRegister())
        return std::nullopt;
    }
  }
  return both;
}
