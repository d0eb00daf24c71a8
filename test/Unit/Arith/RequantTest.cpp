// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Requant against its definition: worked examples and golden vectors; the checks (R1) to (R5).
#include "Vectors.h"

#include "gtest/gtest.h"

using namespace qc;
using namespace qc::numerics;
namespace column = qc::test::column;

namespace {

RequantParams oneTerm(int32_t m, int32_t shift, int32_t zeroPoint, Rounding rounding = Rounding::HalfUp) {
  RequantParams params;
  params.multipliers[0] = m;
  params.shift = shift;
  params.zeroPoint = zeroPoint;
  params.rounding = rounding;
  return params;
}

// 1000 * 1503238553 / 2^40 = 1.367.
TEST(Requant, workedExample) {
  RequantParams params = oneTerm(1503238553, 40, 3);
  EXPECT_EQ(requant(params, 1000), 4);
  EXPECT_EQ(requant(params, -1000), 2);
  EXPECT_EQ(requant(params, 366), 4);
  EXPECT_EQ(requant(params, 365), 3);
  EXPECT_EQ(requant(params, INT32_MAX), 127);
  EXPECT_EQ(requant(params, INT32_MIN), -128);
}

// Multiplying by 1/2: half_up sends ties towards +inf, half_even to the even neighbour.
TEST(Requant, tiesOfBothSigns) {
  const int32_t up[7] = {-1, -1, 0, 0, 1, 1, 2}, even[7] = {-2, -1, 0, 0, 0, 1, 2};
  for (int x = -3; x <= 3; ++x) {
    EXPECT_EQ(requant(oneTerm(1 << 30, 31, 0), x), up[x + 3]) << x;
    EXPECT_EQ(requant(oneTerm(1 << 30, 31, 0, Rounding::HalfEven), x), even[x + 3]) << x;
  }
}

// The zero point comes after the rounding (its parity does not matter) and before the one saturation.
TEST(Requant, saturatesOnceAfterTheZeroPoint) {
  EXPECT_EQ(requant(oneTerm(1 << 30, 31, 1, Rounding::HalfEven), 1), 1);
  RequantParams params = oneTerm(1 << 30, 30, -100);
  EXPECT_EQ(requant(params, 200), 100);
  EXPECT_EQ(requant(params, 227), 127);
  EXPECT_EQ(requant(params, 228), 127);
  EXPECT_EQ(requant(params, -28), -128);
  EXPECT_EQ(requant(params, -29), -128);
}

TEST(Requant, twoTermsAreRoundedTogether) {
  RequantParams params = oneTerm(1 << 30, 32, 0);
  params.terms = 2;
  params.multipliers[1] = -(1 << 30);
  EXPECT_EQ(requant(params, 1, 1), 0);  // 1/4 - 1/4
  EXPECT_EQ(requant(params, 1, -1), 1); // 1/4 + 1/4, a tie: up
  EXPECT_EQ(requant(params, -1, 1), 0); // -1/2: up
}

// Sums beyond 64 bits are still exact.
TEST(Requant, noWidth) {
  RequantParams params = oneTerm(INT32_MAX, 1, 0);
  params.terms = 2;
  params.multipliers[1] = INT32_MAX;
  EXPECT_EQ(requant(params, INT64_MAX, INT64_MIN), -128 > -(INT32_MAX - 1) / 2 ? -128 : 0);
  EXPECT_EQ(requant(params, INT64_MAX, INT64_MAX), 127);
  EXPECT_EQ(requant(params, INT64_MAX, -INT64_MAX), 0);
}

TEST(Requant, goldenVectors) {
  const test::Vectors &vectors = test::requantVectors();
  ASSERT_GE(vectors.rows, 100000u) << "the oracle did not run";
  size_t wrong = 0;
  for (size_t i = 0; i < vectors.rows; ++i) {
    const int64_t *row = vectors.row(i);
    int32_t y = requant(test::requantParams(row), row[column::x0], row[column::x1]);
    if (y != row[column::y] && ++wrong < 5)
      ADD_FAILURE() << "row " << i << " gives " << y << ", the oracle " << row[column::y];
  }
  EXPECT_EQ(wrong, 0u);
}

TEST(CheckRequant, legal) {
  const int64_t bounds[2] = {INT32_MAX, 255};
  EXPECT_EQ(checkRequant(oneTerm(1 << 30, 1, 3), CodeType::I8, 31, Span<int64_t>(bounds, 1)), "");
  EXPECT_EQ(checkRequant(oneTerm(-(1 << 30), 62, 3), CodeType::I8, 31, Span<int64_t>(bounds, 1)), "");
  RequantParams two = oneTerm(5, 32, 3);
  two.terms = 2;
  two.multipliers[1] = INT32_MAX;
  EXPECT_EQ(checkRequant(two, CodeType::I8, 31, bounds), "");
}

TEST(CheckRequant, R1_widthOfTheLargestMultiplier) {
  const int64_t bounds[1] = {255};
  EXPECT_EQ(checkRequant(oneTerm((1 << 30) - 1, 40, 0), CodeType::I8, 31, bounds),
            "(R1) expects a largest multiplier of 31 bits, got 1073741823");
  EXPECT_EQ(checkRequant(oneTerm(1 << 22, 40, 0), CodeType::I8, 22, bounds),
            "(R1) expects a largest multiplier of 22 bits, got 4194304");
  EXPECT_EQ(checkRequant(oneTerm((1 << 22) - 1, 40, 0), CodeType::I8, 22, bounds), "");
}

TEST(CheckRequant, R2_shift) {
  const int64_t bounds[1] = {255};
  EXPECT_EQ(checkRequant(oneTerm(1 << 30, 0, 0), CodeType::I8, 31, bounds), "(R2) expects 1 <= shift <= 62, got 0");
  EXPECT_EQ(checkRequant(oneTerm(1 << 30, 63, 0), CodeType::I8, 31, bounds), "(R2) expects 1 <= shift <= 62, got 63");
}

TEST(CheckRequant, R3_sums) {
  const int64_t wide[2] = {int64_t(1) << 31, 0};
  EXPECT_EQ(checkRequant(oneTerm(1 << 30, 40, 0), CodeType::I8, 31, wide),
            "(R3) a term of the rescaling is not proved to lie below 2^31 (R3)");
  RequantParams two = oneTerm(INT32_MAX, 33, 0);
  two.terms = 2;
  two.multipliers[1] = -INT32_MAX;
  const int64_t ends[2] = {INT32_MAX, INT32_MAX};
  EXPECT_EQ(checkRequant(two, CodeType::I8, 31, ends), ""); // 2 (2^31-1)^2 + 2^32 < 2^63
  two.shift = 35;
  EXPECT_EQ(checkRequant(two, CodeType::I8, 31, ends),
            "(R3) the sum of the rescaling is not proved to lie below 2^63 (R3)");
}

TEST(CheckRequant, R4_R5_codes) {
  const int64_t bounds[1] = {255};
  RequantParams params = oneTerm(1 << 30, 40, 0);
  params.lo = 5;
  params.hi = 4;
  EXPECT_EQ(checkRequant(params, CodeType::I8, 31, bounds), "(R4) expects lo <= hi in the range of i8, got [5, 4]");
  params.hi = 256;
  EXPECT_EQ(checkRequant(params, CodeType::UI8, 31, bounds), "(R4) expects lo <= hi in the range of ui8, got [5, 256]");
  params.hi = 255;
  params.zeroPoint = -1;
  EXPECT_EQ(checkRequant(params, CodeType::UI8, 31, bounds), "(R4) expects a zero point in the range of ui8, got -1");
  EXPECT_EQ(checkRequant(params, CodeType::I32, 31, bounds),
            "(R5) expects zero point 0 with a result of type i32, got -1");
}

} // namespace
