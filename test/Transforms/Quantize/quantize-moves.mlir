// Operations that move codes: one scale through max_pool, reshape and transpose; concat operands that nothing else reads take
// the concat's parameters, any other is rescaled.
// RUN: qc-opt %s --split-input-file --qc-assign --qc-quantize --qc-verify-quantized | FileCheck %s

// A model input that only a pool reads is rounded before it; codes go from there to the product. Dead dequantizes are gone.
module {
qc.stats @one {of = "one", count = 1 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
qc.stats @two {of = "two", count = 1 : i64, min = 0.0 : f32, max = 510.0 : f32, data = "", epoch = 0 : i64}
qc.stats @four {of = "four", count = 1 : i64, min = 0.0 : f32, max = 1020.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<?x4x6xf32>) -> (tensor<?x2xf32>) {
  qc.observe %x @one : tensor<?x4x6xf32>
  // CHECK: %[[Q:.+]] = qc.quantize %arg0
  // CHECK-NEXT: %[[P:.+]] = qc.max_pool %[[Q]] {{.*}} : (tensor<?x4x6xui8>) -> tensor<?x4x3xui8>
  // CHECK-NEXT: %[[R:.+]] = qc.reshape %[[P]] {{.*}} : (tensor<?x4x3xui8>) -> tensor<?x12xui8>
  // CHECK-NEXT: %[[D:.+]] = qc.dequantize %[[R]], %[[S:[0-9]+]]
  %p = qc.max_pool %x {kernel = array<i64: 2>, strides = array<i64: 2>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, ceil_mode = false}
     : (tensor<?x4x6xf32>) -> tensor<?x4x3xf32>
  qc.observe %p @two : tensor<?x4x3xf32>
  %r = qc.reshape %p {shape = array<i64: -1, 12>} : (tensor<?x4x3xf32>) -> tensor<?x12xf32>
  qc.observe %r @four : tensor<?x12xf32>
  %w = qc.constant dense<1.0> : tensor<12x2xf32>
  // CHECK: qc.matmul %[[D]]
  %y = qc.matmul %r, %w : (tensor<?x12xf32>, tensor<12x2xf32>) -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
}
// -----
// Concat: %a (read by nothing else) and the constant have its parameters, also where other parameters would fit them better; %b is
// read by a relu as well and rescaled; the graph output reads dequantized codes.
module {
qc.stats @one {of = "one", count = 1 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
qc.stats @two {of = "two", count = 1 : i64, min = 0.0 : f32, max = 510.0 : f32, data = "", epoch = 0 : i64}
qc.stats @four {of = "four", count = 1 : i64, min = 0.0 : f32, max = 1020.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<1x2xf32>) -> (tensor<3x2xf32>, tensor<1x2xf32>) {
  qc.observe %x @one : tensor<1x2xf32>
  %w = qc.constant dense<[[127.0, 0.0], [0.0, 127.0]]> : tensor<2x2xf32>
  // CHECK-DAG: %[[ONE:.+]] = qc.constant dense<1.000000e+00> : tensor<f32>
  // CHECK-DAG: %[[TWO:.+]] = qc.constant dense<2.000000e+00> : tensor<f32>
  // CHECK-DAG: %[[FOUR:.+]] = qc.constant dense<4.000000e+00> : tensor<f32>
  %k = qc.constant dense<[[8.0, 255.0]]> : tensor<1x2xf32>
  // CHECK: %[[K:.+]] = qc.constant dense<{{\[\[}}2, 64]]> : tensor<1x2xui8>
  // CHECK: %[[A:.+]] = qc.matmul
  // CHECK-NEXT: %[[QA:.+]] = qc.quantize %[[A]], %[[FOUR]]
  %a = qc.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  qc.observe %a @one : tensor<1x2xf32>
  // CHECK: %[[B:.+]] = qc.matmul
  // CHECK-NEXT: %[[QB:.+]] = qc.quantize %[[B]], %[[TWO]]
  // CHECK-NEXT: %[[DB:.+]] = qc.dequantize %[[QB]], %[[TWO]]
  // CHECK-NEXT: %[[RB:.+]] = qc.quantize %[[DB]], %[[FOUR]]
  %b = qc.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  qc.observe %b @two : tensor<1x2xf32>
  // CHECK: qc.relu %[[DB]]
  %r = qc.relu %b : (tensor<1x2xf32>) -> tensor<1x2xf32>
  qc.observe %r @one : tensor<1x2xf32>
  // CHECK: %[[C:.+]] = qc.concat %[[QA]], %[[RB]], %[[K]] {{.*}} -> tensor<3x2xui8>
  // CHECK-NEXT: %[[D:.+]] = qc.dequantize %[[C]], %[[FOUR]]
  // CHECK-NEXT: return %[[D]]
  %c = qc.concat %a, %b, %k {axis = 0 : i64} : (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<3x2xf32>
  qc.observe %c @four : tensor<3x2xf32>
  return %c, %r : tensor<3x2xf32>, tensor<1x2xf32>
}
}
// -----
// The same value twice, and an operand that is a graph output, too: both are rescaled, each once. Where the parameters are
// equal no rescale is needed.
module {
qc.stats @one {of = "one", count = 1 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
qc.stats @two {of = "two", count = 1 : i64, min = 0.0 : f32, max = 510.0 : f32, data = "", epoch = 0 : i64}
qc.stats @four {of = "four", count = 1 : i64, min = 0.0 : f32, max = 1020.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<1x2xf32>, %z: tensor<1x2xf32>) -> (tensor<5x2xf32>, tensor<1x2xf32>) {
  qc.observe %x @one : tensor<1x2xf32>
  qc.observe %z @four : tensor<1x2xf32>
  // CHECK-DAG: %[[Q:.+]] = qc.quantize %arg0
  // CHECK-DAG: %[[D:.+]] = qc.dequantize %[[Q]]
  // CHECK-DAG: %[[R:.+]] = qc.quantize %[[D]]
  // CHECK-DAG: %[[QZ:.+]] = qc.quantize %arg1
  %h = qc.relu %x : (tensor<1x2xf32>) -> tensor<1x2xf32>
  qc.observe %h @two : tensor<1x2xf32>
  // CHECK: %[[H:.+]] = qc.relu %[[D]]
  // CHECK-NEXT: %[[QH:.+]] = qc.quantize %[[H]]
  // CHECK-NEXT: %[[DH:.+]] = qc.dequantize %[[QH]]
  // CHECK-NEXT: %[[RH:.+]] = qc.quantize %[[DH]]
  // CHECK: qc.concat %[[R]], %[[RH]], %[[R]], %[[QZ]], %[[QZ]]
  %c = qc.concat %x, %h, %x, %z, %z {axis = 0 : i64} : (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<5x2xf32>
  qc.observe %c @four : tensor<5x2xf32>
  // CHECK: return %{{.+}}, %[[DH]]
  return %c, %h : tensor<5x2xf32>, tensor<1x2xf32>
}
}
// -----
// Parameters reach through moves and concats to what made the value: %a is rounded with those of the outer concat. %b has another
// reader: it keeps its own, and the codes are rescaled behind the transpose.
module {
qc.stats @one {of = "one", count = 1 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
qc.stats @two {of = "two", count = 1 : i64, min = 0.0 : f32, max = 510.0 : f32, data = "", epoch = 0 : i64}
qc.stats @four {of = "four", count = 1 : i64, min = 0.0 : f32, max = 1020.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<1x2xf32>) -> (tensor<5x1xf32>, tensor<1x2xf32>) {
  qc.observe %x @one : tensor<1x2xf32>
  // CHECK-DAG: %[[ONE:.+]] = qc.constant dense<1.000000e+00> : tensor<f32>
  // CHECK-DAG: %[[FOUR:.+]] = qc.constant dense<4.000000e+00> : tensor<f32>
  %a = qc.hard_swish %x : (tensor<1x2xf32>) -> tensor<1x2xf32>
  qc.observe %a @one : tensor<1x2xf32>
  %b = qc.relu %x : (tensor<1x2xf32>) -> tensor<1x2xf32>
  qc.observe %b @one : tensor<1x2xf32>
  // CHECK: %[[A:.+]] = qc.hard_swish
  // CHECK-NEXT: %[[QA:.+]] = qc.quantize %[[A]], %[[FOUR]]
  // CHECK: %[[B:.+]] = qc.relu
  // CHECK-NEXT: %[[QB:.+]] = qc.quantize %[[B]], %[[ONE]]
  // CHECK: %[[TA:.+]] = qc.transpose %[[QA]]
  // CHECK-NEXT: %[[TB:.+]] = qc.transpose %[[QB]]
  // CHECK-NEXT: %[[DTB:.+]] = qc.dequantize %[[TB]], %[[ONE]]
  // CHECK-NEXT: %[[RTB:.+]] = qc.quantize %[[DTB]], %[[FOUR]]
  %ta = qc.transpose %a {perm = array<i64: 1, 0>} : (tensor<1x2xf32>) -> tensor<2x1xf32>
  qc.observe %ta @one : tensor<2x1xf32>
  %tb = qc.transpose %b {perm = array<i64: 1, 0>} : (tensor<1x2xf32>) -> tensor<2x1xf32>
  qc.observe %tb @one : tensor<2x1xf32>
  %h = qc.hard_swish %b : (tensor<1x2xf32>) -> tensor<1x2xf32>
  qc.observe %h @one : tensor<1x2xf32>
  // CHECK: %[[C:.+]] = qc.concat %[[TA]], %[[RTB]]
  // CHECK-NEXT: %[[K:.+]] = qc.constant dense<0> : tensor<1x1xui8>
  // CHECK-NEXT: qc.concat %[[C]], %[[K]]
  %c = qc.concat %ta, %tb {axis = 0 : i64} : (tensor<2x1xf32>, tensor<2x1xf32>) -> tensor<4x1xf32>
  qc.observe %c @two : tensor<4x1xf32>
  %k = qc.constant dense<[[0.0]]> : tensor<1x1xf32>
  %o = qc.concat %c, %k {axis = 0 : i64} : (tensor<4x1xf32>, tensor<1x1xf32>) -> tensor<5x1xf32>
  qc.observe %o @four : tensor<5x1xf32>
  return %o, %h : tensor<5x1xf32>, tensor<1x2xf32>
}
}
