// Softmaxes that stay float, and why.
// RUN: qc-opt %s --split-input-file --qc-convert-to-dyadic | FileCheck %s

// CHECK-LABEL: @unknown_length
func.func @unknown_length(%xq: tensor<2x?xui8>) -> tensor<2x?xui8> {
  // CHECK: qc.softmax {{.*}}qc.float_reason = "its rows have W elements, and W has no upper bound (--range W=LOW:HIGH gives it one)"
  %s = qc.constant dense<0.5> : tensor<f32>
  %z = qc.constant dense<5> : tensor<ui8>
  %x = qc.dequantize %xq, %s, %z {format = #qc.format<ui8>} : (tensor<2x?xui8>, tensor<f32>, tensor<ui8>) -> tensor<2x?xf32>
  %0 = qc.softmax %x {axis = 1 : i64, length_reason = "its rows have W elements, and W has no upper bound (--range W=LOW:HIGH gives it one)"}
     : (tensor<2x?xf32>) -> tensor<2x?xf32>
  %q = qc.quantize %0, %s, %z {format = #qc.format<ui8>} : (tensor<2x?xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x?xui8>
  return %q : tensor<2x?xui8>
}

// -----
// CHECK-LABEL: @wide_scores
func.func @wide_scores(%xq: tensor<2x8xui16>) -> tensor<2x8xui8> {
  // CHECK: qc.softmax {{.*}}qc.float_reason = "its operand has codes of type ui16, a softmax takes 8 bits"
  %s = qc.constant dense<0.5> : tensor<f32>
  %w = qc.constant dense<5> : tensor<ui16>
  %z = qc.constant dense<5> : tensor<ui8>
  %x = qc.dequantize %xq, %s, %w {format = #qc.format<ui16>} : (tensor<2x8xui16>, tensor<f32>, tensor<ui16>) -> tensor<2x8xf32>
  %0 = qc.softmax %x {axis = 1 : i64} : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %q = qc.quantize %0, %s, %z {format = #qc.format<ui8>} : (tensor<2x8xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x8xui8>
  return %q : tensor<2x8xui8>
}

// -----
// CHECK-LABEL: @extreme_scale
func.func @extreme_scale(%xq: tensor<2x8xui8>) -> tensor<2x8xui8> {
  // CHECK: qc.softmax {{.*}}qc.float_reason = "the real factor of the rescaling is so small that every code would be the same"
  %s = qc.constant dense<0.5> : tensor<f32>
  %t = qc.constant dense<1.0e9> : tensor<f32>
  %z = qc.constant dense<5> : tensor<ui8>
  %x = qc.dequantize %xq, %s, %z {format = #qc.format<ui8>} : (tensor<2x8xui8>, tensor<f32>, tensor<ui8>) -> tensor<2x8xf32>
  %0 = qc.softmax %x {axis = 1 : i64} : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %q = qc.quantize %0, %t, %z {format = #qc.format<ui8>} : (tensor<2x8xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x8xui8>
  return %q : tensor<2x8xui8>
}
