// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Roundings: ties, ends, both widths; powers of two and decomposition.
#include "Vectors.h"

#include "qc/Arith/Rounding.h"

#include "gtest/gtest.h"

#include <cfloat>
#include <cmath>
#include <random>

using namespace qc;
using namespace qc::numerics;

namespace {

template <typename Float> void expectRoundEven(Float x) {
  Float expected = std::nearbyint(x); // the default rounding of the test's process
  EXPECT_EQ(std::signbit(roundEven(x)), std::signbit(expected)) << x;
  EXPECT_EQ(roundEven(x), expected) << x;
}

TEST(Rounding, roundEven) {
  for (int k = -2000; k <= 2000; ++k) {
    expectRoundEven(k / 4.0);
    expectRoundEven(k / 4.0f);
    expectRoundEven(std::nextafter(k / 2.0, 1e9));
    expectRoundEven(std::nextafter(k / 2.0f, -1e9f));
  }
  std::mt19937_64 rng(1);
  for (int i = 0; i < 100000; ++i) {
    double x = test::asF64(static_cast<int64_t>(rng()));
    float y = test::asF32(static_cast<int64_t>(rng()));
    if (x == x)
      expectRoundEven(x);
    if (y == y)
      expectRoundEven(y);
  }
  EXPECT_TRUE(std::isnan(roundEven(NAN)));
  EXPECT_EQ(roundEven(INFINITY), INFINITY);
  EXPECT_EQ(roundEven(8388607.5f), 8388608.0f);
  EXPECT_EQ(roundEven(0x1.fffffffffffffp51), 0x1p52);
}

TEST(Rounding, roundUpToF32) {
  EXPECT_EQ(roundUpToF32(1.0), 1.0f);
  EXPECT_EQ(roundUpToF32(1.0 + 0x1p-52), 0x1.000002p0f);
  EXPECT_EQ(roundUpToF32(1.0 - 0x1p-53), 1.0f);
  EXPECT_EQ(roundUpToF32(-1.0 - 0x1p-52), -1.0f);
  EXPECT_EQ(roundUpToF32(1e-300), FLT_TRUE_MIN);
  EXPECT_EQ(roundUpToF32(-1e-300), 0.0f);
  EXPECT_EQ(roundUpToF32(0.0), 0.0f);
  EXPECT_EQ(roundUpToF32(FLT_MAX * (1 + 1e-10)), INFINITY);
  EXPECT_EQ(roundUpToF32(-1e300), -FLT_MAX);
  EXPECT_EQ(roundUpToF32(1e300), INFINITY);
}

TEST(Rounding, clampToInt) {
  EXPECT_EQ(clampToInt(1e300, -128, 127), 127);
  EXPECT_EQ(clampToInt(-INFINITY, -128, 127), -128);
  EXPECT_EQ(clampToInt(NAN, -128, 127, 5), 5);
  EXPECT_EQ(clampToInt(-7.0, -128, 127), -7);
  EXPECT_EQ(clampToInt(2147483648.0, INT32_MIN, INT32_MAX), INT32_MAX);
}

TEST(Rounding, integerDivision) {
  EXPECT_EQ(floorDivide(7, 2), 3);
  EXPECT_EQ(floorDivide(-7, 2), -4);
  EXPECT_EQ(floorDivide(-8, 2), -4);
  for (int64_t b : {1, 2, 3, 4, 7, 10})
    for (int64_t a = -50; a <= 50; ++a) {
      int64_t expected = static_cast<int64_t>(std::floor((2.0 * a + b) / (2.0 * b)));
      EXPECT_EQ(divideRounded(a, b), expected) << a << "/" << b;
    }
  EXPECT_EQ(divideRounded(3, 2), 2);   // 1.5: up
  EXPECT_EQ(divideRounded(-3, 2), -1); // -1.5: up
  EXPECT_EQ(divideRounded(INT64_MAX, 1), INT64_MAX);
  EXPECT_EQ(divideRounded(INT64_MIN, 1), INT64_MIN);
}

TEST(Rounding, bits) {
  EXPECT_EQ(floorLog2(1), 0);
  EXPECT_EQ(floorLog2(255), 7);
  EXPECT_EQ(floorLog2(256), 8);
  EXPECT_EQ(countTrailingZeros(96), 5);
}

TEST(Rounding, powersOfTwo) {
  std::mt19937_64 rng(2);
  for (int i = 0; i < 100000; ++i) {
    double x = test::asF64(static_cast<int64_t>(rng()));
    if (!std::isfinite(x))
      continue;
    int exponent;
    double fraction = std::frexp(x, &exponent);
    Decomposed parts = decompose(x);
    ASSERT_EQ(parts.fraction, fraction);
    ASSERT_EQ(parts.exponent, exponent);
    int by = static_cast<int>(rng() % 4200) - 2100;
    ASSERT_EQ(scaleByPowerOfTwo(x, by), std::ldexp(x, by)) << x << " " << by;
  }
  EXPECT_EQ(decompose(DBL_TRUE_MIN).exponent, -1073);
  EXPECT_EQ(decompose(0.0).exponent, 0);
}

} // namespace
