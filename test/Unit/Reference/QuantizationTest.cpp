// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// quantize and dequantize: ties, saturation at both ends, NaN, axes, extreme scales.
#include "ReferenceTest.h"

using namespace qc;

namespace {
struct Quantization : ReferenceTest {
  TensorValue scalar(float scale) { return value("tensor<f32>", {scale}); }
};
} // namespace

TEST_F(Quantization, ties) {
  TensorValue x = value("tensor<8xf32>", {0.5, 1.5, 2.5, -0.5, -1.5, 0.25, -0.0, 2.4999998});
  EXPECT_INTEGERS(evaluate("qc.quantize %0, %1 {format = #qc.format<i8>}", {x, scalar(1)}, "tensor<8xi8>"),
                  {0, 2, 2, 0, -2, 0, 0, 2});
  // The zero point comes after the rounding: its parity does not move ties.
  EXPECT_INTEGERS(evaluate("qc.quantize %0, %1, %2 {format = #qc.format<ui8>}",
                           {x, scalar(1), value("tensor<ui8>", {3})}, "tensor<8xui8>"),
                  {3, 5, 5, 3, 1, 3, 3, 5});
}

TEST_F(Quantization, saturates) {
  TensorValue x = value("tensor<7xf32>", {1e30, -1e30, kInf, -kInf, kNaN, 300, -300});
  EXPECT_INTEGERS(evaluate("qc.quantize %0, %1, %2 {format = #qc.format<ui8>}",
                           {x, scalar(1), value("tensor<ui8>", {128})}, "tensor<7xui8>"),
                  {255, 0, 255, 0, 128, 255, 0});
  EXPECT_INTEGERS(evaluate("qc.quantize %0, %1, %2 {format = #qc.format<i8>}",
                           {x, scalar(2), value("tensor<i8>", {-100})}, "tensor<7xi8>"),
                  {127, -128, 127, -128, -100, 50, -128});
  EXPECT_INTEGERS(evaluate("qc.quantize %0, %1 {format = #qc.format<i16>}", {x, scalar(1)}, "tensor<7xi16>"),
                  {32767, -32768, 32767, -32768, 0, 300, -300});
  EXPECT_INTEGERS(evaluate("qc.quantize %0, %1, %2 {format = #qc.format<ui16>}",
                           {x, scalar(0x1p-10), value("tensor<ui16>", {65535})}, "tensor<7xui16>"),
                  {65535, 0, 65535, 0, 65535, 65535, 0});
}

// A division, not a product with the reciprocal: 0.3f / 0.1f rounds to 3 exactly.
TEST_F(Quantization, divides) {
  TensorValue x = random("tensor<500xf32>");
  TensorValue q = evaluate("qc.quantize %0, %1 {format = #qc.format<i8>}", {x, scalar(0.0123f)}, "tensor<500xi8>");
  ASSERT_TRUE(q.getType()) << errors;
  for (int i = 0; i < 500; ++i)
    EXPECT_EQ(q.getInteger(i), std::clamp<int>(std::nearbyint(floats(x)[i] / 0.0123f), -128, 127));
}

TEST_F(Quantization, perAxis) {
  TensorValue x = value("tensor<2x2x2xf32>", {1, 2, 3, 4, 5, 6, 7, 8});
  TensorValue scale = value("tensor<2xf32>", {1, 0.5}), zero = value("tensor<2xi8>", {0, -3});
  TensorValue q =
      evaluate("qc.quantize %0, %1, %2 {format = #qc.format<i8, axis = 1>}", {x, scale, zero}, "tensor<2x2x2xi8>");
  EXPECT_INTEGERS(q, {1, 2, 3, 5, 5, 6, 11, 13});
  EXPECT_BITS(
      evaluate("qc.dequantize %0, %1, %2 {format = #qc.format<i8, axis = 1>}", {q, scale, zero}, "tensor<2x2x2xf32>"),
      {1, 2, 3, 4, 5, 6, 7, 8});
  EXPECT_INTEGERS(evaluate("qc.quantize %0, %1 {format = #qc.format<i8, axis = 0>}", {x, scale}, "tensor<2x2x2xi8>"),
                  {1, 2, 3, 4, 10, 12, 14, 16});
  EXPECT_INTEGERS(evaluate("qc.quantize %0, %1 {format = #qc.format<i8, axis = 2>}", {x, scale}, "tensor<2x2x2xi8>"),
                  {1, 4, 3, 8, 5, 12, 7, 16});
  TensorValue empty = value("tensor<0x2xf32>", {});
  EXPECT_INTEGERS(evaluate("qc.quantize %0, %1 {format = #qc.format<i8, axis = 1>}", {empty, scale}, "tensor<0x2xi8>"),
                  {});
}

TEST_F(Quantization, dequantize) {
  TensorValue ui8 = value("tensor<3xui8>", {0, 7, 255});
  EXPECT_BITS(evaluate("qc.dequantize %0, %1, %2 {format = #qc.format<ui8>}",
                       {ui8, scalar(0.1f), value("tensor<ui8>", {7})}, "tensor<3xf32>"),
              {-7 * 0.1f, 0.0f, 248 * 0.1f});
  // i32: the difference is exact, its conversion to f32 rounds to even.
  TensorValue i32 = value("tensor<4xi32>", {2147483647, -2147483648.0, 16777217, 16777219});
  EXPECT_BITS(evaluate("qc.dequantize %0, %1 {format = #qc.format<i32>}", {i32, scalar(1)}, "tensor<4xf32>"),
              {0x1p31f, -0x1p31f, 16777216, 16777220});
  EXPECT_BITS(evaluate("qc.dequantize %0, %1, %2 {format = #qc.format<i32>}",
                       {i32, scalar(1), value("tensor<i32>", {-2147483648.0})}, "tensor<4xf32>"),
              {0x1p32f, 0.0f, float(2164260865LL), float(2164260867LL)});
  EXPECT_BITS(evaluate("qc.dequantize %0, %1 {format = #qc.format<ui16>}",
                       {value("tensor<1xui16>", {65535}), scalar(2)}, "tensor<1xf32>"),
              {131070});
  EXPECT_BITS(evaluate("qc.dequantize %0, %1 {format = #qc.format<i8>}", {value("tensor<i8>", {-128}), scalar(0.5)},
                       "tensor<f32>"),
              {-64});
}

TEST_F(Quantization, refusesScalesThatAreNone) {
  TensorValue x = value("tensor<1xf32>", {1});
  for (float scale : {0.0f, -1.0f, kInf, kNaN}) {
    EXPECT_FALSE(
        evaluate("qc.quantize %0, %1 {format = #qc.format<i8>}", {x, scalar(scale)}, "tensor<1xi8>").getType());
    EXPECT_ERROR("node: 'qc.quantize' op expects positive finite scales, got ");
  }
  evaluate("qc.quantize %0, %1 {format = #qc.format<i8, axis = 0>}", {x, value("tensor<2xf32>", {1, 1})},
           "tensor<?xi8>", "tensor<?xf32>, tensor<2xf32>");
  EXPECT_ERROR("expects a scale of 1 elements, got 'tensor<2xf32>'");
}
