// Branches and loops that the schedule cannot be made for: each is named.
// RUN: qc-opt %s --qc-form-kernels --split-input-file --verify-diagnostics

// A scan output's length is a size.
func.func @main(%c: tensor<i1>, %n: tensor<i64>, %x: tensor<2xf32>) -> tensor<?x2xf32> {
  %zero = qc.constant dense<0.0> : tensor<f32>
  // expected-error @below {{'qc.loop' op has scan outputs and a condition that is computed, so that their length is not known before it ends; accepted are scan outputs of loops whose trips follow from sizes}}
  %y:2 = qc.loop trips(%n) while(%c) carries(%x) {backward = array<i1: false>} : (tensor<i64>, tensor<i1>, tensor<2xf32>) -> (tensor<2xf32>, tensor<?x2xf32>) {
  ^bb0(%i: tensor<i64>, %a: tensor<2xf32>):
    %s = qc.reduce sum %a {axes = array<i64: 0>, keep_dims = false} : (tensor<2xf32>) -> tensor<f32>
    %go = qc.less %zero, %s : (tensor<f32>, tensor<f32>) -> tensor<i1>
    qc.yield %go, %a, %a : tensor<i1>, tensor<2xf32>, tensor<2xf32>
  }
  return %y#1 : tensor<?x2xf32>
}
// -----
func.func @main(%n: tensor<i64> loc("n"), %x: tensor<2xf32>) -> tensor<?x2xf32> {
  %true = qc.constant dense<true> : tensor<i1>
  // expected-error @below {{has a size that depends on what a tensor contains (element 0 of 'n'); accepted are sizes that follow from those of the inputs}}
  %y = qc.loop trips(%n) {backward = array<i1: false>} : (tensor<i64>) -> tensor<?x2xf32> {
  ^bb0(%i: tensor<i64>):
    qc.yield %true, %x : tensor<i1>, tensor<2xf32>
  }
  return %y : tensor<?x2xf32>
}
// -----
// A branch decides a size by data.
module attributes {qc.symbols = {N = array<i64: 0, -1>}} {
  func.func @main(%c: tensor<i1> loc("c"), %x: tensor<?xf32> {qc.dims = ["N"]}) -> tensor<?xf32> {
    %two = qc.concat %x, %x {axis = 0 : i64} : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
    // expected-error @below {{has a size that depends on what a tensor contains (element 0 of 'c'); accepted are sizes that follow from those of the inputs}}
    %y = qc.if %c : (tensor<i1>) -> tensor<?xf32> {
      qc.yield %x : tensor<?xf32>
    } else {
      qc.yield %two : tensor<?xf32>
    }
    return %y : tensor<?xf32>
  }
}
