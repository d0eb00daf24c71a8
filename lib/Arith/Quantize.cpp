// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parameters from data, real factors, clip bounds and the float borders.
#include "qc/Arith/Quantize.h"

#include "qc/Arith/Rounding.h"

#include "Bits.h"

#include <algorithm>
#include <cmath>

namespace qc::numerics {
namespace {

constexpr float largestF32 = 0x1.fffffep+127f;

bool isFinite(float x) { return std::fabs(x) <= largestF32; }

/// roundeven(b / (s_x * s_w)); nothing beyond the limit.
std::optional<int64_t> biasCode(double bias, float inputScale, float weightScale, int64_t limit) {
  double scale = static_cast<double>(inputScale) * static_cast<double>(weightScale);
  double code = roundEven(bias / scale);
  if (!(std::fabs(code) <= static_cast<double>(limit)))
    return std::nullopt;
  return static_cast<int64_t>(code);
}

} // namespace

std::optional<QuantParams> chooseActivation(float min, float max, CodeType type) {
  if (!isFinite(min) || !isFinite(max))
    return std::nullopt;
  CodeRange codes = codeRange(type);
  int32_t last = codes.hi - codes.lo;
  double lo = min < 0.0f ? min : 0.0;
  double hi = max > 0.0f ? max : 0.0;
  if (lo == 0.0 && hi == 0.0)
    return QuantParams{1.0f, codes.lo};
  QuantParams params;
  params.scale = static_cast<float>(std::max((hi - lo) / static_cast<double>(last), 0x1p-64));
  int64_t zero = clampToInt(roundEven(-lo / static_cast<double>(params.scale)), 0, last);
  params.zeroPoint = static_cast<int32_t>(zero) + codes.lo;
  return params;
}

std::optional<QuantParams> chooseCentredActivation(float min, float max, CodeType type) {
  if (!isFinite(min) || !isFinite(max))
    return std::nullopt;
  CodeRange codes = codeRange(type);
  int32_t half = (codes.hi - codes.lo) / 2;
  double largest = static_cast<double>(std::max({-min, max, 0.0f}));
  QuantParams params;
  params.zeroPoint = codes.lo + half + 1;
  if (largest != 0.0)
    params.scale = static_cast<float>(std::max(largest / static_cast<double>(half), 0x1p-64));
  return params;
}

float leastWeightScale(float bias, float inputScale, CodeType input) {
  double guarded = static_cast<double>(inputScale) * static_cast<double>(biasLimit(input));
  return roundUpToF32(std::fabs(static_cast<double>(bias)) / guarded);
}

std::optional<float> chooseWeightScale(float maxAbs, float bias, float inputScale, CodeType input) {
  float fromWeights = static_cast<float>(static_cast<double>(maxAbs) / 127.0);
  float scale = std::max(fromWeights, leastWeightScale(bias, inputScale, input));
  if (!isFinite(scale))
    return std::nullopt;
  return scale == 0.0f ? 1.0f : scale;
}

float maxAbs(const float *w, int64_t count, int64_t stride) {
  float largest = 0.0f;
  for (int64_t i = 0; i < count; ++i) {
    float magnitude = std::fabs(w[i * stride]);
    if (!(magnitude <= largestF32))
      return fromBits(uint32_t(0x7f800000));
    largest = std::max(largest, magnitude);
  }
  return largest;
}

int8_t quantizeWeight(float w, float scale) {
  double code = roundEven(static_cast<double>(w) / static_cast<double>(scale));
  return static_cast<int8_t>(clampToInt(code, -127, 127));
}

std::optional<int32_t> quantizeBias(double bias, float inputScale, float weightScale) {
  std::optional<int64_t> code = biasCode(bias, inputScale, weightScale, biasLimit(CodeType::UI8));
  return code ? std::optional<int32_t>(static_cast<int32_t>(*code)) : std::nullopt;
}

std::optional<int64_t> quantizePlaneBias(double bias, float inputScale, float weightScale) {
  return biasCode(bias, inputScale, weightScale, biasLimit(CodeType::UI16));
}

double productFactor(float inputScale, float weightScale, float resultScale) {
  return static_cast<double>(inputScale) * static_cast<double>(weightScale) / static_cast<double>(resultScale);
}

double averageFactor(float inputScale, int64_t count, float resultScale) {
  return static_cast<double>(inputScale) / (static_cast<double>(count) * static_cast<double>(resultScale));
}

double rescaleFactor(float inputScale, float resultScale) {
  return static_cast<double>(inputScale) / static_cast<double>(resultScale);
}

float accumulatorScale(float inputScale, float weightScale) {
  return static_cast<float>(static_cast<double>(inputScale) * static_cast<double>(weightScale));
}

int32_t boundCode(double bound, QuantParams result, CodeType type) {
  CodeRange range = codeRange(type);
  double code = roundEven(bound / static_cast<double>(result.scale)) + static_cast<double>(result.zeroPoint);
  return static_cast<int32_t>(clampToInt(code, range.lo, range.hi));
}

CodeRange clipCodes(std::optional<float> min, std::optional<float> max, QuantParams result, CodeType type) {
  CodeRange range = codeRange(type);
  int32_t hi = max ? boundCode(*max, result, type) : range.hi;
  int32_t lo = min ? boundCode(*min, result, type) : range.lo;
  return {std::min(lo, hi), hi};
}

int32_t quantize(float x, QuantParams params, CodeType type) {
  CodeRange range = codeRange(type);
  float real = x == x ? x : 0.0f;
  // Beyond 2^23 the sum may round, but there it is outside of every range anyway.
  float code = roundEven(real / params.scale) + static_cast<float>(params.zeroPoint);
  return static_cast<int32_t>(clampToInt(code, range.lo, range.hi));
}

float dequantize(int64_t code, QuantParams params) {
  return static_cast<float>(code - params.zeroPoint) * params.scale;
}

std::optional<float> exactReciprocal(float scale) {
  uint32_t bits = toBits(scale);
  uint32_t mantissa = bits & 0x7fffff, exponent = bits >> 23 & 0xff;
  bool isPower = exponent == 0 ? mantissa != 0 && (mantissa & (mantissa - 1)) == 0 : mantissa == 0;
  float reciprocal = 1.0f / scale;
  if (!isPower || !isFinite(scale) || !isFinite(reciprocal))
    return std::nullopt;
  return reciprocal;
}

} // namespace qc::numerics
