// The two ways a compiled kernel gets its arguments; buffers as pointers.
// RUN: qc-opt %s --pass-pipeline='builtin.module(kernel.func(qc-lower-forall),qc-kernel-to-llvm)' | FileCheck %s
// RUN: qc-opt %s --pass-pipeline='builtin.module(kernel.func(qc-lower-forall{to=threads}),qc-kernel-to-llvm{abi=device})' | FileCheck %s --check-prefix=DEVICE

// CHECK-LABEL: llvm.func internal @f.body
// CHECK-SAME: (%[[X:[a-z0-9]+]]: !llvm.ptr {llvm.noalias}, %{{.*}}: i64, %{{.*}}: i32, %{{.*}}: f32, %{{.*}}: !llvm.ptr {llvm.noalias}, %{{.*}}: i64)
// CHECK-SAME: always_inline
// CHECK: %[[P:.*]] = llvm.getelementptr inbounds %[[X]][%{{.*}}] : (!llvm.ptr, i64) -> !llvm.ptr, f32
// CHECK: llvm.load %[[P]] {alignment = 4 : i64} : !llvm.ptr -> f32
// CHECK: llvm.intr.fma
// CHECK: llvm.intr.roundeven
// CHECK: llvm.store %{{.*}} {alignment = 1 : i64} : i8, !llvm.ptr
// CHECK-LABEL: llvm.func @f
// CHECK-SAME: (%[[SLOTS:[a-z0-9]+]]: !llvm.ptr {llvm.noalias, llvm.readonly}, %[[TILE:[a-z0-9]+]]: i64)
// CHECK: %[[S0:.*]] = llvm.getelementptr inbounds %[[SLOTS]][0]
// CHECK: %[[A0:.*]] = llvm.load %[[S0]] {alignment = 8 : i64} : !llvm.ptr -> !llvm.ptr
// CHECK: %[[A2:.*]] = llvm.trunc %{{.*}} : i64 to i32
// CHECK: %[[L3:.*]] = llvm.trunc %{{.*}} : i64 to i32
// CHECK: %[[A3:.*]] = llvm.bitcast %[[L3]] : i32 to f32
// CHECK: llvm.call @f.body(%[[A0]], %{{.*}}, %[[A2]], %[[A3]], %{{.*}}, %[[TILE]])

// DEVICE-LABEL: llvm.func @f
// DEVICE-SAME: (%{{.*}}: !llvm.ptr {llvm.noalias}, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: !llvm.ptr {llvm.noalias})
// DEVICE-SAME: nvvm.kernel
// DEVICE: %[[CTA:.*]] = nvvm.read.ptx.sreg.ctaid.x : i32
// DEVICE: %[[TILE:.*]] = llvm.zext %[[CTA]] : i32 to i64
// DEVICE: llvm.call @f.body({{.*}}, %[[TILE]])
kernel.func @f(%x: memref<?xf32>, %n: index, %k: i32, %a: f32, %y: memref<?xi8>, %tile: index) {
  %first = arith.muli %tile, %n : index
  scf.forall (%i) in (%n) {
    %at = arith.addi %first, %i : index
    %v = memref.load %x[%at] : memref<?xf32>
    %r = math.fma %v, %a, %v : f32
    %e = math.roundeven %r : f32
    %q = arith.fptosi %e : f32 to i32
    %s = arith.addi %q, %k : i32
    %t = arith.trunci %s : i32 to i8
    memref.store %t, %y[%at] : memref<?xi8>
  }
  kernel.return
}

// An address that is asked for ahead may lie behind the end.
// CHECK-LABEL: llvm.func internal @ahead.body
// CHECK-SAME: (%[[X:[a-z0-9]+]]: !llvm.ptr
// CHECK: %[[P:.*]] = llvm.getelementptr %[[X]][%{{.*}}] : (!llvm.ptr, i64) -> !llvm.ptr, i8
// CHECK: "llvm.intr.prefetch"(%[[P]]) <{cache = 1 : i32, hint = 3 : i32, rw = 0 : i32}>
kernel.func @ahead(%x: memref<?xi8>, %n: index, %tile: index) {
  %at = arith.muli %tile, %n : index
  memref.prefetch %x[%at], read, locality<3>, data : memref<?xi8>
  kernel.return
}
