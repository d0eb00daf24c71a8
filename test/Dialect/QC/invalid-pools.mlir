// One refusal for each labelled constraint of qc, the pools; the function has the label's name.
// (Where a shape is inferred, MLIR adds a second error to the one that says what is wrong.)
// RUN: qc-opt %s --split-input-file --verify-diagnostics

func.func @max_pool_c1(%x: tensor<4x8xf32>) {
  // expected-error @below {{'qc.max_pool' op expects an input of rank 3 to 5, got 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.max_pool %x {kernel = array<i64: 3>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, ceil_mode = false}
     : (tensor<4x8xf32>) -> tensor<1x4x6xf32>
  return
}
// -----
func.func @max_pool_c2(%x: tensor<1x4x8xf32>) {
  // expected-error @below {{'qc.max_pool' op expects a kernel with one size for each of 1 spatial axes, got 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.max_pool %x {kernel = array<i64: 3, 3>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, ceil_mode = false}
     : (tensor<1x4x8xf32>) -> tensor<1x4x6xf32>
  return
}
// -----
func.func @max_pool_c2_kernel(%x: tensor<1x4x8xf32>) {
  // expected-error @below {{'qc.max_pool' op expects kernel sizes between 1 and 2147483647, got 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.max_pool %x {kernel = array<i64: 0>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, ceil_mode = false}
     : (tensor<1x4x8xf32>) -> tensor<1x4x6xf32>
  return
}
// -----
func.func @max_pool_c2_stride(%x: tensor<1x4x8xf32>) {
  // expected-error @below {{'qc.max_pool' op expects strides between 1 and 2147483647, got -1}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.max_pool %x {kernel = array<i64: 3>, strides = array<i64: -1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, ceil_mode = false}
     : (tensor<1x4x8xf32>) -> tensor<1x4x6xf32>
  return
}
// -----
func.func @max_pool_c2_dilations(%x: tensor<1x4x8xf32>) {
  // expected-error @below {{'qc.max_pool' op expects one stride and one dilation for each of 1 spatial axes, got 1 and 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.max_pool %x {kernel = array<i64: 3>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64>, ceil_mode = false}
     : (tensor<1x4x8xf32>) -> tensor<1x4x6xf32>
  return
}
// -----
func.func @max_pool_c2_pad(%x: tensor<1x4x8xf32>) {
  // expected-error @below {{'qc.max_pool' op expects pads between 0 and 2147483647, got -2}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.max_pool %x {kernel = array<i64: 3>, strides = array<i64: 1>, pads = array<i64: -2, 0>, dilations = array<i64: 1>, ceil_mode = false}
     : (tensor<1x4x8xf32>) -> tensor<1x4x6xf32>
  return
}
// -----
func.func @max_pool_c3(%x: tensor<1x4x8xf32>) {
  // expected-error @below {{'qc.max_pool' op expects windows that fit the input, got a kernel of size 20 (dilation 1) over 8 elements padded by 0 and 0 on spatial axis 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.max_pool %x {kernel = array<i64: 20>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, ceil_mode = false}
     : (tensor<1x4x8xf32>) -> tensor<1x4x6xf32>
  return
}
// -----
func.func @avg_pool_c1(%x: tensor<4x8xf32>) {
  // expected-error @below {{'qc.avg_pool' op expects an input of rank 3 to 5, got 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.avg_pool %x {kernel = array<i64: 3>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, ceil_mode = false, count_include_pad = false}
     : (tensor<4x8xf32>) -> tensor<1x4x6xf32>
  return
}
// -----
func.func @avg_pool_c2(%x: tensor<1x4x8xf32>) {
  // expected-error @below {{'qc.avg_pool' op expects a kernel with one size for each of 1 spatial axes, got 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.avg_pool %x {kernel = array<i64: 3, 3>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, ceil_mode = false, count_include_pad = false}
     : (tensor<1x4x8xf32>) -> tensor<1x4x6xf32>
  return
}
// -----
func.func @avg_pool_c2_kernel(%x: tensor<1x4x8xf32>) {
  // expected-error @below {{'qc.avg_pool' op expects kernel sizes between 1 and 2147483647, got 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.avg_pool %x {kernel = array<i64: 0>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, ceil_mode = false, count_include_pad = false}
     : (tensor<1x4x8xf32>) -> tensor<1x4x6xf32>
  return
}
// -----
func.func @avg_pool_c2_stride(%x: tensor<1x4x8xf32>) {
  // expected-error @below {{'qc.avg_pool' op expects strides between 1 and 2147483647, got -1}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.avg_pool %x {kernel = array<i64: 3>, strides = array<i64: -1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, ceil_mode = false, count_include_pad = false}
     : (tensor<1x4x8xf32>) -> tensor<1x4x6xf32>
  return
}
// -----
func.func @avg_pool_c2_dilations(%x: tensor<1x4x8xf32>) {
  // expected-error @below {{'qc.avg_pool' op expects one stride and one dilation for each of 1 spatial axes, got 1 and 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.avg_pool %x {kernel = array<i64: 3>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64>, ceil_mode = false, count_include_pad = false}
     : (tensor<1x4x8xf32>) -> tensor<1x4x6xf32>
  return
}
// -----
func.func @avg_pool_c2_pad(%x: tensor<1x4x8xf32>) {
  // expected-error @below {{'qc.avg_pool' op expects pads between 0 and 2147483647, got -2}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.avg_pool %x {kernel = array<i64: 3>, strides = array<i64: 1>, pads = array<i64: -2, 0>, dilations = array<i64: 1>, ceil_mode = false, count_include_pad = false}
     : (tensor<1x4x8xf32>) -> tensor<1x4x6xf32>
  return
}
// -----
func.func @avg_pool_c3(%x: tensor<1x4x8xf32>) {
  // expected-error @below {{'qc.avg_pool' op expects windows that fit the input, got a kernel of size 20 (dilation 1) over 8 elements padded by 0 and 0 on spatial axis 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.avg_pool %x {kernel = array<i64: 20>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, ceil_mode = false, count_include_pad = false}
     : (tensor<1x4x8xf32>) -> tensor<1x4x6xf32>
  return
}
// -----
func.func @global_avg_pool_c1(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.global_avg_pool' op expects an input of rank 3 to 5, got 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.global_avg_pool %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @global_avg_pool_c2(%x: tensor<2x3x?xf32>) {
  // expected-error @below {{'qc.global_avg_pool' op expects 1 to 4096 counts, got 0}}
  %y = qc.global_avg_pool %x {counts = array<i64>} : (tensor<2x3x?xf32>) -> tensor<2x3x1xf32>
  return
}
// -----
func.func @global_avg_pool_c2_order(%x: tensor<2x3x?xf32>) {
  // expected-error @below {{'qc.global_avg_pool' op expects counts between 1 and 8388608 in ascending order, got 4}}
  %y = qc.global_avg_pool %x {counts = array<i64: 4, 4>} : (tensor<2x3x?xf32>) -> tensor<2x3x1xf32>
  return
}
// -----
func.func @global_avg_pool_c2_zero(%x: tensor<2x3x?xf32>) {
  // expected-error @below {{'qc.global_avg_pool' op expects counts between 1 and 8388608 in ascending order, got 0}}
  %y = qc.global_avg_pool %x {counts = array<i64: 0, 4>} : (tensor<2x3x?xf32>) -> tensor<2x3x1xf32>
  return
}
// -----
func.func @global_avg_pool_c2_large(%x: tensor<2x3x?xf32>) {
  // expected-error @below {{'qc.global_avg_pool' op expects counts between 1 and 8388608 in ascending order, got 8388609}}
  %y = qc.global_avg_pool %x {counts = array<i64: 8388609>} : (tensor<2x3x?xf32>) -> tensor<2x3x1xf32>
  return
}
// -----
func.func @global_avg_pool_c2_known(%x: tensor<2x3x4x5xf32>) {
  // expected-error @below {{'qc.global_avg_pool' op expects counts that hold 20, the number of values of its window}}
  %y = qc.global_avg_pool %x {counts = array<i64: 4, 5>} : (tensor<2x3x4x5xf32>) -> tensor<2x3x1x1xf32>
  return
}
// -----
func.func @global_avg_pool_c2_rank(%x: tensor<2xf32>) {
  // expected-error @below {{'qc.global_avg_pool' op expects an input of rank 3 to 5, got 1}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.global_avg_pool %x {counts = array<i64: 4, 5>} : (tensor<2xf32>) -> tensor<2xf32>
  return
}
// -----
func.func @global_avg_pool_c3(%x: tensor<2x3x?xf32>) {
  // expected-error @below {{'qc.global_avg_pool' op expects a counts_reason that is not empty, and no counts beside it}}
  %y = qc.global_avg_pool %x {counts = array<i64: 4>, counts_reason = "none"} : (tensor<2x3x?xf32>) -> tensor<2x3x1xf32>
  return
}
// -----
func.func @global_avg_pool_c3_empty(%x: tensor<2x3x?xf32>) {
  // expected-error @below {{'qc.global_avg_pool' op expects a counts_reason that is not empty, and no counts beside it}}
  %y = qc.global_avg_pool %x {counts_reason = ""} : (tensor<2x3x?xf32>) -> tensor<2x3x1xf32>
  return
}
