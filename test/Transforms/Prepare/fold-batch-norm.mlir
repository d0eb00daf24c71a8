// Batch normalization disappears in weights and bias.
// RUN: qc-opt %s --qc-fold-batch-norm --split-input-file --remarks-filter='qc-fold-batch-norm' --remark-format=emitRemark --verify-diagnostics | FileCheck %s
// RUN: qc-opt %s --qc-fold-batch-norm --split-input-file --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s --check-prefix=NAME

// Factors 2 / sqrt(3 + 1) = 1 and 3 / sqrt(0 + 1) = 3; biases (0 - 1) * 1 + 0.5 and (0 - 2) * 3 - 1.
// CHECK-LABEL: @conv
// NAME-LABEL: @conv
func.func @conv(%x: tensor<?x1x8x?xf32>) -> tensor<?x2x8x?xf32> {
  // CHECK-NEXT: %[[W:.+]] = qc.constant dense<{{\[\[\[}}[1.000000e+00, 2.000000e+00]]], {{\[\[}}[9.000000e+00, 1.200000e+01]]]]> : tensor<2x1x1x2xf32>
  // CHECK-NEXT: %[[B:.+]] = qc.constant dense<[-5.000000e-01, -7.000000e+00]> : tensor<2xf32>
  // CHECK-NEXT: %[[Y:.+]] = qc.conv %{{[^,]+}}, %[[W]] bias %[[B]]
  // CHECK-NEXT: return %[[Y]]
  // NAME: qc.constant {{.*}} loc("weights")
  // NAME: qc.constant {{.*}} loc("shift")
  // NAME: qc.conv {{.*}} loc(fused["norm", "conv"])
  %w = qc.constant dense<[[[[1.0, 2.0]]], [[[3.0, 4.0]]]]> : tensor<2x1x1x2xf32> loc("weights")
  %scale = qc.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %shift = qc.constant dense<[0.5, -1.0]> : tensor<2xf32> loc("shift")
  %mean = qc.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %var = qc.constant dense<[3.0, 0.0]> : tensor<2xf32>
  %0 = qc.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 1>, dilations = array<i64: 1, 1>, group = 1 : i64}
     : (tensor<?x1x8x?xf32>, tensor<2x1x1x2xf32>) -> tensor<?x2x8x?xf32> loc("conv")
  %1 = qc.batch_norm %0, %scale, %shift, %mean, %var {epsilon = 1.0 : f32}
     : (tensor<?x2x8x?xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x2x8x?xf32> loc("norm")
  return %1 : tensor<?x2x8x?xf32>
}

// f64 rounded once: 13 / sqrt(3) is 0x40F02D7F so, 0x40F02D7E (7.50555325) where each step is f32. Columns are the last axis.
// CHECK-LABEL: @rounded_once
func.func @rounded_once(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  // CHECK: qc.constant dense<{{\[}}[7.50555372, 2.000000e+00], [0.000000e+00, 4.000000e+00]]> : tensor<2x2xf32>
  // CHECK: qc.constant dense<[0.000000e+00, 5.000000e+00]> : tensor<2xf32>
  // CHECK: qc.gemm
  %w = qc.constant dense<[[13.0, 2.0], [0.0, 4.0]]> : tensor<2x2xf32>
  %b = qc.constant dense<[0.0, 5.0]> : tensor<2xf32>
  %scale = qc.constant dense<1.0> : tensor<2xf32>
  %zero = qc.constant dense<0.0> : tensor<2xf32>
  %var = qc.constant dense<[3.0, 1.0]> : tensor<2xf32>
  %0 = qc.gemm %x, %w plus %b {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = false, trans_b = false}
     : (tensor<?x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  %1 = qc.batch_norm %0, %scale, %zero, %zero, %var {epsilon = 0.0 : f32}
     : (tensor<?x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  return %1 : tensor<?x2xf32>
}

// Additions between contraction and batch_norm are folded on the way: ((x * w + 1) * 2 + 10 + 100) * 2.
// CHECK-LABEL: @alternating
func.func @alternating(%x: tensor<?x1xf32>) -> tensor<?x1xf32> {
  // CHECK-NEXT: %[[W:.+]] = qc.constant dense<1.200000e+01> : tensor<1x1xf32>
  // CHECK-NEXT: %[[B:.+]] = qc.constant dense<2.240000e+02> : tensor<1xf32>
  // CHECK-NEXT: qc.matmul %{{[^,]+}}, %[[W]] bias %[[B]]
  // CHECK-NEXT: return
  %w = qc.constant dense<3.0> : tensor<1x1xf32>
  %one = qc.constant dense<1.0> : tensor<1xf32>
  %two = qc.constant dense<2.0> : tensor<1xf32>
  %ten = qc.constant dense<10.0> : tensor<1xf32>
  %hundred = qc.constant dense<100.0> : tensor<1xf32>
  %zero = qc.constant dense<0.0> : tensor<1xf32>
  %0 = qc.matmul %x, %w : (tensor<?x1xf32>, tensor<1x1xf32>) -> tensor<?x1xf32>
  %1 = qc.add %0, %one : (tensor<?x1xf32>, tensor<1xf32>) -> tensor<?x1xf32>
  %2 = qc.batch_norm %1, %two, %zero, %zero, %one {epsilon = 0.0 : f32} : (tensor<?x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<?x1xf32>
  %3 = qc.add %2, %ten : (tensor<?x1xf32>, tensor<1xf32>) -> tensor<?x1xf32>
  %4 = qc.add %hundred, %3 : (tensor<1xf32>, tensor<?x1xf32>) -> tensor<?x1xf32>
  %5 = qc.batch_norm %4, %two, %zero, %zero, %one {epsilon = 0.0 : f32} : (tensor<?x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<?x1xf32>
  return %5 : tensor<?x1xf32>
}

// Weights that another contraction shares stay as they are for it.
// CHECK-LABEL: @shared_weights
func.func @shared_weights(%x: tensor<2x1xf32>) -> (tensor<2x1xf32>, tensor<2x1xf32>) {
  // CHECK-DAG: %[[OLD:.+]] = qc.constant dense<3.000000e+00> : tensor<1x1xf32>
  // CHECK-DAG: %[[NEW:.+]] = qc.constant dense<6.000000e+00> : tensor<1x1xf32>
  // CHECK: qc.matmul %{{[^,]+}}, %[[NEW]] bias
  // CHECK: qc.matmul %{{[^,]+}}, %[[OLD]] :
  %w = qc.constant dense<3.0> : tensor<1x1xf32>
  %one = qc.constant dense<1.0> : tensor<1xf32>
  %two = qc.constant dense<2.0> : tensor<1xf32>
  %0 = qc.matmul %x, %w : (tensor<2x1xf32>, tensor<1x1xf32>) -> tensor<2x1xf32>
  %1 = qc.batch_norm %0, %two, %two, %two, %one {epsilon = 0.0 : f32} : (tensor<2x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x1xf32>
  %2 = qc.matmul %1, %w : (tensor<2x1xf32>, tensor<1x1xf32>) -> tensor<2x1xf32>
  return %1, %2 : tensor<2x1xf32>, tensor<2x1xf32>
}

// -----

// Behind no contraction: an island.
// CHECK-LABEL: @islands
// CHECK-COUNT-2: qc.batch_norm
func.func @islands(%x: tensor<?x1xf32>) -> (tensor<?x1xf32>, tensor<?x1xf32>) {
  %one = qc.constant dense<1.0> : tensor<1xf32>
  %w = qc.constant dense<1.0> : tensor<1x1xf32>
  // expected-remark @below {{its input is not the result of a contraction}}
  %0 = qc.batch_norm %x, %one, %one, %one, %one {epsilon = 0.0 : f32} : (tensor<?x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<?x1xf32>
  %1 = qc.matmul %0, %w : (tensor<?x1xf32>, tensor<1x1xf32>) -> tensor<?x1xf32>
  %2 = qc.relu %1 : (tensor<?x1xf32>) -> tensor<?x1xf32>
  // expected-remark @below {{its input is not the result of a contraction}}
  %3 = qc.batch_norm %2, %one, %one, %one, %one {epsilon = 0.0 : f32} : (tensor<?x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<?x1xf32>
  return %1, %3 : tensor<?x1xf32>, tensor<?x1xf32>
}

// -----

// CHECK-LABEL: @declined
// CHECK-COUNT-6: qc.batch_norm
func.func @declined(%x: tensor<2x1xf32>, %v: tensor<1xf32>, %u: tensor<1x1xf32>, %c: tensor<2x1x1xf32>)
    -> (tensor<2x1xf32>, tensor<2x1xf32>, tensor<2x1xf32>, tensor<2x1xf32>, tensor<2x1xf32>, tensor<2x1x1xf32>, tensor<2x1xf32>) {
  %one = qc.constant dense<1.0> : tensor<1xf32>
  %minus = qc.constant dense<-1.0> : tensor<1xf32>
  %w = qc.constant dense<1.0> : tensor<1x1xf32>
  %0 = qc.matmul %x, %w : (tensor<2x1xf32>, tensor<1x1xf32>) -> tensor<2x1xf32>
  // expected-remark @below {{the contraction's result has other uses}}
  %1 = qc.batch_norm %0, %one, %one, %one, %one {epsilon = 0.0 : f32} : (tensor<2x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x1xf32>
  %2 = qc.matmul %x, %w : (tensor<2x1xf32>, tensor<1x1xf32>) -> tensor<2x1xf32>
  // expected-remark @below {{its parameters are not constants with one value per channel of the contraction}}
  %3 = qc.batch_norm %2, %v, %one, %one, %one {epsilon = 0.0 : f32} : (tensor<2x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x1xf32>
  %4 = qc.matmul %x, %u : (tensor<2x1xf32>, tensor<1x1xf32>) -> tensor<2x1xf32>
  // expected-remark @below {{the contraction's weights are not constant}}
  %5 = qc.batch_norm %4, %one, %one, %one, %one {epsilon = 0.0 : f32} : (tensor<2x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x1xf32>
  %6 = qc.matmul %x, %w bias %v : (tensor<2x1xf32>, tensor<1x1xf32>, tensor<1xf32>) -> tensor<2x1xf32>
  // expected-remark @below {{the contraction's bias is not a constant with one value per channel}}
  %7 = qc.batch_norm %6, %one, %one, %one, %one {epsilon = 0.0 : f32} : (tensor<2x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x1xf32>
  %8 = qc.matmul %x, %w : (tensor<2x1xf32>, tensor<1x1xf32>) -> tensor<2x1xf32>
  // expected-remark @below {{a folded weight or bias is not finite}}
  %9 = qc.batch_norm %8, %one, %one, %one, %minus {epsilon = 0.0 : f32} : (tensor<2x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x1xf32>
  %10 = qc.matmul %c, %w : (tensor<2x1x1xf32>, tensor<1x1xf32>) -> tensor<2x1x1xf32>
  // expected-remark @below {{the contraction's channels are axis 2, those of batch_norm axis 1}}
  %11 = qc.batch_norm %10, %one, %one, %one, %one {epsilon = 0.0 : f32} : (tensor<2x1x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x1x1xf32>
  return %0, %1, %3, %5, %7, %11, %9 : tensor<2x1xf32>, tensor<2x1xf32>, tensor<2x1xf32>, tensor<2x1xf32>, tensor<2x1xf32>, tensor<2x1x1xf32>, tensor<2x1xf32>
}
