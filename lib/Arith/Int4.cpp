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

double codeOf(float w, double step) {
  double code = roundEven(static_cast<double>(w) / step);
  return std::min(std::max(code, -double(int4Limit)), double(int4Limit));
}

/// The sum of squared errors with codes in steps of scale * multiplier, an exact f64.
double squaredError(Span<float> w, float scale, int32_t multiplier) {
  double step = static_cast<double>(scale) * static_cast<double>(multiplier), sum = 0.0;
  for (float value : w) {
    double error = static_cast<double>(value) - step * codeOf(value, step);
    sum += error * error;
  }
  return sum;
}

/// The first multiplier of the smallest error, from the one that clips nothing down to half of it.
int32_t chooseMultiplier(Span<float> w, float scale) {
  double largest = static_cast<double>(maxAbs(w.data(), static_cast<int64_t>(w.size())));
  double full = std::ceil(largest / (double(int4Limit) * static_cast<double>(scale)));
  int32_t first = static_cast<int32_t>(std::min(std::max(full, 1.0), double(groupMultiplierLimit)));
  int32_t best = first;
  double least = squaredError(w, scale, first);
  for (int32_t k = first - 1; k >= (first + 1) / 2; --k)
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
    float scale = scaleOf(largest * static_cast<double>(j), double(int4Limit * 32), least);
    if (double error = squaredError(w, scale, 1); error < smallest) {
      best = scale;
      smallest = error;
    }
  }
  return best;
}

void appendCodes(Span<float> w, int32_t multiplier, Int4Weights &weights) {
  double step = static_cast<double>(weights.scale) * static_cast<double>(multiplier);
  weights.multipliers.push_back(static_cast<uint8_t>(multiplier));
  for (float value : w)
    weights.codes.push_back(static_cast<int8_t>(codeOf(value, step)));
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
  weights.scale = scaleOf(largest, double(int4Limit * groupMultiplierLimit), least);
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

std::optional<uint8_t> findGroupMultiplier(Span<int8_t> w8) {
  int32_t divisor = 0, largest = 0;
  for (int8_t w : w8) {
    int32_t magnitude = std::abs(int32_t(w));
    divisor = std::gcd(divisor, magnitude);
    largest = std::max(largest, magnitude);
  }
  for (int32_t k = 1; k <= groupMultiplierLimit; ++k)
    if (divisor % k == 0 && largest <= int4Limit * k)
      return static_cast<uint8_t>(k);
  return std::nullopt;
}

} // namespace qc::numerics
