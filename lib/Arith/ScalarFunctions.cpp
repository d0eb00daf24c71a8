// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The f64 formulas of scalar operations, for tables; floats as integers.
#include "qc/Arith/ScalarFunctions.h"
#include "qc/Arith/Rounding.h"

namespace qc::numerics {

int64_t truncateToInteger(float x, unsigned width, bool isUnsigned) {
  if (x != x)
    return 0;
  int64_t least = isUnsigned ? 0 : width == 64 ? INT64_MIN : -(int64_t(1) << (width - 1));
  int64_t greatest = width == 64 ? INT64_MAX : (int64_t(1) << (isUnsigned ? width : width - 1)) - 1;
  if (x <= float(least))
    return least;
  // float(greatest) may lie one above it.
  return x >= float(greatest) ? greatest : int64_t(x);
}

namespace scalar {

double round(double x) { return numerics::roundEven(x); }

double softplus(double x) { return (x > 0 ? x : 0.0) + numerics::log(1.0 + numerics::exp(-std::fabs(x))); }
double silu(double x) { return x * numerics::sigmoid(x); }
double mish(double x) { return x * numerics::tanh(softplus(x)); }
double gelu(double x) { return x * (0.5 * (1.0 + numerics::erf(x * 0x1.6a09e667f3bcdp-1))); }
double geluTanh(double x) {
  double z = 0x1.9884533d43651p-1 * (x + 0.044715 * x * x * x);
  return x * numerics::sigmoid(2.0 * z);
}

static double powerByProducts(double x, unsigned n) {
  double y = 1.0;
  for (unsigned bit = 64; bit != 0; bit >>= 1) {
    y *= y;
    if (n & bit)
      y *= x;
  }
  return y;
}

double pow(double x, double y) {
  double whole = std::floor(std::fabs(y));
  if (whole == std::fabs(y) && whole <= 64) {
    double power = powerByProducts(x, unsigned(whole));
    return y < 0 ? 1.0 / power : power;
  }
  if (y == 0.5)
    return std::sqrt(x);
  if (x == 0)
    return y < 0 ? 1.0 / 0.0 : 0.0;
  return numerics::exp(y * numerics::log(x)); // NaN below 0, as log
}

} // namespace scalar
} // namespace qc::numerics
