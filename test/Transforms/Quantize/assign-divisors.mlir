// What divides stays float: a code near 0 has no relative precision. A rule may want it otherwise.
// RUN: qc-opt %s --split-input-file --qc-assign | FileCheck %s
// RUN: echo '{"version": 1, "rules": [{"name": "r", "assign": "int8"}]}' > %t.json
// RUN: qc-opt %s --split-input-file --qc-assign=rules=%t.json | FileCheck %s --check-prefix=RULE

// CHECK-LABEL: @main
func.func @main(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  // A square that is summed, its root, a constant beside it: all of it divides.
  // CHECK: qc.mul {{.*}}#qc.assignment<f32, [f32, f32], "it divides, or its result does or has its root or logarithm taken, and codes near 0 have no relative precision", default>
  %p = qc.mul %x, %x : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %s = qc.reduce sum %p {axes = array<i64: 1>, keep_dims = true} : (tensor<2x4xf32>) -> tensor<2x1xf32>
  // CHECK: qc.sqrt {{.*}}"it divides, or its result does
  // RULE: qc.sqrt {{.*}}#qc.assignment<ui8, [ui8], "rules[0] of the rule file"
  %r = qc.sqrt %s : (tensor<2x1xf32>) -> tensor<2x1xf32> loc("r")
  // CHECK: qc.add {{.*}}"it divides, or its result does
  %epsilon = qc.constant dense<1.0e-5> : tensor<f32>
  %a = qc.add %r, %epsilon : (tensor<2x1xf32>, tensor<f32>) -> tensor<2x1xf32>
  %y = qc.div %x, %a : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  // Something else reads it too; the product of both may have codes.
  // CHECK: qc.relu {{.*}}"it divides, or its result does
  %t = qc.relu %x : (tensor<2x4xf32>) -> tensor<2x4xf32>
  // CHECK: qc.div {{.*}}"it has an integer form only where
  %q = qc.div %x, %t : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  // CHECK: qc.mul {{.*}}#qc.assignment<ui8
  %z = qc.mul %t, %q : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return %y, %z : tensor<2x4xf32>, tensor<2x4xf32>
}

// -----
// A softmax in its parts, an extreme, an inverse, a negative power, a contraction; what a contraction reads has codes.
// CHECK-LABEL: @main
func.func @main(%x: tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x1xf32>, tensor<4x4xf32>, tensor<4x4xf32>) {
  // CHECK: qc.exp {{.*}}"it divides, or its result does
  %e = qc.exp %x : (tensor<4x4xf32>) -> tensor<4x4xf32>
  %s = qc.reduce sum %e {axes = array<i64: 1>, keep_dims = true} : (tensor<4x4xf32>) -> tensor<4x1xf32>
  %0 = qc.div %e, %s : (tensor<4x4xf32>, tensor<4x1xf32>) -> tensor<4x4xf32>
  // CHECK: qc.max_pool {{.*}}#qc.assignment<f32
  %p = qc.reshape %x {shape = array<i64: 1, 4, 4>} : (tensor<4x4xf32>) -> tensor<1x4x4xf32>
  %m = qc.max_pool %p {kernel = array<i64: 4>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, ceil_mode = false} : (tensor<1x4x4xf32>) -> tensor<1x4x1xf32>
  %n = qc.reshape %m {shape = array<i64: 4, 1>} : (tensor<1x4x1xf32>) -> tensor<4x1xf32>
  // CHECK: qc.reciprocal {{.*}}"it divides, or its result does
  %1 = qc.reciprocal %n : (tensor<4x1xf32>) -> tensor<4x1xf32>
  // CHECK: qc.relu {{.*}}#qc.assignment<ui8
  %r = qc.relu %x : (tensor<4x4xf32>) -> tensor<4x4xf32> loc("r")
  // CHECK: qc.matmul {{.*}}"it divides, or its result does
  %c = qc.matmul %r, %r : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %2 = qc.div %r, %c : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  // CHECK: qc.sigmoid {{.*}}"it divides, or its result does
  %g = qc.sigmoid %x : (tensor<4x4xf32>) -> tensor<4x4xf32>
  %half = qc.constant dense<-0.5> : tensor<f32>
  // CHECK: qc.pow {{.*}}"it divides, or its result does
  %3 = qc.pow %g, %half : (tensor<4x4xf32>, tensor<f32>) -> tensor<4x4xf32>
  // A norm that is bounded below, as exporters of normalize write it.
  // CHECK: qc.mul {{.*}}"it divides, or its result does
  %q = qc.mul %g, %g : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %v = qc.reduce sum %q {axes = array<i64: 1>, keep_dims = true} : (tensor<4x4xf32>) -> tensor<4x1xf32>
  %least = qc.constant dense<1.0e-12> : tensor<f32>
  // CHECK: qc.clip {{.*}}"it divides, or its result does
  %b = qc.clip %v min %least : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %4 = qc.div %g, %b : (tensor<4x4xf32>, tensor<4x1xf32>) -> tensor<4x4xf32>
  %5 = qc.add %3, %4 : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  return %0, %1, %2, %5 : tensor<4x4xf32>, tensor<4x1xf32>, tensor<4x4xf32>, tensor<4x4xf32>
}

// -----
// Observed far from 0, a divisor is a value like others; not so one that was observed near it.
qc.stats @s0 {of = "far", count = 4 : i64, min = 0.25 : f32, max = 4.0 : f32, data = "d", epoch = 0 : i64}
qc.stats @s1 {of = "near", count = 4 : i64, min = 0.0625 : f32, max = 4.0 : f32, data = "d", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  // CHECK: qc.sigmoid {{.*}}#qc.assignment<ui8
  %far = qc.sigmoid %x : (tensor<4xf32>) -> tensor<4xf32> loc("r")
  qc.observe %far @s0 : tensor<4xf32>
  // CHECK: qc.reciprocal {{.*}}#qc.assignment<ui8
  %0 = qc.reciprocal %far : (tensor<4xf32>) -> tensor<4xf32>
  // CHECK: qc.sigmoid {{.*}}"it divides, or its result does
  %near = qc.sigmoid %x : (tensor<4xf32>) -> tensor<4xf32>
  qc.observe %near @s1 : tensor<4xf32>
  // CHECK: qc.reciprocal {{.*}}"it divides, or its result does
  %1 = qc.reciprocal %near : (tensor<4xf32>) -> tensor<4xf32>
  // The root is far from 0, the squares that it is taken of need not be.
  // CHECK: qc.mul {{.*}}"it divides, or its result does
  %p = qc.mul %x, %x : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %s = qc.reduce sum %p {axes = array<i64: 0>, keep_dims = true} : (tensor<4xf32>) -> tensor<1xf32>
  // CHECK: qc.sqrt {{.*}}"it divides, or its result does
  %r = qc.sqrt %s : (tensor<1xf32>) -> tensor<1xf32>
  qc.observe %r @s0 : tensor<1xf32>
  %2 = qc.div %x, %r : (tensor<4xf32>, tensor<1xf32>) -> tensor<4xf32>
  return %1, %2 : tensor<4xf32>, tensor<4xf32>
}

// -----
// Magnitudes of a spectrum, a logarithm, a root by a power; another power has codes.
// CHECK-LABEL: @main
func.func @main(%x: tensor<4xf32>, %z: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  // CHECK-COUNT-2: qc.mul {{.*}}"it divides, or its result does
  %a = qc.mul %x, %x : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %b = qc.mul %z, %z : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  // CHECK: qc.add {{.*}}"it divides, or its result does
  %c = qc.add %a, %b : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  // CHECK: qc.sqrt {{.*}}"it divides, or its result does
  %m = qc.sqrt %c : (tensor<4xf32>) -> tensor<4xf32> loc("r")
  // CHECK: qc.relu {{.*}}"it divides, or its result does
  %d = qc.relu %x : (tensor<4xf32>) -> tensor<4xf32>
  // CHECK: qc.log {{.*}}"it divides, or its result does
  %l = qc.log %d : (tensor<4xf32>) -> tensor<4xf32>
  %third = qc.constant dense<0.333333333> : tensor<f32>
  %three = qc.constant dense<3.0> : tensor<f32>
  // CHECK: qc.pow {{.*}}"it divides, or its result does
  %e = qc.pow %z, %third : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  // CHECK: qc.pow {{.*}}#qc.assignment<ui8
  %f = qc.pow %z, %three : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  return %m, %l, %e, %f : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}
