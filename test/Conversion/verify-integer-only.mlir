// Under integer-only one error names every float operation between the borders, with its reason.
// RUN: not qc-opt %s --pass-pipeline='builtin.module(func.func(qc-verify-integer{integer-only=true}))' --split-input-file 2>&1 | FileCheck %s

// CHECK: error: 3 operations have no integer form:
// CHECK-NEXT: qc.log_softmax 'prob': the operation has no integer form yet
// CHECK-NEXT: qc.relu 'act': no reason is given
// CHECK-NEXT: qc.quantize 'again': the real factor of the rescaling is too large: its shift is below 1 (R2)
// CHECK-NOT: error
func.func @islands(%v: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xui8>) {
  %s = qc.constant dense<0.5> : tensor<f32>
  %z = qc.constant dense<5> : tensor<ui8>
  %q = qc.quantize %v, %s, %z {format = #qc.format<ui8>} : (tensor<2x3xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x3xui8>
  %d = qc.dequantize %q, %s, %z {format = #qc.format<ui8>} : (tensor<2x3xui8>, tensor<f32>, tensor<ui8>) -> tensor<2x3xf32>
  %0 = qc.log_softmax %d {axis = 1 : i64, qc.float_reason = "the operation has no integer form yet"} : (tensor<2x3xf32>) -> tensor<2x3xf32> loc("prob")
  %1 = qc.relu %0 : (tensor<2x3xf32>) -> tensor<2x3xf32> loc("act")
  %2 = qc.quantize %d, %s, %z {format = #qc.format<ui8>, qc.float_reason = "the real factor of the rescaling is too large: its shift is below 1 (R2)"} : (tensor<2x3xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x3xui8> loc("again")
  return %1, %2 : tensor<2x3xf32>, tensor<2x3xui8>
}
