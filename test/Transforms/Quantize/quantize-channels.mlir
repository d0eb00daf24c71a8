// Channels of one value that only depthwise convolutions read are multiplied by powers of two (docs/Numerics.md, Channels of one value).
// RUN: qc-opt %s --split-input-file --qc-assign --qc-quantize --qc-verify-quantized | FileCheck %s --check-prefixes=CHECK,QC
// RUN: qc-opt %s --split-input-file --qc-assign --qc-quantize --remarks-filter=qc-quantize --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: qc-opt %s --split-input-file --qc-assign=style=ort --qc-quantize --qc-verify-quantized | FileCheck %s --check-prefixes=CHECK,ORT

// REMARK: remark: [Passed] Channels | Category:qc-quantize{{.*}} | Reason="1 of 3 channels of its result are multiplied, by up to 4"
// REMARK: remark: [Missed] Channels | Category:qc-quantize{{.*}} | Reason="the channels of its result have one scale: their ranges were not observed; calibrate the model again"
// REMARK-NOT: Channels
// REMARK: remark: [Passed] Channels | Category:qc-quantize{{.*}} | Reason="1 of 2 channels of its result are multiplied, by up to 4"
// REMARK-NOT: Channels
// Channel 0 fills the range, which covers twice channel 1 when that is multiplied by 4; channel 2 was always 0. Codes of weights stay, scales
// say it; the bias of the second convolution has a finer scale.
qc.stats @x {of = "x", count = 6 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
qc.stats @v {of = "v", count = 6 : i64, min = -100.0 : f32, max = 155.0 : f32, data = "", epoch = 0 : i64,
             channel_min = array<f32: -100.0, -10.0, 0.0>, channel_max = array<f32: 155.0, 10.0, 0.0>}
// CHECK-LABEL: @main
func.func @main(%x: tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32> {
  // QC-DAG: qc.constant dense<[1.000000e+00, 4.000000e+00, 1.000000e+00]> : tensor<3xf32>
  // QC-DAG: qc.constant dense<[1.000000e+00, 2.500000e-01, 1.000000e+00]> : tensor<3xf32>
  // QC-DAG: qc.constant dense<[8, 32, 8]> : tensor<3xi32>
  // ORT-NOT: 2.500000e-01
  qc.observe %x @x : tensor<1x3x2x2xf32>
  %w = qc.constant dense<127.0> : tensor<3x3x1x1xf32>
  %b = qc.constant dense<1.0> : tensor<3xf32>
  %v = qc.conv %x, %w bias %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64}
     : (tensor<1x3x2x2xf32>, tensor<3x3x1x1xf32>, tensor<3xf32>) -> tensor<1x3x2x2xf32>
  qc.observe %v @v : tensor<1x3x2x2xf32>
  %d = qc.constant dense<127.0> : tensor<3x1x1x1xf32>
  %e = qc.constant dense<8.0> : tensor<3xf32>
  %y = qc.conv %v, %d bias %e {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 3 : i64}
     : (tensor<1x3x2x2xf32>, tensor<3x1x1x1xf32>, tensor<3xf32>) -> tensor<1x3x2x2xf32>
  qc.observe %y @x : tensor<1x3x2x2xf32>
  return %y : tensor<1x3x2x2xf32>
}
// -----
// Nothing is known of the channels.
qc.stats @x {of = "x", count = 6 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
qc.stats @v {of = "v", count = 6 : i64, min = -100.0 : f32, max = 155.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32> {
  // CHECK-NOT: 2.500000e-01
  // CHECK: return
  qc.observe %x @x : tensor<1x3x2x2xf32>
  %w = qc.constant dense<127.0> : tensor<3x3x1x1xf32>
  %b = qc.constant dense<1.0> : tensor<3xf32>
  %v = qc.conv %x, %w bias %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64}
     : (tensor<1x3x2x2xf32>, tensor<3x3x1x1xf32>, tensor<3xf32>) -> tensor<1x3x2x2xf32>
  qc.observe %v @v : tensor<1x3x2x2xf32>
  %d = qc.constant dense<127.0> : tensor<3x1x1x1xf32>
  %e = qc.constant dense<8.0> : tensor<3xf32>
  %y = qc.conv %v, %d bias %e {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 3 : i64}
     : (tensor<1x3x2x2xf32>, tensor<3x1x1x1xf32>, tensor<3xf32>) -> tensor<1x3x2x2xf32>
  qc.observe %y @x : tensor<1x3x2x2xf32>
  return %y : tensor<1x3x2x2xf32>
}
// -----
// Behind a relu or clip a channel's largest element says little of other data.
qc.stats @x {of = "x", count = 6 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
qc.stats @v {of = "v", count = 6 : i64, min = -100.0 : f32, max = 155.0 : f32, data = "", epoch = 0 : i64,
             channel_min = array<f32: -100.0, -10.0, 0.0>, channel_max = array<f32: 155.0, 10.0, 0.0>}
// CHECK-LABEL: @main
func.func @main(%x: tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32> {
  // CHECK-NOT: 2.500000e-01
  // CHECK: return
  qc.observe %x @x : tensor<1x3x2x2xf32>
  %w = qc.constant dense<127.0> : tensor<3x3x1x1xf32>
  %b = qc.constant dense<1.0> : tensor<3xf32>
  %c = qc.conv %x, %w bias %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64}
     : (tensor<1x3x2x2xf32>, tensor<3x3x1x1xf32>, tensor<3xf32>) -> tensor<1x3x2x2xf32>
  qc.observe %c @v : tensor<1x3x2x2xf32>
  %v = qc.relu %c : (tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  qc.observe %v @v : tensor<1x3x2x2xf32>
  %d = qc.constant dense<127.0> : tensor<3x1x1x1xf32>
  %e = qc.constant dense<8.0> : tensor<3xf32>
  %y = qc.conv %v, %d bias %e {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 3 : i64}
     : (tensor<1x3x2x2xf32>, tensor<3x1x1x1xf32>, tensor<3xf32>) -> tensor<1x3x2x2xf32>
  qc.observe %y @x : tensor<1x3x2x2xf32>
  return %y : tensor<1x3x2x2xf32>
}
// -----
// Another reader takes all channels alike.
qc.stats @x {of = "x", count = 6 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
qc.stats @v {of = "v", count = 6 : i64, min = -100.0 : f32, max = 155.0 : f32, data = "", epoch = 0 : i64,
             channel_min = array<f32: -100.0, -10.0, 0.0>, channel_max = array<f32: 155.0, 10.0, 0.0>}
// CHECK-LABEL: @main
func.func @main(%x: tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32> {
  // CHECK-NOT: 2.500000e-01
  // CHECK: return
  qc.observe %x @x : tensor<1x3x2x2xf32>
  %w = qc.constant dense<127.0> : tensor<3x3x1x1xf32>
  %b = qc.constant dense<1.0> : tensor<3xf32>
  %v = qc.conv %x, %w bias %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64}
     : (tensor<1x3x2x2xf32>, tensor<3x3x1x1xf32>, tensor<3xf32>) -> tensor<1x3x2x2xf32>
  qc.observe %v @v : tensor<1x3x2x2xf32>
  %d = qc.constant dense<127.0> : tensor<3x1x1x1xf32>
  %e = qc.constant dense<8.0> : tensor<3xf32>
  %y = qc.conv %v, %d bias %e {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 3 : i64}
     : (tensor<1x3x2x2xf32>, tensor<3x1x1x1xf32>, tensor<3xf32>) -> tensor<1x3x2x2xf32>
  qc.observe %y @x : tensor<1x3x2x2xf32>
  %z = qc.add %y, %v : (tensor<1x3x2x2xf32>, tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  qc.observe %z @x : tensor<1x3x2x2xf32>
  return %z : tensor<1x3x2x2xf32>
}
// -----
// So does what is added before the rounding.
qc.stats @x {of = "x", count = 6 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
qc.stats @v {of = "v", count = 6 : i64, min = -100.0 : f32, max = 155.0 : f32, data = "", epoch = 0 : i64,
             channel_min = array<f32: -100.0, -10.0, 0.0>, channel_max = array<f32: 155.0, 10.0, 0.0>}
// CHECK-LABEL: @main
func.func @main(%x: tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32> {
  // CHECK-NOT: 2.500000e-01
  // CHECK: return
  qc.observe %x @x : tensor<1x3x2x2xf32>
  %w = qc.constant dense<127.0> : tensor<3x3x1x1xf32>
  %b = qc.constant dense<1.0> : tensor<3xf32>
  %c = qc.conv %x, %w bias %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64}
     : (tensor<1x3x2x2xf32>, tensor<3x3x1x1xf32>, tensor<3xf32>) -> tensor<1x3x2x2xf32>
  qc.observe %c @v : tensor<1x3x2x2xf32>
  %v = qc.add %c, %x : (tensor<1x3x2x2xf32>, tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  qc.observe %v @v : tensor<1x3x2x2xf32>
  %d = qc.constant dense<127.0> : tensor<3x1x1x1xf32>
  %e = qc.constant dense<8.0> : tensor<3xf32>
  %y = qc.conv %v, %d bias %e {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 3 : i64}
     : (tensor<1x3x2x2xf32>, tensor<3x1x1x1xf32>, tensor<3xf32>) -> tensor<1x3x2x2xf32>
  qc.observe %y @x : tensor<1x3x2x2xf32>
  return %y : tensor<1x3x2x2xf32>
}
// -----
// Weights that are rounded together are in steps of their codes: multiplied or not, the codes are the same. Of [1.4, 1.4, 127] nearest
// codes lose 0.8 * 100 together; one of the first two becomes 2. In channel 1 they lose 0.8 * 10, and m2 * (0.6^2 - 0.4^2) = 8,500 is more than 9 times
// by how much its square falls, 540; it would be less than that of multiplied means, 8,640.
qc.stats @x {of = "x", count = 6 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
qc.stats @v {of = "v", count = 12 : i64, min = -100.0 : f32, max = 155.0 : f32, data = "", epoch = 0 : i64,
             channel_min = array<f32: -100.0, -10.0>, channel_max = array<f32: 155.0, 10.0>, histogram = #qc.histogram<4307 [12]>,
             operand_means = [#qc.operand_means<axis 1 kernel[3] strides[1] dilations[1] pads[0, 0] :
                              dense<[100.0, 100.0, 100.0, 10.0, 10.0, 10.0]> : tensor<6xf32>>]}
// CHECK-LABEL: @main
func.func @main(%x: tensor<1x2x6xf32>) -> tensor<1x2x4xf32> {
  // QC-DAG: qc.constant dense<[1.000000e+00, 2.500000e-01]> : tensor<2xf32>
  // CHECK-DAG: qc.constant dense<{{\[\[}}[2, 1, 127]], {{\[}}[1, 1, 127]]]> : tensor<2x1x3xi8>
  qc.observe %x @x : tensor<1x2x6xf32>
  %w = qc.constant dense<127.0> : tensor<2x2x1xf32>
  %v = qc.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x2x6xf32>, tensor<2x2x1xf32>) -> tensor<1x2x6xf32>
  qc.observe %v @v : tensor<1x2x6xf32>
  %d = qc.constant dense<[[[1.4, 1.4, 127.0]], [[1.4, 1.4, 127.0]]]> : tensor<2x1x3xf32>
  %y = qc.conv %v, %d {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 2 : i64}
     : (tensor<1x2x6xf32>, tensor<2x1x3xf32>) -> tensor<1x2x4xf32>
  qc.observe %y @x : tensor<1x2x4xf32>
  return %y : tensor<1x2x4xf32>
}
