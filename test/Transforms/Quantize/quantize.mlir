// The QDQ form: what is rounded where, with which parameters, and who reads what.
// RUN: qc-opt %s --split-input-file --qc-assign --qc-quantize --qc-verify-quantized | FileCheck %s

// Weights per channel, bias in s_x * s_w, one rounding behind convolution, add and clip; the add's other operand is rounded
// before; the float output reads the dequantized value; observers are gone, statistics stay.
module {
// CHECK: qc.stats @t0
qc.stats @t0 {of = "x", count = 1 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
qc.stats @t1 {of = "c", count = 1 : i64, min = -1.0 : f32, max = 1.0 : f32, data = "", epoch = 0 : i64}
qc.stats @t2 {of = "y", count = 1 : i64, min = 0.0 : f32, max = 510.0 : f32, data = "", epoch = 0 : i64}
qc.stats @t3 {of = "r", count = 1 : i64, min = -127.5 : f32, max = 127.5 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
// CHECK-SAME: (%[[X:.+]]: tensor<?x2x4xf32>, %[[R:.+]]: tensor<?x2x4xf32>)
func.func @main(%x: tensor<?x2x4xf32>, %r: tensor<?x2x4xf32>) -> tensor<?x2x4xf32> {
  // CHECK-DAG: %[[ONE:.+]] = qc.constant dense<1.000000e+00> : tensor<f32>
  // CHECK-DAG: %[[TWO:.+]] = qc.constant dense<2.000000e+00> : tensor<f32>
  // CHECK-DAG: %[[Z0:.+]] = qc.constant dense<0> : tensor<ui8>
  // CHECK-DAG: %[[Z128:.+]] = qc.constant dense<128> : tensor<ui8>
  // CHECK-NOT: qc.observe
  qc.observe %x @t0 : tensor<?x2x4xf32>
  qc.observe %r @t3 : tensor<?x2x4xf32>
  // CHECK-DAG: %[[QX:.+]] = qc.quantize %[[X]], %[[ONE]], %[[Z0]] {format = #qc.format<ui8>}
  // CHECK-DAG: %[[DX:.+]] = qc.dequantize %[[QX]], %[[ONE]], %[[Z0]] {format = #qc.format<ui8>}
  // CHECK-DAG: %[[QR:.+]] = qc.quantize %[[R]], %[[ONE]], %[[Z128]] {format = #qc.format<ui8>}
  // CHECK-DAG: %[[DR:.+]] = qc.dequantize %[[QR]], %[[ONE]], %[[Z128]] {format = #qc.format<ui8>}
  %w = qc.constant dense<[[[127.0], [-63.5]], [[0.0], [0.0]]]> : tensor<2x2x1xf32>
  %b = qc.constant dense<[3.0, 0.0]> : tensor<2xf32>
  %lo = qc.constant dense<0.0> : tensor<f32>
  %hi = qc.constant dense<6.0> : tensor<f32>
  // An all-zero filter has the scale 1. 63.5 is a tie.
  // CHECK: %[[WQ:.+]] = qc.constant dense<{{\[\[\[}}127], [-64]], {{\[\[}}0], [0]]]> : tensor<2x2x1xi8>
  // CHECK: %[[WS:.+]] = qc.constant dense<1.000000e+00> : tensor<2xf32>
  // CHECK: %[[WD:.+]] = qc.dequantize %[[WQ]], %[[WS]] {format = #qc.format<i8, axis = 0>}
  // CHECK: %[[BQ:.+]] = qc.constant dense<[3, 0]> : tensor<2xi32>
  // CHECK: %[[BS:.+]] = qc.constant dense<1.000000e+00> : tensor<2xf32>
  // CHECK: %[[BD:.+]] = qc.dequantize %[[BQ]], %[[BS]] {format = #qc.format<i32, axis = 0>}
  // CHECK: %[[C:.+]] = qc.conv %[[DX]], %[[WD]] bias %[[BD]]
  %c = qc.conv %x, %w bias %b {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<?x2x4xf32>, tensor<2x2x1xf32>, tensor<2xf32>) -> tensor<?x2x4xf32>
  qc.observe %c @t1 : tensor<?x2x4xf32>
  // CHECK-NEXT: %[[A:.+]] = qc.add %[[C]], %[[DR]]
  %a = qc.add %c, %r : (tensor<?x2x4xf32>, tensor<?x2x4xf32>) -> tensor<?x2x4xf32>
  qc.observe %a @t1 : tensor<?x2x4xf32>
  // CHECK-NEXT: %[[Y:.+]] = qc.clip %[[A]]
  %y = qc.clip %a min %lo max %hi : (tensor<?x2x4xf32>, tensor<f32>, tensor<f32>) -> tensor<?x2x4xf32>
  qc.observe %y @t2 : tensor<?x2x4xf32>
  // CHECK-NEXT: %[[QY:.+]] = qc.quantize %[[Y]], %[[TWO]], %[[Z0]]
  // CHECK-NEXT: %[[DY:.+]] = qc.dequantize %[[QY]], %[[TWO]], %[[Z0]]
  // CHECK-NEXT: return %[[DY]]
  return %y : tensor<?x2x4xf32>
}
}
// -----
// A value that is read as int8 and as float: a float operation reads the model input itself; what an int8 operation made is
// rounded for the float operation, too. Graph outputs follow the same rule.
module {
qc.stats @t0 {of = "x", count = 1 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
qc.stats @t1 {of = "y", count = 1 : i64, min = 0.0 : f32, max = 510.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
// CHECK-SAME: (%[[X:.+]]: tensor<2x3xf32>)
func.func @main(%x: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) {
  qc.observe %x @t0 : tensor<2x3xf32>
  // CHECK: %[[QX:.+]] = qc.quantize %[[X]]
  // CHECK: %[[DX:.+]] = qc.dequantize %[[QX]]
  // CHECK-NOT: qc.quantize
  // CHECK: %[[Y:.+]] = qc.hard_swish %[[DX]]
  %y = qc.hard_swish %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  qc.observe %y @t1 : tensor<2x3xf32>
  // CHECK-NEXT: %[[QY:.+]] = qc.quantize %[[Y]]
  // CHECK-NEXT: %[[DY:.+]] = qc.dequantize %[[QY]]
  // CHECK: %[[S0:.+]] = qc.log_softmax %[[X]]
  %s0 = qc.log_softmax %x {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  // CHECK: %[[S1:.+]] = qc.log_softmax %[[DY]]
  %s1 = qc.log_softmax %y {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  // CHECK-NEXT: return %[[X]], %[[DY]], %[[S0]], %[[S1]]
  return %x, %y, %s0, %s1 : tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>
}
}
// -----
// A bias shared by two products whose operands have different scales: two codes. A product that only feeds float outputs is
// not rounded; one that is read by something else as well is.
module {
qc.stats @t0 {of = "x", count = 1 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
qc.stats @t1 {of = "y", count = 1 : i64, min = 0.0 : f32, max = 510.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<1x2xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>) {
  qc.observe %x @t0 : tensor<1x2xf32>
  %w = qc.constant dense<[[127.0, 0.0], [0.0, 127.0]]> : tensor<2x2xf32>
  %b = qc.constant dense<[4.0, 6.0]> : tensor<2xf32>
  // CHECK: %[[BQ0:.+]] = qc.constant dense<[4, 6]> : tensor<2xi32>
  // CHECK: qc.constant dense<1.000000e+00> : tensor<2xf32>
  // CHECK: %[[BD0:.+]] = qc.dequantize %[[BQ0]]
  // CHECK: %[[Y:.+]] = qc.gemm %{{.+}}, %{{.+}} plus %[[BD0]]
  %y = qc.gemm %x, %w plus %b {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = false, trans_b = false}
     : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  qc.observe %y @t1 : tensor<1x2xf32>
  // CHECK: %[[QY:.+]] = qc.quantize %[[Y]]
  // CHECK: %[[DY:.+]] = qc.dequantize %[[QY]]
  // The channel axis of the weights of a matrix product is the last.
  // CHECK: qc.dequantize {{.*}} {format = #qc.format<i8, axis = 1>}
  // CHECK: %[[BQ1:.+]] = qc.constant dense<[2, 3]> : tensor<2xi32>
  // CHECK: qc.constant dense<2.000000e+00> : tensor<2xf32>
  // CHECK: %[[BD1:.+]] = qc.dequantize %[[BQ1]]
  // CHECK: %[[Z:.+]] = qc.matmul %[[DY]], %{{.+}} bias %[[BD1]]
  %z = qc.matmul %y, %w bias %b : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  // CHECK-NEXT: return %[[DY]], %[[Z]], %[[Z]]
  return %y, %z, %z : tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>
}
}
// -----
// A product of two activations, the first a constant; its bias has the scale s_a * s_b.
module {
qc.stats @t0 {of = "x", count = 1 : i64, min = 0.0 : f32, max = 510.0 : f32, data = "", epoch = 0 : i64}
qc.stats @t1 {of = "y", count = 1 : i64, min = 0.0 : f32, max = 510.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<2x2xf32>) -> tensor<1x2xf32> {
  qc.observe %x @t0 : tensor<2x2xf32>
  %a = qc.constant dense<[[0.0, 255.0]]> : tensor<1x2xf32>
  // CHECK: %[[AQ:.+]] = qc.constant dense<{{\[\[}}0, 255]]> : tensor<1x2xui8>
  // CHECK: %[[AD:.+]] = qc.dequantize %[[AQ]], %{{.+}}, %{{.+}} {format = #qc.format<ui8>}
  %b = qc.constant dense<[4.0, 6.0]> : tensor<2xf32>
  // CHECK: %[[BQ:.+]] = qc.constant dense<[2, 3]> : tensor<2xi32>
  // CHECK: %[[BD:.+]] = qc.dequantize %[[BQ]]
  // CHECK: qc.matmul %[[AD]], %{{.+}} bias %[[BD]]
  %y = qc.matmul %a, %x bias %b : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  qc.observe %y @t1 : tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}
}
// -----
// Weights without a column have one scale.
module {
qc.stats @t0 {of = "x", count = 1 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<2x2xf32>) -> tensor<2xf32> {
  qc.observe %x @t0 : tensor<2x2xf32>
  %w = qc.constant dense<[127.0, 1.0]> : tensor<2xf32>
  // CHECK: %[[WQ:.+]] = qc.constant dense<[127, 1]> : tensor<2xi8>
  // CHECK: qc.dequantize %[[WQ]], %{{.+}} {format = #qc.format<i8>}
  %y = qc.matmul %x, %w : (tensor<2x2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}
}
// -----
// Constants of add and mul have the parameters of their own values. A value of size 0 is rounded like any other.
module {
qc.stats @t0 {of = "x", count = 1 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
qc.stats @t1 {of = "e", count = 0 : i64, min = 0.0 : f32, max = 0.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<2x2xf32>, %e: tensor<2x0xf32>) -> (tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x0xf32>) {
  qc.observe %x @t0 : tensor<2x2xf32>
  qc.observe %e @t1 : tensor<2x0xf32>
  %c = qc.constant dense<[-127.5, 127.5]> : tensor<2xf32>
  %k = qc.constant dense<> : tensor<0xf32>
  // CHECK: %[[CQ:.+]] = qc.constant dense<[0, 255]> : tensor<2xui8>
  // CHECK: %[[CD:.+]] = qc.dequantize %[[CQ]]
  // CHECK: qc.add %{{.+}}, %[[CD]]
  %y = qc.add %x, %c : (tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  qc.observe %y @t0 : tensor<2x2xf32>
  // CHECK: qc.mul %[[CD]], %{{.+}}
  %z = qc.mul %c, %x : (tensor<2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  qc.observe %z @t0 : tensor<2x2xf32>
  // CHECK: qc.mul {{.*}} -> tensor<2x0xf32>
  // CHECK-NEXT: qc.quantize {{.*}} -> tensor<2x0xui8>
  %m = qc.mul %e, %k : (tensor<2x0xf32>, tensor<0xf32>) -> tensor<2x0xf32>
  qc.observe %m @t1 : tensor<2x0xf32>
  return %y, %z, %m : tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x0xf32>
}
}
