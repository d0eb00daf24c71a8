// Weights of 4 bits: blocks of one row ask for weights ahead, in the loop of a short group and in that of a whole one;
// blocks of more rows do not. Without vpdpbusd there are two forms of each: rows that were split before, or not.
// RUN: qc-opt %s --pass-pipeline='builtin.module(kernel.func(qc-lower-contract{rows=4 halves=1 vnni=512}))' | FileCheck %s
// RUN: qc-opt %s --pass-pipeline='builtin.module(kernel.func(qc-lower-contract{rows=4 halves=1}))' | FileCheck %s --check-prefix=PAIRS

// CHECK-LABEL: kernel.func @groups
// CHECK-COUNT-2: memref.prefetch %{{.*}}, read, locality<3>, data : memref<?xi8>
// CHECK: iter_args{{.*}} -> (vector<16xi32>, vector<16xi32>, vector<16xi32>, vector<16xi32>)
// CHECK-NOT: {{memref.prefetch|kernel.contract}}
// PAIRS-LABEL: kernel.func @groups
// PAIRS-COUNT-4: memref.prefetch %{{.*}}, read, locality<3>, data : memref<?xi8>
// PAIRS-NOT: {{memref.prefetch|kernel.contract}}
kernel.func @groups(%x: memref<?xi8>, %taps: memref<?xi64>, %w: memref<?xi8>, %g: memref<?xi8>, %m: index, %n: index, %runs: index, %len: index,
                    %y: memref<?xi32>, %tile: index) {
  %c0 = arith.constant 0 : index
  kernel.contract {mma = #kernel.mma<u8s8>, weight_group = 32 : i64} m %m n %n column %c0 runs %runs len %len x %x[%c0, %len] taps %taps w %w[%c0]
    multipliers %g[%c0] : memref<?xi8> y %y[%c0, %n] per_n()[%c0] per_mn() {
  ^bb0(%acc: i32):
    kernel.yield %acc : i32
  } : memref<?xi8>, memref<?xi64>, memref<?xi8>, memref<?xi32>
  kernel.return
}
