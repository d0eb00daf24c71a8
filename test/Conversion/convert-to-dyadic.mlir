// Every shape of group becomes integer operations; what nothing reads any more is gone.
// RUN: qc-opt %s --pass-pipeline='builtin.module(func.func(qc-convert-to-dyadic))' --split-input-file | FileCheck %s

// A convolution with bias and relu: one sum, one Requant with a multiplier per channel; relu is lo.
// M = 0.5 * 0.25 / 1 = 2^-3 and 2^-4: m = 2^30, s = 33 and 34.
// CHECK-LABEL: @conv
// CHECK-SAME:    %[[X:.+]]: tensor<1x1x4x4xui8>
func.func @conv(%xq: tensor<1x1x4x4xui8>) -> tensor<1x2x3x3xui8> {
  // CHECK-DAG: %[[W:.+]] = qc.constant dense<{{.*}}> : tensor<2x1x2x2xi8>
  // CHECK-DAG: %[[B:.+]] = qc.constant dense<[100, -7]> : tensor<2xi32>
  // CHECK: %[[ACC:.+]] = dyadic.conv %[[X]], %[[W]], %[[B]] {dilations = array<i64: 1, 1>, group = 1 : i64, pads = array<i64: 0, 0, 0, 0>, strides = array<i64: 1, 1>, x_zero_point = 3 : i32}
  // CHECK-SAME: -> tensor<1x2x3x3xi32>
  // CHECK: %[[Y:.+]] = dyadic.requant %[[ACC]] {axis = 1 : i64, hi = 255 : i32, lo = 10 : i32, multipliers = array<i32: 1073741824, 1073741824>, multipliers1 = array<i32>, rounding = #dyadic.rounding<half_up>, shifts = array<i32: 33, 34>, term_zero_points = array<i32: 0>, zero_point = 10 : i32}
  // CHECK-NEXT: return %[[Y]]
  %wq = qc.constant dense<[[[[1, -2], [3, 4]]], [[[-5, 6], [7, 8]]]]> : tensor<2x1x2x2xi8>
  %bq = qc.constant dense<[100, -7]> : tensor<2xi32>
  %sx = qc.constant dense<0.5> : tensor<f32>
  %zx = qc.constant dense<3> : tensor<ui8>
  %sw = qc.constant dense<[0.25, 0.125]> : tensor<2xf32>
  %sb = qc.constant dense<[0.125, 0.0625]> : tensor<2xf32>
  %sy = qc.constant dense<1.0> : tensor<f32>
  %zy = qc.constant dense<10> : tensor<ui8>
  %x = qc.dequantize %xq, %sx, %zx {format = #qc.format<ui8>} : (tensor<1x1x4x4xui8>, tensor<f32>, tensor<ui8>) -> tensor<1x1x4x4xf32>
  %w = qc.dequantize %wq, %sw {format = #qc.format<i8, axis = 0>} : (tensor<2x1x2x2xi8>, tensor<2xf32>) -> tensor<2x1x2x2xf32>
  %b = qc.dequantize %bq, %sb {format = #qc.format<i32, axis = 0>} : (tensor<2xi32>, tensor<2xf32>) -> tensor<2xf32>
  %y = qc.conv %x, %w bias %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64}
     : (tensor<1x1x4x4xf32>, tensor<2x1x2x2xf32>, tensor<2xf32>) -> tensor<1x2x3x3xf32>
  %r = qc.relu %y : (tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q = qc.quantize %r, %sy, %zy {format = #qc.format<ui8>} : (tensor<1x2x3x3xf32>, tensor<f32>, tensor<ui8>) -> tensor<1x2x3x3xui8>
  return %q : tensor<1x2x3x3xui8>
}

// -----
// A residual is the second term, a clip is [lo, hi]; unknown dimensions stay unknown. An all-zero filter has m = 0.
// CHECK-LABEL: @residual
// CHECK-SAME:    %[[X:.+]]: tensor<?x1x?xui8>, %[[R:.+]]: tensor<?x2x?xui8>
func.func @residual(%xq: tensor<?x1x?xui8>, %rq: tensor<?x2x?xui8>) -> tensor<?x2x?xf32> {
  // CHECK: %[[ACC:.+]] = dyadic.conv %[[X]], %{{.*}} -> tensor<?x2x?xi32>
  // CHECK: %[[Y:.+]] = dyadic.requant %[[ACC]], %[[R]] {axis = 1 : i64, hi = 106 : i32, lo = 100 : i32, multipliers = array<i32: 268435456, 0>, multipliers1 = array<i32: 1073741824, 1073741824>, rounding = #dyadic.rounding<half_up>, shifts = array<i32: 31, 31>, term_zero_points = array<i32: 0, 7>, zero_point = 100 : i32}
  // CHECK: qc.dequantize %[[Y]]
  %wq = qc.constant dense<[[[1]], [[0]]]> : tensor<2x1x1xi8>
  %s = qc.constant dense<0.5> : tensor<f32>
  %z = qc.constant dense<7> : tensor<ui8>
  %zy = qc.constant dense<100> : tensor<ui8>
  %sw = qc.constant dense<0.25> : tensor<f32>
  %sy = qc.constant dense<1.0> : tensor<f32>
  %six = qc.constant dense<6.0> : tensor<f32>
  %x = qc.dequantize %xq, %s, %z {format = #qc.format<ui8>} : (tensor<?x1x?xui8>, tensor<f32>, tensor<ui8>) -> tensor<?x1x?xf32>
  %r = qc.dequantize %rq, %s, %z {format = #qc.format<ui8>} : (tensor<?x2x?xui8>, tensor<f32>, tensor<ui8>) -> tensor<?x2x?xf32>
  %w = qc.dequantize %wq, %sw {format = #qc.format<i8>} : (tensor<2x1x1xi8>, tensor<f32>) -> tensor<2x1x1xf32>
  %y = qc.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64} : (tensor<?x1x?xf32>, tensor<2x1x1xf32>) -> tensor<?x2x?xf32>
  %sum = qc.add %r, %y : (tensor<?x2x?xf32>, tensor<?x2x?xf32>) -> tensor<?x2x?xf32>
  %zero = qc.constant dense<0.0> : tensor<f32>
  %c = qc.clip %sum min %zero max %six : (tensor<?x2x?xf32>, tensor<f32>, tensor<f32>) -> tensor<?x2x?xf32>
  %q = qc.quantize %c, %sy, %zy {format = #qc.format<ui8>} : (tensor<?x2x?xf32>, tensor<f32>, tensor<ui8>) -> tensor<?x2x?xui8>
  %d = qc.dequantize %q, %sy, %zy {format = #qc.format<ui8>} : (tensor<?x2x?xui8>, tensor<f32>, tensor<ui8>) -> tensor<?x2x?xf32>
  return %d : tensor<?x2x?xf32>
}

// -----
// A gemm that only feeds the output is not rounded; transposed constant weights are turned at once.
// CHECK-LABEL: @logits
// CHECK-SAME:    %[[X:.+]]: tensor<?x3xui8>
func.func @logits(%xq: tensor<?x3xui8>) -> tensor<?x2xf32> {
  // CHECK-DAG: %[[B:.+]] = qc.constant dense<[100, -7]> : tensor<2xi32>
  // CHECK-DAG: %[[W:.+]] = qc.constant dense<{{\[\[}}1, 4], [2, 5], [3, 6]]> : tensor<3x2xi8>
  // CHECK: %[[ACC:.+]] = dyadic.matmul %[[X]], %[[W]], %[[B]] {a_zero_point = 3 : i32, b_zero_point = 0 : i32}
  // CHECK: %[[S:.+]] = qc.constant dense<[1.250000e-01, 6.250000e-02]> : tensor<2xf32>
  // CHECK: %[[Y:.+]] = qc.dequantize %[[ACC]], %[[S]] {format = #qc.format<i32, axis = 1>}
  // CHECK: return %[[Y]]
  %wq = qc.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi8>
  %bq = qc.constant dense<[100, -7]> : tensor<2xi32>
  %sx = qc.constant dense<0.5> : tensor<f32>
  %zx = qc.constant dense<3> : tensor<ui8>
  %sw = qc.constant dense<[0.25, 0.125]> : tensor<2xf32>
  %sb = qc.constant dense<[0.125, 0.0625]> : tensor<2xf32>
  %x = qc.dequantize %xq, %sx, %zx {format = #qc.format<ui8>} : (tensor<?x3xui8>, tensor<f32>, tensor<ui8>) -> tensor<?x3xf32>
  %w = qc.dequantize %wq, %sw {format = #qc.format<i8, axis = 0>} : (tensor<2x3xi8>, tensor<2xf32>) -> tensor<2x3xf32>
  %b = qc.dequantize %bq, %sb {format = #qc.format<i32, axis = 0>} : (tensor<2xi32>, tensor<2xf32>) -> tensor<2xf32>
  %y = qc.gemm %x, %w plus %b {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = false, trans_b = true} : (tensor<?x3xf32>, tensor<2x3xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----
// Two activations: both have zero points, one multiplier serves all columns; K is known from b alone.
// CHECK-LABEL: @matmul
// CHECK-SAME:    %[[A:.+]]: tensor<2x?x?xui8>, %[[B:.+]]: tensor<8x5xui8>
func.func @matmul(%aq: tensor<2x?x?xui8>, %bq: tensor<8x5xui8>) -> tensor<2x?x5xui8> {
  // CHECK: %[[ACC:.+]] = dyadic.matmul %[[A]], %[[B]] {a_zero_point = 3 : i32, b_zero_point = 9 : i32}
  // CHECK: dyadic.requant %[[ACC]] {hi = 255 : i32, lo = 0 : i32, multipliers = array<i32: 1073741824>, {{.*}}shifts = array<i32: 32>
  %s = qc.constant dense<0.5> : tensor<f32>
  %za = qc.constant dense<3> : tensor<ui8>
  %zb = qc.constant dense<9> : tensor<ui8>
  %sy = qc.constant dense<1.0> : tensor<f32>
  %a = qc.dequantize %aq, %s, %za {format = #qc.format<ui8>} : (tensor<2x?x?xui8>, tensor<f32>, tensor<ui8>) -> tensor<2x?x?xf32>
  %b = qc.dequantize %bq, %s, %zb {format = #qc.format<ui8>} : (tensor<8x5xui8>, tensor<f32>, tensor<ui8>) -> tensor<8x5xf32>
  %y = qc.matmul %a, %b : (tensor<2x?x?xf32>, tensor<8x5xf32>) -> tensor<2x?x5xf32>
  %q = qc.quantize %y, %sy, %za {format = #qc.format<ui8>} : (tensor<2x?x5xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x?x5xui8>
  return %q : tensor<2x?x5xui8>
}

// -----
// add is one Requant of two 8-bit terms (22 bits), mul a product and a Requant (31 bits); both broadcast.
// CHECK-LABEL: @elementwise
// CHECK-SAME:    %[[A:.+]]: tensor<?x4xui8>, %[[B:.+]]: tensor<4xui8>
func.func @elementwise(%aq: tensor<?x4xui8>, %bq: tensor<4xui8>) -> (tensor<?x4xui8>, tensor<?x4xui8>) {
  // CHECK: dyadic.requant %[[A]], %[[B]] {hi = 255 : i32, lo = 0 : i32, multipliers = array<i32: 2097152>, multipliers1 = array<i32: 1048576>, rounding = #dyadic.rounding<half_up>, shifts = array<i32: 22>, term_zero_points = array<i32: 3, 9>, zero_point = 3 : i32} : (tensor<?x4xui8>, tensor<4xui8>) -> tensor<?x4xui8>
  // CHECK: %[[P:.+]] = dyadic.mul %[[A]], %[[B]] {a_zero_point = 3 : i32, b_zero_point = 9 : i32} : (tensor<?x4xui8>, tensor<4xui8>) -> tensor<?x4xi32>
  // CHECK: dyadic.requant %[[P]] {{.*}}multipliers = array<i32: 1073741824>, {{.*}}shifts = array<i32: 33>, term_zero_points = array<i32: 0>
  %sa = qc.constant dense<0.5> : tensor<f32>
  %sb = qc.constant dense<0.25> : tensor<f32>
  %za = qc.constant dense<3> : tensor<ui8>
  %zb = qc.constant dense<9> : tensor<ui8>
  %sy = qc.constant dense<1.0> : tensor<f32>
  %a = qc.dequantize %aq, %sa, %za {format = #qc.format<ui8>} : (tensor<?x4xui8>, tensor<f32>, tensor<ui8>) -> tensor<?x4xf32>
  %b = qc.dequantize %bq, %sb, %zb {format = #qc.format<ui8>} : (tensor<4xui8>, tensor<f32>, tensor<ui8>) -> tensor<4xf32>
  %0 = qc.add %a, %b : (tensor<?x4xf32>, tensor<4xf32>) -> tensor<?x4xf32>
  %q0 = qc.quantize %0, %sy, %za {format = #qc.format<ui8>} : (tensor<?x4xf32>, tensor<f32>, tensor<ui8>) -> tensor<?x4xui8>
  %1 = qc.mul %a, %b : (tensor<?x4xf32>, tensor<4xf32>) -> tensor<?x4xf32>
  %q1 = qc.quantize %1, %sy, %za {format = #qc.format<ui8>} : (tensor<?x4xf32>, tensor<f32>, tensor<ui8>) -> tensor<?x4xui8>
  return %q0, %q1 : tensor<?x4xui8>, tensor<?x4xui8>
}

// -----
// A table over a chain: relu6 of 0.5 * (q - 10), as codes of 0.25. Entry 11 is 0.5 / 0.25 = 2, from 22 on it is 24.
// CHECK-LABEL: @chain
// CHECK-SAME:    %[[X:.+]]: tensor<?x3xui8>
func.func @chain(%xq: tensor<?x3xui8>) -> tensor<?x3xui8> {
  // CHECK-NOT: qc.
  // CHECK: dyadic.lut %[[X]] {table = dense_resource<w_{{[0-9a-f]+}}> : tensor<256xui8>} : (tensor<?x3xui8>) -> tensor<?x3xui8>
  // CHECK-NEXT: return
  // CHECK: "0x{{[0-9A-F]+}}00000000000000000000020406080A0C0E10121416181818{{[18]+}}"
  %sx = qc.constant dense<0.5> : tensor<f32>
  %zx = qc.constant dense<10> : tensor<ui8>
  %sy = qc.constant dense<0.25> : tensor<f32>
  %zy = qc.constant dense<0> : tensor<ui8>
  %six = qc.constant dense<6.0> : tensor<f32>
  %x = qc.dequantize %xq, %sx, %zx {format = #qc.format<ui8>} : (tensor<?x3xui8>, tensor<f32>, tensor<ui8>) -> tensor<?x3xf32>
  %0 = qc.relu %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
  %1 = qc.clip %0 max %six : (tensor<?x3xf32>, tensor<f32>) -> tensor<?x3xf32>
  %q = qc.quantize %1, %sy, %zy {format = #qc.format<ui8>} : (tensor<?x3xf32>, tensor<f32>, tensor<ui8>) -> tensor<?x3xui8>
  return %q : tensor<?x3xui8>
}

// -----
// A static average pool has the counts that occur, one with an unknown dimension all that can.
// CHECK-LABEL: @pools
func.func @pools(%xq: tensor<1x1x3x3xui8>, %dq: tensor<1x1x?x5xui8>) -> (tensor<1x1x3x3xui8>, tensor<1x1x?x5xui8>, tensor<1x1x?x2xui8>, tensor<1x1x1x1xui8>) {
  // CHECK: dyadic.avg_pool %{{.*}} {ceil_mode = false, count_include_pad = false, counts = array<i64: 4, 6, 9>, {{.*}}kernel = array<i64: 3, 3>
  // CHECK: dyadic.avg_pool %{{.*}}counts = array<i64: 2, 3, 4, 6, 9>
  // CHECK: dyadic.avg_pool %{{.*}}counts = array<i64: 6>
  // CHECK: dyadic.avg_pool %{{.*}}counts = array<i64: 9>, dilations = array<i64: 1, 1>, hi = 255 : i32, kernel = array<i64: 3, 3>, lo = 0 : i32, multipliers = array<i32: 1908874354>, pads = array<i64: 0, 0, 0, 0>, shifts = array<i32: 34>, strides = array<i64: 1, 1>, x_zero_point = 5 : i32, zero_point = 5 : i32}
  %s = qc.constant dense<0.5> : tensor<f32>
  %z = qc.constant dense<5> : tensor<ui8>
  %x = qc.dequantize %xq, %s, %z {format = #qc.format<ui8>} : (tensor<1x1x3x3xui8>, tensor<f32>, tensor<ui8>) -> tensor<1x1x3x3xf32>
  %d = qc.dequantize %dq, %s, %z {format = #qc.format<ui8>} : (tensor<1x1x?x5xui8>, tensor<f32>, tensor<ui8>) -> tensor<1x1x?x5xf32>
  %0 = qc.avg_pool %x {kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, ceil_mode = false, count_include_pad = false} : (tensor<1x1x3x3xf32>) -> tensor<1x1x3x3xf32>
  %q0 = qc.quantize %0, %s, %z {format = #qc.format<ui8>} : (tensor<1x1x3x3xf32>, tensor<f32>, tensor<ui8>) -> tensor<1x1x3x3xui8>
  %1 = qc.avg_pool %d {kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, ceil_mode = false, count_include_pad = false} : (tensor<1x1x?x5xf32>) -> tensor<1x1x?x5xf32>
  %q1 = qc.quantize %1, %s, %z {format = #qc.format<ui8>} : (tensor<1x1x?x5xf32>, tensor<f32>, tensor<ui8>) -> tensor<1x1x?x5xui8>
  %2 = qc.avg_pool %d {kernel = array<i64: 3, 2>, strides = array<i64: 1, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, ceil_mode = false, count_include_pad = false} : (tensor<1x1x?x5xf32>) -> tensor<1x1x?x2xf32>
  %q2 = qc.quantize %2, %s, %z {format = #qc.format<ui8>} : (tensor<1x1x?x2xf32>, tensor<f32>, tensor<ui8>) -> tensor<1x1x?x2xui8>
  %3 = qc.global_avg_pool %x : (tensor<1x1x3x3xf32>) -> tensor<1x1x1x1xf32>
  %q3 = qc.quantize %3, %s, %z {format = #qc.format<ui8>} : (tensor<1x1x1x1xf32>, tensor<f32>, tensor<ui8>) -> tensor<1x1x1x1xui8>
  return %q0, %q1, %q2, %q3 : tensor<1x1x3x3xui8>, tensor<1x1x?x5xui8>, tensor<1x1x?x2xui8>, tensor<1x1x1x1xui8>
}

// -----
// Codes in other parameters are rescaled, codes in the same ones are taken as they are; moves of codes stay.
// CHECK-LABEL: @rescale
// CHECK-SAME:    %[[X:.+]]: tensor<?x3xui8>, %[[Y:.+]]: tensor<?x3xui8>
func.func @rescale(%xq: tensor<?x3xui8>, %yq: tensor<?x3xui8>) -> tensor<?x6xui8> {
  // CHECK-NEXT: %[[R:.+]] = dyadic.requant %[[Y]] {hi = 255 : i32, lo = 0 : i32, multipliers = array<i32: 2097152>, multipliers1 = array<i32>, rounding = #dyadic.rounding<half_up>, shifts = array<i32: 22>, term_zero_points = array<i32: 4>, zero_point = 5 : i32}
  // CHECK-NEXT: %[[C:.+]] = qc.concat %[[X]], %[[R]] {axis = 1 : i64}
  // CHECK-NEXT: return %[[C]]
  %sx = qc.constant dense<0.5> : tensor<f32>
  %zx = qc.constant dense<5> : tensor<ui8>
  %sy = qc.constant dense<0.25> : tensor<f32>
  %zy = qc.constant dense<4> : tensor<ui8>
  %x = qc.dequantize %xq, %sx, %zx {format = #qc.format<ui8>} : (tensor<?x3xui8>, tensor<f32>, tensor<ui8>) -> tensor<?x3xf32>
  %y = qc.dequantize %yq, %sy, %zy {format = #qc.format<ui8>} : (tensor<?x3xui8>, tensor<f32>, tensor<ui8>) -> tensor<?x3xf32>
  %0 = qc.quantize %x, %sx, %zx {format = #qc.format<ui8>} : (tensor<?x3xf32>, tensor<f32>, tensor<ui8>) -> tensor<?x3xui8>
  %1 = qc.quantize %y, %sx, %zx {format = #qc.format<ui8>} : (tensor<?x3xf32>, tensor<f32>, tensor<ui8>) -> tensor<?x3xui8>
  %2 = qc.concat %0, %1 {axis = 1 : i64} : (tensor<?x3xui8>, tensor<?x3xui8>) -> tensor<?x6xui8>
  return %2 : tensor<?x6xui8>
}

// -----
// The model's borders and an island keep their conversions.
// CHECK-LABEL: @borders
func.func @borders(%v: tensor<?x3xf32>) -> tensor<?x3xf32> {
  // CHECK: %[[Q:.+]] = qc.quantize %arg0
  // CHECK: %[[L:.+]] = dyadic.lut %[[Q]]
  // CHECK: %[[D:.+]] = qc.dequantize %[[L]]
  // CHECK: %[[P:.+]] = qc.log_softmax %[[D]] {axis = 1 : i64, qc.float_reason = "the operation has no integer form yet"}
  // CHECK: return %[[P]]
  %s = qc.constant dense<0.5> : tensor<f32>
  %z = qc.constant dense<5> : tensor<ui8>
  %q = qc.quantize %v, %s, %z {format = #qc.format<ui8>} : (tensor<?x3xf32>, tensor<f32>, tensor<ui8>) -> tensor<?x3xui8>
  %d = qc.dequantize %q, %s, %z {format = #qc.format<ui8>} : (tensor<?x3xui8>, tensor<f32>, tensor<ui8>) -> tensor<?x3xf32>
  %h = qc.hard_swish %d : (tensor<?x3xf32>) -> tensor<?x3xf32>
  %hq = qc.quantize %h, %s, %z {format = #qc.format<ui8>} : (tensor<?x3xf32>, tensor<f32>, tensor<ui8>) -> tensor<?x3xui8>
  %hd = qc.dequantize %hq, %s, %z {format = #qc.format<ui8>} : (tensor<?x3xui8>, tensor<f32>, tensor<ui8>) -> tensor<?x3xf32>
  %p = qc.log_softmax %hd {axis = 1 : i64, qc.float_reason = "the operation has no integer form yet"} : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %p : tensor<?x3xf32>
}

// -----
// What ranges say of symbolic sizes: a table of counts that is looked up when the model runs, and the largest K.
// M = 1/4, 1/8, 1/12 for 4, 8, 12 values.
// CHECK-LABEL: @bounded
// CHECK-SAME:    %[[X:.+]]: tensor<1x1x?x4xui8>, %[[A:.+]]: tensor<2x?xui8>, %[[B:.+]]: tensor<?x2xui8>
func.func @bounded(%xq: tensor<1x1x?x4xui8>, %aq: tensor<2x?xui8>, %bq: tensor<?x2xui8>) -> (tensor<1x1x1x1xui8>, tensor<2x2xui8>) {
  // CHECK: %[[P:.+]] = dyadic.global_avg_pool %[[X]] {counts = array<i64: 4, 8, 12>, hi = 255 : i32, lo = 0 : i32, multipliers = array<i32: 1073741824, 1073741824, 1431655765>, shifts = array<i32: 32, 33, 34>, x_zero_point = 5 : i32, zero_point = 5 : i32} : (tensor<1x1x?x4xui8>) -> tensor<1x1x1x1xui8>
  // CHECK: %[[S:.+]] = dyadic.matmul %[[A]], %[[B]] {a_zero_point = 5 : i32, b_zero_point = 5 : i32, max_depth = 48 : i64}
  // CHECK: dyadic.requant %[[S]]
  // CHECK-NOT: qc.float_reason
  // CHECK: return %[[P]]
  %s = qc.constant dense<0.5> : tensor<f32>
  %z = qc.constant dense<5> : tensor<ui8>
  %x = qc.dequantize %xq, %s, %z {format = #qc.format<ui8>} : (tensor<1x1x?x4xui8>, tensor<f32>, tensor<ui8>) -> tensor<1x1x?x4xf32>
  %0 = qc.global_avg_pool %x {counts = array<i64: 4, 8, 12>} : (tensor<1x1x?x4xf32>) -> tensor<1x1x1x1xf32>
  %q0 = qc.quantize %0, %s, %z {format = #qc.format<ui8>} : (tensor<1x1x1x1xf32>, tensor<f32>, tensor<ui8>) -> tensor<1x1x1x1xui8>
  %a = qc.dequantize %aq, %s, %z {format = #qc.format<ui8>} : (tensor<2x?xui8>, tensor<f32>, tensor<ui8>) -> tensor<2x?xf32>
  %b = qc.dequantize %bq, %s, %z {format = #qc.format<ui8>} : (tensor<?x2xui8>, tensor<f32>, tensor<ui8>) -> tensor<?x2xf32>
  %1 = qc.matmul %a, %b {max_depth = 48 : i64} : (tensor<2x?xf32>, tensor<?x2xf32>) -> tensor<2x2xf32>
  %q1 = qc.quantize %1, %s, %z {format = #qc.format<ui8>} : (tensor<2x2xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x2xui8>
  return %q0, %q1 : tensor<1x1x1x1xui8>, tensor<2x2xui8>
}
