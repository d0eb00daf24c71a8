// Each way in which an assignment can be missing or not fit its operation.
// RUN: qc-opt %s --split-input-file --qc-verify-assigned --verify-diagnostics

func.func @main(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  // expected-error @below {{'qc.relu' op expects a qc.assignment}}
  %0 = qc.relu %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %0 : tensor<?x3xf32>
}
// -----
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // expected-error @below {{'qc.relu' op expects a qc.float_reason, as its assignment is float}}
  %0 = qc.relu %x {qc.assignment = #qc.assignment<f32, [f32], "r", user>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
// -----
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // expected-error @below {{'qc.relu' op expects no qc.float_reason, as its assignment is 'ui8'}}
  %0 = qc.relu %x {qc.assignment = #qc.assignment<ui8, [ui8], "r", user>, qc.float_reason = "r"} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
// -----
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // expected-error @below {{'qc.log_softmax' op expects a float assignment: the operation has no integer form yet}}
  %0 = qc.log_softmax %x {axis = 1 : i64, qc.assignment = #qc.assignment<ui8, [ui8], "r", user>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
// -----
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // expected-error @below {{'qc.relu' op expects #qc.assignment<ui8, [ui8], "r", user>, got #qc.assignment<i8, [ui8], "r", user>}}
  %0 = qc.relu %x {qc.assignment = #qc.assignment<i8, [ui8], "r", user>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
// -----
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x2xf32> {
  %w = qc.constant dense<1.0> : tensor<3x2xf32>
  // expected-error @below {{'qc.matmul' op expects #qc.assignment<ui8, [ui8, i8 axis 1], "r", user>, got #qc.assignment<ui8, [ui8, ui8], "r", user>}}
  %0 = qc.matmul %x, %w {qc.assignment = #qc.assignment<ui8, [ui8, ui8], "r", user>} : (tensor<2x3xf32>, tensor<3x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}
// -----
// A group has one rounding.
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = qc.add %x, %x {qc.assignment = #qc.assignment<ui16, [ui16, ui16], "r", user>} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  // expected-error @below {{'qc.relu' op expects the bits of what it is rounded with, or reads: #qc.assignment<ui16, [ui16], "r", user>, got #qc.assignment<ui8, [ui8], "r", user>}}
  %1 = qc.relu %0 {qc.assignment = #qc.assignment<ui8, [ui8], "r", user>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %1 : tensor<2x3xf32>
}
// -----
// An operand has the bits that it was made with.
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = qc.add %x, %x {qc.assignment = #qc.assignment<ui16, [ui16, ui16], "r", user>} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  // expected-error @below {{'qc.mul' op expects the bits of what it is rounded with, or reads: #qc.assignment<ui8, [ui16, ui16], "r", user>, got #qc.assignment<ui8, [ui8, ui16], "r", user>}}
  %1 = qc.mul %0, %0 {qc.assignment = #qc.assignment<ui8, [ui8, ui16], "r", user>} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return %1 : tensor<2x3xf32>
}
