// RUN: qc-opt %s --pass-pipeline='builtin.module(kernel.func(qc-lower-contract))' --verify-diagnostics --split-input-file

// The epilogue is elementwise: nothing in it may differ in control flow between columns.
kernel.func @branch(%x: memref<?xf32>, %taps: memref<?xi64>, %w: memref<?xf32>, %n: index, %y: memref<?xf32>,
                    %tile: index) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  // expected-error @below {{'kernel.contract' op has an epilogue without a vector form: a branch differs between iterations}}
  kernel.contract {mma = #kernel.mma<f32>} m %n n %n column %c0 runs %n len %n x %x[%c0, %n] taps %taps
    w %w[%c0] y %y[%c0, %n] per_n()[%c0] per_mn() {
  ^bb0(%acc: f32):
    %c = arith.cmpf olt, %acc, %zero : f32
    %r = scf.if %c -> f32 {
      scf.yield %zero : f32
    } else {
      scf.yield %acc : f32
    }
    kernel.yield %r : f32
  } : memref<?xf32>, memref<?xi64>, memref<?xf32>, memref<?xf32>
  kernel.return
}
