// RUN: qc-opt %s --pass-pipeline='builtin.module(kernel.func(qc-lower-contract{vnni=128}))' --verify-diagnostics

// expected-error @below {{expects vpdpbusd of 256 or 512 bits, or 0, got 128}}
kernel.func @f(%tile: index) {
  kernel.return
}
