// Tables: a load for a scalar, byte shuffles for vectors as wide as a register, loads for any other.
// RUN: qc-opt %s --pass-pipeline='builtin.module(kernel.func(qc-lower-lookup))' | FileCheck %s
// RUN: qc-opt %s --pass-pipeline='builtin.module(kernel.func(qc-vectorize-forall{byte-lanes=64},qc-lower-lookup))' | FileCheck %s --check-prefix=WIDE

// CHECK-LABEL: kernel.func @scalar
// CHECK: %[[I:.*]] = arith.index_castui %{{.*}} : i8 to index
// CHECK: memref.load %{{.*}}[%[[I]]] : memref<?xi8>
// A body of bytes and addresses is as wide as bytes fit a register.
// WIDE-LABEL: kernel.func @scalar
// WIDE: vector.load %{{.*}} : memref<?xi8>, vector<64xi8>
// WIDE-COUNT-16: llvm.call_intrinsic "llvm.x86.avx512.pshuf.b.512"
// WIDE-COUNT-15: arith.select %{{.*}} : vector<64xi1>, vector<64xi8>
kernel.func @scalar(%x: memref<?xi8>, %table: memref<?xi8>, %n: index, %y: memref<?xi8>, %tile: index) {
  scf.forall (%i) in (%n) {
    %code = memref.load %x[%i] : memref<?xi8>
    %v = kernel.lookup %table[%code] : memref<?xi8>, i8
    memref.store %v, %y[%i] : memref<?xi8>
  }
  kernel.return
}

// CHECK-LABEL: kernel.func @vectors
// CHECK: vector.shuffle {{.*}} : vector<16xi8>, vector<16xi8>
// CHECK: llvm.call_intrinsic "llvm.x86.ssse3.pshuf.b.128"
// CHECK: llvm.call_intrinsic "llvm.x86.avx2.pshuf.b"
// CHECK-COUNT-8: memref.load
// CHECK: vector.from_elements
kernel.func @vectors(%x: memref<?xi8>, %table: memref<?xi8>, %y: memref<?xi8>, %tile: index) {
  %a = vector.load %x[%tile] : memref<?xi8>, vector<16xi8>
  %0 = kernel.lookup %table[%a] : memref<?xi8>, vector<16xi8>
  %b = vector.load %x[%tile] : memref<?xi8>, vector<32xi8>
  %1 = kernel.lookup %table[%b] : memref<?xi8>, vector<32xi8>
  %c = vector.load %x[%tile] : memref<?xi8>, vector<8xi8>
  %2 = kernel.lookup %table[%c] : memref<?xi8>, vector<8xi8>
  vector.store %0, %y[%tile] : memref<?xi8>, vector<16xi8>
  vector.store %1, %y[%tile] : memref<?xi8>, vector<32xi8>
  vector.store %2, %y[%tile] : memref<?xi8>, vector<8xi8>
  kernel.return
}
