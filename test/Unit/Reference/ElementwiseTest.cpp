// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elementwise operations, softmax and batch_norm: signs of zero, NaN, infinities, broadcasting, orders of sums.
#include "ReferenceTest.h"

using namespace qc;

namespace {
struct Elementwise : ReferenceTest {};
const float kCanonicalNaN = kNaN; // 0x7fc00000
} // namespace

TEST_F(Elementwise, addAndMulBroadcast) {
  TensorValue a = value("tensor<2x1x3xf32>", {1, 2, 3, 4, 5, 6}), b = value("tensor<2x1xf32>", {10, 20});
  EXPECT_BITS(evaluate("qc.add %0, %1", {a, b}, "tensor<2x2x3xf32>"), {11, 12, 13, 21, 22, 23, 14, 15, 16, 24, 25, 26});
  EXPECT_BITS(evaluate("qc.mul %0, %1", {b, a}, "tensor<2x2x3xf32>"),
              {10, 20, 30, 20, 40, 60, 40, 50, 60, 80, 100, 120});
  EXPECT_BITS(evaluate("qc.add %0, %1", {value("tensor<f32>", {1}), value("tensor<f32>", {2})}, "tensor<f32>"), {3});
  EXPECT_BITS(evaluate("qc.mul %0, %1", {a, value("tensor<1xf32>", {2})}, "tensor<2x1x3xf32>"), {2, 4, 6, 8, 10, 12});
  EXPECT_BITS(
      evaluate("qc.add %0, %1", {value("tensor<0x3xf32>", {}), value("tensor<3xf32>", {1, 2, 3})}, "tensor<0x3xf32>"),
      {});
  EXPECT_BITS(
      evaluate("qc.add %0, %1",
               {value("tensor<4xf32>", {-0.0, kInf, 0x1p127, -0.0}), value("tensor<4xf32>", {-0.0, 1, 0x1p127, 0.0})},
               "tensor<4xf32>"),
      {-0.0f, kInf, kInf, 0.0f});
}

// Every combination of dimensions 1, 2 and 3 against coordinates.
TEST_F(Elementwise, broadcastByCoordinates) {
  for (int trial = 0; trial < 200; ++trial) {
    llvm::SmallVector<int64_t> shape(pick(0, 4)), shapes[2];
    for (int64_t &size : shape)
      size = pick(1, 3);
    for (auto &operand : shapes) {
      operand.assign(shape.begin() + pick(0, shape.size()), shape.end());
      for (int64_t &size : operand)
        size = pick(0, 2) == 0 ? 1 : size;
    }
    llvm::SmallVector<int64_t> result;
    for (size_t d = 0; d < std::max(shapes[0].size(), shapes[1].size()); ++d) {
      auto sizeOf = [&](int i) { return d < shapes[i].size() ? shapes[i][shapes[i].size() - 1 - d] : 1; };
      result.insert(result.begin(), std::max(sizeOf(0), sizeOf(1)));
    }
    TensorValue operands[2] = {random(tensor(shapes[0])), random(tensor(shapes[1]))};
    TensorValue y = evaluate("qc.add %0, %1", operands, tensor(result));
    ASSERT_TRUE(y.getType());
    for (int64_t index = 0; index < y.getNumElements(); ++index) {
      float terms[2];
      for (int i = 0; i < 2; ++i) {
        int64_t rest = index, offset = 0, stride = 1;
        for (size_t d = 0; d < result.size(); rest /= result[result.size() - 1 - d], ++d)
          if (d < shapes[i].size()) {
            int64_t size = shapes[i][shapes[i].size() - 1 - d];
            offset += rest % result[result.size() - 1 - d] % size * stride;
            stride *= size;
          }
        terms[i] = operands[i].getData<float>()[offset];
      }
      ASSERT_EQ(y.getData<float>()[index], terms[0] + terms[1]);
    }
  }
}

TEST_F(Elementwise, relu) {
  TensorValue x = value("tensor<2x3xf32>", {-1, -0.0, 0.0, 2, kInf, -kInf});
  EXPECT_BITS(evaluate("qc.relu %0", {x}, "tensor<2x3xf32>"), {0, 0, 0, 2, kInf, 0});
  EXPECT_BITS(evaluate("qc.relu %0", {value("tensor<1xf32>", {-kNaN})}, "tensor<1xf32>"), {kCanonicalNaN});
  EXPECT_BITS(evaluate("qc.relu %0", {value("tensor<0xf32>", {})}, "tensor<0xf32>"), {});
}

TEST_F(Elementwise, clip) {
  TensorValue x = value("tensor<5xf32>", {-3, -0.0, 1, kInf, kNaN});
  TensorValue lo = value("tensor<f32>", {-1}), hi = value("tensor<f32>", {2});
  EXPECT_BITS(evaluate("qc.clip %0 min %1 max %2 ", {x, lo, hi}, "tensor<5xf32>"), {-1, -0.0f, 1, 2, kCanonicalNaN});
  EXPECT_BITS(evaluate("qc.clip %0 min %1", {x, lo}, "tensor<5xf32>"), {-1, -0.0f, 1, kInf, kCanonicalNaN});
  EXPECT_BITS(evaluate("qc.clip %0 max %1", {x, hi}, "tensor<5xf32>"), {-3, -0.0f, 1, 2, kCanonicalNaN});
  EXPECT_BITS(evaluate("qc.clip %0", {x}, "tensor<5xf32>"), {-3, -0.0f, 1, kInf, kCanonicalNaN});
  EXPECT_BITS(evaluate("qc.clip %0 min %1 max %2", {x, hi, lo}, "tensor<5xf32>"), {-1, -1, -1, -1, kCanonicalNaN});
  TensorValue nan = value("tensor<1xf32>", {kNaN});
  EXPECT_BITS(evaluate("qc.clip %0 min %1", {lo, nan}, "tensor<f32>"), {kCanonicalNaN});
  TensorValue zero = value("tensor<f32>", {0});
  EXPECT_BITS(evaluate("qc.clip %0 min %1", {value("tensor<1xf32>", {-0.0}), zero}, "tensor<1xf32>"), {0.0f});
  evaluate("qc.clip %0 min %1", {x, value("tensor<2xf32>", {0, 1})}, "tensor<5xf32>", "tensor<5xf32>, tensor<?xf32>");
  EXPECT_ERROR("node: 'qc.clip' op expects a lower bound of 1 elements, got 'tensor<2xf32>'");
}

TEST_F(Elementwise, hardSigmoidAndHardSwish) {
  TensorValue x = value("tensor<6xf32>", {-4, -1, 0, 1, 4, kInf});
  auto sigmoid = [](float x, float alpha) {
    float product = alpha * x, sum = product + 0.5f;
    return std::min(std::max(sum, 0.0f), 1.0f);
  };
  std::vector<float> hard, swish;
  for (float v : floats(x)) {
    hard.push_back(sigmoid(v, 0.2f));
    swish.push_back(v * sigmoid(v, float(1.0 / 6)));
  }
  EXPECT_BITS(evaluate("qc.hard_sigmoid %0 {alpha = 0.2 : f32, beta = 0.5 : f32}", {x}, "tensor<6xf32>"), hard);
  EXPECT_BITS(evaluate("qc.hard_swish %0", {x}, "tensor<6xf32>"), swish);
  // -infinity: the product with 0 is NaN, whose bits are fixed.
  TensorValue edges = value("tensor<2xf32>", {-kInf, kNaN});
  EXPECT_BITS(evaluate("qc.hard_swish %0", {edges}, "tensor<2xf32>"), {kCanonicalNaN, kCanonicalNaN});
  EXPECT_BITS(evaluate("qc.hard_sigmoid %0 {alpha = 0.2 : f32, beta = 0.5 : f32}", {edges}, "tensor<2xf32>"),
              {0.0f, kCanonicalNaN});
}

// Against the exact function, and the order of the sum by its bits: a row that is 1 in e[0] and tiny elsewhere.
TEST_F(Elementwise, softmax) {
  TensorValue x = random("tensor<3x40x2xf32>");
  TensorValue y = evaluate("qc.softmax %0 {axis = 1 : i64}", {x}, "tensor<3x40x2xf32>");
  ASSERT_TRUE(y.getType()) << errors;
  for (int o = 0; o < 3; ++o)
    for (int i = 0; i < 2; ++i) {
      double sum = 0;
      for (int k = 0; k < 40; ++k)
        sum += std::exp(double(x.getData<float>()[(o * 40 + k) * 2 + i]));
      for (int k = 0; k < 40; ++k) {
        int64_t index = (o * 40 + k) * 2 + i;
        EXPECT_NEAR(y.getData<float>()[index], std::exp(double(x.getData<float>()[index])) / sum, 1e-7);
      }
    }
  EXPECT_BITS(evaluate("qc.softmax %0 {axis = 0 : i64}", {value("tensor<4xf32>", {7, 7, 7, 7})}, "tensor<4xf32>"),
              {0.25, 0.25, 0.25, 0.25});
  TensorValue edges = value("tensor<4x2xf32>", {0, kNaN, 0, kInf, -kInf, -kInf, -kInf, 5});
  EXPECT_BITS(evaluate("qc.softmax %0 {axis = 1 : i64}", {edges}, "tensor<4x2xf32>"),
              {kCanonicalNaN, kCanonicalNaN, kCanonicalNaN, kCanonicalNaN, kCanonicalNaN, kCanonicalNaN, 0, 1});
  EXPECT_BITS(evaluate("qc.softmax %0 {axis = 1 : i64}", {value("tensor<3x0xf32>", {})}, "tensor<3x0xf32>"), {});
}

// Element k goes to partial k mod 16: e added to 1 is lost, e added to e first is not.
// What is hidden, whatever it is, has no part in its row; in a row of nothing else all are equal.
TEST_F(Elementwise, softmaxOfShownElements) {
  float infinity = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  TensorValue x = value("tensor<2x4xf32>", {1, nan, 1, infinity, 6, 9, 6, 0});
  EXPECT_BITS(
      evaluate("qc.softmax %0 mask %1 {axis = 1 : i64}", {x, value("tensor<1x4xi1>", {1, 0, 1, 0})}, "tensor<2x4xf32>"),
      {0.5f, 0, 0.5f, 0, 0.5f, 0, 0.5f, 0});
  EXPECT_BITS(evaluate("qc.softmax %0 mask %1 {axis = 1 : i64}", {x, value("tensor<i1>", {0})}, "tensor<2x4xf32>"),
              {0.25f, 0.25f, 0.25f, 0.25f, 0.25f, 0.25f, 0.25f, 0.25f});
}

TEST_F(Elementwise, meanWeights) {
  TensorValue m = value("tensor<2x3xi1>", {1, 0, 1, 0, 0, 0});
  float third = 1.0f / 3;
  EXPECT_BITS(evaluate("qc.mean_weights %0 {axis = 1 : i64}", {m}, "tensor<2x3xf32>"), {0.5, 0, 0.5, 0, 0, 0});
  EXPECT_BITS(evaluate("qc.mean_weights %0 {axis = 0 : i64}", {m}, "tensor<2x3xf32>"), {1, 0, 1, 0, 0, 0});
  EXPECT_BITS(evaluate("qc.mean_weights %0 {axis = 0 : i64}", {value("tensor<4xi1>", {1, 1, 0, 1})}, "tensor<4xf32>"),
              {third, third, 0, third});
  EXPECT_BITS(evaluate("qc.mean_weights %0 {axis = 1 : i64}", {value("tensor<3x0xi1>", {})}, "tensor<3x0xf32>"), {});
}

TEST_F(Elementwise, softmaxSumsInSixteenPartials) {
  std::vector<double> row(32, -kInf);
  row[0] = 0;
  double tiny = std::log(0.75 * 0x1p-24);
  row[1] = row[17] = tiny;
  TensorValue y = evaluate("qc.softmax %0 {axis = 0 : i64}", {value("tensor<32xf32>", row)}, "tensor<32xf32>");
  EXPECT_EQ(floats(y)[0], 1 / (1 + 0x1p-23f));
  row[17] = -kInf;
  row[16] = tiny;
  y = evaluate("qc.softmax %0 {axis = 0 : i64}", {value("tensor<32xf32>", row)}, "tensor<32xf32>");
  EXPECT_EQ(floats(y)[0], 1.0f);
}

TEST_F(Elementwise, batchNorm) {
  TensorValue x = random("tensor<2x3x5xf32>"), s = random("tensor<3xf32>"), b = random("tensor<3xf32>"),
              m = random("tensor<3xf32>"), v = value("tensor<3xf32>", {0.5, 1, 0});
  TensorValue y =
      evaluate("qc.batch_norm %0, %1, %2, %3, %4 {epsilon = 1.0e-5 : f32}", {x, s, b, m, v}, "tensor<2x3x5xf32>");
  ASSERT_TRUE(y.getType()) << errors;
  std::vector<float> expected;
  for (int i = 0; i < 30; ++i) {
    int c = i / 5 % 3;
    float a = floats(s)[c] / std::sqrt(floats(v)[c] + 1e-5f);
    float product = floats(m)[c] * a;
    expected.push_back(std::fma(floats(x)[i], a, floats(b)[c] - product));
  }
  EXPECT_BITS(y, expected);
  evaluate("qc.batch_norm %0, %1, %2, %3, %4 {epsilon = 1.0e-5 : f32}", {x, s, b, m, value("tensor<2xf32>", {1, 1})},
           "tensor<2x3x5xf32>", "tensor<2x3x5xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<?xf32>");
  EXPECT_ERROR("expects a vector of parameters of 3 elements, got 'tensor<2xf32>'");
}
