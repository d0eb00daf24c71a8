// The addition of a constant per channel becomes the bias of the contraction in front.
// RUN: qc-opt %s --qc-fold-bias --split-input-file --remarks-filter='qc-fold-bias' --remark-format=emitRemark --verify-diagnostics | FileCheck %s
// RUN: qc-opt %s --qc-fold-bias --split-input-file --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s --check-prefix=NAME

// CHECK-LABEL: @matmul
// NAME-LABEL: @matmul
func.func @matmul(%x: tensor<?x5x3xf32>) -> tensor<?x5x2xf32> {
  // CHECK: %[[C:.+]] = qc.constant dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
  // CHECK: %[[Y:.+]] = qc.matmul %{{[^,]+}}, %{{[^ ]+}} bias %[[C]]
  // CHECK-NEXT: return %[[Y]]
  // NAME: qc.constant {{.*}} loc("b")
  // NAME: qc.matmul {{.*}} loc(fused["y", "p"])
  %w = qc.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %c = qc.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32> loc("b")
  %p = qc.matmul %x, %w : (tensor<?x5x3xf32>, tensor<3x2xf32>) -> tensor<?x5x2xf32> loc("p")
  %y = qc.add %c, %p : (tensor<1x2xf32>, tensor<?x5x2xf32>) -> tensor<?x5x2xf32> loc("y")
  return %y : tensor<?x5x2xf32>
}

// A present bias and two additions, one of them of one value: a sum of three.
// CHECK-LABEL: @conv
func.func @conv(%x: tensor<?x1x8x?xf32>) -> tensor<?x2x8x?xf32> {
  // CHECK: %[[C:.+]] = qc.constant dense<[1.110000e+02, 1.220000e+02]> : tensor<2xf32>
  // CHECK-NEXT: %[[Y:.+]] = qc.conv %{{[^,]+}}, %{{[^ ]+}} bias %[[C]]
  // CHECK-NEXT: return %[[Y]]
  %w = qc.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %b = qc.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %c = qc.constant dense<[[[10.0]], [[20.0]]]> : tensor<2x1x1xf32>
  %d = qc.constant dense<100.0> : tensor<f32>
  %0 = qc.conv %x, %w bias %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64}
     : (tensor<?x1x8x?xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<?x2x8x?xf32>
  %1 = qc.add %0, %c : (tensor<?x2x8x?xf32>, tensor<2x1x1xf32>) -> tensor<?x2x8x?xf32>
  %2 = qc.add %1, %d : (tensor<?x2x8x?xf32>, tensor<f32>) -> tensor<?x2x8x?xf32>
  return %2 : tensor<?x2x8x?xf32>
}

// CHECK-LABEL: @gemm
func.func @gemm(%x: tensor<2x1xf32>) -> tensor<2x2xf32> {
  // CHECK: qc.gemm %{{[^,]+}}, %{{[^ ]+}} plus
  // CHECK-NEXT: return
  %w = qc.constant dense<1.0> : tensor<1x2xf32>
  %c = qc.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %0 = qc.gemm %x, %w {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = false, trans_b = false} : (tensor<2x1xf32>, tensor<1x2xf32>) -> tensor<2x2xf32>
  %1 = qc.add %0, %c : (tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  return %1 : tensor<2x2xf32>
}

// A residual addition is none of a constant: nothing to say.
// CHECK-LABEL: @residual
// CHECK: qc.add
func.func @residual(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = qc.constant dense<1.0> : tensor<2x2xf32>
  %0 = qc.matmul %x, %w : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %1 = qc.add %0, %x : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  return %1 : tensor<2x2xf32>
}

// -----

// CHECK-LABEL: @more_values
// CHECK-COUNT-3: qc.add
func.func @more_values(%x: tensor<2x2xf32>, %v: tensor<1x1xf32>) -> (tensor<2x2xf32>, tensor<1x2xf32>, tensor<1x2x2xf32>) {
  %w = qc.constant dense<1.0> : tensor<2x2xf32>
  %rows = qc.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  %0 = qc.matmul %x, %w : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  // expected-remark @below {{the constant does not have one value per channel}}
  %1 = qc.add %0, %rows : (tensor<2x2xf32>, tensor<2x1xf32>) -> tensor<2x2xf32>
  %one = qc.constant dense<1.0> : tensor<1x1xf32>
  %columns = qc.constant dense<[1.0, 2.0]> : tensor<2xf32>
  // The constant widens the result.
  %2 = qc.matmul %v, %one : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>
  // expected-remark @below {{its type is not that of the contraction's result}}
  %3 = qc.add %2, %columns : (tensor<1x1xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %cube = qc.constant dense<1.0> : tensor<1x1x1xf32>
  %4 = qc.matmul %x, %w : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  // expected-remark @below {{its type is not that of the contraction's result}}
  %5 = qc.add %4, %cube : (tensor<2x2xf32>, tensor<1x1x1xf32>) -> tensor<1x2x2xf32>
  return %1, %3, %5 : tensor<2x2xf32>, tensor<1x2xf32>, tensor<1x2x2xf32>
}

// -----

// CHECK-LABEL: @other_readers
// CHECK: qc.add
func.func @other_readers(%x: tensor<2x2xf32>) -> (tensor<2x2xf32>, tensor<2x2xf32>) {
  %w = qc.constant dense<1.0> : tensor<2x2xf32>
  %c = qc.constant dense<1.0> : tensor<2xf32>
  %0 = qc.matmul %x, %w : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  // expected-remark @below {{the contraction's result has other uses}}
  %1 = qc.add %0, %c : (tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  return %0, %1 : tensor<2x2xf32>, tensor<2x2xf32>
}

// -----

// A mask would take the bias's codes from the other values.
// CHECK-LABEL: @mask
// CHECK: qc.add
func.func @mask(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = qc.constant dense<1.0> : tensor<2x2xf32>
  %c = qc.constant dense<[0.0, -1.0e4]> : tensor<2xf32>
  %0 = qc.matmul %x, %w : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  // expected-remark @below {{the constant is a mask: it has values at or below -1e4}}
  %1 = qc.add %0, %c : (tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  return %1 : tensor<2x2xf32>
}

// -----

// One value for a number of channels that is not known; a computed bias; a gemm with factors; a product without channels.
// CHECK-LABEL: @unknown
// CHECK-COUNT-4: qc.add
func.func @unknown(%x: tensor<?x?xf32>, %y: tensor<?x?xf32>, %b: tensor<2xf32>, %v: tensor<2xf32>)
    -> (tensor<?x?xf32>, tensor<?x2xf32>, tensor<?x2xf32>, tensor<?xf32>) {
  %c = qc.constant dense<1.0> : tensor<1xf32>
  %w = qc.constant dense<1.0> : tensor<2x2xf32>
  %0 = qc.matmul %x, %y : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  // expected-remark @below {{the number of channels is not known}}
  %1 = qc.add %0, %c : (tensor<?x?xf32>, tensor<1xf32>) -> tensor<?x?xf32>
  %2 = qc.matmul %x, %w bias %b : (tensor<?x?xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  // expected-remark @below {{the present bias is not a constant with one value per channel}}
  %3 = qc.add %2, %c : (tensor<?x2xf32>, tensor<1xf32>) -> tensor<?x2xf32>
  %4 = qc.gemm %x, %w {alpha = 2.0 : f32, beta = 1.0 : f32, trans_a = false, trans_b = false} : (tensor<?x?xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  // expected-remark @below {{the gemm in front is not in normal form: alpha is 2}}
  %5 = qc.add %4, %c : (tensor<?x2xf32>, tensor<1xf32>) -> tensor<?x2xf32>
  %6 = qc.matmul %x, %v : (tensor<?x?xf32>, tensor<2xf32>) -> tensor<?xf32>
  // expected-remark @below {{the contraction's result has no channels}}
  %7 = qc.add %6, %c : (tensor<?xf32>, tensor<1xf32>) -> tensor<?xf32>
  return %1, %3, %5, %7 : tensor<?x?xf32>, tensor<?x2xf32>, tensor<?x2xf32>, tensor<?xf32>
}
