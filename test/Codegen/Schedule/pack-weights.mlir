// Constants one behind the other: 64-byte aligned, equal ones once.
// RUN: qc-opt %s --qc-pack-weights --split-input-file | FileCheck %s

// CHECK: module attributes {kernel.weights = [dense<[1, 2, 3]> : tensor<3xi8>,
// CHECK-SAME: dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>, dense<7> : tensor<1xi64>, dense<> : tensor<0xi8>]}
// CHECK: kernel.constant {offset = 0 : i64} : memref<3xi8>
// CHECK: kernel.constant {offset = 64 : i64} : memref<2xf32>
// CHECK: kernel.constant {offset = 0 : i64} : memref<3xi8>
// CHECK: kernel.constant {offset = 128 : i64} : memref<1xi64>
// CHECK: kernel.constant {offset = 192 : i64} : memref<0xi8>
func.func @main() {
  %0 = kernel.constant {value = dense<[1, 2, 3]> : tensor<3xi8>} : memref<3xi8>
  %1 = kernel.constant {value = dense<[1.0, 2.0]> : tensor<2xf32>} : memref<2xf32>
  %2 = kernel.constant {value = dense<[1, 2, 3]> : tensor<3xi8>} : memref<3xi8>
  %3 = kernel.constant {value = dense<7> : tensor<1xi64>} : memref<1xi64>
  %4 = kernel.constant {value = dense<> : tensor<0xi8>} : memref<0xi8>
  return
}

// -----

// No constant: no piece. Unknown sizes elsewhere do not matter.
// CHECK: module attributes {kernel.weights = []}
// CHECK: memref.alloc(%{{.*}}) : memref<?xi8>
func.func @main(%n: index) {
  %0 = memref.alloc(%n) : memref<?xi8>
  return
}
