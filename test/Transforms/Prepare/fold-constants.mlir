// Operations on constants become constants, identities their operands, and what nothing reads goes away.
// RUN: qc-opt %s --qc-fold-constants=max-growth=64 --split-input-file --remarks-filter='qc-fold-constants' \
// RUN:   --remark-format=emitRemark --verify-diagnostics | FileCheck %s

// A chain of constants ends in one.
// CHECK-LABEL: @chain
// CHECK-SAME:    %[[X:[^:]+]]:
func.func @chain(%x: tensor<2xf32>) -> tensor<2xf32> {
  // CHECK-NEXT: %[[C:.+]] = qc.constant dense<[8.000000e+00, 0.000000e+00]> : tensor<2xf32>
  // CHECK-NEXT: %[[Y:.+]] = qc.add %[[X]], %[[C]]
  // CHECK-NEXT: return %[[Y]]
  %a = qc.constant dense<[1.0, -2.0]> : tensor<2xf32>
  %b = qc.constant dense<[3.0, 1.0]> : tensor<2xf32>
  %two = qc.constant dense<2.0> : tensor<f32>
  %sum = qc.add %a, %b : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %product = qc.mul %sum, %two : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  %relu = qc.relu %product : (tensor<2xf32>) -> tensor<2xf32>
  %y = qc.add %x, %relu : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// A transposed constant of 16 elements is a resource of its own.
// CHECK-LABEL: @transposed
func.func @transposed() -> tensor<4x4xf32> {
  // CHECK-NEXT: qc.constant dense_resource<w_{{[0-9a-f]+}}> : tensor<4x4xf32>
  // CHECK-NEXT: return
  %c = qc.constant dense<[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [9.0, 10.0, 11.0, 12.0], [13.0, 14.0, 15.0, 16.0]]> : tensor<4x4xf32>
  %y = qc.transpose %c {perm = array<i64: 1, 0>} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  return %y : tensor<4x4xf32>
}

// CHECK-LABEL: @identities
// CHECK-SAME:    %[[X:[^:]+]]:
func.func @identities(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  // CHECK-NEXT: return %[[X]]
  %0 = qc.reshape %x {shape = array<i64: -1, 3>} : (tensor<?x3xf32>) -> tensor<?x3xf32>
  %1 = qc.transpose %0 {perm = array<i64: 0, 1>} : (tensor<?x3xf32>) -> tensor<?x3xf32>
  %unread = qc.relu %1 : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %1 : tensor<?x3xf32>
}

// A value knows its shape, even where the operation left it open.
// CHECK-LABEL: @open_shape
func.func @open_shape(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  // CHECK: %[[C:.+]] = qc.constant dense<{{.*}}> : tensor<1x2xf32>
  // CHECK: qc.add %{{.*}}, %[[C]] : (tensor<2x2xf32>, tensor<1x2xf32>)
  %c = qc.constant dense<[1.0, -1.0]> : tensor<2xf32>
  %r = qc.reshape %c {shape = array<i64: 1, -1>} : (tensor<2xf32>) -> tensor<?x?xf32>
  %y = qc.add %x, %r : (tensor<2x2xf32>, tensor<?x?xf32>) -> tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}

// What depends on an input stays, with unknown dimensions too.
// CHECK-LABEL: @computed
// CHECK: qc.add
func.func @computed(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %c = qc.constant dense<1.0> : tensor<2xf32>
  %y = qc.add %x, %c : (tensor<?x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// Quantization is never evaluated away.
// CHECK-LABEL: @quantization
// CHECK: qc.quantize
// CHECK: qc.dequantize
func.func @quantization() -> tensor<2xf32> {
  %c = qc.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %s = qc.constant dense<0.5> : tensor<f32>
  %q = qc.quantize %c, %s {format = #qc.format<ui8>} : (tensor<2xf32>, tensor<f32>) -> tensor<2xui8>
  %y = qc.dequantize %q, %s {format = #qc.format<ui8>} : (tensor<2xui8>, tensor<f32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

// An outer sum has 100 bytes, its operands 40: within 64 more. One of 400 bytes is not.
// CHECK-LABEL: @growth
func.func @growth() -> (tensor<5x5xf32>, tensor<10x10xf32>) {
  // CHECK: qc.constant {{.*}} : tensor<5x5xf32>
  // CHECK: qc.add {{.*}} -> tensor<10x10xf32>
  %a = qc.constant dense<[[1.0], [2.0], [3.0], [4.0], [5.0]]> : tensor<5x1xf32>
  %b = qc.constant dense<[1.0, 2.0, 3.0, 4.0, 5.0]> : tensor<5xf32>
  %small = qc.add %a, %b : (tensor<5x1xf32>, tensor<5xf32>) -> tensor<5x5xf32>
  // A splat takes up one element.
  %c = qc.constant dense<1.0> : tensor<10x1xf32>
  %d = qc.constant dense<1.0> : tensor<10xf32>
  // expected-remark @below {{its value has 400 bytes, its operands 8; at most 64 more are accepted}}
  %large = qc.add %c, %d : (tensor<10x1xf32>, tensor<10xf32>) -> tensor<10x10xf32>
  return %small, %large : tensor<5x5xf32>, tensor<10x10xf32>
}

// -----

// The type of a result of the model is not changed.
// CHECK-LABEL: @returned
// CHECK: qc.reshape
func.func @returned() -> tensor<?x?xf32> {
  %c = qc.constant dense<[1.0, -1.0]> : tensor<2xf32>
  // expected-remark @below {{its type leaves dimensions open that its value has, and something outside of qc reads it}}
  %r = qc.reshape %c {shape = array<i64: 1, -1>} : (tensor<2xf32>) -> tensor<?x?xf32>
  return %r : tensor<?x?xf32>
}

// -----

// CHECK-LABEL: @missing
// CHECK: qc.relu
func.func @missing() -> tensor<4xf32> {
  %c = qc.constant dense_resource<w_missing> : tensor<4xf32>
  // expected-remark @below {{the value of a constant is missing or too large}}
  %y = qc.relu %c : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// Moves that say themselves that nothing moves, whatever the sizes are.
// CHECK-LABEL: @unmoved
// CHECK-SAME:    %[[X:[^:]+]]:
// CHECK-NEXT: return %[[X]] : tensor<?x3xf32>
func.func @unmoved(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %a = qc.pad %x constant {begins = array<i64: 0, 0>, ends = array<i64: 0, 0>, value = 1.0 : f32} : (tensor<?x3xf32>) -> tensor<?x3xf32>
  %b = qc.tile %a {repeats = array<i64: 1, 1>} : (tensor<?x3xf32>) -> tensor<?x3xf32>
  %c = qc.slice %b {axes = array<i64: 0>, starts = array<i64: 0>, ends = array<i64: 9223372036854775807>, steps = array<i64: 1>} : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %c : tensor<?x3xf32>
}
