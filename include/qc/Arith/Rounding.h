// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rounding to integers: roundeven, and integer division with a stated rounding (docs/Numerics.md).
#ifndef QC_ARITH_ROUNDING_H
#define QC_ARITH_ROUNDING_H

#include <cstdint>

namespace qc::numerics {

/// x rounded to an integer, ties to even; the sign of zero and NaN are kept. IEEE additions only: every host agrees.
double roundEven(double x);
/// The same in f32.
float roundEven(float x);

/// The smallest f32 that is >= x (+inf where x is above the largest finite f32); NaN stays NaN.
float roundUpToF32(double x);

/// clamp(x, lo, hi) to an integer: clamped as float, then converted; NaN counts as `ifNan`. x is an integer or
/// infinite. Requires |lo|, |hi| <= 2^53 and lo <= hi.
int64_t clampToInt(double x, int64_t lo, int64_t hi, int64_t ifNan = 0);

/// floor(a / b). Requires b > 0.
constexpr int64_t floorDivide(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

/// floor((2a + b) / (2b)): a / b to nearest, ties towards +infinity: how every integer division of qc rounds unless its
/// op says otherwise. Requires b > 0; exact for every a.
int64_t divideRounded(int64_t a, int64_t b);

/// floor(log2 x). Requires x >= 1.
int floorLog2(uint64_t x);

/// The number of trailing zero bits. Requires x != 0.
int countTrailingZeros(uint64_t x);

/// x = fraction * 2^exponent with |fraction| in [1/2, 1). Zero gives {0, 0}; requires x finite.
struct Decomposed {
  double fraction;
  int exponent;
};
/// x as a Decomposed, exactly; subnormal numbers too.
Decomposed decompose(double x);

/// x * 2^exponent, rounded once (to nearest even, also into the subnormal range; overflow gives infinity).
double scaleByPowerOfTwo(double x, int exponent);

} // namespace qc::numerics

#endif
