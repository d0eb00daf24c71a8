// Normalizations that stay float, and why.
// RUN: qc-opt %s --split-input-file --qc-convert-to-dyadic | FileCheck %s

// CHECK-LABEL: @unknown
func.func @unknown(%xq: tensor<2x?xui8>) -> tensor<2x?xui8> {
  // CHECK: qc.normalize {{.*}}qc.float_reason = "it normalizes over a dimension that is not known"
  %s = qc.constant dense<0.5> : tensor<f32>
  %z = qc.constant dense<5> : tensor<ui8>
  %x = qc.dequantize %xq, %s, %z {format = #qc.format<ui8>} : (tensor<2x?xui8>, tensor<f32>, tensor<ui8>) -> tensor<2x?xf32>
  %0 = qc.normalize %x {axes = array<i64: 1>, centered = true, epsilon = 0.25 : f32} : (tensor<2x?xf32>) -> tensor<2x?xf32>
  %q = qc.quantize %0, %s, %z {format = #qc.format<ui8>} : (tensor<2x?xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x?xui8>
  return %q : tensor<2x?xui8>
}

// -----
// CHECK-LABEL: @long
func.func @long(%xq: tensor<2x200x200xui8>) -> tensor<2x200x200xui8> {
  // CHECK: qc.normalize {{.*}}qc.float_reason = "it normalizes over more than 32768 elements"
  %s = qc.constant dense<0.5> : tensor<f32>
  %z = qc.constant dense<5> : tensor<ui8>
  %x = qc.dequantize %xq, %s, %z {format = #qc.format<ui8>} : (tensor<2x200x200xui8>, tensor<f32>, tensor<ui8>) -> tensor<2x200x200xf32>
  %0 = qc.normalize %x {axes = array<i64: 1, 2>, centered = true, epsilon = 0.25 : f32} : (tensor<2x200x200xf32>) -> tensor<2x200x200xf32>
  %q = qc.quantize %0, %s, %z {format = #qc.format<ui8>} : (tensor<2x200x200xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x200x200xui8>
  return %q : tensor<2x200x200xui8>
}

// -----
// CHECK-LABEL: @computed
func.func @computed(%xq: tensor<2x4xui8>, %g: tensor<4xf32>) -> tensor<2x4xui8> {
  // CHECK: qc.normalize {{.*}}qc.float_reason = "its scale or bias is computed, an integer form needs constant ones"
  %s = qc.constant dense<0.5> : tensor<f32>
  %z = qc.constant dense<5> : tensor<ui8>
  %x = qc.dequantize %xq, %s, %z {format = #qc.format<ui8>} : (tensor<2x4xui8>, tensor<f32>, tensor<ui8>) -> tensor<2x4xf32>
  %0 = qc.normalize %x scale %g {axes = array<i64: 1>, centered = true, epsilon = 0.25 : f32} : (tensor<2x4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  %q = qc.quantize %0, %s, %z {format = #qc.format<ui8>} : (tensor<2x4xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x4xui8>
  return %q : tensor<2x4xui8>
}

// -----
// CHECK-LABEL: @several
func.func @several(%xq: tensor<2x4x4xui8>) -> tensor<2x4x4xui8> {
  // CHECK: qc.normalize {{.*}}qc.float_reason = "its scale and bias differ along several dimensions"
  %s = qc.constant dense<0.5> : tensor<f32>
  %z = qc.constant dense<5> : tensor<ui8>
  %x = qc.dequantize %xq, %s, %z {format = #qc.format<ui8>} : (tensor<2x4x4xui8>, tensor<f32>, tensor<ui8>) -> tensor<2x4x4xf32>
  %g = qc.constant dense<2.0> : tensor<4x4xf32>
  %0 = qc.normalize %x scale %g {axes = array<i64: 1, 2>, centered = true, epsilon = 0.25 : f32} : (tensor<2x4x4xf32>, tensor<4x4xf32>) -> tensor<2x4x4xf32>
  %q = qc.quantize %0, %s, %z {format = #qc.format<ui8>} : (tensor<2x4x4xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x4x4xui8>
  return %q : tensor<2x4x4xui8>
}

// -----
// CHECK-LABEL: @differing
func.func @differing(%xq: tensor<2x4x4xui8>) -> tensor<2x4x4xui8> {
  // CHECK: qc.normalize {{.*}}qc.float_reason = "its scale and bias differ along several dimensions"
  %s = qc.constant dense<0.5> : tensor<f32>
  %z = qc.constant dense<5> : tensor<ui8>
  %x = qc.dequantize %xq, %s, %z {format = #qc.format<ui8>} : (tensor<2x4x4xui8>, tensor<f32>, tensor<ui8>) -> tensor<2x4x4xf32>
  %g = qc.constant dense<2.0> : tensor<4x1xf32>
  %b = qc.constant dense<2.0> : tensor<4xf32>
  %0 = qc.normalize %x scale %g bias %b {axes = array<i64: 1, 2>, centered = true, epsilon = 0.25 : f32} : (tensor<2x4x4xf32>, tensor<4x1xf32>, tensor<4xf32>) -> tensor<2x4x4xf32>
  %q = qc.quantize %0, %s, %z {format = #qc.format<ui8>} : (tensor<2x4x4xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x4x4xui8>
  return %q : tensor<2x4x4xui8>
}

// -----
// CHECK-LABEL: @infinite
func.func @infinite(%xq: tensor<2x4xui8>) -> tensor<2x4xui8> {
  // CHECK: qc.normalize {{.*}}qc.float_reason = "its scale or bias is not finite"
  %s = qc.constant dense<0.5> : tensor<f32>
  %z = qc.constant dense<5> : tensor<ui8>
  %x = qc.dequantize %xq, %s, %z {format = #qc.format<ui8>} : (tensor<2x4xui8>, tensor<f32>, tensor<ui8>) -> tensor<2x4xf32>
  %g = qc.constant dense<[1.0, 0x7F800000, 1.0, 1.0]> : tensor<4xf32>
  %0 = qc.normalize %x scale %g {axes = array<i64: 1>, centered = true, epsilon = 0.25 : f32} : (tensor<2x4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  %q = qc.quantize %0, %s, %z {format = #qc.format<ui8>} : (tensor<2x4xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x4xui8>
  return %q : tensor<2x4xui8>
}

// -----
// CHECK-LABEL: @epsilon
func.func @epsilon(%xq: tensor<2x4xui8>) -> tensor<2x4xui8> {
  // CHECK: qc.normalize {{.*}}qc.float_reason = "its epsilon is too large beside its codes"
  %s = qc.constant dense<0.5> : tensor<f32>
  %z = qc.constant dense<5> : tensor<ui8>
  %x = qc.dequantize %xq, %s, %z {format = #qc.format<ui8>} : (tensor<2x4xui8>, tensor<f32>, tensor<ui8>) -> tensor<2x4xf32>
  %0 = qc.normalize %x {axes = array<i64: 1>, centered = true, epsilon = 1.0e18 : f32} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %q = qc.quantize %0, %s, %z {format = #qc.format<ui8>} : (tensor<2x4xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x4xui8>
  return %q : tensor<2x4xui8>
}

// -----
// CHECK-LABEL: @empty_rows
func.func @empty_rows(%xq: tensor<2x0xui8>) -> tensor<2x0xui8> {
  // CHECK: qc.normalize {{.*}}qc.float_reason = "it normalizes over no elements"
  %s = qc.constant dense<0.5> : tensor<f32>
  %z = qc.constant dense<5> : tensor<ui8>
  %g = qc.constant dense<> : tensor<0xf32>
  %x = qc.dequantize %xq, %s, %z {format = #qc.format<ui8>} : (tensor<2x0xui8>, tensor<f32>, tensor<ui8>) -> tensor<2x0xf32>
  %0 = qc.normalize %x scale %g bias %g {axes = array<i64: 1>, centered = true, epsilon = 0.25 : f32} : (tensor<2x0xf32>, tensor<0xf32>, tensor<0xf32>) -> tensor<2x0xf32>
  %q = qc.quantize %0, %s, %z {format = #qc.format<ui8>} : (tensor<2x0xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x0xui8>
  return %q : tensor<2x0xui8>
}

// -----
// CHECK-LABEL: @no_channels
func.func @no_channels(%xq: tensor<2x0x4xui8>) -> tensor<2x0x4xui8> {
  // CHECK: qc.normalize {{.*}}qc.float_reason = "its scale or bias has no elements"
  %s = qc.constant dense<0.5> : tensor<f32>
  %z = qc.constant dense<5> : tensor<ui8>
  %g = qc.constant dense<> : tensor<0x1xf32>
  %x = qc.dequantize %xq, %s, %z {format = #qc.format<ui8>} : (tensor<2x0x4xui8>, tensor<f32>, tensor<ui8>) -> tensor<2x0x4xf32>
  %0 = qc.normalize %x scale %g bias %g {axes = array<i64: 2>, centered = true, epsilon = 0.25 : f32} : (tensor<2x0x4xf32>, tensor<0x1xf32>, tensor<0x1xf32>) -> tensor<2x0x4xf32>
  %q = qc.quantize %0, %s, %z {format = #qc.format<ui8>} : (tensor<2x0x4xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x0x4xui8>
  return %q : tensor<2x0x4xui8>
}
