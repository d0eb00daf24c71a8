// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tables of unary chains and of 8-bit Requants, against exact arithmetic.
#include "Vectors.h"

#include "qc/Arith/Functions.h"
#include "qc/Arith/Table.h"

#include "gtest/gtest.h"

#include <cmath>

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

TEST(Table, goldenTables) {
  test::TemporaryFolder folder;
  std::string path = folder.path() + "/table.vec";
  ASSERT_TRUE(test::runOracle("table_oracle.py", path));
  test::Vectors vectors = test::readVectors(path);
  ASSERT_GT(vectors.rows, 0u);
  const CodeType types[] = {CodeType::I8, CodeType::UI8};
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

} // namespace
