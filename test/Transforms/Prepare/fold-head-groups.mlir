// Copies of keys and values for the heads that share them become rows of one product.
// RUN: qc-opt %s --qc-fold-head-groups --split-input-file --remarks-filter='qc-fold-head-groups' --remark-format=emitRemark --verify-diagnostics | FileCheck %s

// CHECK-LABEL: @keys
// CHECK-SAME:    %[[Q:[^:]+]]: {{.*}}, %[[K:[^:]+]]:
func.func @keys(%q: tensor<1x8x?x32xf32>, %k: tensor<1x2x?x32xf32>) -> tensor<1x8x?x?xf32> {
  // CHECK-NEXT: %[[ROWS:.+]] = qc.reshape %[[Q]] {shape = array<i64: 1, 2, -1, 32>} : (tensor<1x8x?x32xf32>) -> tensor<1x2x?x32xf32>
  // CHECK-NEXT: %[[KT:.+]] = qc.transpose %[[K]] {perm = array<i64: 0, 1, 3, 2>} : (tensor<1x2x?x32xf32>) -> tensor<1x2x32x?xf32>
  // CHECK-NEXT: %[[S:.+]] = qc.matmul %[[ROWS]], %[[KT]] : (tensor<1x2x?x32xf32>, tensor<1x2x32x?xf32>) -> tensor<1x2x?x?xf32>
  // CHECK-NEXT: %[[Y:.+]] = qc.reshape %[[S]] {shape = array<i64: 1, 8, -1, -5>} : (tensor<1x2x?x?xf32>) -> tensor<1x8x?x?xf32>
  // CHECK-NEXT: return %[[Y]]
  %one = qc.reshape %k {shape = array<i64: 1, 2, 1, -4, 32>} : (tensor<1x2x?x32xf32>) -> tensor<1x2x1x?x32xf32>
  %n = qc.constant dense<[1, 1, 4, 1, 1]> : tensor<5xi64>
  %four = qc.expand %one, %n : (tensor<1x2x1x?x32xf32>, tensor<5xi64>) -> tensor<1x2x4x?x32xf32>
  %all = qc.reshape %four {shape = array<i64: 1, 8, -5, 32>} : (tensor<1x2x4x?x32xf32>) -> tensor<1x8x?x32xf32>
  %t = qc.transpose %all {perm = array<i64: 0, 1, 3, 2>} : (tensor<1x8x?x32xf32>) -> tensor<1x8x32x?xf32>
  %y = qc.matmul %q, %t : (tensor<1x8x?x32xf32>, tensor<1x8x32x?xf32>) -> tensor<1x8x?x?xf32>
  return %y : tensor<1x8x?x?xf32>
}

// CHECK-LABEL: @values
// CHECK-SAME:    %[[P:[^:]+]]: {{.*}}, %[[V:[^:]+]]:
func.func @values(%p: tensor<3x6x5x7xf32>, %v: tensor<3x3x7x2xf32>) -> tensor<3x6x5x2xf32> {
  // CHECK-NEXT: qc.reshape %[[P]] {shape = array<i64: 3, 3, -1, 7>} : (tensor<3x6x5x7xf32>) -> tensor<3x3x10x7xf32>
  // CHECK-NEXT: qc.matmul %{{.*}}, %[[V]] : (tensor<3x3x10x7xf32>, tensor<3x3x7x2xf32>) -> tensor<3x3x10x2xf32>
  // CHECK-NEXT: qc.reshape %{{.*}} {shape = array<i64: 3, 6, -1, 2>} : (tensor<3x3x10x2xf32>) -> tensor<3x6x5x2xf32>
  // CHECK-NEXT: return
  %one = qc.reshape %v {shape = array<i64: 3, 3, 1, 7, 2>} : (tensor<3x3x7x2xf32>) -> tensor<3x3x1x7x2xf32>
  %two = qc.tile %one {repeats = array<i64: 1, 1, 2, 1, 1>} : (tensor<3x3x1x7x2xf32>) -> tensor<3x3x2x7x2xf32>
  %all = qc.reshape %two {shape = array<i64: 3, 6, 7, 2>} : (tensor<3x3x2x7x2xf32>) -> tensor<3x6x7x2xf32>
  %y = qc.matmul %p, %all : (tensor<3x6x5x7xf32>, tensor<3x6x7x2xf32>) -> tensor<3x6x5x2xf32>
  return %y : tensor<3x6x5x2xf32>
}

// Whole heads one after the other, as tile makes of the dimension of heads itself, are others.
// CHECK-LABEL: @other
// CHECK: qc.tile
// CHECK-NEXT: qc.matmul
func.func @other(%p: tensor<6x5x7xf32>, %v: tensor<3x7x2xf32>) -> tensor<6x5x2xf32> {
  %all = qc.tile %v {repeats = array<i64: 2, 1, 1>} : (tensor<3x7x2xf32>) -> tensor<6x7x2xf32>
  %y = qc.matmul %p, %all : (tensor<6x5x7xf32>, tensor<6x7x2xf32>) -> tensor<6x5x2xf32>
  return %y : tensor<6x5x2xf32>
}

// -----

// CHECK-LABEL: @declined
// CHECK-COUNT-2: qc.matmul %{{.*}}, %{{.*}}tensor<1x8x7x2xf32>
func.func @declined(%a: tensor<5x7xf32>, %p: tensor<1x8x5x7xf32>, %v: tensor<1x4x7x2xf32>, %b: tensor<2xf32>) -> (tensor<1x8x5x2xf32>, tensor<1x8x5x2xf32>) {
  %one = qc.reshape %v {shape = array<i64: 1, 4, 1, 7, 2>} : (tensor<1x4x7x2xf32>) -> tensor<1x4x1x7x2xf32>
  %two = qc.tile %one {repeats = array<i64: 1, 1, 2, 1, 1>} : (tensor<1x4x1x7x2xf32>) -> tensor<1x4x2x7x2xf32>
  %all = qc.reshape %two {shape = array<i64: 1, 8, 7, 2>} : (tensor<1x4x2x7x2xf32>) -> tensor<1x8x7x2xf32>
  // expected-remark @below {{the first operand has other leading dimensions}}
  %0 = qc.matmul %a, %all : (tensor<5x7xf32>, tensor<1x8x7x2xf32>) -> tensor<1x8x5x2xf32>
  // expected-remark @below {{the product has a bias}}
  %1 = qc.matmul %p, %all bias %b : (tensor<1x8x5x7xf32>, tensor<1x8x7x2xf32>, tensor<2xf32>) -> tensor<1x8x5x2xf32>
  return %0, %1 : tensor<1x8x5x2xf32>, tensor<1x8x5x2xf32>
}
