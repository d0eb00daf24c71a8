// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Bounds of sums and registers: golden vectors, brute force, the ends of what fits.
#include "Vectors.h"

#include "qc/Arith/Bounds.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <random>

using namespace qc;
using namespace qc::numerics;

namespace {

TEST(Bounds, workedExample) {
  const int8_t w[4] = {3, -2, 0, 5};
  WeightSums sums = sumWeights(w, 4);
  EXPECT_EQ(sums.positive, 8);
  EXPECT_EQ(sums.negative, 2);
  EXPECT_EQ(sums.sum(), 6);
  EXPECT_EQ(sumWeights(w, 2, 2).positive, 3);
  SumBounds bounds = contractionBounds(sums, codeRange(CodeType::UI8), 10, 100);
  EXPECT_EQ(bounds.upper, 245 * 8 + 10 * 2 + 100);
  EXPECT_EQ(bounds.lower, -10 * 8 - 245 * 2 + 100);
  EXPECT_EQ(bounds.raw, 255 * 8);
  EXPECT_EQ(bounds.bound(), 2080);
  EXPECT_TRUE(bounds.fitsRegister());
  EXPECT_TRUE(sumWeights(w + 2, 1).allZero());
}

TEST(Bounds, goldenVectors) {
  test::TemporaryFolder folder;
  ASSERT_TRUE(test::runOracle("parameters_oracle.py", folder.path() + " --seed 3 --kinds bounds"));
  test::Vectors vectors = test::readVectors(folder.path() + "/bounds.vec");
  ASSERT_GT(vectors.rows, 0u);
  for (size_t i = 0; i < vectors.rows; ++i) {
    const int64_t *row = vectors.row(i); // w0..w7, lo_x, hi_x, z_x, b, L, U, R
    int8_t w[8];
    std::copy(row, row + 8, w);
    CodeRange range = {static_cast<int32_t>(row[8]), static_cast<int32_t>(row[9])};
    SumBounds got = contractionBounds(sumWeights(w, 8), range, static_cast<int32_t>(row[10]), row[11]);
    ASSERT_EQ(got.lower, row[12]) << i;
    ASSERT_EQ(got.upper, row[13]) << i;
    ASSERT_EQ(got.raw, row[14]) << i;
  }
}

// Every partial sum of raw codes in every order stays in [-R, R], for the u8 and the s8 coding.
TEST(Bounds, partialSums) {
  std::mt19937 rng(1);
  for (int round = 0; round < 200; ++round) {
    int8_t w[12];
    for (int8_t &value : w)
      value = static_cast<int8_t>(static_cast<int>(rng() % 255) - 127);
    for (CodeType type : {CodeType::UI8, CodeType::I8}) {
      CodeRange range = codeRange(type);
      int64_t limit = contractionBounds(sumWeights(w, 12), range, 0, 0).raw, sum = 0;
      std::shuffle(w, w + 12, rng);
      for (int8_t value : w) {
        sum += int64_t(rng() & 1 ? range.lo : range.hi) * value;
        EXPECT_LE(std::abs(sum), limit);
      }
    }
  }
}

TEST(Bounds, registersOverflowIsFound) {
  WeightSums sums;
  sums.positive = INT32_MAX / 255;
  EXPECT_TRUE(contractionBounds(sums, codeRange(CodeType::UI8), 0, 0).fitsRegister());
  EXPECT_TRUE(contractionBounds(sums, codeRange(CodeType::UI8), 0, INT32_MAX % 255).fitsRegister());
  EXPECT_FALSE(contractionBounds(sums, codeRange(CodeType::UI8), 0, INT32_MAX % 255 + 1).fitsRegister());
  sums.positive += 1;
  EXPECT_FALSE(contractionBounds(sums, codeRange(CodeType::UI8), 0, 0).fitsRegister());
  // The raw register decides where the bound itself would fit.
  EXPECT_FALSE(contractionBounds(sums, {0, 100}, 0, 0).fitsRegister());
}

TEST(Bounds, products) {
  for (int32_t za : {-128, 0, 100, 127})
    for (int32_t zb : {0, 3, 255}) {
      CodeRange a = codeRange(CodeType::I8), b = codeRange(CodeType::UI8);
      SumBounds got = productBounds(a, za, b, zb);
      int64_t lower = INT64_MAX, upper = INT64_MIN, raw = 0;
      for (int32_t x : {a.lo, a.hi})
        for (int32_t y : {b.lo, b.hi}) {
          lower = std::min(lower, int64_t(x - za) * (y - zb));
          upper = std::max(upper, int64_t(x - za) * (y - zb));
          raw = std::max(raw, std::abs(int64_t(x) * (y - 128)));
        }
      EXPECT_EQ(got.lower, lower);
      EXPECT_EQ(got.upper, upper);
      SumBounds sum = matmulBounds(7, a, za, b, zb);
      EXPECT_EQ(sum.lower, 7 * lower);
      EXPECT_EQ(sum.upper, 7 * upper);
      EXPECT_EQ(sum.raw, 7 * raw);
    }
  SumBounds pool = codeSumBounds(9, codeRange(CodeType::UI8), 10);
  EXPECT_EQ(pool.lower, -90);
  EXPECT_EQ(pool.upper, 245 * 9);
  EXPECT_EQ(pool.raw, 255 * 9);
}

// 32768 codes of 16 bits fit whatever the zero point is; one more does not.
TEST(Bounds, sumsOf16BitCodes) {
  CodeRange wide = codeRange(CodeType::UI16);
  for (int32_t zero : {0, 1, 32768, 65535}) {
    EXPECT_TRUE(codeSumBounds(32768, wide, zero).fitsRegister()) << zero;
    EXPECT_FALSE(codeSumBounds(32769, wide, zero).fitsRegister()) << zero; // the raw sum decides
  }
  EXPECT_TRUE(codeSumBounds(65535, codeRange(CodeType::I16), 0).fitsRegister());
  EXPECT_FALSE(codeSumBounds(32769, codeRange(CodeType::I16), -32768).fitsRegister());
  EXPECT_TRUE(codeSumBounds(1 << 23, codeRange(CodeType::UI8), 0).fitsRegister());
  EXPECT_EQ(codeSumBounds(9, wide, 10).bound(), 9 * 65525);
}

// X_a * X_b at its border: 65535 * 32768 fits, 65535 * 32769 does not.
TEST(Bounds, productsOf16BitCodes) {
  const CodeType wide = CodeType::UI16, narrow = CodeType::UI8;
  EXPECT_TRUE(productBounds(codeRange(wide), 0, codeRange(narrow), 0).fitsRegister());
  EXPECT_FALSE(operandToCentre(wide, 0, narrow, 255));
  EXPECT_FALSE(operandToCentre(wide, 0, wide, 32768));
  EXPECT_FALSE(operandToCentre(wide, 0, wide, 32767));
  EXPECT_EQ(operandToCentre(wide, 0, wide, 32766), 1);
  EXPECT_EQ(operandToCentre(wide, 32769, wide, 0), 0);
  EXPECT_EQ(operandToCentre(wide, 0, wide, 65535), 0); // equal: the first
  EXPECT_EQ(operandToCentre(CodeType::I16, -32768, CodeType::I16, 5000), 1);
  for (int32_t za = 0; za <= 65535; za += 257)
    for (int32_t zb = 0; zb <= 65535; zb += 255)
      if (std::optional<int> centred = operandToCentre(wide, za, wide, zb)) {
        ASSERT_FALSE(operandToCentre(wide, *centred == 0 ? 32768 : za, wide, *centred == 1 ? 32768 : zb)) << za;
      }
}

/// vpmaddubsw of one pair as the machine computes it.
int saturatedPair(int x0, int x1, int w0, int w1) { return std::clamp(x0 * w0 + x1 * w1, -32768, 32767); }

// If and only if, over all pairs of weights.
TEST(Bounds, pairSumsExactness) {
  for (int w0 = -128; w0 <= 127; ++w0)
    for (int w1 = -128; w1 <= 127; ++w1) {
      bool exact = true;
      for (int x0 : {0, 255})
        for (int x1 : {0, 255})
          exact &= saturatedPair(x0, x1, w0, w1) == x0 * w0 + x1 * w1;
      const int8_t pair[2] = {static_cast<int8_t>(w0), static_cast<int8_t>(w1)};
      ASSERT_EQ(isPairSumExact(pair), exact) << w0 << " " << w1;
    }
  const int8_t odd[3] = {64, 64, 127}, apart[4] = {127, 0, 127, 1}, bad[4] = {0, 0, 127, 2};
  EXPECT_TRUE(isPairSumExact(odd));
  EXPECT_TRUE(isPairSumExact(apart));
  EXPECT_FALSE(isPairSumExact(bad));
}

} // namespace
