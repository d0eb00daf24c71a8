// What cannot be placed.
// RUN: qc-opt %s --qc-plan-memory --split-input-file --verify-diagnostics

// Nothing to plan for.
// expected-error @below {{module has no function @main}}
module {
}

// -----

// A size that is known behind a launch only.
func.func @main(%x: memref<?xf32>, %k: memref<1xindex>) attributes {kernel.num_inputs = 1 : i64} {
  %c0 = arith.constant 0 : index
  %n = memref.load %k[%c0] : memref<1xindex>
  // expected-error @below {{value has a size that is not known before the launches begin}}
  %b = memref.alloc(%n) : memref<?xf32>
  return
}
