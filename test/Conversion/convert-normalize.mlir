// A normalization becomes sums, roots, normalized numbers with 16 fraction bits and one Requant (docs/Numerics.md, Normalization).
// RUN: qc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(qc-convert-to-dyadic,qc-verify-integer))' | FileCheck %s

// epsilon = 0.25 * 4 * 4 / (0.5 * 0.5) = 16. Gains 1, 2, -1 and 0.5 by 2^-16 / 0.5, biases in units of 2 / 2^24: 2^24, -2^23, 0, 0.
// CHECK-LABEL: @layer
// CHECK-SAME:    %[[X:.+]]: tensor<2x?x4xui8>
func.func @layer(%xq: tensor<2x?x4xui8>) -> tensor<2x?x4xui8> {
  // CHECK: %[[S:.+]] = dyadic.row_sum %[[X]] {axes = array<i64: 2>, x_zero_point = 5 : i32} : (tensor<2x?x4xui8>) -> tensor<2x?x1xi32>
  // CHECK: %[[R:.+]] = dyadic.row_root %[[X]], %[[S]] {axes = array<i64: 2>, epsilon = 16 : i64, x_zero_point = 5 : i32}
  // CHECK: %[[N:.+]] = dyadic.normalize %[[X]], %[[R]] sum %[[S]] {axes = array<i64: 2>, x_zero_point = 5 : i32}
  // CHECK: %[[B:.+]] = qc.constant dense<[16777216, -8388608, 0, 0]> : tensor<4xi32>
  // CHECK: dyadic.requant %[[N]], %[[B]] {axis = 2 : i64, hi = 255 : i32, lo = 0 : i32, multipliers = array<i32: 1073741824, 1073741824, -1073741824, 1073741824>, multipliers1 = array<i32: {{[^>]+}}>, {{.*}}shifts = array<i32: 45, 44, 45, 46>, term_zero_points = array<i32: 0, 0>, zero_point = 5 : i32}
  %s = qc.constant dense<0.5> : tensor<f32>
  %z = qc.constant dense<5> : tensor<ui8>
  %g = qc.constant dense<[1.0, 2.0, -1.0, 0.5]> : tensor<4xf32>
  %b = qc.constant dense<[2.0, -1.0, 0.0, 0.0]> : tensor<4xf32>
  %x = qc.dequantize %xq, %s, %z {format = #qc.format<ui8>} : (tensor<2x?x4xui8>, tensor<f32>, tensor<ui8>) -> tensor<2x?x4xf32>
  %0 = qc.normalize %x scale %g bias %b {axes = array<i64: 2>, centered = true, epsilon = 0.25 : f32} : (tensor<2x?x4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<2x?x4xf32>
  %q = qc.quantize %0, %s, %z {format = #qc.format<ui8>} : (tensor<2x?x4xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x?x4xui8>
  return %q : tensor<2x?x4xui8>
}

// -----
// Without a mean, a gain or a bias; codes of 16 bits; a clamp behind.
// CHECK-LABEL: @rms
func.func @rms(%xq: tensor<2x4xui16>) -> tensor<2x4xui16> {
  // CHECK: %[[R:.+]] = dyadic.row_root %{{.*}} {axes = array<i64: 1>, epsilon = 0 : i64, x_zero_point = 7 : i32} : (tensor<2x4xui16>) -> tensor<2x1xi32>
  // CHECK: %[[N:.+]] = dyadic.normalize %{{.*}}, %[[R]] {axes = array<i64: 1>, x_zero_point = 7 : i32}
  // CHECK: dyadic.requant %[[N]] {hi = 65535 : i32, lo = 7 : i32, multipliers = array<i32: 1073741824>, multipliers1 = array<i32>, {{.*}}shifts = array<i32: 45>, term_zero_points = array<i32: 0>, zero_point = 7 : i32}
  %s = qc.constant dense<0.5> : tensor<f32>
  %z = qc.constant dense<7> : tensor<ui16>
  %x = qc.dequantize %xq, %s, %z {format = #qc.format<ui16>} : (tensor<2x4xui16>, tensor<f32>, tensor<ui16>) -> tensor<2x4xf32>
  %0 = qc.normalize %x {axes = array<i64: 1>, centered = false, epsilon = 0.0 : f32} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %1 = qc.relu %0 : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %q = qc.quantize %1, %s, %z {format = #qc.format<ui16>} : (tensor<2x4xf32>, tensor<f32>, tensor<ui16>) -> tensor<2x4xui16>
  return %q : tensor<2x4xui16>
}

// -----
// Numbers along channels, over all positions of each.
// CHECK-LABEL: @instance
func.func @instance(%xq: tensor<2x3x4x5xui8>) -> tensor<2x3x4x5xui8> {
  // CHECK: dyadic.row_sum %{{.*}} {axes = array<i64: 2, 3>, {{.*}} -> tensor<2x3x1x1xi32>
  // CHECK: %[[B:.+]] = qc.constant dense<{{.*}}> : tensor<3x1x1xi32>
  // CHECK: dyadic.requant %{{.*}}, %[[B]] {axis = 1 : i64,
  %s = qc.constant dense<0.5> : tensor<f32>
  %z = qc.constant dense<5> : tensor<ui8>
  %g = qc.constant dense<[[[1.0]], [[2.0]], [[0.0]]]> : tensor<3x1x1xf32>
  %b = qc.constant dense<[[[2.0]], [[-1.0]], [[0.0]]]> : tensor<3x1x1xf32>
  %x = qc.dequantize %xq, %s, %z {format = #qc.format<ui8>} : (tensor<2x3x4x5xui8>, tensor<f32>, tensor<ui8>) -> tensor<2x3x4x5xf32>
  %0 = qc.normalize %x scale %g bias %b {axes = array<i64: 2, 3>, centered = true, epsilon = 0.25 : f32} : (tensor<2x3x4x5xf32>, tensor<3x1x1xf32>, tensor<3x1x1xf32>) -> tensor<2x3x4x5xf32>
  %q = qc.quantize %0, %s, %z {format = #qc.format<ui8>} : (tensor<2x3x4x5xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x3x4x5xui8>
  return %q : tensor<2x3x4x5xui8>
}
