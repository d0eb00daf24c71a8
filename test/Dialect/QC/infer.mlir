// Inferred result shapes: a wrong result type is refused with the inferred one, `?` dimensions stay open or meet known ones.
// (MLIR adds a second error to the one that says what is wrong.)
// RUN: qc-opt %s --split-input-file --verify-diagnostics

func.func @conv_strided(%x: tensor<?x3x9x?xf32>, %w: tensor<4x3x3x3xf32>) {
  // expected-error @below {{inferred type(s) 'tensor<?x4x5x?xf32>' are incompatible with return type(s) of operation 'tensor<1x4x4x4xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.conv %x, %w {strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, group = 1 : i64}
     : (tensor<?x3x9x?xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x4x4xf32>
  return
}
// -----
// Dilated depthwise over one axis; 10 + 2 + 0 - (3 * 2 + 1) + 1 = 6.
func.func @conv_depthwise(%x: tensor<1x4x10xf32>, %w: tensor<8x1x3xf32>) {
  // expected-error @below {{'tensor<1x8x6xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 2, 0>, dilations = array<i64: 3>, group = 4 : i64}
     : (tensor<1x4x10xf32>, tensor<8x1x3xf32>) -> tensor<1x8x9xf32>
  return
}
// -----
// Unknown kernel and channels.
func.func @conv_unknown(%x: tensor<1x?x10xf32>, %w: tensor<?x?x?xf32>) {
  // expected-error @below {{'tensor<1x?x?xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 2, 0>, dilations = array<i64: 3>, group = 4 : i64}
     : (tensor<1x?x10xf32>, tensor<?x?x?xf32>) -> tensor<2x8x9xf32>
  return
}
// -----
// An input without elements may have a window one too large, and none.
func.func @conv_empty(%x: tensor<1x1x0xf32>, %w: tensor<1x1x3xf32>) {
  // expected-error @below {{'tensor<1x1x0xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 1, 1>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x1x0xf32>, tensor<1x1x3xf32>) -> tensor<1x1x1xf32>
  return
}
// -----
func.func @gemm_transposed(%a: tensor<8x?xf32>, %b: tensor<4x8xf32>) {
  // expected-error @below {{'tensor<?x4xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.gemm %a, %b {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = true, trans_b = true} : (tensor<8x?xf32>, tensor<4x8xf32>) -> tensor<8x8xf32>
  return
}
// -----
func.func @matmul_batches(%a: tensor<5x1x2x8xf32>, %b: tensor<3x8x?xf32>) {
  // expected-error @below {{'tensor<5x3x2x?xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.matmul %a, %b : (tensor<5x1x2x8xf32>, tensor<3x8x?xf32>) -> tensor<5x1x2x4xf32>
  return
}
// -----
func.func @matmul_vectors(%a: tensor<8xf32>, %b: tensor<?xf32>) {
  // expected-error @below {{'tensor<f32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.matmul %a, %b : (tensor<8xf32>, tensor<?xf32>) -> tensor<1xf32>
  return
}
// -----
func.func @matmul_row(%a: tensor<8xf32>, %b: tensor<3x8x4xf32>) {
  // expected-error @below {{'tensor<3x4xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.matmul %a, %b : (tensor<8xf32>, tensor<3x8x4xf32>) -> tensor<3x1x4xf32>
  return
}
// -----
// `?` against 1 stays open, against 4 it is 4.
func.func @add_broadcast(%a: tensor<?x?x1xf32>, %b: tensor<1x4x5xf32>) {
  // expected-error @below {{'tensor<?x4x5xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.add %a, %b : (tensor<?x?x1xf32>, tensor<1x4x5xf32>) -> tensor<2x3x5xf32>
  return
}
// -----
func.func @mul_scalar(%a: tensor<f32>, %b: tensor<2x0xf32>) {
  // expected-error @below {{'tensor<2x0xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.mul %a, %b : (tensor<f32>, tensor<2x0xf32>) -> tensor<f32>
  return
}
// -----
// Ceil mode: windows start at 0, 2, 4, 6.
func.func @max_pool_ceil(%x: tensor<?x4x7x?xui8>) {
  // expected-error @below {{'tensor<?x4x4x?xui8>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, ceil_mode = true}
     : (tensor<?x4x7x?xui8>) -> tensor<?x4x3x3xui8>
  return
}
// -----
// Ceil mode: a second window would start at 2, in the end padding: dropped.
func.func @avg_pool_ceil_dropped(%x: tensor<1x1x2xf32>) {
  // expected-error @below {{'tensor<1x1x1xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.avg_pool %x {kernel = array<i64: 2>, strides = array<i64: 2>, pads = array<i64: 0, 1>, dilations = array<i64: 1>, ceil_mode = true, count_include_pad = true}
     : (tensor<1x1x2xf32>) -> tensor<1x1x2xf32>
  return
}
// -----
// Nothing to pool over: ceil mode does not invent a window.
func.func @avg_pool_ceil_empty(%x: tensor<1x1x0xf32>) {
  // expected-error @below {{'tensor<1x1x0xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.avg_pool %x {kernel = array<i64: 1>, strides = array<i64: 2>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, ceil_mode = true, count_include_pad = true}
     : (tensor<1x1x0xf32>) -> tensor<1x1x1xf32>
  return
}
// -----
func.func @global_avg_pool(%x: tensor<?x4x?x7xf32>) {
  // expected-error @below {{'tensor<?x4x1x1xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.global_avg_pool %x : (tensor<?x4x?x7xf32>) -> tensor<?x4xf32>
  return
}
// -----
func.func @concat_unknown(%a: tensor<?x2xf32>, %b: tensor<4x?xf32>) {
  // expected-error @below {{'tensor<4x?xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.concat %a, %b {axis = 1 : i64} : (tensor<?x2xf32>, tensor<4x?xf32>) -> tensor<5x2xf32>
  return
}
// -----
func.func @reshape_open(%x: tensor<2x3x4xi8>) {
  // expected-error @below {{'tensor<6x4xi8>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.reshape %x {shape = array<i64: -1, 4>} : (tensor<2x3x4xi8>) -> tensor<4x6xi8>
  return
}
// -----
// A zero that is given stands for one of the operand's; what is copied is left out; what cannot be divided is 0.
func.func @reshape_empty(%x: tensor<0x3xf32>) {
  // expected-error @below {{'tensor<0x3xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.reshape %x {shape = array<i64: 0, -1>} : (tensor<0x3xf32>) -> tensor<0x0xf32>
  return
}
// -----
func.func @reshape_empty_left(%x: tensor<0x3xf32>) {
  // expected-error @below {{'tensor<2x0xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.reshape %x {shape = array<i64: 2, -1>} : (tensor<0x3xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @reshape_copied(%x: tensor<?x3x4xf32>) {
  // expected-error @below {{'tensor<4x?x3xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.reshape %x {shape = array<i64: -4, -2, -1>} : (tensor<?x3x4xf32>) -> tensor<4x?x4xf32>
  return
}
// -----
func.func @reshape_unknown(%x: tensor<?x3xf32>) {
  // expected-error @below {{'tensor<?x4xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.reshape %x {shape = array<i64: -1, 4>} : (tensor<?x3xf32>) -> tensor<4x3xf32>
  return
}
// -----
func.func @transpose_unknown(%x: tensor<?x3x4xf32>) {
  // expected-error @below {{'tensor<4x?x3xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.transpose %x {perm = array<i64: 2, 0, 1>} : (tensor<?x3x4xf32>) -> tensor<3x4x1xf32>
  return
}
// -----
// The element type is that of the operand.
func.func @relu_element(%x: tensor<2xf32>) {
  // expected-error @below {{'tensor<2xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.relu %x : (tensor<2xf32>) -> tensor<3xf32>
  return
}
// -----
// Results may know more or less than was inferred: no error.
func.func @compatible(%x: tensor<?x3xf32>, %z: tensor<2x3xf32>) {
  %a = qc.relu %x : (tensor<?x3xf32>) -> tensor<2x3xf32>
  %b = qc.relu %z : (tensor<2x3xf32>) -> tensor<?x3xf32>
  return
}
