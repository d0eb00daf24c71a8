// The border of the prepare phase: each thing that must be gone is an error.
// RUN: qc-opt %s --qc-verify-prepared=max-growth=64 --split-input-file --verify-diagnostics

// What prepare leaves is accepted: a batch_norm that nothing can take up, an operation that would grow, open shapes.
func.func @accepted(%x: tensor<?x2xf32>, %w: tensor<2x?xf32>, %c: tensor<2xf32>) -> (tensor<?x2xf32>, tensor<?x?xf32>, tensor<10x10xf32>, tensor<2xui8>) {
  %bias = qc.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %b = qc.constant dense<1.0> : tensor<2x2xf32>
  %0 = qc.gemm %x, %b plus %bias {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = false, trans_b = false} : (tensor<?x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  %1 = qc.relu %0 : (tensor<?x2xf32>) -> tensor<?x2xf32>
  %2 = qc.batch_norm %1, %c, %c, %c, %c {epsilon = 1.0e-5 : f32} : (tensor<?x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  %3 = qc.gemm %x, %w {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = false, trans_b = false} : (tensor<?x2xf32>, tensor<2x?xf32>) -> tensor<?x?xf32>
  %column = qc.constant dense<1.0> : tensor<10x1xf32>
  %row = qc.constant dense<1.0> : tensor<10xf32>
  %4 = qc.add %column, %row : (tensor<10x1xf32>, tensor<10xf32>) -> tensor<10x10xf32>
  %s = qc.constant dense<0.5> : tensor<f32>
  %5 = qc.quantize %bias, %s {format = #qc.format<ui8>} : (tensor<2xf32>, tensor<f32>) -> tensor<2xui8>
  return %2, %3, %4, %5 : tensor<?x2xf32>, tensor<?x?xf32>, tensor<10x10xf32>, tensor<2xui8>
}

// -----

func.func @constant_subgraph() -> tensor<2xf32> {
  %c = qc.constant dense<[1.0, 2.0]> : tensor<2xf32>
  // expected-error @below {{'qc.relu' op has constant operands only: qc-fold-constants folds it}}
  %y = qc.relu %c : (tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

func.func @batch_norm(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %b = qc.constant dense<1.0> : tensor<2x2xf32>
  %c = qc.constant dense<1.0> : tensor<2xf32>
  %0 = qc.matmul %x, %b : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  // expected-error @below {{'qc.batch_norm' op belongs into the contraction in front: qc-fold-batch-norm folds it}}
  %1 = qc.batch_norm %0, %c, %c, %c, %c {epsilon = 1.0e-5 : f32} : (tensor<?x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  return %1 : tensor<?x2xf32>
}

// -----

// Every fault is named, not the first alone.
func.func @gemms(%x: tensor<2x2xf32>, %c: tensor<2xf32>) {
  %one = qc.constant dense<1.0> : tensor<1xf32>
  // expected-error @below {{'qc.gemm' op is not in the normal form of qc-normalize-gemm: alpha is 0.5}}
  %0 = qc.gemm %x, %x {alpha = 0.5 : f32, beta = 1.0 : f32, trans_a = false, trans_b = false} : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  // expected-error @below {{beta is 0}}
  %1 = qc.gemm %x, %x {alpha = 1.0 : f32, beta = 0.0 : f32, trans_a = false, trans_b = false} : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  // expected-error @below {{a is transposed}}
  %2 = qc.gemm %x, %x {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = true, trans_b = true} : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  // expected-error @below {{b is transposed}}
  %3 = qc.gemm %x, %x {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = false, trans_b = true} : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  // expected-error @below {{c is not a constant}}
  %4 = qc.gemm %x, %x plus %c {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = false, trans_b = false} : (tensor<2x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  // expected-error @below {{c does not have one value per column}}
  %5 = qc.gemm %x, %x plus %one {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = false, trans_b = false} : (tensor<2x2xf32>, tensor<2x2xf32>, tensor<1xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @identities(%x: tensor<?x3xf32>) -> (tensor<?x3xf32>, tensor<?x3xf32>) {
  // expected-error @below {{'qc.reshape' op gives back its operand: qc-fold-constants folds it}}
  %0 = qc.reshape %x {shape = array<i64: -1, 3>} : (tensor<?x3xf32>) -> tensor<?x3xf32>
  // expected-error @below {{'qc.transpose' op gives back its operand: qc-fold-constants folds it}}
  %1 = qc.transpose %x {perm = array<i64: 0, 1>} : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %0, %1 : tensor<?x3xf32>, tensor<?x3xf32>
}

// -----

// expected-error @below {{expects ranked tensors as arguments, got 'f32'}}
func.func @scalar(%x: f32) -> f32 {
  // expected-error @below {{'func.return' op expects ranked tensors only behind prepare}}
  return %x : f32
}

// -----

func.func @moves(%x: tensor<1x1x4xf32>, %w: tensor<1x1x3xf32>) -> (tensor<1x1x4xf32>, tensor<1x1x6xf32>) {
  // expected-error @below {{'qc.pad' op gives back its operand: qc-fold-constants folds it}}
  %0 = qc.pad %x edge {begins = array<i64: 0, 0, 0>, ends = array<i64: 0, 0, 0>} : (tensor<1x1x4xf32>) -> tensor<1x1x4xf32>
  // expected-error @below {{is left by qc-expand-conv-transpose: accepted are constant weights and bias}}
  %1 = qc.conv_transpose %x, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, output_padding = array<i64: 0>,
       group = 1 : i64} : (tensor<1x1x4xf32>, tensor<1x1x3xf32>) -> tensor<1x1x6xf32>
  return %0, %1 : tensor<1x1x4xf32>, tensor<1x1x6xf32>
}

// -----

func.func @scales(%x: tensor<1x1x?xf32>, %s: tensor<3xf32>) -> tensor<?x?x?xf32> {
  // expected-error @below {{'qc.resize_nearest' op has scales that are computed when the model runs: accepted are scales that are constants once sizes are bound (--input-shape), or sizes instead of scales}}
  %0 = qc.resize_nearest %x by %s asymmetric floor {scales = array<f32>, sizes = array<i64>} : (tensor<1x1x?xf32>, tensor<3xf32>) -> tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

func.func @branch(%x: tensor<2xf32>) -> tensor<2xf32> {
  %c = qc.constant dense<false> : tensor<i1>
  // expected-error @below {{'qc.if' op has a condition that is constant: qc-fold-constants folds it}}
  %0 = qc.if %c : (tensor<i1>) -> tensor<2xf32> {
    qc.yield %x : tensor<2xf32>
  } else {
    qc.yield %x : tensor<2xf32>
  }
  return %0 : tensor<2xf32>
}
// -----
// Two states of one symbol stay as long as each other.
module attributes {qc.state = [["a", "an"], ["b", "bn"]], qc.symbols = {P = array<i64: 0, 9>}} {
  // expected-error @+1 {{state '' has a dimension 0 called 'P', as dimension 0 of state '' is, but behind a run they are P + 2 and P + 1; accepted are equal sizes, or two names: --input-shape}}
  func.func @main(%x: tensor<1xf32> {qc.name = "x"}, %a: tensor<?xf32> {qc.name = "a", qc.dims = ["P"]}, %b: tensor<?xf32> {qc.name = "b", qc.dims = ["P"]}) -> (tensor<1xf32> {qc.name = "y"}, tensor<?xf32> {qc.name = "an"}, tensor<?xf32> {qc.name = "bn"}) {
    %an = qc.concat %a, %x {axis = 0 : i64} : (tensor<?xf32>, tensor<1xf32>) -> tensor<?xf32>
    %bn = qc.concat %b, %x, %x {axis = 0 : i64} : (tensor<?xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<?xf32>
    return %x, %an, %bn : tensor<1xf32>, tensor<?xf32>, tensor<?xf32>
  }
}
