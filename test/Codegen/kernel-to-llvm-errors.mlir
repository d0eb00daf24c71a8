// RUN: qc-opt %s --pass-pipeline='builtin.module(qc-kernel-to-llvm)' --verify-diagnostics --split-input-file

kernel.func @forall(%n: index, %y: memref<?xf32>, %tile: index) {
  %zero = arith.constant 0.0 : f32
  // expected-error @below {{failed to legalize operation 'scf.forall'}}
  scf.forall (%i) in (%n) {
    memref.store %zero, %y[%i] : memref<?xf32>
  }
  kernel.return
}

// -----

kernel.func @requant(%x: i32, %c: i64, %y: memref<?xi8>, %tile: index) {
  // expected-error @below {{failed to legalize operation 'kernel.requant'}}
  %q = kernel.requant wide %x, %x, %c, %x, %x, %x, %x {operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1>}
    : (i32, i32, i64, i32, i32, i32, i32) -> i8
  memref.store %q, %y[%tile] : memref<?xi8>
  kernel.return
}

// -----

kernel.func @shape(%tile: index) {
  // expected-error @below {{failed to legalize operation 'memref.alloca'}}
  %b = memref.alloca(%tile) : memref<?xf32>
  %zero = arith.constant 0.0 : f32
  memref.store %zero, %b[%tile] : memref<?xf32>
  kernel.return
}
