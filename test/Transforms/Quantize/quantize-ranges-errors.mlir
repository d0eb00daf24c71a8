// Statistics of modules that older versions saved hold no more than min and max: minmax reads them, other methods say so.
// RUN: qc-opt %s --split-input-file --verify-diagnostics --qc-assign --qc-quantize

module attributes {qc.range_method = "minmax"} {
qc.stats @t0 {of = "x", count = 6 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  qc.observe %x @t0 : tensor<2x3xf32>
  %y = qc.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  qc.observe %y @t0 : tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
}
// -----
module attributes {qc.range_method = "mean"} {
// expected-error @below {{value 'x' has no means of ends in its statistics, which the range method mean reads: calibrate the model again, or use minmax}}
qc.stats @t0 {of = "x", count = 6 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  qc.observe %x @t0 : tensor<2x3xf32>
  %y = qc.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  qc.observe %y @t0 : tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
}
// -----
module attributes {qc.range_method = "mse"} {
// expected-error @below {{value 'x' has no histogram in its statistics, which the range method mse reads: calibrate the model again, or use minmax}}
qc.stats @t0 {of = "x", count = 6 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  qc.observe %x @t0 : tensor<2x3xf32>
  %y = qc.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  qc.observe %y @t0 : tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
}
// -----
module attributes {qc.range_method = "percentile"} {
// expected-error @below {{value 'x' has no histogram in its statistics, which the range method percentile reads}}
qc.stats @t0 {of = "x", count = 6 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  qc.observe %x @t0 : tensor<2x3xf32>
  %y = qc.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  qc.observe %y @t0 : tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
}
// -----
// Ranges of channels are as many as the value has.
qc.stats @x {of = "x", count = 6 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
// expected-error @below {{value 'v' has 3 channels, but channel_min and channel_max of 1}}
qc.stats @v {of = "v", count = 6 : i64, min = -1.0 : f32, max = 1.0 : f32, data = "", epoch = 0 : i64,
             channel_min = array<f32: -1.0>, channel_max = array<f32: 1.0>}
func.func @main(%x: tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32> {
  qc.observe %x @x : tensor<1x3x2x2xf32>
  %w = qc.constant dense<1.0> : tensor<3x3x1x1xf32>
  %v = qc.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64}
     : (tensor<1x3x2x2xf32>, tensor<3x3x1x1xf32>) -> tensor<1x3x2x2xf32>
  qc.observe %v @v : tensor<1x3x2x2xf32>
  %d = qc.constant dense<1.0> : tensor<3x1x1x1xf32>
  %y = qc.conv %v, %d {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 3 : i64}
     : (tensor<1x3x2x2xf32>, tensor<3x1x1x1xf32>) -> tensor<1x3x2x2xf32>
  qc.observe %y @x : tensor<1x3x2x2xf32>
  return %y : tensor<1x3x2x2xf32>
}
