// One refusal for each labelled constraint of qc, quantize, dequantize, observe, stats; the function has the label's name.
// RUN: qc-opt %s --split-input-file --verify-diagnostics

func.func @quantize_c1(%x: tensor<2x3xf32>, %s: tensor<f32>) {
  // expected-error @below {{'qc.quantize' op expects codes of the format's storage type 'ui8', got 'i8'}}
  %y = qc.quantize %x, %s {format = #qc.format<ui8>} : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xi8>
  return
}
// -----
func.func @quantize_c1_shape(%x: tensor<2x3xf32>, %s: tensor<f32>) {
  // expected-error @below {{'qc.quantize' op expects a result of shape 'tensor<2x3xf32>', got 'tensor<3x2xui8>'}}
  %y = qc.quantize %x, %s {format = #qc.format<ui8>} : (tensor<2x3xf32>, tensor<f32>) -> tensor<3x2xui8>
  return
}
// -----
func.func @dequantize_c1(%x: tensor<2x3xi8>, %s: tensor<f32>) {
  // expected-error @below {{'qc.dequantize' op expects codes of the format's storage type 'ui8', got 'i8'}}
  %y = qc.dequantize %x, %s {format = #qc.format<ui8>} : (tensor<2x3xi8>, tensor<f32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @dequantize_c1_int4(%x: tensor<2x3xui8>, %s: tensor<2xf32>) {
  // expected-error @below {{'qc.dequantize' op expects codes of the format's storage type 'i8', got 'ui8'}}
  %y = qc.dequantize %x, %s {format = #qc.format<i4, axis = 0, block = 32>} : (tensor<2x3xui8>, tensor<2xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @dequantize_c1_shape(%x: tensor<3x2xui8>, %s: tensor<f32>) {
  // expected-error @below {{'qc.dequantize' op expects a result of shape 'tensor<3x2xui8>', got 'tensor<2x3xf32>'}}
  %y = qc.dequantize %x, %s {format = #qc.format<ui8>} : (tensor<3x2xui8>, tensor<f32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @quantize_c2(%x: tensor<2x3xf32>, %s: tensor<3xf32>) {
  // expected-error @below {{'qc.quantize' op expects a scale of rank 0 or 1 with 1 elements, got 'tensor<3xf32>'}}
  %y = qc.quantize %x, %s {format = #qc.format<ui8>} : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xui8>
  return
}
// -----
func.func @quantize_c2_axis(%x: tensor<2x3xf32>, %s: tensor<3xf32>) {
  // expected-error @below {{'qc.quantize' op expects an axis below 2, got 2}}
  %y = qc.quantize %x, %s {format = #qc.format<ui8, axis = 2, block = 0>} : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xui8>
  return
}
// -----
func.func @quantize_c2_size(%x: tensor<2x3xf32>, %s: tensor<2xf32>) {
  // expected-error @below {{'qc.quantize' op expects a scale of rank 0 or 1 with 3 elements, got 'tensor<2xf32>'}}
  %y = qc.quantize %x, %s {format = #qc.format<ui8, axis = 1>} : (tensor<2x3xf32>, tensor<2xf32>) -> tensor<2x3xui8>
  return
}
// -----
func.func @quantize_c2_rank(%x: tensor<2x3xf32>, %s: tensor<1x1xf32>) {
  // expected-error @below {{'qc.quantize' op expects a scale of rank 0 or 1 with 1 elements, got 'tensor<1x1xf32>'}}
  %y = qc.quantize %x, %s {format = #qc.format<ui8>} : (tensor<2x3xf32>, tensor<1x1xf32>) -> tensor<2x3xui8>
  return
}
// -----
func.func @quantize_c2_unknown(%x: tensor<?x3xf32>, %s: tensor<?xf32>) {
  // expected-error @below {{'qc.quantize' op expects a scale of one known dimension, got 'tensor<?xf32>'}}
  %y = qc.quantize %x, %s {format = #qc.format<ui8, axis = 0>} : (tensor<?x3xf32>, tensor<?xf32>) -> tensor<?x3xui8>
  return
}
// -----
func.func @quantize_c3(%x: tensor<2x3xf32>, %s: tensor<f32>, %z: tensor<i8>) {
  // expected-error @below {{'qc.quantize' op expects a zero point of type 'tensor<ui8>', got 'tensor<i8>'}}
  %y = qc.quantize %x, %s, %z {format = #qc.format<ui8>} : (tensor<2x3xf32>, tensor<f32>, tensor<i8>) -> tensor<2x3xui8>
  return
}
// -----
func.func @quantize_c3_shape(%x: tensor<2x3xf32>, %s: tensor<f32>, %z: tensor<1xui8>) {
  // expected-error @below {{'qc.quantize' op expects a zero point of type 'tensor<ui8>', got 'tensor<1xui8>'}}
  %y = qc.quantize %x, %s, %z {format = #qc.format<ui8>} : (tensor<2x3xf32>, tensor<f32>, tensor<1xui8>) -> tensor<2x3xui8>
  return
}
// -----
func.func @dequantize_c2(%x: tensor<2x3xui8>, %s: tensor<3xf32>) {
  // expected-error @below {{'qc.dequantize' op expects a scale of rank 0 or 1 with 1 elements, got 'tensor<3xf32>'}}
  %y = qc.dequantize %x, %s {format = #qc.format<ui8>} : (tensor<2x3xui8>, tensor<3xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @dequantize_c2_axis(%x: tensor<2x3xui8>, %s: tensor<3xf32>) {
  // expected-error @below {{'qc.dequantize' op expects an axis below 2, got 2}}
  %y = qc.dequantize %x, %s {format = #qc.format<ui8, axis = 2, block = 0>} : (tensor<2x3xui8>, tensor<3xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @dequantize_c2_size(%x: tensor<2x3xui8>, %s: tensor<2xf32>) {
  // expected-error @below {{'qc.dequantize' op expects a scale of rank 0 or 1 with 3 elements, got 'tensor<2xf32>'}}
  %y = qc.dequantize %x, %s {format = #qc.format<ui8, axis = 1>} : (tensor<2x3xui8>, tensor<2xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @dequantize_c2_rank(%x: tensor<2x3xui8>, %s: tensor<1x1xf32>) {
  // expected-error @below {{'qc.dequantize' op expects a scale of rank 0 or 1 with 1 elements, got 'tensor<1x1xf32>'}}
  %y = qc.dequantize %x, %s {format = #qc.format<ui8>} : (tensor<2x3xui8>, tensor<1x1xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @dequantize_c2_unknown(%x: tensor<?x3xui8>, %s: tensor<?xf32>) {
  // expected-error @below {{'qc.dequantize' op expects a scale of one known dimension, got 'tensor<?xf32>'}}
  %y = qc.dequantize %x, %s {format = #qc.format<ui8, axis = 0>} : (tensor<?x3xui8>, tensor<?xf32>) -> tensor<?x3xf32>
  return
}
// -----
func.func @dequantize_c3(%x: tensor<2x3xui8>, %s: tensor<f32>, %z: tensor<i8>) {
  // expected-error @below {{'qc.dequantize' op expects a zero point of type 'tensor<ui8>', got 'tensor<i8>'}}
  %y = qc.dequantize %x, %s, %z {format = #qc.format<ui8>} : (tensor<2x3xui8>, tensor<f32>, tensor<i8>) -> tensor<2x3xf32>
  return
}
// -----
func.func @dequantize_c3_shape(%x: tensor<2x3xui8>, %s: tensor<f32>, %z: tensor<1xui8>) {
  // expected-error @below {{'qc.dequantize' op expects a zero point of type 'tensor<ui8>', got 'tensor<1xui8>'}}
  %y = qc.dequantize %x, %s, %z {format = #qc.format<ui8>} : (tensor<2x3xui8>, tensor<f32>, tensor<1xui8>) -> tensor<2x3xf32>
  return
}
// -----
func.func @quantize_c4(%x: tensor<2x3xf32>, %s: tensor<f32>) {
  // expected-error @below {{'qc.quantize' op expects codes of 8 or 16 bits, got 'i32'}}
  %y = qc.quantize %x, %s {format = #qc.format<i32>} : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xi32>
  return
}
// -----
func.func @quantize_c4_int4(%x: tensor<2x3xf32>, %s: tensor<2xf32>) {
  // expected-error @below {{'qc.quantize' op expects codes of 8 or 16 bits, got 'i4'}}
  %y = qc.quantize %x, %s {format = #qc.format<i4, axis = 0, block = 32>} : (tensor<2x3xf32>, tensor<2xf32>) -> tensor<2x3xi8>
  return
}
// -----
func.func @observe_c1(%x: tensor<2xf32>) {
  // expected-error @below {{'qc.observe' op expects the symbol of a qc.stats, got @nothing}}
  qc.observe %x @nothing : tensor<2xf32>
  return
}
// -----
func.func @observe_c1_kind(%x: tensor<2xf32>) {
  // expected-error @below {{'qc.observe' op expects the symbol of a qc.stats, got @observe_c1_kind}}
  qc.observe %x @observe_c1_kind : tensor<2xf32>
  return
}
// -----
func.func private @stats_c1()
// expected-error @below {{'qc.stats' op expects count >= 0 and epoch >= 0, got -1 and 0}}
qc.stats @t {of = "x", count = -1 : i64, min = 0.0 : f32, max = 1.0 : f32, data = "", epoch = 0 : i64}
// -----
func.func private @stats_c1_epoch()
// expected-error @below {{'qc.stats' op expects count >= 0 and epoch >= 0, got 1 and -2}}
qc.stats @t {of = "x", count = 1 : i64, min = 0.0 : f32, max = 1.0 : f32, data = "", epoch = -2 : i64}
// -----
func.func private @stats_c2()
// expected-error @below {{'qc.stats' op expects min <= max and neither NaN, got 2.000000e+00 : f32 and 1.000000e+00 : f32}}
qc.stats @t {of = "x", count = 1 : i64, min = 2.0 : f32, max = 1.0 : f32, data = "", epoch = 0 : i64}
// -----
func.func private @stats_c2_nan()
// expected-error @below {{'qc.stats' op expects min <= max and neither NaN, got 0x7FC00000 : f32 and 1.000000e+00 : f32}}
qc.stats @t {of = "x", count = 1 : i64, min = 0x7FC00000 : f32, max = 1.0 : f32, data = "", epoch = 0 : i64}
// -----
func.func private @stats_c3()
// expected-error @below {{'qc.stats' op expects the counts of its histogram to sum to 4, they sum to 3}}
qc.stats @t {of = "x", count = 4 : i64, min = 1.0 : f32, max = 2.0 : f32, data = "", epoch = 0 : i64, histogram = #qc.histogram<4064 [2, 1]>}
// -----
func.func private @stats_c4()
// expected-error @below {{'qc.stats' op expects observations, mean_min and mean_max together}}
qc.stats @t {of = "x", count = 4 : i64, min = 1.0 : f32, max = 2.0 : f32, data = "", epoch = 0 : i64, observations = 1 : i64, mean_min = 1.0 : f64}
// -----
func.func private @stats_c4_count()
// expected-error @below {{'qc.stats' op expects observations from 1 to 4, got 5}}
qc.stats @t {of = "x", count = 4 : i64, min = 1.0 : f32, max = 2.0 : f32, data = "", epoch = 0 : i64, observations = 5 : i64,
  mean_min = 1.0 : f64, mean_max = 2.0 : f64}
// -----
func.func private @stats_c4_order()
// expected-error @below {{'qc.stats' op expects a finite mean_min <= mean_max, got 2.000000e+00 : f64 and 1.000000e+00 : f64}}
qc.stats @t {of = "x", count = 4 : i64, min = 1.0 : f32, max = 2.0 : f32, data = "", epoch = 0 : i64, observations = 2 : i64,
  mean_min = 2.0 : f64, mean_max = 1.0 : f64}
// -----
func.func private @stats_c5()
// expected-error @below {{'qc.stats' op expects operand_means of different windows, got two of #qc.operand_means<axis 1 : dense<2.000000e+00> : tensor<2xf32>>}}
qc.stats @t {of = "x", count = 4 : i64, min = 1.0 : f32, max = 2.0 : f32, data = "", epoch = 0 : i64,
  operand_means = [#qc.operand_means<axis 1 : dense<1.0> : tensor<2xf32>>, #qc.operand_means<axis 1 : dense<2.0> : tensor<2xf32>>]}
// -----
func.func private @stats_c6()
// expected-error @below {{'qc.stats' op expects the method minmax, mean, percentile or mse, got 'auto'}}
qc.stats @t {of = "x", count = 4 : i64, min = 1.0 : f32, max = 2.0 : f32, data = "", epoch = 0 : i64, method = "auto"}
// -----
func.func private @stats_c7()
// expected-error @below {{'qc.stats' op expects channel_min and channel_max together, of one length}}
qc.stats @t {of = "x", count = 4 : i64, min = 1.0 : f32, max = 2.0 : f32, data = "", epoch = 0 : i64, channel_min = array<f32: 1.0, 1.0>}
// -----
func.func private @stats_c7_length()
// expected-error @below {{'qc.stats' op expects channel_min and channel_max together, of one length}}
qc.stats @t {of = "x", count = 4 : i64, min = 1.0 : f32, max = 2.0 : f32, data = "", epoch = 0 : i64, channel_min = array<f32: 1.0, 1.0>,
  channel_max = array<f32: 1.0>}
// -----
func.func private @stats_c7_range()
// expected-error @below {{'qc.stats' op expects channel_min <= channel_max within min and max, got 1.000000e+00 and 3.000000e+00 in channel 1}}
qc.stats @t {of = "x", count = 4 : i64, min = 1.0 : f32, max = 2.0 : f32, data = "", epoch = 0 : i64, channel_min = array<f32: 1.0, 1.0>,
  channel_max = array<f32: 1.0, 3.0>}
// -----
func.func private @stats_c8()
// expected-error @below {{'qc.stats' op expects operand_covariances for 0 operand_means, got 1}}
qc.stats @t {of = "x", count = 4 : i64, min = 1.0 : f32, max = 2.0 : f32, data = "", epoch = 0 : i64, operand_covariances = [dense<1.0> : tensor<3xf32>]}
// -----
func.func private @stats_c8_count()
// expected-error @below {{'qc.stats' op expects operand_covariances that are dense f32 of rank 1 with 0 or 3 elements, got 'tensor<4xf32>' for 2 means}}
qc.stats @t {of = "x", count = 4 : i64, min = 1.0 : f32, max = 2.0 : f32, data = "", epoch = 0 : i64,
  operand_means = [#qc.operand_means<axis 1 : dense<1.0> : tensor<2xf32>>], operand_covariances = [dense<1.0> : tensor<4xf32>]}
// -----
func.func private @stats_c8_limit()
// expected-error @below {{'qc.stats' op expects operand_covariances that are dense f32 of rank 1 with 0 or 0 elements, got 'tensor<4xf32>' for 4000000000 means}}
qc.stats @t {of = "x", count = 4 : i64, min = 1.0 : f32, max = 2.0 : f32, data = "", epoch = 0 : i64,
  operand_means = [#qc.operand_means<axis 1 : dense<1.0> : tensor<4000000000xf32>>], operand_covariances = [dense<1.0> : tensor<4xf32>]}
// -----
func.func private @stats_c8_type()
// expected-error @below {{'qc.stats' op expects operand_covariances that are dense f32 of rank 1 with 0 or 3 elements, got 'tensor<3xf64>' for 2 means}}
qc.stats @t {of = "x", count = 4 : i64, min = 1.0 : f32, max = 2.0 : f32, data = "", epoch = 0 : i64,
  operand_means = [#qc.operand_means<axis 1 : dense<1.0> : tensor<2xf32>>], operand_covariances = [dense<1.0> : tensor<3xf64>]}
// -----
func.func private @stats_c8_resource()
// expected-error @below {{'qc.stats' op expects operand_covariances that are dense f32 of rank 1 with 0 or 3 elements, got 'tensor<3xf32>' for 2 means}}
qc.stats @t {of = "x", count = 4 : i64, min = 1.0 : f32, max = 2.0 : f32, data = "", epoch = 0 : i64,
  operand_means = [#qc.operand_means<axis 1 : dense<1.0> : tensor<2xf32>>], operand_covariances = [dense_resource<w> : tensor<3xf32>]}
