// RUN: qc-opt %s --qc-insert-observers --split-input-file --verify-diagnostics

// expected-error @below {{has no function @main}}
module {
  func.func @other() {
    return
  }
}

// -----

// expected-error @below {{expects a body of one block, got 0}}
func.func private @main(tensor<2xf32>)
