// Folds of the qc dialect.
// RUN: qc-opt %s --canonicalize --split-input-file | FileCheck %s

// CHECK-LABEL: @identity_reshape
// CHECK-NEXT: return %arg0, %arg1
func.func @identity_reshape(%x: tensor<2x3xf32>, %y: tensor<?x3xui8>) -> (tensor<2x3xf32>, tensor<?x3xui8>) {
  %0 = qc.reshape %x {shape = array<i64: 2, -1>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %1 = qc.reshape %y {shape = array<i64: -1, 3>} : (tensor<?x3xui8>) -> tensor<?x3xui8>
  return %0, %1 : tensor<2x3xf32>, tensor<?x3xui8>
}

// Two unknown dimensions may change, a result may know more, a zero size says nothing of the unknown one.
// CHECK-LABEL: @reshape_kept
// CHECK-COUNT-3: qc.reshape
func.func @reshape_kept(%x: tensor<?x?xf32>, %y: tensor<?x3xf32>, %z: tensor<?x0xf32>) -> (tensor<?x?xf32>, tensor<2x3xf32>, tensor<?x0xf32>) {
  %0 = qc.reshape %x {shape = array<i64: 4, -1>} : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %1 = qc.reshape %y {shape = array<i64: 2, 3>} : (tensor<?x3xf32>) -> tensor<2x3xf32>
  %2 = qc.reshape %z {shape = array<i64: 5, 0>} : (tensor<?x0xf32>) -> tensor<?x0xf32>
  return %0, %1, %2 : tensor<?x?xf32>, tensor<2x3xf32>, tensor<?x0xf32>
}

// CHECK-LABEL: @identity_transpose
// CHECK-NEXT: return %arg0
func.func @identity_transpose(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %0 = qc.transpose %x {perm = array<i64: 0, 1>} : (tensor<?x?xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// CHECK-LABEL: @transpose_kept
// CHECK: qc.transpose
func.func @transpose_kept(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %0 = qc.transpose %x {perm = array<i64: 1, 0>} : (tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// -----

// A reshaped constant is the same resource under another shape.
// CHECK-LABEL: @reshape_constant
func.func @reshape_constant() -> (tensor<2x2xi32>, tensor<3x1xf32>, tensor<4xf32>) {
  // CHECK-DAG: qc.constant dense_resource<w> : tensor<2x2xi32>
  // CHECK-DAG: qc.constant dense<{{\[}}[1.000000e+00], [2.000000e+00], [3.000000e+00]]> : tensor<3x1xf32>
  // CHECK-DAG: qc.constant dense<5.000000e+00> : tensor<4xf32>
  // CHECK-NOT: qc.reshape
  %c = qc.constant dense_resource<w> : tensor<4xi32>
  %d = qc.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %e = qc.constant dense<5.0> : tensor<2x2xf32>
  %0 = qc.reshape %c {shape = array<i64: 2, 2>} : (tensor<4xi32>) -> tensor<2x2xi32>
  %1 = qc.reshape %d {shape = array<i64: 3, 1>} : (tensor<3xf32>) -> tensor<3x1xf32>
  %2 = qc.reshape %e {shape = array<i64: 4>} : (tensor<2x2xf32>) -> tensor<4xf32>
  return %0, %1, %2 : tensor<2x2xi32>, tensor<3x1xf32>, tensor<4xf32>
}

{-#
  dialect_resources: {
    builtin: {
      w: "0x0800000001000000000000000200000000000000"
    }
  }
#-}

// -----

// Commutative operations: the constant goes to the right. Operations without a use go away, observations stay.
// CHECK-LABEL: @commutative
func.func @commutative(%x: tensor<2xf32>) -> tensor<2xf32> {
  // CHECK-NEXT: %[[C:.*]] = qc.constant
  // CHECK-NEXT: qc.observe %arg0 @t
  // CHECK-NEXT: qc.add %arg0, %[[C]]
  // CHECK-NEXT: return
  %c = qc.constant dense<1.0> : tensor<2xf32>
  qc.observe %x @t : tensor<2xf32>
  %unused = qc.relu %x : (tensor<2xf32>) -> tensor<2xf32>
  %y = qc.add %c, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}
qc.stats @t {of = "x", count = 1 : i64, min = 0.0 : f32, max = 0.0 : f32, data = "", epoch = 0 : i64}
