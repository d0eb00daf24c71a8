// Proofs from actual weights, reasons, and integer-only.
// RUN: qc-opt %s --pass-pipeline='builtin.module(func.func(qc-verify-integer))' --split-input-file | FileCheck %s
// RUN: qc-opt %s --pass-pipeline='builtin.module(func.func(qc-verify-integer{integer-only=true}))' --split-input-file | FileCheck %s

// Quantizing an argument and dequantizing a result are the borders; moves of codes are integers.
// CHECK-LABEL: @borders
func.func @borders(%v: tensor<?x1x8x8xf32>) -> (tensor<?x1x4x4xf32>, tensor<?x1xf32>) {
  %s = qc.constant dense<0.5> : tensor<f32>
  %z = qc.constant dense<5> : tensor<ui8>
  %q = qc.quantize %v, %s, %z {format = #qc.format<ui8>} : (tensor<?x1x8x8xf32>, tensor<f32>, tensor<ui8>) -> tensor<?x1x8x8xui8>
  %m = qc.max_pool %q {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, ceil_mode = false} : (tensor<?x1x8x8xui8>) -> tensor<?x1x4x4xui8>
  %d = qc.dequantize %m, %s, %z {format = #qc.format<ui8>} : (tensor<?x1x4x4xui8>, tensor<f32>, tensor<ui8>) -> tensor<?x1x4x4xf32>
  %f = qc.reshape %m {shape = array<i64: -1, 16>} : (tensor<?x1x4x4xui8>) -> tensor<?x16xui8>
  %w = qc.constant dense<127> : tensor<16x1xi8>
  %acc = dyadic.matmul %f, %w {a_zero_point = 5 : i32, b_zero_point = 0 : i32} : (tensor<?x16xui8>, tensor<16x1xi8>) -> tensor<?x1xi32>
  %l = qc.dequantize %acc, %s {format = #qc.format<i32>} : (tensor<?x1xi32>, tensor<f32>) -> tensor<?x1xf32>
  return %d, %l : tensor<?x1x4x4xf32>, tensor<?x1xf32>
}

// -----
// K = 32768 fits a product of two activations: 32768 * 255 * 128 < 2^31, and the sum with zero point 128 too; one operand has to know K.
// CHECK-LABEL: @deep
func.func @deep(%a: tensor<1x?xui8>, %b: tensor<32768x1xui8>) -> tensor<1x1xui8> {
  %acc = dyadic.matmul %a, %b {a_zero_point = 128 : i32, b_zero_point = 128 : i32} : (tensor<1x?xui8>, tensor<32768x1xui8>) -> tensor<1x1xi32>
  %y = dyadic.requant %acc {term_zero_points = array<i32: 0>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32>, shifts = array<i32: 50>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<1x1xi32>) -> tensor<1x1xui8>
  return %y : tensor<1x1xui8>
}

// -----
// The same with a bound for K.
// CHECK-LABEL: @bounded
func.func @bounded(%a: tensor<1x?xui8>, %b: tensor<?x1xui8>) -> tensor<1x1xui8> {
  %acc = dyadic.matmul %a, %b {a_zero_point = 128 : i32, b_zero_point = 128 : i32, max_depth = 32768 : i64} : (tensor<1x?xui8>, tensor<?x1xui8>) -> tensor<1x1xi32>
  %y = dyadic.requant %acc {term_zero_points = array<i32: 0>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32>, shifts = array<i32: 50>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<1x1xi32>) -> tensor<1x1xui8>
  return %y : tensor<1x1xui8>
}

// -----
// Planes with a residual: m_1 has 23 bits, or fewer where the residual leads; a dead channel.
// CHECK-LABEL: @planes
func.func @planes(%x: tensor<1x16xui16>, %r: tensor<1x3xi16>) -> (tensor<1x3xui16>, tensor<1x3xui8>) {
  %w = qc.constant dense<127> : tensor<16x3xi8>
  %h = dyadic.plane %x {high} : (tensor<1x16xui16>) -> tensor<1x16xui8>
  %l = dyadic.plane %x : (tensor<1x16xui16>) -> tensor<1x16xui8>
  %ah = dyadic.matmul %h, %w {a_zero_point = 128 : i32, b_zero_point = 0 : i32} : (tensor<1x16xui8>, tensor<16x3xi8>) -> tensor<1x3xi32>
  %al = dyadic.matmul %l, %w {a_zero_point = 5 : i32, b_zero_point = 0 : i32} : (tensor<1x16xui8>, tensor<16x3xi8>) -> tensor<1x3xi32>
  %y = dyadic.requant %ah, %al {term_zero_points = array<i32: 0, 0>, multipliers = array<i32: 1073741824, 2147483392, -1073741824>,
         multipliers1 = array<i32: 4194304, 8388607, 0>, planes, shifts = array<i32: 35, 40, 62>, axis = 1 : i64,
         zero_point = 65535 : i32, lo = 0 : i32, hi = 65535 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<1x3xi32>, tensor<1x3xi32>) -> tensor<1x3xui16>
  %z = dyadic.requant %ah, %al, %r {term_zero_points = array<i32: 0, 0, -32768>, multipliers = array<i32: 768>, multipliers1 = array<i32: 3>,
         multipliers2 = array<i32: -1073741824>, planes, shifts = array<i32: 35>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<1x3xi32>, tensor<1x3xi32>, tensor<1x3xi16>) -> tensor<1x3xui8>
  return %y, %z : tensor<1x3xui16>, tensor<1x3xui8>
}

// -----
// 32768 * 65535 < 2^31; sums of 32,768 codes; 31 bits as soon as one operand has 16; the largest segment.
// CHECK-LABEL: @sixteen
func.func @sixteen(%a: tensor<1x1x?xui16>, %b: tensor<1x1x1xui16>, %c: tensor<1x1x1xui8>) -> (tensor<1x1x?xui16>, tensor<1x1x1xui16>, tensor<1x1x1xui16>, tensor<1x1x?xui16>) {
  %p = dyadic.mul %a, %b {a_zero_point = 32768 : i32, b_zero_point = 0 : i32} : (tensor<1x1x?xui16>, tensor<1x1x1xui16>) -> tensor<1x1x?xi32>
  %y = dyadic.requant %p {term_zero_points = array<i32: 0>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32>, shifts = array<i32: 45>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 65535 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<1x1x?xi32>) -> tensor<1x1x?xui16>
  %m = dyadic.global_avg_pool %a {x_zero_point = 65535 : i32, counts = array<i64: 1, 32768>, multipliers = array<i32: 1073741824, 1073741824>,
         shifts = array<i32: 30, 45>, zero_point = 3 : i32, lo = 0 : i32, hi = 65535 : i32} : (tensor<1x1x?xui16>) -> tensor<1x1x1xui16>
  %s = dyadic.requant %b, %c {term_zero_points = array<i32: 9, 7>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32: 5>, shifts = array<i32: 30>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 65535 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<1x1x1xui16>, tensor<1x1x1xui8>) -> tensor<1x1x1xui16>
  %f = dyadic.segments %a {base = dense<-1073741824> : tensor<2048xi32>, slope = dense<34636568> : tensor<2048xi32>, lo = 0 : i32, hi = 65535 : i32}
     : (tensor<1x1x?xui16>) -> tensor<1x1x?xui16>
  return %y, %m, %s, %f : tensor<1x1x?xui16>, tensor<1x1x1xui16>, tensor<1x1x1xui16>, tensor<1x1x?xui16>
}
