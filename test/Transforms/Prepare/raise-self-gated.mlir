// silu, mish and gelu are recognized in their parts.
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

// The factors in the orders in which exporters write them; 1/sqrt(2) as a factor or a divisor.
// CHECK-LABEL: @gelu
// CHECK-SAME:    %[[X:[^:]+]]:
func.func @gelu(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>) {
  // CHECK-NEXT: %[[A:.+]] = qc.gelu %[[X]] {onnx.origin = "Erf, Add, Mul"}
  // CHECK-NEXT: %[[B:.+]] = qc.gelu %[[X]]
  // CHECK-NEXT: %[[C:.+]] = qc.gelu %[[X]]
  // CHECK-NEXT: return %[[A]], %[[B]], %[[C]]
  %one = qc.constant dense<1.0> : tensor<f32>
  %half = qc.constant dense<0.5> : tensor<f32>
  %root = qc.constant dense<1.41421354> : tensor<f32>
  %inverse = qc.constant dense<0.707106769> : tensor<f32>
  %d = qc.div %x, %root : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %e = qc.erf %d : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %s = qc.add %e, %one : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %p = qc.mul %x, %s : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %0 = qc.mul %p, %half : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %m = qc.mul %x, %inverse : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %f = qc.erf %m : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %t = qc.add %one, %f : (tensor<f32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %h = qc.mul %x, %half : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %1 = qc.mul %h, %t : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %u = qc.mul %t, %half : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %2 = qc.mul %x, %u : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return %0, %1, %2 : tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>
}

// Another divisor, another factor, another value.
// CHECK-LABEL: @no_gelu
// CHECK-NOT: qc.gelu
func.func @no_gelu(%x: tensor<2x4xf32>, %z: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>) {
  %one = qc.constant dense<1.0> : tensor<f32>
  %half = qc.constant dense<0.5> : tensor<f32>
  %root = qc.constant dense<1.41421354> : tensor<f32>
  %e = qc.erf %x : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %s = qc.add %e, %one : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %p = qc.mul %x, %s : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %0 = qc.mul %p, %half : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %d = qc.div %x, %root : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %f = qc.erf %d : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %t = qc.add %f, %one : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %q = qc.mul %x, %t : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %1 = qc.mul %q, %one : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %r = qc.mul %z, %t : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %2 = qc.mul %r, %half : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  return %0, %1, %2 : tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>
}

// The form with tanh; the cube as a power and as products.
// CHECK-LABEL: @gelu_tanh
// CHECK-SAME:    %[[X:[^:]+]]:
func.func @gelu_tanh(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  // CHECK-NEXT: %[[A:.+]] = qc.gelu_tanh %[[X]] {onnx.origin = "Tanh, Add, Mul"}
  // CHECK-NEXT: %[[B:.+]] = qc.gelu_tanh %[[X]]
  // CHECK-NEXT: return %[[A]], %[[B]]
  %one = qc.constant dense<1.0> : tensor<f32>
  %half = qc.constant dense<0.5> : tensor<f32>
  %three = qc.constant dense<3.0> : tensor<f32>
  %c = qc.constant dense<4.471500e-02> : tensor<f32>
  %k = qc.constant dense<0.797884583> : tensor<f32>
  %cube = qc.pow %x, %three : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %m = qc.mul %cube, %c : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %a = qc.add %x, %m : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %s = qc.mul %a, %k : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %t = qc.tanh %s : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %u = qc.add %t, %one : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %h = qc.mul %x, %half : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %0 = qc.mul %h, %u : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %square = qc.mul %x, %x : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %third = qc.mul %x, %square : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %n = qc.mul %c, %third : (tensor<f32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %b = qc.add %n, %x : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %v = qc.mul %k, %b : (tensor<f32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %w = qc.tanh %v : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %y = qc.add %one, %w : (tensor<f32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %z = qc.mul %x, %y : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %1 = qc.mul %z, %half : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  return %0, %1 : tensor<2x4xf32>, tensor<2x4xf32>
}

// The square for the cube, and the cube of another value.
// CHECK-LABEL: @no_gelu_tanh
// CHECK-NOT: qc.gelu
func.func @no_gelu_tanh(%x: tensor<2x4xf32>, %z: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  %one = qc.constant dense<1.0> : tensor<f32>
  %half = qc.constant dense<0.5> : tensor<f32>
  %two = qc.constant dense<2.0> : tensor<f32>
  %three = qc.constant dense<3.0> : tensor<f32>
  %c = qc.constant dense<4.471500e-02> : tensor<f32>
  %k = qc.constant dense<0.797884583> : tensor<f32>
  %h = qc.mul %x, %half : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %p = qc.pow %x, %two : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %m = qc.mul %p, %c : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %a = qc.add %x, %m : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %s = qc.mul %a, %k : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %t = qc.tanh %s : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %u = qc.add %t, %one : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %0 = qc.mul %h, %u : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %q = qc.pow %z, %three : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %n = qc.mul %q, %c : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %b = qc.add %x, %n : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %v = qc.mul %b, %k : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %w = qc.tanh %v : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %y = qc.add %w, %one : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %1 = qc.mul %h, %y : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return %0, %1 : tensor<2x4xf32>, tensor<2x4xf32>
}
