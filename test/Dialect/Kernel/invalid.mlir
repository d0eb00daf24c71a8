// One refusal for each labelled constraint of the kernel dialect; the function has the label's name.
// RUN: qc-opt %s --split-input-file --verify-diagnostics

func.func @layout_c1() attributes {
  // expected-error @below {{expects order to be a permutation of 0 .. 1, got 1}}
  test.layout = #kernel.layout<order = [1, 1], halo_begin = [0, 0], halo_end = [0, 0]>} {
  return
}
// -----
func.func @layout_c1_range() attributes {
  // expected-error @below {{expects order to be a permutation of 0 .. 1, got 2}}
  test.layout = #kernel.layout<order = [0, 2], halo_begin = [0, 0], halo_end = [0, 0]>} {
  return
}
// -----
func.func @layout_c2() attributes {
  // expected-error @below {{expects one halo >= 0 for each of 2 dimensions}}
  test.layout = #kernel.layout<order = [0, 1], halo_begin = [0], halo_end = [0, 0]>} {
  return
}
// -----
func.func @layout_c2_negative() attributes {
  // expected-error @below {{expects one halo >= 0 for each of 2 dimensions}}
  test.layout = #kernel.layout<order = [0, 1], halo_begin = [0, 0], halo_end = [0, -1]>} {
  return
}
// -----
// expected-error @below {{expects a last argument of type index, the tile}}
kernel.func @kernel_func_c1(%x: memref<?xf32>) {
  kernel.return
}
// -----
// expected-error @below {{expects arguments of type memref<?xT>, index, i32, i64 or f32, got 'memref<4xf32>'}}
kernel.func @kernel_func_c2(%x: memref<4xf32>, %tile: index) {
  kernel.return
}
// -----
// expected-error @below {{expects arguments of type memref<?xT>, index, i32, i64 or f32, got 'memref<?xui8>'}}
kernel.func @kernel_func_c2_signedness(%x: memref<?xui8>, %tile: index) {
  kernel.return
}
// -----
// expected-error @below {{expects no result}}
kernel.func @kernel_func_c2_result(%tile: index) -> index {
  kernel.return
}
// -----
// expected-error @below {{expects one block that ends in kernel.return}}
kernel.func @kernel_func_c3(%tile: index) {
  %c = arith.constant 1 : index
}
// -----
func.func @launch_c1(%n: index) {
  // expected-error @below {{expects the symbol of a kernel.func, got @launch_c1}}
  kernel.launch @launch_c1 grid(%n)
  return
}
// -----
kernel.func @k(%x: memref<?xf32>, %tile: index) {
  kernel.return
}
func.func @launch_c2(%n: index) {
  // expected-error @below {{expects 1 ins and outs, got 0}}
  kernel.launch @k grid(%n)
  return
}
// -----
kernel.func @k(%x: memref<?xf32>, %tile: index) {
  kernel.return
}
func.func @launch_c2_element(%n: index, %x: memref<4xi32>) {
  // expected-error @below {{expects an operand of type 'memref<?xf32>', got 'memref<4xi32>'}}
  kernel.launch @k grid(%n) ins(%x : memref<4xi32>)
  return
}
// -----
kernel.func @k(%x: i32, %tile: index) {
  kernel.return
}
func.func @launch_c2_number(%n: index, %x: i64) {
  // expected-error @below {{expects an operand of type 'i32', got 'i64'}}
  kernel.launch @k grid(%n) ins(%x : i64)
  return
}
// -----
kernel.func @k(%x: index, %tile: index) {
  kernel.return
}
func.func @launch_c3(%n: index) {
  // expected-error @below {{operand #1 must be variadic of memref of any type values, but got 'index'}}
  kernel.launch @k grid(%n) outs(%n : index)
  return
}
// -----
func.func @kernel_constant_c1() {
  // expected-error @below {{expects either a value or an offset}}
  %w = kernel.constant {offset = 0 : i64, value = dense<1> : tensor<2xi8>} : memref<2xi8>
  return
}
// -----
func.func @kernel_constant_c1_none() {
  // expected-error @below {{expects either a value or an offset}}
  %w = kernel.constant : memref<2xi8>
  return
}
// -----
func.func @kernel_constant_c2() {
  // expected-error @below {{expects a value with the number and size of the buffer's elements, got 'tensor<3xi8>'}}
  %w = kernel.constant {value = dense<1> : tensor<3xi8>} : memref<2xi8>
  return
}
// -----
func.func @kernel_constant_c2_width() {
  // expected-error @below {{expects a value with the number and size of the buffer's elements, got 'tensor<2xi16>'}}
  %w = kernel.constant {value = dense<1> : tensor<2xi16>} : memref<2xi8>
  return
}
// -----
kernel.func @contract_c1(%x: memref<?xf32>, %taps: memref<?xi64>, %n: index, %y: memref<?xf32>, %tile: index) {
  // expected-error @below {{expects x of 'i8' and w of 'i8' elements, got 'memref<?xf32>' and 'memref<?xf32>'}}
  kernel.contract {mma = #kernel.mma<s8s8>} m %n n %n column %n runs %n len %n x %x[%n, %n] taps %taps w %x[%n] y %y[%n, %n] per_n()[%n] per_mn() {
  ^bb0(%acc: i32):
    kernel.yield %acc : i32
  } : memref<?xf32>, memref<?xi64>, memref<?xf32>, memref<?xf32>
  kernel.return
}
// -----
kernel.func @contract_c1_float(%x: memref<?xf32>, %w: memref<?xi8>, %taps: memref<?xi64>, %n: index, %y: memref<?xf32>, %tile: index) {
  // expected-error @below {{expects x of 'f32' and w of 'f32' elements, got 'memref<?xf32>' and 'memref<?xi8>'}}
  kernel.contract {mma = #kernel.mma<f32>} m %n n %n column %n runs %n len %n x %x[%n, %n] taps %taps w %w[%n] y %y[%n, %n] per_n()[%n] per_mn() {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  } : memref<?xf32>, memref<?xi64>, memref<?xi8>, memref<?xf32>
  kernel.return
}
// -----
kernel.func @contract_c2(%x: memref<?xf32>, %taps: memref<?xi64>, %n: index, %y: memref<?xf32>, %tile: index) {
  // expected-error @below {{expects an epilogue with arguments of types 'f32'}}
  kernel.contract {mma = #kernel.mma<f32>} m %n n %n column %n runs %n len %n x %x[%n, %n] taps %taps w %x[%n] y %y[%n, %n] per_n()[%n] per_mn() {
  ^bb0(%acc: f32, %more: f32):
    kernel.yield %acc : f32
  } : memref<?xf32>, memref<?xi64>, memref<?xf32>, memref<?xf32>
  kernel.return
}
// -----
kernel.func @contract_c2_yield(%x: memref<?xf32>, %taps: memref<?xi64>, %n: index, %y: memref<?xi8>, %tile: index) {
  // expected-error @below {{expects an epilogue that yields 'i8'}}
  kernel.contract {mma = #kernel.mma<f32>} m %n n %n column %n runs %n len %n x %x[%n, %n] taps %taps w %x[%n] y %y[%n, %n] per_n()[%n] per_mn() {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  } : memref<?xf32>, memref<?xi64>, memref<?xf32>, memref<?xi8>
  kernel.return
}
// -----
kernel.func @contract_c3(%x: memref<?xf32>, %taps: memref<?xi64>, %n: index, %y: memref<?xf32>, %tile: index) {
  // expected-error @below {{expects an offset and a step for each of 1 per_mn buffers}}
  kernel.contract {mma = #kernel.mma<f32>} m %n n %n column %n runs %n len %n x %x[%n, %n] taps %taps w %x[%n] y %y[%n, %n] per_n()[%n]
    per_mn(%x[%n][] : memref<?xf32>) {
  ^bb0(%acc: f32, %r: f32):
    kernel.yield %acc : f32
  } : memref<?xf32>, memref<?xi64>, memref<?xf32>, memref<?xf32>
  kernel.return
}
// -----
kernel.func @contract_c4(%x: memref<?xi8>, %taps: memref<?xi64>, %n: index, %y: memref<?xi32>, %tile: index) {
  // expected-error @below {{expects blocks on sums of f32 only, got them on u8s8}}
  kernel.contract {blocks, mma = #kernel.mma<u8s8>} m %n n %n column %n runs %n len %n x %x[%n, %n] taps %taps w %x[%n] y %y[%n, %n] per_n()[%n] per_mn() {
  ^bb0(%acc: i32):
    kernel.yield %acc : i32
  } : memref<?xi8>, memref<?xi64>, memref<?xi8>, memref<?xi32>
  kernel.return
}
// -----
kernel.func @contract_c6(%x: memref<?xi8>, %taps: memref<?xi64>, %n: index, %y: memref<?xi32>, %tile: index) {
  // expected-error @below {{expects a weight_group of 32, 64 or 128 beside multipliers of i8 and no f32, or neither}}
  kernel.contract {mma = #kernel.mma<u8s8>, weight_group = 48 : i64} m %n n %n column %n runs %n len %n x %x[%n, %n] taps %taps w %x[%n]
    multipliers %x[%n] : memref<?xi8> y %y[%n, %n] per_n()[%n] per_mn() {
  ^bb0(%acc: i32):
    kernel.yield %acc : i32
  } : memref<?xi8>, memref<?xi64>, memref<?xi8>, memref<?xi32>
  kernel.return
}
// -----
kernel.func @contract_c6_missing(%x: memref<?xi8>, %taps: memref<?xi64>, %n: index, %y: memref<?xi32>, %tile: index) {
  // expected-error @below {{expects a weight_group of 32, 64 or 128 beside multipliers of i8 and no f32, or neither}}
  kernel.contract {mma = #kernel.mma<u8s8>, weight_group = 32 : i64} m %n n %n column %n runs %n len %n x %x[%n, %n] taps %taps w %x[%n]
    y %y[%n, %n] per_n()[%n] per_mn() {
  ^bb0(%acc: i32):
    kernel.yield %acc : i32
  } : memref<?xi8>, memref<?xi64>, memref<?xi8>, memref<?xi32>
  kernel.return
}
// -----
kernel.func @contract_c1_wide(%x: memref<?xi8>, %w: memref<?xi8>, %s: memref<?xi32>, %t: memref<?xi64>, %n: index, %y: memref<?xi32>, %tile: index) {
  // expected-error @below {{expects x of 'i16' and w of 'i8' elements, got 'memref<?xi8>' and 'memref<?xi8>'}}
  kernel.contract {mma = #kernel.mma<u16s8>, planes} m %n n %n column %n runs %n len %n x %x[%n, %n] taps %t w %w[%n] y %y[%n, %n] per_n()[%n] per_mn() {
  ^bb0(%acc: i32, %low: i32):
    kernel.yield %acc : i32
  } : memref<?xi8>, memref<?xi64>, memref<?xi8>, memref<?xi32>
  kernel.return
}
// -----
kernel.func @contract_c2_planes(%x: memref<?xi16>, %w: memref<?xi8>, %s: memref<?xi32>, %t: memref<?xi64>, %n: index, %y: memref<?xi32>, %tile: index) {
  // expected-error @below {{expects an epilogue with arguments of types 'i32', 'i32'}}
  kernel.contract {mma = #kernel.mma<u16s8>, planes} m %n n %n column %n runs %n len %n x %x[%n, %n] taps %t w %w[%n] sums %s : memref<?xi32> y %y[%n, %n] per_n()[%n] per_mn() {
  ^bb0(%acc: i32):
    kernel.yield %acc : i32
  } : memref<?xi16>, memref<?xi64>, memref<?xi8>, memref<?xi32>
  kernel.return
}
// -----
kernel.func @contract_c5(%x: memref<?xi8>, %w: memref<?xi8>, %s: memref<?xi32>, %t: memref<?xi64>, %n: index, %y: memref<?xi32>, %tile: index) {
  // expected-error @below {{expects planes of u16s8 only, got them of u8s8}}
  kernel.contract {mma = #kernel.mma<u8s8>, planes} m %n n %n column %n runs %n len %n x %x[%n, %n] taps %t w %w[%n] y %y[%n, %n] per_n()[%n] per_mn() {
  ^bb0(%acc: i32, %low: i32):
    kernel.yield %acc : i32
  } : memref<?xi8>, memref<?xi64>, memref<?xi8>, memref<?xi32>
  kernel.return
}
// -----
kernel.func @contract_c5_none(%x: memref<?xi16>, %w: memref<?xi8>, %s: memref<?xi32>, %t: memref<?xi64>, %n: index, %y: memref<?xi32>, %tile: index) {
  // expected-error @below {{expects sums of i32 for u16s8, and for nothing else}}
  kernel.contract {mma = #kernel.mma<u16s8>} m %n n %n column %n runs %n len %n x %x[%n, %n] taps %t w %w[%n] y %y[%n, %n] per_n()[%n] per_mn() {
  ^bb0(%acc: i32):
    kernel.yield %acc : i32
  } : memref<?xi16>, memref<?xi64>, memref<?xi8>, memref<?xi32>
  kernel.return
}
// -----
kernel.func @contract_c5_bytes(%x: memref<?xi8>, %w: memref<?xi8>, %s: memref<?xi32>, %t: memref<?xi64>, %n: index, %y: memref<?xi32>, %tile: index) {
  // expected-error @below {{expects sums of i32 for u16s8, and for nothing else}}
  kernel.contract {mma = #kernel.mma<u8s8>} m %n n %n column %n runs %n len %n x %x[%n, %n] taps %t w %w[%n] sums %s : memref<?xi32> y %y[%n, %n] per_n()[%n] per_mn() {
  ^bb0(%acc: i32):
    kernel.yield %acc : i32
  } : memref<?xi8>, memref<?xi64>, memref<?xi8>, memref<?xi32>
  kernel.return
}
// -----
kernel.func @contract_c5_type(%x: memref<?xi16>, %w: memref<?xi8>, %s: memref<?xi32>, %t: memref<?xi64>, %n: index, %y: memref<?xi32>, %tile: index) {
  // expected-error @below {{expects sums of i32 for u16s8, and for nothing else}}
  kernel.contract {mma = #kernel.mma<u16s8>} m %n n %n column %n runs %n len %n x %x[%n, %n] taps %t w %w[%n] sums %t : memref<?xi64> y %y[%n, %n] per_n()[%n] per_mn() {
  ^bb0(%acc: i32):
    kernel.yield %acc : i32
  } : memref<?xi16>, memref<?xi64>, memref<?xi8>, memref<?xi32>
  kernel.return
}
// -----
kernel.func @lookup_c1(%table: memref<?xi8>, %code: i32, %tile: index) {
  // expected-error @below {{operand #1 must be 8-bit signless integer or vector of 8-bit signless integer values of ranks 1, but got 'i32'}}
  %v = kernel.lookup %table[%code] : memref<?xi8>, i32
  kernel.return
}
// -----
kernel.func @kernel_requant_c1(%a: i32, %c: i64, %tile: index) {
  // expected-error @below {{expects one to three terms and as many multipliers, got 1 and 2}}
  %q = kernel.requant wide %a, %a, %a, %c, %a, %a, %a, %a {operandSegmentSizes = array<i32: 1, 2, 1, 1, 1, 1, 1>}
    : (i32, i32, i32, i64, i32, i32, i32, i32) -> i8
  kernel.return
}
// -----
kernel.func @kernel_requant_c2(%a: i32, %c: i64, %tile: index) {
  // expected-error @below {{expects i32 terms, multipliers, shift, zero and bounds and an i64 addend, all scalars or all vectors of one length}}
  %q = kernel.requant wide %c, %a, %c, %a, %a, %a, %a {operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1>}
    : (i64, i32, i64, i32, i32, i32, i32) -> i8
  kernel.return
}
// -----
kernel.func @kernel_requant_c3(%a: i32, %c: i64, %tile: index) {
  // expected-error @below {{expects one term with half_even}}
  %q = kernel.requant half_even %a, %a, %a, %a, %c, %a, %a, %a, %a {operandSegmentSizes = array<i32: 2, 2, 1, 1, 1, 1, 1>}
    : (i32, i32, i32, i32, i64, i32, i32, i32, i32) -> i8
  kernel.return
}

// -----

func.func @kernel_observe_c1(%x: memref<6xf32>) {
  // expected-error @below {{expects 2 strides, got 1}}
  kernel.observe @t0 %x {offset = 0 : i64, shape = array<i64: 2, 3>, strides = array<i64: 1>} : memref<6xf32>
  return
}

// -----

func.func @kernel_observe_c2(%x: memref<6xf32>) {
  // expected-error @below {{expects an offset, dimensions and strides >= 0, got -1}}
  kernel.observe @t0 %x {offset = 0 : i64, shape = array<i64: 2>, strides = array<i64: -1>} : memref<6xf32>
  return
}

// -----

func.func @kernel_check_c1(%n: index) {
  // expected-error @below {{expects either a second operand or a lowest value}}
  kernel.check %n {what = "nothing"}
  return
}

// -----

func.func @kernel_check_c2(%n: index) {
  // expected-error @below {{expects a highest value where it is about a full state}}
  kernel.check %n {what = "dimension 1 of state 'k'", low = 0 : i64, full}
  return
}

// -----

func.func @read_c1(%x: memref<6xf32>, %i: index) {
  // expected-error @below {{expects elements of type i8, i32 or i64, got 'f32'}}
  %n = kernel.read %x[%i] : memref<6xf32>
  return
}

// -----

func.func @kernel_plan_c1(%n: index) {
  // expected-error @below {{expects a first and a last position and an offset for each of 1 buffers}}
  %o = kernel.plan %n {first = array<i64: 0>, last = array<i64>}
  return
}

// -----

qc.stats @t0 {of = "x", count = 0 : i64, min = 0.0 : f32, max = 0.0 : f32, data = "", epoch = 0 : i64}
func.func @kernel_observe_c3(%x: memref<6xi8>) {
  // expected-error @below {{expects an operand for each of 1 unknown numbers, got 0}}
  kernel.observe @t0 %x {offset = 0 : i64, shape = array<i64: -9223372036854775808>, strides = array<i64: 1>} : memref<6xi8>
  return
}
