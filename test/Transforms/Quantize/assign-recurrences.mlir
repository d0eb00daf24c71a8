// What a value becomes itself by, from step to step, stays float: what is rounded there would add up. A rule may want it
// otherwise. Contractions and what is not on the way back have codes.
// RUN: qc-opt %s --split-input-file --qc-assign | FileCheck %s
// RUN: echo '{"version": 1, "rules": [{"name": "next", "assign": "int8"}]}' > %t.json
// RUN: qc-opt %s --split-input-file --qc-assign=rules=%t.json | FileCheck %s --check-prefix=RULE

// A hidden state and a cell, in one tensor.
// CHECK-LABEL: @main
module attributes {qc.state = [["s", "t"]]} {
  func.func @main(%x: tensor<1x4xf32> {qc.name = "x"}, %s: tensor<2x4xf32> {qc.name = "s"})
      -> (tensor<1x4xf32> {qc.name = "y"}, tensor<2x4xf32> {qc.name = "t"}) {
    %w = qc.constant dense<0.5> : tensor<4x4xf32>
    // Moves of the state alone: each has a range of its own.
    // CHECK: qc.slice {{.*}}#qc.assignment<f32, [f32], "it carries a value on to the next step, where what it rounds would add up", default>
    // CHECK: qc.slice {{.*}}#qc.assignment<f32, [f32], "it carries
    %h = qc.slice %s {axes = array<i64: 0>, ends = array<i64: 1>, starts = array<i64: 0>, steps = array<i64: 1>} : (tensor<2x4xf32>) -> tensor<1x4xf32>
    %c = qc.slice %s {axes = array<i64: 0>, ends = array<i64: 2>, starts = array<i64: 1>, steps = array<i64: 1>} : (tensor<2x4xf32>) -> tensor<1x4xf32>
    // CHECK: qc.matmul {{.*}}#qc.assignment<ui8
    %p = qc.matmul %h, %w : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
    // Not reached from the state.
    // CHECK: qc.relu {{.*}}#qc.assignment<ui8
    %r = qc.relu %x : (tensor<1x4xf32>) -> tensor<1x4xf32>
    // CHECK: qc.add {{.*}}#qc.assignment<f32, [f32, f32], "it carries
    %g = qc.add %p, %r : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    // CHECK: qc.sigmoid {{.*}}"it carries
    // RULE: qc.sigmoid {{.*}}"rules[0] of the rule file"
    %f = qc.sigmoid %g : (tensor<1x4xf32>) -> tensor<1x4xf32> loc("next")
    // CHECK: qc.mul {{.*}}"it carries
    %d = qc.mul %f, %c : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    // CHECK: qc.tanh {{.*}}"it carries
    %k = qc.tanh %d : (tensor<1x4xf32>) -> tensor<1x4xf32>
    // CHECK: qc.concat {{.*}}#qc.assignment<f32
    %t = qc.concat %k, %d {axis = 0 : i64} : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<2x4xf32>
    // Behind the state.
    // CHECK: qc.relu {{.*}}#qc.assignment<ui8
    %y = qc.relu %k : (tensor<1x4xf32>) -> tensor<1x4xf32>
    return %y, %t : tensor<1x4xf32>, tensor<2x4xf32>
  }
}

// -----

// Lines of two convolutions in a row: each is moved on, and computed from the one before, never from itself.
// CHECK-LABEL: @main
module attributes {qc.state = [["s", "t"], ["u", "v"]]} {
  func.func @main(%x: tensor<1x4xf32> {qc.name = "x"}, %s: tensor<2x4xf32> {qc.name = "s"}, %u: tensor<2x4xf32> {qc.name = "u"})
      -> (tensor<3x4xf32> {qc.name = "y"}, tensor<2x4xf32> {qc.name = "t"}, tensor<2x4xf32> {qc.name = "v"}) {
    %a = qc.concat %s, %x {axis = 0 : i64} : (tensor<2x4xf32>, tensor<1x4xf32>) -> tensor<3x4xf32>
    // CHECK: qc.relu {{.*}}#qc.assignment<ui8
    %r = qc.relu %a : (tensor<3x4xf32>) -> tensor<3x4xf32>
    %t = qc.slice %a {axes = array<i64: 0>, ends = array<i64: 3>, starts = array<i64: 1>, steps = array<i64: 1>} : (tensor<3x4xf32>) -> tensor<2x4xf32>
    %l = qc.slice %r {axes = array<i64: 0>, ends = array<i64: 3>, starts = array<i64: 2>, steps = array<i64: 1>} : (tensor<3x4xf32>) -> tensor<1x4xf32>
    %b = qc.concat %u, %l {axis = 0 : i64} : (tensor<2x4xf32>, tensor<1x4xf32>) -> tensor<3x4xf32>
    %v = qc.slice %b {axes = array<i64: 0>, ends = array<i64: 3>, starts = array<i64: 1>, steps = array<i64: 1>} : (tensor<3x4xf32>) -> tensor<2x4xf32>
    // CHECK: qc.tanh {{.*}}#qc.assignment<ui8
    %y = qc.tanh %b : (tensor<3x4xf32>) -> tensor<3x4xf32> loc("next")
    return %y, %t, %v : tensor<3x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>
  }
}

// -----

// What a loop carries, in a branch of its body.
// CHECK-LABEL: func.func @main
func.func @main(%x: tensor<4xf32>, %n: tensor<i64>, %c: tensor<i1>) -> (tensor<4xf32>, tensor<?x4xf32>) {
  %true = qc.constant dense<true> : tensor<i1>
  %h, %all = qc.loop trips(%n) carries(%x) {backward = array<i1: false>} : (tensor<i64>, tensor<4xf32>) -> (tensor<4xf32>, tensor<?x4xf32>) {
  ^bb0(%i: tensor<i64>, %h1: tensor<4xf32>):
    %next = qc.if %c : (tensor<i1>) -> tensor<4xf32> {
      // CHECK: qc.tanh {{.*}}"it carries
      %a = qc.tanh %h1 : (tensor<4xf32>) -> tensor<4xf32> loc("next")
      qc.yield %a : tensor<4xf32>
    } else {
      qc.yield %h1 : tensor<4xf32>
    }
    // CHECK: qc.relu {{.*}}#qc.assignment<ui8
    %e = qc.relu %next : (tensor<4xf32>) -> tensor<4xf32>
    qc.yield %true, %next, %e : tensor<i1>, tensor<4xf32>, tensor<4xf32>
  }
  return %h, %all : tensor<4xf32>, tensor<?x4xf32>
}
