// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// erf in f64 by IEEE basic operations and fma.
#include "qc/Arith/Functions.h"

#include "Bits.h"

#include <cmath>

namespace qc::numerics {
namespace {

constexpr double twoOverSqrtPi = 0x1.20dd750429b6dp+0;
constexpr double oneOverSqrtPi = 0x1.20dd750429b6dp-1;

/// e^(-x^2), the rounding error of x * x taken back.
double gaussian(double x) {
  double square = x * x;
  double error = std::fma(x, x, -square);
  double e = exp(-square);
  return std::fma(-error, e, e);
}

/// erf(x) = 2/sqrt(pi) x e^(-x^2) (1 + 2x^2/3 (1 + 2x^2/5 (1 + ...))): no term is negative (Abramowitz, Stegun 7.1.6).
double series(double x) {
  double twice = 2.0 * x * x, sum = 1.0;
  for (int k = 69; k >= 3; k -= 2)
    sum = std::fma(twice / k, sum, 1.0);
  return twoOverSqrtPi * x * gaussian(x) * sum;
}

/// 1 - erf(x) for x >= 1.25: e^(-x^2) / sqrt(pi) / (x + (1/2) / (x + 1 / (x + (3/2) / (x + ...)))) (7.1.14).
double complement(double x) {
  double fraction = x;
  for (int k = 120; k >= 1; --k)
    fraction = x + 0.5 * k / fraction;
  return oneOverSqrtPi * gaussian(x) / fraction;
}

} // namespace

double erf(double x) {
  if (x != x)
    return quietNan(x);
  double magnitude = std::fabs(x);
  if (magnitude > 6.0) // 1 - erf(6) is 2e-17
    return std::copysign(1.0, x);
  double result = magnitude < 1.25 ? series(magnitude) : 1.0 - complement(magnitude);
  return std::copysign(result, x);
}

} // namespace qc::numerics
