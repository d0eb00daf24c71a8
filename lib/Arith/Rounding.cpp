// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Roundings by IEEE operations and bits.
#include "qc/Arith/Rounding.h"

#include "Bits.h"

#include <cmath>

namespace qc::numerics {

// Adding and subtracting 2^52 (2^23) leaves no place for a fraction: the addition itself rounds, ties to even.
double roundEven(double x) {
  double magnitude = std::fabs(x);
  if (!(magnitude < 0x1p52))
    return x;
  return std::copysign((magnitude + 0x1p52) - 0x1p52, x);
}

float roundEven(float x) {
  float magnitude = std::fabs(x);
  if (!(magnitude < 0x1p23f))
    return x;
  return std::copysign((magnitude + 0x1p23f) - 0x1p23f, x);
}

float roundUpToF32(double x) {
  float nearest = static_cast<float>(x);
  if (!(static_cast<double>(nearest) < x))
    return nearest;
  // The next f32 upwards. `nearest` is below x, so it is finite or -inf; -0 is never below a value it is nearest to.
  uint32_t bits = toBits(nearest);
  if (nearest == 0.0f)
    return fromBits(uint32_t(1));
  return fromBits(nearest > 0.0f ? bits + 1 : bits - 1);
}

int64_t clampToInt(double x, int64_t lo, int64_t hi, int64_t ifNan) {
  if (x != x)
    return ifNan;
  if (x <= static_cast<double>(lo))
    return lo;
  if (x >= static_cast<double>(hi))
    return hi;
  return static_cast<int64_t>(x);
}

int64_t divideRounded(int64_t a, int64_t b) {
  __int128 numerator = static_cast<__int128>(a) * 2 + b;
  __int128 denominator = static_cast<__int128>(b) * 2;
  __int128 quotient = numerator / denominator;
  return static_cast<int64_t>(numerator % denominator < 0 ? quotient - 1 : quotient);
}

int floorLog2(uint64_t x) { return 63 - __builtin_clzll(x); }

int countTrailingZeros(uint64_t x) { return __builtin_ctzll(x); }

Decomposed decompose(double x) {
  if (x == 0.0)
    return {0.0, 0};
  int extra = 0;
  if (std::fabs(x) < 0x1p-1022) { // subnormal: make it normal, exactly
    x *= 0x1p54;
    extra = -54;
  }
  uint64_t bits = toBits(x);
  int exponent = static_cast<int>(bits >> 52 & 0x7ff) - 1022;
  uint64_t half = (bits & ~(uint64_t(0x7ff) << 52)) | (uint64_t(1022) << 52);
  return {fromBits(half), exponent + extra};
}

double scaleByPowerOfTwo(double x, int exponent) {
  if (x == 0.0 || !(std::fabs(x) <= 0x1.fffffffffffffp+1023))
    return x;
  Decomposed parts = decompose(x);
  int64_t total = static_cast<int64_t>(parts.exponent) + exponent;
  int wanted = static_cast<int>(total < -1200 ? -1200 : total > 1200 ? 1200 : total);
  // Two steps: the first is exact, the second rounds once.
  int first = wanted >> 1;
  return parts.fraction * powerOfTwo(first) * powerOfTwo(wanted - first);
}

} // namespace qc::numerics
