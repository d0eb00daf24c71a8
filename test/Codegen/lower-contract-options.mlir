// RUN: qc-opt %s --pass-pipeline='builtin.module(kernel.func(qc-lower-contract{rows=9}))' --verify-diagnostics

// expected-error @below {{expects blocks of 1 to 8 rows, got 9}}
kernel.func @f(%tile: index) {
  kernel.return
}
