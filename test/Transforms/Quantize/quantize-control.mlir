// In branches and loops operations are quantized as elsewhere, but for what calibration never entered. What a branch
// gives, and what a loop carries, is float.
// RUN: qc-opt %s --qc-assign --qc-quantize --qc-verify-quantized | FileCheck %s
// RUN: qc-opt %s --qc-assign --qc-quantize | qc-opt --pass-pipeline='builtin.module(func.func(qc-convert-to-dyadic,cse,qc-verify-integer))' | FileCheck %s --check-prefix=INTEGER

qc.stats @x {of = "x", count = 80 : i64, min = -1.0 : f32, max = 1.0 : f32, data = "f00d", epoch = 0 : i64}
qc.stats @a {of = "a", count = 80 : i64, min = -4.0 : f32, max = 4.0 : f32, data = "f00d", epoch = 0 : i64}
qc.stats @b {of = "b", count = 0 : i64, min = 0.0 : f32, max = 0.0 : f32, data = "f00d", epoch = 0 : i64}
qc.stats @y {of = "y", count = 80 : i64, min = -4.0 : f32, max = 4.0 : f32, data = "f00d", epoch = 0 : i64}
qc.stats @h {of = "h", count = 80 : i64, min = -4.0 : f32, max = 4.0 : f32, data = "f00d", epoch = 0 : i64}
qc.stats @p {of = "p", count = 80 : i64, min = -8.0 : f32, max = 8.0 : f32, data = "f00d", epoch = 0 : i64}
qc.stats @z {of = "z", count = 80 : i64, min = -8.0 : f32, max = 8.0 : f32, data = "f00d", epoch = 0 : i64}

// CHECK-LABEL: @main
// A value that a branch reads is rounded where it is made.
// CHECK:      %[[Q:.+]] = qc.quantize %arg0
// CHECK-NEXT: %[[X:.+]] = qc.dequantize %[[Q]]
// CHECK:      qc.if
// CHECK:        qc.matmul %[[X]], %{{.+}} {{{.*}}qc.assignment = #qc.assignment<ui8
// CHECK-NEXT:   %[[A:.+]] = qc.quantize
// CHECK-NEXT:   %[[B:.+]] = qc.dequantize %[[A]]
// CHECK-NEXT:   qc.yield %[[B]]
// CHECK:      } else {
// CHECK:        qc.matmul %arg0, %{{.+}} {{{.*}}qc.float_reason = "it stands in a branch or loop that calibration did not enter"
// CHECK:      qc.loop
// CHECK-NEXT: ^bb0(%{{.+}}: tensor<i64>, %[[H:.+]]: tensor<2x4xf32>):
// CHECK-NEXT:   %[[C:.+]] = qc.quantize %[[H]]
// CHECK-NEXT:   qc.dequantize %[[C]]

// INTEGER:     qc.if
// INTEGER:       dyadic.matmul
// INTEGER:       dyadic.requant
// INTEGER:     } else {
// INTEGER-NOT:   dyadic
// INTEGER:       qc.yield
// INTEGER:     qc.loop
// INTEGER:       dyadic.matmul
// INTEGER:       dyadic.requant
func.func @main(%x: tensor<2x4xf32>, %c: tensor<i1>, %n: tensor<i64>) -> tensor<2x4xf32> {
  qc.observe %x @x : tensor<2x4xf32>
  %true = qc.constant dense<true> : tensor<i1>
  %w = qc.constant dense<[[1.0, 0.5, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, -1.0, 1.0, 0.0], [0.0, 0.0, 0.25, 1.0]]> : tensor<4x4xf32>
  %y = qc.if %c : (tensor<i1>) -> tensor<2x4xf32> {
    %a = qc.matmul %x, %w : (tensor<2x4xf32>, tensor<4x4xf32>) -> tensor<2x4xf32>
    qc.observe %a @a : tensor<2x4xf32>
    qc.yield %a : tensor<2x4xf32>
  } else {
    %b = qc.matmul %x, %w : (tensor<2x4xf32>, tensor<4x4xf32>) -> tensor<2x4xf32>
    qc.observe %b @b : tensor<2x4xf32>
    qc.yield %b : tensor<2x4xf32>
  }
  qc.observe %y @y : tensor<2x4xf32>
  %z = qc.loop trips(%n) carries(%y) {backward = array<i1>} : (tensor<i64>, tensor<2x4xf32>) -> tensor<2x4xf32> {
  ^bb0(%i: tensor<i64>, %h: tensor<2x4xf32>):
    qc.observe %h @h : tensor<2x4xf32>
    %p = qc.matmul %h, %w : (tensor<2x4xf32>, tensor<4x4xf32>) -> tensor<2x4xf32>
    qc.observe %p @p : tensor<2x4xf32>
    qc.yield %true, %p : tensor<i1>, tensor<2x4xf32>
  }
  qc.observe %z @z : tensor<2x4xf32>
  return %z : tensor<2x4xf32>
}
