// Moves with numbers and indices of their own: what a pad writes becomes a code, indices stay what they are.
// RUN: qc-opt %s --split-input-file --qc-assign --qc-quantize --qc-verify-quantized | FileCheck %s

// Scale 1, zero point 128: 0.0 is code 128. The codes of the padded tensor are those of x; the gathered rows as well.
module {
qc.stats @one {of = "one", count = 1 : i64, min = -128.0 : f32, max = 127.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<4x6xf32>, %i: tensor<3xi64>) -> tensor<3x2xf32> {
  qc.observe %x @one : tensor<4x6xf32>
  // CHECK: %[[Q:.+]] = qc.quantize %arg0
  // CHECK-NEXT: %[[P:.+]] = qc.pad %[[Q]] constant {{.*}}value = 128 : ui8} : (tensor<4x6xui8>) -> tensor<5x8xui8>
  // CHECK-NEXT: %[[G:.+]] = qc.gather %[[P]], %arg1 {{.*}} : (tensor<5x8xui8>, tensor<3xi64>) -> tensor<3x8xui8>
  // CHECK-NEXT: %[[D:.+]] = qc.dequantize %[[G]]
  %p = qc.pad %x constant {begins = array<i64: 0, 1>, ends = array<i64: 1, 1>, value = 0.0 : f32} : (tensor<4x6xf32>) -> tensor<5x8xf32>
  qc.observe %p @one : tensor<5x8xf32>
  %g = qc.gather %p, %i {axis = 0 : i64} : (tensor<5x8xf32>, tensor<3xi64>) -> tensor<3x8xf32>
  qc.observe %g @one : tensor<3x8xf32>
  %w = qc.constant dense<1.0> : tensor<8x2xf32>
  // CHECK: qc.matmul %[[D]]
  %y = qc.matmul %g, %w : (tensor<3x8xf32>, tensor<8x2xf32>) -> tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}
}
// -----
// No code stands for 0.5: the pad stays float, between rounded values.
module {
qc.stats @one {of = "one", count = 1 : i64, min = -128.0 : f32, max = 127.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<4x6xf32>) -> tensor<4x2xf32> {
  qc.observe %x @one : tensor<4x6xf32>
  %w = qc.constant dense<1.0> : tensor<6x7xf32>
  %m = qc.matmul %x, %w : (tensor<4x6xf32>, tensor<6x7xf32>) -> tensor<4x7xf32>
  qc.observe %m @one : tensor<4x7xf32>
  // CHECK: qc.pad {{.*}} qc.float_reason = "no code stands for the value 0.50 that it pads with", value = 5.000000e-01 : f32} : (tensor<4x7xf32>)
  %p = qc.pad %m constant {begins = array<i64: 0, 1>, ends = array<i64: 0, 0>, value = 0.5 : f32} : (tensor<4x7xf32>) -> tensor<4x8xf32>
  qc.observe %p @one : tensor<4x8xf32>
  %v = qc.constant dense<1.0> : tensor<8x2xf32>
  %y = qc.matmul %p, %v : (tensor<4x8xf32>, tensor<8x2xf32>) -> tensor<4x2xf32>
  return %y : tensor<4x2xf32>
}
}
