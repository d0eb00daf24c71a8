// What only divides stays float: a code near 0 has no relative precision. A rule may want it otherwise.
// RUN: qc-opt %s --qc-assign | FileCheck %s
// RUN: echo '{"version": 1, "rules": [{"op": "sqrt", "assign": "int8"}]}' > %t.json
// RUN: qc-opt %s --qc-assign=rules=%t.json | FileCheck %s --check-prefix=RULE

// CHECK-LABEL: @main
func.func @main(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  // A square that is summed, its root, a constant beside it: all of it divides.
  // CHECK: qc.mul {{.*}}#qc.assignment<f32, [f32, f32], "its result only divides, and codes near 0 have no relative precision", default>
  %p = qc.mul %x, %x : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %s = qc.reduce sum %p {axes = array<i64: 1>, keep_dims = true} : (tensor<2x4xf32>) -> tensor<2x1xf32>
  // CHECK: qc.sqrt {{.*}}"its result only divides
  // RULE: qc.sqrt {{.*}}#qc.assignment<ui8, [ui8], "rules[0] of the rule file"
  %r = qc.sqrt %s : (tensor<2x1xf32>) -> tensor<2x1xf32>
  // CHECK: qc.add {{.*}}"its result only divides
  %epsilon = qc.constant dense<1.0e-5> : tensor<f32>
  %a = qc.add %r, %epsilon : (tensor<2x1xf32>, tensor<f32>) -> tensor<2x1xf32>
  %y = qc.div %x, %a : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  // Something else reads it too.
  // CHECK: qc.relu {{.*}}#qc.assignment<ui8
  %t = qc.relu %x : (tensor<2x4xf32>) -> tensor<2x4xf32>
  // CHECK: qc.div {{.*}}#qc.assignment<f32
  %q = qc.div %x, %t : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  // CHECK: qc.mul {{.*}}#qc.assignment<ui8
  %z = qc.mul %t, %q : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return %y, %z : tensor<2x4xf32>, tensor<2x4xf32>
}
