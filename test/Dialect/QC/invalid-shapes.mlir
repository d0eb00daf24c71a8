// One refusal for each labelled constraint of qc, constants and data movement; the function has the label's name.
// (Where a shape is inferred, MLIR adds a second error to the one that says what is wrong.)
// RUN: qc-opt %s --split-input-file --verify-diagnostics

func.func @constant_c1() {
  // expected-error @below {{'qc.constant' op expects a dense or dense_resource value}}
  %y = qc.constant sparse<[[0]], [1.0]> : tensor<3xf32>
  return
}
// -----
func.func @constant_c2() {
  // expected-error @below {{'qc.constant' op expects integers, indices or floats of at most 64 bits in a static shape of less than 2^63 bytes, got 'tensor<2xi65>'}}
  %y = qc.constant dense<1> : tensor<2xi65>
  return
}
// -----
func.func @constant_c2_complex() {
  // expected-error @below {{'qc.constant' op expects integers, indices or floats}}
  %y = qc.constant dense<(1.0, 2.0)> : tensor<2xcomplex<f32>>
  return
}
// -----
func.func @constant_c2_huge() {
  // expected-error @below {{'qc.constant' op expects integers, indices or floats}}
  %y = qc.constant dense<1> : tensor<4294967296x4294967296xi8>
  return
}
// -----
func.func @constant_c2_vector() {
  // expected-error @below {{'qc.constant' op expects the value of a ranked tensor}}
  %y = qc.constant dense<1> : vector<2xi8>
  return
}
// -----
func.func @concat_c1() {
  // expected-error @below {{'qc.concat' op expects at least one operand, of rank 1 or more}}
  // expected-error @below {{failed to infer returned types}}
  %y = "qc.concat"() <{axis = 0 : i64}> : () -> tensor<2xf32>
  return
}
// -----
func.func @concat_c1_ranks(%a: tensor<2xf32>, %b: tensor<2x1xf32>) {
  // expected-error @below {{'qc.concat' op expects operands of one rank, got 1 and 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.concat %a, %b {axis = 0 : i64} : (tensor<2xf32>, tensor<2x1xf32>) -> tensor<4xf32>
  return
}
// -----
func.func @concat_c1_scalar(%a: tensor<f32>) {
  // expected-error @below {{'qc.concat' op expects at least one operand, of rank 1 or more}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.concat %a {axis = 0 : i64} : (tensor<f32>) -> tensor<f32>
  return
}
// -----
func.func @concat_c1_element(%a: tensor<2xf32>, %b: tensor<2xi8>) {
  // expected-error @below {{'qc.concat' op expects operands of one element type, got 'tensor<2xi8>'}}
  %y = qc.concat %a, %b {axis = 0 : i64} : (tensor<2xf32>, tensor<2xi8>) -> tensor<4xf32>
  return
}
// -----
func.func @concat_c2(%a: tensor<2xf32>) {
  // expected-error @below {{'qc.concat' op expects 0 <= axis < 1, got -1}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.concat %a {axis = -1 : i64} : (tensor<2xf32>) -> tensor<2xf32>
  return
}
// -----
func.func @concat_c3(%a: tensor<2x3xf32>, %b: tensor<2x4xf32>) {
  // expected-error @below {{'qc.concat' op expects equal dimensions beside the axis, got 3 and 4 in dimension 1}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.concat %a, %b {axis = 0 : i64} : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<4x3xf32>
  return
}
// -----
func.func @reshape_c1(%x: tensor<2x6xf32>) {
  // expected-error @below {{'qc.reshape' op expects entries >= -3 for an input of rank 2, got -4}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.reshape %x {shape = array<i64: -4, 4>} : (tensor<2x6xf32>) -> tensor<3x4xf32>
  return
}
// -----
func.func @reshape_c1_two(%x: tensor<2x6xf32>) {
  // expected-error @below {{'qc.reshape' op expects at most one dimension of -1, got two}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.reshape %x {shape = array<i64: -1, -1>} : (tensor<2x6xf32>) -> tensor<3x4xf32>
  return
}
// -----
func.func @reshape_c2(%x: tensor<2x6xf32>) {
  // expected-error @below {{'qc.reshape' op expects a shape of 12 elements, got 15}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.reshape %x {shape = array<i64: 3, 5>} : (tensor<2x6xf32>) -> tensor<3x4xf32>
  return
}
// -----
func.func @reshape_c2_open(%x: tensor<2x6xf32>) {
  // expected-error @below {{'qc.reshape' op expects dimensions whose product divides 12 elements, got 5}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.reshape %x {shape = array<i64: -1, 5>} : (tensor<2x6xf32>) -> tensor<3x4xf32>
  return
}
// -----
func.func @reshape_c2_zero(%x: tensor<2x6xf32>) {
  // expected-error @below {{'qc.reshape' op expects dimensions whose product divides 12 elements, got 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.reshape %x {shape = array<i64: -1, 0>} : (tensor<2x6xf32>) -> tensor<3x4xf32>
  return
}
// -----
func.func @reshape_c2_huge(%x: tensor<2x6xf32>) {
  // expected-error @below {{'qc.reshape' op expects a shape of 12 elements, got too many}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.reshape %x {shape = array<i64: 4294967296, 4294967296>} : (tensor<2x6xf32>) -> tensor<3x4xf32>
  return
}
// -----
func.func @reshape_c2_huge_open(%x: tensor<?x6xf32>) {
  // expected-error @below {{'qc.reshape' op expects dimensions whose product divides ? elements, got too many}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.reshape %x {shape = array<i64: -1, 4294967296, 4294967296>} : (tensor<?x6xf32>) -> tensor<3x4xf32>
  return
}
// -----
func.func @transpose_c1(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.transpose' op expects a permutation of 0 .. 1, got 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.transpose %x {perm = array<i64: 0, 0>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @transpose_c1_range(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.transpose' op expects a permutation of 0 .. 1, got 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.transpose %x {perm = array<i64: 2, 0>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @transpose_c1_short(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.transpose' op expects a permutation of 2 dimensions, got 1}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.transpose %x {perm = array<i64: 1>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
