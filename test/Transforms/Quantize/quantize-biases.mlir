// Biases take back what rounding weights does to means (docs/Numerics.md, Bias correction). Inputs have scale 1, weights 1 / 127 or
// 1, so that codes are easy to see.
// RUN: qc-opt %s --split-input-file --qc-assign --qc-quantize --qc-verify-quantized | FileCheck %s --check-prefixes=CHECK,ON
// RUN: qc-opt %s --split-input-file --qc-assign=bias-correction=false --qc-quantize --qc-verify-quantized | FileCheck %s --check-prefixes=CHECK,OFF

// Of a gemm with a bias: scale 1, codes [127, 0] and [127, 1], errors [0, -0.25 * 100] and [0, 0.25 * 100].
// ON: qc.bias_correction = true
// OFF: qc.bias_correction = false
// CHECK-LABEL: @main
module {
qc.stats @x {of = "x", count = 2 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64,
             operand_means = [#qc.operand_means<axis 1 : dense<[50.0, 100.0]> : tensor<2xf32>>]}
func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  qc.observe %x @x : tensor<1x2xf32>
  %w = qc.constant dense<[[127.0, 0.25], [127.0, 0.75]]> : tensor<2x2xf32>
  %c = qc.constant dense<[5.0, 6.0]> : tensor<2xf32>
  // ON: qc.constant dense<[30, -19]> : tensor<2xi32>
  // OFF: qc.constant dense<[5, 6]> : tensor<2xi32>
  %y = qc.gemm %x, %w plus %c {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = false, trans_b = true}
     : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  qc.observe %y @x : tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}
}
// -----
// Without a bias they get one; beta becomes 1, as it multiplies something now, and the assignment has a format more. The weights
// of the matmul are those of the gemm, transposed.
// CHECK-LABEL: @main
module {
qc.stats @x {of = "x", count = 2 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64,
             operand_means = [#qc.operand_means<axis 1 : dense<[50.0, 100.0]> : tensor<2xf32>>]}
func.func @main(%x: tensor<1x2xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>) {
  qc.observe %x @x : tensor<1x2xf32>
  %w = qc.constant dense<[[127.0, 0.25], [127.0, 0.75]]> : tensor<2x2xf32>
  %t = qc.constant dense<[[127.0, 127.0], [0.25, 0.75]]> : tensor<2x2xf32>
  // ON: %[[C:.+]] = qc.constant dense<[25, -25]> : tensor<2xi32>
  // ON: %[[S:.+]] = qc.constant dense<1.000000e+00> : tensor<2xf32>
  // ON-NEXT: %[[B:.+]] = qc.dequantize %[[C]], %[[S]] {format = #qc.format<i32, axis = 0>} : (tensor<2xi32>, tensor<2xf32>) -> tensor<2xf32>
  // ON-NEXT: qc.gemm {{.*}} plus %[[B]] {alpha = 1.000000e+00 : f32, beta = 1.000000e+00 : f32, qc.assignment = #qc.assignment<ui8, [ui8, i8 axis 0, i32 axis 0], "quantized by default", default>
  // OFF: qc.gemm %{{[^ ]+}}, %{{[^ ]+}} {alpha = 1.000000e+00 : f32, beta = 2.000000e+00 : f32, qc.assignment = #qc.assignment<ui8, [ui8, i8 axis 0], "quantized by default", default>
  %y = qc.gemm %x, %w {alpha = 1.0 : f32, beta = 2.0 : f32, trans_a = false, trans_b = true}
     : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  qc.observe %y @x : tensor<1x2xf32>
  // ON: qc.constant dense<[25, -25]> : tensor<2xi32>
  // ON: qc.matmul {{.*}} #qc.assignment<ui8, [ui8, i8 axis 1, i32 axis 0], "quantized by default", default>
  // OFF: qc.matmul {{.*}} #qc.assignment<ui8, [ui8, i8 axis 1], "quantized by default", default>
  %z = qc.matmul %x, %t : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  qc.observe %z @x : tensor<1x2xf32>
  return %y, %z : tensor<1x2xf32>, tensor<1x2xf32>
}
}
// -----
// Each group of a convolution has means of its own: channel 0 reads those of channel 0 (both taps), channel 1 those of channel 1.
// CHECK-LABEL: @main
module {
qc.stats @x {of = "x", count = 2 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64,
             operand_means = [#qc.operand_means<axis 1 kernel[2] strides[1] dilations[1] pads[0, 0] : dense<0.0> : tensor<4xf32>>,
                              #qc.operand_means<axis 1 kernel[2] strides[2] dilations[1] pads[0, 1] : dense<[1.0, 20.0, 30.0, 40.0]> : tensor<4xf32>>]}
func.func @main(%x: tensor<1x2x4xf32>) -> tensor<1x2x2xf32> {
  qc.observe %x @x : tensor<1x2x4xf32>
  %w = qc.constant dense<[[[127.0, 0.25]], [[0.25, 127.0]]]> : tensor<2x1x2xf32>
  // 0.25 * 20 = 5, 0.25 * 30 = 7.5 (a tie, to even)
  // ON: qc.constant dense<[5, 8]> : tensor<2xi32>
  // ON: qc.conv {{.*}} bias
  // OFF-NOT: bias
  // OFF: qc.conv
  %y = qc.conv %x, %w {strides = array<i64: 2>, pads = array<i64: 0, 1>, dilations = array<i64: 1>, group = 2 : i64}
     : (tensor<1x2x4xf32>, tensor<2x1x2xf32>) -> tensor<1x2x2xf32>
  qc.observe %y @x : tensor<1x2x2xf32>
  return %y : tensor<1x2x2xf32>
}
}
// -----
// Where nothing is to be taken back there is no bias: codes that are exact, means of 0, statistics without means.
// CHECK-LABEL: @main
module {
qc.stats @x {of = "x", count = 2 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64,
             operand_means = [#qc.operand_means<axis 1 : dense<[50.0, 0.0]> : tensor<2xf32>>]}
qc.stats @old {of = "old", count = 2 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
func.func @main(%x: tensor<1x2xf32>, %o: tensor<1x2xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>) {
  qc.observe %x @x : tensor<1x2xf32>
  qc.observe %o @old : tensor<1x2xf32>
  %e = qc.constant dense<[[127.0, 127.0], [2.0, 3.0]]> : tensor<2x2xf32>
  %w = qc.constant dense<[[127.0, 127.0], [0.25, 0.75]]> : tensor<2x2xf32>
  // CHECK-NOT: xi32>
  // CHECK-COUNT-3: qc.matmul
  // CHECK-NOT: xi32>
  %y = qc.matmul %x, %e : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  qc.observe %y @old : tensor<1x2xf32>
  %z = qc.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  qc.observe %z @old : tensor<1x2xf32>
  %u = qc.matmul %o, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  qc.observe %u @old : tensor<1x2xf32>
  return %y, %z, %u : tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>
}
}
// -----
// Weights in batches and a vector of weights stay as they are: their bias would differ from batch to batch, or has no place.
// CHECK-LABEL: @main
module {
qc.stats @x {of = "x", count = 2 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64,
             operand_means = [#qc.operand_means<axis 2 : dense<[50.0, 100.0]> : tensor<2xf32>>]}
func.func @main(%x: tensor<1x1x2xf32>) -> (tensor<1x1x2xf32>, tensor<1x1xf32>) {
  qc.observe %x @x : tensor<1x1x2xf32>
  %w = qc.constant dense<[[[127.0, 127.0], [0.25, 0.75]]]> : tensor<1x2x2xf32>
  %v = qc.constant dense<[127.0, 0.25]> : tensor<2xf32>
  // CHECK-NOT: xi32>
  // CHECK-COUNT-2: qc.matmul
  // CHECK-NOT: xi32>
  %y = qc.matmul %x, %w : (tensor<1x1x2xf32>, tensor<1x2x2xf32>) -> tensor<1x1x2xf32>
  qc.observe %y @x : tensor<1x1x2xf32>
  %z = qc.matmul %x, %v : (tensor<1x1x2xf32>, tensor<2xf32>) -> tensor<1x1xf32>
  qc.observe %z @x : tensor<1x1xf32>
  return %y, %z : tensor<1x1x2xf32>, tensor<1x1xf32>
}
}
// -----
// A bias whose correction would take it beyond 2^30 codes stays as it is, that of the other channel is corrected: both scales are
// 2^-30, both weights have the code 0 and the error -2^-40 * 2^12 = -2^-28.
// CHECK-LABEL: @main
module {
qc.stats @x {of = "x", count = 2 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64,
             operand_means = [#qc.operand_means<axis 1 : dense<4096.0> : tensor<1xf32>>]}
func.func @main(%x: tensor<1x1xf32>) -> tensor<1x2xf32> {
  qc.observe %x @x : tensor<1x1xf32>
  %w = qc.constant dense<9.0949470177292824e-13> : tensor<1x2xf32>
  %b = qc.constant dense<[1.0, -1.0]> : tensor<2xf32>
  // ON: qc.constant dense<[1073741824, -1073741820]> : tensor<2xi32>
  // OFF: qc.constant dense<[1073741824, -1073741824]> : tensor<2xi32>
  %y = qc.matmul %x, %w bias %b : (tensor<1x1xf32>, tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  qc.observe %y @x : tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}
}
