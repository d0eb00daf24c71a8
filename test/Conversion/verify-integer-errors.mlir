// What is not proved, and float operations without a reason.
// RUN: qc-opt %s --pass-pipeline='builtin.module(func.func(qc-verify-integer))' --split-input-file --verify-diagnostics

func.func @no_reason(%v: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // expected-error @below {{'qc.softmax' op stays float without a reason (qc.float_reason)}}
  %0 = qc.softmax %v {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %1 = qc.relu %0 {qc.float_reason = "rule"} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %1 : tensor<2x3xf32>
}

// -----
// 66500 * 127 * 255 > 2^31.
func.func @register(%x: tensor<1x66500xui8>) -> tensor<1x1xi32> {
  %w = qc.constant dense<127> : tensor<66500x1xi8>
  // expected-error @below {{'dyadic.matmul' op is not proved: its sums may leave 32 bits}}
  %acc = dyadic.matmul %x, %w {a_zero_point = 5 : i32, b_zero_point = 0 : i32} : (tensor<1x66500xui8>, tensor<66500x1xi8>) -> tensor<1x1xi32>
  return %acc : tensor<1x1xi32>
}

// -----
func.func @computed_weights(%x: tensor<1x1x8xui8>, %w: tensor<2x1x3xi8>) -> tensor<1x2x6xi32> {
  // expected-error @below {{'dyadic.conv' op is not proved}}
  %acc = dyadic.conv %x, %w {x_zero_point = 3 : i32, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x1x8xui8>, tensor<2x1x3xi8>) -> tensor<1x2x6xi32>
  return %acc : tensor<1x2x6xi32>
}

// -----
func.func @unknown_depth(%a: tensor<1x?xui8>, %b: tensor<?x1xui8>) -> tensor<1x1xi32> {
  // expected-error @below {{'dyadic.matmul' op is not proved}}
  %acc = dyadic.matmul %a, %b {a_zero_point = 5 : i32, b_zero_point = 0 : i32} : (tensor<1x?xui8>, tensor<?x1xui8>) -> tensor<1x1xi32>
  return %acc : tensor<1x1xi32>
}

// -----
func.func @r1(%x: tensor<2xui8>) -> tensor<2xui8> {
  // expected-error @below {{'dyadic.requant' op is not proved: (R1) expects a largest multiplier of 22 bits, got 1073741824}}
  %y = dyadic.requant %x {term_zero_points = array<i32: 0>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32>, shifts = array<i32: 30>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<2xui8>) -> tensor<2xui8>
  return %y : tensor<2xui8>
}

// -----
func.func @r1_channel(%x: tensor<2xi16>) -> tensor<2xui8> {
  // expected-error @below {{'dyadic.requant' op is not proved: (R1) expects a largest multiplier of 31 bits, got 5 (entry 1)}}
  %y = dyadic.requant %x {term_zero_points = array<i32: 0>, multipliers = array<i32: 1073741824, 5>, multipliers1 = array<i32>, shifts = array<i32: 30, 30>, axis = 0 : i64,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<2xi16>) -> tensor<2xui8>
  return %y : tensor<2xui8>
}

// -----
// An i32 argument can be -2^31.
func.func @r3(%x: tensor<2xi32>) -> tensor<2xui8> {
  // expected-error @below {{'dyadic.requant' op is not proved: (R3) a term of the rescaling is not proved to lie below 2^31 (R3)}}
  %y = dyadic.requant %x {term_zero_points = array<i32: 0>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32>, shifts = array<i32: 30>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<2xi32>) -> tensor<2xui8>
  return %y : tensor<2xui8>
}

// -----
func.func @pool_r1(%x: tensor<1x1x4xui8>) -> tensor<1x1x2xui8> {
  // expected-error @below {{'dyadic.avg_pool' op is not proved: (R1) expects a largest multiplier of 31 bits, got 7}}
  %y = dyadic.avg_pool %x {x_zero_point = 1 : i32, kernel = array<i64: 3>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>,
         ceil_mode = false, count_include_pad = false, counts = array<i64: 3>, multipliers = array<i32: 7>, shifts = array<i32: 32>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32} : (tensor<1x1x4xui8>) -> tensor<1x1x2xui8>
  return %y : tensor<1x1x2xui8>
}
// -----
func.func @global_pool_r1(%x: tensor<1x1x?xui8>) -> tensor<1x1x1xui8> {
  // expected-error @below {{'dyadic.global_avg_pool' op is not proved: (R1) expects a largest multiplier of 31 bits, got 7 (entry 1)}}
  %y = dyadic.global_avg_pool %x {x_zero_point = 1 : i32, counts = array<i64: 4, 8>, multipliers = array<i32: 1073741824, 7>, shifts = array<i32: 32, 32>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32} : (tensor<1x1x?xui8>) -> tensor<1x1x1xui8>
  return %y : tensor<1x1x1xui8>
}
// -----
// The largest K decides, whatever K is.
func.func @deep(%a: tensor<1x?xui8>, %b: tensor<?x1xui8>) -> tensor<1x1xi32> {
  // expected-error @below {{'dyadic.matmul' op is not proved}}
  %acc = dyadic.matmul %a, %b {a_zero_point = 128 : i32, b_zero_point = 128 : i32, max_depth = 1000000 : i64} : (tensor<1x?xui8>, tensor<?x1xui8>) -> tensor<1x1xi32>
  return %acc : tensor<1x1xi32>
}

// -----
// 32769 * 65535 > 2^31.
func.func @product(%a: tensor<2xui16>, %b: tensor<2xui16>) -> tensor<2xi32> {
  // expected-error @below {{'dyadic.mul' op is not proved: its sums may leave 32 bits}}
  %p = dyadic.mul %a, %b {a_zero_point = 32769 : i32, b_zero_point = 0 : i32} : (tensor<2xui16>, tensor<2xui16>) -> tensor<2xi32>
  return %p : tensor<2xi32>
}

// -----
func.func @pool_sum(%x: tensor<1x1x?xui16>) -> tensor<1x1x1xui16> {
  // expected-error @below {{'dyadic.global_avg_pool' op is not proved: the sum of 32769 codes may leave 32 bits}}
  %y = dyadic.global_avg_pool %x {x_zero_point = 0 : i32, counts = array<i64: 32769>, multipliers = array<i32: 1073741824>, shifts = array<i32: 45>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 65535 : i32} : (tensor<1x1x?xui16>) -> tensor<1x1x1xui16>
  return %y : tensor<1x1x1xui16>
}

// -----
func.func @s1(%x: tensor<2xui16>) -> tensor<2xui8> {
  // expected-error @below {{'dyadic.segments' op is not proved: (S1) expects |base| + 31 * |slope| + 2^13 < 2^31, got 2147483648 (entry 0)}}
  %y = dyadic.segments %x {base = dense<-2147475425> : tensor<2048xi32>, slope = dense<1> : tensor<2048xi32>, lo = 0 : i32, hi = 255 : i32} : (tensor<2xui16>) -> tensor<2xui8>
  return %y : tensor<2xui8>
}

// -----
func.func @planes_r1(%x: tensor<1x2xui8>) -> tensor<1x1xui8> {
  %w = qc.constant dense<127> : tensor<2x1xi8>
  %a = dyadic.matmul %x, %w {a_zero_point = 128 : i32, b_zero_point = 0 : i32} : (tensor<1x2xui8>, tensor<2x1xi8>) -> tensor<1x1xi32>
  // expected-error @below {{'dyadic.requant' op is not proved: (R1) expects a largest multiplier of 31 bits, got 536870912}}
  %y = dyadic.requant %a, %a {term_zero_points = array<i32: 0, 0>, multipliers = array<i32: 536870912>, multipliers1 = array<i32: 2097152>, planes, shifts = array<i32: 40>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<1x1xi32>, tensor<1x1xi32>) -> tensor<1x1xui8>
  return %y : tensor<1x1xui8>
}

// -----
// Bounds come from the weights, also of the term that is not split.
func.func @planes_r3(%x: tensor<1x2xui8>, %r: tensor<1x1xi32>) -> tensor<1x1xui8> {
  %w = qc.constant dense<127> : tensor<2x1xi8>
  %a = dyadic.matmul %x, %w {a_zero_point = 128 : i32, b_zero_point = 0 : i32} : (tensor<1x2xui8>, tensor<2x1xi8>) -> tensor<1x1xi32>
  // expected-error @below {{'dyadic.requant' op is not proved: (R3)}}
  %y = dyadic.requant %a, %a, %r {term_zero_points = array<i32: 0, 0, 0>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32: 4194304>, multipliers2 = array<i32: 1>,
         planes, shifts = array<i32: 40>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<1x1xi32>, tensor<1x1xi32>, tensor<1x1xi32>) -> tensor<1x1xui8>
  return %y : tensor<1x1xui8>
}

// -----
// Numbers of rows that may be negative, and a Requant that is none.
func.func @rows(%x: tensor<2x3xi32>, %r: tensor<2x1xi32>, %p: tensor<2x3xui8>) -> (tensor<2x3xui8>, tensor<2x3xui8>) {
  // expected-error @below {{'dyadic.requant_rows' op is not proved: numbers of rows may be -2147483648, those of dyadic.row_reciprocal are at least 0}}
  %0 = dyadic.requant_rows %x, %r {multiplier = 1073741824 : i32, shift = 30 : i32, zero_point = 0 : i32, lo = 0 : i32, hi = 255 : i32} : (tensor<2x3xi32>, tensor<2x1xi32>) -> tensor<2x3xui8>
  %q = dyadic.row_reciprocal %p {axis = 1 : i64} : (tensor<2x3xui8>) -> tensor<2x1xi32>
  // expected-error @below {{'dyadic.requant_rows' op is not proved: (R1) expects a largest multiplier of 31 bits, got 1000}}
  %1 = dyadic.requant_rows %p, %q {multiplier = 1000 : i32, shift = 30 : i32, zero_point = 0 : i32, lo = 0 : i32, hi = 255 : i32} : (tensor<2x3xui8>, tensor<2x1xi32>) -> tensor<2x3xui8>
  return %0, %1 : tensor<2x3xui8>, tensor<2x3xui8>
}

// -----
// Roots of other codes, of another zero point, with a sum that is none, and from nowhere.
func.func @roots(%x: tensor<2x3xui8>, %v: tensor<2x3xui8>, %s: tensor<2x1xi32>) -> (tensor<2x3xi32>, tensor<2x3xi32>, tensor<2x3xi32>, tensor<2x3xi32>) {
  %r = dyadic.row_root %v {axes = array<i64: 1>, x_zero_point = 0 : i32, epsilon = 0 : i64} : (tensor<2x3xui8>) -> tensor<2x1xi32>
  // expected-error @below {{'dyadic.normalize' op is not proved: its root and sum are not those that dyadic.row_root and dyadic.row_sum make of its operand}}
  %0 = dyadic.normalize %x, %r {axes = array<i64: 1>, x_zero_point = 0 : i32} : (tensor<2x3xui8>, tensor<2x1xi32>) -> tensor<2x3xi32>
  // expected-error @below {{'dyadic.normalize' op is not proved}}
  %1 = dyadic.normalize %v, %r {axes = array<i64: 1>, x_zero_point = 1 : i32} : (tensor<2x3xui8>, tensor<2x1xi32>) -> tensor<2x3xi32>
  %q = dyadic.row_root %x, %s {axes = array<i64: 1>, x_zero_point = 0 : i32, epsilon = 0 : i64} : (tensor<2x3xui8>, tensor<2x1xi32>) -> tensor<2x1xi32>
  // expected-error @below {{'dyadic.normalize' op is not proved}}
  %2 = dyadic.normalize %x, %q sum %s {axes = array<i64: 1>, x_zero_point = 0 : i32} : (tensor<2x3xui8>, tensor<2x1xi32>, tensor<2x1xi32>) -> tensor<2x3xi32>
  // expected-error @below {{'dyadic.normalize' op is not proved}}
  %3 = dyadic.normalize %x, %s {axes = array<i64: 1>, x_zero_point = 0 : i32} : (tensor<2x3xui8>, tensor<2x1xi32>) -> tensor<2x3xi32>
  return %0, %1, %2, %3 : tensor<2x3xi32>, tensor<2x3xi32>, tensor<2x3xi32>, tensor<2x3xi32>
}
