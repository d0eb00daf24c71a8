// Statistics of the module's epoch on every value; an empty value has none to have, and one that was NaN in all data only
// the name of the data.
// RUN: qc-opt %s --qc-verify-calibrated --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @main
func.func @main(%x: tensor<2x4xf32>, %i: tensor<2xi64>, %e: tensor<0x4xf32>) -> tensor<2x4xf32> {
  qc.observe %x @t0 : tensor<2x4xf32>
  qc.observe %e @t1 : tensor<0x4xf32>
  %c = qc.constant dense<1.0> : tensor<2x4xf32>
  %y = qc.add %x, %c : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  qc.observe %y @t2 : tensor<2x4xf32>
  %n = qc.relu %y : (tensor<2x4xf32>) -> tensor<2x4xf32>
  qc.observe %n @t3 : tensor<2x4xf32>
  return %n : tensor<2x4xf32>
}
qc.stats @t0 {of = "x", count = 8 : i64, min = -1.0 : f32, max = 2.0 : f32, data = "f00d", epoch = 0 : i64}
qc.stats @t1 {of = "e", count = 0 : i64, min = 0.0 : f32, max = 0.0 : f32, data = "f00d", epoch = 0 : i64}
qc.stats @t2 {of = "y", count = 8 : i64, min = 0.0 : f32, max = 3.0 : f32, data = "f00d", epoch = 0 : i64}
qc.stats @t3 {of = "n", count = 0 : i64, min = 0.0 : f32, max = 0.0 : f32, data = "f00d", epoch = 0 : i64}

// -----

// CHECK-LABEL: module attributes {qc.epoch = 2 : i64}
module attributes {qc.epoch = 2 : i64} {
  func.func @main(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
    qc.observe %x @t0 : tensor<?x4xf32>
    return %x : tensor<?x4xf32>
  }
  qc.stats @t0 {of = "x", count = 8 : i64, min = -1.0 : f32, max = 2.0 : f32, data = "f00d", epoch = 2 : i64}
}

// -----

// A softmax reads -infinity as a mask.
// CHECK-LABEL: func.func @main
func.func @main(%m: tensor<2x4xf32>) -> tensor<2x4xf32> {
  qc.observe %m @t0 : tensor<2x4xf32>
  %y = qc.softmax %m {axis = 1 : i64} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  qc.observe %y @t1 : tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}
qc.stats @t0 {of = "m", count = 4 : i64, min = 0xFF800000 : f32, max = 0.0 : f32, data = "f00d", epoch = 0 : i64}
qc.stats @t1 {of = "y", count = 8 : i64, min = 0.0 : f32, max = 1.0 : f32, data = "f00d", epoch = 0 : i64}
