// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// dyadic: the worked examples of the operations' descriptions, and the edges of requant, mul and lut.
#include "ReferenceTest.h"
#include "qc/Arith/Requant.h"
#include "qc/Arith/Table.h"

using namespace qc;

namespace {
struct Dyadic : ReferenceTest {
  /// One term, one multiplier.
  std::string requant(int64_t multiplier, int64_t shift, int64_t zero, int64_t lo, int64_t hi,
                      const std::string &rounding = "half_up", int64_t termZero = 0) {
    return "dyadic.requant %0 {term_zero_points = " + array({termZero}, "i32") +
           ", multipliers = " + array({multiplier}, "i32") +
           ", multipliers1 = array<i32>, shifts = " + array({shift}, "i32") + bounds(zero, lo, hi) +
           ", rounding = #dyadic.rounding<" + rounding + ">}";
  }
  std::string bounds(int64_t zero, int64_t lo, int64_t hi) {
    return ", zero_point = " + std::to_string(zero) + " : i32, lo = " + std::to_string(lo) +
           " : i32, hi = " + std::to_string(hi) + " : i32";
  }
};
constexpr int64_t kHalf = int64_t(1) << 30; // with shift 31
} // namespace

TEST_F(Dyadic, convExample) {
  EXPECT_INTEGERS(
      evaluate("dyadic.conv %0, %1, %2 {x_zero_point = 1 : i32, strides = array<i64: 1>, pads = array<i64: 0, "
               "0>, dilations = array<i64: 1>, group = 1 : i64}",
               {value("tensor<1x1x2xui8>", {3, 5}), value("tensor<1x1x2xi8>", {2, -1}), value("tensor<1xi32>", {7})},
               "tensor<1x1x1xi32>"),
      {7});
}

TEST_F(Dyadic, matmulExample) {
  EXPECT_INTEGERS(
      evaluate("dyadic.matmul %0, %1, %2 {a_zero_point = 1 : i32, b_zero_point = 0 : i32}",
               {value("tensor<1x2xui8>", {3, 5}), value("tensor<2x1xi8>", {2, -1}), value("tensor<1xi32>", {7})},
               "tensor<1x1xi32>"),
      {7});
}

TEST_F(Dyadic, mulExample) {
  EXPECT_INTEGERS(evaluate("dyadic.mul %0, %1 {a_zero_point = 1 : i32, b_zero_point = 255 : i32}",
                           {value("tensor<1xui8>", {3}), value("tensor<1xui8>", {250})}, "tensor<1xi32>"),
                  {-10});
  EXPECT_INTEGERS(evaluate("dyadic.mul %0, %1 {a_zero_point = 127 : i32, b_zero_point = 0 : i32}",
                           {value("tensor<2x1xi8>", {-128, 127}), value("tensor<2xui8>", {255, 1})}, "tensor<2x2xi32>"),
                  {-255 * 255, -255, 0, 0});
}

TEST_F(Dyadic, avgPoolExample) {
  EXPECT_INTEGERS(
      evaluate("dyadic.avg_pool %0 {x_zero_point = 1 : i32, kernel = array<i64: 2, 2>, strides = array<i64: "
               "1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, ceil_mode = false, "
               "count_include_pad = false, counts = array<i64: 4>, multipliers = array<i32: 1073741824>, "
               "shifts = array<i32: 32>, zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32}",
               {value("tensor<1x1x2x2xui8>", {1, 2, 4, 6})}, "tensor<1x1x1x1xui8>"),
      {5});
}

static std::string globalPool(const std::string &counts) {
  return "dyadic.global_avg_pool %0 {x_zero_point = 1 : i32, counts = array<i64: " + counts +
         ">, multipliers = array<i32: 1073741824, 1073741824>, shifts = array<i32: 31, 32>, zero_point = 3 : i32, lo = "
         "0 : i32, hi = 255 : i32}";
}

// The count decides: a half of two values, a quarter of four, the zero point of none.
TEST_F(Dyadic, globalAvgPoolExample) {
  EXPECT_INTEGERS(evaluate(globalPool("2, 4"), {value("tensor<1x1x4xui8>", {1, 2, 4, 6})}, "tensor<1x1x1xui8>"), {5});
  EXPECT_INTEGERS(evaluate(globalPool("2, 4"), {value("tensor<1x2x2x1xui8>", {1, 2, 4, 6})}, "tensor<1x2x1x1xui8>"),
                  {4, 7});
  EXPECT_INTEGERS(evaluate(globalPool("2, 4"), {value("tensor<1x1x0xui8>", {})}, "tensor<1x1x1xui8>"), {3});
}

TEST_F(Dyadic, requantExample) {
  TensorValue acc = value("tensor<6xi32>", {1000, -1000, 366, 365, 2147483647, -2147483648.0});
  EXPECT_INTEGERS(evaluate(requant(1503238553, 40, 3, -128, 127), {acc}, "tensor<6xi8>"), {4, 2, 4, 3, 127, -128});
}

TEST_F(Dyadic, requantTies) {
  TensorValue x = value("tensor<7xi32>", {-3, -2, -1, 0, 1, 2, 3});
  EXPECT_INTEGERS(evaluate(requant(kHalf, 31, 0, -128, 127), {x}, "tensor<7xi8>"), {-1, -1, 0, 0, 1, 1, 2});
  EXPECT_INTEGERS(evaluate(requant(kHalf, 31, 0, -128, 127, "half_even"), {x}, "tensor<7xi8>"),
                  {-2, -1, 0, 0, 0, 1, 2});
  EXPECT_INTEGERS(evaluate(requant(kHalf, 31, 1, -128, 127, "half_even"), {x}, "tensor<7xi8>"), {-1, 0, 1, 1, 1, 2, 3});
}

// The zero point is added before the one saturation.
TEST_F(Dyadic, requantSaturates) {
  TensorValue x = value("tensor<6xi32>", {200, 227, 228, -28, -29, 100});
  EXPECT_INTEGERS(evaluate(requant(kHalf, 30, -100, -128, 127), {x}, "tensor<6xi8>"), {100, 127, 127, -128, -128, 0});
  EXPECT_INTEGERS(evaluate(requant(kHalf, 30, 100, 0, 255), {x}, "tensor<6xui8>"), {255, 255, 255, 72, 71, 200});
  EXPECT_INTEGERS(evaluate(requant(kHalf, 30, 0, 10, 220), {x}, "tensor<6xui16>"), {200, 220, 220, 10, 10, 100});
  TensorValue wide = value("tensor<2xi32>", {2147483647, -2147483648.0});
  EXPECT_INTEGERS(evaluate(requant(2147483647, 1, 0, -2147483648LL, 2147483647), {wide}, "tensor<2xi32>"),
                  {2147483647, -2147483648LL});
}

TEST_F(Dyadic, requantOfCodes) {
  for (const char *element : {"i8", "ui8", "i16", "ui16"}) {
    TensorValue x = value(tensor({3}, element), {0, 5, 100});
    EXPECT_INTEGERS(evaluate(requant(kHalf, 31, 2, 0, 255, "half_up", 4), {x}, "tensor<3xui8>"), {0, 3, 50});
  }
  TensorValue high = value("tensor<2xui16>", {65535, 32768});
  EXPECT_INTEGERS(evaluate(requant(kHalf, 31, 0, -32768, 32767), {high}, "tensor<2xi16>"), {32767, 16384});
}

TEST_F(Dyadic, requantTwoTermsPerChannel) {
  std::string text =
      "dyadic.requant %0, %1 {term_zero_points = array<i32: 0, 10>, multipliers = array<i32: 1073741824, "
      "-1073741824>, multipliers1 = array<i32: 1073741824, 0>, shifts = array<i32: 32, 31>" +
      bounds(0, -128, 127) + ", rounding = #dyadic.rounding<half_up>, axis = 1 : i64}";
  TensorValue acc = value("tensor<1x2x2xi32>", {1, -1, 3, -3}), skip = value("tensor<2xui8>", {11, 9});
  // Channel 0: x/4 + y/4; channel 1: -x/2.
  EXPECT_INTEGERS(evaluate(text, {acc, skip}, "tensor<1x2x2xi8>"), {1, 0, -1, 2});
}

TEST_F(Dyadic, requantOfNothing) {
  EXPECT_INTEGERS(evaluate(requant(kHalf, 31, 0, -128, 127), {value("tensor<2x0xi32>", {})}, "tensor<2x0xi8>"), {});
  EXPECT_INTEGERS(evaluate(requant(kHalf, 31, 0, -128, 127), {value("tensor<i32>", {9})}, "tensor<i8>"), {5});
}

TEST_F(Dyadic, requantRefusesAnotherNumberOfChannels) {
  std::string text =
      "dyadic.requant %0 {term_zero_points = array<i32: 0>, multipliers = array<i32: 1, 2>, multipliers1 = "
      "array<i32>, shifts = array<i32: 1, 1>" +
      bounds(0, -128, 127) + ", rounding = #dyadic.rounding<half_up>, axis = 0 : i64}";
  evaluate(text, {value("tensor<3xi32>", {1, 2, 3})}, "tensor<?xi8>", "tensor<?xi32>");
  EXPECT_ERROR("node: 'dyadic.requant' op expects 3 multipliers and shifts, got 2");
}

TEST_F(Dyadic, lut) {
  std::string table;
  for (int i = 0; i < 256; ++i)
    table += (i ? ", " : "") + std::to_string(i == 7 ? 200 : 255 - i);
  std::string text = "dyadic.lut %0 {table = dense<[" + table + "]> : tensor<256xui8>}";
  EXPECT_INTEGERS(evaluate(text, {value("tensor<3xui8>", {7, 0, 255})}, "tensor<3xui8>"), {200, 255, 0});
  EXPECT_INTEGERS(evaluate(text, {value("tensor<3xi8>", {-121, -128, 127})}, "tensor<3xui8>"), {200, 255, 0});
  EXPECT_INTEGERS(evaluate(text, {value("tensor<0xi8>", {})}, "tensor<0xui8>"), {});
  EXPECT_INTEGERS(
      evaluate("dyadic.lut %0 {table = dense<-3> : tensor<256xi8>}", {value("tensor<ui8>", {9})}, "tensor<i8>"), {-3});
  evaluate("dyadic.lut %0 {table = dense_resource<w_nowhere> : tensor<256xi8>}", {value("tensor<ui8>", {9})},
           "tensor<i8>");
  EXPECT_ERROR("node: 'dyadic.lut' op expects a table whose bytes are present");
}

TEST_F(Dyadic, planeExample) {
  TensorValue x = value("tensor<4xui16>", {1000, 0, 65535, 255});
  EXPECT_INTEGERS(evaluate("dyadic.plane %0 {high}", {x}, "tensor<4xui8>"), {3, 0, 255, 0});
  EXPECT_INTEGERS(evaluate("dyadic.plane %0", {x}, "tensor<4xui8>"), {232, 0, 255, 255});
  TensorValue s = value("tensor<4xi16>", {-32768, 32767, 0, -1});
  EXPECT_INTEGERS(evaluate("dyadic.plane %0 {high}", {s}, "tensor<4xui8>"), {0, 255, 128, 127});
  EXPECT_INTEGERS(evaluate("dyadic.plane %0", {s}, "tensor<4xui8>"), {0, 255, 0, 255});
}

TEST_F(Dyadic, mulOfWideCodes) {
  EXPECT_INTEGERS(evaluate("dyadic.mul %0, %1 {a_zero_point = 32768 : i32, b_zero_point = -32768 : i32}",
                           {value("tensor<3xui16>", {0, 65535, 32769}), value("tensor<3xi16>", {32767, 32767, -32767})},
                           "tensor<3xi32>"),
                  {-2147450880, 2147385345, 1});
  EXPECT_INTEGERS(evaluate("dyadic.mul %0, %1 {a_zero_point = 0 : i32, b_zero_point = 255 : i32}",
                           {value("tensor<1xui16>", {65535}), value("tensor<1xui8>", {0})}, "tensor<1xi32>"),
                  {-65535 * 255});
  evaluate("dyadic.mul %0, %1 {a_zero_point = 0 : i32, b_zero_point = 0 : i32}",
           {value("tensor<1xui16>", {65535}), value("tensor<1xui16>", {32769})}, "tensor<1xi32>");
  EXPECT_ERROR("node: 'dyadic.mul' op expects products that fit i32, got 2147516415 as element 0");
}

TEST_F(Dyadic, averageOfWideCodes) {
  EXPECT_INTEGERS(
      evaluate("dyadic.global_avg_pool %0 {x_zero_point = 1000 : i32, counts = array<i64: 4>, multipliers = array<i32: "
               "1073741824>, shifts = array<i32: 32>, zero_point = 50000 : i32, lo = 0 : i32, hi = 65535 : i32}",
               {value("tensor<1x1x4xui16>", {65535, 1, 2, 4})}, "tensor<1x1x1xui16>"),
      {65386}); // (65542 - 4000) / 4 = 15385.5, and 50000
}

// A contraction of 16-bit codes by its planes, with and without a residual, is the Requant of the exact sum.
TEST_F(Dyadic, planesOfContraction) {
  TensorValue x = random("tensor<5x7xui16>"), w = random("tensor<7x3xi8>"), residual = random("tensor<5x3xi16>");
  TensorValue high = evaluate("dyadic.plane %0 {high}", {x}, "tensor<5x7xui8>");
  TensorValue low = evaluate("dyadic.plane %0", {x}, "tensor<5x7xui8>");
  const int64_t zero = 300, bias[] = {-1, 70000, -123456};
  auto product = [&](const TensorValue &plane, int64_t planeZero, llvm::ArrayRef<double> planeBias) {
    return evaluate("dyadic.matmul %0, %1, %2 {a_zero_point = " + std::to_string(planeZero) +
                        " : i32, b_zero_point = 0 : i32}",
                    {plane, w, value("tensor<3xi32>", planeBias)}, "tensor<5x3xi32>");
  };
  TensorValue sumHigh = product(high, zero / 256, {-1, 273, -483}), sumLow = product(low, zero % 256, {255, 112, 192});
  for (bool hasResidual : {false, true}) {
    numerics::RequantParams params;
    params.terms = 2;
    params.multipliers[0] = 5000000;
    params.multipliers[1] = hasResidual ? -1234567890 : 0;
    params.shift = 34;
    params.zeroPoint = 30000;
    params.lo = 0;
    params.hi = 65535;
    std::string text = std::string("dyadic.requant %0, %1") + (hasResidual ? ", %2" : "") +
                       " {term_zero_points = array<i32: 0, 0" + (hasResidual ? ", 77" : "") +
                       ">, multipliers = array<i32: 1280000000>, multipliers1 = array<i32: 5000000>, planes" +
                       (hasResidual ? ", multipliers2 = array<i32: -1234567890>" : "") + ", shifts = array<i32: 34>" +
                       bounds(30000, 0, 65535) + ", rounding = #dyadic.rounding<half_up>}";
    std::vector<TensorValue> terms{sumHigh, sumLow};
    if (hasResidual)
      terms.push_back(residual);
    TensorValue y = evaluate(text, terms, "tensor<5x3xui16>");
    for (int64_t i = 0; i < 15; ++i) {
      int64_t sum = bias[i % 3];
      for (int64_t k = 0; k < 7; ++k)
        sum += (x.getInteger(i / 3 * 7 + k) - zero) * w.getInteger(k * 3 + i % 3);
      EXPECT_EQ(y.getInteger(i), numerics::requant(params, sum, residual.getInteger(i) - 77)) << i;
    }
  }
}

TEST_F(Dyadic, lutOfWideCodes) {
  std::string table, wide;
  for (int i = 0; i < 65536; ++i)
    table += (i ? ", " : "") + std::to_string(i % 251);
  for (int i = 0; i < 256; ++i)
    wide += (i ? ", " : "") + std::to_string(65535 - i * i);
  std::string text = "dyadic.lut %0 {table = dense<[" + table + "]> : tensor<65536xui8>}";
  EXPECT_INTEGERS(evaluate(text, {value("tensor<3xui16>", {65535, 0, 300})}, "tensor<3xui8>"), {65535 % 251, 0, 49});
  EXPECT_INTEGERS(evaluate(text, {value("tensor<3xi16>", {32767, -32768, -32468})}, "tensor<3xui8>"),
                  {65535 % 251, 0, 49});
  EXPECT_INTEGERS(evaluate("dyadic.lut %0 {table = dense<[" + wide + "]> : tensor<256xui16>}",
                           {value("tensor<2xi8>", {-128, 127})}, "tensor<2xui16>"),
                  {65535, 65535 - 255 * 255});
}

// The segments of a function, against Arith's own evaluation of the same table.
TEST_F(Dyadic, segments) {
  numerics::RealFunction sigmoid = [](double x) { return numerics::sigmoid(x); };
  for (auto [to, element] : {std::pair(numerics::CodeType::UI16, "ui16"), std::pair(numerics::CodeType::I8, "i8")}) {
    numerics::CodeRange range = numerics::codeRange(to);
    numerics::Table16 table =
        numerics::buildTable16(numerics::Span<numerics::RealFunction>(&sigmoid, 1), {16.0f / 65535, 32768},
                               numerics::CodeType::UI16, {1.0f / float(range.hi - range.lo), range.lo}, to);
    ASSERT_TRUE(table.isSegmented());
    auto print = [](const std::vector<int32_t> &values) {
      std::string text = "dense<[";
      for (size_t i = 0; i < values.size(); ++i)
        text += (i ? ", " : "") + std::to_string(values[i]);
      return text + "]> : tensor<2048xi32>";
    };
    TensorValue x(type("tensor<65536xui16>"));
    for (int64_t i = 0; i < 65536; ++i)
      x.setInteger(i, i);
    std::string text = "dyadic.segments %0 {base = " + print(table.base) + ", slope = " + print(table.slope) +
                       ", lo = " + std::to_string(range.lo) + " : i32, hi = " + std::to_string(range.hi) + " : i32}";
    TensorValue y = evaluate(text, {x}, tensor({65536}, element));
    TensorValue z = evaluate(text, {value("tensor<2xi16>", {-32768, 32767})}, tensor({2}, element));
    ASSERT_EQ(y.getNumElements(), 65536);
    for (int32_t i = 0; i < 65536; ++i)
      ASSERT_EQ(y.getInteger(i), numerics::lookUp(table, i)) << i;
    EXPECT_INTEGERS(z, {y.getInteger(0), y.getInteger(65535)});
  }
  evaluate("dyadic.segments %0 {base = dense<2147483647> : tensor<2048xi32>, slope = dense<0> : tensor<2048xi32>, lo = "
           "0 : i32, hi = 255 : i32}",
           {value("tensor<1xui16>", {64})}, "tensor<1xui8>");
  EXPECT_ERROR("node: 'dyadic.segments' op expects numbers that fit i32, got 2147491839 in segment 2");
}

// Sums that a verifier would have refused end in a diagnostic.
TEST_F(Dyadic, sumsThatLeaveInt32) {
  std::string matmul = "dyadic.matmul %0, %1, %2 {a_zero_point = 0 : i32, b_zero_point = 0 : i32}";
  TensorValue a = value("tensor<1x1xui8>", {255}), b = value("tensor<1x1xi8>", {1});
  EXPECT_INTEGERS(evaluate(matmul, {a, b, value("tensor<1xi32>", {2147483647 - 255})}, "tensor<1x1xi32>"),
                  {2147483647});
  evaluate(matmul, {a, b, value("tensor<1xi32>", {2147483647 - 254})}, "tensor<1x1xi32>");
  EXPECT_ERROR("node: 'dyadic.matmul' op expects sums that fit i32, got 2147483648 as element 0");
}

TEST_F(Dyadic, softmaxExample) {
  EXPECT_INTEGERS(
      evaluate("dyadic.row_max %0 {axis = 1 : i64}", {value("tensor<1x3xui8>", {3, 250, 7})}, "tensor<1x1xui8>"),
      {250});
  EXPECT_INTEGERS(
      evaluate("dyadic.row_max %0 {axis = 0 : i64}", {value("tensor<2x2xi8>", {-3, 5, -2, -128})}, "tensor<1x2xi8>"),
      {-2, 5});
  EXPECT_INTEGERS(evaluate("dyadic.row_max %0 {axis = 1 : i64}", {value("tensor<2x0xi8>", {})}, "tensor<2x1xi8>"),
                  {-128, -128});
  EXPECT_INTEGERS(evaluate("dyadic.row_reciprocal %0 {axis = 1 : i64}", {value("tensor<1x3xui8>", {255, 0, 90})},
                           "tensor<1x1xi32>"),
                  {796747556});
  // Sums of 0 and of less than a softmax has.
  EXPECT_INTEGERS(evaluate("dyadic.row_reciprocal %0 {axis = 0 : i64}",
                           {value("tensor<2x3xui8>", {0, 1, 128, 0, 0, 0})}, "tensor<1x3xi32>"),
                  {0, INT32_MAX, INT32_MAX});
  EXPECT_INTEGERS(
      evaluate("dyadic.requant_rows %0, %1 {multiplier = 2139095040 : i32, shift = 30 : i32" + bounds(0, 0, 255) + "}",
               {value("tensor<1x3xui8>", {255, 0, 90}), value("tensor<1x1xi32>", {796747556})}, "tensor<1x3xui8>"),
      {188, 0, 67});
  // A row of which nothing is shown: the zero point.
  EXPECT_INTEGERS(
      evaluate("dyadic.requant_rows %0, %1 {multiplier = 2139095040 : i32, shift = 30 : i32" + bounds(9, 0, 255) + "}",
               {value("tensor<1x2xui8>", {0, 255}), value("tensor<1x1xi32>", {0})}, "tensor<1x2xui8>"),
      {9, 9});
}

TEST_F(Dyadic, select) {
  EXPECT_INTEGERS(evaluate("dyadic.select %0, %1 {other = 7 : i32}",
                           {value("tensor<1x3xi1>", {1, 0, 1}), value("tensor<2x3xui8>", {3, 250, 7, 0, 1, 255})},
                           "tensor<2x3xui8>"),
                  {3, 7, 7, 0, 7, 255});
  EXPECT_INTEGERS(evaluate("dyadic.select %0, %1 {other = -32768 : i32}",
                           {value("tensor<i1>", {0}), value("tensor<2xi16>", {5, -5})}, "tensor<2xi16>"),
                  {-32768, -32768});
}

TEST_F(Dyadic, lutBelow) {
  std::string table = "dense<\"0x";
  for (int d = 0; d < 256; ++d) {
    char digits[3];
    snprintf(digits, sizeof digits, "%02X", 255 - d);
    table += digits;
  }
  table += "\"> : tensor<256xui8>";
  EXPECT_INTEGERS(evaluate("dyadic.lut_below %0, %1 {table = " + table + "}",
                           {value("tensor<2x2xui8>", {3, 9, 0, 255}), value("tensor<2x1xui8>", {9, 255})},
                           "tensor<2x2xui8>"),
                  {249, 255, 0, 255});
  EXPECT_INTEGERS(evaluate("dyadic.lut_below %0, %1 {table = " + table + "}",
                           {value("tensor<2xi8>", {-128, 127}), value("tensor<1xi8>", {127})}, "tensor<2xui8>"),
                  {0, 255});
  // What is above counts on from the end of the table.
  EXPECT_INTEGERS(evaluate("dyadic.lut_below %0, %1 {table = " + table + "}",
                           {value("tensor<1xui8>", {8}), value("tensor<1xui8>", {7})}, "tensor<1xui8>"),
                  {0});
}

TEST_F(Dyadic, normalizeExample) {
  auto numbers = [](int64_t zero) {
    return " {axes = array<i64: 1>, x_zero_point = " + std::to_string(zero) + " : i32";
  };
  EXPECT_INTEGERS(
      evaluate("dyadic.row_sum %0" + numbers(5) + "}", {value("tensor<1x3xui8>", {3, 250, 7})}, "tensor<1x1xi32>"),
      {245});
  EXPECT_INTEGERS(evaluate("dyadic.row_root %0, %1" + numbers(0) + ", epsilon = 0 : i64}",
                           {value("tensor<1x2xui8>", {1, 3}), value("tensor<1x1xi32>", {4})}, "tensor<1x1xi32>"),
                  {(1 << 30) + 25});
  EXPECT_INTEGERS(evaluate("dyadic.normalize %0, %1 sum %2" + numbers(0) + "}",
                           {value("tensor<1x2xui8>", {1, 3}), value("tensor<1x1xi32>", {(1 << 30) + 25}),
                            value("tensor<1x1xi32>", {4})},
                           "tensor<1x2xi32>"),
                  {-65536, 65536});
  // Without a mean: x / sqrt(mean of squares) of 3 and 3 is 1; nothing but zeros stays 0.
  EXPECT_INTEGERS(evaluate("dyadic.row_root %0" + numbers(-3) + ", epsilon = 0 : i64}",
                           {value("tensor<2x2xi8>", {0, 0, -3, -3})}, "tensor<2x1xi32>"),
                  {11184810 * 64 + 26, (1 << 30) + 24});
  EXPECT_INTEGERS(evaluate("dyadic.normalize %0, %1" + numbers(-3) + "}",
                           {value("tensor<2x2xi8>", {0, 0, -3, -3}),
                            value("tensor<2x1xi32>", {11184810 * 64 + 26, (1 << 30) + 24})},
                           "tensor<2x2xi32>"),
                  {65536, 65536, 0, 0});
}
