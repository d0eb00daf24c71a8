// A transposed convolution becomes a convolution whose channels are all phases, an interleave, and a slice where pads cut a block.
// RUN: qc-opt %s --split-input-file --qc-expand-conv-transpose | FileCheck %s

// Stride as large as the kernel: each phase has one tap. The bias is that of the channel in every phase.
// CHECK-LABEL: @main
// CHECK-SAME: %[[X:.*]]: tensor<1x2x3xf32>
// CHECK-DAG: %[[W:.*]] = qc.constant dense<{{\[\[\[}}1.000000e+00], [2.000000e+00{{\]\]}}, {{\[\[}}1.000000e+01], [2.000000e+01{{\]\]\]}}> : tensor<2x2x1xf32>
// CHECK-DAG: %[[B:.*]] = qc.constant dense<5.000000e-01> : tensor<2xf32>
// CHECK: %[[C:.*]] = qc.conv %[[X]], %[[W]] bias %[[B]] {dilations = array<i64: 1>, group = 1 : i64, pads = array<i64: 0, 0>, strides = array<i64: 1>} : {{.*}} -> tensor<1x2x3xf32>
// CHECK-NEXT: %[[Y:.*]] = qc.depth_to_space %[[C]] dcr {blocks = array<i64: 2>} : (tensor<1x2x3xf32>) -> tensor<1x1x6xf32>
// CHECK-NEXT: return %[[Y]]
func.func @main(%x: tensor<1x2x3xf32>) -> tensor<1x1x6xf32> {
  %w = qc.constant dense<[[[1.0, 10.0], [2.0, 20.0]]]> : tensor<1x2x2xf32>
  %b = qc.constant dense<0.5> : tensor<1xf32>
  %y = qc.conv_transpose %x, %w bias %b {strides = array<i64: 2>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, output_padding = array<i64: 0>,
       group = 1 : i64} : (tensor<1x2x3xf32>, tensor<1x2x2xf32>, tensor<1xf32>) -> tensor<1x1x6xf32>
  return %y : tensor<1x1x6xf32>
}
// -----
// 3 taps at stride 2: phase 0 has taps 2 and 0, phase 1 has tap 1 and one of +0. Position 0 of the interleaved is cut off by the pad.
// CHECK-LABEL: @main
// CHECK: qc.constant dense<{{\[\[\[}}3.000000e+00, 1.000000e+00{{\]\]}}, {{\[\[}}0.000000e+00, 2.000000e+00{{\]\]\]}}> : tensor<2x1x2xf32>
// CHECK: qc.conv {{.*}} pads = array<i64: 1, 1>{{.*}} -> tensor<1x2x?xf32>
// CHECK-NEXT: qc.depth_to_space
// CHECK-NEXT: qc.slice {{.*}} {axes = array<i64: 2>, ends = array<i64: -1>, starts = array<i64: 1>, steps = array<i64: 1>} : (tensor<1x1x?xf32>) -> tensor<1x1x?xf32>
func.func @main(%x: tensor<1x1x?xf32>) -> tensor<1x1x?xf32> {
  %w = qc.constant dense<[[[1.0, 2.0, 3.0]]]> : tensor<1x1x3xf32>
  %y = qc.conv_transpose %x, %w {strides = array<i64: 2>, pads = array<i64: 1, 1>, dilations = array<i64: 1>, output_padding = array<i64: 1>,
       group = 1 : i64} : (tensor<1x1x?xf32>, tensor<1x1x3xf32>) -> tensor<1x1x?xf32>
  return %y : tensor<1x1x?xf32>
}
// -----
// Groups keep their channels together; stride 1 has one phase, whose taps are those of w from the last to the first.
// CHECK-LABEL: @main
// CHECK: qc.conv {{.*}} group = 2 : i64{{.*}} -> tensor<1x8x3xf32>
// CHECK-NEXT: qc.depth_to_space %{{.*}} crd
// CHECK: qc.constant dense<{{\[\[\[}}3.000000e+00, 2.000000e+00, 1.000000e+00{{\]\]\]}}> : tensor<1x1x3xf32>
// CHECK: %[[Y:.*]] = qc.conv {{.*}} pads = array<i64: 2, 2>{{.*}} -> tensor<1x1x6xf32>
// CHECK-NEXT: return %{{.*}}, %[[Y]]
func.func @main(%x: tensor<1x2x3xf32>, %z: tensor<1x1x4xf32>) -> (tensor<1x4x6xf32>, tensor<1x1x6xf32>) {
  %w = qc.constant dense<1.0> : tensor<4x1x2xf32>
  %y = qc.conv_transpose %x, %w {strides = array<i64: 2>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, output_padding = array<i64: 0>,
       group = 2 : i64} : (tensor<1x2x3xf32>, tensor<4x1x2xf32>) -> tensor<1x4x6xf32>
  %v = qc.constant dense<[[[1.0, 2.0, 3.0]]]> : tensor<1x1x3xf32>
  %u = qc.conv_transpose %z, %v {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, output_padding = array<i64: 0>,
       group = 1 : i64} : (tensor<1x1x4xf32>, tensor<1x1x3xf32>) -> tensor<1x1x6xf32>
  return %y, %u : tensor<1x4x6xf32>, tensor<1x1x6xf32>
}
// -----
// Computed weights: left, and refused at the border (verify-prepared.mlir).
// CHECK-LABEL: @main
// CHECK: qc.conv_transpose
func.func @main(%x: tensor<1x1x4xf32>, %w: tensor<1x1x3xf32>) -> tensor<1x1x6xf32> {
  %u = qc.conv_transpose %x, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, output_padding = array<i64: 0>,
       group = 1 : i64} : (tensor<1x1x4xf32>, tensor<1x1x3xf32>) -> tensor<1x1x6xf32>
  return %u : tensor<1x1x6xf32>
}
