// RUN: qc-opt %s --pass-pipeline='builtin.module(kernel.func(qc-lower-forall{to=threads}))' --verify-diagnostics

kernel.func @nested(%n: index, %y: memref<?xf32>, %tile: index) {
  %zero = arith.constant 0.0 : f32
  scf.forall (%i) in (%n) {
    // expected-error @below {{'scf.forall' op expects no forall around it where iterations become threads}}
    scf.forall (%j) in (%n) {
      memref.store %zero, %y[%j] : memref<?xf32>
    }
  }
  kernel.return
}
