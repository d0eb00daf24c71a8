// The passes of the phase together: what they leave passes the border.
// RUN: qc-opt %s --qc-fold-constants --qc-resolve-sizes --qc-normalize-gemm --qc-raise-hard-swish --qc-fold-bias --qc-fold-batch-norm --qc-fold-bias \
// RUN:   --qc-verify-prepared -o %t.mlir
// RUN: FileCheck %s --input-file=%t.mlir --check-prefix=FORM
// It computes what the model computes: both are evaluated at one input, with numbers that no order of operations rounds.
// DEFINE: %{bind} = sed -e 's/(%arg0: tensor<2x2xf32>) -> tensor<2x2xf32> {/() -> tensor<2x2xf32> { %arg0 = qc.constant dense<[[1.0, -2.0], [3.0, 4.0]]> : tensor<2x2xf32>/'
// RUN: qc-opt %s | %{bind} | qc-opt --qc-fold-constants | FileCheck %s --check-prefix=VALUE
// RUN: cat %t.mlir | %{bind} | qc-opt --qc-fold-constants | FileCheck %s --check-prefix=VALUE

// FORM-LABEL: @gemm
// FORM: qc.transpose
// FORM: qc.gemm %{{[^,]*}}, %{{[^ ]*}} plus %
// FORM-NEXT: return
// VALUE-LABEL: @gemm
// VALUE: qc.constant dense<{{\[}}[1.700000e+01, 7.200000e+01], [1.500000e+01, 6.200000e+01]]> : tensor<2x2xf32>
// VALUE-NEXT: return
func.func @gemm(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %b = qc.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %c = qc.constant dense<[4.0, 80.0]> : tensor<2xf32>
  %d = qc.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %same = qc.reshape %x {shape = array<i64: 2, -1>} : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %0 = qc.gemm %same, %b plus %c {alpha = 2.0 : f32, beta = 0.5 : f32, trans_a = true, trans_b = true}
     : (tensor<2x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  %1 = qc.add %0, %d : (tensor<2x2xf32>, tensor<1x2xf32>) -> tensor<2x2xf32>
  return %1 : tensor<2x2xf32>
}

// Grouped convolution, batch_norm, addition, batch_norm, addition; then hard_swish in parts.
// FORM-LABEL: @conv
// FORM: qc.conv %{{[^,]*}}, %{{[^ ]*}} bias %
// FORM-NEXT: qc.reshape
// FORM-NEXT: qc.hard_swish
// FORM-NEXT: return
// VALUE-LABEL: @conv
// VALUE: qc.constant dense<{{\[}}[1.800000e+01, 1.500000e+01], [0.000000e+00, -0.333333313]]> : tensor<2x2xf32>
// VALUE-NEXT: return
func.func @conv(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = qc.constant dense<[[[[1.0]]], [[[-2.0]]]]> : tensor<2x1x1x1xf32>
  %b = qc.constant dense<[5.0, 6.0]> : tensor<2xf32>
  %scale = qc.constant dense<[2.0, -4.0]> : tensor<2xf32>
  %shift = qc.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %mean = qc.constant dense<[3.0, -1.0]> : tensor<2xf32>
  %var = qc.constant dense<[3.0, 15.0]> : tensor<2xf32>
  %c = qc.constant dense<[[[8.0]], [[-16.0]]]> : tensor<2x1x1xf32>
  %0 = qc.reshape %x {shape = array<i64: 1, 2, 2, 1>} : (tensor<2x2xf32>) -> tensor<1x2x2x1xf32>
  %1 = qc.conv %0, %w bias %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 2 : i64}
     : (tensor<1x2x2x1xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<1x2x2x1xf32>
  %2 = qc.batch_norm %1, %scale, %shift, %mean, %var {epsilon = 1.0 : f32}
     : (tensor<1x2x2x1xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x2x1xf32>
  %3 = qc.add %2, %c : (tensor<1x2x2x1xf32>, tensor<2x1x1xf32>) -> tensor<1x2x2x1xf32>
  %4 = qc.batch_norm %3, %scale, %shift, %mean, %var {epsilon = 1.0 : f32}
     : (tensor<1x2x2x1xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x2x1xf32>
  %5 = qc.add %4, %c : (tensor<1x2x2x1xf32>, tensor<2x1x1xf32>) -> tensor<1x2x2x1xf32>
  %6 = qc.reshape %5 {shape = array<i64: 2, 2>} : (tensor<1x2x2x1xf32>) -> tensor<2x2xf32>
  %7 = qc.hard_sigmoid %6 {alpha = 0x3E2AAAAB : f32, beta = 0.5 : f32} : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %8 = qc.mul %6, %7 : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  return %8 : tensor<2x2xf32>
}
