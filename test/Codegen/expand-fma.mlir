// Fused multiply-adds, of scalars and vectors, as two operations in the same order.
// RUN: qc-opt %s --pass-pipeline='builtin.module(kernel.func(qc-expand-fma))' | FileCheck %s

// CHECK-LABEL: kernel.func @f
// CHECK: %[[V:.*]] = memref.load
// CHECK: %[[P:.*]] = arith.mulf %[[V]], %[[A:.*]] : f32
// CHECK: arith.addf %[[P]], %[[V]] : f32
// CHECK: arith.mulf %{{.*}}, %{{.*}} : vector<16xf32>
// CHECK: arith.addf %{{.*}}, %{{.*}} : vector<16xf32>
// CHECK-NOT: math.fma
kernel.func @f(%x: memref<?xf32>, %a: f32, %y: memref<?xf32>, %tile: index) {
  %v = memref.load %x[%tile] : memref<?xf32>
  %r = math.fma %v, %a, %v : f32
  %w = vector.broadcast %r : f32 to vector<16xf32>
  %s = math.fma %w, %w, %w : vector<16xf32>
  vector.store %s, %y[%tile] : memref<?xf32>, vector<16xf32>
  kernel.return
}
