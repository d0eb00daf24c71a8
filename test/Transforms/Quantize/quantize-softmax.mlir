// Where a softmax is rounded: with the product that alone reads it as its left operand, else by itself (docs/Numerics.md, Softmax).
// RUN: qc-opt %s --split-input-file --qc-assign --qc-quantize --qc-verify-quantized | FileCheck %s

module {
qc.stats @s {of = "s", count = 1 : i64, min = -4.0 : f32, max = 4.0 : f32, data = "", epoch = 0 : i64}
qc.stats @p {of = "p", count = 1 : i64, min = 0.0 : f32, max = 1.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%s: tensor<2x4x8xf32>, %v: tensor<2x8x3xf32>, %w: tensor<2x4x3xf32>) -> (tensor<2x4x3xf32>, tensor<2x4x8xf32>) {
  // Nothing is rounded between them, and an add is not part of their group.
  // CHECK: %[[P:.+]] = qc.softmax
  // CHECK-NEXT: %[[O:.+]] = qc.matmul %[[P]],
  // CHECK-NEXT: %[[Q:.+]] = qc.quantize %[[O]]
  // CHECK-NEXT: %[[D:.+]] = qc.dequantize %[[Q]]
  // CHECK-NEXT: qc.add %[[D]],
  qc.observe %s @s : tensor<2x4x8xf32>
  qc.observe %v @s : tensor<2x8x3xf32>
  qc.observe %w @s : tensor<2x4x3xf32>
  %p = qc.softmax %s {axis = 2 : i64} : (tensor<2x4x8xf32>) -> tensor<2x4x8xf32>
  qc.observe %p @p : tensor<2x4x8xf32>
  %o = qc.matmul %p, %v : (tensor<2x4x8xf32>, tensor<2x8x3xf32>) -> tensor<2x4x3xf32>
  qc.observe %o @s : tensor<2x4x3xf32>
  %y = qc.add %o, %w : (tensor<2x4x3xf32>, tensor<2x4x3xf32>) -> tensor<2x4x3xf32>
  qc.observe %y @s : tensor<2x4x3xf32>
  // Along another axis, with another reader, as the right operand: rounded by itself, and float by default.
  // CHECK: qc.softmax {{.*}}axis = 1{{.*}}qc.float_reason = "probabilities as codes are coarse, and no product of two activations takes them unrounded; a rule can ask for codes"
  %p1 = qc.softmax %s {axis = 1 : i64} : (tensor<2x4x8xf32>) -> tensor<2x4x8xf32>
  qc.observe %p1 @p : tensor<2x4x8xf32>
  %o1 = qc.matmul %p1, %v : (tensor<2x4x8xf32>, tensor<2x8x3xf32>) -> tensor<2x4x3xf32>
  qc.observe %o1 @s : tensor<2x4x3xf32>
  // CHECK: qc.softmax {{.*}}axis = 2{{.*}}qc.float_reason = "probabilities
  %p2 = qc.softmax %s {axis = 2 : i64} : (tensor<2x4x8xf32>) -> tensor<2x4x8xf32>
  qc.observe %p2 @p : tensor<2x4x8xf32>
  %o2 = qc.matmul %p2, %v : (tensor<2x4x8xf32>, tensor<2x8x3xf32>) -> tensor<2x4x3xf32>
  qc.observe %o2 @s : tensor<2x4x3xf32>
  // CHECK: qc.softmax {{.*}}qc.float_reason = "probabilities
  %p3 = qc.softmax %v {axis = 2 : i64} : (tensor<2x8x3xf32>) -> tensor<2x8x3xf32>
  qc.observe %p3 @p : tensor<2x8x3xf32>
  %o3 = qc.matmul %s, %p3 : (tensor<2x4x8xf32>, tensor<2x8x3xf32>) -> tensor<2x4x3xf32>
  qc.observe %o3 @s : tensor<2x4x3xf32>
  %y1 = qc.add %o1, %o2 : (tensor<2x4x3xf32>, tensor<2x4x3xf32>) -> tensor<2x4x3xf32>
  qc.observe %y1 @s : tensor<2x4x3xf32>
  %y2 = qc.add %y1, %o3 : (tensor<2x4x3xf32>, tensor<2x4x3xf32>) -> tensor<2x4x3xf32>
  qc.observe %y2 @s : tensor<2x4x3xf32>
  %y3 = qc.add %y2, %y : (tensor<2x4x3xf32>, tensor<2x4x3xf32>) -> tensor<2x4x3xf32>
  qc.observe %y3 @s : tensor<2x4x3xf32>
  return %y3, %p2 : tensor<2x4x3xf32>, tensor<2x4x8xf32>
}
}
// -----
// The product feeds an output only: it is rounded all the same. Its clamp is part of the group.
module {
qc.stats @s {of = "s", count = 1 : i64, min = -4.0 : f32, max = 4.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%s: tensor<4x8xf32>, %v: tensor<8x3xf32>) -> (tensor<4x3xf32>, tensor<4x3xf32>) {
  // CHECK: %[[P:.+]] = qc.softmax
  // CHECK-NEXT: %[[O:.+]] = qc.matmul %[[P]]
  // CHECK-NEXT: qc.quantize %[[O]]
  qc.observe %s @s : tensor<4x8xf32>
  qc.observe %v @s : tensor<8x3xf32>
  %p = qc.softmax %s {axis = 1 : i64} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  qc.observe %p @s : tensor<4x8xf32>
  %o = qc.matmul %p, %v : (tensor<4x8xf32>, tensor<8x3xf32>) -> tensor<4x3xf32>
  qc.observe %o @s : tensor<4x3xf32>
  // CHECK: %[[P1:.+]] = qc.softmax
  // CHECK-NEXT: %[[O1:.+]] = qc.matmul %[[P1]]
  // CHECK-NEXT: %[[R:.+]] = qc.relu %[[O1]]
  // CHECK-NEXT: qc.quantize %[[R]]
  %p1 = qc.softmax %s {axis = 1 : i64} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  qc.observe %p1 @s : tensor<4x8xf32>
  %o1 = qc.matmul %p1, %v : (tensor<4x8xf32>, tensor<8x3xf32>) -> tensor<4x3xf32>
  qc.observe %o1 @s : tensor<4x3xf32>
  %r = qc.relu %o1 : (tensor<4x3xf32>) -> tensor<4x3xf32>
  qc.observe %r @s : tensor<4x3xf32>
  return %o, %r : tensor<4x3xf32>, tensor<4x3xf32>
}
}
// -----
// A softmax that is only given out, and weights that are constants: float, and a contraction like any other.
module {
qc.stats @s {of = "s", count = 1 : i64, min = -4.0 : f32, max = 4.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%s: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x3xf32>) {
  // CHECK: qc.softmax {{.*}}qc.float_reason = "probabilities
  qc.observe %s @s : tensor<4x8xf32>
  %y = qc.softmax %s {axis = 1 : i64} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  qc.observe %y @s : tensor<4x8xf32>
  // CHECK: %[[P:.+]] = qc.softmax {{.*}}qc.float_reason = "probabilities
  // CHECK-NEXT: qc.quantize %[[P]]
  %w = qc.constant dense<1.0> : tensor<8x3xf32>
  %p = qc.softmax %s {axis = 1 : i64} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  qc.observe %p @s : tensor<4x8xf32>
  %o = qc.matmul %p, %w : (tensor<4x8xf32>, tensor<8x3xf32>) -> tensor<4x3xf32>
  qc.observe %o @s : tensor<4x3xf32>
  return %y, %o : tensor<4x8xf32>, tensor<4x3xf32>
}
}
// -----
// As ONNX Runtime rounds, everything is rounded by itself.
module attributes {qc.style = "ort"} {
qc.stats @s {of = "s", count = 1 : i64, min = -4.0 : f32, max = 4.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%s: tensor<4x8xf32>, %v: tensor<8x3xf32>) -> (tensor<4x3xf32>) {
  // CHECK: %[[P:.+]] = qc.softmax {{.*}}qc.float_reason = "probabilities
  // CHECK-NEXT: qc.quantize %[[P]]
  qc.observe %s @s : tensor<4x8xf32>
  qc.observe %v @s : tensor<8x3xf32>
  %p = qc.softmax %s {axis = 1 : i64} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  qc.observe %p @s : tensor<4x8xf32>
  %o = qc.matmul %p, %v : (tensor<4x8xf32>, tensor<8x3xf32>) -> tensor<4x3xf32>
  qc.observe %o @s : tensor<4x3xf32>
  return %o : tensor<4x3xf32>
}
}
