// What quantize refuses.
// RUN: qc-opt %s --split-input-file --qc-assign --qc-quantize --verify-diagnostics

// expected-error @below {{expects statistics of the value that is to be quantized: its module must be calibrated}}
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  %y = qc.relu %x : (tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}
// -----
qc.stats @x {of = "x", count = 1 : i64, min = 0.0 : f32, max = 0x7F800000 : f32, data = "", epoch = 0 : i64}
// expected-error @below {{expects finite observed values, got a range from 0}}
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  qc.observe %x @x : tensor<2xf32>
  %y = qc.relu %x : (tensor<2xf32>) -> tensor<2xf32>
  qc.observe %y @x : tensor<2xf32>
  return %y : tensor<2xf32>
}
// -----
module attributes {qc.epoch = 1 : i64} {
qc.stats @x {of = "x", count = 1 : i64, min = 0.0 : f32, max = 1.0 : f32, data = "", epoch = 0 : i64}
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @below {{'qc.observe' op expects statistics of the module's epoch 1, got 0}}
  qc.observe %x @x : tensor<2xf32>
  return %x : tensor<2xf32>
}
}
// -----
qc.stats @x {of = "x", count = 1 : i64, min = 0.0 : f32, max = 1.0 : f32, data = "", epoch = 0 : i64}
func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  qc.observe %x @x : tensor<1x2xf32>
  %w = qc.constant dense<[[1.0, 1.0], [1.0, 0x7FC00000]]> : tensor<2x2xf32>
  // expected-error @below {{'qc.matmul' op expects finite weights, got an infinity or NaN in channel 1}}
  %y = qc.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}
// -----
qc.stats @x {of = "x", count = 1 : i64, min = 0.0 : f32, max = 1.0 : f32, data = "", epoch = 0 : i64}
func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  qc.observe %x @x : tensor<1x2xf32>
  %w = qc.constant dense<1.0> : tensor<2x2xf32>
  %b = qc.constant dense<[1.0, 0xFF800000]> : tensor<2xf32>
  // expected-error @below {{'qc.matmul' op expects a finite bias, got -INF in channel 1}}
  %y = qc.matmul %x, %w bias %b : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}
// -----
qc.stats @x {of = "x", count = 1 : i64, min = 0.0 : f32, max = 1.0 : f32, data = "", epoch = 0 : i64}
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  qc.observe %x @x : tensor<2xf32>
  // expected-error @below {{expects finite constants, got a range from -INF to 1.000000e+00}}
  %c = qc.constant dense<[1.0, 0xFF800000]> : tensor<2xf32>
  %y = qc.add %x, %c : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  qc.observe %y @x : tensor<2xf32>
  return %y : tensor<2xf32>
}
// -----
module {
qc.stats @x {of = "x", count = 2 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64,
             operand_means = [#qc.operand_means<axis 1 : dense<1.0> : tensor<3xf32>>]}
func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  qc.observe %x @x : tensor<1x2xf32>
  %w = qc.constant dense<1.0> : tensor<2x2xf32>
  // expected-error @below {{'qc.matmul' op expects operand_means of 2 elements, got 3}}
  %y = qc.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  qc.observe %y @x : tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}
}
