// quantize needs assignments.
// RUN: qc-opt %s --split-input-file --qc-quantize --verify-diagnostics

func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @below {{'qc.relu' op expects a qc.assignment}}
  %y = qc.relu %x : (tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}
// -----
// Nor does it trust the assignments of a module that was edited.
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @below {{'qc.log_softmax' op expects a float assignment: the operation has no integer form yet}}
  %y = qc.log_softmax %x {axis = 0 : i64, qc.assignment = #qc.assignment<ui8, [ui8], "edited", user>} : (tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}
