// silu and mish are recognized in their parts.
// RUN: qc-opt %s --qc-raise-self-gated | FileCheck %s

// CHECK-LABEL: @silu
// CHECK-SAME:    %[[X:[^:]+]]:
func.func @silu(%x: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>) {
  // CHECK-NEXT: %[[A:.+]] = qc.silu %[[X]] {onnx.origin = "Sigmoid, Mul"}
  // CHECK-NEXT: %[[S:.+]] = qc.sigmoid %[[A]]
  // CHECK-NEXT: %[[B:.+]] = qc.mul %[[S]], %[[X]]
  // CHECK-NEXT: return %[[A]], %[[B]]
  %0 = qc.sigmoid %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %1 = qc.mul %0, %x : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  %2 = qc.sigmoid %1 : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %3 = qc.mul %2, %x : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return %1, %3 : tensor<?x4xf32>, tensor<?x4xf32>
}

// CHECK-LABEL: @mish
// CHECK-SAME:    %[[X:[^:]+]]:
func.func @mish(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  // CHECK-NEXT: %[[S:.+]] = qc.softplus %[[X]]
  // CHECK-NEXT: %[[M:.+]] = qc.mish %[[X]] {onnx.origin = "Softplus, Tanh, Mul"}
  // CHECK-NEXT: return %[[M]], %[[S]]
  %0 = qc.softplus %x : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %1 = qc.tanh %0 : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %2 = qc.mul %x, %1 : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return %2, %0 : tensor<2x4xf32>, tensor<2x4xf32>
}
