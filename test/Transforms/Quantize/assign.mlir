// Operations with an integer form become int8; moves of codes follow their operands; what stays float says why.
// RUN: qc-opt %s --split-input-file --qc-assign --qc-verify-assigned --remarks-filter=qc-assign --verify-diagnostics | FileCheck %s

// CHECK: module attributes {qc.bias_correction = true, qc.range_method = "minmax", qc.style = "qc"}
module {
// CHECK-LABEL: @main
func.func @main(%x: tensor<?x2x4xf32>, %h: tensor<f32>) -> tensor<?x3xf32> {
  %w = qc.constant dense<1.0> : tensor<3x2x1xf32>
  %b = qc.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %lo = qc.constant dense<0.0> : tensor<f32>
  // CHECK: qc.conv {{.*}}qc.assignment = #qc.assignment<ui8, [ui8, i8 axis 0, i32 axis 0], "quantized by default", default>
  %0 = qc.conv %x, %w bias %b {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<?x2x4xf32>, tensor<3x2x1xf32>, tensor<3xf32>) -> tensor<?x3x4xf32>
  // CHECK: qc.clip {{.*}}qc.assignment = #qc.assignment<ui8, [ui8, f32], "quantized by default", default>
  %1 = qc.clip %0 min %lo : (tensor<?x3x4xf32>, tensor<f32>) -> tensor<?x3x4xf32>
  // A constant operand of an add is an activation.
  %c = qc.constant dense<1.0> : tensor<3x1xf32>
  // CHECK: qc.add {{.*}}qc.assignment = #qc.assignment<ui8, [ui8, ui8], "quantized by default", default>
  %2 = qc.add %1, %c : (tensor<?x3x4xf32>, tensor<3x1xf32>) -> tensor<?x3x4xf32>
  // CHECK: qc.max_pool {{.*}}qc.assignment = #qc.assignment<ui8, [ui8], "quantized as its operand", default>
  %3 = qc.max_pool %2 {kernel = array<i64: 2>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, ceil_mode = false}
     : (tensor<?x3x4xf32>) -> tensor<?x3x3xf32>
  // CHECK: qc.clip {{.*}}qc.assignment = #qc.assignment<f32, [f32, f32], "clip has an integer form only with constant bounds that are not NaN", default>, qc.float_reason = "clip has
  // expected-remark @below {{clip has an integer form only with constant bounds that are not NaN}}
  %4 = qc.clip %3 max %h : (tensor<?x3x3xf32>, tensor<f32>) -> tensor<?x3x3xf32>
  // CHECK: qc.transpose {{.*}}qc.assignment = #qc.assignment<f32, [f32], "its operand is float", default>, qc.float_reason = "its operand is float"
  // expected-remark @below {{its operand is float}}
  %5 = qc.transpose %4 {perm = array<i64: 0, 2, 1>} : (tensor<?x3x3xf32>) -> tensor<?x3x3xf32>
  // One int8 operand makes a concat int8.
  // CHECK: qc.concat {{.*}}qc.assignment = #qc.assignment<ui8, [ui8, ui8], "quantized as its operand", default>
  %6 = qc.concat %5, %3 {axis = 2 : i64} : (tensor<?x3x3xf32>, tensor<?x3x3xf32>) -> tensor<?x3x6xf32>
  %k = qc.constant dense<1.0> : tensor<6x1xf32>
  // CHECK: qc.matmul {{.*}}qc.assignment = #qc.assignment<ui8, [ui8, i8 axis 1], "quantized by default", default>
  %7 = qc.matmul %6, %k : (tensor<?x3x6xf32>, tensor<6x1xf32>) -> tensor<?x3x1xf32>
  // CHECK: qc.reshape {{.*}}qc.assignment = #qc.assignment<ui8, [ui8], "quantized as its operand", default>
  %8 = qc.reshape %7 {shape = array<i64: -1, 3>} : (tensor<?x3x1xf32>) -> tensor<?x3xf32>
  // CHECK: qc.log_softmax {{.*}}qc.float_reason = "the operation has no integer form yet"
  // expected-remark @below {{the operation has no integer form yet}}
  %9 = qc.log_softmax %8 {axis = 1 : i64} : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %9 : tensor<?x3xf32>
}
}
// -----
// Contractions: products of two activations are int8, computed convolution weights and biases are not.
module {
// CHECK-LABEL: @main
func.func @main(%a: tensor<2x4xf32>, %b: tensor<4x3xf32>, %v: tensor<3xf32>, %x: tensor<1x1x4xf32>, %w: tensor<1x1x1xf32>)
    -> (tensor<2x3xf32>, tensor<2x3xf32>, tensor<1x1x4xf32>) {
  // CHECK: qc.matmul {{.*}}#qc.assignment<ui8, [ui8, ui8], "quantized by default", default>
  %0 = qc.matmul %a, %b : (tensor<2x4xf32>, tensor<4x3xf32>) -> tensor<2x3xf32>
  // CHECK: qc.gemm {{.*}}qc.float_reason = "the bias is computed, an integer form needs a constant one"
  // expected-remark @below {{the bias is computed}}
  %1 = qc.gemm %a, %b plus %v {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = false, trans_b = false}
     : (tensor<2x4xf32>, tensor<4x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  // CHECK: qc.gemm {{.*}}qc.float_reason = "gemm has an integer form only with alpha = 1 and beta = 1"
  // expected-remark @below {{gemm has an integer form only with}}
  %2 = qc.gemm %a, %b {alpha = 0.5 : f32, beta = 1.0 : f32, trans_a = false, trans_b = false}
     : (tensor<2x4xf32>, tensor<4x3xf32>) -> tensor<2x3xf32>
  // A contraction that is float keeps the add that would be rounded with it.
  // CHECK: qc.add {{.*}}qc.float_reason = "the contraction that it is rounded with is float"
  // expected-remark @below {{the contraction that it is rounded with is float}}
  %3 = qc.add %1, %2 : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  // CHECK: qc.conv {{.*}}qc.float_reason = "conv has an integer form only with constant weights"
  // expected-remark @below {{only with constant weights}}
  %4 = qc.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x1x4xf32>, tensor<1x1x1xf32>) -> tensor<1x1x4xf32>
  return %0, %3, %4 : tensor<2x3xf32>, tensor<2x3xf32>, tensor<1x1x4xf32>
}
}
// -----
// Moves of a model input are int8 where something quantized reads the input or, through moves, the result.
module {
// CHECK-LABEL: @main
func.func @main(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>, %z: tensor<2x3xf32>) -> (tensor<3x2xf32>, tensor<6xf32>, tensor<3x2xf32>) {
  // CHECK: qc.transpose {{.*}}"quantized as its operand"
  %0 = qc.transpose %x {perm = array<i64: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  // CHECK: qc.reshape {{.*}}"quantized as its operand"
  %1 = qc.reshape %0 {shape = array<i64: 6>} : (tensor<3x2xf32>) -> tensor<6xf32>
  // CHECK: qc.relu
  %2 = qc.relu %1 : (tensor<6xf32>) -> tensor<6xf32>
  // CHECK: qc.transpose {{.*}}qc.float_reason = "it moves a model input that nothing quantized reads"
  // expected-remark @below {{it moves a model input that nothing quantized reads}}
  %3 = qc.transpose %y {perm = array<i64: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  // CHECK: qc.relu
  %4 = qc.relu %z : (tensor<2x3xf32>) -> tensor<2x3xf32>
  // CHECK: qc.transpose {{.*}}"quantized as its operand"
  %5 = qc.transpose %z {perm = array<i64: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  return %3, %2, %5 : tensor<3x2xf32>, tensor<6xf32>, tensor<3x2xf32>
}
}
// -----
// N is known from b where the result's type leaves it open; a contraction without output channels has nothing to quantize.
module {
// CHECK-LABEL: @main
func.func @main(%a: tensor<2x4xf32>, %x: tensor<1x3x4xf32>) -> (tensor<2x?xf32>, tensor<1x0x4xf32>) {
  %b = qc.constant dense<1.0> : tensor<4x3xf32>
  %c = qc.constant dense<2.0> : tensor<3xf32>
  // CHECK: qc.gemm {{.*}}#qc.assignment<ui8, [ui8, i8 axis 1, i32 axis 0]
  %0 = qc.gemm %a, %b plus %c {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = false, trans_b = false}
     : (tensor<2x4xf32>, tensor<4x3xf32>, tensor<3xf32>) -> tensor<2x?xf32>
  %w = qc.constant dense<> : tensor<0x3x1xf32>
  // CHECK: qc.conv {{.*}}qc.float_reason = "it has no output channels"
  // expected-remark @below {{it has no output channels}}
  %1 = qc.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x3x4xf32>, tensor<0x3x1xf32>) -> tensor<1x0x4xf32>
  return %0, %1 : tensor<2x?xf32>, tensor<1x0x4xf32>
}
}
// -----
// expected-error @below {{has no function @main}}
module {
  func.func @other() { return }
}
