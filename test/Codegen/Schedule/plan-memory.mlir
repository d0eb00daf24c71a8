// Buffers share the arena where their lives do not overlap.
// RUN: qc-opt %s --qc-plan-memory --split-input-file | FileCheck %s

// %a lives until the second launch, %c begins with the third: one place. Sizes are rounded up to 64 bytes.
// CHECK: module attributes {kernel.arena_bytes = 192 : i64}
// CHECK-LABEL: func.func @main
// CHECK-SAME: (%[[ARENA:[a-z0-9]+]]: memref<?xi8>)
// CHECK: %[[C0:.*]] = arith.constant 0 : index
// CHECK: %[[A:.*]] = memref.view %[[ARENA]][%[[C0]]][] : memref<?xi8> to memref<100xi8>
// CHECK: kernel.launch @bytes {{.*}} outs(%[[A]] : memref<100xi8>)
// CHECK: %[[C128:.*]] = arith.constant 128 : index
// CHECK: %[[B:.*]] = memref.view %[[ARENA]][%[[C128]]][] : memref<?xi8> to memref<16xf32>
// CHECK: kernel.launch @floats {{.*}} ins(%[[A]] : memref<100xi8>) outs(%[[B]] : memref<16xf32>)
// CHECK: %[[C0:.*]] = arith.constant 0 : index
// CHECK: %[[C:.*]] = memref.view %[[ARENA]][%[[C0]]][] : memref<?xi8> to memref<70xi8>
// CHECK: kernel.launch @bytes {{.*}} outs(%[[C]] : memref<70xi8>)
// CHECK: kernel.launch @floats {{.*}} ins(%[[C]] : memref<70xi8>) outs(%[[B]] : memref<16xf32>)
kernel.func @bytes(%y: memref<?xi8>, %tile: index) {
  kernel.return
}
kernel.func @floats(%x: memref<?xi8>, %y: memref<?xf32>, %tile: index) {
  kernel.return
}
func.func @main() {
  %n = arith.constant 1 : index
  %a = memref.alloc() : memref<100xi8>
  kernel.launch @bytes grid(%n) outs(%a : memref<100xi8>)
  %b = memref.alloc() : memref<16xf32>
  kernel.launch @floats grid(%n) ins(%a : memref<100xi8>) outs(%b : memref<16xf32>)
  %c = memref.alloc() : memref<70xi8>
  kernel.launch @bytes grid(%n) outs(%c : memref<70xi8>)
  kernel.launch @floats grid(%n) ins(%c : memref<70xi8>) outs(%b : memref<16xf32>)
  return
}

// -----

// Nothing to place: an empty arena.
// CHECK: module attributes {kernel.arena_bytes = 0 : i64}
// CHECK: func.func @main(%{{.*}}: memref<4xf32>, %{{.*}}: memref<?xi8>)
func.func @main(%x: memref<4xf32>) {
  %a = memref.alloc() : memref<0xi8>
  return
}
