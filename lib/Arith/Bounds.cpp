// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Bounds of sums and registers.
#include "qc/Arith/Bounds.h"

#include <algorithm>
#include <cstdlib>

namespace qc::numerics {
namespace {

int64_t largestMagnitude(CodeRange range) { return std::max(std::llabs(range.lo), std::llabs(range.hi)); }

/// Smallest and largest product of two intervals.
SumBounds intervalProduct(int64_t aLo, int64_t aHi, int64_t bLo, int64_t bHi) {
  SumBounds bounds;
  bounds.lower = std::min({aLo * bLo, aLo * bHi, aHi * bLo, aHi * bHi});
  bounds.upper = std::max({aLo * bLo, aLo * bHi, aHi * bLo, aHi * bHi});
  bounds.raw = bounds.bound();
  return bounds;
}

} // namespace

WeightSums sumWeights(const int8_t *w, int64_t count, int64_t stride) {
  WeightSums sums;
  for (int64_t i = 0; i < count; ++i) {
    int64_t value = w[i * stride];
    (value > 0 ? sums.positive : sums.negative) += std::llabs(value);
  }
  return sums;
}

SumBounds contractionBounds(const WeightSums &weights, CodeRange input, int32_t inputZeroPoint, int64_t bias) {
  int64_t above = int64_t(input.hi) - inputZeroPoint;
  int64_t below = int64_t(input.lo) - inputZeroPoint;
  SumBounds bounds;
  bounds.upper = above * weights.positive - below * weights.negative + bias;
  bounds.lower = below * weights.positive - above * weights.negative + bias;
  bounds.raw = 255 * std::max(weights.positive, weights.negative);
  return bounds;
}

SumBounds matmulBounds(int64_t k, CodeRange a, int32_t aZeroPoint, CodeRange b, int32_t bZeroPoint) {
  SumBounds one = productBounds(a, aZeroPoint, b, bZeroPoint);
  CodeRange coded = b.lo >= 0 ? CodeRange{b.lo - 128, b.hi - 128} : b;
  return {k * one.lower, k * one.upper, k * largestMagnitude(a) * largestMagnitude(coded)};
}

SumBounds productBounds(CodeRange a, int32_t aZeroPoint, CodeRange b, int32_t bZeroPoint) {
  return intervalProduct(int64_t(a.lo) - aZeroPoint, int64_t(a.hi) - aZeroPoint, int64_t(b.lo) - bZeroPoint,
                         int64_t(b.hi) - bZeroPoint);
}

std::optional<int> operandToCentre(CodeType a, int32_t aZeroPoint, CodeType b, int32_t bZeroPoint) {
  if (productBounds(codeRange(a), aZeroPoint, codeRange(b), bZeroPoint).fitsRegister())
    return std::nullopt;
  int64_t boundA = codeSumBounds(1, codeRange(a), aZeroPoint).bound();
  int64_t boundB = codeSumBounds(1, codeRange(b), bZeroPoint).bound();
  return boundA <= boundB ? 0 : 1;
}

SumBounds codeSumBounds(int64_t n, CodeRange input, int32_t inputZeroPoint) {
  return {n * (int64_t(input.lo) - inputZeroPoint), n * (int64_t(input.hi) - inputZeroPoint),
          n * largestMagnitude(input)};
}

bool isPairSumExact(Span<int8_t> weights) {
  for (size_t i = 0; i < weights.size(); i += 2) {
    int first = weights[i];
    int second = i + 1 < weights.size() ? weights[i + 1] : 0;
    int positive = std::max(first, 0) + std::max(second, 0);
    int negative = std::max(-first, 0) + std::max(-second, 0);
    if (positive > 128 || negative > 128) // 255 * 128 = 32640 fits int16, 255 * 129 = 32895 does not
      return false;
  }
  return true;
}

} // namespace qc::numerics
