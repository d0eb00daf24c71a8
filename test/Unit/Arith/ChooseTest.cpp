// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Choosing (m, s): worked examples, every limit, golden vectors; the real factors.
#include "Vectors.h"

#include "qc/Arith/Quantize.h"

#include "gtest/gtest.h"

#include <cmath>

using namespace qc;
using namespace qc::numerics;

namespace {

void expectMultipliers(const Multipliers &got, int32_t m0, int32_t m1, int32_t shift, bool dead) {
  EXPECT_EQ(got.refusal, Refusal::None);
  EXPECT_EQ(got.m[0], m0);
  EXPECT_EQ(got.m[1], m1);
  EXPECT_EQ(got.shift, shift);
  EXPECT_EQ(got.dead, dead);
}

// 1503238553 / 2^40 = 0.0013671875 * (1 - 2^-31 or so): 0.7 * 2^-9.
TEST(Choose, workedExamples) {
  expectMultipliers(chooseRequant(0.7 / 512, 31), 1503238554, 0, 40, false);
  expectMultipliers(chooseRequant(0.5, 31), 1 << 30, 0, 31, false);
  expectMultipliers(chooseRequant(1.0, 31), 1 << 30, 0, 30, false);
  expectMultipliers(chooseRequant(1.0, 22), 1 << 21, 0, 21, false);
  expectMultipliers(chooseRequant2(1.0, -0.25, 22), 1 << 21, -(1 << 19), 21, false);
  expectMultipliers(chooseRequant2(0.25, 1.0, 22), 1 << 19, 1 << 21, 21, false);
}

TEST(Choose, roundsUpToTheNextPower) {
  double justBelow = std::nextafter(1.0, 0.0);
  expectMultipliers(chooseRequant(justBelow, 31), 1 << 30, 0, 30, false);
  // s = 63 before the renormalisation, 62 after it: alive.
  expectMultipliers(chooseRequant(std::ldexp(justBelow, -32), 31), 1 << 30, 0, 62, false);
  expectMultipliers(chooseRequant(std::ldexp(justBelow, -33), 31), 1 << 30, 0, 62, true);
}

TEST(Choose, deadAndRefused) {
  expectMultipliers(chooseRequant(0.0, 31), 1 << 30, 0, 62, true); // an all-zero filter as the only term
  expectMultipliers(chooseRequant2(0.0, 0.0, 31), 1 << 30, 0, 62, true);
  expectMultipliers(chooseRequant2(0.0, 1.0, 31), 0, 1 << 30, 30, false); // it takes no part in choosing
  expectMultipliers(chooseRequant2(0x1p-80, -0x1p-70, 31), 0, 1 << 30, 62, true);
  EXPECT_EQ(chooseRequant(0x1p30, 31).refusal, Refusal::ShiftBelowOne);
  EXPECT_EQ(chooseRequant(std::nextafter(0x1p30, 0.0), 31).refusal, Refusal::ShiftBelowOne);
  EXPECT_EQ(chooseRequant(0x1p29, 31).shift, 1);
  EXPECT_EQ(chooseRequant(INFINITY, 31).refusal, Refusal::NotFinite);
  EXPECT_EQ(chooseRequant2(1.0, NAN, 31).refusal, Refusal::NotFinite);
  EXPECT_STREQ(describe(Refusal::None), "");
}

// r of a dead channel is 0 for every |x| < 2^31, with both roundings and both widths.
TEST(Choose, deadChannelsGiveZero) {
  for (int width : {contractionWidth, codesWidth}) {
    Multipliers dead = chooseRequant(0x1p-90, width);
    RequantParams params;
    params.multipliers[0] = dead.m[0];
    params.shift = dead.shift;
    params.zeroPoint = 5;
    EXPECT_TRUE(isDead(params, width));
    for (Rounding rounding : {Rounding::HalfUp, Rounding::HalfEven}) {
      params.rounding = rounding;
      EXPECT_EQ(requant(params, INT32_MAX), 5);
      EXPECT_EQ(requant(params, -int64_t(INT32_MAX)), 5);
    }
  }
}

TEST(Choose, sumIsProved) {
  const int64_t small[2] = {1000, 255}, wide[2] = {int64_t(1) << 31, 0}, ends[2] = {INT32_MAX, INT32_MAX};
  EXPECT_EQ(proveSum(chooseRequant2(1e-3, 1.0, 31), small), Refusal::None);
  EXPECT_EQ(proveSum(chooseRequant(1e-3, 31), Span<int64_t>(wide, 1)), Refusal::TermTooWide);
  Multipliers both = chooseRequant2(0x1.fffffffcp-5, 0x1.fffffffcp-5, 31);
  EXPECT_EQ(both.m[0], INT32_MAX);
  EXPECT_EQ(both.shift, 35);
  EXPECT_EQ(proveSum(both, ends), Refusal::SumTooWide);
}

TEST(Choose, channels) {
  const double factors[4] = {0.01, 0.0, 0x1p-80, 0.5};
  const int64_t bounds[4] = {1000, 0, 1000, 1000};
  ChannelMultipliers one = chooseChannels(factors, bounds, 31);
  ASSERT_TRUE(bool(one));
  EXPECT_EQ(one.dead, (std::vector<bool>{false, true, true, false}));
  EXPECT_TRUE(one.m1.empty());
  ChannelMultipliers two = chooseChannels2(factors, bounds, 1.0, 255, 31);
  ASSERT_TRUE(bool(two));
  EXPECT_EQ(two.m0[1], 0);
  EXPECT_EQ(two.m1, (std::vector<int32_t>(4, 1 << 30)));
  EXPECT_EQ(two.shifts, (std::vector<int32_t>(4, 30)));
  const double bad[3] = {0.5, 0x1p40, INFINITY};
  ChannelMultipliers refused = chooseChannels(bad, bounds, 31);
  EXPECT_EQ(refused.refusal, Refusal::ShiftBelowOne);
  EXPECT_EQ(refused.refusedChannel, 1u);
}

TEST(Choose, goldenVectors) {
  test::TemporaryFolder folder;
  ASSERT_TRUE(test::runOracle("parameters_oracle.py", folder.path() + " --kinds choose,factor"));
  test::Vectors choose = test::readVectors(folder.path() + "/choose.vec");
  ASSERT_GT(choose.rows, 0u);
  for (size_t i = 0; i < choose.rows; ++i) {
    const int64_t *row = choose.row(i); // terms, w, M0, M1, status, dead, m0, m1, s
    int width = static_cast<int>(row[1]);
    Multipliers got = row[0] == 2 ? chooseRequant2(test::asF64(row[2]), test::asF64(row[3]), width)
                                  : chooseRequant(test::asF64(row[2]), width);
    const Refusal status[] = {Refusal::None, Refusal::NotFinite, Refusal::ShiftBelowOne};
    ASSERT_EQ(got.refusal, status[row[4]]) << i;
    if (row[4] != 0)
      continue;
    ASSERT_EQ(got.dead, row[5] == 1) << i;
    ASSERT_EQ(got.m[0], row[6]) << i;
    ASSERT_EQ(got.m[1], row[7]) << i;
    ASSERT_EQ(got.shift, row[8]) << i;
  }
  test::Vectors factor = test::readVectors(folder.path() + "/factor.vec");
  ASSERT_GT(factor.rows, 0u);
  for (size_t i = 0; i < factor.rows; ++i) {
    const int64_t *row = factor.row(i);
    float a = test::asF32(row[0]), b = test::asF32(row[1]), c = test::asF32(row[2]);
    ASSERT_EQ(productFactor(a, b, c), test::asF64(row[4])) << i;
    ASSERT_EQ(averageFactor(a, row[3], c), test::asF64(row[5])) << i;
    ASSERT_EQ(rescaleFactor(a, c), test::asF64(row[6])) << i;
    ASSERT_EQ(accumulatorScale(a, b), test::asF32(row[7])) << i;
  }
}

} // namespace
