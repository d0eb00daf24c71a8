// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two-plane contractions: bounds of both registers, multipliers, (R6).
#include "qc/Arith/Planes.h"

#include "Multiplier.h"

namespace qc::numerics {
namespace {

constexpr CodeRange byteRange = codeRange(CodeType::UI8);
/// Above every shift: of a term that is always 0.
constexpr int noShift = 1 << 20;

bool is16Bit(CodeType type) { return type == CodeType::I16 || type == CodeType::UI16; }

int32_t high(const Planes &planes) { return static_cast<int32_t>(planes.high); }
int32_t low(const Planes &planes) { return static_cast<int32_t>(planes.low); }

void addBias(SumBounds &bounds, int64_t bias) {
  bounds.lower += bias;
  bounds.upper += bias;
}

int shiftFor(double factor, int width) { return factor == 0.0 ? noShift : normalise(std::fabs(factor), width).shift; }

Multipliers choose(int32_t terms, double factor, double residualFactor) {
  if (!isFinite(factor) || !isFinite(residualFactor))
    return refused(terms, Refusal::NotFinite);
  int planes = shiftFor(factor, planeWidth), residual = shiftFor(residualFactor, contractionWidth);
  int shift = planes <= residual ? planes : residual;
  if (shift > 62) // 2^22 on both planes would not prove r = 0
    return deadChannel(terms, residual < planes ? 2 : 0, contractionWidth);
  if (shift < 1)
    return refused(terms, Refusal::ShiftBelowOne);
  Multipliers result;
  result.terms = terms;
  result.shift = shift;
  result.m[1] = multiplierAt(factor, shift);
  result.m[0] = 256 * result.m[1];
  if (terms == 3)
    result.m[2] = multiplierAt(residualFactor, shift);
  return result;
}

} // namespace

Planes splitCode(int32_t code, CodeType type) { return splitBias(int64_t(code) - codeRange(type).lo); }

Planes splitBias(int64_t bias) { return {bias >> 8, bias & 255}; }

PlaneBounds planeContractionBounds(const WeightSums &weights, CodeType input, int32_t inputZeroPoint, int64_t bias) {
  Planes zero = splitCode(inputZeroPoint, input), b = splitBias(bias);
  PlaneBounds bounds;
  bounds.high = contractionBounds(weights, byteRange, high(zero), b.high);
  bounds.low = contractionBounds(weights, byteRange, low(zero), b.low);
  bounds.bound = contractionBounds(weights, codeRange(input), inputZeroPoint, bias).bound();
  return bounds;
}

std::optional<PlaneBounds> planeMatmulBounds(int64_t k, CodeType a, int32_t aZeroPoint, CodeType b, int32_t bZeroPoint,
                                             int64_t bias) {
  if (is16Bit(a) == is16Bit(b))
    return std::nullopt;
  Planes zero = is16Bit(a) ? splitCode(aZeroPoint, a) : splitCode(bZeroPoint, b);
  auto plane = [&](int32_t zeroPoint) {
    return is16Bit(a) ? matmulBounds(k, byteRange, zeroPoint, codeRange(b), bZeroPoint)
                      : matmulBounds(k, codeRange(a), aZeroPoint, byteRange, zeroPoint);
  };
  SumBounds exact = productBounds(codeRange(a), aZeroPoint, codeRange(b), bZeroPoint);
  exact = {k * exact.lower + bias, k * exact.upper + bias, 0};
  PlaneBounds bounds = {plane(high(zero)), plane(low(zero)), exact.bound()};
  addBias(bounds.high, splitBias(bias).high);
  addBias(bounds.low, splitBias(bias).low);
  return bounds;
}

Multipliers choosePlanes(double factor) { return choose(2, factor, 0.0); }

Multipliers choosePlanes(double factor, double residualFactor) { return choose(3, factor, residualFactor); }

ChannelMultipliers choosePlaneChannels(Span<double> factors, Span<PlaneBounds> bounds,
                                       std::optional<Residual> residual) {
  ChannelMultipliers result;
  for (size_t c = 0; c < factors.size(); ++c) {
    Multipliers channel = residual ? choosePlanes(factors[c], residual->factor) : choosePlanes(factors[c]);
    const int64_t terms[maxTerms] = {bounds[c].high.bound(), bounds[c].low.bound(), residual ? residual->bound : 0};
    Refusal refusal =
        channel ? proveSum(channel, Span<int64_t>(terms, static_cast<size_t>(channel.terms))) : channel.refusal;
    appendChannel(result, channel, refusal);
  }
  return result;
}

std::string checkPlanes(const RequantParams &params, CodeType result, Span<int64_t> bounds) {
  std::string violation = checkRequant(params, result, contractionWidth, bounds);
  int64_t upper = params.multipliers[0], lower = params.multipliers[1];
  // (R6)
  if (violation.empty() && upper != 256 * lower && !isDead(params, contractionWidth))
    return "(R6) expects 256 times the lower plane's multiplier for the upper plane, got " + std::to_string(upper) +
           " and " + std::to_string(lower);
  return violation;
}

} // namespace qc::numerics
