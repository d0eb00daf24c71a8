// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operations along dimensions: meanings, orders of sums, NaN, empty rows.
#include "ReferenceTest.h"
#include <cmath>

using namespace mlir;
using namespace qc;

namespace {
struct Reductions : ReferenceTest {
  TensorValue reduce(StringRef kind, const TensorValue &x, StringRef axes, StringRef result, bool keepDims = false) {
    return evaluate(("qc.reduce " + kind + " %0 {axes = array<i64" + (axes.empty() ? "" : ": ") + axes +
                     ">, keep_dims = " + (keepDims ? "true" : "false") + "}")
                        .str(),
                    {x}, result);
  }
};
constexpr float kCanonicalNaN = kNaN;
} // namespace

TEST_F(Reductions, kinds) {
  TensorValue x = value("tensor<2x3xf32>", {1, -2, 3, 0.5, 4, -1});
  EXPECT_BITS(reduce("sum", x, "1", "tensor<2xf32>"), {2, 3.5});
  EXPECT_BITS(reduce("sum", x, "0", "tensor<1x3xf32>", true), {1.5, 2, 2});
  EXPECT_BITS(reduce("mean", x, "0, 1", "tensor<f32>"), {5.5f / 6});
  EXPECT_BITS(reduce("max", x, "1", "tensor<2xf32>"), {3, 4});
  EXPECT_BITS(reduce("min", x, "1", "tensor<2xf32>"), {-2, -1});
  EXPECT_BITS(reduce("prod", x, "1", "tensor<2xf32>"), {-6, -2});
  EXPECT_BITS(reduce("l1", x, "1", "tensor<2xf32>"), {6, 5.5});
  EXPECT_BITS(reduce("sum_square", x, "1", "tensor<2xf32>"), {14, 17.25});
  EXPECT_BITS(reduce("l2", x, "1", "tensor<2xf32>"), {std::sqrt(14.0f), std::sqrt(17.25f)});
  EXPECT_NEAR(floats(reduce("log_sum", x, "1", "tensor<2xf32>"))[1], std::log(3.5), 1e-7);
  EXPECT_NEAR(floats(reduce("log_sum_exp", x, "1", "tensor<2xf32>"))[0],
              std::log(std::exp(1.0) + std::exp(-2.0) + std::exp(3.0)), 1e-6);
  EXPECT_BITS(reduce("sum", x, "", "tensor<2x3xf32>"), {1, -2, 3, 0.5, 4, -1});
}

TEST_F(Reductions, edges) {
  TensorValue empty = value("tensor<2x0xf32>", {});
  EXPECT_BITS(reduce("sum", empty, "1", "tensor<2xf32>"), {0, 0});
  EXPECT_BITS(reduce("prod", empty, "1", "tensor<2xf32>"), {1, 1});
  EXPECT_BITS(reduce("max", empty, "1", "tensor<2xf32>"), {-kInf, -kInf});
  EXPECT_BITS(reduce("min", empty, "1", "tensor<2xf32>"), {kInf, kInf});
  EXPECT_BITS(reduce("mean", empty, "1", "tensor<2xf32>"), {kCanonicalNaN, kCanonicalNaN});
  EXPECT_BITS(reduce("log_sum_exp", empty, "1", "tensor<2xf32>"), {-kInf, -kInf});
  TensorValue odd = value("tensor<4x2xf32>", {kInf, -kInf, -kInf, -kInf, kInf, 1, kNaN, 1});
  EXPECT_BITS(reduce("sum", odd, "1", "tensor<4xf32>"), {kCanonicalNaN, -kInf, kInf, kCanonicalNaN});
  EXPECT_BITS(reduce("log_sum_exp", odd, "1", "tensor<4xf32>"), {kInf, -kInf, kInf, kCanonicalNaN});
  EXPECT_BITS(reduce("max", odd, "1", "tensor<4xf32>"), {kInf, -kInf, kInf, kCanonicalNaN});
  // exp alone would overflow.
  EXPECT_BITS(reduce("log_sum_exp", value("tensor<2xf32>", {1000, -1000}), "0", "tensor<f32>"), {1000});
}

TEST_F(Reductions, integers) {
  TensorValue x = value("tensor<2x2xi64>", {3, -4, 5, 7});
  EXPECT_INTEGERS(reduce("sum", x, "1", "tensor<2xi64>"), {-1, 12});
  EXPECT_INTEGERS(reduce("prod", x, "0", "tensor<2xi64>"), {15, -28});
  EXPECT_INTEGERS(reduce("max", x, "0, 1", "tensor<i64>"), {7});
  TensorValue wraps = value("tensor<2xi32>", {INT32_MAX, 2});
  EXPECT_INTEGERS(reduce("sum", wraps, "0", "tensor<i32>"), {INT32_MIN + 1});
  EXPECT_INTEGERS(reduce("prod", wraps, "0", "tensor<i32>"), {-2});
  EXPECT_INTEGERS(reduce("min", value("tensor<0xi32>", {}), "0", "tensor<i32>"), {INT32_MAX});
}

// Element k goes to partial k mod 16: 2^24 meets the ones of elements 16, 32, ... only.
TEST_F(Reductions, sumsInSixteenPartials) {
  std::vector<double> row(48, 1);
  row[0] = 0x1p24;
  TensorValue x = value("tensor<48xf32>", row);
  EXPECT_BITS(reduce("sum", x, "0", "tensor<f32>"), {0x1p24f + 46}); // 45 and the odd one, to even
  EXPECT_EQ(floats(reduce("mean", x, "0", "tensor<f32>"))[0], (0x1p24f + 46) / 48);
}

TEST_F(Reductions, normalize) {
  TensorValue x = random("tensor<3x20xf32>"), scale = random("tensor<20xf32>"), bias = random("tensor<3x1xf32>");
  TensorValue y =
      evaluate("qc.normalize %0 scale %1 bias %2 {axes = array<i64: 1>, centered = true, epsilon = 0.25 : f32}",
               {x, scale, bias}, "tensor<3x20xf32>");
  TensorValue rms = evaluate("qc.normalize %0 {axes = array<i64: 1>, centered = false, epsilon = 0.25 : f32}", {x},
                             "tensor<3x20xf32>");
  ASSERT_TRUE(y.getType() && rms.getType()) << errors;
  for (int r = 0; r < 3; ++r) {
    double mean = 0, variance = 0, square = 0;
    for (int k = 0; k < 20; ++k)
      mean += x.getData<float>()[r * 20 + k] / 20.0;
    for (int k = 0; k < 20; ++k) {
      double v = x.getData<float>()[r * 20 + k];
      variance += (v - mean) * (v - mean) / 20;
      square += v * v / 20;
    }
    for (int k = 0; k < 20; ++k) {
      double v = x.getData<float>()[r * 20 + k];
      double want = (v - mean) / std::sqrt(variance + 0.25) * scale.getData<float>()[k] + bias.getData<float>()[r];
      EXPECT_NEAR(y.getData<float>()[r * 20 + k], want, 1e-6);
      EXPECT_NEAR(rms.getData<float>()[r * 20 + k], v / std::sqrt(square + 0.25), 1e-6);
    }
  }
  evaluate("qc.normalize %0 scale %1 {axes = array<i64: 1>, centered = true, epsilon = 0.0 : f32}",
           {x, value("tensor<2xf32>", {1, 2})}, "tensor<?x?xf32>", "tensor<?x?xf32>, tensor<?xf32>");
  EXPECT_ERROR("expects scale and bias that broadcast to");
}

TEST_F(Reductions, positions) {
  auto find = [&](StringRef kind, const TensorValue &x, bool last) {
    return evaluate(("qc.arg_reduce " + kind +
                     " %0 {axis = 0 : i64, keep_dims = false, select_last = " + (last ? "true}" : "false}"))
                        .str(),
                    {x}, "tensor<i64>");
  };
  TensorValue x = value("tensor<5xf32>", {-0.0, 2, 0, 2, -3});
  EXPECT_INTEGERS(find("max", x, false), {1});
  EXPECT_INTEGERS(find("max", x, true), {3});
  EXPECT_INTEGERS(find("min", x, false), {4});
  TensorValue zeros = value("tensor<2xf32>", {0, -0.0});
  EXPECT_INTEGERS(find("min", zeros, false), {0});
  EXPECT_INTEGERS(find("min", zeros, true), {1});
  TensorValue odd = value("tensor<4xf32>", {kInf, kNaN, -kInf, kNaN});
  EXPECT_INTEGERS(find("max", odd, false), {1});
  EXPECT_INTEGERS(find("max", odd, true), {3});
  EXPECT_INTEGERS(find("min", odd, false), {1});
  evaluate("qc.arg_reduce max %0 {axis = 0 : i64, keep_dims = false, select_last = false}",
           {value("tensor<0xf32>", {})}, "tensor<i64>", "tensor<?xf32>");
  EXPECT_ERROR("expects elements along axis 0");
}

TEST_F(Reductions, extremesInOrder) {
  TensorValue x = value("tensor<6xf32>", {-0.0, 2, kNaN, 0, 2, -kInf});
  auto find = [&](StringRef attributes, StringRef type) {
    return evaluate(("qc.top_k " + attributes).str(), {x}, type.str());
  };
  EXPECT_INTEGERS(find("max %0 {axis = 0 : i64, k = 5 : i64}", "tensor<5xi64>"), {2, 1, 4, 0, 3});
  EXPECT_INTEGERS(find("min %0 {axis = 0 : i64, k = 4 : i64}", "tensor<4xi64>"), {2, 5, 0, 3});
  EXPECT_INTEGERS(find("min %0 {axis = 0 : i64, k = 0 : i64}", "tensor<0xi64>"), {});
  evaluate("qc.top_k max %0 {axis = 0 : i64, k = 7 : i64}", {x}, "tensor<7xi64>", "tensor<?xf32>");
  EXPECT_ERROR("expects at least 7 elements along axis 0, got");
}

TEST_F(Reductions, logSoftmaxAndCumSum) {
  TensorValue x = value("tensor<4xf32>", {1, 2, 3, 1000});
  std::vector<float> y = floats(evaluate("qc.log_softmax %0 {axis = 0 : i64}", {x}, "tensor<4xf32>"));
  EXPECT_EQ(y, (std::vector<float>{-999, -998, -997, 0}));
  auto run = [&](const char *flags) {
    return evaluate(std::string("qc.cumsum %0 {axis = 0 : i64, ") + flags + "}", {x}, "tensor<4xf32>");
  };
  EXPECT_BITS(run("exclusive = false, reverse = false"), {1, 3, 6, 1006});
  EXPECT_BITS(run("exclusive = true, reverse = false"), {0, 1, 3, 6});
  EXPECT_BITS(run("exclusive = true, reverse = true"), {1005, 1003, 1000, 0});
}
