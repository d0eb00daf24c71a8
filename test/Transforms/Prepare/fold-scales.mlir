// Constant factors and offsets around a contraction become part of its weights and bias.
// RUN: qc-opt %s --qc-fold-scales --split-input-file --remarks-filter='qc-fold-scales' --remark-format=emitRemark --verify-diagnostics | FileCheck %s
// RUN: qc-opt %s --qc-fold-scales --split-input-file --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s --check-prefix=NAME

// Behind, a chain: ((x * w + b) * k - d) / 2.
// CHECK-LABEL: @behind
// NAME-LABEL: @behind
func.func @behind(%x: tensor<?x1x8x?xf32>) -> tensor<?x2x8x?xf32> {
  // CHECK-DAG: %[[W:.+]] = qc.constant dense<{{\[\[\[\[}}5.000000e+00]]], {{\[\[\[}}2.000000e+01]]]]> : tensor<2x1x1x1xf32>
  // CHECK-DAG: %[[B:.+]] = qc.constant dense<[4.500000e+00, 1.950000e+01]> : tensor<2xf32>
  // CHECK: %[[Y:.+]] = qc.conv %{{[^,]+}}, %[[W]] bias %[[B]]
  // CHECK-NEXT: return %[[Y]]
  // NAME: qc.conv {{.*}} loc(fused["y", "s", "m", "c"])
  %w = qc.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %b = qc.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %k = qc.constant dense<[[[10.0]], [[20.0]]]> : tensor<2x1x1xf32>
  %d = qc.constant dense<1.0> : tensor<f32>
  %h = qc.constant dense<2.0> : tensor<f32>
  %0 = qc.conv %x, %w bias %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64}
     : (tensor<?x1x8x?xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<?x2x8x?xf32> loc("c")
  %1 = qc.mul %k, %0 : (tensor<2x1x1xf32>, tensor<?x2x8x?xf32>) -> tensor<?x2x8x?xf32> loc("m")
  %2 = qc.sub %1, %d : (tensor<?x2x8x?xf32>, tensor<f32>) -> tensor<?x2x8x?xf32> loc("s")
  %3 = qc.div %2, %h : (tensor<?x2x8x?xf32>, tensor<f32>) -> tensor<?x2x8x?xf32> loc("y")
  return %3 : tensor<?x2x8x?xf32>
}

// A difference from a constant negates; the sum behind it is folded too; a product without a bias gets one.
// CHECK-LABEL: @negated
func.func @negated(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  // CHECK-DAG: %[[W:.+]] = qc.constant dense<{{\[\[}}-1.000000e+00, -2.000000e+00], [-3.000000e+00, -4.000000e+00]]> : tensor<2x2xf32>
  // CHECK-DAG: %[[B:.+]] = qc.constant dense<[1.700000e+01, 1.800000e+01]> : tensor<2xf32>
  // CHECK: %[[Y:.+]] = qc.matmul %{{[^,]+}}, %[[W]] bias %[[B]]
  // CHECK-NEXT: return %[[Y]]
  %w = qc.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %c = qc.constant dense<[7.0, 8.0]> : tensor<2xf32>
  %t = qc.constant dense<10.0> : tensor<f32>
  %0 = qc.matmul %x, %w : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  %1 = qc.sub %c, %0 : (tensor<2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
  %2 = qc.add %1, %t : (tensor<?x2xf32>, tensor<f32>) -> tensor<?x2xf32>
  return %2 : tensor<?x2xf32>
}

// In front: a factor and an offset per input channel of two groups.
// CHECK-LABEL: @in_front
func.func @in_front(%x: tensor<1x4x3xf32>) -> tensor<1x2x3xf32> {
  // CHECK-DAG: %[[W:.+]] = qc.constant dense<{{\[\[\[}}2.000000e+00], [6.000000e+00]], {{\[\[}}1.200000e+01], [2.000000e+01]]]> : tensor<2x2x1xf32>
  // CHECK-DAG: %[[B:.+]] = qc.constant dense<[5.000000e+01, 2.500000e+02]> : tensor<2xf32>
  // CHECK: %[[Y:.+]] = qc.conv %arg0, %[[W]] bias %[[B]]
  // CHECK-NEXT: return %[[Y]]
  %w = qc.constant dense<[[[1.0], [2.0]], [[3.0], [4.0]]]> : tensor<2x2x1xf32>
  %k = qc.constant dense<[[2.0], [3.0], [4.0], [5.0]]> : tensor<4x1xf32>
  %d = qc.constant dense<[[[10.0], [20.0], [30.0], [40.0]]]> : tensor<1x4x1xf32>
  %0 = qc.mul %x, %k : (tensor<1x4x3xf32>, tensor<4x1xf32>) -> tensor<1x4x3xf32>
  %1 = qc.add %0, %d : (tensor<1x4x3xf32>, tensor<1x4x1xf32>) -> tensor<1x4x3xf32>
  %2 = qc.conv %1, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 2 : i64}
     : (tensor<1x4x3xf32>, tensor<2x2x1xf32>) -> tensor<1x2x3xf32>
  return %2 : tensor<1x2x3xf32>
}

// In front of a matrix product: one per row of the weights.
// CHECK-LABEL: @rows
func.func @rows(%x: tensor<?x5x2xf32>) -> tensor<?x5x2xf32> {
  // CHECK-DAG: qc.constant dense<{{\[\[}}2.000000e+00, 4.000000e+00], [9.000000e+00, 1.200000e+01]]> : tensor<2x2xf32>
  // CHECK-DAG: qc.constant dense<[-7.000000e+00, -1.000000e+01]> : tensor<2xf32>
  // CHECK: qc.matmul %arg0,
  // CHECK-NEXT: return
  %w = qc.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %k = qc.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %d = qc.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %0 = qc.mul %x, %k : (tensor<?x5x2xf32>, tensor<2xf32>) -> tensor<?x5x2xf32>
  %1 = qc.sub %0, %d : (tensor<?x5x2xf32>, tensor<2xf32>) -> tensor<?x5x2xf32>
  %2 = qc.matmul %1, %w : (tensor<?x5x2xf32>, tensor<2x2xf32>) -> tensor<?x5x2xf32>
  return %2 : tensor<?x5x2xf32>
}

// -----

// Declined: padding, other readers, other values, a mask, infinite numbers, computed weights.
// CHECK-LABEL: @declined
func.func @declined(%x: tensor<1x2x3xf32>, %v: tensor<3x3xf32>) -> (tensor<1x2x5xf32>, tensor<1x2x3xf32>, tensor<1x2x3xf32>, tensor<1x2x3xf32>, tensor<1x2x3xf32>) {
  %w = qc.constant dense<1.0> : tensor<2x2x1xf32>
  %k = qc.constant dense<[[2.0], [3.0]]> : tensor<2x1xf32>
  %l = qc.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %m = qc.constant dense<2.0e4> : tensor<f32>
  %z = qc.constant dense<0.0> : tensor<f32>
  // CHECK: qc.add
  // expected-remark @below {{the convolution pads with 0 what the constant would be added to}}
  %0 = qc.add %x, %k : (tensor<1x2x3xf32>, tensor<2x1xf32>) -> tensor<1x2x3xf32>
  %1 = qc.conv %0, %w {strides = array<i64: 1>, pads = array<i64: 1, 1>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x2x3xf32>, tensor<2x2x1xf32>) -> tensor<1x2x5xf32>
  %2 = qc.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x2x3xf32>, tensor<2x2x1xf32>) -> tensor<1x2x3xf32>
  // CHECK: qc.mul
  // expected-remark @below {{the contraction's result has other uses}}
  %3 = qc.mul %2, %k : (tensor<1x2x3xf32>, tensor<2x1xf32>) -> tensor<1x2x3xf32>
  %4 = qc.add %2, %3 : (tensor<1x2x3xf32>, tensor<1x2x3xf32>) -> tensor<1x2x3xf32>
  %5 = qc.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x2x3xf32>, tensor<2x2x1xf32>) -> tensor<1x2x3xf32>
  // CHECK: qc.mul
  // expected-remark @below {{the constant does not have one value per channel}}
  %6 = qc.mul %5, %l : (tensor<1x2x3xf32>, tensor<3xf32>) -> tensor<1x2x3xf32>
  %7 = qc.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x2x3xf32>, tensor<2x2x1xf32>) -> tensor<1x2x3xf32>
  // CHECK: qc.sub
  // expected-remark @below {{the constant is a mask}}
  %8 = qc.sub %7, %m : (tensor<1x2x3xf32>, tensor<f32>) -> tensor<1x2x3xf32>
  // CHECK: qc.div
  // expected-remark @below {{a constant is not finite, or is 0 and divides}}
  %9 = qc.div %x, %z : (tensor<1x2x3xf32>, tensor<f32>) -> tensor<1x2x3xf32>
  %10 = qc.conv %9, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x2x3xf32>, tensor<2x2x1xf32>) -> tensor<1x2x3xf32>
  %11 = qc.matmul %x, %v : (tensor<1x2x3xf32>, tensor<3x3xf32>) -> tensor<1x2x3xf32>
  // CHECK: qc.mul
  // expected-remark @below {{the contraction's weights are not constant}}
  %12 = qc.mul %11, %l : (tensor<1x2x3xf32>, tensor<3xf32>) -> tensor<1x2x3xf32>
  %13 = qc.add %10, %8 : (tensor<1x2x3xf32>, tensor<1x2x3xf32>) -> tensor<1x2x3xf32>
  return %1, %4, %6, %12, %13 : tensor<1x2x5xf32>, tensor<1x2x3xf32>, tensor<1x2x3xf32>, tensor<1x2x3xf32>, tensor<1x2x3xf32>
}
