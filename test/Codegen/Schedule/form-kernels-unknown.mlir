// Every kind of kernel with unknown dimensions: the shapes of results are computed from those of the arguments.
// RUN: qc-opt %s --pass-pipeline='builtin.module(func.func(qc-assign-layouts),qc-form-kernels,func.func(canonicalize,cse))' --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @main
// CHECK-DAG: %[[H:.*]] = memref.dim %arg0, %c2
// CHECK-DAG: %[[W:.*]] = memref.dim %arg0, %c3
// CHECK: kernel.launch @pool_
// CHECK: kernel.launch @pool_
// CHECK: kernel.launch @pool_
func.func @main(%x: tensor<1x4x?x?xf32>) -> (tensor<1x4x?x?xf32>, tensor<1x4x?x?xf32>, tensor<1x4x1x1xf32>) {
  %0 = qc.max_pool %x {kernel = array<i64: 3, 2>, strides = array<i64: 2, 1>, pads = array<i64: 1, 0, 0, 1>, dilations = array<i64: 1, 2>, ceil_mode = true}
     : (tensor<1x4x?x?xf32>) -> tensor<1x4x?x?xf32>
  %1 = qc.avg_pool %x {kernel = array<i64: 3, 2>, strides = array<i64: 2, 1>, pads = array<i64: 1, 0, 0, 1>, dilations = array<i64: 1, 1>, ceil_mode = false, count_include_pad = true}
     : (tensor<1x4x?x?xf32>) -> tensor<1x4x?x?xf32>
  %2 = qc.global_avg_pool %x : (tensor<1x4x?x?xf32>) -> tensor<1x4x1x1xf32>
  return %0, %1, %2 : tensor<1x4x?x?xf32>, tensor<1x4x?x?xf32>, tensor<1x4x1x1xf32>
}

// -----

// CHECK-LABEL: func.func @main
// CHECK: kernel.launch @copy_
// CHECK: kernel.launch @copy_
// CHECK: kernel.launch @copy_
// CHECK: kernel.launch @softmax_axis1_
func.func @main(%x: tensor<?x3xf32>, %y: tensor<?x3xf32>) -> (tensor<?x3xf32>, tensor<3x?xf32>) {
  %0 = qc.concat %x, %y {axis = 0 : i64} : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
  %1 = qc.transpose %x {perm = array<i64: 1, 0>} : (tensor<?x3xf32>) -> tensor<3x?xf32>
  %2 = qc.softmax %1 {axis = 1 : i64} : (tensor<3x?xf32>) -> tensor<3x?xf32>
  return %0, %2 : tensor<?x3xf32>, tensor<3x?xf32>
}

// -----

// Both operands computed; a broadcast; codes.
// CHECK-LABEL: func.func @main
// CHECK: kernel.launch @product_
// CHECK: kernel.launch @qc_add_
// CHECK: kernel.launch @dyadic_mul_
func.func @main(%a: tensor<?x2x5xf32>, %b: tensor<5x?xf32>, %c: tensor<1xf32>, %q: tensor<?xui8>) -> (tensor<?x2x?xf32>, tensor<?x2x5xf32>, tensor<?xi32>) {
  %0 = qc.matmul %a, %b : (tensor<?x2x5xf32>, tensor<5x?xf32>) -> tensor<?x2x?xf32>
  %1 = qc.add %a, %c : (tensor<?x2x5xf32>, tensor<1xf32>) -> tensor<?x2x5xf32>
  %2 = dyadic.mul %q, %q {a_zero_point = 1 : i32, b_zero_point = 2 : i32} : (tensor<?xui8>, tensor<?xui8>) -> tensor<?xi32>
  return %0, %1, %2 : tensor<?x2x?xf32>, tensor<?x2x5xf32>, tensor<?xi32>
}

// -----

// Convolution over an unknown height: rows are addressed by strides that are known.
// CHECK-LABEL: func.func @main
// CHECK: kernel.launch @contract_
func.func @main(%x: tensor<1x4x?x6xui8>) -> tensor<1x8x?x6xi32> {
  %w = qc.constant dense<3> : tensor<8x4x3x3xi8>
  %0 = dyadic.conv %x, %w {x_zero_point = 17 : i32, strides = array<i64: 2, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, group = 1 : i64}
     : (tensor<1x4x?x6xui8>, tensor<8x4x3x3xi8>) -> tensor<1x8x?x6xi32>
  return %0 : tensor<1x8x?x6xi32>
}

// -----

// Along dimensions: rows whose length is not known decide when they run how they are summed.
// CHECK-LABEL: func.func @main
// CHECK: kernel.launch @reduce_
// CHECK: kernel.launch @normalize_
// CHECK: kernel.launch @log_softmax_
// CHECK: kernel.launch @arg_reduce_
// CHECK: kernel.launch @cumsum_
// CHECK: kernel.launch @reduce_
// CHECK: kernel.launch @top_k_
func.func @main(%x: tensor<?x3x?xf32>, %s: tensor<?xf32>, %i: tensor<?x3xi64>) -> (tensor<?x3x1xf32>, tensor<?x3x?xf32>, tensor<?x3x?xf32>, tensor<?x?xi64>, tensor<?x3x?xf32>, tensor<3xi64>, tensor<?x2x?xi64>) {
  %0 = qc.reduce mean %x {axes = array<i64: 2>, keep_dims = true} : (tensor<?x3x?xf32>) -> tensor<?x3x1xf32>
  %1 = qc.normalize %x scale %s {axes = array<i64: 1, 2>, centered = true, epsilon = 1.0e-5 : f32} : (tensor<?x3x?xf32>, tensor<?xf32>) -> tensor<?x3x?xf32>
  %2 = qc.log_softmax %x {axis = 2 : i64} : (tensor<?x3x?xf32>) -> tensor<?x3x?xf32>
  %3 = qc.arg_reduce max %x {axis = 1 : i64, keep_dims = false, select_last = false} : (tensor<?x3x?xf32>) -> tensor<?x?xi64>
  %4 = qc.cumsum %x {axis = 0 : i64, exclusive = false, reverse = true} : (tensor<?x3x?xf32>) -> tensor<?x3x?xf32>
  %5 = qc.reduce max %i {axes = array<i64: 0>, keep_dims = false} : (tensor<?x3xi64>) -> tensor<3xi64>
  %6 = qc.top_k max %x {axis = 1 : i64, k = 2 : i64} : (tensor<?x3x?xf32>) -> tensor<?x2x?xi64>
  return %0, %1, %2, %3, %4, %5, %6 : tensor<?x3x1xf32>, tensor<?x3x?xf32>, tensor<?x3x?xf32>, tensor<?x?xi64>, tensor<?x3x?xf32>, tensor<3xi64>, tensor<?x2x?xi64>
}

// -----

// Moves: the end of a slice is computed, an offset follows from a size, blocks divide one.
// CHECK-LABEL: func.func @main
// CHECK-DAG: %[[W:.*]] = memref.dim %arg0, %c3
// CHECK: kernel.launch @copy_
// CHECK: kernel.launch @fill_
// CHECK: kernel.launch @copy_
// CHECK: kernel.launch @copy_
// CHECK: kernel.launch @gather_
func.func @main(%x: tensor<1x4x6x?xf32>, %i: tensor<?xi32>)
    -> (tensor<1x4x6x?xf32>, tensor<1x4x6x?xf32>, tensor<1x4x12x?xf32>, tensor<1x4x6x?xf32>) {
  %0 = qc.slice %x {axes = array<i64: 3>, starts = array<i64: 1>, ends = array<i64: -1>, steps = array<i64: 2>} : (tensor<1x4x6x?xf32>) -> tensor<1x4x6x?xf32>
  %1 = qc.pad %x constant {begins = array<i64: 0, 0, 0, 0>, ends = array<i64: 0, 0, 0, 2>, value = 1.0 : f32} : (tensor<1x4x6x?xf32>) -> tensor<1x4x6x?xf32>
  %2 = qc.resize_nearest %x half_pixel round_prefer_floor {scales = array<f32: 1.0, 1.0, 2.0, 2.0>, sizes = array<i64>} : (tensor<1x4x6x?xf32>) -> tensor<1x4x12x?xf32>
  %3 = qc.gather %x, %i {axis = 3 : i64} : (tensor<1x4x6x?xf32>, tensor<?xi32>) -> tensor<1x4x6x?xf32>
  return %0, %1, %2, %3 : tensor<1x4x6x?xf32>, tensor<1x4x6x?xf32>, tensor<1x4x12x?xf32>, tensor<1x4x6x?xf32>
}

// -----

// Positions of a resized axis are written by a kernel in front of the one that reads them, a border one: coordinates are
// f32. Sizes that a resize cannot give are refused; one that stays needs neither.
// CHECK-LABEL: func.func @main
// CHECK-DAG: kernel.check %{{.*}}, %{{.*}} {what = "'y' cannot give dimension 1 of size W (dimension 1 of 'x') the size K"}
// CHECK: %[[P:.*]] = memref.alloc(%{{.*}}) : memref<?xi64>
// CHECK: kernel.launch @resize_{{.*}} outs(%[[P]]{{.*}}kernel.border
// CHECK-NOT: @resize_
// CHECK: kernel.launch @gather_{{.*}}%[[P]]
module attributes {qc.symbols = {N = array<i64: 0, -1>, W = array<i64: 0, 9>, K = array<i64: 0, 9>}} {
  func.func @main(%x: tensor<?x?xui8> {qc.dims = ["N", "W"], qc.name = "x"} loc("x"), %o: tensor<?xf32> {qc.dims = ["K"], qc.name = "o"} loc("o")) -> tensor<?x?xui8> {
    %n = qc.shape %x {start = 0 : i64, end = 1 : i64} : (tensor<?x?xui8>) -> tensor<1xi64>
    %k = qc.shape %o {start = 0 : i64, end = 1 : i64} : (tensor<?xf32>) -> tensor<1xi64>
    %s = qc.concat %n, %k {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>) -> tensor<2xi64>
    %y = qc.resize_nearest %x to %s align_corners floor {scales = array<f32>, sizes = array<i64: -9223372036854775808, -9223372036854775808>} : (tensor<?x?xui8>, tensor<2xi64>) -> tensor<?x?xui8> loc("y")
    return %y : tensor<?x?xui8>
  }
}

// -----

// The proof of sums takes max_depth for K: a run is asked for it where ranges of symbols allow more. Four rows at a time, whose codes
// are multiplied as they are: beside these, sums of each row's and of the column's codes take the zero points back.
// CHECK-LABEL: func.func @main
// CHECK: %[[S:.*]] = memref.dim %arg0, %c1
// CHECK: kernel.check %[[S]] {high = 6000 : i64, low = 1 : i64, what = "dimension 1 of input 'x' ('S')"}
// CHECK: kernel.check %[[S]] {high = 300 : i64, low = 0 : i64, what = "the number of products in a sum of 'y' ('S')"}
// CHECK-NOT: kernel.check
// CHECK: kernel.launch @product_
// CHECK: kernel.func @product_
// CHECK: %{{.*}}:9 = scf.for
// CHECK: %[[W:.*]] = arith.extui %{{.*}} : i8 to i32
// CHECK: %[[X:.*]] = arith.extui %{{.*}} : i8 to i32
// CHECK-NEXT: arith.muli %[[X]], %[[W]] : i32
module attributes {qc.symbols = {S = array<i64: 1, 6000>}} {
  func.func @main(%x: tensor<8x?xui8> {qc.dims = ["", "S"], qc.name = "x"} loc("x")) -> tensor<8x8xi32> {
    %0 = qc.transpose %x {perm = array<i64: 1, 0>} : (tensor<8x?xui8>) -> tensor<?x8xui8>
    %1 = dyadic.matmul %x, %0 {a_zero_point = 1 : i32, b_zero_point = 2 : i32, max_depth = 300 : i64} : (tensor<8x?xui8>, tensor<?x8xui8>) -> tensor<8x8xi32> loc("y")
    return %1 : tensor<8x8xi32>
  }
}

// -----

// CHECK-LABEL: func.func @main
// CHECK: kernel.check {{.*}}what = "dimension 1 of input 'x' ('S')"
// CHECK-NOT: kernel.check
// CHECK: kernel.launch @product_
module attributes {qc.symbols = {S = array<i64: 1, 300>}} {
  func.func @main(%x: tensor<8x?xui8> {qc.dims = ["", "S"], qc.name = "x"} loc("x")) -> tensor<8x8xi32> {
    %0 = qc.transpose %x {perm = array<i64: 1, 0>} : (tensor<8x?xui8>) -> tensor<?x8xui8>
    %1 = dyadic.matmul %x, %0 {a_zero_point = 1 : i32, b_zero_point = 2 : i32, max_depth = 300 : i64} : (tensor<8x?xui8>, tensor<?x8xui8>) -> tensor<8x8xi32> loc("y")
    return %1 : tensor<8x8xi32>
  }
}

// -----

// A softmax of codes and the product that takes its weights: rows of unknown number and length. What is proved of the
// sums takes max_length, which the run looks at where ranges of symbols allow more. Weights have no zero point: four sums and those of
// their rows.
// CHECK-LABEL: func.func @main
// CHECK: %[[S:.*]] = memref.dim %arg0, %c1
// CHECK: kernel.check %[[S]] {high = 6000 : i64, low = 1 : i64, what = "dimension 1 of input 'x' ('S')"}
// CHECK: kernel.check %[[S]] {high = 300 : i64, low = 0 : i64, what = "the number of elements in a row of 'y' ('S')"}
// CHECK: kernel.check %[[S]] {high = 300 : i64, low = 0 : i64, what = "the number of products in a sum of 'p' ('S')"}
// CHECK: kernel.launch @row_max_
// CHECK: kernel.launch @dyadic_lut_below_
// CHECK: kernel.launch @row_reciprocal_
// CHECK: kernel.launch @product_
// CHECK: kernel.func @product_
// CHECK: %{{.*}}:8 = scf.for
module attributes {qc.symbols = {N = array<i64: 1, 9>, S = array<i64: 1, 6000>}} {
  func.func @main(%x: tensor<?x?xui8> {qc.dims = ["N", "S"], qc.name = "x"} loc("x"), %v: tensor<?x4xui8> {qc.dims = ["S", ""], qc.name = "v"} loc("v"))
      -> tensor<?x4xui8> {
    %m = dyadic.row_max %x {axis = 1 : i64} : (tensor<?x?xui8>) -> tensor<?x1xui8>
    %e = dyadic.lut_below %x, %m {table = dense<1> : tensor<256xui8>} : (tensor<?x?xui8>, tensor<?x1xui8>) -> tensor<?x?xui8>
    %r = dyadic.row_reciprocal %e {axis = 1 : i64, max_length = 300 : i64} : (tensor<?x?xui8>) -> tensor<?x1xi32> loc("y")
    %p = dyadic.matmul %e, %v {a_zero_point = 0 : i32, b_zero_point = 2 : i32, max_depth = 300 : i64} : (tensor<?x?xui8>, tensor<?x4xui8>) -> tensor<?x4xi32> loc("p")
    %y = dyadic.requant_rows %p, %r {multiplier = 1073741824 : i32, shift = 38 : i32, zero_point = 0 : i32, lo = 0 : i32, hi = 255 : i32}
       : (tensor<?x4xi32>, tensor<?x1xi32>) -> tensor<?x4xui8>
    return %y : tensor<?x4xui8>
  }
}

// -----

// Codes that a mask hides: positions of unknown number.
// CHECK-LABEL: func.func @main
// CHECK: kernel.launch @dyadic_select_
func.func @main(%m: tensor<?xi1>, %x: tensor<2x?xui8>) -> tensor<2x?xui8> {
  %y = dyadic.select %m, %x {other = 7 : i32} : (tensor<?xi1>, tensor<2x?xui8>) -> tensor<2x?xui8>
  return %y : tensor<2x?xui8>
}

// -----

// A normalization of codes: the elements of a row are known in number, the rows are not.
// CHECK-LABEL: func.func @main
// CHECK: %[[N:.*]] = memref.dim %arg0, %c0
// CHECK: kernel.launch @row_sum_{{.*}}%[[N]]
// CHECK: kernel.launch @row_root_{{.*}}%[[N]]
// CHECK: kernel.launch @dyadic_normalize_{{.*}}%[[N]]
func.func @main(%x: tensor<?x5xi16>) -> tensor<?x5xi32> {
  %s = dyadic.row_sum %x {axes = array<i64: 1>, x_zero_point = 5 : i32} : (tensor<?x5xi16>) -> tensor<?x1xi32>
  %r = dyadic.row_root %x, %s {axes = array<i64: 1>, x_zero_point = 5 : i32, epsilon = 1 : i64} : (tensor<?x5xi16>, tensor<?x1xi32>) -> tensor<?x1xi32>
  %y = dyadic.normalize %x, %r sum %s {axes = array<i64: 1>, x_zero_point = 5 : i32} : (tensor<?x5xi16>, tensor<?x1xi32>, tensor<?x1xi32>) -> tensor<?x5xi32>
  return %y : tensor<?x5xi32>
}
