// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tables of unary chains and of 8-bit Requants, segments of 16-bit codes, against exact arithmetic.
#include "Vectors.h"

#include "qc/Arith/Functions.h"
#include "qc/Arith/Table.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

using namespace qc;
using namespace qc::numerics;

namespace {

/// The chains of table_oracle.py by number.
std::vector<RealFunction> chainOf(int64_t number) {
  auto hardSwishF64 = [](double x) { return hardSwish(x); };
  switch (number) {
  case 0:
    return {[](double x) { return relu(x); }};
  case 1:
    return {[](double x) { return clip(x, -1.0, 6.0); }};
  case 2:
    return {[](double x) { return hardSigmoid(x, static_cast<double>(0.2f), 0.5); }};
  case 3:
    return {hardSwishF64};
  case 4:
    return {hardSwishF64, [](double x) { return clip(x, 0.0, 6.0); }};
  case 5:
    return {[](double x) { return sigmoid(x); }};
  case 6:
    return {[](double x) { return numerics::tanh(x); }};
  case 7:
    return {[](double x) { return numerics::exp(x); }};
  case 8:
    return {[](double x) { return numerics::erf(x); }};
  default:
    return {[](double x) { return numerics::log(x); }};
  }
}

constexpr CodeType types[] = {CodeType::I8, CodeType::UI8, CodeType::I16, CodeType::UI16};

TEST(Table, goldenTables) {
  test::TemporaryFolder folder;
  std::string path = folder.path() + "/table.vec";
  ASSERT_TRUE(test::runOracle("table_oracle.py", path));
  test::Vectors vectors = test::readVectors(path);
  ASSERT_GT(vectors.rows, 0u);
  for (size_t i = 0; i < vectors.rows; ++i) {
    const int64_t *row = vectors.row(i); // chain, s_x, z_x, type, s_y, z_y, type, entries
    QuantParams input = {test::asF32(row[1]), static_cast<int32_t>(row[2])};
    QuantParams result = {test::asF32(row[4]), static_cast<int32_t>(row[5])};
    Table table = buildTable(chainOf(row[0]), input, types[row[3]], result, types[row[6]]);
    for (int k = 0; k < 256; ++k)
      ASSERT_EQ(table[static_cast<size_t>(k)], row[7 + k]) << "row " << i << " chain " << row[0] << " entry " << k;
  }
}

// NaN counts as real 0, infinities saturate.
TEST(Table, specialValues) {
  std::vector<RealFunction> chain = {[](double x) { return x < 0 ? NAN : x > 0 ? INFINITY : -INFINITY; }};
  Table table = buildTable(chain, {1.0f, 10}, CodeType::UI8, {1.0f, 20}, CodeType::UI8);
  EXPECT_EQ(table[9], 20);
  EXPECT_EQ(table[10], 0);
  EXPECT_EQ(table[11], 255);
}

TEST(Table, requantTable) {
  RequantParams params;
  params.multipliers[0] = 3 << 20;
  params.shift = 22; // 3/4
  params.zeroPoint = 5;
  Table table = buildRequantTable(params, 3, CodeType::I8);
  for (int32_t q = -128; q <= 127; ++q)
    EXPECT_EQ(table[static_cast<size_t>(q + 128)], requant(params, q - 3));
  EXPECT_EQ(table[3 + 2 + 128], 7); // 1.5 + 5, a tie: up
  params.lo = 0;
  params.hi = 255;
  EXPECT_EQ(buildRequantTable(params, 0, CodeType::UI8)[200], 155);
}

/// Every code of x against exact values that are computed here.
void measure(const Table16 &table, Span<RealFunction> chain, QuantParams input, QuantParams result) {
  CodeRange from = codeRange(table.from), to = codeRange(table.to);
  int32_t deviation = 0, differing = 0;
  for (int32_t q = from.lo; q <= from.hi; ++q) {
    double value = static_cast<double>(input.scale) * static_cast<double>(q - input.zeroPoint);
    for (const RealFunction &function : chain)
      value = function(value);
    double code = std::nearbyint((value != value ? 0.0 : value) / static_cast<double>(result.scale)) +
                  static_cast<double>(result.zeroPoint);
    int32_t exact = static_cast<int32_t>(std::fmin(std::fmax(code, to.lo), to.hi));
    int32_t difference = std::abs(lookUp(table, q) - exact);
    deviation = std::max(deviation, difference);
    differing += difference != 0;
  }
  if (table.isSegmented()) {
    EXPECT_EQ(deviation, table.deviation);
    EXPECT_EQ(differing, table.differing);
    EXPECT_LE(deviation, 1);
    EXPECT_EQ(table.base.size(), 2048u);
    EXPECT_EQ(table.slope.size(), 2048u);
  } else {
    EXPECT_EQ(deviation, 0);
    EXPECT_TRUE(table.deviation > 1 || table.deviation == -1) << table.deviation;
    EXPECT_EQ(table.entries.size(), 65536u);
    EXPECT_TRUE(table.base.empty() && table.slope.empty());
  }
}

TEST(Table16, workedExample) {
  std::vector<RealFunction> twice = {[](double x) { return 2 * x; }};
  Table16 table = buildTable16(twice, {1.0f, 0}, CodeType::UI16, {1.0f, 5}, CodeType::UI16);
  ASSERT_TRUE(table.isSegmented());
  EXPECT_EQ(table.base[1], (64 + 5) << 14);
  EXPECT_EQ(table.slope[1], 2 << 14);
  EXPECT_EQ(lookUp(table, 33), 71);
  EXPECT_EQ(lookUp(table, 40000), 65535);
  EXPECT_EQ(table.deviation, 0);
}

// Smooth functions over the ranges that models show have segments, in all combinations of types.
TEST(Table16, smoothFunctionsHaveSegments) {
  struct Case {
    RealFunction function;
    float low, high, lowest, highest;
  };
  auto silu = [](double x) { return x * sigmoid(x); };
  auto gelu = [](double x) { return x * (0.5 * (1 + numerics::erf(x / std::sqrt(2.0)))); };
  auto square = [](double x) { return x * x; };
  auto line = [](double x) { return 0.37 * x - 1; };
  auto real = [](double (*function)(double)) { return RealFunction(function); };
  const Case cases[] = {{real(sigmoid), -8, 8, 0, 1},
                        {real(sigmoid), -30, 30, 0, 1},
                        {real(numerics::tanh), -8, 8, -1, 1},
                        {real(numerics::exp), -10, 0, 0, 1},
                        {real(numerics::exp), -3, 3, 0, 20},
                        {silu, -50, 50, -0.3f, 50},
                        {gelu, -6, 6, -0.2f, 6},
                        {square, -3, 3, 0, 9},
                        {real(numerics::sin), -8, 8, -1, 1},
                        {line, -5, 5, -3, 1}};
  for (const Case &c : cases)
    for (CodeType from : {CodeType::I16, CodeType::UI16})
      for (CodeType to : types) {
        QuantParams input = *chooseActivation(c.low, c.high, from), result = *chooseActivation(c.lowest, c.highest, to);
        Table16 table = buildTable16(Span<RealFunction>(&c.function, 1), input, from, result, to);
        EXPECT_TRUE(table.isSegmented()) << &c - cases << " " << table.deviation;
        EXPECT_LT(table.differing, 65536 / 10) << &c - cases;
        measure(table, Span<RealFunction>(&c.function, 1), input, result);
      }
}

// A kink inside of a segment, a step, a pole, what leaves int32: all values.
TEST(Table16, otherFunctionsHaveAllValues) {
  const RealFunction kink = [](double x) { return x < 0 ? 0.0 : x; };
  const RealFunction step = [](double x) { return x < 100 ? 0.0 : 50.0; };
  const RealFunction pole = [](double x) { return 1000 / x; };
  const RealFunction jumps = [](double x) { return x < 0 ? NAN : static_cast<int>(x) % 2 ? INFINITY : -INFINITY; };
  for (const RealFunction *function : {&kink, &step, &pole, &jumps}) {
    QuantParams input = {1.0f, 32768 + 13}, result = {1.0f, 7};
    Table16 table = buildTable16(Span<RealFunction>(function, 1), input, CodeType::UI16, result, CodeType::UI16);
    EXPECT_FALSE(table.isSegmented());
    measure(table, Span<RealFunction>(function, 1), input, result);
  }
  // The same kink at a border of segments.
  QuantParams input = {1.0f, 32768}, result = {1.0f, 7};
  Table16 table = buildTable16(Span<RealFunction>(&kink, 1), input, CodeType::UI16, result, CodeType::UI16);
  EXPECT_TRUE(table.isSegmented());
  measure(table, Span<RealFunction>(&kink, 1), input, result);
}

TEST(Table16, infinitiesAndNaN) {
  std::vector<RealFunction> chain = {[](double x) { return x < 0 ? NAN : x > 0 ? INFINITY : -INFINITY; }};
  Table16 table = buildTable16(chain, {1.0f, 0}, CodeType::I16, {1.0f, -20}, CodeType::I16);
  EXPECT_EQ(lookUp(table, -1), -20);
  EXPECT_EQ(lookUp(table, 0), -32768);
  EXPECT_EQ(lookUp(table, 1), 32767);
}

// Every sum of a segment lies in int32, whatever the function is.
TEST(Table16, sumsFitInt32) {
  for (double steepness : {1.0, 100.0, 1000.0, 2000.0, 1e5, 1e9}) {
    std::vector<RealFunction> chain = {[=](double x) { return steepness * x; }};
    Table16 table = buildTable16(chain, {1.0f, 32000}, CodeType::UI16, {1.0f, 32768}, CodeType::UI16);
    for (size_t i = 0; i < table.base.size(); ++i)
      ASSERT_LE(std::llabs(table.base[i]) + 31 * std::llabs(table.slope[i]) + 8192, INT32_MAX) << steepness;
    measure(table, chain, {1.0f, 32000}, {1.0f, 32768});
  }
}

TEST(Table16, goldenSegments) {
  test::TemporaryFolder folder;
  std::string path = folder.path() + "/segments.vec";
  ASSERT_TRUE(test::runOracle("table_oracle.py", path + " --segments" + test::countArgument()));
  test::Vectors vectors = test::readVectors(path);
  ASSERT_GT(vectors.rows, 3000u);
  Table16 table;
  size_t full = 0;
  for (size_t i = 0; i < vectors.rows && !HasFatalFailure(); ++i) {
    const int64_t *row = vectors.row(i); // chain, s_x, z_x, type, s_y, z_y, type, segment, fits, base, slope, codes
    if (i == 0 || !std::equal(row, row + 7, row - vectors.columns)) {
      QuantParams input = {test::asF32(row[1]), static_cast<int32_t>(row[2])};
      QuantParams result = {test::asF32(row[4]), static_cast<int32_t>(row[5])};
      table = buildTable16(chainOf(row[0]), input, types[row[3]], result, types[row[6]]);
      ASSERT_EQ(table.isSegmented(), row[75] == 1) << "chain " << row[0] << " row " << i;
      full += !table.isSegmented();
    }
    size_t segment = static_cast<size_t>(row[7]);
    if (table.isSegmented()) {
      ASSERT_EQ(table.base[segment], row[9]) << i;
      ASSERT_EQ(table.slope[segment], row[10]) << i;
    }
    const int64_t *expected = row + (table.isSegmented() ? 11 : 43);
    for (int32_t d = 0; d < 32; ++d)
      ASSERT_EQ(lookUp(table, codeRange(types[row[3]]).lo + static_cast<int32_t>(segment) * 32 + d), expected[d]) << i;
  }
  EXPECT_GT(full, 1u);
}

} // namespace
