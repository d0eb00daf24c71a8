// What is observed already is declined; statistics of another epoch are emptied.
// RUN: qc-opt %s --qc-insert-observers | FileCheck %s
// RUN: qc-opt %s --qc-insert-observers --remarks-filter='qc-insert-observers' --remark-format=emitRemark --verify-diagnostics

// CHECK-LABEL: module attributes {qc.epoch = 1 : i64}
// CHECK:         qc.observe %{{.+}} @a
// CHECK-NEXT:    qc.relu
// CHECK-NEXT:    qc.observe %{{.+}} @b
// CHECK-NEXT:    return
// CHECK:         qc.stats @a {count = 8 : i64, data = "f00d", epoch = 1 : i64, max = 2.0{{.*}}, min = -1.0
// CHECK-NEXT:    qc.stats @b {count = 0 : i64, data = "", epoch = 1 : i64, max = 0.000000e+00 : f32, min = 0.000000e+00 : f32, of = "r"}
module attributes {qc.epoch = 1 : i64} {
  func.func @main(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
    // expected-remark @below {{the value is observed already, as @a}}
    qc.observe %x @a : tensor<2x4xf32>
    %r = qc.relu %x : (tensor<2x4xf32>) -> tensor<2x4xf32>
    qc.observe %r @b : tensor<2x4xf32>
    return %r : tensor<2x4xf32>
  }
  qc.stats @a {of = "x", count = 8 : i64, min = -1.0 : f32, max = 2.0 : f32, data = "f00d", epoch = 1 : i64}
  qc.stats @b {of = "r", count = 8 : i64, min = 0.0 : f32, max = 2.0 : f32, data = "f00d", epoch = 0 : i64,
               histogram = #qc.histogram<0 [7], 4096 [1]>, observations = 1 : i64, mean_min = 0.0 : f64, mean_max = 2.0 : f64,
               operand_means = [#qc.operand_means<axis 1 : dense<0.5> : tensor<4xf32>>]}
}
