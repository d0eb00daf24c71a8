// Which counts and depths can occur where sizes are symbolic; where that is not known, who decides it and what helps.
// RUN: qc-opt %s --qc-bound-counts --split-input-file | FileCheck %s
// It may run twice.
// RUN: qc-opt %s --qc-bound-counts --qc-bound-counts --split-input-file | FileCheck %s

module attributes {qc.symbols = {H = array<i64: 0, 3>, W = array<i64: 4, 9>}} {
// An expression of one symbol, the product of two; 0 positions need no entry. A known count needs nothing.
// CHECK-LABEL: @main
func.func @main(%x: tensor<1x3x?xf32> {qc.dims = ["", "", "W"]}, %v: tensor<1x3x?x?xf32> {qc.dims = ["", "", "H", "W"]},
                %k: tensor<?x3x7xf32> {qc.dims = ["W", "", ""]}) {
  %p = qc.max_pool %x {kernel = array<i64: 2>, strides = array<i64: 2>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, ceil_mode = false}
     : (tensor<1x3x?xf32>) -> tensor<1x3x?xf32>
  // CHECK: qc.global_avg_pool %{{.*}} {counts = array<i64: 2, 3, 4>} :
  %0 = qc.global_avg_pool %p : (tensor<1x3x?xf32>) -> tensor<1x3x1xf32>
  // CHECK: qc.global_avg_pool %{{.*}} {counts = array<i64: 4, 5, 6, 7, 8, 9, 10, 12, 14, 15, 16, 18, 21, 24, 27>} :
  %1 = qc.global_avg_pool %v : (tensor<1x3x?x?xf32>) -> tensor<1x3x1x1xf32>
  // CHECK: qc.global_avg_pool %{{.*}} : (tensor<?x3x7xf32>)
  %2 = qc.global_avg_pool %k : (tensor<?x3x7xf32>) -> tensor<?x3x1xf32>
  return
}
}
// -----
module attributes {qc.symbols = {W = array<i64: 4, 9>, M = array<i64: 0, -1>}} {
// The largest K; either operand may bring the bound; of constant weights and known sizes nothing is said.
// CHECK-LABEL: @main
func.func @main(%a: tensor<2x?xf32> {qc.dims = ["", "W"]}, %b: tensor<?x2xf32> {qc.dims = ["W", ""]},
                %m: tensor<?x2xf32> {qc.dims = ["M", ""]}, %k: tensor<2x5xf32>) {
  // CHECK: qc.matmul %{{.*}}, %{{.*}} {max_depth = 9 : i64} :
  %0 = qc.matmul %a, %b : (tensor<2x?xf32>, tensor<?x2xf32>) -> tensor<2x2xf32>
  // CHECK: qc.softmax %{{.*}} {axis = 1 : i64, max_length = 9 : i64} :
  %s = qc.softmax %a {axis = 1 : i64} : (tensor<2x?xf32>) -> tensor<2x?xf32>
  // CHECK: qc.mean_weights %{{.*}} {axis = 1 : i64, max_length = 9 : i64} :
  %bits = qc.cast %a {to = i1} : (tensor<2x?xf32>) -> tensor<2x?xi1>
  %u = qc.mean_weights %bits {axis = 1 : i64, max_length = 70 : i64} : (tensor<2x?xi1>) -> tensor<2x?xf32>
  // CHECK: qc.softmax %{{.*}} {axis = 0 : i64} :
  %t = qc.softmax %a {axis = 0 : i64} : (tensor<2x?xf32>) -> tensor<2x?xf32>
  // CHECK: qc.gemm %{{.*}}, %{{.*}} {alpha = {{[^}]*}}, max_depth = 9 : i64, trans_a = true
  %1 = qc.gemm %m, %a {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = true, trans_b = true} : (tensor<?x2xf32>, tensor<2x?xf32>) -> tensor<2x2xf32>
  // CHECK: qc.matmul %{{.*}}, %{{.*}} : (tensor<2x5xf32>
  %2 = qc.matmul %k, %m : (tensor<2x5xf32>, tensor<?x2xf32>) -> tensor<2x2xf32>
  %w = qc.constant dense<1.0> : tensor<5x2xf32>
  // CHECK: qc.matmul %{{.*}}, %{{.*}} : (tensor<2x?xf32>, tensor<5x2xf32>)
  %3 = qc.matmul %a, %w : (tensor<2x?xf32>, tensor<5x2xf32>) -> tensor<2x2xf32>
  return
}
}
// -----
module attributes {qc.symbols = {H = array<i64: 0, -1>, N = array<i64: 0, -1>, W = array<i64: 16, -1>}} {
// CHECK-LABEL: @main
func.func @main(%x: tensor<?x3x?x?xf32> {qc.dims = ["N", "", "H", "W"]}, %u: tensor<1x3x?xf32>, %t: tensor<1xi64>) {
  // CHECK: qc.global_avg_pool %{{.*}} {counts_reason = "it averages over H * W values, and H and W have no upper bound (--range H=LOW:HIGH and --range W=LOW:HIGH give them one)"}
  %0 = qc.global_avg_pool %x : (tensor<?x3x?x?xf32>) -> tensor<?x3x1x1xf32>
  %y = qc.transpose %x {perm = array<i64: 0, 1, 3, 2>} : (tensor<?x3x?x?xf32>) -> tensor<?x3x?x?xf32>
  // CHECK: qc.matmul {{.*}} {depth_reason = "its sums have W products, and W has no upper bound (--range W=LOW:HIGH gives it one)"}
  %1 = qc.matmul %x, %y : (tensor<?x3x?x?xf32>, tensor<?x3x?x?xf32>) -> tensor<?x3x?x?xf32>
  // CHECK: qc.softmax {{.*}} {axis = 3 : i64, length_reason = "its rows have W elements, and W has no upper bound (--range W=LOW:HIGH gives it one)"}
  %p = qc.softmax %x {axis = 3 : i64} : (tensor<?x3x?x?xf32>) -> tensor<?x3x?x?xf32>
  // CHECK: qc.mean_weights {{.*}} {axis = 3 : i64, length_reason = "its rows have W elements, and W has no upper bound (--range W=LOW:HIGH gives it one)"}
  %bits = qc.cast %x {to = i1} : (tensor<?x3x?x?xf32>) -> tensor<?x3x?x?xi1>
  %q = qc.mean_weights %bits {axis = 3 : i64} : (tensor<?x3x?x?xi1>) -> tensor<?x3x?x?xf32>
  // A dimension that has no name, and one that no dimension decides.
  // CHECK: qc.global_avg_pool %{{.*}} {counts_reason = "it averages over dimension 2 of {{.*}} values, and dimension 2 of {{.*}} has no upper bound"}
  %2 = qc.global_avg_pool %u : (tensor<1x3x?xf32>) -> tensor<1x3x1xf32>
  %one = qc.constant dense<1> : tensor<1xi64>
  %three = qc.constant dense<3> : tensor<1xi64>
  %s = qc.concat %one, %three, %t {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<3xi64>
  %v = qc.constant dense<1.0> : tensor<1x3x1xf32>
  %e = qc.expand %v, %s : (tensor<1x3x1xf32>, tensor<3xi64>) -> tensor<1x3x?xf32>
  // CHECK: qc.global_avg_pool %{{.*}} {counts_reason = "it averages over {{.*}} values, and {{.*}} is known only when the model runs"}
  %3 = qc.global_avg_pool %e : (tensor<1x3x?xf32>) -> tensor<1x3x1xf32>
  return
}
}
// -----
module attributes {qc.symbols = {A = array<i64: 1, 4096>, B = array<i64: 1, 4097>, C = array<i64: 8388608, 8388609>, D = array<i64: 1, 1048577>, E = array<i64: 0, 0>}} {
// As many counts as there may be, one more, a count that no integer form takes, more sizes than are looked at, none.
// CHECK-LABEL: @main
func.func @main(%a: tensor<1x1x?xf32> {qc.dims = ["", "", "A"]}, %b: tensor<1x1x?xf32> {qc.dims = ["", "", "B"]}, %c: tensor<1x1x?xf32> {qc.dims = ["", "", "C"]},
                %d: tensor<1x1x?xf32> {qc.dims = ["", "", "D"]}, %e: tensor<1x1x?xf32> {qc.dims = ["", "", "E"]}) {
  // CHECK: qc.global_avg_pool %{{.*}} {counts = array<i64: 1, 2, 3, {{.*}}, 4095, 4096>}
  %0 = qc.global_avg_pool %a : (tensor<1x1x?xf32>) -> tensor<1x1x1xf32>
  // CHECK: qc.global_avg_pool %{{.*}} {counts_reason = "it averages over B values, and these are more than 4096 different numbers (narrower ranges give fewer)"}
  %1 = qc.global_avg_pool %b : (tensor<1x1x?xf32>) -> tensor<1x1x1xf32>
  // CHECK: qc.global_avg_pool %{{.*}} {counts_reason = "it averages over C values, and these are up to 8388609, the integer form takes at most 8388608"}
  %2 = qc.global_avg_pool %c : (tensor<1x1x?xf32>) -> tensor<1x1x1xf32>
  // CHECK: qc.global_avg_pool %{{.*}} {counts_reason = "it averages over D values, and there are more than 1048576 sizes to look at (narrower ranges give fewer)"}
  %3 = qc.global_avg_pool %d : (tensor<1x1x?xf32>) -> tensor<1x1x1xf32>
  // CHECK: qc.global_avg_pool %{{.*}} {counts_reason = "it averages over no values"}
  %4 = qc.global_avg_pool %e : (tensor<1x1x?xf32>) -> tensor<1x1x1xf32>
  return
}
}
