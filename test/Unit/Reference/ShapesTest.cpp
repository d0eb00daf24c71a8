// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constants and data movement, for every element type.
#include "ReferenceTest.h"

using namespace qc;

namespace {
struct Shapes : ReferenceTest {};
} // namespace

TEST_F(Shapes, constant) {
  std::vector<TensorValue> results =
      evaluateModule("func.func @main() -> (tensor<2xf32>, tensor<3xi64>, tensor<2xi1>) {"
                     "%a = qc.constant dense<[1.0, -0.0]> : tensor<2xf32>"
                     "%b = qc.constant dense<-7> : tensor<3xi64>"
                     "%c = qc.constant dense<[true, false]> : tensor<2xi1>"
                     "return %a, %b, %c : tensor<2xf32>, tensor<3xi64>, tensor<2xi1> }",
                     {});
  ASSERT_EQ(results.size(), 3u);
  EXPECT_BITS(results[0], {1, -0.0f});
  EXPECT_INTEGERS(results[1], {-7, -7, -7});
  EXPECT_INTEGERS(results[2], {1, 0});
}

TEST_F(Shapes, missingResource) {
  evaluateModule("func.func @main() -> tensor<2xf32> {"
                 "%a = qc.constant dense_resource<w_nowhere> : tensor<2xf32> loc(\"weights\")"
                 "return %a : tensor<2xf32> }",
                 {});
  EXPECT_ERROR("weights: 'qc.constant' op expects a value whose bytes are present and have the size of its type");
}

TEST_F(Shapes, concat) {
  for (const char *element : {"f32", "i8", "ui8", "i16", "ui16", "i32"}) {
    auto of = [&](llvm::ArrayRef<int64_t> shape) { return tensor(shape, element); };
    TensorValue a = random(of({2, 1, 3})), b = random(of({2, 0, 3})), c = random(of({2, 2, 3}));
    TensorValue y = evaluate("qc.concat %0, %1, %2 {axis = 1 : i64}", {a, b, c}, of({2, 3, 3}));
    ASSERT_TRUE(y.getType()) << errors;
    size_t width = TensorValue::elementBytes(y.getType());
    std::string expected;
    for (int n = 0; n < 2; ++n) {
      expected.append(a.getRawData().data() + n * 3 * width, 3 * width);
      expected.append(c.getRawData().data() + n * 6 * width, 6 * width);
    }
    EXPECT_EQ(std::string(y.getRawData().data(), y.getRawData().size()), expected);
  }
  TensorValue x = value("tensor<2xi8>", {-1, 2});
  EXPECT_INTEGERS(evaluate("qc.concat %0, %1 {axis = 0 : i64}", {x, x}, "tensor<4xi8>"), {-1, 2, -1, 2});
  EXPECT_INTEGERS(evaluate("qc.concat %0 {axis = 0 : i64}", {x}, "tensor<2xi8>"), {-1, 2});
}

TEST_F(Shapes, reshape) {
  TensorValue x = value("tensor<2x3xui8>", {1, 2, 3, 4, 5, 255});
  TensorValue y = evaluate("qc.reshape %0 {shape = array<i64: 3, -1>}", {x}, "tensor<3x2xui8>");
  EXPECT_INTEGERS(y, {1, 2, 3, 4, 5, 255});
  EXPECT_EQ(y.getShape(), llvm::ArrayRef<int64_t>({3, 2}));
  EXPECT_INTEGERS(evaluate("qc.reshape %0 {shape = array<i64>}", {value("tensor<1x1xi8>", {-5})}, "tensor<i8>"), {-5});
  EXPECT_INTEGERS(evaluate("qc.reshape %0 {shape = array<i64: 0, 4>}", {value("tensor<3x0xi8>", {})}, "tensor<0x4xi8>"),
                  {});
  y = evaluate("qc.reshape %0 {shape = array<i64: -1, 2>}", {x}, "tensor<?x2xui8>", "tensor<?x3xui8>");
  EXPECT_EQ(y.getShape(), llvm::ArrayRef<int64_t>({3, 2}));
  // Copied dimensions, in any order and more than once; what is copied is not divided by.
  TensorValue z = value("tensor<2x1x3xui8>", {1, 2, 3, 4, 5, 255});
  y = evaluate("qc.reshape %0 {shape = array<i64: -4, -2, -3, -3>}", {z}, "tensor<3x2x1x1xui8>");
  EXPECT_EQ(y.getShape(), llvm::ArrayRef<int64_t>({3, 2, 1, 1}));
  y = evaluate("qc.reshape %0 {shape = array<i64: -2, -1>}", {value("tensor<0x4x5xi8>", {})}, "tensor<0x20xi8>",
               "tensor<?x4x5xi8>");
  EXPECT_EQ(y.getShape(), llvm::ArrayRef<int64_t>({0, 20}));
  evaluate("qc.reshape %0 {shape = array<i64: -1, 4>}", {x}, "tensor<?x4xui8>", "tensor<?x3xui8>");
  EXPECT_ERROR("node: 'qc.reshape' op expects dimensions whose product divides 6 elements, got 4");
}

TEST_F(Shapes, transpose) {
  TensorValue x = value("tensor<2x3xi16>", {1, 2, 3, -4, -5, -6});
  EXPECT_INTEGERS(evaluate("qc.transpose %0 {perm = array<i64: 1, 0>}", {x}, "tensor<3x2xi16>"), {1, -4, 2, -5, 3, -6});
  EXPECT_INTEGERS(evaluate("qc.transpose %0 {perm = array<i64: 0, 1>}", {x}, "tensor<2x3xi16>"), {1, 2, 3, -4, -5, -6});
  EXPECT_BITS(evaluate("qc.transpose %0 {perm = array<i64>}", {value("tensor<f32>", {3})}, "tensor<f32>"), {3});
  TensorValue empty = value("tensor<2x0x3xi8>", {});
  EXPECT_INTEGERS(evaluate("qc.transpose %0 {perm = array<i64: 2, 0, 1>}", {empty}, "tensor<3x2x0xi8>"), {});
  TensorValue z = random("tensor<2x3x1x4xf32>");
  TensorValue y = evaluate("qc.transpose %0 {perm = array<i64: 3, 0, 2, 1>}", {z}, "tensor<4x2x1x3xf32>");
  ASSERT_TRUE(y.getType()) << errors;
  for (int a = 0; a < 2; ++a)
    for (int b = 0; b < 3; ++b)
      for (int c = 0; c < 4; ++c)
        EXPECT_EQ(floats(y)[(c * 2 + a) * 3 + b], floats(z)[(a * 3 + b) * 4 + c]);
}
