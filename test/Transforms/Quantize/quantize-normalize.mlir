// A normalization is a group of its own, with the relu or clip behind it; scale and bias stay constants (docs/Numerics.md, Normalization).
// RUN: qc-opt %s --split-input-file --qc-assign --qc-quantize --qc-verify-quantized | FileCheck %s
// RUN: echo '{"version": 1, "rules": [{"name": "asked", "assign": "int8"}]}' > %t.json
// RUN: qc-opt %s --split-input-file --qc-assign=rules=%t.json | FileCheck %s --check-prefix=RULE

module {
qc.stats @s {of = "s", count = 1 : i64, min = -4.0 : f32, max = 4.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<?x8xf32>) -> (tensor<?x8xf32>, tensor<?x8xf32>) {
  // CHECK: %[[G:.+]] = qc.constant dense<2.000000e+00> : tensor<8xf32>
  // CHECK: %[[Y:.+]] = qc.normalize %{{.+}} scale %[[G]] bias %[[G]] {{.*}}qc.assignment = #qc.assignment<ui8, [ui8, f32, f32], "quantized by default", default>
  // CHECK-NEXT: %[[R:.+]] = qc.relu %[[Y]]
  // CHECK-NEXT: qc.quantize %[[R]]
  qc.observe %x @s : tensor<?x8xf32>
  %g = qc.constant dense<2.0> : tensor<8xf32>
  %y = qc.normalize %x scale %g bias %g {axes = array<i64: 1>, centered = true, epsilon = 1.0e-5 : f32} : (tensor<?x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<?x8xf32> loc("asked")
  qc.observe %y @s : tensor<?x8xf32>
  %r = qc.relu %y : (tensor<?x8xf32>) -> tensor<?x8xf32>
  qc.observe %r @s : tensor<?x8xf32>
  // CHECK: %[[Z:.+]] = qc.normalize
  // CHECK-NEXT: qc.quantize %[[Z]]
  %z = qc.normalize %r {axes = array<i64: 1>, centered = false, epsilon = 1.0e-5 : f32} : (tensor<?x8xf32>) -> tensor<?x8xf32>
  qc.observe %z @s : tensor<?x8xf32>
  return %r, %z : tensor<?x8xf32>, tensor<?x8xf32>
}
}
// -----
module {
qc.stats @s {of = "s", count = 1 : i64, min = -4.0 : f32, max = 4.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<3x?xf32>, %g: tensor<3x1xf32>) -> (tensor<3x?xf32>) {
  // CHECK: qc.normalize {{.*}}qc.float_reason = "it normalizes over a dimension that is not known"
  qc.observe %x @s : tensor<3x?xf32>
  %y = qc.normalize %x scale %g {axes = array<i64: 1>, centered = true, epsilon = 1.0e-5 : f32} : (tensor<3x?xf32>, tensor<3x1xf32>) -> tensor<3x?xf32> loc("asked")
  qc.observe %y @s : tensor<3x?xf32>
  return %y : tensor<3x?xf32>
}
}
// -----
// Between floats a normalization is float, unless a rule says otherwise; not so where codes read it, or are what it reads.
module {
qc.stats @s {of = "s", count = 1 : i64, min = -4.0 : f32, max = 4.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<2x8xf32>) -> (tensor<2x8xf32>, tensor<2x8xf32>, tensor<2x8xf32>) {
  qc.observe %x @s : tensor<2x8xf32>
  %d = qc.div %x, %x : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  qc.observe %d @s : tensor<2x8xf32>
  // CHECK: qc.normalize %{{.+}} {axes = array<i64: 1>, {{.*}}qc.float_reason = "what it normalizes and what reads it are float, between which codes only lose; a rule can ask for them"
  // RULE: qc.normalize {{.*}}#qc.assignment<ui8, [ui8], "rules[0] of the rule file", user>
  %y = qc.normalize %d {axes = array<i64: 1>, centered = false, epsilon = 1.0e-5 : f32} : (tensor<2x8xf32>) -> tensor<2x8xf32> loc("asked")
  qc.observe %y @s : tensor<2x8xf32>
  // CHECK: qc.normalize {{.*}}#qc.assignment<ui8, [ui8]
  %z = qc.normalize %d {axes = array<i64: 1>, centered = true, epsilon = 1.0e-5 : f32} : (tensor<2x8xf32>) -> tensor<2x8xf32>
  qc.observe %z @s : tensor<2x8xf32>
  %r = qc.relu %z : (tensor<2x8xf32>) -> tensor<2x8xf32>
  qc.observe %r @s : tensor<2x8xf32>
  // CHECK: qc.normalize {{.*}}#qc.assignment<ui8, [ui8]
  %w = qc.normalize %r {axes = array<i64: 1>, centered = false, epsilon = 1.0e-5 : f32} : (tensor<2x8xf32>) -> tensor<2x8xf32>
  qc.observe %w @s : tensor<2x8xf32>
  return %y, %r, %w : tensor<2x8xf32>, tensor<2x8xf32>, tensor<2x8xf32>
}
}
