// Every operation of the dyadic dialect prints as it was read (--verify-roundtrip is on: text and bytecode).
// RUN: qc-opt %s | FileCheck %s
// RUN: qc-opt %s --mlir-print-op-generic | qc-opt | FileCheck %s

// CHECK-LABEL: @contractions
func.func @contractions(%x: tensor<?x3x8x8xui8>, %w: tensor<4x3x3x3xi8>, %b: tensor<4xi32>, %s: tensor<1x2x9xi8>, %v: tensor<4x2x2xi8>,
                        %p: tensor<?x?x8xui8>, %q: tensor<8x4xi8>, %r: tensor<?x8x5xui8>) {
  // CHECK: dyadic.conv %{{.*}}, %{{.*}}, %{{.*}} {dilations = array<i64: 1, 1>, group = 1 : i64, pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>, x_zero_point = 3 : i32} : (tensor<?x3x8x8xui8>, tensor<4x3x3x3xi8>, tensor<4xi32>) -> tensor<?x4x4x4xi32>
  %0 = dyadic.conv %x, %w, %b {x_zero_point = 3 : i32, strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, group = 1 : i64}
     : (tensor<?x3x8x8xui8>, tensor<4x3x3x3xi8>, tensor<4xi32>) -> tensor<?x4x4x4xi32>
  // CHECK: dyadic.conv %{{.*}}, %{{.*}} {{.*}}x_zero_point = -5 : i32} : (tensor<1x2x9xi8>, tensor<4x2x2xi8>) -> tensor<1x4x8xi32>
  %1 = dyadic.conv %s, %v {x_zero_point = -5 : i32, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x2x9xi8>, tensor<4x2x2xi8>) -> tensor<1x4x8xi32>
  // CHECK: dyadic.matmul %{{.*}}, %{{.*}}, %{{.*}} {a_zero_point = 1 : i32, b_zero_point = 0 : i32} : (tensor<?x?x8xui8>, tensor<8x4xi8>, tensor<4xi32>) -> tensor<?x?x4xi32>
  %2 = dyadic.matmul %p, %q, %b {a_zero_point = 1 : i32, b_zero_point = 0 : i32} : (tensor<?x?x8xui8>, tensor<8x4xi8>, tensor<4xi32>) -> tensor<?x?x4xi32>
  // CHECK: dyadic.matmul %{{.*}}, %{{.*}} {a_zero_point = 1 : i32, b_zero_point = 255 : i32} : (tensor<?x?x8xui8>, tensor<?x8x5xui8>) -> tensor<?x?x5xi32>
  %3 = dyadic.matmul %p, %r {a_zero_point = 1 : i32, b_zero_point = 255 : i32} : (tensor<?x?x8xui8>, tensor<?x8x5xui8>) -> tensor<?x?x5xi32>
  // CHECK: dyadic.matmul %{{.*}}, %{{.*}} {a_zero_point = 1 : i32, b_zero_point = 255 : i32, max_depth = 9 : i64} : (
  %4 = dyadic.matmul %p, %r {a_zero_point = 1 : i32, b_zero_point = 255 : i32, max_depth = 9 : i64} : (tensor<?x?x8xui8>, tensor<?x8x5xui8>) -> tensor<?x?x5xi32>
  // CHECK: dyadic.matmul %{{.*}}, %{{.*}} {a_zero_point = 1 : i32, b_zero_point = 0 : i32, weight_group = 64 : i64} : (
  %5 = dyadic.matmul %p, %q {a_zero_point = 1 : i32, b_zero_point = 0 : i32, weight_group = 64 : i64} : (tensor<?x?x8xui8>, tensor<8x4xi8>) -> tensor<?x?x4xi32>
  // CHECK: dyadic.conv {{.*}}weight_group = 32 : i64, x_zero_point = -5 : i32}
  %6 = dyadic.conv %s, %v {x_zero_point = -5 : i32, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64, weight_group = 32 : i64}
     : (tensor<1x2x9xi8>, tensor<4x2x2xi8>) -> tensor<1x4x8xi32>
  return
}

// CHECK-LABEL: @elementwise
func.func @elementwise(%a: tensor<?x3xui8>, %b: tensor<3xi8>, %acc: tensor<?x3xi32>) {
  // CHECK: dyadic.mul %{{.*}}, %{{.*}} {a_zero_point = 1 : i32, b_zero_point = -128 : i32} : (tensor<?x3xui8>, tensor<3xi8>) -> tensor<?x3xi32>
  %0 = dyadic.mul %a, %b {a_zero_point = 1 : i32, b_zero_point = -128 : i32} : (tensor<?x3xui8>, tensor<3xi8>) -> tensor<?x3xi32>
  // CHECK: dyadic.requant %{{.*}}, %{{.*}} {axis = 1 : i64, hi = 127 : i32, lo = -128 : i32, multipliers = array<i32: 1073741824, 2147483647, -5>, multipliers1 = array<i32: 1, 0, -1>, rounding = #dyadic.rounding<half_up>, shifts = array<i32: 1, 31, 62>, term_zero_points = array<i32: 0, 7>, zero_point = -3 : i32} : (tensor<?x3xi32>, tensor<3xi8>) -> tensor<?x3xi8>
  %1 = dyadic.requant %acc, %b {term_zero_points = array<i32: 0, 7>, multipliers = array<i32: 1073741824, 2147483647, -5>, multipliers1 = array<i32: 1, 0, -1>,
         shifts = array<i32: 1, 31, 62>, zero_point = -3 : i32, lo = -128 : i32, hi = 127 : i32, rounding = #dyadic.rounding<half_up>, axis = 1 : i64}
     : (tensor<?x3xi32>, tensor<3xi8>) -> tensor<?x3xi8>
  // CHECK: dyadic.requant %{{.*}} {hi = 65535 : i32, lo = 0 : i32, {{.*}}rounding = #dyadic.rounding<half_even>{{.*}} : (tensor<?x3xi32>) -> tensor<?x3xui16>
  %2 = dyadic.requant %acc {term_zero_points = array<i32: 0>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32>, shifts = array<i32: 40>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 65535 : i32, rounding = #dyadic.rounding<half_even>} : (tensor<?x3xi32>) -> tensor<?x3xui16>
  // CHECK: dyadic.lut %{{.*}} {table = dense<7> : tensor<256xi8>} : (tensor<?x3xui8>) -> tensor<?x3xi8>
  %3 = dyadic.lut %a {table = dense<7> : tensor<256xi8>} : (tensor<?x3xui8>) -> tensor<?x3xi8>
  return
}

// CHECK-LABEL: @pool
func.func @pool(%x: tensor<1x2x?x5xui8>) -> tensor<1x2x?x5xui8> {
  // CHECK: dyadic.avg_pool %{{.*}} {ceil_mode = false, count_include_pad = false, counts = array<i64: 4, 6, 9>, dilations = array<i64: 1, 1>, hi = 250 : i32, kernel = array<i64: 3, 3>, lo = 5 : i32, multipliers = array<i32: 1, 2, 3>, pads = array<i64: 1, 1, 1, 1>, shifts = array<i32: 32, 33, 34>, strides = array<i64: 1, 1>, x_zero_point = 1 : i32, zero_point = 3 : i32} : (tensor<1x2x?x5xui8>) -> tensor<1x2x?x5xui8>
  %y = dyadic.avg_pool %x {x_zero_point = 1 : i32, kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>,
         ceil_mode = false, count_include_pad = false, counts = array<i64: 4, 6, 9>, multipliers = array<i32: 1, 2, 3>, shifts = array<i32: 32, 33, 34>,
         zero_point = 3 : i32, lo = 5 : i32, hi = 250 : i32} : (tensor<1x2x?x5xui8>) -> tensor<1x2x?x5xui8>
  return %y : tensor<1x2x?x5xui8>
}

// CHECK-LABEL: @global_avg_pool
func.func @global_avg_pool(%x: tensor<1x2x?x5xui8>) -> tensor<1x2x1x1xui8> {
  // CHECK: dyadic.global_avg_pool %{{.*}} {counts = array<i64: 5, 10>, hi = 250 : i32, lo = 5 : i32, multipliers = array<i32: 1, 2>, shifts = array<i32: 32, 33>, x_zero_point = 1 : i32, zero_point = 3 : i32} : (tensor<1x2x?x5xui8>) -> tensor<1x2x1x1xui8>
  %y = dyadic.global_avg_pool %x {x_zero_point = 1 : i32, counts = array<i64: 5, 10>, multipliers = array<i32: 1, 2>, shifts = array<i32: 32, 33>,
         zero_point = 3 : i32, lo = 5 : i32, hi = 250 : i32} : (tensor<1x2x?x5xui8>) -> tensor<1x2x1x1xui8>
  return %y : tensor<1x2x1x1xui8>
}

// CHECK-LABEL: @sixteen
func.func @sixteen(%x: tensor<?x3xui16>, %s: tensor<3xi16>, %q: tensor<3x3xi8>, %r: tensor<?x3xui8>) -> tensor<?x3xui8> {
  // CHECK: dyadic.plane %{{.*}} {high} : (tensor<?x3xui16>) -> tensor<?x3xui8>
  %h = dyadic.plane %x {high} : (tensor<?x3xui16>) -> tensor<?x3xui8>
  // CHECK: dyadic.plane %{{.*}} : (tensor<?x3xui16>) -> tensor<?x3xui8>
  %l = dyadic.plane %x : (tensor<?x3xui16>) -> tensor<?x3xui8>
  %ah = dyadic.matmul %h, %q {a_zero_point = 1 : i32, b_zero_point = 0 : i32} : (tensor<?x3xui8>, tensor<3x3xi8>) -> tensor<?x3xi32>
  %al = dyadic.matmul %l, %q {a_zero_point = 44 : i32, b_zero_point = 0 : i32} : (tensor<?x3xui8>, tensor<3x3xi8>) -> tensor<?x3xi32>
  // CHECK: dyadic.requant %{{.*}}, %{{.*}} {hi = 65535 : i32, lo = 0 : i32, multipliers = array<i32: 1073741824>, multipliers1 = array<i32: 4194304>, planes, rounding = {{.*}}
  %0 = dyadic.requant %ah, %al {term_zero_points = array<i32: 0, 0>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32: 4194304>, planes,
         shifts = array<i32: 40>, zero_point = 3 : i32, lo = 0 : i32, hi = 65535 : i32, rounding = #dyadic.rounding<half_up>}
     : (tensor<?x3xi32>, tensor<?x3xi32>) -> tensor<?x3xui16>
  // CHECK: dyadic.requant %{{.*}}, %{{.*}}, %{{.*}} {{{.*}}multipliers1 = array<i32: 4194304>, multipliers2 = array<i32: -77>, planes, {{.*}}term_zero_points = array<i32: 0, 0, 9>{{.*}} : (tensor<?x3xi32>, tensor<?x3xi32>, tensor<?x3xui16>) -> tensor<?x3xi16>
  %1 = dyadic.requant %ah, %al, %x {term_zero_points = array<i32: 0, 0, 9>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32: 4194304>,
         multipliers2 = array<i32: -77>, planes, shifts = array<i32: 40>, zero_point = 3 : i32, lo = 0 : i32, hi = 32767 : i32, rounding = #dyadic.rounding<half_up>}
     : (tensor<?x3xi32>, tensor<?x3xi32>, tensor<?x3xui16>) -> tensor<?x3xi16>
  // CHECK: dyadic.mul %{{.*}}, %{{.*}} {a_zero_point = 65535 : i32, b_zero_point = -32768 : i32} : (tensor<?x3xui16>, tensor<3xi16>) -> tensor<?x3xi32>
  %2 = dyadic.mul %x, %s {a_zero_point = 65535 : i32, b_zero_point = -32768 : i32} : (tensor<?x3xui16>, tensor<3xi16>) -> tensor<?x3xi32>
  // CHECK: dyadic.lut %{{.*}} {table = dense<7> : tensor<65536xi8>} : (tensor<?x3xi16>) -> tensor<?x3xi8>
  %3 = dyadic.lut %1 {table = dense<7> : tensor<65536xi8>} : (tensor<?x3xi16>) -> tensor<?x3xi8>
  // CHECK: dyadic.lut %{{.*}} {table = dense<700> : tensor<256xui16>} : (tensor<?x3xui8>) -> tensor<?x3xui16>
  %4 = dyadic.lut %r {table = dense<700> : tensor<256xui16>} : (tensor<?x3xui8>) -> tensor<?x3xui16>
  // CHECK: dyadic.segments %{{.*}} {base = dense<16384> : tensor<2048xi32>, hi = 255 : i32, lo = 0 : i32, slope = dense<-5> : tensor<2048xi32>} : (tensor<?x3xui16>) -> tensor<?x3xui8>
  %5 = dyadic.segments %x {base = dense<16384> : tensor<2048xi32>, slope = dense<-5> : tensor<2048xi32>, lo = 0 : i32, hi = 255 : i32} : (tensor<?x3xui16>) -> tensor<?x3xui8>
  return %5 : tensor<?x3xui8>
}

// CHECK-LABEL: @normalize
func.func @normalize(%x: tensor<2x?x8xui8>, %v: tensor<2x3x8xi16>) -> (tensor<2x?x8xi32>, tensor<2x3x8xi32>) {
  // CHECK: dyadic.row_sum %{{.*}} {axes = array<i64: 2>, x_zero_point = 5 : i32} : (tensor<2x?x8xui8>) -> tensor<2x?x1xi32>
  %0 = dyadic.row_sum %x {axes = array<i64: 2>, x_zero_point = 5 : i32} : (tensor<2x?x8xui8>) -> tensor<2x?x1xi32>
  // CHECK: dyadic.row_root %{{.*}}, %{{.*}} {axes = array<i64: 2>, epsilon = 9 : i64, x_zero_point = 5 : i32} : (tensor<2x?x8xui8>, tensor<2x?x1xi32>) -> tensor<2x?x1xi32>
  %1 = dyadic.row_root %x, %0 {axes = array<i64: 2>, x_zero_point = 5 : i32, epsilon = 9 : i64} : (tensor<2x?x8xui8>, tensor<2x?x1xi32>) -> tensor<2x?x1xi32>
  // CHECK: dyadic.normalize %{{.*}}, %{{.*}} sum %{{.*}} {axes = array<i64: 2>, x_zero_point = 5 : i32} : (tensor<2x?x8xui8>, tensor<2x?x1xi32>, tensor<2x?x1xi32>) -> tensor<2x?x8xi32>
  %2 = dyadic.normalize %x, %1 sum %0 {axes = array<i64: 2>, x_zero_point = 5 : i32} : (tensor<2x?x8xui8>, tensor<2x?x1xi32>, tensor<2x?x1xi32>) -> tensor<2x?x8xi32>
  // CHECK: dyadic.row_root %{{.*}} {axes = array<i64: 1, 2>, epsilon = 0 : i64, x_zero_point = -7 : i32} : (tensor<2x3x8xi16>) -> tensor<2x1x1xi32>
  %3 = dyadic.row_root %v {axes = array<i64: 1, 2>, x_zero_point = -7 : i32, epsilon = 0 : i64} : (tensor<2x3x8xi16>) -> tensor<2x1x1xi32>
  // CHECK: dyadic.normalize %{{.*}}, %{{.*}} {axes = array<i64: 1, 2>, x_zero_point = -7 : i32} : (tensor<2x3x8xi16>, tensor<2x1x1xi32>) -> tensor<2x3x8xi32>
  %4 = dyadic.normalize %v, %3 {axes = array<i64: 1, 2>, x_zero_point = -7 : i32} : (tensor<2x3x8xi16>, tensor<2x1x1xi32>) -> tensor<2x3x8xi32>
  return %2, %4 : tensor<2x?x8xi32>, tensor<2x3x8xi32>
}

// CHECK-LABEL: @rows
func.func @rows(%x: tensor<2x?xui8>, %s: tensor<3x4xi8>) -> (tensor<2x?xui8>, tensor<3x4xui8>) {
  // CHECK: dyadic.select %{{.*}}, %{{.*}} {other = -5 : i32} : (tensor<4xi1>, tensor<3x4xi8>) -> tensor<3x4xi8>
  %shown = qc.constant dense<[true, false, true, true]> : tensor<4xi1>
  %6 = dyadic.select %shown, %s {other = -5 : i32} : (tensor<4xi1>, tensor<3x4xi8>) -> tensor<3x4xi8>
  // CHECK: dyadic.row_max %{{.*}} {axis = 1 : i64} : (tensor<2x?xui8>) -> tensor<2x1xui8>
  %0 = dyadic.row_max %x {axis = 1 : i64} : (tensor<2x?xui8>) -> tensor<2x1xui8>
  // CHECK: dyadic.lut_below %{{.*}}, %{{.*}} {table = dense<7> : tensor<256xui8>} : (tensor<2x?xui8>, tensor<2x1xui8>) -> tensor<2x?xui8>
  %1 = dyadic.lut_below %x, %0 {table = dense<7> : tensor<256xui8>} : (tensor<2x?xui8>, tensor<2x1xui8>) -> tensor<2x?xui8>
  // CHECK: dyadic.row_reciprocal %{{.*}} {axis = 1 : i64, max_length = 512 : i64} : (tensor<2x?xui8>) -> tensor<2x1xi32>
  %2 = dyadic.row_reciprocal %1 {axis = 1 : i64, max_length = 512 : i64} : (tensor<2x?xui8>) -> tensor<2x1xi32>
  // CHECK: dyadic.requant_rows %{{.*}}, %{{.*}} {hi = 255 : i32, lo = 0 : i32, multiplier = 2139095040 : i32, shift = 30 : i32, zero_point = 0 : i32} : (tensor<2x?xui8>, tensor<2x1xi32>) -> tensor<2x?xui8>
  %3 = dyadic.requant_rows %1, %2 {multiplier = 2139095040 : i32, shift = 30 : i32, zero_point = 0 : i32, lo = 0 : i32, hi = 255 : i32}
     : (tensor<2x?xui8>, tensor<2x1xi32>) -> tensor<2x?xui8>
  // CHECK: dyadic.row_max %{{.*}} {axis = 0 : i64} : (tensor<3x4xi8>) -> tensor<1x4xi8>
  %4 = dyadic.row_max %s {axis = 0 : i64} : (tensor<3x4xi8>) -> tensor<1x4xi8>
  // CHECK: dyadic.lut_below %{{.*}}, %{{.*}} {{.*}} : (tensor<3x4xi8>, tensor<1x4xi8>) -> tensor<3x4xui8>
  %5 = dyadic.lut_below %s, %4 {table = dense<7> : tensor<256xui8>} : (tensor<3x4xi8>, tensor<1x4xi8>) -> tensor<3x4xui8>
  return %3, %5 : tensor<2x?xui8>, tensor<3x4xui8>
}
