// One refusal for each labelled constraint of qc, attributes; the function has the label's name.
// RUN: qc-opt %s --split-input-file --verify-diagnostics

// expected-error @below {{expects an integer storage type of at most 32 bits or i64, got 'f32'}}
func.func private @format_c1() attributes {a = #qc.format<f32>}
// -----
// expected-error @below {{expects an integer storage type of at most 32 bits or i64, got 'ui64'}}
func.func private @format_c1_wide() attributes {a = #qc.format<ui64>}
// -----
// expected-error @below {{expects axis >= -1, got -2}}
func.func private @format_c2() attributes {a = #qc.format<i8, axis = -2>}
// -----
// expected-error @below {{expects block = 0 for 'i8', got 32}}
func.func private @format_c3() attributes {a = #qc.format<i8, axis = 0, block = 32>}
// -----
// expected-error @below {{expects block = 32, 64 or 128 for 'i4', got 0}}
func.func private @format_c3_int4() attributes {a = #qc.format<i4, axis = 0>}
// -----
// expected-error @below {{expects an f32 result exactly when every operand is f32, got result 'ui8'}}
func.func private @assignment_c1() attributes {a = #qc.assignment<ui8, [f32, f32], "why", default>}
// -----
// expected-error @below {{expects an f32 result exactly when every operand is f32, got result 'f32'}}
func.func private @assignment_c1_float() attributes {a = #qc.assignment<f32, [ui8, f32], "why", default>}
// -----
// expected-error @below {{expects default, user or search, got nobody}}
func.func private @assignment_by() attributes {a = #qc.assignment<f32, [f32], "why", nobody>}
// -----
// expected-error @below {{"qc.version" expects 1 : i64, got 2 : i64}}
func.func private @attribute_c1() attributes {qc.version = 2 : i64}
// -----
// expected-error @below {{"qc.epoch" expects an i64 >= 0, got 2 : i32}}
func.func private @attribute_c1_type() attributes {qc.epoch = 2 : i32}
// -----
// expected-error @below {{"qc.phase" expects a string, got 1 : i64}}
func.func private @attribute_c2() attributes {qc.phase = 1 : i64}
// -----
// expected-error @below {{"qc.style" expects "qc" or "ort", got "tflite"}}
func.func private @attribute_c2_style() attributes {qc.style = "tflite"}
// -----
// expected-error @below {{"qc.range_method" expects "minmax" or "mean" or "percentile" or "mse" or "auto", got "entropy"}}
func.func private @attribute_c2_range() attributes {qc.range_method = "entropy"}
// -----
// expected-error @below {{"qc.name" expects a string, got 1 : i64}}
func.func private @attribute_c2_name(tensor<f32> {qc.name = 1 : i64})
// -----
// expected-error @below {{"qc.name" expects a string, got unit}}
func.func private @attribute_c2_result() -> (tensor<f32> {qc.name})
// -----
func.func @attribute_c3(%x: tensor<f32>) {
  // expected-error @below {{"qc.assignment" expects 1 operand types, got 2}}
  %y = qc.relu %x {qc.assignment = #qc.assignment<f32, [f32, f32], "why", user>} : (tensor<f32>) -> tensor<f32>
  return
}
// -----
// expected-error @below {{"qc.assignment" expects a #qc.assignment, got "int8"}}
func.func private @attribute_c3_kind() attributes {qc.assignment = "int8"}
// -----
// expected-error @below {{"qc.integer_only" expects a unit, got true}}
func.func private @attribute_c4() attributes {qc.integer_only = true}
// -----
// expected-error @below {{"qc.bias_correction" expects true or false, got "no"}}
func.func private @attribute_c4_bias() attributes {qc.bias_correction = "no"}
// -----
// expected-error @below {{"qc.symbols" expects a dictionary, got 1 : i64}}
func.func private @attribute_c5() attributes {qc.symbols = 1 : i64}
// -----
// expected-error @below {{low <= high, got "W" = array<i64: 16, 15>}}
func.func private @attribute_c5_order() attributes {qc.symbols = {W = array<i64: 16, 15>}}
// -----
// expected-error @below {{got "W" = array<i64: -1, 15>}}
func.func private @attribute_c5_low() attributes {qc.symbols = {W = array<i64: -1, 15>}}
// -----
// expected-error @below {{got "W" = array<i64: 16>}}
func.func private @attribute_c5_size() attributes {qc.symbols = {W = array<i64: 16>}}
// -----
// expected-error @below {{"qc.dims" expects an array of strings, got ["N", 1]}}
func.func private @attribute_c6(tensor<?x2xf32> {qc.dims = ["N", 1]})
// -----
module attributes {qc.symbols = {N = array<i64: 0, -1>}} {
  // expected-error @below {{"qc.dims" expects a string for each of 2 dimensions, got 1}}
  func.func private @attribute_c6_rank(tensor<?x2xf32> {qc.dims = ["N"]})
}
// -----
module attributes {qc.symbols = {N = array<i64: 0, -1>}} {
  // expected-error @below {{"qc.dims" expects "" for dimension 1 of 'tensor<?x2xf32>', got "N"}}
  func.func private @attribute_c6_static(tensor<?x2xf32> {qc.dims = ["N", "N"]})
}
// -----
module attributes {qc.symbols = {N = array<i64: 0, -1>}} {
  // expected-error @below {{"qc.dims" expects a name of qc.symbols for dimension 0 of 'tensor<?x2xf32>', got "M"}}
  func.func private @attribute_c6_unknown(tensor<?x2xf32> {qc.dims = ["M", ""]})
}
// -----
// expected-error @below {{"qc.dims" expects a name of qc.symbols for dimension 0 of 'tensor<?xf32>', got ""}}
func.func private @attribute_c6_without_symbols(tensor<?xf32> {qc.dims = [""]})
// -----
// expected-error @below {{"qc.costs" expects a string, got 1}}
module @attribute_c8 attributes {qc.costs = 1 : i64} {
}
// -----
// expected-error @below {{"qc.choice" expects a dictionary of the strings assign and reason, got {assign = "int8"}}}
module @attribute_c8_choice attributes {qc.choice = {assign = "int8"}} {
}
// -----
// expected-error @below {{"qc.state" expects an array of pairs of strings, got ["h"]}}
module @attribute_c7 attributes {qc.state = ["h"]} {
  func.func @main(%h: tensor<2xf32> {qc.name = "h"}) -> (tensor<2xf32> {qc.name = "hn"}) {
    return %h : tensor<2xf32>
  }
}
// -----
// expected-error @below {{qc.state expects pairs of the last inputs and outputs of @main, in their order, of equal element types and ranks}}
module @attribute_c7_name attributes {qc.state = [["h", "y"]]} {
  func.func @main(%h: tensor<2xf32> {qc.name = "h"}) -> (tensor<2xf32> {qc.name = "hn"}) {
    return %h : tensor<2xf32>
  }
}
// -----
// expected-error @below {{qc.state expects pairs of the last inputs and outputs of @main}}
module @attribute_c7_order attributes {qc.state = [["h", "hn"]]} {
  func.func @main(%h: tensor<2xf32> {qc.name = "h"}, %x: tensor<1x2xf32>) -> (tensor<1x2xf32> {qc.name = "hn"}) {
    return %x : tensor<1x2xf32>
  }
}
// -----
// expected-error @below {{expects bins that ascend from -8160 to 8159, got 7 behind 8}}
func.func private @histogram_c1() attributes {a = #qc.histogram<8 [1], 7 [1]>}
// -----
// expected-error @below {{expects bins that ascend from -8160 to 8159, got 8160 behind 8159}}
func.func private @histogram_c1_most() attributes {a = #qc.histogram<8159 [1, 1]>}
// -----
// expected-error @below {{expects bins that ascend from -8160 to 8159, got -8161}}
func.func private @histogram_c1_least() attributes {a = #qc.histogram<-8161 [1]>}
// -----
// expected-error @below {{expects counts > 0 whose sum is below 2^63, got 0}}
func.func private @histogram_c2() attributes {a = #qc.histogram<3 [2, 0]>}
// -----
// expected-error @below {{expects counts > 0 whose sum is below 2^63, got 1}}
func.func private @histogram_c2_sum() attributes {a = #qc.histogram<3 [9223372036854775807, 1]>}
// -----
// expected-error @below {{expects axis >= 0, got -1}}
func.func private @operand_means_c1() attributes {a = #qc.operand_means<axis -1 : dense<1.0> : tensor<2xf32>>}
// -----
// expected-error @below {{expects axis 1 beside a kernel, got 0}}
func.func private @operand_means_c1_kernel() attributes {a = #qc.operand_means<axis 0 kernel [1] strides [1] dilations [1] pads [0, 0] : dense<1.0> : tensor<2xf32>>}
// -----
// expected-error @below {{expects 1 strides of at least 1 and below 2^31, got [0]}}
func.func private @operand_means_c2() attributes {a = #qc.operand_means<axis 1 kernel [1] strides [0] dilations [1] pads [0, 0] : dense<1.0> : tensor<2xf32>>}
// -----
// expected-error @below {{expects 2 pads of at least 0 and below 2^31, got [0]}}
func.func private @operand_means_c2_pads() attributes {a = #qc.operand_means<axis 1 kernel [1] strides [1] dilations [1] pads [0] : dense<1.0> : tensor<2xf32>>}
// -----
// expected-error @below {{expects a kernel of at most 3 axes, got 4}}
func.func private @operand_means_c2_axes() attributes {a = #qc.operand_means<axis 1 kernel [1, 1, 1, 1] strides [1] dilations [1] pads [0] : dense<1.0> : tensor<2xf32>>}
// -----
// expected-error @below {{expects f32 means of rank 1, a multiple of 2, got 'tensor<3xf32>'}}
func.func private @operand_means_c3() attributes {a = #qc.operand_means<axis 1 kernel [2] strides [1] dilations [1] pads [0, 0] : dense<1.0> : tensor<3xf32>>}
// -----
// expected-error @below {{expects f32 means of rank 1, a multiple of 1, got 'tensor<2xi32>'}}
func.func private @operand_means_c3_type() attributes {a = #qc.operand_means<axis 1 : dense<1> : tensor<2xi32>>}
// -----
// expected-error @below {{expects dense means, got dense_resource<w> : tensor<2xf32>}}
func.func private @operand_means_c3_resource() attributes {a = #qc.operand_means<axis 1 : dense_resource<w> : tensor<2xf32>>}
