// kernel.contract as loops over packed weights: on vectors of 16 columns, and as one forall over the outputs.
// RUN: qc-opt %s --pass-pipeline='builtin.module(kernel.func(qc-lower-contract))' --split-input-file | FileCheck %s
// RUN: qc-opt %s --pass-pipeline='builtin.module(kernel.func(qc-lower-contract))' --split-input-file | FileCheck %s --check-prefix=SPLIT
// RUN: qc-opt %s --pass-pipeline='builtin.module(kernel.func(qc-lower-contract{rows=2 halves=1}))' --split-input-file | FileCheck %s --check-prefix=NARROW
// RUN: qc-opt %s --pass-pipeline='builtin.module(kernel.func(qc-lower-contract{vnni=512}))' --split-input-file | FileCheck %s --check-prefix=VNNI
// RUN: qc-opt %s --pass-pipeline='builtin.module(kernel.func(qc-lower-contract{vnni=256}))' --split-input-file | FileCheck %s --check-prefix=VNNI256
// RUN: qc-opt %s --pass-pipeline='builtin.module(kernel.func(qc-lower-contract{form=scalar}))' --split-input-file | FileCheck %s --check-prefix=SCALAR

// 4 rows x 2 halves: 8 accumulators in registers; sums in ascending k; the epilogue on 16 columns.
// CHECK-LABEL: kernel.func @floats
// CHECK: %[[SUMS:.*]] = memref.alloca() {alignment = 64 : i64} : memref<128xf32>
// CHECK: memref.alloca() {alignment = 64 : i64} : memref<16xf32>
// CHECK-COUNT-8: vector<16xf32>,
// CHECK: vector.load %{{.*}} : memref<?xf32>, vector<16xf32>
// CHECK: vector.broadcast %{{.*}} : f32 to vector<16xf32>
// CHECK: math.fma %{{.*}} : vector<16xf32>
// CHECK: vector.store %{{.*}}, %[[SUMS]]
// The last columns go through the stack.
// CHECK: vector.store %{{.*}} : memref<16xf32>, vector<16xf32>
// CHECK: memref.store %{{.*}} : memref<?xf32>
// CHECK: vector.store %{{.*}} : memref<?xf32>, vector<16xf32>
// CHECK-NOT: kernel.contract

// NARROW-LABEL: kernel.func @floats
// NARROW: memref.alloca() {alignment = 64 : i64} : memref<64xf32>
// NARROW: -> (vector<16xf32>, vector<16xf32>) {

// SCALAR-LABEL: kernel.func @floats
// SCALAR-SAME: %[[M:[a-z0-9]+]]: index, %[[N:[a-z0-9]+]]: index, %[[RUNS:[a-z0-9]+]]: index, %[[LEN:[a-z0-9]+]]: index
// SCALAR: scf.forall (%{{.*}}, %[[J:.*]]) in (%[[M]], %[[N]]) {
// SCALAR: scf.for %{{.*}} = %{{.*}} to %[[RUNS]] {{.*}} iter_args
// SCALAR: scf.for %{{.*}} = %{{.*}} to %[[LEN]] {{.*}} iter_args
// SCALAR: math.fma %{{.*}} : f32
// SCALAR: arith.addf
// SCALAR: memref.store
// SCALAR-NOT: kernel.contract
kernel.func @floats(%x: memref<?xf32>, %taps: memref<?xi64>, %w: memref<?xf32>, %b: memref<?xf32>, %m: index, %n: index,
                    %runs: index, %len: index, %y: memref<?xf32>, %tile: index) {
  %c0 = arith.constant 0 : index
  kernel.contract {mma = #kernel.mma<f32>} m %m n %n column %c0 runs %runs len %len x %x[%c0, %len] taps %taps
    w %w[%c0] y %y[%c0, %n] per_n(%b : memref<?xf32>)[%c0] per_mn() {
  ^bb0(%acc: f32, %bias: f32):
    %s = arith.addf %acc, %bias : f32
    kernel.yield %s : f32
  } : memref<?xf32>, memref<?xi64>, memref<?xf32>, memref<?xf32>
  kernel.return
}

// -----

// Blocks of 64 terms, over the runs that they reach into: sums start from +0, their totals from -0 (from +0 where there
// are no terms), and the run that a block ends in goes on to the next.
// CHECK-LABEL: kernel.func @blocks
// CHECK-DAG: %[[MINUS:.*]] = arith.constant dense<-0.000000e+00> : vector<16xf32>
// CHECK-DAG: %[[PLUS:.*]] = arith.constant dense<0.000000e+00> : vector<16xf32>
// CHECK: %[[START:.*]] = arith.select %{{.*}}, %[[MINUS]], %[[PLUS]] : vector<16xf32>
// CHECK: %[[BLOCKS:.*]]:3 = scf.for %{{.*}} = %{{.*}} to %{{.*}} step %{{.*}} iter_args(%[[TOTAL:.*]] = %[[START]], %{{.*}} = %[[START]], %[[AT:.*]] = %{{.*}}) ->
// CHECK: scf.while (%{{.*}} = %{{.*}}, %{{.*}} = %[[AT]], %{{.*}} = %[[PLUS]],
// CHECK: scf.for
// CHECK: math.fma %{{.*}} : vector<16xf32>
// CHECK: arith.addf %[[TOTAL]], %{{.*}} : vector<16xf32>
// CHECK: vector.store %[[BLOCKS]]#0
// SCALAR-LABEL: kernel.func @blocks
// SCALAR: scf.forall
// SCALAR: scf.for
// SCALAR: scf.while
// SCALAR: scf.for
// SCALAR: math.fma %{{.*}} : f32
// SCALAR: arith.addf
kernel.func @blocks(%x: memref<?xf32>, %taps: memref<?xi64>, %w: memref<?xf32>, %m: index, %n: index, %runs: index,
                    %len: index, %y: memref<?xf32>, %tile: index) {
  %c0 = arith.constant 0 : index
  kernel.contract {blocks, mma = #kernel.mma<f32>} m %m n %n column %c0 runs %runs len %len x %x[%c0, %len] taps %taps
    w %w[%c0] y %y[%c0, %n] per_n()[%c0] per_mn() {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  } : memref<?xf32>, memref<?xi64>, memref<?xf32>, memref<?xf32>
  kernel.return
}

// -----

// Even and odd bytes as 16-bit numbers; unsigned activations are masked and shifted, weights sign-extended.
// CHECK-LABEL: kernel.func @codes
// CHECK-DAG: %[[EIGHT:.*]] = arith.constant dense<8> : vector<32xi16>
// CHECK: vector.load %{{.*}} : memref<?xi8>, vector<64xi8>
// CHECK: vector.bitcast %{{.*}} : vector<64xi8> to vector<32xi16>
// CHECK: arith.shrsi %{{.*}} : vector<32xi16>
// CHECK: vector.load %{{.*}} : memref<?xi8>, vector<4xi8>
// CHECK: arith.andi %{{.*}} : vector<32xi16>
// CHECK: arith.shrui %{{.*}} : vector<32xi16>
// CHECK: arith.muli %{{.*}} : vector<32xi32>
// CHECK: vector.shuffle {{.*}}[0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30]
// CHECK: vector.shuffle {{.*}}[1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31]
// CHECK: kernel.requant high {{.*}} -> vector<16xi8>

// A block of rows is split once for all panels, into a buffer of 4 rows, where a run has 8 groups of 4 k and all have 1024.
// SPLIT-LABEL: kernel.func @codes
// SPLIT: %[[SPLIT:.*]] = memref.alloca() {alignment = 64 : i64} : memref<8320xi32>
// SPLIT: %[[FITS:.*]] = arith.andi %{{.*}}, %{{.*}} : i1
// SPLIT: scf.if %[[FITS]] {
// SPLIT: vector.load %{{.*}} : memref<?xi8>, vector<32xi8>
// SPLIT: vector.store %{{.*}}, %[[SPLIT]][%{{.*}}] : memref<8320xi32>, vector<8xi32>
// SPLIT: vector.store %{{.*}}, %[[SPLIT]][%{{.*}}] : memref<8320xi32>, vector<8xi32>
// SPLIT: scf.if %[[FITS]] {
// SPLIT: memref.load %[[SPLIT]][%{{.*}}] : memref<8320xi32>
// SPLIT: } else {
// SPLIT: vector.load %{{.*}} : memref<?xi8>, vector<4xi8>
// SPLIT: kernel.requant

// Four bytes times four bytes in one; nothing is split.
// VNNI-LABEL: kernel.func @codes
// VNNI-NOT: memref<8320xi32>
// VNNI: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%{{.*}}) : (vector<16xi32>, vector<64xi8>, vector<64xi8>) -> vector<16xi32>
// VNNI: kernel.requant
// VNNI256-LABEL: kernel.func @codes
// VNNI256: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"(%{{.*}}) : (vector<8xi32>, vector<32xi8>, vector<32xi8>) -> vector<8xi32>
// VNNI256: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"(
// VNNI256: kernel.requant

// SCALAR-LABEL: kernel.func @codes
// SCALAR: arith.extui %{{.*}} : i8 to i32
// SCALAR: arith.extsi %{{.*}} : i8 to i32
// SCALAR: arith.muli %{{.*}} : i32
// SCALAR: kernel.requant high {{.*}} -> i8
kernel.func @codes(%x: memref<?xi8>, %taps: memref<?xi64>, %w: memref<?xi8>, %c: memref<?xi64>, %res: memref<?xi8>,
                   %m: index, %n: index, %len: index, %mu: i32, %s: i32, %lo: i32, %hi: i32, %y: memref<?xi8>,
                   %tile: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  kernel.contract {mma = #kernel.mma<u8s8>} m %m n %n column %c0 runs %c1 len %len x %x[%c0, %len] taps %taps
    w %w[%c0] y %y[%c0, %n] per_n(%c : memref<?xi64>)[%c0] per_mn(%res[%c0][%n] : memref<?xi8>) {
  ^bb0(%acc: i32, %cc: i64, %r: i8):
    %rr = arith.extui %r : i8 to i32
    %q = kernel.requant high %acc, %rr, %mu, %mu, %cc, %s, %lo, %lo, %hi
      {operandSegmentSizes = array<i32: 2, 2, 1, 1, 1, 1, 1>} : (i32, i32, i32, i32, i64, i32, i32, i32, i32) -> i8
    kernel.yield %q : i8
  } : memref<?xi8>, memref<?xi64>, memref<?xi8>, memref<?xi8>
  kernel.return
}

// -----

// vpdpbusd takes an unsigned operand: s8 x s8 stays in pairs.
// VNNI-LABEL: kernel.func @signedCodes
// VNNI-NOT: vpdpbusd
// VNNI: arith.muli %{{.*}} : vector<32xi32>
kernel.func @signedCodes(%x: memref<?xi8>, %taps: memref<?xi64>, %w: memref<?xi8>, %m: index, %n: index, %len: index,
                         %y: memref<?xi32>, %tile: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  kernel.contract {mma = #kernel.mma<s8s8>} m %m n %n column %c0 runs %c1 len %len x %x[%c0, %len] taps %taps
    w %w[%c0] y %y[%c0, %n] per_n()[%c0] per_mn() {
  ^bb0(%acc: i32):
    kernel.yield %acc : i32
  } : memref<?xi8>, memref<?xi64>, memref<?xi8>, memref<?xi32>
  kernel.return
}
