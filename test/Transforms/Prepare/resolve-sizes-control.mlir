// Sizes decide branches, carried values keep their sizes, scan outputs are as long as their loops.
// RUN: qc-opt %s --qc-resolve-sizes --split-input-file --verify-diagnostics | FileCheck %s

// CHECK-LABEL: @decided
// CHECK-SAME:    -> tensor<4x8xf32>
// CHECK-NOT:  qc.if
// CHECK:      qc.relu %{{.+}} : (tensor<4x8xf32>) -> tensor<4x8xf32>
func.func @decided(%x: tensor<4x8xf32>) -> tensor<?x8xf32> {
  %three = qc.constant dense<3> : tensor<1xi64>
  %n = qc.shape %x {start = 0 : i64, end = 1 : i64} : (tensor<4x8xf32>) -> tensor<1xi64>
  %c = qc.greater %n, %three : (tensor<1xi64>, tensor<1xi64>) -> tensor<1xi1>
  %y = qc.if %c : (tensor<1xi1>) -> tensor<?x8xf32> {
    %a = qc.relu %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
    qc.yield %a : tensor<4x8xf32>
  } else {
    %b = qc.concat %x, %x {axis = 0 : i64} : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<8x8xf32>
    qc.yield %b : tensor<8x8xf32>
  }
  return %y : tensor<?x8xf32>
}
// -----
// CHECK-LABEL: @carried
// CHECK:      qc.loop
// CHECK-SAME:   -> (tensor<8xf32>, tensor<4x8xf32>)
// CHECK-NEXT: ^bb0(%{{.+}}: tensor<i64>, %{{.+}}: tensor<8xf32>):
func.func @carried(%x: tensor<4x8xf32>) -> (tensor<?xf32>, tensor<?x?xf32>) {
  %sum = qc.reduce sum %x {axes = array<i64: 0>, keep_dims = false} : (tensor<4x8xf32>) -> tensor<8xf32>
  %zero = qc.reshape %sum {shape = array<i64: -1>} : (tensor<8xf32>) -> tensor<?xf32>
  %n = qc.shape %x {start = 0 : i64, end = 1 : i64} : (tensor<4x8xf32>) -> tensor<1xi64>
  %true_now = qc.constant dense<true> : tensor<i1>
  %y:2 = qc.loop trips(%n) carries(%zero) {backward = array<i1: false>} : (tensor<1xi64>, tensor<?xf32>) -> (tensor<?xf32>, tensor<?x?xf32>) {
  ^bb0(%i: tensor<i64>, %a: tensor<?xf32>):
    %b = qc.relu %a : (tensor<?xf32>) -> tensor<?xf32>
    qc.yield %true_now, %b, %b : tensor<i1>, tensor<?xf32>, tensor<?xf32>
  }
  return %y#0, %y#1 : tensor<?xf32>, tensor<?x?xf32>
}
// -----
module attributes {qc.symbols = {N = array<i64: 0, -1>}} {
  func.func @grows(%x: tensor<?xf32> {qc.dims = ["N"]}, %n: tensor<i64>, %true: tensor<i1>) -> tensor<?xf32> {
    %two = qc.concat %x, %x {axis = 0 : i64} : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
    %one = qc.constant dense<1.0> : tensor<1xf32>
    // expected-error @below {{'qc.loop' op expects carried values that keep their shapes, got one of which dimension 0 is N (dimension 0 of the body's argument 1) and becomes N + 1}}
    %y = qc.loop trips(%n) carries(%x) {backward = array<i1>} : (tensor<i64>, tensor<?xf32>) -> tensor<?xf32> {
    ^bb0(%i: tensor<i64>, %a: tensor<?xf32>):
      %b = qc.concat %a, %one {axis = 0 : i64} : (tensor<?xf32>, tensor<1xf32>) -> tensor<?xf32>
      qc.yield %true, %b : tensor<i1>, tensor<?xf32>
    }
    return %y : tensor<?xf32>
  }
}
