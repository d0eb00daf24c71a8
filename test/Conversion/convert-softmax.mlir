// A softmax becomes exponentials of what is below the largest code, a reciprocal per row, and a Requant with the multiplier of its row
// (docs/Numerics.md, Softmax).
// RUN: qc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(qc-convert-to-dyadic,qc-verify-integer))' | FileCheck %s

// s_y = 2^-8, so M = 256 = 2^30 / 2^22 and s = 22 + 7.
// CHECK-LABEL: @alone
// CHECK-SAME:    %[[X:.+]]: tensor<2x?xui8>
func.func @alone(%xq: tensor<2x?xui8>) -> tensor<2x?xui8> {
  // CHECK: %[[M:.+]] = dyadic.row_max %[[X]] {axis = 1 : i64} : (tensor<2x?xui8>) -> tensor<2x1xui8>
  // CHECK: %[[P:.+]] = dyadic.lut_below %[[X]], %[[M]] {table = dense_resource<w_{{.+}}> : tensor<256xui8>} : (tensor<2x?xui8>, tensor<2x1xui8>) -> tensor<2x?xui8>
  // CHECK: %[[R:.+]] = dyadic.row_reciprocal %[[P]] {axis = 1 : i64, max_length = 300 : i64} : (tensor<2x?xui8>) -> tensor<2x1xi32>
  // CHECK: dyadic.requant_rows %[[P]], %[[R]] {hi = 255 : i32, lo = 0 : i32, multiplier = 1073741824 : i32, shift = 29 : i32, zero_point = 3 : i32} : (tensor<2x?xui8>, tensor<2x1xi32>) -> tensor<2x?xui8>
  // CHECK-NOT: qc.softmax
  %s = qc.constant dense<0.5> : tensor<f32>
  %z = qc.constant dense<5> : tensor<ui8>
  %t = qc.constant dense<0.00390625> : tensor<f32>
  %u = qc.constant dense<3> : tensor<ui8>
  %x = qc.dequantize %xq, %s, %z {format = #qc.format<ui8>} : (tensor<2x?xui8>, tensor<f32>, tensor<ui8>) -> tensor<2x?xf32>
  %0 = qc.softmax %x {axis = 1 : i64, max_length = 300 : i64} : (tensor<2x?xf32>) -> tensor<2x?xf32>
  %q = qc.quantize %0, %t, %u {format = #qc.format<ui8>} : (tensor<2x?xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x?xui8>
  return %q : tensor<2x?xui8>
}

// -----
// With the product that takes its weights, and the clamp behind: M = 0.25 / 0.5 = 2^30 / 2^31, s = 31 + 7; 0 has code 7.
// CHECK-LABEL: @product
// CHECK-SAME:    %[[X:.+]]: tensor<2x4x8xui8>, %[[V:.+]]: tensor<8x3xui8>
func.func @product(%xq: tensor<2x4x8xui8>, %vq: tensor<8x3xui8>) -> tensor<2x4x3xui16> {
  // CHECK: %[[M:.+]] = dyadic.row_max %[[X]] {axis = 2 : i64}
  // CHECK: %[[P:.+]] = dyadic.lut_below %[[X]], %[[M]]
  // CHECK: %[[R:.+]] = dyadic.row_reciprocal %[[P]] {axis = 2 : i64} : (tensor<2x4x8xui8>) -> tensor<2x4x1xi32>
  // CHECK: %[[S:.+]] = dyadic.matmul %[[P]], %[[V]] {a_zero_point = 0 : i32, b_zero_point = 5 : i32} : (tensor<2x4x8xui8>, tensor<8x3xui8>) -> tensor<2x4x3xi32>
  // CHECK: dyadic.requant_rows %[[S]], %[[R]] {hi = 65535 : i32, lo = 7 : i32, multiplier = 1073741824 : i32, shift = 38 : i32, zero_point = 7 : i32} : (tensor<2x4x3xi32>, tensor<2x4x1xi32>) -> tensor<2x4x3xui16>
  %s = qc.constant dense<0.25> : tensor<f32>
  %z = qc.constant dense<5> : tensor<ui8>
  %t = qc.constant dense<0.5> : tensor<f32>
  %u = qc.constant dense<7> : tensor<ui16>
  %x = qc.dequantize %xq, %s, %z {format = #qc.format<ui8>} : (tensor<2x4x8xui8>, tensor<f32>, tensor<ui8>) -> tensor<2x4x8xf32>
  %v = qc.dequantize %vq, %s, %z {format = #qc.format<ui8>} : (tensor<8x3xui8>, tensor<f32>, tensor<ui8>) -> tensor<8x3xf32>
  %0 = qc.softmax %x {axis = 2 : i64} : (tensor<2x4x8xf32>) -> tensor<2x4x8xf32>
  %1 = qc.matmul %0, %v : (tensor<2x4x8xf32>, tensor<8x3xf32>) -> tensor<2x4x3xf32>
  %2 = qc.relu %1 : (tensor<2x4x3xf32>) -> tensor<2x4x3xf32>
  %q = qc.quantize %2, %t, %u {format = #qc.format<ui16>} : (tensor<2x4x3xf32>, tensor<f32>, tensor<ui16>) -> tensor<2x4x3xui16>
  return %q : tensor<2x4x3xui16>
}

// -----
// What a mask hides is below all codes for the largest one, and has no exponential.
// CHECK-LABEL: @masked
// CHECK-SAME:    %[[X:.+]]: tensor<2x?xi8>, %[[C:.+]]: tensor<?xi1>
func.func @masked(%xq: tensor<2x?xi8>, %shown: tensor<?xi1>) -> tensor<2x?xui8> {
  // CHECK: %[[S:.+]] = dyadic.select %[[C]], %[[X]] {other = -128 : i32} : (tensor<?xi1>, tensor<2x?xi8>) -> tensor<2x?xi8>
  // CHECK: %[[M:.+]] = dyadic.row_max %[[S]] {axis = 1 : i64}
  // CHECK: %[[E:.+]] = dyadic.lut_below %[[S]], %[[M]]
  // CHECK: %[[P:.+]] = dyadic.select %[[C]], %[[E]] {other = 0 : i32} : (tensor<?xi1>, tensor<2x?xui8>) -> tensor<2x?xui8>
  // CHECK: %[[R:.+]] = dyadic.row_reciprocal %[[P]] {axis = 1 : i64, max_length = 300 : i64}
  // CHECK: dyadic.requant_rows %[[P]], %[[R]]
  // CHECK-NOT: qc.softmax
  %s = qc.constant dense<0.5> : tensor<f32>
  %z = qc.constant dense<5> : tensor<i8>
  %t = qc.constant dense<0.00390625> : tensor<f32>
  %u = qc.constant dense<3> : tensor<ui8>
  %x = qc.dequantize %xq, %s, %z {format = #qc.format<i8>} : (tensor<2x?xi8>, tensor<f32>, tensor<i8>) -> tensor<2x?xf32>
  %0 = qc.softmax %x mask %shown {axis = 1 : i64, max_length = 300 : i64} : (tensor<2x?xf32>, tensor<?xi1>) -> tensor<2x?xf32>
  %q = qc.quantize %0, %t, %u {format = #qc.format<ui8>} : (tensor<2x?xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x?xui8>
  return %q : tensor<2x?xui8>
}

// -----
// The weights of a mean are 255 for what is shown, with the product that takes them or, by a rule, alone.
// CHECK-LABEL: @mean
// CHECK-SAME:    %[[C:.+]]: tensor<2x1x?xi1>, %[[V:.+]]: tensor<2x?x3xui8>
func.func @mean(%shown: tensor<2x1x?xi1>, %vq: tensor<2x?x3xui8>) -> (tensor<2x1x3xui16>, tensor<2x1x?xui8>) {
  // CHECK: %[[B:.+]] = qc.cast %[[C]] {to = ui8} : (tensor<2x1x?xi1>) -> tensor<2x1x?xui8>
  // CHECK: %[[P:.+]] = dyadic.lut %[[B]] {table = dense_resource<w_{{.+}}> : tensor<256xui8>} : (tensor<2x1x?xui8>) -> tensor<2x1x?xui8>
  // CHECK: %[[R:.+]] = dyadic.row_reciprocal %[[P]] {axis = 2 : i64, max_length = 300 : i64} : (tensor<2x1x?xui8>) -> tensor<2x1x1xi32>
  // CHECK: %[[S:.+]] = dyadic.matmul %[[P]], %[[V]] {a_zero_point = 0 : i32, b_zero_point = 5 : i32, max_depth = 300 : i64}
  // CHECK: dyadic.requant_rows %[[S]], %[[R]] {hi = 65535 : i32, lo = 0 : i32, multiplier = 1073741824 : i32, shift = 38 : i32, zero_point = 7 : i32} : (tensor<2x1x3xi32>, tensor<2x1x1xi32>) -> tensor<2x1x3xui16>
  %s = qc.constant dense<0.25> : tensor<f32>
  %z = qc.constant dense<5> : tensor<ui8>
  %t = qc.constant dense<0.5> : tensor<f32>
  %u = qc.constant dense<7> : tensor<ui16>
  %w = qc.constant dense<0.00390625> : tensor<f32>
  %v = qc.dequantize %vq, %s, %z {format = #qc.format<ui8>} : (tensor<2x?x3xui8>, tensor<f32>, tensor<ui8>) -> tensor<2x?x3xf32>
  %0 = qc.mean_weights %shown {axis = 2 : i64, max_length = 300 : i64} : (tensor<2x1x?xi1>) -> tensor<2x1x?xf32>
  %1 = qc.matmul %0, %v {max_depth = 300 : i64} : (tensor<2x1x?xf32>, tensor<2x?x3xf32>) -> tensor<2x1x3xf32>
  %q = qc.quantize %1, %t, %u {format = #qc.format<ui16>} : (tensor<2x1x3xf32>, tensor<f32>, tensor<ui16>) -> tensor<2x1x3xui16>
  // CHECK: dyadic.requant_rows %{{.+}}, %{{.+}} {hi = 255 : i32, lo = 0 : i32, multiplier = 1073741824 : i32, shift = 29 : i32, zero_point = 5 : i32} : (tensor<2x1x?xui8>, tensor<2x1x1xi32>) -> tensor<2x1x?xui8>
  // CHECK-NOT: qc.mean_weights
  %2 = qc.mean_weights %shown {axis = 2 : i64, max_length = 300 : i64} : (tensor<2x1x?xi1>) -> tensor<2x1x?xf32>
  %r = qc.quantize %2, %w, %z {format = #qc.format<ui8>} : (tensor<2x1x?xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x1x?xui8>
  return %q, %r : tensor<2x1x3xui16>, tensor<2x1x?xui8>
}

// -----
// Values of 16 bits make two planes, joined in units of 2^k: 255 * 300 * 65530 is 2.33 * 2^31, so k = 2 and M = 4 * 0.25 / 0.5.
// CHECK-LABEL: @wide_values
// CHECK-SAME:    %[[X:.+]]: tensor<2x4x300xui8>, %[[V:.+]]: tensor<300x3xui16>
func.func @wide_values(%xq: tensor<2x4x300xui8>, %vq: tensor<300x3xui16>) -> tensor<2x4x3xui16> {
  // CHECK: %[[P:.+]] = dyadic.lut_below %[[X]],
  // CHECK: %[[R:.+]] = dyadic.row_reciprocal %[[P]]
  // CHECK: %[[VH:.+]] = dyadic.plane %[[V]] {high}
  // CHECK: %[[H:.+]] = dyadic.matmul %[[P]], %[[VH]] {a_zero_point = 0 : i32, b_zero_point = 0 : i32}
  // CHECK: %[[VL:.+]] = dyadic.plane %[[V]] :
  // CHECK: %[[L:.+]] = dyadic.matmul %[[P]], %[[VL]] {a_zero_point = 0 : i32, b_zero_point = 5 : i32}
  // CHECK: %[[S:.+]] = dyadic.requant %[[H]], %[[L]] {hi = 2147483647 : i32, lo = -2147483647 : i32, multipliers = array<i32: 1073741824>, multipliers1 = array<i32: 4194304>, planes, {{.*}}shifts = array<i32: 24>
  // CHECK: dyadic.requant_rows %[[S]], %[[R]] {hi = 65535 : i32, lo = 0 : i32, multiplier = 1073741824 : i32, shift = 36 : i32, zero_point = 7 : i32}
  %s = qc.constant dense<0.25> : tensor<f32>
  %z = qc.constant dense<5> : tensor<ui8>
  %w = qc.constant dense<5> : tensor<ui16>
  %t = qc.constant dense<0.5> : tensor<f32>
  %u = qc.constant dense<7> : tensor<ui16>
  %x = qc.dequantize %xq, %s, %z {format = #qc.format<ui8>} : (tensor<2x4x300xui8>, tensor<f32>, tensor<ui8>) -> tensor<2x4x300xf32>
  %v = qc.dequantize %vq, %s, %w {format = #qc.format<ui16>} : (tensor<300x3xui16>, tensor<f32>, tensor<ui16>) -> tensor<300x3xf32>
  %0 = qc.softmax %x {axis = 2 : i64} : (tensor<2x4x300xf32>) -> tensor<2x4x300xf32>
  %1 = qc.matmul %0, %v : (tensor<2x4x300xf32>, tensor<300x3xf32>) -> tensor<2x4x3xf32>
  %q = qc.quantize %1, %t, %u {format = #qc.format<ui16>} : (tensor<2x4x3xf32>, tensor<f32>, tensor<ui16>) -> tensor<2x4x3xui16>
  return %q : tensor<2x4x3xui16>
}

// -----
// The table: 255 * exp(-d * s_x) with s_x = ln 2, rounded up: halves of 255 (127.49..).
// CHECK-LABEL: @table
func.func @table(%xq: tensor<2x8xi8>) -> tensor<2x8xui8> {
  %s = qc.constant dense<0.693147182> : tensor<f32>
  %z = qc.constant dense<5> : tensor<i8>
  %t = qc.constant dense<0.00390625> : tensor<f32>
  %u = qc.constant dense<0> : tensor<ui8>
  %x = qc.dequantize %xq, %s, %z {format = #qc.format<i8>} : (tensor<2x8xi8>, tensor<f32>, tensor<i8>) -> tensor<2x8xf32>
  %0 = qc.softmax %x {axis = 1 : i64} : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %q = qc.quantize %0, %t, %u {format = #qc.format<ui8>} : (tensor<2x8xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x8xui8>
  return %q : tensor<2x8xui8>
}
// CHECK: w_{{.+}}: "0x10000000FF7F402010080402010000
