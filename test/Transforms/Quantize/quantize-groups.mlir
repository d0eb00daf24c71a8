// Contraction groups and unary chains: where the rounding points stand (docs/Numerics.md, Rounding points).
// RUN: qc-opt %s --split-input-file --qc-assign --qc-quantize --qc-verify-quantized | FileCheck %s

// Both operands of an add are products: the later one takes the add, the other is a group of its own.
module {
qc.stats @one {of = "one", count = 1 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
qc.stats @two {of = "two", count = 1 : i64, min = 0.0 : f32, max = 510.0 : f32, data = "", epoch = 0 : i64}
qc.stats @four {of = "four", count = 1 : i64, min = 0.0 : f32, max = 1020.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<1x2xf32>) -> (tensor<1x2xf32>) {
  qc.observe %x @one : tensor<1x2xf32>
  %w = qc.constant dense<[[127.0, 0.0], [0.0, 127.0]]> : tensor<2x2xf32>
  // CHECK: %[[A:.+]] = qc.matmul
  // CHECK-NEXT: %[[QA:.+]] = qc.quantize %[[A]]
  // CHECK-NEXT: %[[DA:.+]] = qc.dequantize %[[QA]]
  %a = qc.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  qc.observe %a @one : tensor<1x2xf32>
  // CHECK: %[[B:.+]] = qc.matmul
  // CHECK-NEXT: %[[S:.+]] = qc.add %[[B]], %[[DA]]
  %b = qc.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  qc.observe %b @one : tensor<1x2xf32>
  %s = qc.add %b, %a : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  qc.observe %s @one : tensor<1x2xf32>
  // CHECK-NEXT: %[[Y:.+]] = qc.relu %[[S]]
  // CHECK-NEXT: qc.quantize %[[Y]]
  %y = qc.relu %s : (tensor<1x2xf32>) -> tensor<1x2xf32>
  qc.observe %y @one : tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}
}
// -----
// An add of a value with itself has no product in between: the value has two uses. It takes the clamp behind it, what follows is a
// chain of its own; a product between two adds takes one of them.
module {
qc.stats @one {of = "one", count = 1 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
qc.stats @two {of = "two", count = 1 : i64, min = 0.0 : f32, max = 510.0 : f32, data = "", epoch = 0 : i64}
qc.stats @four {of = "four", count = 1 : i64, min = 0.0 : f32, max = 1020.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<1x2xf32>) -> (tensor<1x2xf32>) {
  qc.observe %x @one : tensor<1x2xf32>
  %w = qc.constant dense<[[127.0, 0.0], [0.0, 127.0]]> : tensor<2x2xf32>
  // CHECK: %[[A:.+]] = qc.matmul
  // CHECK-NEXT: qc.quantize %[[A]]
  // CHECK-NEXT: %[[DA:.+]] = qc.dequantize
  // CHECK-NEXT: %[[S:.+]] = qc.add %[[DA]], %[[DA]]
  %a = qc.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  qc.observe %a @one : tensor<1x2xf32>
  %s = qc.add %a, %a : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  qc.observe %s @one : tensor<1x2xf32>
  // CHECK-NEXT: %[[R:.+]] = qc.relu %[[S]]
  // CHECK-NEXT: qc.quantize %[[R]]
  // CHECK-NEXT: %[[DR:.+]] = qc.dequantize
  // CHECK-NEXT: %[[H:.+]] = qc.hard_swish %[[DR]]
  // CHECK-NEXT: qc.quantize %[[H]]
  // CHECK-NEXT: %[[DH:.+]] = qc.dequantize
  %r = qc.relu %s : (tensor<1x2xf32>) -> tensor<1x2xf32>
  qc.observe %r @one : tensor<1x2xf32>
  %h = qc.hard_swish %r : (tensor<1x2xf32>) -> tensor<1x2xf32>
  qc.observe %h @one : tensor<1x2xf32>
  // CHECK: %[[B:.+]] = qc.matmul %[[DH]]
  // CHECK-NEXT: %[[T:.+]] = qc.add %[[B]], %[[DH]]
  // CHECK-NEXT: qc.quantize %[[T]]
  // CHECK-NEXT: %[[DT:.+]] = qc.dequantize
  // CHECK-NEXT: %[[Y:.+]] = qc.add %[[DT]], %[[DH]]
  // CHECK-NEXT: qc.quantize %[[Y]]
  %b = qc.matmul %h, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  qc.observe %b @one : tensor<1x2xf32>
  %t = qc.add %b, %h : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  qc.observe %t @one : tensor<1x2xf32>
  %y = qc.add %t, %h : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  qc.observe %y @one : tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}
}
// -----
// A value in between that is read twice ends the group or chain; a graph output is a use, an observer is none. hard_swish is no
// member of a group.
module {
qc.stats @one {of = "one", count = 1 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
qc.stats @two {of = "two", count = 1 : i64, min = 0.0 : f32, max = 510.0 : f32, data = "", epoch = 0 : i64}
qc.stats @four {of = "four", count = 1 : i64, min = 0.0 : f32, max = 1020.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<1x2xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>) {
  qc.observe %x @one : tensor<1x2xf32>
  %w = qc.constant dense<[[127.0, 0.0], [0.0, 127.0]]> : tensor<2x2xf32>
  // CHECK: %[[A:.+]] = qc.matmul
  // CHECK-NEXT: qc.quantize %[[A]]
  // CHECK-NEXT: %[[DA:.+]] = qc.dequantize
  // CHECK-NEXT: %[[R:.+]] = qc.relu %[[DA]]
  // CHECK-NEXT: qc.quantize %[[R]]
  // CHECK-NEXT: %[[DR:.+]] = qc.dequantize
  // CHECK-NEXT: %[[H:.+]] = qc.hard_swish %[[DR]]
  %a = qc.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  qc.observe %a @one : tensor<1x2xf32>
  %r = qc.relu %a : (tensor<1x2xf32>) -> tensor<1x2xf32>
  qc.observe %r @one : tensor<1x2xf32>
  %y = qc.hard_swish %r : (tensor<1x2xf32>) -> tensor<1x2xf32>
  qc.observe %y @one : tensor<1x2xf32>
  // CHECK: %[[B:.+]] = qc.matmul
  // CHECK-NEXT: qc.quantize %[[B]]
  %b = qc.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  qc.observe %b @one : tensor<1x2xf32>
  %h = qc.hard_swish %b : (tensor<1x2xf32>) -> tensor<1x2xf32>
  qc.observe %h @one : tensor<1x2xf32>
  return %y, %a, %r, %h : tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>
}
}
// -----
// The add of a group has one shape: a broadcast residual is added behind the rounding.
module {
qc.stats @one {of = "one", count = 1 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
qc.stats @two {of = "two", count = 1 : i64, min = 0.0 : f32, max = 510.0 : f32, data = "", epoch = 0 : i64}
qc.stats @four {of = "four", count = 1 : i64, min = 0.0 : f32, max = 1020.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<1x2xf32>) -> (tensor<1x2xf32>) {
  qc.observe %x @one : tensor<1x2xf32>
  %w = qc.constant dense<[[127.0, 0.0], [0.0, 127.0]]> : tensor<2x2xf32>
  %c = qc.constant dense<[0.0, 255.0]> : tensor<2xf32>
  %k = qc.constant dense<[[0.0, 255.0]]> : tensor<1x2xf32>
  // CHECK: %[[A:.+]] = qc.matmul
  // CHECK-NEXT: qc.quantize %[[A]]
  // CHECK-NEXT: %[[DA:.+]] = qc.dequantize
  // CHECK-NEXT: %[[S:.+]] = qc.add %[[DA]]
  // CHECK-NEXT: qc.quantize %[[S]]
  %a = qc.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  qc.observe %a @one : tensor<1x2xf32>
  %s = qc.add %a, %c : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  qc.observe %s @one : tensor<1x2xf32>
  // CHECK: %[[B:.+]] = qc.matmul
  // CHECK-NEXT: %[[Y:.+]] = qc.add %{{.+}}, %[[B]]
  // CHECK-NEXT: qc.quantize %[[Y]]
  %b = qc.matmul %s, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  qc.observe %b @one : tensor<1x2xf32>
  %y = qc.add %k, %b : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  qc.observe %y @one : tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}
}
// -----
// A float operation ends a group: the rule of its reader does not change what the product rounds to.
module {
qc.stats @one {of = "one", count = 1 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
qc.stats @two {of = "two", count = 1 : i64, min = 0.0 : f32, max = 510.0 : f32, data = "", epoch = 0 : i64}
qc.stats @four {of = "four", count = 1 : i64, min = 0.0 : f32, max = 1020.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<1x2xf32>) -> (tensor<1x2xf32>) {
  qc.observe %x @one : tensor<1x2xf32>
  %w = qc.constant dense<[[127.0, 0.0], [0.0, 127.0]]> : tensor<2x2xf32>
  // CHECK: %[[A:.+]] = qc.matmul
  // CHECK-NEXT: qc.quantize %[[A]]
  // CHECK-NEXT: %[[DA:.+]] = qc.dequantize
  // CHECK-NEXT: %[[S:.+]] = qc.log_softmax %[[DA]]
  // CHECK-NEXT: return %[[S]]
  %a = qc.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  qc.observe %a @one : tensor<1x2xf32>
  %y = qc.log_softmax %a {axis = 1 : i64} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}
}
// -----
// Style ort: a group has no add, a float output is rounded.
module attributes {qc.style = "ort"} {
qc.stats @one {of = "one", count = 1 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
qc.stats @two {of = "two", count = 1 : i64, min = 0.0 : f32, max = 510.0 : f32, data = "", epoch = 0 : i64}
qc.stats @four {of = "four", count = 1 : i64, min = 0.0 : f32, max = 1020.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<1x2xf32>) -> (tensor<1x2xf32>) {
  qc.observe %x @one : tensor<1x2xf32>
  %w = qc.constant dense<[[127.0, 0.0], [0.0, 127.0]]> : tensor<2x2xf32>
  // CHECK: %[[A:.+]] = qc.matmul
  // CHECK-NEXT: qc.quantize %[[A]]
  // CHECK-NEXT: %[[DA:.+]] = qc.dequantize
  // CHECK-NEXT: %[[S:.+]] = qc.add %[[DA]]
  // CHECK-NEXT: qc.quantize %[[S]]
  %a = qc.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  qc.observe %a @one : tensor<1x2xf32>
  %s = qc.add %a, %x : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  qc.observe %s @one : tensor<1x2xf32>
  // CHECK: %[[B:.+]] = qc.matmul
  // CHECK-NEXT: %[[R:.+]] = qc.relu %[[B]]
  // CHECK-NEXT: qc.quantize %[[R]]
  // CHECK: %[[Y:.+]] = qc.matmul
  // CHECK-NEXT: qc.quantize %[[Y]]
  // CHECK-NEXT: %[[DY:.+]] = qc.dequantize
  // CHECK-NEXT: return %[[DY]]
  %b = qc.matmul %s, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  qc.observe %b @one : tensor<1x2xf32>
  %r = qc.relu %b : (tensor<1x2xf32>) -> tensor<1x2xf32>
  qc.observe %r @one : tensor<1x2xf32>
  %y = qc.matmul %r, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  qc.observe %y @one : tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}
}
// -----
// sub, mul and pools take a clamp into their rounding; what a clamp follows twice, or what is read twice, does not.
module {
qc.stats @one {of = "one", count = 1 : i64, min = -1.0 : f32, max = 254.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<1x2x2xf32>) -> (tensor<1x2x2xf32>, tensor<1x2x1xf32>) {
  qc.observe %x @one : tensor<1x2x2xf32>
  // CHECK: %[[M:.+]] = qc.mul
  // CHECK-NEXT: %[[R:.+]] = qc.relu %[[M]]
  // CHECK-NEXT: %[[QR:.+]] = qc.quantize %[[R]]
  // CHECK-NEXT: %[[DR:.+]] = qc.dequantize %[[QR]]
  %m = qc.mul %x, %x : (tensor<1x2x2xf32>, tensor<1x2x2xf32>) -> tensor<1x2x2xf32>
  qc.observe %m @one : tensor<1x2x2xf32>
  %r = qc.relu %m : (tensor<1x2x2xf32>) -> tensor<1x2x2xf32>
  qc.observe %r @one : tensor<1x2x2xf32>
  // CHECK: %[[S:.+]] = qc.sub %[[DR]], %{{.+}}
  // CHECK-NEXT: %[[QS:.+]] = qc.quantize %[[S]]
  // CHECK-NEXT: %[[DS:.+]] = qc.dequantize %[[QS]]
  // CHECK-NEXT: %[[T:.+]] = qc.relu %[[DS]]
  // CHECK-NEXT: qc.quantize %[[T]]
  %s = qc.sub %r, %x : (tensor<1x2x2xf32>, tensor<1x2x2xf32>) -> tensor<1x2x2xf32>
  qc.observe %s @one : tensor<1x2x2xf32>
  %t = qc.relu %s : (tensor<1x2x2xf32>) -> tensor<1x2x2xf32>
  qc.observe %t @one : tensor<1x2x2xf32>
  // CHECK: %[[P:.+]] = qc.global_avg_pool
  // CHECK-NEXT: %[[C:.+]] = qc.relu %[[P]]
  // CHECK-NEXT: qc.quantize %[[C]]
  %p = qc.global_avg_pool %s : (tensor<1x2x2xf32>) -> tensor<1x2x1xf32>
  qc.observe %p @one : tensor<1x2x1xf32>
  %c = qc.relu %p : (tensor<1x2x1xf32>) -> tensor<1x2x1xf32>
  qc.observe %c @one : tensor<1x2x1xf32>
  return %t, %c : tensor<1x2x2xf32>, tensor<1x2x1xf32>
}
}
// -----
// Sums with and products by constants of one element are steps of a chain; a constant of more dimensions widens the result, and
// one of more elements is an operand like another.
module {
qc.stats @one {of = "one", count = 1 : i64, min = -1.0 : f32, max = 254.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<1x2xf32>) -> (tensor<1x2xf32>, tensor<1x1x2xf32>) {
  qc.observe %x @one : tensor<1x2xf32>
  %k = qc.constant dense<2.0> : tensor<f32>
  %l = qc.constant dense<3.0> : tensor<1x1x1xf32>
  %v = qc.constant dense<[1.0, 2.0]> : tensor<2xf32>
  // CHECK: %[[M:.+]] = qc.mul %{{.+}}, %{{.+}}
  // CHECK-NEXT: %[[H:.+]] = qc.hard_swish %[[M]]
  // CHECK-NEXT: %[[S:.+]] = qc.sub %{{.+}}, %[[H]]
  // CHECK-NEXT: %[[QS:.+]] = qc.quantize %[[S]]
  // CHECK-NEXT: %[[DS:.+]] = qc.dequantize %[[QS]]
  %m = qc.mul %x, %k : (tensor<1x2xf32>, tensor<f32>) -> tensor<1x2xf32>
  qc.observe %m @one : tensor<1x2xf32>
  %h = qc.hard_swish %m : (tensor<1x2xf32>) -> tensor<1x2xf32>
  qc.observe %h @one : tensor<1x2xf32>
  %s = qc.sub %k, %h : (tensor<f32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  qc.observe %s @one : tensor<1x2xf32>
  // CHECK: %[[A:.+]] = qc.add %[[DS]], %{{.+}}
  // CHECK-NEXT: qc.quantize %[[A]]
  %a = qc.add %s, %v : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  qc.observe %a @one : tensor<1x2xf32>
  // CHECK: %[[W:.+]] = qc.mul %[[DS]], %{{.+}} -> tensor<1x1x2xf32>
  // CHECK-NEXT: qc.quantize %[[W]]
  %w = qc.mul %s, %l : (tensor<1x2xf32>, tensor<1x1x1xf32>) -> tensor<1x1x2xf32>
  qc.observe %w @one : tensor<1x1x2xf32>
  return %a, %w : tensor<1x2xf32>, tensor<1x1x2xf32>
}
}
