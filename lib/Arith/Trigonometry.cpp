// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// sin and cos in f64 by IEEE basic operations and fma.
#include "qc/Arith/Functions.h"
#include "qc/Arith/Rounding.h"

#include <cmath>
#include <limits>

namespace qc::numerics {
namespace {

constexpr double twoByPi = 0x1.45f306dc9c883p-1;
// pi / 2 as a sum.
constexpr double halfPiHigh = 0x1.921fb54442d18p+0, halfPiMiddle = 0x1.1a62633145c07p-54,
                 halfPiLow = -0x1.f1976b7ed8fbcp-110;

/// (-1)^k / (2k + 1)!, k = 1 .. 8: the first omitted term is below 2^-66 for |r| <= pi / 4.
constexpr double sineSeries[] = {-0x1.5555555555555p-3,  0x1.1111111111111p-7,   -0x1.a01a01a01a01ap-13,
                                 0x1.71de3a556c734p-19,  -0x1.ae64567f544e4p-26, 0x1.6124613a86d09p-33,
                                 -0x1.ae7f3e733b81fp-41, 0x1.952c77030ad4ap-49};
/// (-1)^k / (2k)!, k = 2 .. 9.
constexpr double cosineSeries[] = {0x1.5555555555555p-5,   -0x1.6c16c16c16c17p-10, 0x1.a01a01a01a01ap-16,
                                   -0x1.27e4fb7789f5cp-22, 0x1.1eed8eff8d898p-29,  -0x1.93974a8c07c9dp-37,
                                   0x1.ae7f3e733b81fp-45,  -0x1.6827863b97d97p-53};

double polynomial(const double (&series)[8], double s) {
  double sum = series[7];
  for (int k = 6; k >= 0; --k)
    sum = std::fma(sum, s, series[k]);
  return sum;
}

/// sin of x + turn * pi / 2.
double sineAfter(double x, int turn) {
  if (!(std::fabs(x) <= 0x1p+17))
    return std::numeric_limits<double>::quiet_NaN();
  double n = roundEven(x * twoByPi);
  double first = std::fma(-n, halfPiHigh, x); // rounded once, to the ulp of what is left
  double r = std::fma(-n, halfPiMiddle, first);
  double tail = std::fma(-n, halfPiMiddle, first - r) - n * halfPiLow;
  double s = r * r;
  int quarter = (int(n) + turn) & 3;
  double y;
  if (quarter & 1) {
    double half = 0.5 * s, one = 1.0 - half;
    y = one + std::fma(s * s, polynomial(cosineSeries, s), std::fma(-r, tail, (1.0 - one) - half));
  } else {
    y = r + std::fma(r * s, polynomial(sineSeries, s), std::fma(-0.5 * s, tail, tail));
  }
  return quarter & 2 ? -y : y;
}

} // namespace

double sin(double x) { return x == 0 ? x : sineAfter(x, 0); }
double cos(double x) { return sineAfter(x, 1); }

} // namespace qc::numerics
