// The machine forms of kernel.requant, on scalars and vectors.
// RUN: qc-opt %s --pass-pipeline='builtin.module(kernel.func(qc-lower-requant))' --split-input-file | FileCheck %s

// CHECK-LABEL: kernel.func @wide
// CHECK-DAG: %[[X:.*]] = arith.extsi %[[RAW:.*]] : i32 to i64
// CHECK-DAG: %[[M:.*]] = arith.extsi %{{.*}} : i32 to i64
// CHECK: %[[P:.*]] = arith.muli %[[X]], %[[M]] : i64
// CHECK: %[[T:.*]] = arith.addi %{{.*}}, %[[P]] : i64
// CHECK: %[[S:.*]] = arith.extui %{{.*}} : i32 to i64
// CHECK: %[[R:.*]] = arith.shrsi %[[T]], %[[S]] : i64
// CHECK: %[[Z:.*]] = arith.addi %[[R]], %{{.*}} : i64
// CHECK: %[[A:.*]] = arith.maxsi %[[Z]], %{{.*}} : i64
// CHECK: %[[B:.*]] = arith.minsi %[[A]], %{{.*}} : i64
// CHECK: arith.trunci %[[B]] : i64 to i8
// CHECK-NOT: kernel.requant
kernel.func @wide(%x: memref<?xi32>, %m: i32, %c: i64, %s: i32, %z: i32, %lo: i32, %hi: i32, %y: memref<?xi8>, %tile: index) {
  %raw = memref.load %x[%tile] : memref<?xi32>
  %q = kernel.requant wide %raw, %m, %c, %s, %z, %lo, %hi {operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1>}
    : (i32, i32, i64, i32, i32, i32, i32) -> i8
  memref.store %q, %y[%tile] : memref<?xi8>
  kernel.return
}

// -----

// docs/Numerics.md, Fast form F: only the high half of the sum is shifted.
// CHECK-LABEL: kernel.func @high
// CHECK: %[[H64:.*]] = arith.shrui %{{.*}}, %{{.*}} : i64
// CHECK: %[[H:.*]] = arith.trunci %[[H64]] : i64 to i32
// CHECK: %[[S:.*]] = arith.andi %{{.*}}, %{{.*}} : i32
// CHECK: %[[V:.*]] = arith.shrsi %[[H]], %[[S]] : i32
// CHECK: arith.addi %[[V]], %{{.*}} : i32
// CHECK-NOT: kernel.requant
kernel.func @high(%x: memref<?xi32>, %m: i32, %m2: i32, %c: i64, %s: i32, %z: i32, %lo: i32, %hi: i32, %y: memref<?xi8>, %tile: index) {
  %raw = memref.load %x[%tile] : memref<?xi32>
  %q = kernel.requant high %raw, %raw, %m, %m2, %c, %s, %z, %lo, %hi
    {operandSegmentSizes = array<i32: 2, 2, 1, 1, 1, 1, 1>} : (i32, i32, i32, i32, i64, i32, i32, i32, i32) -> i8
  memref.store %q, %y[%tile] : memref<?xi8>
  kernel.return
}

// -----

// CHECK-LABEL: kernel.func @half_even
// CHECK: %[[ONE:.*]] = arith.constant 1 : i64
// CHECK: %[[TWICE:.*]] = arith.shli %[[ONE]], %{{.*}} : i64
// CHECK: %[[HALF:.*]] = arith.shrui %[[TWICE]], %[[ONE]] : i64
// CHECK: %[[ODD:.*]] = arith.andi %{{.*}}, %[[ONE]] : i64
// CHECK: %[[BELOW:.*]] = arith.subi %[[HALF]], %[[ONE]] : i64
// CHECK: arith.addi %[[BELOW]], %[[ODD]] : i64
// CHECK-NOT: kernel.requant
kernel.func @half_even(%x: memref<?xi32>, %m: i32, %c: i64, %s: i32, %z: i32, %lo: i32, %hi: i32, %y: memref<?xi32>, %tile: index) {
  %raw = memref.load %x[%tile] : memref<?xi32>
  %q = kernel.requant half_even %raw, %m, %c, %s, %z, %lo, %hi {operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1>}
    : (i32, i32, i64, i32, i32, i32, i32) -> i32
  memref.store %q, %y[%tile] : memref<?xi32>
  kernel.return
}

// -----

// Vectors in Form F: even and odd lanes apart, joined by their high halves.
// CHECK-LABEL: kernel.func @vectors
// CHECK: %[[EVEN:.*]] = arith.muli %{{.*}}, %{{.*}} : vector<8xi64>
// CHECK: %[[E:.*]] = arith.addi %{{.*}}, %[[EVEN]] : vector<8xi64>
// CHECK: %[[E32:.*]] = vector.bitcast %[[E]] : vector<8xi64> to vector<16xi32>
// CHECK: vector.shuffle %{{.*}}, %{{.*}} [1, 1, 3, 3,
// CHECK: %[[ODD:.*]] = arith.muli %{{.*}}, %{{.*}} : vector<8xi64>
// CHECK: %[[O:.*]] = arith.addi %{{.*}}, %[[ODD]] : vector<8xi64>
// CHECK: %[[O32:.*]] = vector.bitcast %[[O]] : vector<8xi64> to vector<16xi32>
// CHECK: vector.shuffle %[[E32]], %[[O32]] [1, 17, 3, 19,
// CHECK: arith.trunci %{{.*}} : vector<16xi32> to vector<16xi8>
kernel.func @vectors(%x: memref<?xi32>, %c: memref<?xi64>, %y: memref<?xi8>, %tile: index) {
  %v = vector.load %x[%tile] : memref<?xi32>, vector<16xi32>
  %a = vector.load %c[%tile] : memref<?xi64>, vector<16xi64>
  %q = kernel.requant high %v, %v, %a, %v, %v, %v, %v {operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1>}
    : (vector<16xi32>, vector<16xi32>, vector<16xi64>, vector<16xi32>, vector<16xi32>, vector<16xi32>, vector<16xi32>) -> vector<16xi8>
  vector.store %q, %y[%tile] : memref<?xi8>, vector<16xi8>
  kernel.return
}

// -----

// Everything in 32 bits.
// CHECK-LABEL: kernel.func @narrow
// CHECK-SAME: %[[M:[a-z0-9]+]]: i32, %[[C:[a-z0-9]+]]: i64
// CHECK-DAG: %[[C32:.*]] = arith.trunci %[[C]] : i64 to i32
// CHECK-DAG: %[[P:.*]] = arith.muli %{{.*}}, %[[M]] : i32
// CHECK: %[[T:.*]] = arith.addi %[[C32]], %[[P]] : i32
// CHECK: %[[R:.*]] = arith.shrsi %[[T]], %{{.*}} : i32
// CHECK: %[[Z:.*]] = arith.addi %[[R]], %{{.*}} : i32
// CHECK: %[[A:.*]] = arith.maxsi %[[Z]], %{{.*}} : i32
// CHECK: %[[B:.*]] = arith.minsi %[[A]], %{{.*}} : i32
// CHECK: arith.trunci %[[B]] : i32 to i8
kernel.func @narrow(%x: memref<?xi32>, %m: i32, %c: i64, %s: i32, %z: i32, %lo: i32, %hi: i32, %y: memref<?xi8>, %tile: index) {
  %raw = memref.load %x[%tile] : memref<?xi32>
  %q = kernel.requant narrow %raw, %m, %c, %s, %z, %lo, %hi {operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1>}
    : (i32, i32, i64, i32, i32, i32, i32) -> i8
  memref.store %q, %y[%tile] : memref<?xi8>
  kernel.return
}
