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
