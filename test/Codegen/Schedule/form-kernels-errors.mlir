// What has no kernel is refused, by name.
// RUN: qc-opt %s --pass-pipeline='builtin.module(func.func(qc-assign-layouts),qc-form-kernels)' --split-input-file --verify-diagnostics

// expected-error @below {{module has no function @main}}
module {
}

// -----

// expected-error @below {{'func.func' op expects one block}}
func.func private @main(tensor<2xf32>) -> tensor<2xf32>

// -----

// expected-error @below {{value has no kernels for its type 'tensor<2xf64>'}}
func.func @main(%x: tensor<2xf64>) -> tensor<2xf64> {
  return %x : tensor<2xf64>
}

// -----

// expected-error @below {{value has no kernels for its type 'tensor<2xi4>'}}
func.func @main(%x: tensor<2xi4>) -> tensor<2xi4> {
  return %x : tensor<2xi4>
}

// -----

func.func @main(%x: tensor<2xf32>) -> tensor<2xf64> {
  // expected-error @below {{value has no kernels for its type 'tensor<2xf64>'}}
  %c = qc.constant dense<1.0> : tensor<2xf64>
  return %c : tensor<2xf64>
}

// -----

func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @below {{'arith.addf' op has no kernel}}
  %0 = arith.addf %x, %x : tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

func.func @main(%x: tensor<2xf32>) -> index {
  // expected-error @below {{'arith.constant' op has no kernel for the type 'index'}}
  %0 = arith.constant 1 : index
  return %0 : index
}

// -----

func.func @main(%x: tensor<2xf32>, %s: tensor<f32>) -> tensor<2xui8> {
  // expected-error @below {{'qc.quantize' op has no kernel: its scale and zero point must be constants}}
  %0 = qc.quantize %x, %s {format = #qc.format<ui8>} : (tensor<2xf32>, tensor<f32>) -> tensor<2xui8>
  return %0 : tensor<2xui8>
}

// -----

func.func @main(%x: tensor<1x4x6x?xf32>, %w: tensor<8x4x?x3xf32>) -> tensor<1x8x?x?xf32> {
  // expected-error @below {{'qc.conv' op has a kernel of unknown size}}
  %0 = qc.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64}
     : (tensor<1x4x6x?xf32>, tensor<8x4x?x3xf32>) -> tensor<1x8x?x?xf32>
  return %0 : tensor<1x8x?x?xf32>
}

// -----

func.func @main(%x: tensor<1x4x6x6xf32>, %w: tensor<?x4x3x3xf32>) -> tensor<1x?x4x4xf32> {
  // expected-error @below {{'qc.conv' op has weights of unknown shape}}
  %0 = qc.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64}
     : (tensor<1x4x6x6xf32>, tensor<?x4x3x3xf32>) -> tensor<1x?x4x4xf32>
  return %0 : tensor<1x?x4x4xf32>
}

// -----

func.func @main(%x: tensor<1x1x2000x2000xui8>) -> tensor<1x1x1x1xui8> {
  // expected-error @below {{'dyadic.avg_pool' op has windows of too many sizes for a table}}
  %0 = dyadic.avg_pool %x {x_zero_point = 1 : i32, kernel = array<i64: 2000, 2000>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
         dilations = array<i64: 1, 1>, ceil_mode = false, count_include_pad = false, counts = array<i64: 3, 4000000>,
         multipliers = array<i32: 1073741824, 1073741824>, shifts = array<i32: 32, 53>, zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32}
       : (tensor<1x1x2000x2000xui8>) -> tensor<1x1x1x1xui8>
  return %0 : tensor<1x1x1x1xui8>
}

// -----

func.func @main(%x: tensor<4194304x1xf32>, %y: tensor<1x8388608xf32>) -> tensor<1xf32> {
  // expected-error @below {{value is too large for memory: it has more than 17592186044416 elements}}
  %0 = qc.add %x, %y : (tensor<4194304x1xf32>, tensor<1x8388608xf32>) -> tensor<4194304x8388608xf32>
  %c = qc.constant dense<1.0> : tensor<1xf32>
  return %c : tensor<1xf32>
}
