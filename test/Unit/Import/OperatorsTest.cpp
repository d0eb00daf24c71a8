// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Each operator becomes its operation; each attribute is read or refused.
#include "ImportTest.h"

using namespace qc;

namespace {
struct OperatorsTest : ImportTest {};
} // namespace

TEST_F(OperatorsTest, conv) {
  EXPECT_CONTAINS(import("conv"), "qc.conv %arg0, %0 bias %1 {dilations = array<i64: 1, 1>, group = 1 : i64, "
                                  "pads = array<i64: 1, 0, 1, 0>, strides = array<i64: 2, 1>}");
  EXPECT_CONTAINS(import("conv_22"), "{dilations = array<i64: 2, 1>, group = 2 : i64, pads = array<i64: 0, 0, 0, 0>");
}

TEST_F(OperatorsTest, autoPadIsResolved) {
  // 4 columns at stride 2 with 3 taps need one column of padding; 4 rows with 2 taps too.
  EXPECT_CONTAINS(import("conv_same_upper"), "pads = array<i64: 0, 0, 1, 1>");
  EXPECT_CONTAINS(import("conv_same_lower"), "pads = array<i64: 1, 1, 0, 0>");
  EXPECT_CONTAINS(import("conv_valid"), "pads = array<i64: 0, 0, 0, 0>");
  EXPECT_CONTAINS(import("conv_both_pads"), "conv: Conv has both pads and auto_pad SAME_UPPER");
  EXPECT_CONTAINS(import("conv_bad_auto_pad"), "'auto_pad' is 'SAME', accepted are NOTSET");
}

TEST_F(OperatorsTest, convRefusals) {
  EXPECT_CONTAINS(import("conv_bad_group"), "conv: Conv expects group * weight channels = input channels, got 3 * 2");
  EXPECT_CONTAINS(import("conv_zero_group"), "expects group >= 1, got 0");
  EXPECT_CONTAINS(import("conv_bad_bias"), "Conv expects a bias of one dimension of size 4, got 'tensor<3xf32>'");
  EXPECT_CONTAINS(import("conv_bad_kernel"), "attribute 'kernel_shape' is 3x2, the weights have 3x3");
  EXPECT_CONTAINS(import("conv_bad_pads"), "attribute 'pads' has 2 entries, accepted are 4");
  EXPECT_CONTAINS(import("conv_huge_pads"), "attribute 'pads' holds 4611686018427387904, accepted are 0 to 2147483647");
  EXPECT_CONTAINS(import("conv_huge_result"), "has a result of more than 2^63 bytes");
  EXPECT_CONTAINS(import("conv_negative_pads"), "attribute 'pads' holds -1");
  EXPECT_CONTAINS(import("conv_zero_stride"), "attribute 'strides' holds 0, accepted are 1 to");
  EXPECT_CONTAINS(import("conv_rank_2"), "accepted are one to three spatial axes");
  EXPECT_CONTAINS(import("conv_does_not_fit"), "Conv expects windows that fit the input, got a kernel of size 6");
  EXPECT_CONTAINS(import("conv_no_weights"), "Conv has no input 1, which is required");
}

TEST_F(OperatorsTest, gemmAndMatMul) {
  EXPECT_CONTAINS(import("gemm"),
                  "plus %1 {alpha = 5.000000e-01 : f32, beta = 2.000000e+00 : f32, trans_a = false, "
                  "trans_b = true} : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4xf32>) -> tensor<2x4xf32>");
  EXPECT_CONTAINS(import("gemm_no_bias"), "qc.gemm %arg0, %0 {");
  EXPECT_CONTAINS(import("gemm_bad_k"), "gemm: Gemm expects equal reduction dimensions, got 3 and 4");
  EXPECT_CONTAINS(import("gemm_bad_trans"), "attribute 'transA' is 2, accepted are 0 and 1");
  EXPECT_CONTAINS(import("gemm_infinite"), "expects finite alpha and beta");
  EXPECT_CONTAINS(import("matmul"), "(tensor<5x2x3xf32>, tensor<3xf32>) -> tensor<5x2xf32>");
}

TEST_F(OperatorsTest, pools) {
  EXPECT_CONTAINS(import("max_pool"), "qc.max_pool %arg0 {ceil_mode = true, dilations = array<i64: 1, 1>, kernel = "
                                      "array<i64: 3, 3>, pads = array<i64: 0, 0, 0, 0>, strides = array<i64: 2, 2>}");
  EXPECT_CONTAINS(import("max_pool_u8"), "-> tensor<1x1x3x3xui8>");
  EXPECT_CONTAINS(import("max_pool_unread_indices"), "qc.max_pool");
  EXPECT_CONTAINS(import("max_pool_indices"), "has output 1 'i' (the indices), which qc does not compute");
  EXPECT_CONTAINS(import("max_pool_no_kernel"), "has no attribute 'kernel_shape'");
  EXPECT_CONTAINS(import("avg_pool"), "count_include_pad = true");
  EXPECT_CONTAINS(import("avg_pool_19"), "dilations = array<i64: 2, 2>");
  EXPECT_CONTAINS(import("avg_pool_dilated_too_early"),
                  "AveragePool has attributes that this version of the operator does not have: 'dilations'");
  EXPECT_CONTAINS(import("global_avg_pool"), "-> tensor<1x2x1x1xf32>");
}

TEST_F(OperatorsTest, elementwise) {
  EXPECT_CONTAINS(import("clip"), "qc.clip %arg0 min %0 max %1");
  EXPECT_CONTAINS(import("clip_max_only"), "qc.clip %arg0 max %0");
  EXPECT_CONTAINS(import("clip_vector"), "clip: Clip expects bounds of one element");
  EXPECT_CONTAINS(import("clip_i64"), "qc.min %1, %2 : (tensor<2x3xi64>, tensor<i64>) -> tensor<2x3xi64>");
  EXPECT_CONTAINS(import("clip_i64_max_only"), "qc.min %arg0, %0 : (tensor<2x3xi64>, tensor<i64>) -> tensor<2x3xi64>");
  EXPECT_CONTAINS(import("clip_i64_vector"), "has a bound of type 'tensor<3xi64>', accepted is one element of 'i64'");
  EXPECT_CONTAINS(import("add_broadcast"), "-> tensor<2x4x3xf32>");
  EXPECT_CONTAINS(import("add_bad"), "add: Add expects shapes that broadcast, got dimensions 2 and 3");
  EXPECT_CONTAINS(import("add_three"), "has 3 inputs, accepted are at most 2");
  EXPECT_CONTAINS(import("hard_sigmoid"), "{alpha = 2.500000e-01 : f32, beta = 5.000000e-01 : f32}");
  EXPECT_CONTAINS(import("hard_swish"), "qc.hard_swish");
  EXPECT_CONTAINS(import("relu_attribute"),
                  "Relu has attributes that this version of the operator does not have: 'alpha'");
  EXPECT_CONTAINS(import("scalar"), "(tensor<f32>) -> tensor<f32>");
  EXPECT_CONTAINS(import("zero_size"), "(tensor<0x3xf32>) -> tensor<0x3xf32>");
}

TEST_F(OperatorsTest, otherElementTypesAreRefused) {
  EXPECT_CONTAINS(import("add_f64"), "tensor 'b' has element type f64, accepted are f32");
  EXPECT_CONTAINS(import("add_f16_input"), "input 'a' has element type f16, accepted are f32");
  EXPECT_CONTAINS(import("add_u8"), "add: Add has input 0 'a' of type 'tensor<2xui8>', accepted are f32, i32 and i64");
}

TEST_F(OperatorsTest, normalization) {
  EXPECT_CONTAINS(import("batch_norm"), "qc.batch_norm %arg0, %0, %1, %2, %3 {epsilon = 2.500000e-01 : f32}");
  EXPECT_CONTAINS(import("batch_norm_9"), "{epsilon = 9.99999974E-6 : f32}");
  EXPECT_CONTAINS(import("batch_norm_9_training"), "has output 1 'a' (training mode's averages)");
  EXPECT_CONTAINS(import("batch_norm_9_unread"), "qc.batch_norm");
  EXPECT_CONTAINS(import("batch_norm_variance"), "has variance -5.000000e-01 for channel 1 ('v'), accepted are 0 and");
  EXPECT_CONTAINS(import("batch_norm_14_training"), "is in training mode, accepted is inference");
  EXPECT_CONTAINS(import("batch_norm_9_mode"), "does not have: 'training_mode'");
}

TEST_F(OperatorsTest, reductions) {
  EXPECT_CONTAINS(import("reduce_mean"), "qc.reduce mean %arg0 {axes = array<i64: 3>, keep_dims = true}");
  EXPECT_CONTAINS(import("reduce_mean_18"), "qc.reduce mean %arg0 {axes = array<i64: 1, 3>, keep_dims = false}");
  EXPECT_CONTAINS(import("reduce_mean_too_early"), "has 2 inputs, accepted are at most 1");
  EXPECT_CONTAINS(import("reduce_mean_computed"), "ReduceMean has computed axes 'a', accepted is a constant");
  EXPECT_CONTAINS(import("reduce_mean_bad_axis"), "has axis 4, accepted for rank 4 are -4 to 3");
  EXPECT_CONTAINS(import("reduce_sum_all"), "qc.reduce sum %arg0 {axes = array<i64: 0, 1, 2, 3>, keep_dims = false}");
  EXPECT_CONTAINS(import("reduce_sum_none"), "qc.reduce sum %arg0 {axes = array<i64>, keep_dims = true}");
  EXPECT_CONTAINS(import("reduce_sum_float_axes"), "has axes 'a' that are no i32 or i64");
  EXPECT_CONTAINS(import("reduce_prod_i64"), "qc.reduce prod %arg0 {axes = array<i64: 0>, keep_dims = false}");
  EXPECT_CONTAINS(import("reduce_max_u8"), "has input 0 'x' of type 'tensor<3xui8>', accepted are f32, i32 and i64");
  EXPECT_CONTAINS(import("reduce_mean_i32"), "ReduceMean expects floats for mean, got 'tensor<3xi32>'");
  EXPECT_CONTAINS(import("global_max_pool"), "qc.reduce max %arg0 {axes = array<i64: 2, 3>, keep_dims = true}");
}

// A mean over all spatial dimensions has the integer form of a pool.
TEST_F(OperatorsTest, spatialMeanIsAPool) {
  EXPECT_CONTAINS(import("reduce_mean_spatial"), "qc.global_avg_pool %arg0");
  std::string dropped = import("reduce_mean_spatial_dropped");
  EXPECT_CONTAINS(dropped, "qc.global_avg_pool %arg0");
  EXPECT_CONTAINS(dropped, "qc.reshape %0 {shape = array<i64: -2, -3>}");
}

TEST_F(OperatorsTest, alongDimensions) {
  EXPECT_CONTAINS(import("layer_norm"),
                  "qc.normalize %arg0 scale %0 bias %1 {axes = array<i64: 2, 3>, centered = true, "
                  "epsilon = 2.500000e-01 : f32}");
  EXPECT_CONTAINS(import("layer_norm_outputs"), "qc.reciprocal");
  EXPECT_CONTAINS(import("layer_norm_stash"), "has stash_type 16, accepted is 1 (f32)");
  EXPECT_CONTAINS(import("layer_norm_bad_scale"), "expects scale and bias that broadcast to");
  EXPECT_CONTAINS(import("rms_norm"), "qc.normalize %arg0 scale %0 {axes = array<i64: 3>, centered = false");
  EXPECT_CONTAINS(import("instance_norm"), "(tensor<1x2x4x4xf32>, tensor<2x1x1xf32>, tensor<2x1x1xf32>)");
  EXPECT_CONTAINS(import("instance_norm_bad"), "expects a vector of 2 numbers as 'scale', got");
  EXPECT_CONTAINS(import("group_norm_18"), "(tensor<2x2x2x9xf32>, tensor<2x1x1xf32>, tensor<2x1x1xf32>)");
  EXPECT_CONTAINS(import("group_norm_21"), "(tensor<2x2x2x9xf32>, tensor<2x2x1xf32>, tensor<2x2x1xf32>)");
  EXPECT_CONTAINS(import("group_norm_bad"), "has 3 groups for an input of type");
  EXPECT_CONTAINS(import("log_softmax"), "qc.log_softmax %arg0 {axis = 3 : i64}");
  EXPECT_CONTAINS(import("log_softmax_11"), "qc.log_softmax %0 {axis = 1 : i64} : (tensor<1x32xf32>)");
  EXPECT_CONTAINS(import("arg_max"), "qc.arg_reduce max %arg0 {axis = 1 : i64, keep_dims = true, select_last = true}");
  EXPECT_CONTAINS(import("arg_min"),
                  "qc.arg_reduce min %arg0 {axis = 0 : i64, keep_dims = false, select_last = false}");
  EXPECT_CONTAINS(import("top_k"), "qc.top_k min %arg0 {axis = 2 : i64, k = 3 : i64}");
  EXPECT_CONTAINS(import("top_k"), "qc.gather_elements %arg0");
  EXPECT_CONTAINS(import("top_k_positions"), "return %0 : tensor<1x2x4x2xi64>");
  EXPECT_CONTAINS(import("top_k_many"), "expects at least 5 elements along axis 3, got 4");
  EXPECT_CONTAINS(import("top_k_computed"), "has computed k 'k', accepted is a constant");
  EXPECT_CONTAINS(import("cumsum"), "qc.cumsum %arg0 {axis = 3 : i64, exclusive = false, reverse = true}");
  EXPECT_CONTAINS(import("cumsum_two"), "CumSum expects one axis as input 1");
}

TEST_F(OperatorsTest, softmaxChangedItsMeaning) {
  // Up to opset 12 all dimensions from axis (default 1) on are one row.
  std::string old = import("softmax_11");
  EXPECT_CONTAINS(old, "qc.reshape %arg0 {shape = array<i64: 2, 12>}");
  EXPECT_CONTAINS(old, "qc.softmax %0 {axis = 1 : i64} : (tensor<2x12xf32>)");
  EXPECT_CONTAINS(old, "qc.reshape %1 {shape = array<i64: 2, 3, 4>}");
  EXPECT_CONTAINS(import("softmax_11_last"), "qc.softmax %arg0 {axis = 2 : i64}");
  EXPECT_CONTAINS(import("softmax_13"), "qc.softmax %arg0 {axis = 1 : i64} : (tensor<2x3x4xf32>)");
  EXPECT_CONTAINS(import("softmax_bad_axis"), "has axis 3, accepted for rank 3 are -3 to 2");
}

TEST_F(OperatorsTest, reshape) {
  EXPECT_CONTAINS(import("reshape"), "qc.reshape %arg0 {shape = array<i64: 2, 12>}");
  EXPECT_CONTAINS(import("reshape_folded"), "qc.reshape %arg0 {shape = array<i64: 2, 12>}");
  EXPECT_EQ(import("reshape_folded").find("qc.constant"), std::string::npos);
  EXPECT_CONTAINS(import("reshape_two_open"), "has shape entry -1, accepted are 0 or more and one -1");
  EXPECT_CONTAINS(import("reshape_too_small"), "has shape entry -2");
  EXPECT_CONTAINS(import("reshape_copies_too_far"), "copies dimension 3 of an input of rank 3");
  for (const char *name : {"reshape_does_not_divide", "reshape_wrong_count", "reshape_huge", "reshape_allowzero"})
    EXPECT_CONTAINS(import(name), "reshape: Reshape cannot give an input of shape [2, 3, 4] the shape [");
  EXPECT_CONTAINS(import("reshape_allowzero_too_early"), "does not have: 'allowzero'");
  EXPECT_CONTAINS(import("reshape_allowzero_open"), "has shape entries -1 and 0 with allowzero");
  EXPECT_CONTAINS(
      import("reshape_computed"),
      "qc.dynamic_reshape %arg0, %arg1 {allow_zero = false} : (tensor<2x3x4xf32>, tensor<2xi64>) -> tensor<?x?xf32>");
  EXPECT_CONTAINS(
      import("reshape_computed_length"),
      "has a computed shape 's' of type 'tensor<?xi64>', accepted is a vector of i64 whose length is known");
  EXPECT_CONTAINS(import("reshape_i32"), "has a shape of type i32 and rank 1, accepted is a vector of i64");
}

TEST_F(OperatorsTest, sizes) {
  // What is known is a constant from here on; the rest is an operation.
  EXPECT_CONTAINS(import("shape"),
                  "qc.shape %arg0 {end = 3 : i64, start = 0 : i64} : (tensor<?x3x?xf32>) -> tensor<3xi64>");
  EXPECT_CONTAINS(import("shape_part"), "qc.shape %arg0 {end = 1 : i64, start = 0 : i64}");
  EXPECT_CONTAINS(import("shape_known"), "qc.constant dense<3> : tensor<1xi64>");
  EXPECT_CONTAINS(import("shape_empty"), "qc.constant dense<> : tensor<0xi64>");
  EXPECT_CONTAINS(import("size"), "qc.size %arg0 : (tensor<?x3x?xf32>) -> tensor<i64>");
  EXPECT_CONTAINS(import("size_known"), "qc.constant dense<24> : tensor<i64>");
  EXPECT_CONTAINS(import("constant_of_shape"),
                  "qc.constant_of_shape %arg0 {value = dense<0.000000e+00> : tensor<1xf32>} : (tensor<2xi64>)");
  EXPECT_CONTAINS(import("constant_of_shape_i64"),
                  "{value = dense<7> : tensor<1xi64>} : (tensor<2xi64>) -> tensor<?x?xi64>");
  EXPECT_CONTAINS(import("constant_of_shape_two"), "has a value of 2 elements, accepted is one");
  EXPECT_CONTAINS(import("constant_of_shape_i32"),
                  "has a shape 's' of type 'tensor<2xi32>', accepted is a vector of i64");
  EXPECT_CONTAINS(import("range"),
                  "qc.range %arg0, %arg1, %0 : (tensor<i64>, tensor<i64>, tensor<i64>) -> tensor<?xi64>");
  EXPECT_CONTAINS(import("range_i16"), "of type 'tensor<i16>', accepted are f32, i32 and i64");
  EXPECT_CONTAINS(import("expand"),
                  "qc.expand %arg0, %arg1 : (tensor<2x3x4xf32>, tensor<4xi64>) -> tensor<?x?x?x?xf32>");
}

TEST_F(OperatorsTest, slices) {
  EXPECT_CONTAINS(import("slice"),
                  "qc.slice %arg0 {axes = array<i64: 1, 2>, ends = array<i64: -9223372036854775807, 2>, "
                  "starts = array<i64: -1, 0>, steps = array<i64: -1, 1>}");
  EXPECT_CONTAINS(import("slice"), "-> tensor<?x4x2x?xf32>");
  EXPECT_CONTAINS(import("slice_i32"), "{axes = array<i64: 0, 1>, ends = array<i64: 9, 3>, starts = array<i64: 0, 1>");
  EXPECT_CONTAINS(import("slice_computed"), "qc.slice %arg0 to %arg1 {axes = array<i64: 3>, "
                                            "ends = array<i64: -9223372036854775808>, starts = array<i64: 1>");
  // Parts of known shapes are computed at once.
  EXPECT_CONTAINS(import("slice_folded"), "qc.reshape %arg0 {shape = array<i64: 4, 2, 3>}");
  EXPECT_CONTAINS(import("slice_computed_length"),
                  "has ends of type 'tensor<?xi64>', accepted is a vector of i32 or i64 whose length is known");
  EXPECT_CONTAINS(import("slice_counts"), "has 2 ends, accepted are 1");
  EXPECT_CONTAINS(import("slice_axis_twice"), "has axis -3 twice");
  EXPECT_CONTAINS(import("gather_folded_outside"), "Gather has index 3, accepted are -3 to 2");
  std::string split = import("split_11");
  EXPECT_CONTAINS(split, "qc.slice %arg0 {axes = array<i64: 1>, ends = array<i64: 1>, starts = array<i64: 0>");
  EXPECT_CONTAINS(split, "qc.slice %arg0 {axes = array<i64: 1>, ends = array<i64: 4>, starts = array<i64: 1>");
  EXPECT_CONTAINS(import("split_13"), "ends = array<i64: 2>, starts = array<i64: 0>");
  EXPECT_CONTAINS(import("split_18"), "ends = array<i64: 7>, starts = array<i64: 4>");
  EXPECT_CONTAINS(import("split_uneven"), "cannot divide a dimension of size 3 into 2 parts");
  EXPECT_CONTAINS(import("split_unknown"), "qc.split_part %arg0 {axis = 3 : i64, count = 2 : i64, index = 1 : i64, "
                                           "uneven = false} : (tensor<?x4x6x?xf32>) -> tensor<?x4x6x?xf32>");
  EXPECT_CONTAINS(import("split_unknown_18"), "qc.split_part %arg0 {axis = 3 : i64, count = 2 : i64, index = 0 : i64, "
                                              "uneven = true}");
  EXPECT_CONTAINS(import("split_unknown_sizes"), "index = 1 : i64, uneven = false} : (tensor<?x4x6x?xf32>, "
                                                 "tensor<2xi64>) -> tensor<?x4x6x2xf32>");
  EXPECT_CONTAINS(import("split_computed"), "qc.split_part %arg0 by %arg1 {axis = 3 : i64");
  EXPECT_CONTAINS(import("split_computed_count"),
                  "has sizes 's' of type 'tensor<3xi64>', accepted is a vector of 2 i32 or i64");
  EXPECT_CONTAINS(import("split_wrong_sum"), "has 2 parts of together 3 for 2 outputs and a dimension of size 4");
}

TEST_F(OperatorsTest, pads) {
  EXPECT_CONTAINS(import("pad"),
                  "qc.pad %arg0 constant {begins = array<i64: 0, 0, 1, 0>, ends = array<i64: 0, 0, 2, 3>, "
                  "value = 2.500000e+00 : f32} : (tensor<?x4x6x?xf32>) -> tensor<?x4x9x?xf32>");
  std::string negative = import("pad_negative");
  EXPECT_CONTAINS(negative, "qc.slice %arg0 {axes = array<i64: 1, 2>, ends = array<i64: 9223372036854775807, -1>, "
                            "starts = array<i64: 1, 0>");
  EXPECT_CONTAINS(negative, "edge {begins = array<i64: 0, 0, 0, 0>, ends = array<i64: 0, 2, 0, 0>}");
  EXPECT_CONTAINS(import("pad_axes"), "{begins = array<i64: 0, 0, 1, 0>, ends = array<i64: 0, 0, 2, 0>, value = 0.0");
  EXPECT_CONTAINS(import("pad_mode"), "has mode 'mirror', accepted are constant, reflect, edge and wrap");
  EXPECT_CONTAINS(import("pad_computed"), "qc.pad %arg0 by %arg1 constant {begins = array<i64: -9223372036854775808, ");
  std::string axes = import("pad_computed_axes");
  EXPECT_CONTAINS(axes, "qc.constant dense<[0, 0, 0, 0, 0, 0, 1, 0]> : tensor<8xi64>");
  EXPECT_CONTAINS(axes, "begins = array<i64: 0, 0, -9223372036854775808, 0>, "
                        "ends = array<i64: 0, 0, -9223372036854775808, 0>");
  EXPECT_CONTAINS(import("pad_computed_count"),
                  "has pads 'p' of type 'tensor<4xi64>', accepted is a vector of 8 i32 or i64");
  EXPECT_CONTAINS(import("tile_computed"), "qc.tile %arg0 by %arg1 {repeats = array<i64: -9223372036854775808, ");
}

TEST_F(OperatorsTest, resizes) {
  EXPECT_CONTAINS(import("resize"),
                  "asymmetric floor {scales = array<f32: 1.000000e+00, 1.000000e+00, 2.000000e+00, "
                  "2.000000e+00>, sizes = array<i64>} : (tensor<?x4x6x?xf32>) -> tensor<?x4x12x?xf32>");
  EXPECT_CONTAINS(import("resize_sizes"),
                  "half_pixel round_prefer_floor {scales = array<f32>, sizes = array<i64: 1, 2, 6, 5>}");
  EXPECT_CONTAINS(import("resize_linear"), "has mode 'linear', accepted is nearest");
  EXPECT_CONTAINS(import("resize_unknown"), "cannot scale dimension 3, whose size is not known, by 0.300000");
  EXPECT_CONTAINS(import("resize_computed"), "qc.resize_nearest %arg0 to %arg1 half_pixel round_prefer_floor "
                                             "{scales = array<f32>, sizes = array<i64: -9223372036854775808, ");
  std::string axes = import("resize_computed_axes");
  EXPECT_CONTAINS(axes, "qc.constant dense<[0, 0, 1, 0]> : tensor<4xi64>");
  EXPECT_CONTAINS(axes, "sizes = array<i64: -1, -1, -9223372036854775808, -9223372036854775808>");
  EXPECT_CONTAINS(import("resize_computed_scales"), "qc.resize_nearest %arg0 by %arg1 half_pixel");
  EXPECT_CONTAINS(import("resize_computed_ratio"),
                  "has computed sizes and keep_aspect_ratio_policy 'not_larger', accepted are constant sizes");
  EXPECT_CONTAINS(import("resize_ratio_exact"), "scales = array<f32>, sizes = array<i64: 1, 1, 4, 6>}");
  EXPECT_CONTAINS(import("resize_ratio_down"),
                  "scales = array<f32: 1.000000e+00, 1.000000e+00, 1.66666663, 1.66666663>");
  EXPECT_CONTAINS(import("resize_ratio_up"), "keeps the ratio by scale 1.333");
  EXPECT_CONTAINS(import("resize_negative"), "has size -1, accepted are 0 to 2147483647");
  EXPECT_CONTAINS(import("resize_some_sizes"), "sizes = array<i64: -1, 4, 5, -1>}");
  EXPECT_CONTAINS(import("resize_crop"), "has coordinate_transformation_mode 'tf_crop_and_resize', accepted are");
  EXPECT_CONTAINS(import("depth_to_space"),
                  "crd {blocks = array<i64: 2, 2>} : (tensor<?x4x6x?xf32>) -> tensor<?x1x12x?xf32>");
  EXPECT_CONTAINS(import("depth_to_space_mode"), "DepthToSpace has mode 'RCD'");
}

TEST_F(OperatorsTest, transposedConvolutions) {
  std::string plain = import("conv_transpose");
  EXPECT_CONTAINS(plain, "{perm = array<i64: 1, 0, 2, 3>} : (tensor<4x5x2x3xf32>) -> tensor<5x4x2x3xf32>");
  EXPECT_CONTAINS(plain,
                  "output_padding = array<i64: 1, 0>, pads = array<i64: 0, 0, 0, 0>, strides = array<i64: 2, 3>}");
  EXPECT_CONTAINS(plain, "-> tensor<?x5x13x?xf32>");
  std::string grouped = import("conv_transpose_group");
  EXPECT_CONTAINS(grouped, "{perm = array<i64: 0, 2, 1, 3, 4>} : (tensor<2x2x3x2x2xf32>) -> tensor<2x3x2x2x2xf32>");
  EXPECT_CONTAINS(grouped, "{shape = array<i64: 6, 2, 2, 2>}");
  EXPECT_CONTAINS(import("conv_transpose_same"), "pads = array<i64: 1, 1, 0, 0>");
  EXPECT_CONTAINS(import("conv_transpose_shape"), "output_padding = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>");
  EXPECT_CONTAINS(import("conv_transpose_bad_group"), "has weights of type 'tensor<4x3x2x2xf32>' for 3 groups");
}

TEST_F(OperatorsTest, squeeze) {
  for (const char *name : {"squeeze_11", "squeeze_13"})
    EXPECT_CONTAINS(import(name),
                    "qc.reshape %arg0 {shape = array<i64: -2, -4>} : (tensor<?x1x?x1xf32>) -> tensor<?x?xf32>");
  EXPECT_CONTAINS(import("squeeze_all"), "qc.reshape %arg0 {shape = array<i64: 2, 3>}");
  EXPECT_CONTAINS(import("squeeze_all_unknown"), "has no axes and an input whose sizes are not all known");
  EXPECT_CONTAINS(import("squeeze_not_one"), "drops dimension 1 of size 3, accepted is 1");
  EXPECT_CONTAINS(import("squeeze_computed"), "has axes 'a' that are computed");
  EXPECT_CONTAINS(import("squeeze_twice"), "has an axis twice");
  for (const char *name : {"unsqueeze_11", "unsqueeze_13"})
    EXPECT_CONTAINS(import(name), "{shape = array<i64: 1, -2, -3, 1>} : (tensor<?x?xf32>) -> tensor<1x?x?x1xf32>");
  EXPECT_CONTAINS(import("unsqueeze_no_axes"), "has no axes, which are required");
  EXPECT_CONTAINS(import("unsqueeze_constant"), ": tensor<1x2xf32>");
}

TEST_F(OperatorsTest, dataMovement) {
  EXPECT_CONTAINS(import("flatten"), "qc.reshape %arg0 {shape = array<i64: 6, 4>}");
  EXPECT_CONTAINS(import("flatten_scalar"), "qc.reshape %arg0 {shape = array<i64: 1, 1>}");
  EXPECT_CONTAINS(import("transpose"), "qc.transpose %arg0 {perm = array<i64: 2, 1, 0>}");
  EXPECT_CONTAINS(import("transpose_bad"), "transpose: Transpose expects a permutation of 0 .. 2");
  EXPECT_CONTAINS(import("concat"), "qc.concat %arg0, %arg0 {axis = 1 : i64}");
  EXPECT_CONTAINS(import("concat_no_axis"), "has no attribute 'axis'");
  EXPECT_CONTAINS(import("concat_mixed"), "concat: Concat expects operands of one element type");
}

TEST_F(OperatorsTest, resolvedOperatorsLeaveNothing) {
  EXPECT_CONTAINS(import("identity"),
                  "%0 = qc.relu %arg0 : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>\n    return %0, %arg0");
  EXPECT_CONTAINS(import("dropout_10"), "return %arg0, %0 : tensor<2x3x4xf32>, tensor<2x3x4xi1>");
  EXPECT_CONTAINS(import("dropout_10"), "qc.constant dense<true> : tensor<2x3x4xi1>");
  EXPECT_CONTAINS(import("dropout_12"), "return %arg0");
  EXPECT_CONTAINS(import("dropout_training"), "is in training mode");
  EXPECT_CONTAINS(import("dropout_computed"), "has a computed training mode 't', accepted is a constant false");
}

TEST_F(OperatorsTest, constants) {
  std::string text = import("constants");
  EXPECT_CONTAINS(text, "qc.constant dense<2.000000e+00> : tensor<f32>");
  EXPECT_CONTAINS(text, "qc.constant dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>");
  EXPECT_CONTAINS(text, "qc.constant dense<3> : tensor<i64>");
  EXPECT_CONTAINS(import("constant_none"), "has 0 values, accepted is one of value");
  EXPECT_CONTAINS(import("constant_string"), "does not have: 'value_string'");
  EXPECT_CONTAINS(import("constant_no_sparse"), "does not have: 'value_int'");
}

TEST_F(OperatorsTest, sparseConstantsBecomeDense) {
  EXPECT_CONTAINS(import("constant_sparse"), "dense<[0.000000e+00, 2.000000e+00, 0.000000e+00, 3.000000e+00]>");
  EXPECT_CONTAINS(import("constant_sparse_rows"),
                  "dense<[[0.000000e+00, 2.000000e+00], [3.000000e+00, 0.000000e+00]]>");
  EXPECT_CONTAINS(import("sparse_initializer"), "dense<[0.000000e+00, 2.000000e+00, 0.000000e+00, 3.000000e+00]>");
  for (const char *name : {"constant_sparse_outside", "constant_sparse_negative", "constant_sparse_unsorted"})
    EXPECT_CONTAINS(import(name), "has a value that is sparse and has an index, of value ");
  EXPECT_CONTAINS(import("sparse_initializer_bad"), "sp: initializer 'sp' is sparse and has an index, of value 1");
  EXPECT_CONTAINS(import("constant_sparse_ranks"), "has indices that do not fit");
  EXPECT_CONTAINS(import("constant_sparse_count"), "has indices that do not fit");
  EXPECT_CONTAINS(import("constant_sparse_huge"), "has dimension 1099511627776, accepted are dimensions from 0");
}
