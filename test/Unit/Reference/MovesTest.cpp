// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Moves: expected values written down, or computed element by element from the definitions.
#include "ReferenceTest.h"
#include "llvm/ADT/STLExtras.h"

using namespace qc;

namespace {
struct Moves : ReferenceTest {
  /// 0, 1, 2, ... of type `type`.
  TensorValue count(llvm::StringRef type) {
    TensorValue result = value(type, std::vector<double>(size_t(this->type(type).getNumElements()), 0.0));
    for (int64_t i = 0; i < result.getNumElements(); ++i)
      result.setInteger(i, i);
    return result;
  }
};
} // namespace

TEST_F(Moves, slice) {
  TensorValue x = count("tensor<2x5xi16>");
  auto slice = [&](llvm::StringRef bounds, llvm::StringRef type) {
    return evaluate(("qc.slice %0 {" + bounds + "}").str(), {x}, type);
  };
  EXPECT_INTEGERS(slice("axes = array<i64: 1>, starts = array<i64: 1>, ends = array<i64: 4>, steps = array<i64: 2>",
                        "tensor<2x2xi16>"),
                  {1, 3, 6, 8});
  EXPECT_INTEGERS(slice("axes = array<i64: 1, 0>, starts = array<i64: -2, 1>, ends = array<i64: 99, 2>, "
                        "steps = array<i64: 1, 1>",
                        "tensor<1x2xi16>"),
                  {8, 9});
  // Backwards over the start, past it, and a start that is clamped.
  EXPECT_INTEGERS(slice("axes = array<i64: 1>, starts = array<i64: 99>, ends = array<i64: -99>, steps = array<i64: -2>",
                        "tensor<2x3xi16>"),
                  {4, 2, 0, 9, 7, 5});
  EXPECT_INTEGERS(slice("axes = array<i64: 1>, starts = array<i64: 3>, ends = array<i64: 0>, steps = array<i64: -1>",
                        "tensor<2x3xi16>"),
                  {3, 2, 1, 8, 7, 6});
  EXPECT_INTEGERS(slice("axes = array<i64: 0>, starts = array<i64: 9223372036854775807>, "
                        "ends = array<i64: -9223372036854775807>, steps = array<i64: -1>",
                        "tensor<2x5xi16>"),
                  {5, 6, 7, 8, 9, 0, 1, 2, 3, 4});
  EXPECT_INTEGERS(slice("axes = array<i64: 1>, starts = array<i64: 4>, ends = array<i64: 2>, steps = array<i64: 1>",
                        "tensor<2x0xi16>"),
                  {});
  EXPECT_INTEGERS(evaluate("qc.slice %0 {axes = array<i64: 0>, starts = array<i64: 1>, ends = array<i64: -1>, "
                           "steps = array<i64: 1>}",
                           {count("tensor<4xi64>")}, "tensor<?xi64>", "tensor<?xi64>"),
                  {1, 2});
  // Computed bounds.
  llvm::StringRef computed =
      "qc.slice %0 from %1 to %2 {axes = array<i64: 1>, starts = array<i64: -9223372036854775808>, "
      "ends = array<i64: -9223372036854775808>, steps = array<i64: 1>}";
  EXPECT_INTEGERS(evaluate(computed, {x, value("tensor<1xi64>", {-4}), value("tensor<1xi32>", {3})}, "tensor<2x?xi16>"),
                  {1, 2, 6, 7});
  EXPECT_INTEGERS(evaluate(computed, {x, value("tensor<1xi64>", {3}), value("tensor<1xi32>", {99})}, "tensor<2x?xi16>"),
                  {3, 4, 8, 9});
}

TEST_F(Moves, pad) {
  TensorValue x = count("tensor<2x3xui8>");
  EXPECT_INTEGERS(evaluate("qc.pad %0 constant {begins = array<i64: 1, 0>, ends = array<i64: 0, 2>, value = 200 : ui8}",
                           {x}, "tensor<3x5xui8>"),
                  {200, 200, 200, 200, 200, 0, 1, 2, 200, 200, 3, 4, 5, 200, 200});
  EXPECT_INTEGERS(
      evaluate("qc.pad %0 edge {begins = array<i64: 1, 2>, ends = array<i64: 0, 1>}", {x}, "tensor<3x6xui8>"),
      {0, 0, 0, 1, 2, 2, 0, 0, 0, 1, 2, 2, 3, 3, 3, 4, 5, 5});
  EXPECT_INTEGERS(
      evaluate("qc.pad %0 reflect {begins = array<i64: 1, 2>, ends = array<i64: 1, 1>}", {x}, "tensor<4x6xui8>"),
      {5, 4, 3, 4, 5, 4, 2, 1, 0, 1, 2, 1, 5, 4, 3, 4, 5, 4, 2, 1, 0, 1, 2, 1});
  EXPECT_INTEGERS(
      evaluate("qc.pad %0 wrap {begins = array<i64: 0, 1>, ends = array<i64: 1, 3>}", {x}, "tensor<3x7xui8>"),
      {2, 0, 1, 2, 0, 1, 2, 5, 3, 4, 5, 3, 4, 5, 2, 0, 1, 2, 0, 1, 2});
  EXPECT_BITS(evaluate("qc.pad %0 constant {begins = array<i64: 1>, ends = array<i64: 1>, value = -0.0 : f32}",
                       {value("tensor<1xf32>", {3})}, "tensor<3xf32>"),
              {-0.0f, 3, -0.0f});
  EXPECT_INTEGERS(evaluate("qc.pad %0 constant {begins = array<i64: 1>, ends = array<i64: 1>, value = true}",
                           {value("tensor<1xi1>", {0})}, "tensor<3xi1>"),
                  {1, 0, 1});
  evaluate("qc.pad %0 reflect {begins = array<i64: 0, 3>, ends = array<i64: 0, 0>}", {x}, "tensor<2x?xui8>",
           "tensor<2x?xui8>");
  EXPECT_ERROR("expects a dimension that 3 more positions in mode reflect can be taken from, got 3");
}

TEST_F(Moves, tile) {
  EXPECT_INTEGERS(evaluate("qc.tile %0 {repeats = array<i64: 2, 3>}", {count("tensor<2x2xi8>")}, "tensor<4x6xi8>"),
                  {0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3, 0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3});
  EXPECT_INTEGERS(evaluate("qc.tile %0 {repeats = array<i64: 1, 0>}", {count("tensor<2x2xi8>")}, "tensor<2x0xi8>"), {});
}

TEST_F(Moves, gather) {
  TensorValue x = count("tensor<2x3x2xi32>");
  EXPECT_INTEGERS(evaluate("qc.gather %0, %1 {axis = 1 : i64}", {x, value("tensor<2x2xi64>", {2, -3, 1, 1})},
                           "tensor<2x2x2x2xi32>"),
                  {4, 5, 0, 1, 2, 3, 2, 3, 10, 11, 6, 7, 8, 9, 8, 9});
  EXPECT_INTEGERS(evaluate("qc.gather %0, %1 {axis = 0 : i64}", {x, value("tensor<i32>", {-1})}, "tensor<3x2xi32>"),
                  {6, 7, 8, 9, 10, 11});
  EXPECT_INTEGERS(evaluate("qc.gather %0, %1 {axis = 2 : i64}", {x, value("tensor<1xi32>", {1})}, "tensor<2x3x1xi32>"),
                  {1, 3, 5, 7, 9, 11});
  EXPECT_INTEGERS(evaluate("qc.gather %0, %1 {axis = 1 : i64}", {x, value("tensor<0xi64>", {})}, "tensor<2x0x2xi32>"),
                  {});
  for (double bad : {3.0, -4.0}) {
    evaluate("qc.gather %0, %1 {axis = 1 : i64}", {x, value("tensor<1xi64>", {bad})}, "tensor<2x1x2xi32>");
    EXPECT_ERROR("node: 'qc.gather' op expects indices from -3 to 2, got " + std::to_string(int64_t(bad)));
  }
}

TEST_F(Moves, gatherElements) {
  TensorValue x = count("tensor<2x3xi32>");
  EXPECT_INTEGERS(evaluate("qc.gather_elements %0, %1 {axis = 1 : i64}", {x, value("tensor<2x2xi64>", {2, 0, -1, 1})},
                           "tensor<2x2xi32>"),
                  {2, 0, 5, 4});
  EXPECT_INTEGERS(evaluate("qc.gather_elements %0, %1 {axis = 0 : i64}",
                           {x, value("tensor<3x2xi32>", {1, 0, 0, -1, 1, 1})}, "tensor<3x2xi32>"),
                  {3, 1, 0, 4, 3, 4});
}

TEST_F(Moves, gatherND) {
  TensorValue x = count("tensor<2x3x2xi32>");
  EXPECT_INTEGERS(evaluate("qc.gather_nd %0, %1 {batch_dims = 0 : i64}", {x, value("tensor<2x2xi64>", {1, 2, -2, 1})},
                           "tensor<2x2xi32>"),
                  {10, 11, 2, 3});
  EXPECT_INTEGERS(
      evaluate("qc.gather_nd %0, %1 {batch_dims = 0 : i64}", {x, value("tensor<3xi64>", {1, 0, 1})}, "tensor<i32>"),
      {7});
  EXPECT_INTEGERS(evaluate("qc.gather_nd %0, %1 {batch_dims = 1 : i64}", {x, value("tensor<2x2x1xi64>", {2, 0, 1, 1})},
                           "tensor<2x2x2xi32>"),
                  {4, 5, 0, 1, 8, 9, 8, 9});
  EXPECT_INTEGERS(evaluate("qc.gather_nd %0, %1 {batch_dims = 2 : i64}",
                           {x, value("tensor<2x3x1xi64>", {0, 1, 0, 1, 0, 1})}, "tensor<2x3xi32>"),
                  {0, 3, 4, 7, 8, 11});
}

TEST_F(Moves, spaceToDepth) {
  TensorValue y =
      evaluate("qc.space_to_depth %0 {block = 2 : i64}", {count("tensor<1x2x2x4xi32>")}, "tensor<1x8x1x2xi32>");
  EXPECT_INTEGERS(y, {0, 2, 8, 10, 1, 3, 9, 11, 4, 6, 12, 14, 5, 7, 13, 15});
}

TEST_F(Moves, expand) {
  EXPECT_INTEGERS(
      evaluate("qc.expand %0, %1", {count("tensor<3x1xi64>"), value("tensor<3xi64>", {2, 1, 2})}, "tensor<?x3x?xi64>"),
      {0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2});
}

TEST_F(Moves, resizeNearest) {
  TensorValue x = count("tensor<1x1x2x3xi16>");
  auto resize = [&](llvm::StringRef modes, llvm::StringRef extent, llvm::StringRef type) {
    return evaluate(("qc.resize_nearest %0 " + modes + " {" + extent + "}").str(), {x}, type);
  };
  llvm::StringRef twice = "scales = array<f32: 1.0, 1.0, 2.0, 2.0>, sizes = array<i64>";
  for (llvm::StringRef modes : {"asymmetric floor", "half_pixel round_prefer_floor", "half_pixel round_prefer_ceil",
                                "pytorch_half_pixel round_prefer_floor", "tf_half_pixel_for_nn floor",
                                "half_pixel_symmetric round_prefer_floor", "asymmetric simple"})
    EXPECT_INTEGERS(resize(modes, twice, "tensor<1x1x4x6xi16>"),
                    {0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 3, 3, 4, 4, 5, 5})
        << modes.str();
  EXPECT_INTEGERS(resize("asymmetric ceil", twice, "tensor<1x1x4x6xi16>"),
                  {0, 1, 1, 2, 2, 2, 3, 4, 4, 5, 5, 5, 3, 4, 4, 5, 5, 5, 3, 4, 4, 5, 5, 5});
  EXPECT_INTEGERS(resize("align_corners round_prefer_floor", "scales = array<f32>, sizes = array<i64: 1, 1, 2, 5>",
                         "tensor<1x1x2x5xi16>"),
                  {0, 0, 1, 1, 2, 3, 3, 4, 4, 5});
  EXPECT_INTEGERS(
      resize("half_pixel floor", "scales = array<f32: 1.0, 1.0, 0.5, 1.5>, sizes = array<i64>", "tensor<1x1x1x4xi16>"),
      {0, 0, 1, 1});
  // Sizes that are not known.
  EXPECT_INTEGERS(
      evaluate("qc.resize_nearest %0 half_pixel round_prefer_floor {scales = array<f32: 1.0, 1.0, 2.0, 3.0>, "
               "sizes = array<i64>}",
               {count("tensor<1x1x1x2xi16>")}, "tensor<1x1x?x?xi16>", "tensor<1x1x?x?xi16>"),
      {0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1});
}

// What is computed is what a number of the attribute would be.
TEST_F(Moves, computedEntries) {
  TensorValue x = count("tensor<2x3xi32>");
  const std::string computed = "-9223372036854775808";
  EXPECT_INTEGERS(evaluate("qc.pad %0 by %1 edge {begins = array<i64: 0, " + computed + ">, ends = array<i64: 0, 0>}",
                           {x, value("tensor<4xi64>", {9, 2, 9, 9})}, "tensor<2x?xi32>"),
                  {0, 0, 0, 1, 2, 3, 3, 3, 4, 5});
  EXPECT_INTEGERS(evaluate("qc.tile %0 by %1 {repeats = array<i64: 1, " + computed + ">}",
                           {x, value("tensor<2xi32>", {9, 2})}, "tensor<2x?xi32>"),
                  {0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5});
  std::string resize =
      "qc.resize_nearest %0 to %1 asymmetric floor {scales = array<f32>, sizes = array<i64: -1, " + computed + ">}";
  EXPECT_INTEGERS(evaluate(resize, {x, value("tensor<2xi64>", {9, 5})}, "tensor<2x?xi32>"),
                  {0, 0, 1, 1, 2, 3, 3, 4, 4, 5});
  EXPECT_INTEGERS(evaluate("qc.resize_nearest %0 by %1 asymmetric floor {scales = array<f32>, sizes = array<i64>}",
                           {x, value("tensor<2xf32>", {1.0, 0.5})}, "tensor<?x?xi32>"),
                  {0, 3});
  evaluate(resize, {x, value("tensor<2xi64>", {9, -5})}, "tensor<2x?xi32>");
  EXPECT_ERROR("node: 'qc.resize_nearest' op expects sizes from 0 to 2147483647, got -5");
}

TEST_F(Moves, parts) {
  TensorValue x = count("tensor<2x5xi32>"), sizes = value("tensor<3xi64>", {2, 0, 3});
  auto part = [&](llvm::StringRef text, const std::vector<TensorValue> &operands) {
    return evaluate(text, operands, "tensor<2x?xi32>");
  };
  EXPECT_INTEGERS(part("qc.split_part %0 {axis = 1 : i64, index = 0 : i64, count = 3 : i64, uneven = true}", {x}),
                  {0, 1, 5, 6});
  EXPECT_INTEGERS(part("qc.split_part %0 {axis = 1 : i64, index = 2 : i64, count = 3 : i64, uneven = true}", {x}),
                  {4, 9});
  EXPECT_INTEGERS(part("qc.split_part %0 {axis = 1 : i64, index = 3 : i64, count = 5 : i64, uneven = false}", {x}),
                  {3, 8});
  EXPECT_INTEGERS(
      part("qc.split_part %0 by %1 {axis = 1 : i64, index = 1 : i64, count = 3 : i64, uneven = false}", {x, sizes}),
      {});
  EXPECT_INTEGERS(
      part("qc.split_part %0 by %1 {axis = 1 : i64, index = 2 : i64, count = 3 : i64, uneven = false}", {x, sizes}),
      {2, 3, 4, 7, 8, 9});
}

// Against the definition, in one to three spatial axes.
TEST_F(Moves, depthToSpace) {
  EXPECT_INTEGERS(evaluate("qc.depth_to_space %0 dcr {blocks = array<i64: 2, 2>}", {count("tensor<1x8x1x2xi16>")},
                           "tensor<1x2x2x4xi16>"),
                  {0, 4, 1, 5, 8, 12, 9, 13, 2, 6, 3, 7, 10, 14, 11, 15});
  EXPECT_INTEGERS(evaluate("qc.depth_to_space %0 crd {blocks = array<i64: 2, 2>}", {count("tensor<1x8x1x2xi16>")},
                           "tensor<1x2x2x4xi16>"),
                  {0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15});
  EXPECT_INTEGERS(
      evaluate("qc.depth_to_space %0 dcr {blocks = array<i64: 3>}", {count("tensor<1x6x2xi16>")}, "tensor<1x2x6xi16>"),
      {0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11});
  TensorValue x = random("tensor<2x12x2x1x3xui8>");
  TensorValue y = evaluate("qc.depth_to_space %0 crd {blocks = array<i64: 1, 2, 3>}", {x}, "tensor<2x2x2x2x9xui8>");
  ASSERT_TRUE(y.getType()) << errors;
  for (int64_t i = 0; i < y.getNumElements(); ++i) {
    int64_t w = i % 9, h = i / 9 % 2, d = i / 18 % 2, m = i / 36 % 2, n = i / 72;
    int64_t channel = m * 6 + h * 3 + w % 3;
    EXPECT_EQ(y.getInteger(i), x.getInteger(((n * 12 + channel) * 2 + d) * 3 + w / 3));
  }
}

// Every element of x goes to y, with the sums of docs/Numerics.md: compared with a scatter in f64.
TEST_F(Moves, convTranspose) {
  for (int i = 0; i < 60 && !HasFailure(); ++i) {
    int64_t group = pick(1, 2), in = pick(1, 4), k = pick(1, 5), s = pick(1, 3), d = pick(1, 2),
            reach = (k - 1) * d + 1;
    int64_t begin = pick(0, reach - 1), end = pick(0, reach - 1), more = pick(0, std::max(s, d) - 1);
    int64_t out = s * (in - 1) + reach + more - begin - end, channels = 2 * group, filters = 3 * group;
    if (out < 0)
      continue;
    TensorValue x = random(tensor({2, channels, in})), w = random(tensor({filters, 2, k})),
                b = random(tensor({filters}));
    TensorValue y = evaluate("qc.conv_transpose %0, %1 bias %2 {strides = " + array(s) +
                                 ", pads = " + array({begin, end}) + ", dilations = " + array(d) +
                                 ", output_padding = " + array(more) + ", group = " + std::to_string(group) + " : i64}",
                             {x, w, b}, tensor({2, filters, out}));
    ASSERT_TRUE(y.getType()) << errors;
    std::vector<double> expected(y.getNumElements());
    for (int64_t n = 0; n < 2; ++n)
      for (int64_t m = 0; m < filters; ++m)
        for (int64_t o = 0; o < out; ++o)
          expected[(n * filters + m) * out + o] = floats(b)[m];
    for (int64_t n = 0; n < 2; ++n)
      for (int64_t m = 0; m < filters; ++m)
        for (int64_t c = 0; c < 2; ++c)
          for (int64_t p = 0; p < in; ++p)
            for (int64_t t = 0; t < k; ++t)
              if (int64_t o = p * s + t * d - begin; o >= 0 && o < out)
                expected[(n * filters + m) * out + o] +=
                    double(floats(x)[(n * channels + m / 3 * 2 + c) * in + p]) * floats(w)[(m * 2 + c) * k + t];
    for (auto [got, wanted] : llvm::zip_equal(floats(y), expected))
      EXPECT_NEAR(got, wanted, 1e-5);
  }
}
