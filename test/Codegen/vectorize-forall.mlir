// The innermost dimension of scf.forall as vectors; each way a value can differ between lanes.
// RUN: qc-opt %s --pass-pipeline='builtin.module(kernel.func(qc-vectorize-forall))' --split-input-file | FileCheck %s
// RUN: qc-opt %s --pass-pipeline='builtin.module(kernel.func(qc-vectorize-forall{lanes=8}))' --split-input-file | FileCheck %s --check-prefix=EIGHT

// A dimension of at least 16 is all vectors, the last of which ends where the dimension ends.
// CHECK-LABEL: kernel.func @unit
// CHECK-SAME: (%[[X:[a-z0-9]+]]: memref<?xf32>, %[[N:[a-z0-9]+]]: index
// CHECK: %[[FITS:[0-9]+]] = arith.cmpi sge
// CHECK: %[[END:.*]] = arith.select %[[FITS]], %[[N]], %c0
// CHECK: scf.for %[[B:.*]] = %c0 to %[[END]] step %c16
// CHECK: %[[I:.*]] = arith.minsi %[[B]],
// CHECK: %[[V:.*]] = vector.load %[[X]][%[[I]]] : memref<?xf32>, vector<16xf32>
// CHECK: %[[S:.*]] = arith.addf %[[V]], %[[V]] : vector<16xf32>
// CHECK: vector.store %[[S]]
// CHECK: scf.for %[[J:.*]] = %[[END]] to %[[N]] step %c1
// CHECK: memref.load %[[X]][%[[J]]]
// CHECK: llvm.loop_annotation
// EIGHT-LABEL: kernel.func @unit
// EIGHT: step %c8
// EIGHT: vector<8xf32>
kernel.func @unit(%x: memref<?xf32>, %n: index, %y: memref<?xf32>, %tile: index) {
  scf.forall (%i) in (%n) {
    %v = memref.load %x[%i] : memref<?xf32>
    %s = arith.addf %v, %v : f32
    memref.store %s, %y[%i] : memref<?xf32>
  }
  kernel.return
}

// -----

// The outer dimension stays a forall; what depends on it alone stays scalar, uniform operands are broadcast.
// CHECK-LABEL: kernel.func @rows
// CHECK: scf.forall (%[[R:.*]]) in (%{{.*}}) {
// CHECK: scf.for
// CHECK: %[[U:.*]] = memref.load %{{.*}}[%[[R]]] : memref<?xf32>
// CHECK: %[[W:.*]] = vector.broadcast %[[U]] : f32 to vector<16xf32>
// CHECK: arith.mulf %{{.*}}, %[[W]] : vector<16xf32>
kernel.func @rows(%x: memref<?xf32>, %w: memref<?xf32>, %rows: index, %n: index, %y: memref<?xf32>, %tile: index) {
  scf.forall (%r, %i) in (%rows, %n) {
    %base = arith.muli %r, %n : index
    %at = arith.addi %base, %i : index
    %v = memref.load %x[%at] : memref<?xf32>
    %u = memref.load %w[%r] : memref<?xf32>
    %p = arith.mulf %v, %u : f32
    memref.store %p, %y[%at] : memref<?xf32>
  }
  kernel.return
}

// -----

// A table is read lane by lane.
// CHECK-LABEL: kernel.func @table
// CHECK: %[[C:.*]] = vector.load %{{.*}} : memref<?xi8>, vector<16xi8>
// CHECK: %[[AT:.*]] = arith.index_castui %[[C]] : vector<16xi8> to vector<16xindex>
// CHECK: %[[A0:.*]] = vector.extract %[[AT]][0]
// CHECK: memref.load %[[T:.*]][%[[A0]]] : memref<?xi8>
// CHECK: vector.extract %[[AT]][15]
// CHECK: vector.from_elements
kernel.func @table(%x: memref<?xi8>, %t: memref<?xi8>, %n: index, %y: memref<?xi8>, %tile: index) {
  scf.forall (%i) in (%n) {
    %c = memref.load %x[%i] : memref<?xi8>
    %at = arith.index_castui %c : i8 to index
    %v = memref.load %t[%at] : memref<?xi8>
    memref.store %v, %y[%i] : memref<?xi8>
  }
  kernel.return
}

// -----

// Loads at a stride that is known at run time only.
// CHECK-LABEL: kernel.func @stride
// CHECK: %[[AT:.*]] = arith.muli %{{.*}}, %[[S:.*]] : index
// CHECK: memref.load %{{.*}}[%[[AT]]]
// CHECK: vector.from_elements %{{.*}} : vector<16xi8>
kernel.func @stride(%x: memref<?xi8>, %s: index, %n: index, %y: memref<?xi8>, %tile: index) {
  scf.forall (%i) in (%n) {
    %at = arith.muli %i, %s : index
    %v = memref.load %x[%at] : memref<?xi8>
    memref.store %v, %y[%i] : memref<?xi8>
  }
  kernel.return
}

// -----

// A reduction per lane: the accumulator is a vector, the bounds stay scalar; kernel.requant has a vector form.
// CHECK-LABEL: kernel.func @reduce
// CHECK: scf.for %{{.*}} iter_args(%{{.*}} = %{{.*}}) -> (vector<16xi32>)
// CHECK: arith.extui %{{.*}} : vector<16xi8> to vector<16xi32>
// CHECK: scf.if %{{.*}} -> (vector<16xi32>)
// CHECK: kernel.requant wide {{.*}} -> vector<16xi8>
kernel.func @reduce(%x: memref<?xi8>, %taps: index, %m: i32, %c: i64, %s: i32, %z: i32, %even: i32, %n: index, %y: memref<?xi8>, %tile: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %flag = arith.trunci %even : i32 to i1
  scf.forall (%i) in (%n) {
    %sum = scf.for %k = %c0 to %taps step %c1 iter_args(%a = %zero) -> i32 {
      %row = arith.muli %k, %n : index
      %at = arith.addi %row, %i : index
      %v = memref.load %x[%at] : memref<?xi8>
      %e = arith.extui %v : i8 to i32
      %t = arith.addi %a, %e : i32
      scf.yield %t : i32
    }
    %chosen = scf.if %flag -> i32 {
      %d = arith.addi %sum, %z : i32
      scf.yield %d : i32
    } else {
      scf.yield %sum : i32
    }
    %q = kernel.requant wide %chosen, %m, %c, %s, %z, %z, %m {operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1>}
      : (i32, i32, i64, i32, i32, i32, i32) -> i8
    memref.store %q, %y[%i] : memref<?xi8>
  }
  kernel.return
}

// -----

// A buffer that is read and written: iterations must not be repeated, whole vectors only.
// CHECK-LABEL: kernel.func @in_place
// CHECK: arith.divsi
// CHECK: scf.for
// CHECK-NOT: arith.minsi
// CHECK: vector.load
kernel.func @in_place(%n: index, %y: memref<?xf32>, %tile: index) {
  scf.forall (%i) in (%n) {
    %v = memref.load %y[%i] : memref<?xf32>
    %s = arith.addf %v, %v : f32
    memref.store %s, %y[%i] : memref<?xf32>
  }
  kernel.return
}
