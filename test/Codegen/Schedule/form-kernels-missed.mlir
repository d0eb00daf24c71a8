// A requant whose ranges prove no cheap form keeps the wide one, and says why.
// RUN: qc-opt %s --pass-pipeline='builtin.module(func.func(qc-assign-layouts),qc-form-kernels)' --split-input-file --remarks-filter='qc-form-kernels' --remark-format=emitRemark --verify-diagnostics

func.func @main(%x: tensor<4xi32>) -> tensor<4xui8> {
  // expected-remark @below {{the range of a term is not known}}
  %0 = dyadic.requant %x {term_zero_points = array<i32: 0>, multipliers = array<i32: 1503238553>, multipliers1 = array<i32>, shifts = array<i32: 38>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<4xi32>) -> tensor<4xui8>
  return %0 : tensor<4xui8>
}

// -----

func.func @main(%x: tensor<4xui8>) -> tensor<4xui8> {
  // expected-remark @below {{channel 0: a term times 2^(32-s) is not below 2^31}}
  %0 = dyadic.requant %x {term_zero_points = array<i32: 0>, multipliers = array<i32: 1503238553>, multipliers1 = array<i32>, shifts = array<i32: 4>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<4xui8>) -> tensor<4xui8>
  return %0 : tensor<4xui8>
}

// -----

// A tie is possible: half_even stays.
func.func @main(%x: tensor<4xui8>) -> tensor<4xui8> {
  // expected-remark @below {{channel 0: the rounding is half_even}}
  %0 = dyadic.requant %x {term_zero_points = array<i32: 0>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32>, shifts = array<i32: 33>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32, rounding = #dyadic.rounding<half_even>} : (tensor<4xui8>) -> tensor<4xui8>
  return %0 : tensor<4xui8>
}
