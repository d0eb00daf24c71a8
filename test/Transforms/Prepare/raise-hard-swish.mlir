// hard_swish is recognized in its parts.
// RUN: qc-opt %s --qc-raise-hard-swish --split-input-file --remarks-filter='qc-raise-hard-swish' --remark-format=emitRemark --verify-diagnostics | FileCheck %s
// RUN: qc-opt %s --qc-raise-hard-swish --split-input-file --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s --check-prefix=NAME

// As torch exports it at opset 13: HardSigmoid with alpha = f32(1/6), times x.
// CHECK-LABEL: @hard_sigmoid
// CHECK-SAME:    %[[X:[^:]+]]:
// NAME-LABEL: @hard_sigmoid
func.func @hard_sigmoid(%x: tensor<?x4x?x?xf32>) -> (tensor<?x4x?x?xf32>, tensor<?x4x?x?xf32>) {
  // CHECK-NEXT: %[[A:.+]] = qc.hard_swish %[[X]] {onnx.origin = "HardSigmoid, Mul"}
  // CHECK-NEXT: %[[B:.+]] = qc.hard_swish %[[A]] {onnx.origin = "HardSigmoid, Mul"}
  // CHECK-NEXT: return %[[A]], %[[B]]
  // NAME: qc.hard_swish {{.*}} loc("y")
  %0 = qc.hard_sigmoid %x {alpha = 0x3E2AAAAB : f32, beta = 0.5 : f32} : (tensor<?x4x?x?xf32>) -> tensor<?x4x?x?xf32>
  %1 = qc.mul %x, %0 : (tensor<?x4x?x?xf32>, tensor<?x4x?x?xf32>) -> tensor<?x4x?x?xf32> loc("y")
  %2 = qc.hard_sigmoid %1 {alpha = 0x3E2AAAAB : f32, beta = 0.5 : f32} : (tensor<?x4x?x?xf32>) -> tensor<?x4x?x?xf32>
  %3 = qc.mul %2, %1 : (tensor<?x4x?x?xf32>, tensor<?x4x?x?xf32>) -> tensor<?x4x?x?xf32>
  return %1, %3 : tensor<?x4x?x?xf32>, tensor<?x4x?x?xf32>
}

// x * clip(x + 3, 0, 6) / 6, the factor at each place.
// CHECK-LABEL: @clip
// CHECK-SAME:    %[[X:[^:]+]]:
func.func @clip(%x: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) {
  // CHECK-NEXT: %[[A:.+]] = qc.hard_swish %[[X]] {onnx.origin = "Add, Clip, Mul, Mul"}
  // CHECK-NEXT: %[[B:.+]] = qc.hard_swish %[[X]]
  // CHECK-NEXT: %[[C:.+]] = qc.hard_swish %[[X]]
  // CHECK-NEXT: return %[[A]], %[[B]], %[[C]]
  %three = qc.constant dense<3.0> : tensor<f32>
  %zero = qc.constant dense<0.0> : tensor<f32>
  %six = qc.constant dense<6.0> : tensor<f32>
  %sixth = qc.constant dense<0x3E2AAAAB> : tensor<1xf32>
  %sum = qc.add %x, %three : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  %clip = qc.clip %sum min %zero max %six : (tensor<2x3xf32>, tensor<f32>, tensor<f32>) -> tensor<2x3xf32>
  %0 = qc.mul %x, %clip : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %1 = qc.mul %0, %sixth : (tensor<2x3xf32>, tensor<1xf32>) -> tensor<2x3xf32>
  %2 = qc.mul %clip, %sixth : (tensor<2x3xf32>, tensor<1xf32>) -> tensor<2x3xf32>
  %3 = qc.mul %x, %2 : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %4 = qc.mul %x, %sixth : (tensor<2x3xf32>, tensor<1xf32>) -> tensor<2x3xf32>
  %5 = qc.mul %clip, %4 : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return %1, %3, %5 : tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>
}

// A part that something else reads stays for it.
// CHECK-LABEL: @shared
func.func @shared(%x: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
  // CHECK: %[[H:.+]] = qc.hard_sigmoid
  // CHECK: %[[Y:.+]] = qc.hard_swish
  // CHECK: return %[[H]], %[[Y]]
  %0 = qc.hard_sigmoid %x {alpha = 0x3E2AAAAB : f32, beta = 0.5 : f32} : (tensor<3xf32>) -> tensor<3xf32>
  %1 = qc.mul %x, %0 : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return %0, %1 : tensor<3xf32>, tensor<3xf32>
}

// Of another value: a product as any other.
// CHECK-LABEL: @gate
// CHECK: qc.hard_sigmoid
// CHECK: qc.mul
func.func @gate(%x: tensor<3xf32>, %z: tensor<3xf32>) -> tensor<3xf32> {
  %0 = qc.hard_sigmoid %x {alpha = 0x3E2AAAAB : f32, beta = 0.5 : f32} : (tensor<3xf32>) -> tensor<3xf32>
  %1 = qc.mul %z, %0 : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return %1 : tensor<3xf32>
}

// -----

// CHECK-LABEL: @other_numbers
// CHECK-NOT: qc.hard_swish
func.func @other_numbers(%x: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<1x3xf32>) {
  %0 = qc.hard_sigmoid %x {alpha = 0.2 : f32, beta = 0.5 : f32} : (tensor<3xf32>) -> tensor<3xf32>
  // expected-remark @below {{the hard_sigmoid does not have alpha = f32(1/6) and beta = 0.5}}
  %1 = qc.mul %x, %0 : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  %three = qc.constant dense<3.0> : tensor<f32>
  %zero = qc.constant dense<0.0> : tensor<f32>
  %six = qc.constant dense<6.0> : tensor<f32>
  %fifth = qc.constant dense<0.2> : tensor<1xf32>
  %sixth = qc.constant dense<0x3E2AAAAB> : tensor<1x1xf32>
  %sum = qc.add %x, %three : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %clip = qc.clip %sum min %zero max %six : (tensor<3xf32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  %2 = qc.mul %x, %clip : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  // expected-remark @below {{the factor of x * clip(x + 3, 0, 6) is not f32(1/6)}}
  %3 = qc.mul %2, %fifth : (tensor<3xf32>, tensor<1xf32>) -> tensor<3xf32>
  // expected-remark @below {{its result does not have the shape of x}}
  %4 = qc.mul %2, %sixth : (tensor<3xf32>, tensor<1x1xf32>) -> tensor<1x3xf32>
  return %1, %3, %4 : tensor<3xf32>, tensor<3xf32>, tensor<1x3xf32>
}

// As Paddle exports it: x * clip(x + 3, 0, 6) divided by 6.
// CHECK-LABEL: @quotient
// CHECK-SAME:    %[[X:[^:]+]]:
// NAME-LABEL: @quotient
func.func @quotient(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  // CHECK-NEXT: %[[A:.+]] = qc.hard_swish %[[X]] {onnx.origin = "Add, Clip, Mul, Div"}
  // CHECK-NEXT: return %[[A]]
  // NAME: qc.hard_swish {{.*}} loc("y")
  %three = qc.constant dense<3.0> : tensor<f32>
  %zero = qc.constant dense<0.0> : tensor<f32>
  %six = qc.constant dense<6.0> : tensor<1xf32>
  %sum = qc.add %x, %three : (tensor<?x3xf32>, tensor<f32>) -> tensor<?x3xf32>
  %clip = qc.clip %sum min %zero max %six : (tensor<?x3xf32>, tensor<f32>, tensor<1xf32>) -> tensor<?x3xf32>
  %product = qc.mul %x, %clip : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
  %y = qc.div %product, %six : (tensor<?x3xf32>, tensor<1xf32>) -> tensor<?x3xf32> loc("y")
  return %y : tensor<?x3xf32>
}
