// Each way in which the QDQ form can be wrong.
// RUN: qc-opt %s --split-input-file --qc-verify-quantized --verify-diagnostics

func.func @main(%x: tensor<?xf32>, %s: tensor<f32>) -> tensor<?xf32> {
  %z = qc.constant dense<0> : tensor<ui8>
  // expected-error @below {{'qc.quantize' op expects a constant scale that is positive and finite, and a constant zero point}}
  %q = qc.quantize %x, %s, %z {format = #qc.format<ui8>} : (tensor<?xf32>, tensor<f32>, tensor<ui8>) -> tensor<?xui8>
  return %x : tensor<?xf32>
}
// -----
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  %s = qc.constant dense<0.0> : tensor<f32>
  %z = qc.constant dense<0> : tensor<ui8>
  // expected-error @below {{'qc.quantize' op expects a constant scale that is positive and finite, and a constant zero point}}
  %q = qc.quantize %x, %s, %z {format = #qc.format<ui8>} : (tensor<2xf32>, tensor<f32>, tensor<ui8>) -> tensor<2xui8>
  return %x : tensor<2xf32>
}
// -----
func.func @main(%x: tensor<2xui8>) -> tensor<2xf32> {
  %s = qc.constant dense<0x7F800000> : tensor<f32>
  // expected-error @below {{'qc.dequantize' op expects a constant scale that is positive and finite, and a constant zero point}}
  %q = qc.dequantize %x, %s {format = #qc.format<ui8>} : (tensor<2xui8>, tensor<f32>) -> tensor<2xf32>
  return %q : tensor<2xf32>
}
// -----
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  %s = qc.constant dense<1.0> : tensor<f32>
  %t = qc.constant dense<2.0> : tensor<f32>
  %q = qc.quantize %x, %s {format = #qc.format<ui8>} : (tensor<2xf32>, tensor<f32>) -> tensor<2xui8>
  // expected-error @below {{'qc.dequantize' op expects the scale and zero point that its codes were made with}}
  %d = qc.dequantize %q, %t {format = #qc.format<ui8>} : (tensor<2xui8>, tensor<f32>) -> tensor<2xf32>
  return %d : tensor<2xf32>
}
// -----
// Parameters are followed through moves.
func.func @main(%x: tensor<2xf32>) -> tensor<1x2xf32> {
  %s = qc.constant dense<1.0> : tensor<f32>
  %t = qc.constant dense<2.0> : tensor<f32>
  %q = qc.quantize %x, %s {format = #qc.format<ui8>} : (tensor<2xf32>, tensor<f32>) -> tensor<2xui8>
  %r = qc.reshape %q {shape = array<i64: 1, 2>, qc.assignment = #qc.assignment<ui8, [ui8], "", default>} : (tensor<2xui8>) -> tensor<1x2xui8>
  // expected-error @below {{'qc.dequantize' op expects the scale and zero point that its codes were made with}}
  %d = qc.dequantize %r, %t {format = #qc.format<ui8>} : (tensor<1x2xui8>, tensor<f32>) -> tensor<1x2xf32>
  return %d : tensor<1x2xf32>
}
// -----
func.func @main(%x: tensor<2xf32>) -> tensor<4xf32> {
  %s = qc.constant dense<1.0> : tensor<f32>
  %t = qc.constant dense<2.0> : tensor<f32>
  %q = qc.quantize %x, %s {format = #qc.format<ui8>} : (tensor<2xf32>, tensor<f32>) -> tensor<2xui8>
  %p = qc.quantize %x, %t {format = #qc.format<ui8>} : (tensor<2xf32>, tensor<f32>) -> tensor<2xui8>
  // expected-error @below {{'qc.concat' op expects operands of one scale and zero point}}
  %c = qc.concat %q, %p {axis = 0 : i64, qc.assignment = #qc.assignment<ui8, [ui8, ui8], "", default>} : (tensor<2xui8>, tensor<2xui8>) -> tensor<4xui8>
  %d = qc.dequantize %c, %s {format = #qc.format<ui8>} : (tensor<4xui8>, tensor<f32>) -> tensor<4xf32>
  return %d : tensor<4xf32>
}
// -----
// An island cannot be int8, nor can an operation that is none of qc's.
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @below {{'qc.log_softmax' op expects a float qc.assignment: the operation has no integer form yet}}
  %y = qc.log_softmax %x {axis = 0 : i64, qc.assignment = #qc.assignment<ui8, [ui8], "", default>} : (tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}
// -----
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @below {{'arith.addf' op expects a float qc.assignment: the operation has no integer form yet}}
  %y = arith.addf %x, %x {qc.assignment = #qc.assignment<ui8, [ui8, ui8], "", default>} : tensor<2xf32>
  return %y : tensor<2xf32>
}
// -----
func.func @main(%x: tensor<2xf32>) -> tensor<1x2xf32> {
  // expected-error @below {{'qc.reshape' op expects codes, got 'tensor<2xf32>'}}
  %r = qc.reshape %x {shape = array<i64: 1, 2>, qc.assignment = #qc.assignment<ui8, [ui8], "", default>} : (tensor<2xf32>) -> tensor<1x2xf32>
  return %r : tensor<1x2xf32>
}
// -----
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @below {{'qc.relu' op expects operand 0 to be dequantized codes}}
  %y = qc.relu %x {qc.assignment = #qc.assignment<ui8, [ui8], "", default>} : (tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}
// -----
func.func @main(%x: tensor<2xui8>) -> tensor<2xf32> {
  %s = qc.constant dense<1.0> : tensor<f32>
  %d = qc.dequantize %x, %s {format = #qc.format<ui8>} : (tensor<2xui8>, tensor<f32>) -> tensor<2xf32>
  // expected-error @below {{'qc.relu' op expects its result to be rounded by qc.quantize}}
  %y = qc.relu %d {qc.assignment = #qc.assignment<ui8, [ui8], "", default>} : (tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}
// -----
// An add that is read twice is rounded before a relu.
func.func @main(%x: tensor<2xui8>) -> (tensor<2xui8>, tensor<2xf32>) {
  %s = qc.constant dense<1.0> : tensor<f32>
  %d = qc.dequantize %x, %s {format = #qc.format<ui8>} : (tensor<2xui8>, tensor<f32>) -> tensor<2xf32>
  // expected-error @below {{'qc.add' op expects its result to be rounded by qc.quantize}}
  %a = qc.add %d, %d {qc.assignment = #qc.assignment<ui8, [ui8, ui8], "", default>} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  // expected-error @below {{'qc.relu' op expects operand 0 to be dequantized codes}}
  %y = qc.relu %a {qc.assignment = #qc.assignment<ui8, [ui8], "", default>} : (tensor<2xf32>) -> tensor<2xf32>
  %q = qc.quantize %y, %s {format = #qc.format<ui8>} : (tensor<2xf32>, tensor<f32>) -> tensor<2xui8>
  return %q, %a : tensor<2xui8>, tensor<2xf32>
}
// -----
// A relu ends a contraction group: no chain goes on behind it.
func.func @main(%x: tensor<?x2xui8>, %w: tensor<2x2xui8>) -> tensor<?x2xui8> {
  %s = qc.constant dense<1.0> : tensor<f32>
  %d = qc.dequantize %x, %s {format = #qc.format<ui8>} : (tensor<?x2xui8>, tensor<f32>) -> tensor<?x2xf32>
  %e = qc.dequantize %w, %s {format = #qc.format<ui8>} : (tensor<2x2xui8>, tensor<f32>) -> tensor<2x2xf32>
  %p = qc.matmul %d, %e {qc.assignment = #qc.assignment<ui8, [ui8, ui8], "", default>} : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  // expected-error @below {{'qc.relu' op expects its result to be rounded by qc.quantize}}
  %r = qc.relu %p {qc.assignment = #qc.assignment<ui8, [ui8], "", default>} : (tensor<?x2xf32>) -> tensor<?x2xf32>
  // expected-error @below {{'qc.hard_swish' op expects operand 0 to be dequantized codes}}
  %h = qc.hard_swish %r {qc.assignment = #qc.assignment<ui8, [ui8], "", default>} : (tensor<?x2xf32>) -> tensor<?x2xf32>
  %q = qc.quantize %h, %s {format = #qc.format<ui8>} : (tensor<?x2xf32>, tensor<f32>) -> tensor<?x2xui8>
  return %q : tensor<?x2xui8>
}
// -----
// An add takes in one contraction, the other is rounded.
func.func @main(%x: tensor<?x2xui8>, %w: tensor<2x2xui8>) -> tensor<?x2xui8> {
  %s = qc.constant dense<1.0> : tensor<f32>
  %d = qc.dequantize %x, %s {format = #qc.format<ui8>} : (tensor<?x2xui8>, tensor<f32>) -> tensor<?x2xf32>
  %e = qc.dequantize %w, %s {format = #qc.format<ui8>} : (tensor<2x2xui8>, tensor<f32>) -> tensor<2x2xf32>
  // expected-error @below {{'qc.matmul' op expects its result to be rounded by qc.quantize}}
  %p = qc.matmul %d, %e {qc.assignment = #qc.assignment<ui8, [ui8, ui8], "", default>} : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  %r = qc.matmul %d, %e {qc.assignment = #qc.assignment<ui8, [ui8, ui8], "", default>} : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  // expected-error @below {{'qc.add' op expects operand 0 to be dequantized codes}}
  %a = qc.add %p, %r {qc.assignment = #qc.assignment<ui8, [ui8, ui8], "", default>} : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
  %q = qc.quantize %a, %s {format = #qc.format<ui8>} : (tensor<?x2xf32>, tensor<f32>) -> tensor<?x2xui8>
  return %q : tensor<?x2xui8>
}
// -----
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @below {{'qc.log_softmax' op expects a qc.assignment that is not float, or a qc.float_reason}}
  %y = qc.log_softmax %x {axis = 0 : i64} : (tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}
// -----
qc.stats @x {of = "x", count = 1 : i64, min = 0.0 : f32, max = 1.0 : f32, data = "", epoch = 0 : i64}
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @below {{'qc.observe' op expects no observer behind quantize}}
  qc.observe %x @x : tensor<2xf32>
  return %x : tensor<2xf32>
}
// -----
func.func @main(%q: tensor<4xui8>) -> tensor<4xui8> {
  %s = qc.constant dense<0.5> : tensor<f32>
  %z = qc.constant dense<5> : tensor<ui8>
  %x = qc.dequantize %q, %s, %z {format = #qc.format<ui8>} : (tensor<4xui8>, tensor<f32>, tensor<ui8>) -> tensor<4xf32>
  // expected-error @below {{'qc.relu' op expects codes of type 'ui16' as its assignment says, got 'ui8'}}
  %0 = qc.relu %x {qc.assignment = #qc.assignment<ui16, [ui8], "", default>} : (tensor<4xf32>) -> tensor<4xf32>
  %1 = qc.quantize %0, %s, %z {format = #qc.format<ui8>} : (tensor<4xf32>, tensor<f32>, tensor<ui8>) -> tensor<4xui8>
  return %1 : tensor<4xui8>
}
