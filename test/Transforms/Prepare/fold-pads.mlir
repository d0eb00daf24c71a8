// A pad in front of a window becomes the window's own padding where it computes the same.
// RUN: qc-opt %s --qc-fold-pads --split-input-file --remarks-filter='qc-fold-pads' --remark-format=emitRemark --verify-diagnostics | FileCheck %s

// CHECK-LABEL: @convs
// CHECK-SAME:    %[[X:[^:]+]]:
func.func @convs(%x: tensor<?x2x?x?xf32>, %w: tensor<4x2x3x3xf32>) -> tensor<?x4x?x?xf32> {
  // Two pads, and the convolution's own.
  // CHECK-NEXT: %[[Y:.+]] = qc.conv %[[X]], %{{.*}} {{{.*}}pads = array<i64: 1, 3, 3, 4>{{.*}}}
  // CHECK-NEXT: return %[[Y]]
  %0 = qc.pad %x constant {begins = array<i64: 0, 0, 0, 1>, ends = array<i64: 0, 0, 2, 0>, value = 0.0 : f32} : (tensor<?x2x?x?xf32>) -> tensor<?x2x?x?xf32>
  %1 = qc.pad %0 constant {begins = array<i64: 0, 0, 0, 1>, ends = array<i64: 0, 0, 0, 3>, value = 0.0 : f32} : (tensor<?x2x?x?xf32>) -> tensor<?x2x?x?xf32>
  %y = qc.conv %1, %w {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, group = 1 : i64} : (tensor<?x2x?x?xf32>, tensor<4x2x3x3xf32>) -> tensor<?x4x?x?xf32>
  return %y : tensor<?x4x?x?xf32>
}

// CHECK-LABEL: @pools
// CHECK-SAME:    %[[X:[^:]+]]:
func.func @pools(%x: tensor<1x2x5xf32>) -> (tensor<1x2x6xf32>, tensor<1x2x7xf32>, tensor<1x2x8xf32>) {
  // The pad by 0 has another reader, the last pool, and goes with it.
  // CHECK-NEXT: qc.max_pool %[[X]] {{{.*}}pads = array<i64: 1, 2>
  // CHECK-NEXT: qc.avg_pool %[[X]] {{{.*}}count_include_pad = true{{.*}}pads = array<i64: 2, 2>
  // CHECK-NEXT: qc.avg_pool %[[X]] {{{.*}}count_include_pad = true{{.*}}pads = array<i64: 2, 3>
  // CHECK-NEXT: return
  %low = qc.pad %x constant {begins = array<i64: 0, 0, 1>, ends = array<i64: 0, 0, 2>, value = 0xFF800000 : f32} : (tensor<1x2x5xf32>) -> tensor<1x2x8xf32>
  %0 = qc.max_pool %low {kernel = array<i64: 3>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, ceil_mode = false} : (tensor<1x2x8xf32>) -> tensor<1x2x6xf32>
  %zero = qc.pad %x constant {begins = array<i64: 0, 0, 2>, ends = array<i64: 0, 0, 2>, value = 0.0 : f32} : (tensor<1x2x5xf32>) -> tensor<1x2x9xf32>
  %1 = qc.avg_pool %zero {kernel = array<i64: 3>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, ceil_mode = false, count_include_pad = false} : (tensor<1x2x9xf32>) -> tensor<1x2x7xf32>
  %2 = qc.avg_pool %zero {kernel = array<i64: 3>, strides = array<i64: 1>, pads = array<i64: 0, 1>, dilations = array<i64: 1>, ceil_mode = false, count_include_pad = true} : (tensor<1x2x9xf32>) -> tensor<1x2x8xf32>
  return %0, %1, %2 : tensor<1x2x6xf32>, tensor<1x2x7xf32>, tensor<1x2x8xf32>
}

// -----

// Other values and modes, channels, ceil mode, padding that does not count, entries that are computed, a sum too great.
// CHECK-LABEL: @declined
// CHECK-COUNT-7: qc.pad
func.func @declined(%x: tensor<1x2x5xf32>, %n: tensor<6xi64>, %w: tensor<2x2x3xf32>) -> (tensor<1x2x4xf32>, tensor<1x2x4xf32>, tensor<1x3x3xf32>, tensor<1x2x4xf32>, tensor<1x2x6xf32>, tensor<1x2x?xf32>, tensor<1x2x?xf32>) {
  %p0 = qc.pad %x constant {begins = array<i64: 0, 0, 0>, ends = array<i64: 0, 0, 1>, value = -0.0 : f32} : (tensor<1x2x5xf32>) -> tensor<1x2x6xf32>
  // expected-remark @below {{the pad is not by +0}}
  %0 = qc.conv %p0, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64} : (tensor<1x2x6xf32>, tensor<2x2x3xf32>) -> tensor<1x2x4xf32>
  %p1 = qc.pad %x edge {begins = array<i64: 0, 0, 0>, ends = array<i64: 0, 0, 1>} : (tensor<1x2x5xf32>) -> tensor<1x2x6xf32>
  // expected-remark @below {{the pad is not by -infinity}}
  %1 = qc.max_pool %p1 {kernel = array<i64: 3>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, ceil_mode = false} : (tensor<1x2x6xf32>) -> tensor<1x2x4xf32>
  %p2 = qc.pad %x constant {begins = array<i64: 0, 1, 0>, ends = array<i64: 0, 0, 0>, value = 0xFF800000 : f32} : (tensor<1x2x5xf32>) -> tensor<1x3x5xf32>
  // expected-remark @below {{the pad is not of spatial dimensions}}
  %2 = qc.max_pool %p2 {kernel = array<i64: 3>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, ceil_mode = false} : (tensor<1x3x5xf32>) -> tensor<1x3x3xf32>
  %p3 = qc.pad %x constant {begins = array<i64: 0, 0, 1>, ends = array<i64: 0, 0, 2>, value = 0xFF800000 : f32} : (tensor<1x2x5xf32>) -> tensor<1x2x8xf32>
  // expected-remark @below {{in ceil mode the last window depends on whose padding it is}}
  %3 = qc.max_pool %p3 {kernel = array<i64: 3>, strides = array<i64: 2>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, ceil_mode = true} : (tensor<1x2x8xf32>) -> tensor<1x2x4xf32>
  %p4 = qc.pad %x constant {begins = array<i64: 0, 0, 0>, ends = array<i64: 0, 0, 1>, value = 0.0 : f32} : (tensor<1x2x5xf32>) -> tensor<1x2x6xf32>
  // expected-remark @below {{the pool does not count its own padding, and counts the pad}}
  %4 = qc.avg_pool %p4 {kernel = array<i64: 3>, strides = array<i64: 1>, pads = array<i64: 1, 1>, dilations = array<i64: 1>, ceil_mode = false, count_include_pad = false} : (tensor<1x2x6xf32>) -> tensor<1x2x6xf32>
  %p5 = qc.pad %x by %n constant {begins = array<i64: 0, 0, -9223372036854775808>, ends = array<i64: 0, 0, 0>, value = 0xFF800000 : f32} : (tensor<1x2x5xf32>, tensor<6xi64>) -> tensor<1x2x?xf32>
  // expected-remark @below {{the pad is computed}}
  %5 = qc.max_pool %p5 {kernel = array<i64: 3>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, ceil_mode = false} : (tensor<1x2x?xf32>) -> tensor<1x2x?xf32>
  %p6 = qc.pad %5 constant {begins = array<i64: 0, 0, 2147483647>, ends = array<i64: 0, 0, 0>, value = 0xFF800000 : f32} : (tensor<1x2x?xf32>) -> tensor<1x2x?xf32>
  // expected-remark @below {{the padding would be 2^31 or more}}
  %6 = qc.max_pool %p6 {kernel = array<i64: 3>, strides = array<i64: 1>, pads = array<i64: 1, 0>, dilations = array<i64: 1>, ceil_mode = false} : (tensor<1x2x?xf32>) -> tensor<1x2x?xf32>
  return %0, %1, %2, %3, %4, %5, %6 : tensor<1x2x4xf32>, tensor<1x2x4xf32>, tensor<1x3x3xf32>, tensor<1x2x4xf32>, tensor<1x2x6xf32>, tensor<1x2x?xf32>, tensor<1x2x?xf32>
}

// -----

// CHECK-LABEL: @long_sum
// CHECK: qc.pad
func.func @long_sum(%x: tensor<1x2x2000xf32>) -> tensor<1x2x977xf32> {
  %p = qc.pad %x constant {begins = array<i64: 0, 0, 0>, ends = array<i64: 0, 0, 1>, value = 0.0 : f32} : (tensor<1x2x2000xf32>) -> tensor<1x2x2001xf32>
  // expected-remark @below {{the pool's sums are long, their order depends on the padding}}
  %y = qc.avg_pool %p {kernel = array<i64: 1025>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, ceil_mode = false, count_include_pad = true} : (tensor<1x2x2001xf32>) -> tensor<1x2x977xf32>
  return %y : tensor<1x2x977xf32>
}
