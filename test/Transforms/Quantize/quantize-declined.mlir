// What quantize does not do, it says: operations without an integer form become float before their neighbours get parameters.
// RUN: qc-opt %s --split-input-file --qc-assign --qc-quantize --qc-verify-quantized --remarks-filter=qc-quantize --verify-diagnostics | FileCheck %s

// The real factor of the product is beyond 2^30: its shift would be below 1. The reshape follows it, the relu does not.
module {
qc.stats @x {of = "x", count = 1 : i64, min = 0.0 : f32, max = 1.0e+12 : f32, data = "", epoch = 0 : i64}
qc.stats @y {of = "y", count = 1 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<1x2xf32>) -> tensor<2xf32> {
  qc.observe %x @x : tensor<1x2xf32>
  %w = qc.constant dense<[[127.0, 1.0], [1.0, 127.0]]> : tensor<2x2xf32>
  // CHECK-NOT: qc.quantize
  // CHECK: qc.matmul %arg0, %{{.+}} {qc.assignment = #qc.assignment<f32, [f32, f32], "[[REASON:.*shift.*]]", default>, qc.float_reason = "[[REASON]]"}
  // expected-remark @below {{shift}}
  %a = qc.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  qc.observe %a @y : tensor<1x2xf32>
  // CHECK: qc.reshape {{.*}}qc.float_reason = "its operand is float"
  // expected-remark @below {{its operand is float}}
  %r = qc.reshape %a {shape = array<i64: 2>} : (tensor<1x2xf32>) -> tensor<2xf32>
  qc.observe %r @y : tensor<2xf32>
  // CHECK-NEXT: qc.quantize
  // CHECK-NEXT: qc.dequantize
  // CHECK-NEXT: qc.hard_swish {{.*}}#qc.assignment<ui8
  %y = qc.hard_swish %r : (tensor<2xf32>) -> tensor<2xf32>
  qc.observe %y @y : tensor<2xf32>
  return %y : tensor<2xf32>
}
}
// -----
// A product of two activations over an unknown depth: its register has no bound.
module {
qc.stats @x {of = "x", count = 1 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<1x?xf32>, %y: tensor<?x1xf32>) -> tensor<1x1xf32> {
  qc.observe %x @x : tensor<1x?xf32>
  qc.observe %y @x : tensor<?x1xf32>
  // CHECK: qc.matmul %arg0, %arg1 {{.*}}qc.float_reason = "
  // expected-remark-re @below {{{{.+}}}}
  %a = qc.matmul %x, %y : (tensor<1x?xf32>, tensor<?x1xf32>) -> tensor<1x1xf32>
  qc.observe %a @x : tensor<1x1xf32>
  return %a : tensor<1x1xf32>
}
}
// -----
// With a bound it has one, and without one the reason is what stands on it: for averages over symbolic sizes too.
module {
qc.stats @x {of = "x", count = 1 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<1x1x?xf32>, %y: tensor<1x?x1xf32>) -> (tensor<1x1x1xf32>, tensor<1x1x1xf32>, tensor<1x1x1xf32>) {
  qc.observe %x @x : tensor<1x1x?xf32>
  qc.observe %y @x : tensor<1x?x1xf32>
  // CHECK: qc.matmul {{.*}}#qc.assignment<ui8
  %a = qc.matmul %x, %y {max_depth = 100 : i64} : (tensor<1x1x?xf32>, tensor<1x?x1xf32>) -> tensor<1x1x1xf32>
  qc.observe %a @x : tensor<1x1x1xf32>
  %r = qc.relu %a : (tensor<1x1x1xf32>) -> tensor<1x1x1xf32>
  qc.observe %r @x : tensor<1x1x1xf32>
  // CHECK: qc.global_avg_pool {{.*}}counts = array<i64: 3, 5>{{.*}}#qc.assignment<ui8
  %b = qc.global_avg_pool %x {counts = array<i64: 3, 5>} : (tensor<1x1x?xf32>) -> tensor<1x1x1xf32>
  qc.observe %b @x : tensor<1x1x1xf32>
  // CHECK: qc.global_avg_pool {{.*}}qc.float_reason = "it averages over W values, and W has no upper bound"
  %c = qc.global_avg_pool %x {counts_reason = "it averages over W values, and W has no upper bound"} : (tensor<1x1x?xf32>) -> tensor<1x1x1xf32>
  qc.observe %c @x : tensor<1x1x1xf32>
  return %r, %b, %c : tensor<1x1x1xf32>, tensor<1x1x1xf32>, tensor<1x1x1xf32>
}
}
// -----
// Values without information: scale 1, zero point 0.
module {
qc.stats @x {of = "x", count = 0 : i64, min = 0.0 : f32, max = 0.0 : f32, data = "", epoch = 0 : i64}
qc.stats @y {of = "y", count = 8 : i64, min = 0.0 : f32, max = 0.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
// expected-remark @below {{the value was never observed: scale 1, zero point 0}}
func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  qc.observe %x @x : tensor<1x2xf32>
  // CHECK-DAG: %[[S:.+]] = qc.constant dense<1.000000e+00> : tensor<f32>
  // CHECK-DAG: %[[Z:.+]] = qc.constant dense<0> : tensor<ui8>
  // CHECK: qc.quantize %arg0, %[[S]], %[[Z]]
  // expected-remark @below {{every observed value is 0: scale 1, zero point 0}}
  %y = qc.relu %x : (tensor<1x2xf32>) -> tensor<1x2xf32>
  qc.observe %y @y : tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}
}
