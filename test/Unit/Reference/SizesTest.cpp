// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Numbers read from shapes, and tensors of computed shapes.
#include "ReferenceTest.h"

using namespace qc;

namespace {
struct Sizes : ReferenceTest {};
} // namespace

TEST_F(Sizes, shapeAndSize) {
  TensorValue x = random("tensor<2x3x4xf32>"), empty = value("tensor<2x0xi8>", {});
  EXPECT_INTEGERS(evaluate("qc.shape %0 {start = 0 : i64, end = 3 : i64}", {x}, "tensor<3xi64>"), {2, 3, 4});
  EXPECT_INTEGERS(evaluate("qc.shape %0 {start = 1 : i64, end = 2 : i64}", {x}, "tensor<1xi64>", "tensor<?x?x4xf32>"),
                  {3});
  EXPECT_INTEGERS(evaluate("qc.shape %0 {start = 1 : i64, end = 1 : i64}", {x}, "tensor<0xi64>"), {});
  EXPECT_INTEGERS(evaluate("qc.size %0", {x}, "tensor<i64>"), {24});
  EXPECT_INTEGERS(evaluate("qc.size %0", {empty}, "tensor<i64>"), {0});
  EXPECT_INTEGERS(evaluate("qc.size %0", {value("tensor<f32>", {3})}, "tensor<i64>"), {1});
}

TEST_F(Sizes, constantOfShape) {
  TensorValue y = evaluate("qc.constant_of_shape %0 {value = dense<-3> : tensor<1xi16>}",
                           {value("tensor<2xi64>", {2, 3})}, "tensor<?x?xi16>");
  EXPECT_EQ(y.getShape(), llvm::ArrayRef<int64_t>({2, 3}));
  EXPECT_INTEGERS(y, {-3, -3, -3, -3, -3, -3});
  y = evaluate("qc.constant_of_shape %0 {value = dense<true> : tensor<1xi1>}", {value("tensor<1xi64>", {2})},
               "tensor<?xi1>");
  EXPECT_INTEGERS(y, {1, 1});
  EXPECT_BITS(evaluate("qc.constant_of_shape %0 {value = dense<2.5> : tensor<1xf32>}", {value("tensor<0xi64>", {})},
                       "tensor<f32>"),
              {2.5});
  EXPECT_INTEGERS(evaluate("qc.constant_of_shape %0 {value = dense<1> : tensor<1xi8>}",
                           {value("tensor<2xi64>", {0, 3})}, "tensor<?x?xi8>"),
                  {});
  evaluate("qc.constant_of_shape %0 {value = dense<1> : tensor<1xi8>}", {value("tensor<2xi64>", {2, -3})},
           "tensor<?x?xi8>");
  EXPECT_ERROR("node: 'qc.constant_of_shape' op expects entries >= 0, got -3");
}

TEST_F(Sizes, range) {
  auto integerRange = [&](double start, double limit, double delta) {
    return integers(
        evaluate("qc.range %0, %1, %2",
                 {value("tensor<i64>", {start}), value("tensor<i64>", {limit}), value("tensor<i64>", {delta})},
                 "tensor<?xi64>"));
  };
  using Numbers = std::vector<int64_t>;
  EXPECT_EQ(integerRange(1, 8, 3), (Numbers{1, 4, 7}));
  EXPECT_EQ(integerRange(1, 7, 3), (Numbers{1, 4}));
  EXPECT_EQ(integerRange(5, -1, -2), (Numbers{5, 3, 1}));
  EXPECT_EQ(integerRange(5, 5, 1), Numbers{});
  EXPECT_EQ(integerRange(5, 6, -1), Numbers{});
  EXPECT_BITS(evaluate("qc.range %0, %1, %2",
                       {value("tensor<f32>", {0.5}), value("tensor<1xf32>", {1.25}), value("tensor<f32>", {0.25})},
                       "tensor<?xf32>"),
              {0.5, 0.75, 1.0});
  // Each element by a product and a sum, not by adding up: ten times 0.1f in a row would be another number.
  TensorValue y =
      evaluate("qc.range %0, %1, %2",
               {value("tensor<f32>", {0}), value("tensor<f32>", {1.05}), value("tensor<f32>", {0.1})}, "tensor<?xf32>");
  ASSERT_EQ(y.getNumElements(), 11);
  EXPECT_EQ(floats(y)[10], 10.0f * 0.1f);
  integerRange(1, 2, 0);
  EXPECT_ERROR("node: 'qc.range' op expects numbers and a delta other than 0");
  errors.clear();
  evaluate("qc.range %0, %1, %2", {value("tensor<f32>", {0}), value("tensor<f32>", {kNaN}), value("tensor<f32>", {1})},
           "tensor<?xf32>");
  EXPECT_ERROR("node: 'qc.range' op expects numbers and a delta other than 0");
  errors.clear();
  evaluate("qc.range %0, %1, %2",
           {value("tensor<2xi64>", {0, 1}), value("tensor<i64>", {1}), value("tensor<i64>", {1})}, "tensor<?xi64>",
           "tensor<?xi64>, tensor<i64>, tensor<i64>");
  EXPECT_ERROR("node: 'qc.range' op expects operands of one element, got 'tensor<2xi64>'");
}

TEST_F(Sizes, expand) {
  TensorValue x = value("tensor<3x1xi16>", {1, -2, 3});
  EXPECT_INTEGERS(evaluate("qc.expand %0, %1", {x, value("tensor<2xi64>", {1, 2})}, "tensor<?x?xi16>"),
                  {1, 1, -2, -2, 3, 3});
  EXPECT_INTEGERS(evaluate("qc.expand %0, %1", {x, value("tensor<3xi64>", {2, 1, 1})}, "tensor<?x?x?xi16>"),
                  {1, -2, 3, 1, -2, 3});
  EXPECT_INTEGERS(evaluate("qc.expand %0, %1", {x, value("tensor<2xi64>", {3, 0})}, "tensor<?x?xi16>"), {});
  EXPECT_INTEGERS(evaluate("qc.expand %0, %1", {x, value("tensor<0xi64>", {})}, "tensor<3x1xi16>"), {1, -2, 3});
  evaluate("qc.expand %0, %1", {x, value("tensor<2xi64>", {2, 2})}, "tensor<?x?xi16>");
  EXPECT_ERROR("node: 'qc.expand' op expects shapes that broadcast, got dimensions 3 and 2");
  errors.clear();
  evaluate("qc.expand %0, %1", {x, value("tensor<2xi64>", {3, -2})}, "tensor<?x?xi16>");
  EXPECT_ERROR("node: 'qc.expand' op expects entries >= 0, got -2");
}

TEST_F(Sizes, dynamicReshape) {
  TensorValue x = value("tensor<2x3xui8>", {1, 2, 3, 4, 5, 255});
  TensorValue y = evaluate("qc.dynamic_reshape %0, %1 {allow_zero = false}", {x, value("tensor<3xi64>", {0, -1, 1})},
                           "tensor<?x?x?xui8>");
  EXPECT_EQ(y.getShape(), llvm::ArrayRef<int64_t>({2, 3, 1}));
  EXPECT_INTEGERS(y, {1, 2, 3, 4, 5, 255});
  // What is copied is not divided by.
  TensorValue empty = value("tensor<0x4x5xui8>", {});
  y = evaluate("qc.dynamic_reshape %0, %1 {allow_zero = false}", {empty, value("tensor<2xi64>", {0, -1})},
               "tensor<?x?xui8>");
  EXPECT_EQ(y.getShape(), llvm::ArrayRef<int64_t>({0, 20}));
  y = evaluate("qc.dynamic_reshape %0, %1 {allow_zero = true}", {empty, value("tensor<2xi64>", {7, 0})},
               "tensor<?x?xui8>");
  EXPECT_EQ(y.getShape(), llvm::ArrayRef<int64_t>({7, 0}));
  evaluate("qc.dynamic_reshape %0, %1 {allow_zero = false}", {x, value("tensor<1xi64>", {5})}, "tensor<?xui8>");
  EXPECT_ERROR("node: 'qc.dynamic_reshape' op expects a shape of 6 elements, got 5");
  errors.clear();
  evaluate("qc.dynamic_reshape %0, %1 {allow_zero = false}", {x, value("tensor<2xi64>", {-2, 3})}, "tensor<?x?xui8>");
  EXPECT_ERROR("node: 'qc.dynamic_reshape' op expects entries >= -1, got -2");
}
