// Branches and loops of tensors become branches and loops of launches.
// RUN: qc-opt %s --qc-form-kernels --canonicalize --cse --qc-pack-weights --qc-plan-memory --qc-verify-kernels --split-input-file | FileCheck %s

// A condition that is data is read behind the launches in front of it; both branches write one buffer.
// CHECK-LABEL: func.func @main(
// CHECK-SAME:    %[[C:[^:]+]]: memref<i8>
// CHECK:      %[[N:.+]] = kernel.read %[[C]][%{{.+}}] : memref<i8>
// CHECK:      %[[IS:.+]] = arith.cmpi ne, %[[N]], %{{.+}} : index
// CHECK:      scf.if %[[IS]] {
// CHECK:        kernel.launch @qc_relu
// CHECK:        kernel.launch @copy{{.+}} outs(%[[Y:.+]] : memref<2x4xf32>)
// CHECK:      } else {
// CHECK:        kernel.launch @copy{{.+}} outs(%[[Y]] : memref<2x4xf32>) {kernel.border}
// CHECK-NEXT: }
// CHECK-NEXT: return
func.func @main(%c: tensor<i1>, %x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %y = qc.if %c : (tensor<i1>) -> tensor<2x4xf32> {
    %a = qc.relu %x : (tensor<2x4xf32>) -> tensor<2x4xf32>
    qc.yield %a : tensor<2x4xf32>
  } else {
    qc.yield %x : tensor<2x4xf32>
  }
  return %y : tensor<2x4xf32>
}
// -----
// A condition on sizes is arithmetic; what a branch demands of sizes is checked in it.
// CHECK-LABEL: func.func @main(
// CHECK-NOT:  kernel.read
// CHECK:      %[[LESS:.+]] = arith.cmpi
// CHECK-NOT:  kernel.check{{.*}}reduction
// CHECK:      scf.if
// CHECK:        kernel.check %{{.+}}, %{{.+}} {what = {{.*}}expects shapes that broadcast
// CHECK:        kernel.launch @qc_add
// CHECK:      } else {
// CHECK-NOT:    kernel.check
// CHECK:      }
module attributes {qc.symbols = {M = array<i64: 2, -1>, N = array<i64: 2, -1>}} {
  func.func @main(%x: tensor<?xf32> {qc.dims = ["N"]}, %z: tensor<?xf32> {qc.dims = ["M"]}) -> tensor<?xf32> {
    %five = qc.constant dense<5> : tensor<1xi64>
    %n = qc.shape %x {start = 0 : i64, end = 1 : i64} : (tensor<?xf32>) -> tensor<1xi64>
    %c = qc.less %five, %n : (tensor<1xi64>, tensor<1xi64>) -> tensor<1xi1>
    %y = qc.if %c : (tensor<1xi1>) -> tensor<?xf32> {
      %a = qc.add %x, %z : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
      qc.yield %a : tensor<?xf32>
    } else {
      qc.yield %x : tensor<?xf32>
    }
    return %y : tensor<?xf32>
  }
}
// -----
// The steps of a sequence are read where they lie, the elements of a scan output written in their places, the last one
// first; the carried value has a buffer.
// CHECK-LABEL: func.func @main(
// CHECK-SAME:    %[[X:[^:]+]]: memref<5x4xf32>
// CHECK-SAME:    memref<4xf32>{{.*}}, %[[ALL:[^:]+]]: memref<5x4xf32>
// CHECK:      kernel.launch @copy{{.+}} outs(%[[H:.+]] : memref<4xf32>)
// CHECK:      scf.for %[[I:.+]] = %c0 to %c5 step %c1 {
// CHECK-DAG:    %[[AT:.+]] = arith.muli %[[I]], %c4
// CHECK-DAG:    %[[BACK:.+]] = arith.subi %c4, %[[I]]
// CHECK-DAG:    %[[PLACE:.+]] = arith.muli %[[BACK]], %c4
// CHECK:        kernel.launch @qc_add{{.+}} ins(%[[H]], %{{.+}}, %[[X]], %[[AT]]
// CHECK:        kernel.launch @copy{{.+}} %[[PLACE]], {{.+}} outs(%[[ALL]] : memref<5x4xf32>)
// CHECK:        kernel.launch @copy{{.+}} outs(%[[H]] : memref<4xf32>) {kernel.border}
// CHECK-NEXT: }
func.func @main(%x: tensor<5x4xf32>, %h: tensor<4xf32>) -> (tensor<4xf32>, tensor<5x4xf32>) {
  %n = qc.constant dense<5> : tensor<i64>
  %true = qc.constant dense<true> : tensor<i1>
  %y:2 = qc.loop trips(%n) carries(%h) {backward = array<i1: true>} : (tensor<i64>, tensor<4xf32>) -> (tensor<4xf32>, tensor<5x4xf32>) {
  ^bb0(%i: tensor<i64>, %a: tensor<4xf32>):
    %s = qc.gather %x, %i {axis = 0 : i64} : (tensor<5x4xf32>, tensor<i64>) -> tensor<4xf32>
    %b = qc.add %a, %s : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    qc.yield %true, %b, %b : tensor<i1>, tensor<4xf32>, tensor<4xf32>
  }
  return %y#0, %y#1 : tensor<4xf32>, tensor<5x4xf32>
}
// -----
// Carried values that change places pass through copies. What is made outside of a loop and read in it lives as long as
// the loop: nothing that is made in it lies there.
// CHECK-LABEL: func.func @main(
// CHECK:      scf.while (%{{.+}} = %c0, %[[GO:.+]] = %{{.+}}) : (index, i1) -> index {
// CHECK-NEXT:   scf.condition(%[[GO]])
// CHECK:      } do {
// CHECK:        %[[F:.+]] = kernel.read
// CHECK:        kernel.launch @copy{{.+}} outs(%[[T:.+]] : memref<2xf32>)
// CHECK:        kernel.launch @copy{{.+}} outs(%[[U:.+]] : memref<2xf32>)
// CHECK:        kernel.launch @copy{{.+}}ins(%[[T]],
// CHECK:        kernel.launch @copy{{.+}}ins(%[[U]],
// CHECK:        scf.yield
func.func @main(%c: tensor<i1>, %a: tensor<2xf32>, %b: tensor<2xf32>, %limit: tensor<f32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %y:2 = qc.loop while(%c) carries(%a, %b) {backward = array<i1>} : (tensor<i1>, tensor<2xf32>, tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  ^bb0(%i: tensor<i64>, %p: tensor<2xf32>, %q: tensor<2xf32>):
    %m = qc.reduce max %p {axes = array<i64: 0>, keep_dims = false} : (tensor<2xf32>) -> tensor<f32>
    %go = qc.less %m, %limit : (tensor<f32>, tensor<f32>) -> tensor<i1>
    qc.yield %go, %q, %p : tensor<i1>, tensor<2xf32>, tensor<2xf32>
  }
  return %y#0, %y#1 : tensor<2xf32>, tensor<2xf32>
}
// -----
// The cells of recurrent networks are one kernel each.
// CHECK-LABEL: func.func @main(
// CHECK-COUNT-1: kernel.launch @lstm_cell
// CHECK-COUNT-1: kernel.launch @gru_cell
// CHECK-NOT:  kernel.launch
func.func @main(%g: tensor<2x32xf32>, %c: tensor<2x8xf32>, %x: tensor<2x24xf32>) -> (tensor<2x2x8xf32>, tensor<2x8xf32>) {
  %y = qc.lstm_cell %g, %c : (tensor<2x32xf32>, tensor<2x8xf32>) -> tensor<2x2x8xf32>
  %z = qc.gru_cell %x, %x, %c : (tensor<2x24xf32>, tensor<2x24xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  return %y, %z : tensor<2x2x8xf32>, tensor<2x8xf32>
}
