// A branch of which it is known that it is taken stands in the place of its if; a loop that is run once, or never, likewise.
// RUN: qc-opt %s --qc-fold-constants --split-input-file | FileCheck %s

// The other branch need not even have the result's size.
// CHECK-LABEL: @taken
// CHECK-SAME:    %[[X:[^:]+]]: tensor<2xf32>, %{{.+}}: tensor<3xf32>) -> tensor<2xf32>
// CHECK-NEXT: %[[Y:.+]] = qc.relu %[[X]]
// CHECK-NEXT: return %[[Y]] : tensor<2xf32>
func.func @taken(%x: tensor<2xf32>, %z: tensor<3xf32>) -> tensor<?xf32> {
  %c = qc.constant dense<true> : tensor<i1>
  %y = qc.if %c : (tensor<i1>) -> tensor<?xf32> {
    %a = qc.relu %x : (tensor<2xf32>) -> tensor<2xf32>
    qc.yield %a : tensor<2xf32>
  } else {
    qc.yield %z : tensor<3xf32>
  }
  return %y : tensor<?xf32>
}
// -----
// A condition that is computed from constants, in a branch of which nothing is known. Constants stand in front of it.
// CHECK-LABEL: @inner
// CHECK:      %[[N:.+]] = qc.constant dense<3.000000e+00> : tensor<f32>
// CHECK:      %[[Y:.+]] = qc.if
// CHECK-NEXT:   %[[A:.+]] = qc.mul %{{.+}}, %[[N]]
// CHECK-NEXT:   qc.yield %[[A]]
// CHECK-NEXT: } else {
// CHECK-NEXT:   qc.yield
// CHECK-NEXT: }
func.func @inner(%c: tensor<i1>, %x: tensor<2xf32>) -> tensor<2xf32> {
  %y = qc.if %c : (tensor<i1>) -> tensor<2xf32> {
    %one = qc.constant dense<1.0> : tensor<f32>
    %two = qc.constant dense<2.0> : tensor<f32>
    %three = qc.add %one, %two : (tensor<f32>, tensor<f32>) -> tensor<f32>
    %d = qc.less %two, %one : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %z = qc.if %d : (tensor<i1>) -> tensor<2xf32> {
      %e = qc.exp %x : (tensor<2xf32>) -> tensor<2xf32>
      qc.yield %e : tensor<2xf32>
    } else {
      %p = qc.mul %x, %three : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
      qc.yield %p : tensor<2xf32>
    }
    qc.yield %z : tensor<2xf32>
  } else {
    qc.yield %x : tensor<2xf32>
  }
  return %y : tensor<2xf32>
}
// -----
// CHECK-LABEL: @never
// CHECK-SAME:    %[[X:[^:]+]]:
// CHECK:      %[[S:.+]] = qc.constant dense<> : tensor<0x2xf32>
// CHECK-NEXT: return %[[X]], %[[S]]
func.func @never(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<?x2xf32>) {
  %n = qc.constant dense<0> : tensor<i64>
  %true = qc.constant dense<true> : tensor<i1>
  %y:2 = qc.loop trips(%n) carries(%x) {backward = array<i1: false>} : (tensor<i64>, tensor<2xf32>) -> (tensor<2xf32>, tensor<?x2xf32>) {
  ^bb0(%i: tensor<i64>, %a: tensor<2xf32>):
    %b = qc.relu %a : (tensor<2xf32>) -> tensor<2xf32>
    qc.yield %true, %b, %b : tensor<i1>, tensor<2xf32>, tensor<2xf32>
  }
  return %y#0, %y#1 : tensor<2xf32>, tensor<?x2xf32>
}
// -----
// Carried values that change places, and one slice of a scan output.
// CHECK-LABEL: @once
// CHECK-SAME:    %[[X:[^:]+]]: tensor<2xf32>, %[[Z:[^:]+]]: tensor<2xf32>
// CHECK:      %[[B:.+]] = qc.relu %[[X]]
// CHECK:      %[[S:.+]] = qc.reshape %[[B]] {shape = array<i64: 1, -2>} : (tensor<2xf32>) -> tensor<1x2xf32>
// CHECK-NEXT: return %[[Z]], %[[X]], %[[S]]
func.func @once(%x: tensor<2xf32>, %z: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<1x2xf32>) {
  %n = qc.constant dense<1> : tensor<i64>
  %true = qc.constant dense<true> : tensor<i1>
  %y:3 = qc.loop trips(%n) carries(%x, %z) {backward = array<i1: false>} : (tensor<i64>, tensor<2xf32>, tensor<2xf32>)
      -> (tensor<2xf32>, tensor<2xf32>, tensor<1x2xf32>) {
  ^bb0(%i: tensor<i64>, %a: tensor<2xf32>, %c: tensor<2xf32>):
    %b = qc.relu %a : (tensor<2xf32>) -> tensor<2xf32>
    qc.yield %true, %c, %a, %b : tensor<i1>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
  }
  return %y#0, %y#1, %y#2 : tensor<2xf32>, tensor<2xf32>, tensor<1x2xf32>
}
// -----
// What nobody reads is not computed, in bodies of bodies either; carried values stay.
// CHECK-LABEL: @unread
// CHECK-SAME:    %[[X:[^:]+]]: tensor<2xf32>, %[[F:[^:]+]]: tensor<i1>
// CHECK:      %[[R:.+]] = qc.if %[[F]] : (tensor<i1>) -> tensor<2xf32> {
// CHECK:        %[[L:.+]]:3 = qc.loop trips(%{{.+}}) carries(%[[X]], %[[X]]) {backward = array<i1: true>}
// CHECK-SAME:     -> (tensor<2xf32>, tensor<2xf32>, tensor<3x2xf32>)
// CHECK-NEXT:   ^bb0(%{{.+}}: tensor<i64>, %[[A:.+]]: tensor<2xf32>, %[[C:.+]]: tensor<2xf32>):
// CHECK-NEXT:     %[[B:.+]] = qc.tanh %[[A]]
// CHECK-NEXT:     qc.yield %{{.+}}, %[[B]], %[[C]], %[[A]]
// CHECK:        qc.reduce sum %[[L]]#2
// CHECK:      } else {
// CHECK-NEXT:   qc.yield %[[X]]
// CHECK:      return %[[R]]
func.func @unread(%x: tensor<2xf32>, %f: tensor<i1>) -> tensor<2xf32> {
  %n = qc.constant dense<3> : tensor<i64>
  %true = qc.constant dense<true> : tensor<i1>
  %y:2 = qc.if %f : (tensor<i1>) -> (tensor<2xf32>, tensor<2xf32>) {
    %l:4 = qc.loop trips(%n) carries(%x, %x) {backward = array<i1: false, true>} : (tensor<i64>, tensor<2xf32>, tensor<2xf32>)
        -> (tensor<2xf32>, tensor<2xf32>, tensor<3x2xf32>, tensor<3x2xf32>) {
    ^bb0(%i: tensor<i64>, %a: tensor<2xf32>, %c: tensor<2xf32>):
      %b = qc.tanh %a : (tensor<2xf32>) -> tensor<2xf32>
      %d = qc.relu %c : (tensor<2xf32>) -> tensor<2xf32>
      qc.yield %true, %b, %c, %d, %a : tensor<i1>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
    }
    %s = qc.reduce sum %l#3 {axes = array<i64: 0>, keep_dims = false} : (tensor<3x2xf32>) -> tensor<2xf32>
    qc.yield %l#1, %s : tensor<2xf32>, tensor<2xf32>
  } else {
    %e = qc.exp %x : (tensor<2xf32>) -> tensor<2xf32>
    qc.yield %e, %x : tensor<2xf32>, tensor<2xf32>
  }
  return %y#1 : tensor<2xf32>
}
