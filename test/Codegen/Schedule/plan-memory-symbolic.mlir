// Sizes that are known at run time: checks and extents, and a plan in front of all launches.
// RUN: qc-opt %s --pass-pipeline='builtin.module(func.func(qc-assign-layouts),qc-form-kernels,func.func(canonicalize,cse),qc-pack-weights,qc-plan-memory,qc-verify-kernels)' | FileCheck %s
// RUN: qc-opt %s --pass-pipeline='builtin.module(func.func(qc-assign-layouts),qc-form-kernels,func.func(canonicalize,cse),qc-pack-weights,qc-plan-memory)' --verify-roundtrip -o /dev/null

// CHECK: kernel.arena_bytes = 0 : i64, kernel.symbolic
// CHECK-LABEL: func.func @main
// CHECK-SAME: kernel.rows
// CHECK: %[[N:.*]] = memref.dim %arg0, %c0
// CHECK: kernel.check %[[N]] {high = 64 : i64, low = 0 : i64, what = "dimension 0 of input 'x' ('N')"}
// CHECK: %[[M:.*]] = memref.dim %arg1, %c0
// CHECK: kernel.check %[[N]], %[[M]] {what = "dimension 0 of input 'x' and dimension 0 of input 'z' must be equal ('N')"}
// CHECK: %[[ELEMENTS:.*]] = arith.muli %[[N]], %c3
// CHECK: %[[BYTES:.*]] = arith.muli %[[ELEMENTS]], %c4
// CHECK: %[[OFFSET:.*]] = kernel.plan %[[BYTES]] {first = array<i64: {{[0-9]+}}>, last = array<i64: {{[0-9]+}}>}
// CHECK: memref.view %{{.*}}[%[[OFFSET]]][%[[ELEMENTS]]] : memref<?xi8> to memref<?xf32>
// CHECK: kernel.launch @softmax_axis1_
// CHECK: kernel.launch @qc_add_
// CHECK: kernel.extents 0(%[[N]], %c3)
module attributes {qc.symbols = {N = array<i64: 0, 64>}} {
  func.func @main(%x: tensor<?x3xf32> {qc.dims = ["N", ""], qc.name = "x"} loc("x"), %z: tensor<?x3xf32> {qc.dims = ["N", ""], qc.name = "z"} loc("z")) -> tensor<?x3xf32> {
    %0 = qc.softmax %x {axis = 1 : i64} : (tensor<?x3xf32>) -> tensor<?x3xf32>
    %1 = qc.add %0, %z : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
    return %1 : tensor<?x3xf32>
  }
}
