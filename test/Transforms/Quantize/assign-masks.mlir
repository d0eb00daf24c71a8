// What was observed at or below -1e4 and reaches a softmax is a mask: it stays float, whoever asks for int8.
// RUN: qc-opt %s --qc-assign | FileCheck %s

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
  // CHECK: qc.add {{.*}}qc.assignment = #qc.assignment<f32, [f32, f32], "it is a mask: values at or below -1e4 reach a softmax", default>
  %masked = qc.add %scaled, %mask : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  qc.observe %masked @s1 : tensor<?x4xf32>
  %t = qc.reshape %masked {shape = array<i64: -1, 4>} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %p = qc.softmax %t {axis = 1 : i64} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  // Low, but no softmax reads it.
  // CHECK: qc.add {{.*}}#qc.assignment<ui8
  %low = qc.add %x, %x : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  qc.observe %low @s2 : tensor<?x4xf32>
  return %p, %low : tensor<?x4xf32>, tensor<?x4xf32>
}
