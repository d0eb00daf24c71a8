// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Softmax of codes: the worked example, golden vectors, widths and the bound of the error.
#include "Vectors.h"

#include "qc/Arith/Forms.h"
#include "qc/Arith/Softmax.h"

#include "gtest/gtest.h"

#include <cmath>

using namespace qc;
using namespace qc::numerics;

namespace {

constexpr CodeType types[] = {CodeType::I8, CodeType::UI8, CodeType::I16, CodeType::UI16};

test::Vectors makeVectors(const test::TemporaryFolder &folder, const std::string &arguments) {
  std::string path = folder.path() + "/softmax.vec";
  EXPECT_TRUE(test::runOracle("softmax_oracle.py", path + " " + arguments));
  return test::readVectors(path);
}

RequantParams makeParams(const Multipliers &numbers, int32_t zeroPoint, CodeType type) {
  RequantParams params;
  params.multipliers[0] = numbers.m[0];
  params.shift = numbers.shift;
  params.zeroPoint = zeroPoint;
  params.lo = codeRange(type).lo;
  params.hi = codeRange(type).hi;
  return params;
}

// The example of docs/Numerics.md.
TEST(Softmax, workedExample) {
  std::array<uint8_t, 256> table = buildExponentials(0.1f);
  EXPECT_EQ(table[0], 255);
  EXPECT_EQ(table[243], 0);
  EXPECT_EQ(reciprocalOf(255), 1077952576);
  Multipliers numbers = chooseRowRequant(255.0);
  ASSERT_TRUE(numbers);
  EXPECT_EQ(numbers.m[0], 2139095040);
  EXPECT_EQ(numbers.shift, 30);
  EXPECT_EQ(rowMultiplier(1077952576, numbers.m[0]), 1 << 30);
  RequantParams params = makeParams(numbers, 0, CodeType::UI8);
  EXPECT_EQ(requantRow(params, 255, 1077952576), 255);
  EXPECT_EQ(requantRow(params, 0, 1077952576), 0);
  EXPECT_EQ(requantRow(params, 255, reciprocalOf(0)), 0); // nothing but masked elements
}

TEST(Softmax, goldenTables) {
  test::TemporaryFolder folder;
  test::Vectors vectors = makeVectors(folder, "--tables --count 400");
  ASSERT_EQ(vectors.rows, 400u);
  for (size_t i = 0; i < vectors.rows; ++i) {
    std::array<uint8_t, 256> table = buildExponentials(test::asF32(vectors.row(i)[0]));
    for (int d = 0; d < 256; ++d)
      ASSERT_EQ(table[d], vectors.row(i)[1 + d]) << "row " << i << ", difference " << d;
  }
}

// Every number is that of the oracle; no multiplier of a row is above the constant one.
TEST(Softmax, goldenVectors) {
  test::TemporaryFolder folder;
  test::Vectors vectors = makeVectors(folder, test::countArgument());
  ASSERT_GT(vectors.rows, 0u);
  for (size_t i = 0; i < vectors.rows; ++i) {
    const int64_t *row = vectors.row(i); // sum, factor, x, zero, type, reciprocal, multiplier, shift, row's, y
    CodeType type = types[row[4]];
    int32_t reciprocal = reciprocalOf(static_cast<uint32_t>(row[0]));
    ASSERT_EQ(reciprocal, row[5]) << "row " << i;
    Multipliers numbers = chooseRowRequant(test::asF64(row[1]));
    ASSERT_EQ(bool(numbers), row[7] != 0) << "row " << i;
    if (!numbers)
      continue;
    ASSERT_EQ(numbers.m[0], row[6]) << "row " << i;
    ASSERT_EQ(numbers.shift, row[7]) << "row " << i;
    ASSERT_EQ(rowMultiplier(reciprocal, numbers.m[0]), row[8]) << "row " << i;
    ASSERT_LE(row[8], row[6]) << "row " << i;
    RequantParams params = makeParams(numbers, static_cast<int32_t>(row[3]), type);
    const int64_t bound = INT32_MAX;
    ASSERT_EQ(checkRequant(params, type, contractionWidth, Span<int64_t>(&bound, 1)), "") << "row " << i;
    ASSERT_EQ(requantRow(params, row[2], reciprocal), row[9]) << "row " << i;
  }
}

// The machine's forms with the multiplier of a row: what is proved of the constant one holds for it.
TEST(Softmax, formsWithRowMultipliers) {
  test::TemporaryFolder folder;
  test::Vectors vectors = makeVectors(folder, test::countArgument());
  size_t fast = 0, narrow = 0;
  for (size_t i = 0; i < vectors.rows; ++i) {
    const int64_t *row = vectors.row(i);
    if (row[7] == 0)
      continue;
    RequantParams params = makeParams(chooseRowRequant(test::asF64(row[1])), int32_t(row[3]), types[row[4]]);
    int64_t bound = std::llabs(row[2]);
    TermFacts facts = {bound, bound, 0};
    WideForm wide = buildWideForm(params, Span<TermFacts>(&facts, 1));
    wide.m[0] = int32_t(row[8]);
    ASSERT_EQ(evaluateWideForm(wide, int32_t(row[2])), row[9]) << "row " << i;
    if (FormFKernel kernel = buildFormF(Span<RequantParams>(&params, 1), Span<TermFacts>(&facts, 1))) {
      FormF form = kernel.channels[0];
      form.m[0] = rowMultiplier(int32_t(row[5]), form.m[0]);
      ASSERT_EQ(evaluateFormF(form, int32_t(row[2])), row[9]) << "row " << i;
      ++fast;
    }
    if (std::optional<NarrowForm> form = buildNarrowForm(params, Span<TermFacts>(&facts, 1))) {
      form->m[0] = rowMultiplier(int32_t(row[5]), form->m[0]);
      ASSERT_EQ(evaluateNarrowForm(*form, int32_t(row[2])), row[9]) << "row " << i;
      ++narrow;
    }
  }
  EXPECT_GT(fast, vectors.rows / 4);
  EXPECT_GT(narrow, 0u);
}

// |y0| * (D * 2^-37 + 2^-31), y0 = x / D * M the exact result.
TEST(Softmax, errorBound) {
  test::TemporaryFolder folder;
  test::Vectors vectors = makeVectors(folder, "--errors " + test::countArgument());
  ASSERT_GT(vectors.rows, 0u);
  double worst = 0;
  for (size_t i = 0; i < vectors.rows; ++i) {
    const int64_t *row = vectors.row(i); // n, factor, D, x, 2^32 * x / D * M
    Multipliers numbers = chooseRowRequant(test::asF64(row[1]));
    ASSERT_TRUE(numbers);
    long double product = (long double)(row[3]) * rowMultiplier(reciprocalOf(uint32_t(row[2])), numbers.m[0]);
    long double y = product / std::exp2((long double)(numbers.shift)), y0 = (long double)(row[4]) / 0x1p32L;
    long double bound = std::fabs(y0) * (row[2] * 0x1p-37L + 0x1p-31L);
    ASSERT_LE(std::fabs(y - y0), bound + 0x1p-31L) << "row " << i; // y0 is rounded itself
    if (bound > 0x1p-20L)
      worst = std::max(worst, double(std::fabs(y - y0) / bound));
  }
  EXPECT_GT(worst, 0.5); // the bound is not idle
}

TEST(Softmax, refusals) {
  EXPECT_EQ(chooseRowRequant(0.0).refusal, Refusal::FactorTooSmall);
  EXPECT_EQ(chooseRowRequant(0x1p-26).refusal, Refusal::FactorTooSmall);
  EXPECT_EQ(chooseRowRequant(0x1p38).refusal, Refusal::ShiftBelowOne);
  EXPECT_EQ(chooseRowRequant(HUGE_VAL).refusal, Refusal::NotFinite);
  EXPECT_EQ(chooseRowRequant(std::nan("")).refusal, Refusal::NotFinite);
}

} // namespace
