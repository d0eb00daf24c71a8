// What a value's functions do not tell apart needs no codes (docs/Numerics.md, Ranges): below -3 hard_swish is 0. Of [-30, 30] there
// are codes for [-3.059, 30] then, of steps of 33.059 / 255 = 0.1296 for 60 / 255 = 0.2353: -2.930 is the last of the points, here -3.75 * i / 64, whose
// result has the code of 0, and a step of (30 + 2.930) / 255 is added.
// RUN: qc-opt %s --split-input-file --qc-assign --qc-quantize | FileCheck %s --check-prefixes=CHECK,QC
// RUN: qc-opt %s --split-input-file --qc-assign=style=ort --qc-quantize | FileCheck %s --check-prefixes=CHECK,ORT

qc.stats @x {of = "x", count = 6 : i64, min = -30.0 : f32, max = 30.0 : f32, data = "", epoch = 0 : i64}
qc.stats @y {of = "y", count = 6 : i64, min = -0.375 : f32, max = 30.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // QC: %[[S:.+]] = qc.constant dense<0.12964{{[0-9]+}}> : tensor<f32>
  // QC: %[[Z:.+]] = qc.constant dense<24> : tensor<ui8>
  // ORT: %[[S:.+]] = qc.constant dense<0.235294{{[0-9]+}}> : tensor<f32>
  // ORT: %[[Z:.+]] = qc.constant dense<127> : tensor<ui8>
  // CHECK: qc.quantize %arg0, %[[S]], %[[Z]]
  qc.observe %x @x : tensor<2x3xf32>
  %y = qc.hard_swish %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  qc.observe %y @y : tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
// -----
// Both ends of a hard_sigmoid, -2.988 and 2.988 and a step of 5.977 / 255; what is multiplied and added behind it is of the same function.
qc.stats @x {of = "x", count = 6 : i64, min = -30.0 : f32, max = 30.0 : f32, data = "", epoch = 0 : i64}
qc.stats @y {of = "y", count = 6 : i64, min = 1.0 : f32, max = 3.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // QC: qc.constant dense<0.02362{{[0-9]+}}> : tensor<f32>
  // ORT: qc.constant dense<0.235294{{[0-9]+}}> : tensor<f32>
  qc.observe %x @x : tensor<2x3xf32>
  %h = qc.hard_sigmoid %x {alpha = 0.166666672 : f32, beta = 0.5 : f32} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  qc.observe %h @y : tensor<2x3xf32>
  %two = qc.constant dense<2.0> : tensor<1x1xf32>
  %m = qc.mul %h, %two : (tensor<2x3xf32>, tensor<1x1xf32>) -> tensor<2x3xf32>
  qc.observe %m @y : tensor<2x3xf32>
  %one = qc.constant dense<1.0> : tensor<1x1xf32>
  %y = qc.add %m, %one : (tensor<2x3xf32>, tensor<1x1xf32>) -> tensor<2x3xf32>
  qc.observe %y @y : tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
// -----
// Of several readers what any of them reads: -3 of the hard_swish, 30 of both.
qc.stats @x {of = "x", count = 6 : i64, min = -30.0 : f32, max = 30.0 : f32, data = "", epoch = 0 : i64}
qc.stats @y {of = "y", count = 6 : i64, min = -0.375 : f32, max = 30.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>) {
  // QC: qc.constant dense<0.12964{{[0-9]+}}> : tensor<f32>
  qc.observe %x @x : tensor<2x3xf32>
  %y = qc.hard_swish %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  qc.observe %y @y : tensor<2x3xf32>
  %z = qc.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  qc.observe %z @y : tensor<2x3xf32>
  return %y, %z : tensor<2x3xf32>, tensor<2x3xf32>
}
// -----
// A reader that is no function of one value reads all.
qc.stats @x {of = "x", count = 6 : i64, min = -30.0 : f32, max = 30.0 : f32, data = "", epoch = 0 : i64}
qc.stats @y {of = "y", count = 6 : i64, min = -0.375 : f32, max = 30.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>) {
  // CHECK: qc.constant dense<0.235294{{[0-9]+}}> : tensor<f32>
  qc.observe %x @x : tensor<2x3xf32>
  %y = qc.hard_swish %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  qc.observe %y @y : tensor<2x3xf32>
  %z = qc.add %x, %y : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  qc.observe %z @y : tensor<2x3xf32>
  return %y, %z : tensor<2x3xf32>, tensor<2x3xf32>
}
// -----
// All of a graph output is read.
qc.stats @x {of = "x", count = 6 : i64, min = -30.0 : f32, max = 30.0 : f32, data = "", epoch = 0 : i64}
qc.stats @y {of = "y", count = 6 : i64, min = -0.375 : f32, max = 30.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<2x3xf32>, %w: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>) {
  // CHECK: qc.constant dense<0.235294{{[0-9]+}}> : tensor<f32>
  qc.observe %x @x : tensor<2x3xf32>
  qc.observe %w @x : tensor<2x3xf32>
  %s = qc.add %x, %w : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  qc.observe %s @x : tensor<2x3xf32>
  %y = qc.hard_swish %s : (tensor<2x3xf32>) -> tensor<2x3xf32>
  qc.observe %y @y : tensor<2x3xf32>
  return %s, %y : tensor<2x3xf32>, tensor<2x3xf32>
}
// -----
// However far one element lies, what is read near 0 is found: [-3.051, 10], in steps of 0.0512.
qc.stats @x {of = "x", count = 6 : i64, min = -4096.0 : f32, max = 10.0 : f32, data = "", epoch = 0 : i64}
qc.stats @y {of = "y", count = 6 : i64, min = -0.375 : f32, max = 10.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // QC: qc.constant dense<0.0511{{[0-9]+}}> : tensor<f32>
  qc.observe %x @x : tensor<2x3xf32>
  %y = qc.hard_swish %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  qc.observe %y @y : tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
// -----
// Where nothing is told apart the range is what it was.
qc.stats @x {of = "x", count = 6 : i64, min = -5.1 : f32, max = -1.0 : f32, data = "", epoch = 0 : i64}
qc.stats @y {of = "y", count = 6 : i64, min = 0.0 : f32, max = 0.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // QC: qc.constant dense<2.000000e-02> : tensor<f32>
  qc.observe %x @x : tensor<2x3xf32>
  %y = qc.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  qc.observe %y @y : tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
