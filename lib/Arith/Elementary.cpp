// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// exp, expm1, log, tanh, sigmoid in f64 by IEEE basic operations and fma.
#include "qc/Arith/Functions.h"
#include "qc/Arith/Rounding.h"

#include "Bits.h"

#include <cmath>

namespace qc::numerics {
namespace {

constexpr double infinity = __builtin_huge_val();
constexpr double log2OfE = 0x1.71547652b82fep+0;
constexpr double ln2High = 0x1.62e42fefa38p-1; // 42 bits: a product with an integer below 2^11 is exact
constexpr double ln2Low = 0x1.ef35793c7673p-45;

/// 1/k!, k = 2 .. 14.
constexpr double inverseFactorials[] = {
    0x1p-1,
    0x1.5555555555555p-3,
    0x1.5555555555555p-5,
    0x1.1111111111111p-7,
    0x1.6c16c16c16c17p-10,
    0x1.a01a01a01a01ap-13,
    0x1.a01a01a01a01ap-16,
    0x1.71de3a556c734p-19,
    0x1.27e4fb7789f5cp-22,
    0x1.ae64567f544e4p-26,
    0x1.1eed8eff8d898p-29,
    0x1.6124613a86d09p-33,
    0x1.93974a8c07c9dp-37,
};

/// x = n * ln 2 + r + tail with |r| <= ln 2 / 2 (a little more), n an integer.
struct Reduced {
  double n;
  double r;
  double tail;
};

Reduced reduce(double x) {
  double n = roundEven(x * log2OfE);
  double high = std::fma(-n, ln2High, x); // exact
  double low = n * ln2Low;
  double r = high - low;
  return {n, r, (high - r) - low};
}

/// e^(r + tail) - 1 for a reduced argument: Taylor's series; the first omitted term, r^15 / 15!, is below 2^-63.
double reducedExpm1(double r, double tail) {
  double series = inverseFactorials[12];
  for (int k = 11; k >= 0; --k)
    series = std::fma(series, r, inverseFactorials[k]);
  return r + (std::fma(tail, r, tail) + r * r * series);
}

} // namespace

double exp(double x) {
  if (x != x)
    return quietNan(x);
  if (x > 709.79)
    return infinity;
  if (x < -745.2)
    return 0.0;
  Reduced reduced = reduce(x);
  return scaleByPowerOfTwo(1.0 + reducedExpm1(reduced.r, reduced.tail), static_cast<int>(reduced.n));
}

double expm1(double x) {
  if (x != x)
    return quietNan(x);
  if (x == 0.0)
    return x;
  if (x > 40.0) // the 1 is below half an ulp
    return exp(x);
  if (x < -40.0)
    return -1.0;
  Reduced reduced = reduce(x);
  double part = reducedExpm1(reduced.r, reduced.tail);
  double scale = powerOfTwo(static_cast<int>(reduced.n));
  return std::fma(scale, part, scale - 1.0);
}

double log(double x) {
  if (x != x || x < 0.0)
    return quietNan(x);
  if (x == 0.0)
    return -infinity;
  if (x == infinity)
    return x;
  Decomposed parts = decompose(x);
  double m = parts.fraction, e = parts.exponent;
  if (m < 0x1.6a09e667f3bcdp-1) { // below sqrt(1/2): to [sqrt(1/2), sqrt 2)
    m *= 2.0;
    e -= 1.0;
  }
  // log m = 2 atanh(s), s = (m - 1) / (m + 1), held as s + tail.
  double f = m - 1.0, d = m + 1.0;
  double dTail = m - (d - 1.0);
  double s = f / d;
  double tail = (std::fma(-s, d, f) - s * dTail) / d;
  double square = s * s, series = 0.0;
  for (int k = 25; k >= 3; k -= 2)
    series = std::fma(series, square, 2.0 / k);
  // e * ln2High is exact; adding 2s to it leaves a remainder that is exact too.
  double big = e * ln2High, twice = 2.0 * s;
  double sum = big + twice;
  double remainder = e == 0.0 ? 0.0 : (big - sum) + twice;
  return sum + (remainder + (2.0 * tail + std::fma(series, square * s, e * ln2Low)));
}

double tanh(double x) {
  if (x != x)
    return quietNan(x);
  double magnitude = std::fabs(x);
  if (magnitude > 20.0) // 1 - 2e^-40: rounds to 1
    return std::copysign(1.0, x);
  double e = expm1(2.0 * magnitude);
  return std::copysign(e / (e + 2.0), x);
}

double sigmoid(double x) {
  if (x != x)
    return quietNan(x);
  double e = exp(-std::fabs(x));
  return x < 0.0 ? e / (1.0 + e) : 1.0 / (1.0 + e);
}

} // namespace qc::numerics
