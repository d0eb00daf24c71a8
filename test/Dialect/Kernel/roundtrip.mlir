// Every operation and attribute of the kernel dialect prints as it was read (--verify-roundtrip is on: text and bytecode).
// RUN: qc-opt %s | FileCheck %s
// RUN: qc-opt %s --mlir-print-op-generic | qc-opt | FileCheck %s

// CHECK: module attributes {test.layout = #kernel.layout<order = [0, 2, 1], halo_begin = [0, 0, 1], halo_end = [0, 0, 2]>,
// CHECK-SAME: test.scalar = #kernel.layout<order = [], halo_begin = [], halo_end = []>}
module attributes {test.layout = #kernel.layout<order = [0, 2, 1], halo_begin = [0, 0, 1], halo_end = [0, 0, 2]>,
                   test.scalar = #kernel.layout<order = [], halo_begin = [], halo_end = []>} {

// CHECK-LABEL: kernel.func @numbers(%{{.*}}: memref<?xi16>, %{{.*}}: index, %{{.*}}: i32, %{{.*}}: i64, %{{.*}}: f32, %{{.*}}: index) {
// CHECK-NEXT: kernel.return
kernel.func @numbers(%x: memref<?xi16>, %n: index, %a: i32, %b: i64, %c: f32, %tile: index) {
  kernel.return
}

// CHECK-LABEL: kernel.func private @only_a_tile(%{{.*}}: index) attributes {test.note}
kernel.func private @only_a_tile(%tile: index) attributes {test.note} {
  kernel.return
}

// CHECK-LABEL: kernel.func @contraction
kernel.func @contraction(%x: memref<?xi8>, %taps: memref<?xi64>, %w: memref<?xi8>, %c: memref<?xi64>, %r: memref<?xi8>, %n: index,
                         %v: i32, %y: memref<?xi8>, %tile: index) {
  // CHECK: kernel.contract {mma = #kernel.mma<u8s8>} m %{{[a-z0-9]+}} n %{{[a-z0-9]+}} column %{{[a-z0-9]+}} runs %{{[a-z0-9]+}} len %{{[a-z0-9]+}}
  // CHECK-SAME: x %{{[a-z0-9]+}}[%{{[a-z0-9]+}}, %{{[a-z0-9]+}}] taps %{{[a-z0-9]+}} w %{{[a-z0-9]+}}[%{{[a-z0-9]+}}]
  // CHECK-SAME: y %{{[a-z0-9]+}}[%{{[a-z0-9]+}}, %{{[a-z0-9]+}}] per_n(%{{[a-z0-9]+}} : memref<?xi64>) [%{{[a-z0-9]+}}]
  // CHECK-SAME: per_mn(%{{[a-z0-9]+}}[%{{[a-z0-9]+}}] [%{{[a-z0-9]+}}] : memref<?xi8>)
  kernel.contract {mma = #kernel.mma<u8s8>} m %n n %n column %n runs %n len %n x %x[%n, %n] taps %taps w %w[%n] y %y[%n, %n]
    per_n(%c : memref<?xi64>)[%n] per_mn(%r[%n][%n] : memref<?xi8>) {
  ^bb0(%acc: i32, %addend: i64, %residual: i8):
    // CHECK: kernel.requant high %{{.*}} : (i32, i32, i64, i32, i32, i32, i32) -> i8
    %q = kernel.requant high %acc, %v, %addend, %v, %v, %v, %v {operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1>}
      : (i32, i32, i64, i32, i32, i32, i32) -> i8
    // CHECK: kernel.yield %{{.*}} : i8
    kernel.yield %q : i8
  } : memref<?xi8>, memref<?xi64>, memref<?xi8>, memref<?xi8>
  kernel.return
}

// CHECK-LABEL: kernel.func @floats
kernel.func @floats(%x: memref<?xf32>, %taps: memref<?xi64>, %n: index, %y: memref<?xf32>, %tile: index) {
  // CHECK: kernel.contract {mma = #kernel.mma<f32>} {{.*}} per_n() [%{{.*}}] per_mn() {
  kernel.contract {mma = #kernel.mma<f32>} m %n n %n column %n runs %n len %n x %x[%n, %n] taps %taps w %x[%n] y %y[%n, %n]
    per_n()[%n] per_mn() {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  } : memref<?xf32>, memref<?xi64>, memref<?xf32>, memref<?xf32>
  kernel.return
}

// CHECK-LABEL: kernel.func @wide
kernel.func @wide(%x: memref<?xi16>, %taps: memref<?xi64>, %w: memref<?xi8>, %s: memref<?xi32>, %n: index, %y: memref<?xi32>, %tile: index) {
  // CHECK: kernel.contract {mma = #kernel.mma<u16s8>, weight_group = 32 : i64} {{.*}} sums %{{[a-z0-9]+}} : memref<?xi32> multipliers %{{[a-z0-9]+}}[%{{[a-z0-9]+}}] : memref<?xi8> y %
  kernel.contract {mma = #kernel.mma<u16s8>, weight_group = 32 : i64} m %n n %n column %n runs %n len %n x %x[%n, %n] taps %taps w %w[%n] sums %s : memref<?xi32>
    multipliers %w[%n] : memref<?xi8> y %y[%n, %n] per_n()[%n] per_mn() {
  ^bb0(%acc: i32):
    kernel.yield %acc : i32
  } : memref<?xi16>, memref<?xi64>, memref<?xi8>, memref<?xi32>
  // CHECK: kernel.contract {mma = #kernel.mma<u16s8>} {{.*}} w %{{[a-z0-9]+}}[%{{[a-z0-9]+}}] sums %{{[a-z0-9]+}} : memref<?xi32> y %
  kernel.contract {mma = #kernel.mma<u16s8>} m %n n %n column %n runs %n len %n x %x[%n, %n] taps %taps w %w[%n] sums %s : memref<?xi32> y %y[%n, %n]
    per_n()[%n] per_mn() {
  ^bb0(%acc: i32):
    kernel.yield %acc : i32
  } : memref<?xi16>, memref<?xi64>, memref<?xi8>, memref<?xi32>
  // CHECK: kernel.contract {mma = #kernel.mma<u16s8>, planes} {{.*}} sums %{{[a-z0-9]+}} : memref<?xi32> y %
  kernel.contract {mma = #kernel.mma<u16s8>, planes} m %n n %n column %n runs %n len %n x %x[%n, %n] taps %taps w %w[%n] sums %s : memref<?xi32> y %y[%n, %n]
    per_n()[%n] per_mn() {
  ^bb0(%high: i32, %low: i32):
    %sum = arith.addi %high, %low : i32
    kernel.yield %sum : i32
  } : memref<?xi16>, memref<?xi64>, memref<?xi8>, memref<?xi32>
  kernel.return
}

// CHECK-LABEL: kernel.func @forms
kernel.func @forms(%a: i32, %c: i64, %tile: index) {
  // CHECK: kernel.requant wide %{{.*}} : (i32, i32, i32, i32, i64, i32, i32, i32, i32) -> i16
  %0 = kernel.requant wide %a, %a, %a, %a, %c, %a, %a, %a, %a {operandSegmentSizes = array<i32: 2, 2, 1, 1, 1, 1, 1>}
    : (i32, i32, i32, i32, i64, i32, i32, i32, i32) -> i16
  // CHECK: kernel.requant half_even
  %1 = kernel.requant half_even %a, %a, %c, %a, %a, %a, %a {operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1>}
    : (i32, i32, i64, i32, i32, i32, i32) -> i32
  // CHECK: kernel.requant narrow
  %2 = kernel.requant narrow %a, %a, %c, %a, %a, %a, %a {operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1>}
    : (i32, i32, i64, i32, i32, i32, i32) -> i8
  kernel.return
}

// CHECK-LABEL: kernel.func @tables
kernel.func @tables(%x: memref<?xi8>, %tile: index) {
  %code = memref.load %x[%tile] : memref<?xi8>
  // CHECK: kernel.lookup %{{.*}}[%{{.*}}] : memref<?xi8>, i8
  %0 = kernel.lookup %x[%code] : memref<?xi8>, i8
  %codes = vector.load %x[%tile] : memref<?xi8>, vector<32xi8>
  // CHECK: kernel.lookup %{{.*}}[%{{.*}}] : memref<?xi8>, vector<32xi8>
  %1 = kernel.lookup %x[%codes] : memref<?xi8>, vector<32xi8>
  kernel.return
}

// CHECK-LABEL: qc.stats @t0
qc.stats @t0 {of = "x", count = 0 : i64, min = 0.0 : f32, max = 0.0 : f32, data = "", epoch = 0 : i64}

// CHECK-LABEL: func.func @main
func.func @main(%x: memref<2x3xi16>, %scalar: memref<f32>, %y: memref<6xi8>) {
  %n = arith.constant 1 : index
  %i = arith.constant 2 : i32
  %j = arith.constant 3 : i64
  %f = arith.constant 4.0 : f32
  // CHECK: kernel.launch @numbers grid(%{{.*}}) ins(%{{.*}} : memref<2x3xi16>, index, i32, i64, f32) {kernel.macs = 6 : i64, kernel.type = "int8"}
  kernel.launch @numbers grid(%n) ins(%x, %n, %i, %j, %f : memref<2x3xi16>, index, i32, i64, f32) {kernel.macs = 6 : i64, kernel.type = "int8"}
  // CHECK: kernel.launch @only_a_tile grid(%{{.*}})
  kernel.launch @only_a_tile grid(%n)
  // CHECK: kernel.constant {value = dense<[1, 2]> : tensor<2xi8>} : memref<2xi8>
  %0 = kernel.constant {value = dense<[1, 2]> : tensor<2xi8>} : memref<2xi8>
  // CHECK: kernel.constant {offset = 4096 : i64} : memref<1024xi64>
  %1 = kernel.constant {offset = 4096 : i64} : memref<1024xi64>
  // CHECK: kernel.observe @t0 %{{.*}} {offset = 0 : i64, shape = array<i64>, strides = array<i64>} : memref<f32>
  kernel.observe @t0 %scalar {offset = 0 : i64, shape = array<i64>, strides = array<i64>} : memref<f32>
  // CHECK: kernel.observe @t0 %{{.*}}[%[[N:.*]], %[[N]]] {offset = 0 : i64, shape = array<i64: -9223372036854775808, 3>, strides = array<i64: -9223372036854775808, 1>} : memref<6xi8>
  kernel.observe @t0 %y[%n, %n] {offset = 0 : i64, shape = array<i64: -9223372036854775808, 3>, strides = array<i64: -9223372036854775808, 1>} : memref<6xi8>
  // CHECK: kernel.check %[[N]] {high = 8 : i64, low = 1 : i64, what = "dimension 0 of 'x'"}
  kernel.check %n {what = "dimension 0 of 'x'", low = 1 : i64, high = 8 : i64}
  // CHECK: kernel.check %[[N]] {full, high = 8 : i64, low = 0 : i64, what = "dimension 1 of state 'k'"}
  kernel.check %n {what = "dimension 1 of state 'k'", low = 0 : i64, high = 8 : i64, full}
  // CHECK: kernel.check %[[N]], %[[N]] {what = "two dimensions"}
  kernel.check %n, %n {what = "two dimensions"}
  // CHECK: kernel.read %{{.*}}[%[[N]]] : memref<6xi8>
  %number = kernel.read %y[%n] : memref<6xi8>
  // CHECK: %[[O:.*]]:2 = kernel.plan %[[N]], %[[N]] {first = array<i64: 0, 1>, last = array<i64: 1, 2>}
  %o:2 = kernel.plan %n, %n {first = array<i64: 0, 1>, last = array<i64: 1, 2>}
  // CHECK: kernel.extents 0(%[[O]]#0, %[[O]]#1)
  kernel.extents 0 (%o#0, %o#1)
  // CHECK: kernel.faults : memref<1xi32>
  %faults = kernel.faults : memref<1xi32>
  return
}
}
