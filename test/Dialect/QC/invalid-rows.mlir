// One refusal for each labelled constraint of qc, operations along dimensions; the function has the label's name.
// RUN: qc-opt %s --split-input-file --verify-diagnostics

func.func @reduce_c1(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.reduce' op expects axes that ascend below 2, got 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.reduce sum %x {axes = array<i64: 0, 2>, keep_dims = true} : (tensor<2x3xf32>) -> tensor<1x3xf32>
  return
}
// -----
func.func @reduce_c1_order(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.reduce' op expects axes that ascend below 2, got 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.reduce sum %x {axes = array<i64: 1, 0>, keep_dims = true} : (tensor<2x3xf32>) -> tensor<1x1xf32>
  return
}
// -----
func.func @reduce_c2(%x: tensor<2x3xi32>) {
  // expected-error @below {{'qc.reduce' op expects floats for mean, got 'tensor<2x3xi32>'}}
  %y = qc.reduce mean %x {axes = array<i64: 1>, keep_dims = false} : (tensor<2x3xi32>) -> tensor<2xi32>
  return
}
// -----
func.func @log_softmax_c1(%x: tensor<2xf32>) {
  // expected-error @below {{'qc.log_softmax' op expects 0 <= axis < 1, got 1}}
  %y = qc.log_softmax %x {axis = 1 : i64} : (tensor<2xf32>) -> tensor<2xf32>
  return
}
// -----
func.func @normalize_c1(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.normalize' op expects axes that ascend below 2, got -1}}
  %y = qc.normalize %x {axes = array<i64: -1>, centered = true, epsilon = 1.0 : f32} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @normalize_c2(%x: tensor<2x3xf32>, %s: tensor<2xf32>) {
  // expected-error @below {{'qc.normalize' op expects scale and bias that broadcast to tensor<2x3xf32>, got tensor<2xf32>}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.normalize %x scale %s {axes = array<i64: 1>, centered = true, epsilon = 1.0 : f32} : (tensor<2x3xf32>, tensor<2xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @normalize_c2_rank(%x: tensor<3xf32>, %s: tensor<1x3xf32>) {
  // expected-error @below {{'qc.normalize' op expects scale and bias that broadcast to tensor<3xf32>, got tensor<1x3xf32>}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.normalize %x bias %s {axes = array<i64: 0>, centered = true, epsilon = 1.0 : f32} : (tensor<3xf32>, tensor<1x3xf32>) -> tensor<3xf32>
  return
}
// -----
func.func @normalize_c3(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.normalize' op expects a finite epsilon of at least 0, got -1.000000e+00 : f32}}
  %y = qc.normalize %x {axes = array<i64: 1>, centered = true, epsilon = -1.0 : f32} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @arg_reduce_c1(%x: tensor<2xf32>) {
  // expected-error @below {{'qc.arg_reduce' op expects 0 <= axis < 1, got -1}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.arg_reduce max %x {axis = -1 : i64, keep_dims = true, select_last = false} : (tensor<2xf32>) -> tensor<1xi64>
  return
}
// -----
func.func @arg_reduce_c2(%x: tensor<2x0xf32>) {
  // expected-error @below {{'qc.arg_reduce' op expects elements along axis 1, got 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.arg_reduce min %x {axis = 1 : i64, keep_dims = false, select_last = false} : (tensor<2x0xf32>) -> tensor<2xi64>
  return
}
// -----
func.func @top_k_c1(%x: tensor<2xf32>) {
  // expected-error @below {{'qc.top_k' op expects 0 <= axis < 1, got 1}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.top_k max %x {axis = 1 : i64, k = 1 : i64} : (tensor<2xf32>) -> tensor<1xi64>
  return
}
// -----
func.func @top_k_c2(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.top_k' op expects at least 4 elements along axis 1, got 3}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.top_k min %x {axis = 1 : i64, k = 4 : i64} : (tensor<2x3xf32>) -> tensor<2x4xi64>
  return
}
// -----
func.func @top_k_c2_sign(%x: tensor<2xf32>) {
  // expected-error @below {{'qc.top_k' op expects k >= 0, got -1}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.top_k min %x {axis = 0 : i64, k = -1 : i64} : (tensor<2xf32>) -> tensor<?xi64>
  return
}
// -----
func.func @cumsum_c1(%x: tensor<2xf32>) {
  // expected-error @below {{'qc.cumsum' op expects 0 <= axis < 1, got 1}}
  %y = qc.cumsum %x {axis = 1 : i64, exclusive = false, reverse = false} : (tensor<2xf32>) -> tensor<2xf32>
  return
}
