// Contractions of 16-bit codes, which are two of planes, as one kernel that reads the codes.
// RUN: qc-opt %s --pass-pipeline='builtin.module(func.func(qc-assign-layouts),qc-form-kernels,func.func(canonicalize,cse))' --split-input-file | FileCheck %s

// 32 bits hold the exact sum: one register, the halo holds 256 * 3 + 7, planes are never made.
// CHECK-LABEL: func.func @main
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 775 : i32
// CHECK: %[[Q:.*]] = memref.alloc() : memref<64xi16>
// CHECK: kernel.launch @fill_{{.*}} ins({{.*}}%[[ZERO]]{{.*}}) outs(%[[Q]] : memref<64xi16>)
// CHECK: kernel.launch @qc_quantize_{{.*}} outs(%[[Q]] : memref<64xi16>)
// CHECK-NOT: kernel.launch @dyadic_plane
// CHECK: kernel.launch @contract_{{.*}} ins({{.*}}%[[Q]]
// CHECK: kernel.func @contract_
// CHECK: kernel.contract {mma = #kernel.mma<u16s8>} {{.*}} sums %
// CHECK: ^bb0(%[[ACC:[a-z0-9]+]]: i32):
// CHECK: kernel.requant high %[[ACC]], %{{[^ ]*}}, %{{[^ ]*}}, %{{[^ ]*}}, %{{[^ ]*}}, %{{[^ ]*}}, %{{[^ ]*}} {{.*}} -> i16
func.func @main(%x: tensor<1x2x2x6xf32>) -> tensor<1x2x2x6xui16> {
  %s = qc.constant dense<0.5> : tensor<f32>
  %z = qc.constant dense<775> : tensor<ui16>
  %w = qc.constant dense<127> : tensor<2x2x3x3xi8>
  %q = qc.quantize %x, %s, %z {format = #qc.format<ui16>} : (tensor<1x2x2x6xf32>, tensor<f32>, tensor<ui16>) -> tensor<1x2x2x6xui16>
  %h = dyadic.plane %q {high} : (tensor<1x2x2x6xui16>) -> tensor<1x2x2x6xui8>
  %l = dyadic.plane %q : (tensor<1x2x2x6xui16>) -> tensor<1x2x2x6xui8>
  %al = dyadic.conv %l, %w {x_zero_point = 7 : i32, strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, group = 1 : i64}
     : (tensor<1x2x2x6xui8>, tensor<2x2x3x3xi8>) -> tensor<1x2x2x6xi32>
  %ah = dyadic.conv %h, %w {x_zero_point = 3 : i32, strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, group = 1 : i64}
     : (tensor<1x2x2x6xui8>, tensor<2x2x3x3xi8>) -> tensor<1x2x2x6xi32>
  %y = dyadic.requant %ah, %al {term_zero_points = array<i32: 0, 0>, multipliers = array<i32: 1280000000>, multipliers1 = array<i32: 5000000>, planes,
         shifts = array<i32: 38>, zero_point = 3 : i32, lo = 0 : i32, hi = 65535 : i32, rounding = #dyadic.rounding<half_up>}
     : (tensor<1x2x2x6xi32>, tensor<1x2x2x6xi32>) -> tensor<1x2x2x6xui16>
  return %y : tensor<1x2x2x6xui16>
}

// -----

// 32 bits do not: 300 * 127 * 65535. Two registers, and the residual as a third term.
// CHECK-LABEL: func.func @main
// CHECK-NOT: kernel.launch @dyadic_plane
// CHECK: kernel.launch @contract_
// CHECK-NOT: kernel.launch
// CHECK: kernel.contract {mma = #kernel.mma<u16s8>, planes} {{.*}} sums %{{.*}} per_mn(%{{.*}} : memref<?xi8>)
// CHECK: ^bb0(%[[HIGH:[a-z0-9]+]]: i32, %[[LOW:[a-z0-9]+]]: i32, %[[RES:[a-z0-9]+]]: i8):
// CHECK: %[[CODE:.*]] = arith.extsi %[[RES]] : i8 to i32
// CHECK: kernel.requant high %[[HIGH]], %[[LOW]], %[[CODE]],
func.func @main(%x: tensor<4x300xui16>, %r: tensor<4x5xi8>) -> tensor<4x5xui8> {
  %w = qc.constant dense<127> : tensor<300x5xi8>
  %h = dyadic.plane %x {high} : (tensor<4x300xui16>) -> tensor<4x300xui8>
  %l = dyadic.plane %x : (tensor<4x300xui16>) -> tensor<4x300xui8>
  %ah = dyadic.matmul %h, %w {a_zero_point = 0 : i32, b_zero_point = 0 : i32} : (tensor<4x300xui8>, tensor<300x5xi8>) -> tensor<4x5xi32>
  %al = dyadic.matmul %l, %w {a_zero_point = 0 : i32, b_zero_point = 0 : i32} : (tensor<4x300xui8>, tensor<300x5xi8>) -> tensor<4x5xi32>
  %y = dyadic.requant %ah, %al, %r {term_zero_points = array<i32: 0, 0, 9>, multipliers = array<i32: 1280000000>, multipliers1 = array<i32: 5000000>,
         multipliers2 = array<i32: 77>, planes, shifts = array<i32: 46>, zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32, rounding = #dyadic.rounding<half_up>}
     : (tensor<4x5xi32>, tensor<4x5xi32>, tensor<4x5xi8>) -> tensor<4x5xui8>
  return %y : tensor<4x5xui8>
}

// -----

// A depthwise one adds codes less 32768 times weights.
// CHECK-LABEL: func.func @main
// CHECK: kernel.launch @copy_{{.*}} outs(%[[Q:.*]] : memref<24xi16>)
// CHECK-NOT: kernel.launch
// CHECK: kernel.launch @depthwise_{{.*}} ins({{.*}}%[[Q]]
// CHECK: kernel.func @depthwise_
// CHECK: arith.xori %{{.*}}, %c-32768_i16
// CHECK: arith.extsi %{{.*}} : i16 to i32
// CHECK: kernel.requant high
func.func @main(%x: tensor<1x2x2x6xui16>) -> tensor<1x2x2x6xui16> {
  %w = qc.constant dense<127> : tensor<2x1x1x1xi8>
  %h = dyadic.plane %x {high} : (tensor<1x2x2x6xui16>) -> tensor<1x2x2x6xui8>
  %l = dyadic.plane %x : (tensor<1x2x2x6xui16>) -> tensor<1x2x2x6xui8>
  %ah = dyadic.conv %h, %w {x_zero_point = 3 : i32, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 2 : i64}
     : (tensor<1x2x2x6xui8>, tensor<2x1x1x1xi8>) -> tensor<1x2x2x6xi32>
  %al = dyadic.conv %l, %w {x_zero_point = 7 : i32, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 2 : i64}
     : (tensor<1x2x2x6xui8>, tensor<2x1x1x1xi8>) -> tensor<1x2x2x6xi32>
  %y = dyadic.requant %ah, %al {term_zero_points = array<i32: 0, 0>, multipliers = array<i32: 1280000000>, multipliers1 = array<i32: 5000000>, planes,
         shifts = array<i32: 38>, zero_point = 3 : i32, lo = 0 : i32, hi = 65535 : i32, rounding = #dyadic.rounding<half_up>}
     : (tensor<1x2x2x6xi32>, tensor<1x2x2x6xi32>) -> tensor<1x2x2x6xui16>
  return %y : tensor<1x2x2x6xui16>
}

// -----

// A bias with which the exact sum leaves 32 bits is added in 64 bits: the register holds the products alone.
// CHECK-LABEL: func.func @main
// CHECK-NOT: kernel.launch @dyadic_plane
// CHECK: kernel.launch @depthwise_
// CHECK-NOT: kernel.launch @depthwise_
// CHECK: kernel.func @depthwise_
// CHECK: kernel.requant high
func.func @main(%x: tensor<1x2x2x6xui16>) -> tensor<1x2x2x6xui16> {
  %w = qc.constant dense<127> : tensor<2x1x1x1xi8>
  %b = qc.constant dense<[1073000000, -1073000000]> : tensor<2xi32>
  %h = dyadic.plane %x {high} : (tensor<1x2x2x6xui16>) -> tensor<1x2x2x6xui8>
  %l = dyadic.plane %x : (tensor<1x2x2x6xui16>) -> tensor<1x2x2x6xui8>
  %ah = dyadic.conv %h, %w, %b {x_zero_point = 3 : i32, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 2 : i64}
     : (tensor<1x2x2x6xui8>, tensor<2x1x1x1xi8>, tensor<2xi32>) -> tensor<1x2x2x6xi32>
  %al = dyadic.conv %l, %w {x_zero_point = 7 : i32, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 2 : i64}
     : (tensor<1x2x2x6xui8>, tensor<2x1x1x1xi8>) -> tensor<1x2x2x6xi32>
  %y = dyadic.requant %ah, %al {term_zero_points = array<i32: 0, 0>, multipliers = array<i32: 1280000000>, multipliers1 = array<i32: 5000000>, planes,
         shifts = array<i32: 45>, zero_point = 3 : i32, lo = 0 : i32, hi = 65535 : i32, rounding = #dyadic.rounding<half_up>}
     : (tensor<1x2x2x6xi32>, tensor<1x2x2x6xi32>) -> tensor<1x2x2x6xui16>
  return %y : tensor<1x2x2x6xui16>
}

// -----

// Other weights, or another reader of a sum: each plane has its kernel, the second one with the requant.
// CHECK-LABEL: func.func @main
// CHECK-COUNT-2: kernel.launch @dyadic_plane
// CHECK-COUNT-4: kernel.launch @contract_
// CHECK-NOT: kernel.launch
// CHECK: return
// CHECK-NOT: u16s8
func.func @main(%x: tensor<4x3xui16>) -> (tensor<4x5xui8>, tensor<4x5xui8>, tensor<4x5xi32>) {
  %v = qc.constant dense<126> : tensor<3x5xi8>
  %w = qc.constant dense<127> : tensor<3x5xi8>
  %h = dyadic.plane %x {high} : (tensor<4x3xui16>) -> tensor<4x3xui8>
  %l = dyadic.plane %x : (tensor<4x3xui16>) -> tensor<4x3xui8>
  %ah = dyadic.matmul %h, %w {a_zero_point = 0 : i32, b_zero_point = 0 : i32} : (tensor<4x3xui8>, tensor<3x5xi8>) -> tensor<4x5xi32>
  %al = dyadic.matmul %l, %v {a_zero_point = 0 : i32, b_zero_point = 0 : i32} : (tensor<4x3xui8>, tensor<3x5xi8>) -> tensor<4x5xi32>
  %y = dyadic.requant %ah, %al {term_zero_points = array<i32: 0, 0>, multipliers = array<i32: 1280000000>, multipliers1 = array<i32: 5000000>, planes,
         shifts = array<i32: 46>, zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32, rounding = #dyadic.rounding<half_up>}
     : (tensor<4x5xi32>, tensor<4x5xi32>) -> tensor<4x5xui8>
  %bh = dyadic.matmul %h, %w {a_zero_point = 1 : i32, b_zero_point = 0 : i32} : (tensor<4x3xui8>, tensor<3x5xi8>) -> tensor<4x5xi32>
  %bl = dyadic.matmul %l, %w {a_zero_point = 1 : i32, b_zero_point = 0 : i32} : (tensor<4x3xui8>, tensor<3x5xi8>) -> tensor<4x5xi32>
  %z = dyadic.requant %bh, %bl {term_zero_points = array<i32: 0, 0>, multipliers = array<i32: 1280000000>, multipliers1 = array<i32: 5000000>, planes,
         shifts = array<i32: 46>, zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32, rounding = #dyadic.rounding<half_up>}
     : (tensor<4x5xi32>, tensor<4x5xi32>) -> tensor<4x5xui8>
  return %y, %z, %bl : tensor<4x5xui8>, tensor<4x5xui8>, tensor<4x5xi32>
}
