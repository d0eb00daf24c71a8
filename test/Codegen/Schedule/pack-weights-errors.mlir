// RUN: qc-opt %s --qc-pack-weights --verify-diagnostics

func.func @main() {
  // expected-error @below {{'kernel.constant' op has a value that cannot be read}}
  %0 = kernel.constant {value = dense_resource<w_missing> : tensor<64xi8>} : memref<64xi8>
  return
}
