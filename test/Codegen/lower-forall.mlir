// scf.forall as loops and over the threads of a CTA.
// RUN: qc-opt %s --pass-pipeline='builtin.module(kernel.func(qc-lower-forall))' | FileCheck %s --check-prefix=LOOPS
// RUN: qc-opt %s --pass-pipeline='builtin.module(kernel.func(qc-lower-forall{to=threads}))' | FileCheck %s --check-prefix=THREADS

// LOOPS-LABEL: kernel.func @two
// LOOPS-SAME: (%[[X:[a-z0-9]+]]: memref<?xf32>, %[[M:[a-z0-9]+]]: index, %[[N:[a-z0-9]+]]: index
// LOOPS: scf.for %[[I:.*]] = %{{.*}} to %[[M]]
// LOOPS: scf.for %[[J:.*]] = %{{.*}} to %[[N]]
// LOOPS: arith.muli %[[I]], %[[N]]
// LOOPS-NOT: scf.forall

// The last dimension runs fastest: neighbouring threads touch neighbouring elements.
// THREADS-LABEL: kernel.func @two
// THREADS-SAME: (%[[X:[a-z0-9]+]]: memref<?xf32>, %[[M:[a-z0-9]+]]: index, %[[N:[a-z0-9]+]]: index
// THREADS: %[[CM:.*]] = arith.maxsi %[[M]],
// THREADS: %[[CN:.*]] = arith.maxsi %[[N]],
// THREADS: %[[TOTAL:.*]] = arith.muli %[[CM]], %[[CN]]
// THREADS: %[[TID:.*]] = nvvm.read.ptx.sreg.tid.x
// THREADS: %[[FIRST:.*]] = arith.index_castui %[[TID]]
// THREADS: %[[NTID:.*]] = nvvm.read.ptx.sreg.ntid.x
// THREADS: %[[STEP:.*]] = arith.index_castui %[[NTID]]
// THREADS: scf.for %[[T:.*]] = %[[FIRST]] to %[[TOTAL]] step %[[STEP]]
// THREADS: %[[J:.*]] = arith.remui %[[T]], %[[CN]]
// THREADS: %[[I:.*]] = arith.divui %[[T]], %[[CN]]
// THREADS: arith.muli %[[I]], %[[N]]
kernel.func @two(%x: memref<?xf32>, %m: index, %n: index, %y: memref<?xf32>, %tile: index) {
  scf.forall (%i, %j) in (%m, %n) {
    %r = arith.muli %i, %n : index
    %at = arith.addi %r, %j : index
    %v = memref.load %x[%at] : memref<?xf32>
    memref.store %v, %y[%at] : memref<?xf32>
  }
  kernel.return
}

// Bounds and steps of their own.
// THREADS-LABEL: kernel.func @bounds
// THREADS: arith.ceildivui
// THREADS: %[[T:.*]] = arith.muli %{{.*}}, %c3
// THREADS: arith.addi %[[T]], %c2
// LOOPS-LABEL: kernel.func @bounds
// LOOPS: scf.for %{{.*}} = %c2{{.*}} to %{{.*}} step %c3
kernel.func @bounds(%n: index, %y: memref<?xf32>, %tile: index) {
  %zero = arith.constant 0.0 : f32
  scf.forall (%i) = (2) to (%n) step (3) {
    memref.store %zero, %y[%i] : memref<?xf32>
  }
  kernel.return
}
