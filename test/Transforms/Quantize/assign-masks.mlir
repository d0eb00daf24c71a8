// What was observed at or below -1e4 and reaches a softmax is a mask: it stays float, whoever asks for int8.
// RUN: qc-opt %s --qc-assign --split-input-file | FileCheck %s

qc.stats @s0 {of = "s", count = 4 : i64, min = -3.0 : f32, max = 2.0 : f32, data = "d", epoch = 0 : i64}
qc.stats @s1 {of = "m", count = 4 : i64, min = 0xFF800000 : f32, max = 2.0 : f32, data = "d", epoch = 0 : i64}
qc.stats @s2 {of = "low", count = 4 : i64, min = -2.0e4 : f32, max = 2.0 : f32, data = "d", epoch = 0 : i64}
qc.stats @s3 {of = "scaled", count = 4 : i64, min = -9.0e3 : f32, max = 2.0 : f32, data = "d", epoch = 0 : i64}

// CHECK-LABEL: @main
func.func @main(%x: tensor<?x4xf32>, %mask: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>) {
  // Not low enough.
  // CHECK: qc.mul {{.*}}#qc.assignment<ui8
  %scaled = qc.mul %x, %x : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  qc.observe %scaled @s3 : tensor<?x4xf32>
  // CHECK: qc.add {{.*}}qc.assignment = #qc.assignment<f32, [f32, f32], "it is a mask: values at or below -1e4 reach a softmax or arg_max", default>
  %masked = qc.add %scaled, %mask : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  qc.observe %masked @s1 : tensor<?x4xf32>
  %t = qc.reshape %masked {shape = array<i64: -1, 4>} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  // CHECK: qc.softmax {{.*}}qc.assignment = #qc.assignment<f32, [f32], "its operand is masked by values at or below -1e4, beside which codes would tell no others apart", default>
  %p = qc.softmax %t {axis = 1 : i64} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  // Low, but no softmax reads it: an arg_min, to which such values count, does.
  // CHECK: qc.add {{.*}}#qc.assignment<ui8
  %low = qc.add %x, %x : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  qc.observe %low @s2 : tensor<?x4xf32>
  %least = qc.arg_reduce min %low {axis = 1 : i64, keep_dims = true, select_last = false} : (tensor<?x4xf32>) -> tensor<?x1xi64>
  return %p, %low : tensor<?x4xf32>, tensor<?x4xf32>
}

// -----

qc.stats @s0 {of = "v0", count = 4 : i64, min = -2.0e4 : f32, max = 2.0 : f32, data = "d", epoch = 0 : i64}
qc.stats @s1 {of = "v1", count = 4 : i64, min = -2.0e4 : f32, max = 2.0 : f32, data = "d", epoch = 0 : i64}
qc.stats @s2 {of = "v2", count = 4 : i64, min = -2.0e4 : f32, max = 2.0 : f32, data = "d", epoch = 0 : i64}
qc.stats @s3 {of = "v3", count = 4 : i64, min = -2.0e4 : f32, max = 2.0 : f32, data = "d", epoch = 0 : i64}
qc.stats @s4 {of = "v4", count = 4 : i64, min = -2.0e4 : f32, max = 2.0 : f32, data = "d", epoch = 0 : i64}
qc.stats @s5 {of = "v5", count = 4 : i64, min = -10.0 : f32, max = 2.0 : f32, data = "d", epoch = 0 : i64}

// Whatever computes the mask; a contraction whose bias it is; in front of an arg_max.
// CHECK-LABEL: @main
func.func @main(%x: tensor<2x4xf32>, %mask: tensor<2x4xf32>) -> tensor<2x1xi64> {
  %w = qc.constant dense<1.0> : tensor<4x4xf32>
  %bias = qc.constant dense<[0.0, 0.0, 0.0, -1.0e4]> : tensor<4xf32>
  %low = qc.constant dense<-3.0e38> : tensor<f32>
  // CHECK: qc.matmul {{.*}}"it is a mask
  %0 = qc.matmul %x, %w bias %bias : (tensor<2x4xf32>, tensor<4x4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  qc.observe %0 @s0 : tensor<2x4xf32>
  // CHECK: qc.sub {{.*}}"it is a mask
  %1 = qc.sub %0, %mask : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  qc.observe %1 @s1 : tensor<2x4xf32>
  // CHECK: qc.max {{.*}}"it is a mask
  %2 = qc.max %1, %low : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  qc.observe %2 @s2 : tensor<2x4xf32>
  // CHECK: qc.clip {{.*}}"it is a mask
  %3 = qc.clip %2 min %low : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  qc.observe %3 @s3 : tensor<2x4xf32>
  // CHECK: qc.div {{.*}}"it is a mask
  %4 = qc.div %3, %bias : (tensor<2x4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  qc.observe %4 @s4 : tensor<2x4xf32>
  // Scaled, it is one still.
  // CHECK: qc.min {{.*}}"it is a mask
  %5 = qc.min %4, %x : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  qc.observe %5 @s5 : tensor<2x4xf32>
  %y = qc.arg_reduce max %5 {axis = 1 : i64, keep_dims = true, select_last = false} : (tensor<2x4xf32>) -> tensor<2x1xi64>
  return %y : tensor<2x1xi64>
}

// -----

qc.stats @s0 {of = "m", count = 4 : i64, min = 0.0 : f32, max = 0.0 : f32, data = "d", epoch = 0 : i64}
qc.stats @s1 {of = "s", count = 4 : i64, min = -3.0 : f32, max = 2.0 : f32, data = "d", epoch = 0 : i64}

// No sample hid anything, as steps of one position do not: the constant says that others will.
// CHECK-LABEL: @main
func.func @main(%x: tensor<2x4xf32>, %sees: tensor<2x4xi1>) -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  %zero = qc.constant dense<0.0> : tensor<f32>
  %low = qc.constant dense<-1.0e4> : tensor<f32>
  // CHECK: qc.where {{.*}}"it is a mask
  %m = qc.where %sees, %zero, %low : (tensor<2x4xi1>, tensor<f32>, tensor<f32>) -> tensor<2x4xf32>
  qc.observe %m @s0 : tensor<2x4xf32>
  // CHECK: qc.add {{.*}}"it is a mask
  %s = qc.add %x, %m : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  qc.observe %s @s1 : tensor<2x4xf32>
  // CHECK: qc.softmax {{.*}}"its operand is masked
  %p = qc.softmax %s {axis = 1 : i64} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  // Nothing that compares reads it.
  // CHECK: qc.mul {{.*}}#qc.assignment<ui8
  %y = qc.mul %p, %low : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  return %p, %y : tensor<2x4xf32>, tensor<2x4xf32>
}
