// A buffer of unknown size is refused with the name of its value.
// RUN: qc-opt %s --pass-pipeline='builtin.module(func.func(qc-assign-layouts),qc-form-kernels,qc-plan-memory)' --split-input-file --verify-diagnostics

// expected-error @unknown {{value "hidden" has an unknown size: bind the symbolic dimensions of the model's inputs}}
func.func @main(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %0 = qc.softmax %x {axis = 1 : i64} : (tensor<?x3xf32>) -> tensor<?x3xf32> loc("hidden")
  %1 = qc.relu %0 : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %1 : tensor<?x3xf32>
}

// -----

func.func @main(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  // expected-error @below {{value has an unknown size: bind the symbolic dimensions of the model's inputs}}
  %0 = qc.softmax %x {axis = 1 : i64} : (tensor<?x3xf32>) -> tensor<?x3xf32>
  %1 = qc.relu %0 : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %1 : tensor<?x3xf32>
}

// -----

// No buffer between them, but a launch with sizes that are not known.
// expected-error @unknown {{value "x" has an unknown size: bind the symbolic dimensions of the model's inputs}}
func.func @main(%x: tensor<?xf32> loc("x")) -> tensor<?xf32> {
  %0 = qc.relu %x : (tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

// Nothing to plan for.
// expected-error @below {{module has no function @main}}
module {
}
