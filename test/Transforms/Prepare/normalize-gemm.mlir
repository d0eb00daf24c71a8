// Every gemm comes to alpha = beta = 1, no transposition and a constant c of one value per column.
// RUN: qc-opt %s --qc-normalize-gemm | FileCheck %s
// RUN: qc-opt %s --qc-normalize-gemm --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s --check-prefix=NAME
// Remarks stand where the value has its name.
// RUN: qc-opt %s --qc-normalize-gemm --remarks-filter='qc-normalize-gemm' --remark-format=emitRemark -o /dev/null 2>&1 | FileCheck %s --check-prefix=MISSED

// Constants take up the transposition, alpha and beta.
// CHECK-LABEL: @constants
// NAME-LABEL: @constants
func.func @constants(%a: tensor<4x3xf32>) -> tensor<4x2xf32> {
  // CHECK-DAG: %[[B:.+]] = qc.constant dense<{{\[}}[2.000000e+00, 8.000000e+00], [4.000000e+00, 1.000000e+01], [6.000000e+00, 1.200000e+01]]> : tensor<3x2xf32>
  // CHECK-DAG: %[[C:.+]] = qc.constant dense<[5.000000e-01, 1.000000e+00]> : tensor<2xf32>
  // CHECK: qc.gemm %{{.*}}, %[[B]] plus %[[C]] {alpha = 1.000000e+00 : f32, beta = 1.000000e+00 : f32, trans_a = false, trans_b = false}
  // CHECK-NEXT: return
  // NAME: qc.constant {{.*}} loc("weights")
  // NAME: qc.gemm {{.*}} loc("y")
  %b = qc.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32> loc("weights")
  %c = qc.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %y = qc.gemm %a, %b plus %c {alpha = 2.0 : f32, beta = 0.5 : f32, trans_a = false, trans_b = true}
     : (tensor<4x3xf32>, tensor<2x3xf32>, tensor<2xf32>) -> tensor<4x2xf32> loc("y")
  return %y : tensor<4x2xf32>
}

// Every way to write one value per column, or one value, is [N].
// CHECK-LABEL: @columns
func.func @columns(%a: tensor<?x3xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>) {
  // CHECK: plus %{{.*}} {{.*}}, tensor<2xf32>) -> tensor<?x2xf32>
  // CHECK: plus %{{.*}} {{.*}}, tensor<2xf32>) -> tensor<?x2xf32>
  // CHECK: qc.constant dense<7.000000e+00> : tensor<2xf32>
  // CHECK: plus %{{.*}} {{.*}}, tensor<2xf32>) -> tensor<?x2xf32>
  // CHECK-NOT: qc.add
  %b = qc.constant dense<1.0> : tensor<3x2xf32>
  %scalar = qc.constant dense<5.0> : tensor<f32>
  %one = qc.constant dense<7.0> : tensor<1x1xf32>
  %row = qc.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %0 = qc.gemm %a, %b plus %scalar {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = false, trans_b = false}
     : (tensor<?x3xf32>, tensor<3x2xf32>, tensor<f32>) -> tensor<?x2xf32>
  %1 = qc.gemm %a, %b plus %row {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = false, trans_b = false}
     : (tensor<?x3xf32>, tensor<3x2xf32>, tensor<1x2xf32>) -> tensor<?x2xf32>
  %2 = qc.gemm %a, %b plus %one {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = false, trans_b = false}
     : (tensor<?x3xf32>, tensor<3x2xf32>, tensor<1x1xf32>) -> tensor<?x2xf32>
  return %0, %1, %2 : tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>
}

// A c with a value per row is added behind, times beta.
// CHECK-LABEL: @rows
// NAME-LABEL: @rows
func.func @rows(%a: tensor<2x3xf32>) -> tensor<2x2xf32> {
  // CHECK: %[[P:.+]] = qc.gemm %{{[^,]*}}, %{{[^ ]*}} {alpha
  // CHECK: qc.add %[[P]], %[[C:.+]] : (tensor<2x2xf32>, tensor<2x1xf32>) -> tensor<2x2xf32>
  // NAME: qc.gemm {{.*}} loc("y.product")
  // NAME: qc.add {{.*}} loc("y")
  %b = qc.constant dense<1.0> : tensor<3x2xf32>
  %c = qc.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  // MISSED: c is an addition of its own
  %y = qc.gemm %a, %b plus %c {alpha = 1.0 : f32, beta = 3.0 : f32, trans_a = false, trans_b = false}
     : (tensor<2x3xf32>, tensor<3x2xf32>, tensor<2x1xf32>) -> tensor<2x2xf32> loc("y")
  return %y : tensor<2x2xf32>
}

// Nothing is constant, dimensions are unknown: operations in front and behind.
// CHECK-LABEL: @computed
// CHECK-SAME: (%[[A:.+]]: tensor<?x?xf32>, %[[B:.+]]: tensor<?x?xf32>, %[[C:.+]]: tensor<?x?xf32>)
// NAME-LABEL: @computed
func.func @computed(%a: tensor<?x?xf32> loc("a"), %b: tensor<?x?xf32>, %c: tensor<?x?xf32>) -> tensor<?x?xf32> {
  // CHECK: %[[AT:.+]] = qc.transpose %[[A]] {perm = array<i64: 1, 0>}
  // CHECK: %[[BT:.+]] = qc.transpose %[[B]] {perm = array<i64: 1, 0>}
  // CHECK: %[[BETA:.+]] = qc.constant dense<5.000000e-01> : tensor<f32>
  // CHECK: %[[TERM:.+]] = qc.mul %[[C]], %[[BETA]]
  // CHECK: %[[P:.+]] = qc.gemm %[[AT]], %[[BT]] {alpha = 1.000000e+00 : f32, beta = 1.000000e+00 : f32, trans_a = false, trans_b = false}
  // CHECK: %[[ALPHA:.+]] = qc.constant dense<2.000000e+00> : tensor<f32>
  // CHECK: %[[S:.+]] = qc.mul %[[P]], %[[ALPHA]]
  // CHECK: %[[Y:.+]] = qc.add %[[S]], %[[TERM]]
  // CHECK: return %[[Y]]
  // NAME: qc.transpose {{.*}} loc("a.transposed")
  // NAME: qc.mul {{.*}} loc("y.term")
  // NAME: qc.gemm {{.*}} loc("y.product")
  // NAME: qc.mul {{.*}} loc("y.scaled")
  // NAME: qc.add {{.*}} loc("y")
  // MISSED: a is transposed by an operation of its own: it is not a constant
  // MISSED: b is transposed by an operation of its own: it is not a constant
  // MISSED: beta is a multiplication of its own: c is not a constant
  // MISSED: alpha is a multiplication of its own
  // MISSED: c is an addition of its own
  %y = qc.gemm %a, %b plus %c {alpha = 2.0 : f32, beta = 0.5 : f32, trans_a = true, trans_b = true}
     : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32> loc("y")
  return %y : tensor<?x?xf32>
}

// Where N is not known, one value cannot be written as [N].
// CHECK-LABEL: @unknown_columns
func.func @unknown_columns(%a: tensor<?x3xf32>, %b: tensor<3x?xf32>) -> tensor<?x?xf32> {
  // CHECK: qc.gemm
  // CHECK: qc.add
  %c = qc.constant dense<5.0> : tensor<f32>
  // MISSED: c is an addition of its own
  %y = qc.gemm %a, %b plus %c {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = false, trans_b = false}
     : (tensor<?x3xf32>, tensor<3x?xf32>, tensor<f32>) -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}

// A product of alpha and a weight that overflows: alpha stays behind.
// CHECK-LABEL: @overflow
func.func @overflow(%a: tensor<1x2xf32>) -> tensor<1x1xf32> {
  // CHECK: qc.constant dense<{{\[}}[3.000000e+38], [1.000000e+00]]> : tensor<2x1xf32>
  // CHECK: qc.gemm
  // CHECK: qc.mul
  %b = qc.constant dense<[[3.0e38], [1.0]]> : tensor<2x1xf32>
  // MISSED: alpha is a multiplication of its own: b is not a constant, or a product is not finite
  %y = qc.gemm %a, %b {alpha = 2.0 : f32, beta = 0.0 : f32, trans_a = false, trans_b = false}
     : (tensor<1x2xf32>, tensor<2x1xf32>) -> tensor<1x1xf32>
  return %y : tensor<1x1xf32>
}
