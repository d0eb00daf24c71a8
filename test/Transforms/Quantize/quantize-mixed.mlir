// Float islands between int8 operations, as a rule file makes them: one border on each side, moves between them follow.
// RUN: qc-opt %s --split-input-file --qc-verify-assigned --qc-quantize --qc-verify-quantized | FileCheck %s

// A float convolution between two int8 operations; the pool behind it moves floats, the reshape that a rule made int8 codes.
module {
qc.stats @one {of = "v", count = 1 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<1x2x4xf32>) -> tensor<1x8xf32> {
  qc.observe %x @one : tensor<1x2x4xf32>
  // CHECK: %[[A:.+]] = qc.relu
  // CHECK-NEXT: %[[QA:.+]] = qc.quantize %[[A]]
  // CHECK-NEXT: %[[DA:.+]] = qc.dequantize %[[QA]]
  %a = qc.relu %x {qc.assignment = #qc.assignment<ui8, [ui8], "", default>} : (tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
  qc.observe %a @one : tensor<1x2x4xf32>
  // CHECK-NEXT: %[[W:.+]] = qc.constant dense<{{.*}}> : tensor<2x2x1xf32>
  %w = qc.constant dense<[[[1.0], [2.0]], [[3.0], [4.0]]]> : tensor<2x2x1xf32>
  // CHECK-NEXT: %[[B:.+]] = qc.conv %[[DA]], %[[W]]
  %b = qc.conv %a, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64,
                       qc.assignment = #qc.assignment<f32, [f32, f32], "rule", user>, qc.float_reason = "rule"}
     : (tensor<1x2x4xf32>, tensor<2x2x1xf32>) -> tensor<1x2x4xf32>
  qc.observe %b @one : tensor<1x2x4xf32>
  // CHECK-NEXT: %[[P:.+]] = qc.max_pool %[[B]] {{.*}} : (tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
  // CHECK-NEXT: %[[QP:.+]] = qc.quantize %[[P]]
  %p = qc.max_pool %b {kernel = array<i64: 1>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, ceil_mode = false,
                       qc.assignment = #qc.assignment<f32, [f32], "its operand is float", default>, qc.float_reason = "its operand is float"}
     : (tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
  qc.observe %p @one : tensor<1x2x4xf32>
  // CHECK-NEXT: %[[R:.+]] = qc.reshape %[[QP]] {{.*}} : (tensor<1x2x4xui8>) -> tensor<1x8xui8>
  // CHECK-NEXT: %[[DR:.+]] = qc.dequantize %[[R]]
  %r = qc.reshape %p {shape = array<i64: 1, 8>, qc.assignment = #qc.assignment<ui8, [ui8], "rule", user>} : (tensor<1x2x4xf32>) -> tensor<1x8xf32>
  qc.observe %r @one : tensor<1x8xf32>
  // CHECK-NEXT: %[[S:.+]] = qc.softmax %[[DR]]
  // CHECK-NEXT: %[[QS:.+]] = qc.quantize %[[S]]
  // CHECK-NEXT: %[[DS:.+]] = qc.dequantize %[[QS]]
  %s = qc.softmax %r {axis = 1 : i64, qc.assignment = #qc.assignment<f32, [f32], "i", default>, qc.float_reason = "i"} : (tensor<1x8xf32>) -> tensor<1x8xf32>
  qc.observe %s @one : tensor<1x8xf32>
  // One quantize serves both slots.
  // CHECK-NEXT: %[[M:.+]] = qc.mul %[[DS]], %[[DS]]
  %m = qc.mul %s, %s {qc.assignment = #qc.assignment<ui8, [ui8, ui8], "", default>} : (tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<1x8xf32>
  qc.observe %m @one : tensor<1x8xf32>
  return %m : tensor<1x8xf32>
}
}
// -----
// A float relu ends the group of the product before it and a chain; the transpose of the graph input that a rule made float
// reads the input.
module {
qc.stats @one {of = "v", count = 1 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<2x2xf32>) -> (tensor<2x2xf32>, tensor<2x2xf32>) {
  qc.observe %x @one : tensor<2x2xf32>
  %w = qc.constant dense<1.0> : tensor<2x2xf32>
  // CHECK: %[[A:.+]] = qc.matmul
  // CHECK-NEXT: %[[QA:.+]] = qc.quantize %[[A]]
  // CHECK-NEXT: %[[DA:.+]] = qc.dequantize %[[QA]]
  %a = qc.matmul %x, %w {qc.assignment = #qc.assignment<ui8, [ui8, i8 axis 1], "", default>} : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  qc.observe %a @one : tensor<2x2xf32>
  // CHECK-NEXT: %[[B:.+]] = qc.relu %[[DA]]
  // CHECK-NEXT: %[[QB:.+]] = qc.quantize %[[B]]
  // CHECK-NEXT: %[[DB:.+]] = qc.dequantize %[[QB]]
  %b = qc.relu %a {qc.assignment = #qc.assignment<f32, [f32], "rule", user>, qc.float_reason = "rule"} : (tensor<2x2xf32>) -> tensor<2x2xf32>
  qc.observe %b @one : tensor<2x2xf32>
  // CHECK-NEXT: qc.hard_swish %[[DB]]
  %c = qc.hard_swish %b {qc.assignment = #qc.assignment<ui8, [ui8], "", default>} : (tensor<2x2xf32>) -> tensor<2x2xf32>
  qc.observe %c @one : tensor<2x2xf32>
  // CHECK: qc.transpose %arg0 {{.*}} : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %t = qc.transpose %x {perm = array<i64: 1, 0>, qc.assignment = #qc.assignment<f32, [f32], "rule", user>, qc.float_reason = "rule"} : (tensor<2x2xf32>) -> tensor<2x2xf32>
  return %c, %t : tensor<2x2xf32>, tensor<2x2xf32>
}
}
