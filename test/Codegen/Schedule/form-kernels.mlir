// Groups become kernels and launches: what fuses, what a kernel is given, what is shared.
// RUN: qc-opt %s --pass-pipeline='builtin.module(func.func(qc-assign-layouts),qc-form-kernels,func.func(canonicalize,cse))' --split-input-file | FileCheck %s

// A contraction with its bias, residual and clip is one launch; the launch says what it costs.
// CHECK-LABEL: func.func @main
// CHECK-SAME: %[[X:[a-z0-9]+]]: memref<3x8xf32> {kernel.element = f32, qc.name = "x"}, %[[R:[a-z0-9]+]]: memref<3x4xf32> {{{.*}}}, %[[Y:[a-z0-9]+]]: memref<3x4xf32>
// CHECK-SAME: qc.name = "y"
// CHECK-SAME: attributes {kernel.num_inputs = 2 : i64}
// CHECK-NOT: memref.alloc
// CHECK: kernel.launch @contract_{{.*}} ins({{.*}}%[[X]], {{.*}}) outs(%[[Y]] : memref<3x4xf32>) {kernel.macs = 96 : i64, kernel.type = "f32"}
// CHECK-NOT: kernel.launch
// CHECK: kernel.func @contract_
// CHECK: kernel.contract {mma = #kernel.mma<f32>}
// CHECK: ^bb0(%[[ACC:.*]]: f32, %[[B:.*]]: f32, %[[RES:.*]]: f32):
// CHECK: %[[SUM:.*]] = arith.addf %[[ACC]], %[[B]]
// CHECK: arith.addf %[[SUM]], %[[RES]]
// CHECK: kernel.yield
func.func @main(%x: tensor<3x8xf32> {qc.name = "x"}, %r: tensor<3x4xf32> {qc.name = "r"}) -> (tensor<3x4xf32> {qc.name = "y"}) {
  %w = qc.constant dense<0.5> : tensor<8x4xf32>
  %b = qc.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %lo = qc.constant dense<0.0> : tensor<f32>
  %hi = qc.constant dense<6.0> : tensor<f32>
  %0 = qc.matmul %x, %w bias %b : (tensor<3x8xf32>, tensor<8x4xf32>, tensor<4xf32>) -> tensor<3x4xf32>
  %1 = qc.add %0, %r : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
  %2 = qc.clip %1 min %lo max %hi : (tensor<3x4xf32>, tensor<f32>, tensor<f32>) -> tensor<3x4xf32>
  return %2 : tensor<3x4xf32>
}

// -----

// An observer is a reader: the value it sees is stored, and what follows is a kernel of its own.
// CHECK-LABEL: func.func @main
// CHECK: kernel.launch @contract_
// CHECK-NEXT: kernel.observe @t0 %[[A:.*]] {offset = 0 : i64, shape = array<i64: 1, 2, 3>, strides = array<i64: 6, 1, 2>} : memref<6xf32>
// CHECK: kernel.launch @qc_relu_{{.*}} ins(%[[A]],
qc.stats @t0 {of = "v", count = 0 : i64, min = 0.0 : f32, max = 0.0 : f32, data = "", epoch = 0 : i64}
func.func @main(%x: tensor<1x2x3xf32>) -> tensor<1x2x3xf32> {
  %w = qc.constant dense<0.5> : tensor<2x2x1xf32>
  %0 = qc.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x2x3xf32>, tensor<2x2x1xf32>) -> tensor<1x2x3xf32>
  qc.observe %0 @t0 : tensor<1x2x3xf32>
  %1 = qc.relu %0 : (tensor<1x2x3xf32>) -> tensor<1x2x3xf32>
  return %1 : tensor<1x2x3xf32>
}

// -----

// Shifts that differ from channel to channel are a table of bytes; one for all is a number. Beyond 32 the high half of the
// addend is computed from shift and zero point, and what is added to the register is a table of 4 bytes.
// CHECK-LABEL: func.func @main
// CHECK: kernel.launch @contract_{{.*}} : {{.*}}memref<16xi32>, memref<16xi8>, memref<16xi32>, i32
// CHECK: ^bb0(%[[SUM:.*]]: i32, %[[M:.*]]: i32, %[[BYTE:.*]]: i8, %[[COMP:.*]]: i32):
// CHECK: %[[RAW:.*]] = arith.addi %[[SUM]], %[[COMP]]
// CHECK: %[[HIGH:.*]] = kernel.requant high %[[RAW]], %[[M]], %c0_i64
// CHECK: %[[SHIFT:.*]] = arith.extui %[[BYTE]] : i8 to i32
// CHECK: %[[BEYOND:.*]] = arith.andi %[[SHIFT]], %c31_i32
// CHECK: %[[ONE:.*]] = arith.shli %c1_i32{{.*}}, %[[BEYOND]]
// CHECK-DAG: %[[HALF:.*]] = arith.shrui %[[ONE]], %c1_i32
// CHECK-DAG: %[[ZERO:.*]] = arith.muli %{{.*}}, %[[ONE]]
// CHECK: %[[ADDEND:.*]] = arith.addi %[[ZERO]], %[[HALF]]
// CHECK: %[[V:.*]] = arith.addi %[[HIGH]], %[[ADDEND]]
// CHECK: arith.shrsi %[[V]], %[[BEYOND]]
func.func @main(%x: tensor<2x4xui8> {qc.name = "x"}) -> (tensor<2x2xui8> {qc.name = "y"}) {
  %w = qc.constant dense<[[1, -2], [3, 4], [5, -6], [7, 8]]> : tensor<4x2xi8>
  %0 = dyadic.matmul %x, %w {a_zero_point = 3 : i32, b_zero_point = 0 : i32} : (tensor<2x4xui8>, tensor<4x2xi8>) -> tensor<2x2xi32>
  %1 = dyadic.requant %0 {term_zero_points = array<i32: 0>, multipliers = array<i32: 1503238553, 1203238553>, multipliers1 = array<i32>,
         shifts = array<i32: 38, 40>, zero_point = 7 : i32, lo = 0 : i32, hi = 255 : i32, rounding = #dyadic.rounding<half_up>, axis = 1 : i64}
     : (tensor<2x2xi32>) -> tensor<2x2xui8>
  return %1 : tensor<2x2xui8>
}

// -----

// With a shift of 32 among them the addend has a low half, and is a table.
// CHECK-LABEL: func.func @main
// CHECK: kernel.launch @contract_{{.*}} : {{.*}}memref<16xi32>, memref<16xi64>, memref<16xi8>
// CHECK: %[[SHIFT:.*]] = arith.extui %{{.*}} : i8 to i32
// CHECK: kernel.requant high {{.*}}%[[SHIFT]]
func.func @main(%x: tensor<2x4xui8> {qc.name = "x"}) -> (tensor<2x2xui8> {qc.name = "y"}) {
  %w = qc.constant dense<[[1, -2], [3, 4], [5, -6], [7, 8]]> : tensor<4x2xi8>
  %0 = dyadic.matmul %x, %w {a_zero_point = 3 : i32, b_zero_point = 0 : i32} : (tensor<2x4xui8>, tensor<4x2xi8>) -> tensor<2x2xi32>
  %1 = dyadic.requant %0 {term_zero_points = array<i32: 0>, multipliers = array<i32: 1503238553, 1203238553>, multipliers1 = array<i32>,
         shifts = array<i32: 32, 40>, zero_point = 7 : i32, lo = 0 : i32, hi = 255 : i32, rounding = #dyadic.rounding<half_up>, axis = 1 : i64}
     : (tensor<2x2xi32>) -> tensor<2x2xui8>
  return %1 : tensor<2x2xui8>
}

// -----

// Integer convolution: the halo holds the zero point, weights and compensation are constants, Form F is proved.
// CHECK-LABEL: func.func @main
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 17 : i32
// CHECK: %[[Q:.*]] = memref.alloc() : memref<64xi8>
// CHECK: kernel.launch @fill_{{.*}} ins({{.*}}%[[ZERO]]{{.*}}) outs(%[[Q]] : memref<64xi8>)
// CHECK: kernel.launch @qc_quantize_{{.*}} outs(%[[Q]] : memref<64xi8>)
// CHECK: kernel.launch @contract_{{.*}} ins({{.*}}%[[Q]]{{.*}} {kernel.macs = 1152 : i64, kernel.type = "int8"}
// CHECK: kernel.func @contract_
// CHECK: kernel.contract {mma = #kernel.mma<u8s8>}
// CHECK: kernel.requant high
func.func @main(%x: tensor<1x4x3x3xf32>) -> tensor<1x8x3x3xui8> {
  %s = qc.constant dense<0.5> : tensor<f32>
  %z = qc.constant dense<17> : tensor<ui8>
  %w = qc.constant dense<3> : tensor<8x4x2x2xi8>
  %q = qc.quantize %x, %s, %z {format = #qc.format<ui8>} : (tensor<1x4x3x3xf32>, tensor<f32>, tensor<ui8>) -> tensor<1x4x3x3xui8>
  %0 = dyadic.conv %q, %w {x_zero_point = 17 : i32, strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64}
     : (tensor<1x4x3x3xui8>, tensor<8x4x2x2xi8>) -> tensor<1x8x3x3xi32>
  %1 = dyadic.requant %0 {term_zero_points = array<i32: 0>, multipliers = array<i32: 1503238553>, multipliers1 = array<i32>, shifts = array<i32: 38>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<1x8x3x3xi32>) -> tensor<1x8x3x3xui8>
  return %1 : tensor<1x8x3x3xui8>
}

// -----

// Equal bodies are one kernel, whatever the sizes.
// CHECK-LABEL: func.func @main
// CHECK: kernel.launch @[[K:qc_relu_[0-9a-f]+]] grid
// CHECK: kernel.launch @[[K]] grid
// CHECK: kernel.func @[[K]]
// CHECK-NOT: kernel.func
func.func @main(%x: tensor<4xf32>, %y: tensor<5x7xf32>) -> (tensor<4xf32>, tensor<5x7xf32>) {
  %0 = qc.relu %x : (tensor<4xf32>) -> tensor<4xf32>
  %1 = qc.relu %y : (tensor<5x7xf32>) -> tensor<5x7xf32>
  return %0, %1 : tensor<4xf32>, tensor<5x7xf32>
}

// -----

// Sums of two codes need 32 bits only.
// CHECK-LABEL: kernel.func @dyadic_requant_
// CHECK: kernel.requant narrow
func.func @main(%a: tensor<4xui8>, %b: tensor<4xui8>) -> tensor<4xui8> {
  %0 = dyadic.requant %a, %b {term_zero_points = array<i32: 3, 4>, multipliers = array<i32: 2097152>, multipliers1 = array<i32: 4194303>, shifts = array<i32: 22>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<4xui8>, tensor<4xui8>) -> tensor<4xui8>
  return %0 : tensor<4xui8>
}

// -----

// Unknown dimensions: sizes are computed beside the launches, the kernels are those of known sizes.
// CHECK-LABEL: func.func @main
// CHECK-SAME: %[[X:[a-z0-9]+]]: memref<?x3x4xf32>
// CHECK: %[[N:.*]] = memref.dim %[[X]], %{{.*}} : memref<?x3x4xf32>
// CHECK: kernel.launch @depthwise_{{.*}} grid
// CHECK: kernel.launch @contract_
// CHECK-NOT: kernel.macs
// CHECK: kernel.func
func.func @main(%x: tensor<?x3x4xf32>) -> tensor<?x2xf32> {
  %v = qc.constant dense<0.25> : tensor<3x1x3xf32>
  %w = qc.constant dense<0.5> : tensor<12x2xf32>
  %0 = qc.conv %x, %v {strides = array<i64: 1>, pads = array<i64: 1, 1>, dilations = array<i64: 1>, group = 3 : i64}
     : (tensor<?x3x4xf32>, tensor<3x1x3xf32>) -> tensor<?x3x4xf32>
  %1 = qc.reshape %0 {shape = array<i64: -1, 12>} : (tensor<?x3x4xf32>) -> tensor<?x12xf32>
  %2 = qc.matmul %1, %w : (tensor<?x12xf32>, tensor<12x2xf32>) -> tensor<?x2xf32>
  return %2 : tensor<?x2xf32>
}
