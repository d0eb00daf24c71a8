// Constraints of operations that read and compute shapes.
// RUN: qc-opt %s --split-input-file --verify-diagnostics

func.func @shape_c1(%x: tensor<?x3xf32>) {
  // expected-error @below {{'qc.shape' op expects 0 <= start <= end <= 2, got 1 and 3}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.shape %x {start = 1 : i64, end = 3 : i64} : (tensor<?x3xf32>) -> tensor<2xi64>
  return
}
// -----
func.func @shape_c1_order(%x: tensor<?x3xf32>) {
  // expected-error @below {{'qc.shape' op expects 0 <= start <= end <= 2, got 1 and 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.shape %x {start = 1 : i64, end = 0 : i64} : (tensor<?x3xf32>) -> tensor<0xi64>
  return
}
// -----
func.func @constant_of_shape_c1(%s: tensor<?xi64>) {
  // expected-error @below {{'qc.constant_of_shape' op expects a shape of rank 1 with a known number of entries}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.constant_of_shape %s {value = dense<0> : tensor<1xi64>} : (tensor<?xi64>) -> tensor<?xi64>
  return
}
// -----
func.func @constant_of_shape_c2() {
  %s = qc.constant dense<[2, -1]> : tensor<2xi64>
  // expected-error @below {{'qc.constant_of_shape' op expects entries >= 0, got -1}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.constant_of_shape %s {value = dense<0> : tensor<1xi64>} : (tensor<2xi64>) -> tensor<2x?xi64>
  return
}
// -----
func.func @constant_of_shape_c3(%s: tensor<1xi64>) {
  // expected-error @below {{'qc.constant_of_shape' op expects a dense value of one element, got dense<0> : tensor<2xi64>}}
  %y = qc.constant_of_shape %s {value = dense<0> : tensor<2xi64>} : (tensor<1xi64>) -> tensor<?xi64>
  return
}
// -----
func.func @range_c1(%a: tensor<i64>, %b: tensor<2xi64>) {
  // expected-error @below {{'qc.range' op expects operands of one element of type 'i64', got 'tensor<2xi64>'}}
  %y = qc.range %a, %b, %a : (tensor<i64>, tensor<2xi64>, tensor<i64>) -> tensor<?xi64>
  return
}
// -----
func.func @range_c1_type(%a: tensor<i64>, %b: tensor<i32>) {
  // expected-error @below {{'qc.range' op expects operands of one element of type 'i64', got 'tensor<i32>'}}
  %y = qc.range %a, %a, %b : (tensor<i64>, tensor<i64>, tensor<i32>) -> tensor<?xi64>
  return
}
// -----
func.func @range_c2(%a: tensor<i64>) {
  %zero = qc.constant dense<0> : tensor<i64>
  // expected-error @below {{'qc.range' op expects a delta other than 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.range %a, %a, %zero : (tensor<i64>, tensor<i64>, tensor<i64>) -> tensor<?xi64>
  return
}
// -----
func.func @expand_c1(%x: tensor<2xf32>, %s: tensor<1x2xi64>) {
  // expected-error @below {{'qc.expand' op expects a shape of rank 1 with a known number of entries}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.expand %x, %s : (tensor<2xf32>, tensor<1x2xi64>) -> tensor<?x?xf32>
  return
}
// -----
func.func @expand_c2(%x: tensor<2xf32>) {
  %s = qc.constant dense<[4, 3]> : tensor<2xi64>
  // expected-error @below {{'qc.expand' op expects shapes that broadcast, got dimensions 2 and 3}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.expand %x, %s : (tensor<2xf32>, tensor<2xi64>) -> tensor<4x2xf32>
  return
}
// -----
func.func @expand_c2_negative(%x: tensor<2xf32>) {
  %s = qc.constant dense<[-1, 2]> : tensor<2xi64>
  // expected-error @below {{'qc.expand' op expects entries >= 0, got -1}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.expand %x, %s : (tensor<2xf32>, tensor<2xi64>) -> tensor<1x2xf32>
  return
}
// -----
func.func @dynamic_reshape_c1(%x: tensor<2x6xf32>, %s: tensor<?xi64>) {
  // expected-error @below {{'qc.dynamic_reshape' op expects a shape of rank 1 with a known number of entries}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.dynamic_reshape %x, %s {allow_zero = false} : (tensor<2x6xf32>, tensor<?xi64>) -> tensor<?xf32>
  return
}
// -----
func.func @dynamic_reshape_c2(%x: tensor<2x6xf32>) {
  %s = qc.constant dense<[-1, -1]> : tensor<2xi64>
  // expected-error @below {{'qc.dynamic_reshape' op expects at most one dimension of -1, got two}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.dynamic_reshape %x, %s {allow_zero = false} : (tensor<2x6xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  return
}
// -----
func.func @dynamic_reshape_c2_copy(%x: tensor<12xf32>) {
  %s = qc.constant dense<[12, 0]> : tensor<2xi64>
  // expected-error @below {{'qc.dynamic_reshape' op expects 0 only where x has a dimension, got one at 1 for rank 1}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.dynamic_reshape %x, %s {allow_zero = false} : (tensor<12xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  return
}
// -----
func.func @dynamic_reshape_c3(%x: tensor<2x6xf32>) {
  %s = qc.constant dense<[3, 5]> : tensor<2xi64>
  // expected-error @below {{'qc.dynamic_reshape' op expects a shape of 12 elements, got 15}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.dynamic_reshape %x, %s {allow_zero = true} : (tensor<2x6xf32>, tensor<2xi64>) -> tensor<3x5xf32>
  return
}
