// Arguments and results get an observer and empty statistics in program order; constants and other types do not.
// RUN: qc-opt %s --qc-insert-observers --split-input-file --mlir-print-debuginfo | FileCheck %s

// CHECK-LABEL: func.func @main
// CHECK-SAME:    %[[X:.+]]: tensor<2x4xf32> {qc.name = "x"}{{.*}}, %[[I:.+]]: tensor<2xi64>{{.*}}, %[[Y:.+]]: tensor<2x3xf32>
// CHECK-NEXT:    qc.observe %[[X]] @t0
// CHECK-NEXT:    qc.observe %[[Y]] @t1
// CHECK:         qc.constant
// CHECK-NEXT:    %[[H:.+]] = qc.matmul
// CHECK-NEXT:    qc.observe %[[H]] @t2
// CHECK-NEXT:    %[[S:.+]] = qc.add
// CHECK-NEXT:    qc.observe %[[S]] @t3
// CHECK-NEXT:    return %[[S]], %[[I]]
// CHECK:       qc.stats @t0 {count = 0 : i64, data = "", epoch = 0 : i64, max = 0.0{{.*}} : f32, min = 0.0{{.*}} : f32, of = "x"}
// CHECK-NEXT:  qc.stats @t1 {{.*}}of = "skip"
// CHECK-NEXT:  qc.stats @t2 {{.*}}of = "hidden"
// CHECK-NEXT:  qc.stats @t3 {{.*}}of = "sum"
func.func @main(%x: tensor<2x4xf32> {qc.name = "x"}, %i: tensor<2xi64> {qc.name = "i"},
                %y: tensor<2x3xf32> {qc.name = "skip"})
    -> (tensor<2x3xf32> {qc.name = "sum"}, tensor<2xi64> {qc.name = "i2"}) {
  %w = qc.constant dense<1.0> : tensor<4x3xf32>
  %h = qc.matmul %x, %w : (tensor<2x4xf32>, tensor<4x3xf32>) -> tensor<2x3xf32> loc("hidden")
  %s = qc.add %h, %y : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32> loc(fused["sum", "old"])
  return %s, %i : tensor<2x3xf32>, tensor<2xi64>
}

// -----

// Unknown dimensions make no difference; the epoch is the module's; a taken symbol is passed over; without a name a
// value is called by its symbol.
// CHECK-LABEL: module attributes {qc.epoch = 3 : i64}
// CHECK:         func.func @main(%[[X:.+]]: tensor<?x4xf32>
// CHECK-NEXT:    qc.observe %[[X]] @t1 : tensor<?x4xf32>
// CHECK-NEXT:    %[[R:.+]] = qc.relu
// CHECK-NEXT:    qc.observe %[[R]] @t2 : tensor<?x4xf32>
// CHECK:         func.func private @t0
// CHECK:         qc.stats @t1 {{.*}}epoch = 3 : i64{{.*}}of = "t1"
// CHECK-NEXT:    qc.stats @t2 {{.*}}epoch = 3 : i64{{.*}}of = "t2"
module attributes {qc.epoch = 3 : i64} {
  func.func @main(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
    %r = qc.relu %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
    return %r : tensor<?x4xf32>
  }
  func.func private @t0()
}
