// What has no vector form stays as it is, and says why.
// RUN: qc-opt %s --pass-pipeline='builtin.module(kernel.func(qc-vectorize-forall))' --remarks-filter='qc-vectorize-forall' --remark-format=emitRemark --verify-diagnostics

kernel.func @scatter(%x: memref<?xf32>, %n: index, %s: index, %y: memref<?xf32>, %tile: index) {
  // expected-remark @below {{the index of a store is not uniform + i}}
  scf.forall (%i) in (%n) {
    %v = memref.load %x[%i] : memref<?xf32>
    %at = arith.muli %i, %s : index
    memref.store %v, %y[%at] : memref<?xf32>
  }
  kernel.return
}

kernel.func @bound(%x: memref<?xf32>, %n: index, %y: memref<?xf32>, %tile: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  // expected-remark @below {{a loop bound differs between iterations}}
  scf.forall (%i) in (%n) {
    %sum = scf.for %k = %c0 to %i step %c1 iter_args(%a = %zero) -> f32 {
      %v = memref.load %x[%k] : memref<?xf32>
      %t = arith.addf %a, %v : f32
      scf.yield %t : f32
    }
    memref.store %sum, %y[%i] : memref<?xf32>
  }
  kernel.return
}

kernel.func @condition(%x: memref<?xi32>, %n: index, %y: memref<?xi32>, %tile: index) {
  %zero = arith.constant 0 : i32
  // expected-remark @below {{a branch differs between iterations}}
  scf.forall (%i) in (%n) {
    %v = memref.load %x[%i] : memref<?xi32>
    %c = arith.cmpi slt, %v, %zero : i32
    %r = scf.if %c -> i32 {
      scf.yield %v : i32
    } else {
      scf.yield %zero : i32
    }
    memref.store %r, %y[%i] : memref<?xi32>
  }
  kernel.return
}

kernel.func @step(%n: index, %y: memref<?xf32>, %tile: index) {
  %zero = arith.constant 0.0 : f32
  // expected-remark @below {{the innermost step is not 1}}
  scf.forall (%i) = (0) to (%n) step (2) {
    memref.store %zero, %y[%i] : memref<?xf32>
  }
  kernel.return
}
