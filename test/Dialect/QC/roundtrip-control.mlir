// Branches, loops and recurrent cells are printed as they are read.
// RUN: qc-opt %s | qc-opt | FileCheck %s

// CHECK-LABEL: @branch
// CHECK: %[[Y:.+]] = qc.if %{{.+}} : (tensor<i1>) -> tensor<?x4xf32> {
// CHECK-NEXT: qc.yield %{{.+}} : tensor<2x4xf32>
// CHECK-NEXT: } else {
// CHECK-NEXT: %[[B:.+]] = qc.relu
// CHECK-NEXT: qc.yield %[[B]] : tensor<?x4xf32>
// CHECK: return %[[Y]]
func.func @branch(%c: tensor<i1>, %a: tensor<2x4xf32>, %x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %y = qc.if %c : (tensor<i1>) -> tensor<?x4xf32> {
    qc.yield %a : tensor<2x4xf32>
  } else {
    %b = qc.relu %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
    qc.yield %b : tensor<?x4xf32>
  }
  return %y : tensor<?x4xf32>
}
// CHECK-LABEL: @no_values
// CHECK: qc.if %{{.+}} : (tensor<1xi1>) -> () {
// CHECK-NEXT: qc.yield
// CHECK-NEXT: } else {
// CHECK-NEXT: qc.yield
// CHECK-NEXT: }
func.func @no_values(%c: tensor<1xi1>) {
  qc.if %c : (tensor<1xi1>) -> () {
    qc.yield
  } else {
    qc.yield
  }
  return
}
// CHECK-LABEL: @counted
// CHECK: qc.loop trips(%{{.+}}) carries(%{{.+}}) {backward = array<i1: true>} : (tensor<1xi64>, tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<?x2x4xf32>) {
// CHECK-NEXT: ^bb0(%[[I:.+]]: tensor<i64>, %[[H:.+]]: tensor<2x4xf32>):
// CHECK: qc.yield %{{.+}}, %[[T:.+]], %[[T]] : tensor<i1>, tensor<2x4xf32>, tensor<2x4xf32>
func.func @counted(%n: tensor<1xi64>, %h: tensor<2x4xf32>, %true: tensor<i1>) -> (tensor<2x4xf32>, tensor<?x2x4xf32>) {
  %y:2 = qc.loop trips(%n) carries(%h) {backward = array<i1: true>} : (tensor<1xi64>, tensor<2x4xf32>)
      -> (tensor<2x4xf32>, tensor<?x2x4xf32>) {
  ^bb0(%i: tensor<i64>, %a: tensor<2x4xf32>):
    %t = qc.tanh %a : (tensor<2x4xf32>) -> tensor<2x4xf32>
    qc.yield %true, %t, %t : tensor<i1>, tensor<2x4xf32>, tensor<2x4xf32>
  }
  return %y#0, %y#1 : tensor<2x4xf32>, tensor<?x2x4xf32>
}
// CHECK-LABEL: @conditional
// CHECK: qc.loop while(%{{.+}}) carries(%{{.+}}) {backward = array<i1>} : (tensor<i1>, tensor<f32>) -> tensor<f32> {
func.func @conditional(%c: tensor<i1>, %x: tensor<f32>, %limit: tensor<f32>) -> tensor<f32> {
  %y = qc.loop while(%c) carries(%x) {backward = array<i1>} : (tensor<i1>, tensor<f32>) -> tensor<f32> {
  ^bb0(%i: tensor<i64>, %a: tensor<f32>):
    %b = qc.add %a, %a : (tensor<f32>, tensor<f32>) -> tensor<f32>
    %d = qc.less %b, %limit : (tensor<f32>, tensor<f32>) -> tensor<i1>
    qc.yield %d, %b : tensor<i1>, tensor<f32>
  }
  return %y : tensor<f32>
}
// CHECK-LABEL: @cells
// CHECK: qc.lstm_cell %{{.+}}, %{{.+}} : (tensor<?x32xf32>, tensor<?x8xf32>) -> tensor<2x?x8xf32>
// CHECK: qc.gru_cell %{{.+}}, %{{.+}}, %{{.+}} : (tensor<2x24xf32>, tensor<2x24xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
func.func @cells(%g: tensor<?x32xf32>, %c: tensor<?x8xf32>, %x: tensor<2x24xf32>, %h: tensor<2x8xf32>)
    -> (tensor<2x?x8xf32>, tensor<2x8xf32>) {
  %y = qc.lstm_cell %g, %c : (tensor<?x32xf32>, tensor<?x8xf32>) -> tensor<2x?x8xf32>
  %z = qc.gru_cell %x, %x, %h : (tensor<2x24xf32>, tensor<2x24xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  return %y, %z : tensor<2x?x8xf32>, tensor<2x8xf32>
}
