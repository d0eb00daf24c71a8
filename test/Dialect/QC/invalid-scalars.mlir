// Constraints of the scalar kind, and element types.
// RUN: qc-opt %s --split-input-file --verify-diagnostics

func.func @sub_c1(%a: tensor<2x3xf32>, %b: tensor<2x4xf32>) {
  // expected-error @below {{'qc.sub' op expects shapes that broadcast, got dimensions 3 and 4}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.sub %a, %b : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @div_c1(%a: tensor<2x3xf32>, %b: tensor<2x4xf32>) {
  // expected-error @below {{'qc.div' op expects shapes that broadcast, got dimensions 3 and 4}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.div %a, %b : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @pow_c1(%a: tensor<2x3xf32>, %b: tensor<2x4xf32>) {
  // expected-error @below {{'qc.pow' op expects shapes that broadcast, got dimensions 3 and 4}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.pow %a, %b : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @max_c1(%a: tensor<2x3xf32>, %b: tensor<2x4xf32>) {
  // expected-error @below {{'qc.max' op expects shapes that broadcast, got dimensions 3 and 4}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.max %a, %b : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @min_c1(%a: tensor<2x3xf32>, %b: tensor<2x4xf32>) {
  // expected-error @below {{'qc.min' op expects shapes that broadcast, got dimensions 3 and 4}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.min %a, %b : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @prelu_c1(%a: tensor<2x3xf32>, %b: tensor<2x4xf32>) {
  // expected-error @below {{'qc.prelu' op expects shapes that broadcast, got dimensions 3 and 4}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.prelu %a, %b : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @mod_c1(%a: tensor<2x3xi64>, %b: tensor<2x4xi64>) {
  // expected-error @below {{'qc.mod' op expects shapes that broadcast, got dimensions 3 and 4}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.mod %a, %b : (tensor<2x3xi64>, tensor<2x4xi64>) -> tensor<2x3xi64>
  return
}
// -----
func.func @remainder_c1(%a: tensor<2x3xi64>, %b: tensor<2x4xi64>) {
  // expected-error @below {{'qc.remainder' op expects shapes that broadcast, got dimensions 3 and 4}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.remainder %a, %b : (tensor<2x3xi64>, tensor<2x4xi64>) -> tensor<2x3xi64>
  return
}
// -----
func.func @equal_c1(%a: tensor<2x3xf32>, %b: tensor<2x4xf32>) {
  // expected-error @below {{'qc.equal' op expects shapes that broadcast, got dimensions 3 and 4}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.equal %a, %b : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<2x3xi1>
  return
}
// -----
func.func @greater_c1(%a: tensor<2x3xf32>, %b: tensor<2x4xf32>) {
  // expected-error @below {{'qc.greater' op expects shapes that broadcast, got dimensions 3 and 4}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.greater %a, %b : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<2x3xi1>
  return
}
// -----
func.func @less_c1(%a: tensor<2x3xf32>, %b: tensor<2x4xf32>) {
  // expected-error @below {{'qc.less' op expects shapes that broadcast, got dimensions 3 and 4}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.less %a, %b : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<2x3xi1>
  return
}
// -----
func.func @greater_or_equal_c1(%a: tensor<2x3xf32>, %b: tensor<2x4xf32>) {
  // expected-error @below {{'qc.greater_or_equal' op expects shapes that broadcast, got dimensions 3 and 4}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.greater_or_equal %a, %b : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<2x3xi1>
  return
}
// -----
func.func @less_or_equal_c1(%a: tensor<2x3xf32>, %b: tensor<2x4xf32>) {
  // expected-error @below {{'qc.less_or_equal' op expects shapes that broadcast, got dimensions 3 and 4}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.less_or_equal %a, %b : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<2x3xi1>
  return
}
// -----
func.func @and_c1(%a: tensor<2x3xi1>, %b: tensor<2x4xi1>) {
  // expected-error @below {{'qc.and' op expects shapes that broadcast, got dimensions 3 and 4}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.and %a, %b : (tensor<2x3xi1>, tensor<2x4xi1>) -> tensor<2x3xi1>
  return
}
// -----
func.func @or_c1(%a: tensor<2x3xi1>, %b: tensor<2x4xi1>) {
  // expected-error @below {{'qc.or' op expects shapes that broadcast, got dimensions 3 and 4}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.or %a, %b : (tensor<2x3xi1>, tensor<2x4xi1>) -> tensor<2x3xi1>
  return
}
// -----
func.func @xor_c1(%a: tensor<2x3xi1>, %b: tensor<2x4xi1>) {
  // expected-error @below {{'qc.xor' op expects shapes that broadcast, got dimensions 3 and 4}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.xor %a, %b : (tensor<2x3xi1>, tensor<2x4xi1>) -> tensor<2x3xi1>
  return
}
// -----
func.func @where_c1(%c: tensor<4xi1>, %a: tensor<2x3xf32>) {
  // expected-error @below {{'qc.where' op expects shapes that broadcast, got dimensions 4 and 3}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.where %c, %a, %a : (tensor<4xi1>, tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @where_c2(%c: tensor<3xi1>, %a: tensor<3xf32>, %b: tensor<3xi64>) {
  // expected-error @below {{'qc.where' op expects two values of one element type, got 'tensor<3xf32>' and 'tensor<3xi64>'}}
  %y = qc.where %c, %a, %b : (tensor<3xi1>, tensor<3xf32>, tensor<3xi64>) -> tensor<3xf32>
  return
}
// -----
func.func @cast_c1(%a: tensor<3xf32>) {
  // expected-error @below {{'qc.cast' op inferred type(s) 'tensor<3xi64>' are incompatible with return type(s) of operation 'tensor<3xi32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.cast %a {to = i64} : (tensor<3xf32>) -> tensor<3xi32>
  return
}
// -----
func.func @is_inf_c1(%a: tensor<3xf32>) {
  // expected-error @below {{'qc.is_inf' op expects negative and positive to be 0 or 1, got 2.000000e+00 : f32}}
  %y = qc.is_inf %a {negative = 2.0 : f32, positive = 1.0 : f32} : (tensor<3xf32>) -> tensor<3xi1>
  return
}
// -----
func.func @mixed(%a: tensor<3xf32>, %b: tensor<3xi64>) {
  // expected-error @below {{'qc.add' op requires the same element type for all operands and results}}
  %y = qc.add %a, %b : (tensor<3xf32>, tensor<3xi64>) -> tensor<3xf32>
  return
}
// -----
func.func @compare(%a: tensor<3xi1>) {
  // expected-error @below {{'qc.less' op operand #0 must be ranked tensor of 32-bit float or 32-bit signless integer or 64-bit signless integer values, but got 'tensor<3xi1>'}}
  %y = qc.less %a, %a : (tensor<3xi1>, tensor<3xi1>) -> tensor<3xi1>
  return
}
