// Channels-last around convolutions and pools, halos for padded readers, row-major for everything else.
// RUN: qc-opt %s --pass-pipeline='builtin.module(func.func(qc-assign-layouts))' --split-input-file | FileCheck %s

// A halo as wide as the widest reader's padding, in each direction; what moves between convolutions follows.
// CHECK-LABEL: @between
// CHECK: qc.relu {{.*}} {kernel.layout = #kernel.layout<order = [0, 2, 3, 1], halo_begin = [0, 0, 2, 1], halo_end = [0, 0, 0, 3]>}
// CHECK: qc.conv {{.*}}kernel.layout = #kernel.layout<order = [0, 2, 3, 1], halo_begin = [0, 0, 0, 0], halo_end = [0, 0, 0, 0]>
// CHECK: qc.conv {{.*}}kernel.layout = #kernel.layout<order = [0, 2, 3, 1], halo_begin = [0, 0, 0, 0], halo_end = [0, 0, 0, 0]>
// CHECK: qc.max_pool {{.*}}kernel.layout = #kernel.layout<order = [0, 2, 3, 1],
func.func @between(%x: tensor<1x4x8x8xf32>, %w: tensor<4x4x3x3xf32>, %v: tensor<4x4x1x1xf32>) -> tensor<1x4x8x8xf32> {
  %0 = qc.relu %x : (tensor<1x4x8x8xf32>) -> tensor<1x4x8x8xf32>
  %1 = qc.conv %0, %w {strides = array<i64: 1, 1>, pads = array<i64: 2, 0, 0, 2>, dilations = array<i64: 1, 1>, group = 1 : i64}
     : (tensor<1x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<1x4x8x8xf32>
  %2 = qc.conv %0, %v {strides = array<i64: 1, 1>, pads = array<i64: 0, 1, 0, 3>, dilations = array<i64: 1, 1>, group = 1 : i64}
     : (tensor<1x4x8x8xf32>, tensor<4x4x1x1xf32>) -> tensor<1x4x8x12xf32>
  %3 = qc.max_pool %1 {kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, ceil_mode = false}
     : (tensor<1x4x8x8xf32>) -> tensor<1x4x8x8xf32>
  return %3 : tensor<1x4x8x8xf32>
}

// -----

// Matrices, reshapes, scalars: row-major. A weight that is computed gets no halo.
// CHECK-LABEL: @rows
// CHECK: qc.relu %arg0 {kernel.layout = #kernel.layout<order = [0, 1], halo_begin = [0, 0], halo_end = [0, 0]>}
// CHECK: qc.reshape {{.*}}kernel.layout = #kernel.layout<order = [0, 1, 2], halo_begin = [0, 0, 0], halo_end = [0, 0, 0]>
// CHECK: qc.relu %arg1 {kernel.layout = #kernel.layout<order = [], halo_begin = [], halo_end = []>}
// CHECK: qc.relu %arg2 {kernel.layout = #kernel.layout<order = [0, 2, 1], halo_begin = [0, 0, 0], halo_end = [0, 0, 0]>}
func.func @rows(%x: tensor<2x12xf32>, %s: tensor<f32>, %w: tensor<4x3x1xf32>) -> (tensor<f32>, tensor<2x4x6xf32>) {
  %0 = qc.relu %x : (tensor<2x12xf32>) -> tensor<2x12xf32>
  %1 = qc.reshape %0 {shape = array<i64: 2, 3, 4>} : (tensor<2x12xf32>) -> tensor<2x3x4xf32>
  %2 = qc.relu %s : (tensor<f32>) -> tensor<f32>
  %3 = qc.relu %w : (tensor<4x3x1xf32>) -> tensor<4x3x1xf32>
  %4 = qc.conv %1, %3 {strides = array<i64: 1>, pads = array<i64: 1, 1>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<2x3x4xf32>, tensor<4x3x1xf32>) -> tensor<2x4x6xf32>
  return %2, %4 : tensor<f32>, tensor<2x4x6xf32>
}

// -----

// Unknown dimensions make no difference.
// CHECK-LABEL: @unknown
// CHECK: qc.quantize {{.*}}kernel.layout = #kernel.layout<order = [0, 2, 3, 1], halo_begin = [0, 0, 1, 1], halo_end = [0, 0, 1, 1]>
// CHECK: dyadic.conv {{.*}}kernel.layout = #kernel.layout<order = [0, 2, 3, 1], halo_begin = [0, 0, 0, 0], halo_end = [0, 0, 0, 0]>
func.func @unknown(%x: tensor<?x3x?x?xf32>, %w: tensor<4x3x3x3xi8>) -> tensor<?x4x?x?xi32> {
  %s = qc.constant dense<0.5> : tensor<f32>
  %q = qc.quantize %x, %s {format = #qc.format<ui8>} : (tensor<?x3x?x?xf32>, tensor<f32>) -> tensor<?x3x?x?xui8>
  %0 = dyadic.conv %q, %w {x_zero_point = 0 : i32, strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, group = 1 : i64}
     : (tensor<?x3x?x?xui8>, tensor<4x3x3x3xi8>) -> tensor<?x4x?x?xi32>
  return %0 : tensor<?x4x?x?xi32>
}

// -----

// CHECK-LABEL: @external
func.func private @external(tensor<2xf32>) -> tensor<2xf32>
