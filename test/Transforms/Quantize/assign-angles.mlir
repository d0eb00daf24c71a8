// What is turned by many radians stays float: a code's step may be a turn. A rule may want it otherwise.
// RUN: qc-opt %s --qc-assign | FileCheck %s
// RUN: echo '{"version": 1, "rules": [{"name": "c", "assign": "int8"}]}' > %t.json
// RUN: qc-opt %s --qc-assign=rules=%t.json | FileCheck %s --check-prefix=RULE

qc.stats @s0 {of = "a", count = 4 : i64, min = 0.0 : f32, max = 199.0 : f32, data = "d", epoch = 0 : i64}
qc.stats @s1 {of = "b", count = 4 : i64, min = -4.0 : f32, max = 4.0 : f32, data = "d", epoch = 0 : i64}

// CHECK-LABEL: @main
func.func @main(%positions: tensor<4x1xf32>, %x: tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32>) {
  %frequencies = qc.constant dense<[[1.0, 0.1]]> : tensor<1x2xf32>
  // CHECK: qc.mul {{.*}}#qc.assignment<f32, [f32, f32], "it is an angle, or of one, which codes tell no better than by parts of a turn", default>
  %turns = qc.mul %positions, %frequencies : (tensor<4x1xf32>, tensor<1x2xf32>) -> tensor<4x2xf32>
  // CHECK: qc.concat {{.*}}#qc.assignment<f32
  %a = qc.concat %turns, %turns {axis = 1 : i64} : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x4xf32>
  qc.observe %a @s0 : tensor<4x4xf32>
  // CHECK: qc.cos {{.*}}"it is an angle, or of one
  // RULE: qc.cos {{.*}}#qc.assignment<ui8, [ui8], "rules[0] of the rule file"
  %c = qc.cos %a : (tensor<4x4xf32>) -> tensor<4x4xf32> loc("c")
  // CHECK: qc.sin {{.*}}"it is an angle, or of one
  %s = qc.sin %a : (tensor<4x4xf32>) -> tensor<4x4xf32>
  // What they multiply has codes, and so have they.
  // CHECK: qc.mul {{.*}}#qc.assignment<ui8
  %p = qc.mul %x, %c : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %q = qc.mul %x, %s : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  // CHECK: qc.add {{.*}}#qc.assignment<ui8
  %y = qc.add %p, %q : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  // A range that codes tell apart.
  // CHECK: qc.neg {{.*}}#qc.assignment<ui8
  %b = qc.neg %x : (tensor<4x4xf32>) -> tensor<4x4xf32>
  qc.observe %b @s1 : tensor<4x4xf32>
  // CHECK: qc.sin {{.*}}#qc.assignment<ui8
  %z = qc.sin %b : (tensor<4x4xf32>) -> tensor<4x4xf32>
  return %y, %z : tensor<4x4xf32>, tensor<4x4xf32>
}
