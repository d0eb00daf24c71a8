// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Choosing 4-bit weights: group multipliers and clip by squared error.
#include "qc/Arith/Int4.h"

#include "qc/Arith/Quantize.h"
#include "qc/Arith/Rounding.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

namespace qc::numerics {
namespace {

/// The largest weight of a channel in groups, in units of its scale: -8 * -15.
constexpr double largestInGroups = 120;

/// What codes of a group may be.
struct Grid {
  Grid(float scale, int32_t multiplier)
      : step(static_cast<double>(scale) * static_cast<double>(multiplier)), least(leastInt4Code(multiplier)) {}
  double codeOf(float w) const {
    double code = roundEven(static_cast<double>(w) / step);
    return std::min(std::max(code, double(least)), double(int4Greatest));
  }

  double step; ///< below 0 where the multiplier is
  int32_t least;
};

/// The sum of squared errors with codes in steps of scale * multiplier, an exact f64.
double squaredError(Span<float> w, float scale, int32_t multiplier) {
  Grid grid(scale, multiplier);
  double sum = 0.0;
  for (float value : w) {
    double error = static_cast<double>(value) - grid.step * grid.codeOf(value);
    sum += error * error;
  }
  return sum;
}

/// The first multiplier of the smallest error, of magnitudes from the one that clips nothing down to half of it.
int32_t chooseMultiplier(Span<float> w, float scale) {
  double largest = static_cast<double>(maxAbs(w.data(), static_cast<int64_t>(w.size())));
  double full = std::ceil(largest / (double(int4Greatest) * static_cast<double>(scale)));
  int32_t first = static_cast<int32_t>(std::min(std::max(full, 1.0), double(groupMultiplierLimit)));
  int32_t best = first;
  double least = HUGE_VAL;
  for (int32_t magnitude = first; magnitude >= (first + 1) / 2; --magnitude)
    for (int32_t k : {magnitude, -magnitude})
      if (double error = squaredError(w, scale, k); error < least) {
        least = error;
        best = k;
      }
  return best;
}

/// The scale for which `limit` codes stand for the real value `largest`, not below `least`; 1 for 0.
float scaleOf(double largest, double limit, float least) {
  float scale = std::max(static_cast<float>(largest / limit), least);
  return scale == 0.0f ? 1.0f : scale;
}

/// The first scale of the smallest error where the multiplier is 1.
float chooseClip(Span<float> w, double largest, float least) {
  float best = 1.0f;
  double smallest = HUGE_VAL;
  for (int j = 32; j >= 8; --j) {
    float scale = scaleOf(largest * static_cast<double>(j), double(int4Greatest * 32), least);
    if (double error = squaredError(w, scale, 1); error < smallest) {
      best = scale;
      smallest = error;
    }
  }
  return best;
}

void appendCodes(Span<float> w, int32_t multiplier, Int4Weights &weights) {
  Grid grid(weights.scale, multiplier);
  weights.multipliers.push_back(static_cast<int8_t>(multiplier));
  for (float value : w)
    weights.codes.push_back(static_cast<int8_t>(grid.codeOf(value)));
}

} // namespace

std::vector<int64_t> groupLengths(Span<int64_t> runLengths, int64_t size) {
  std::vector<int64_t> lengths;
  for (int64_t run : runLengths)
    for (int64_t k = 0; k < run; k += size)
      lengths.push_back(std::min(size, run - k));
  return lengths;
}

std::optional<Int4Weights> quantizeInt4(Span<float> w, Span<int64_t> groups, float bias, float inputScale,
                                        CodeType input) {
  double largest = static_cast<double>(maxAbs(w.data(), static_cast<int64_t>(w.size())));
  float least = leastWeightScale(bias, inputScale, input);
  Int4Weights weights;
  weights.scale = scaleOf(largest, largestInGroups, least);
  if (!(largest < HUGE_VAL && weights.scale < HUGE_VALF))
    return std::nullopt;
  if (groups.empty())
    weights.scale = chooseClip(w, largest, least);
  if (groups.empty())
    appendCodes(w, 1, weights);
  const float *first = w.data();
  for (int64_t length : groups) {
    Span<float> group(first, static_cast<size_t>(length));
    appendCodes(group, chooseMultiplier(group, weights.scale), weights);
    first += length;
  }
  return weights;
}

std::vector<int8_t> standForInt8(const Int4Weights &weights, Span<int64_t> groups) {
  std::vector<int8_t> w8(weights.codes);
  size_t at = 0;
  for (size_t group = 0; group < groups.size(); ++group)
    for (int64_t i = 0; i < groups[group]; ++i, ++at)
      w8[at] = static_cast<int8_t>(w8[at] * weights.multipliers[group]);
  return w8;
}

std::optional<int8_t> findGroupMultiplier(Span<int8_t> w8) {
  int32_t divisor = 0, least = 0, greatest = 0;
  for (int8_t w : w8) {
    divisor = std::gcd(divisor, std::abs(int32_t(w)));
    least = std::min(least, int32_t(w));
    greatest = std::max(greatest, int32_t(w));
  }
  for (int32_t k = 1; k <= groupMultiplierLimit; ++k) {
    if (divisor % k != 0)
      continue;
    int32_t reach = -leastInt4Code(k) * k;
    if (least >= -reach && greatest <= int4Greatest * k)
      return static_cast<int8_t>(k);
    if (least >= -int4Greatest * k && greatest <= reach)
      return static_cast<int8_t>(-k);
  }
  return std::nullopt;
}

} // namespace qc::numerics
