// One refusal for each labelled constraint of qc, elementwise operations and softmax; the function has the label's name.
// (Where a shape is inferred, MLIR adds a second error to the one that says what is wrong.)
// RUN: qc-opt %s --split-input-file --verify-diagnostics

func.func @add_c1(%a: tensor<2x3xf32>, %b: tensor<2xf32>) {
  // expected-error @below {{'qc.add' op expects shapes that broadcast, got dimensions 3 and 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.add %a, %b : (tensor<2x3xf32>, tensor<2xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @mul_c1(%a: tensor<2x3xf32>, %b: tensor<2xf32>) {
  // expected-error @below {{'qc.mul' op expects shapes that broadcast, got dimensions 3 and 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.mul %a, %b : (tensor<2x3xf32>, tensor<2xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @clip_c1(%x: tensor<2xf32>, %lo: tensor<2xf32>) {
  // expected-error @below {{'qc.clip' op expects bounds of one element, got 'tensor<2xf32>'}}
  %y = qc.clip %x min %lo : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return
}
// -----
func.func @clip_c1_max(%x: tensor<2xf32>, %hi: tensor<0xf32>) {
  // expected-error @below {{'qc.clip' op expects bounds of one element, got 'tensor<0xf32>'}}
  %y = qc.clip %x max %hi : (tensor<2xf32>, tensor<0xf32>) -> tensor<2xf32>
  return
}
// -----
func.func @hard_sigmoid_c1(%x: tensor<2xf32>) {
  // expected-error @below {{'qc.hard_sigmoid' op expects finite alpha and beta, got 0x7F800000 : f32 and 5.000000e-01 : f32}}
  %y = qc.hard_sigmoid %x {alpha = 0x7F800000 : f32, beta = 0.5 : f32} : (tensor<2xf32>) -> tensor<2xf32>
  return
}
// -----
func.func @softmax_c1(%x: tensor<2xf32>) {
  // expected-error @below {{'qc.softmax' op expects 0 <= axis < 1, got 1}}
  %y = qc.softmax %x {axis = 1 : i64} : (tensor<2xf32>) -> tensor<2xf32>
  return
}
// -----
func.func @softmax_c2(%x: tensor<2x9xf32>) {
  // expected-error @below {{'qc.softmax' op expects max_length >= 9, got 8}}
  %y = qc.softmax %x {axis = 1 : i64, max_length = 8 : i64} : (tensor<2x9xf32>) -> tensor<2x9xf32>
  return
}
// -----
func.func @softmax_c2_reason(%x: tensor<2x?xf32>) {
  // expected-error @below {{'qc.softmax' op expects a length_reason that is not empty, and no max_length beside it}}
  %y = qc.softmax %x {axis = 1 : i64, max_length = 8 : i64, length_reason = "none"} : (tensor<2x?xf32>) -> tensor<2x?xf32>
  return
}
// -----
func.func @softmax_c3(%x: tensor<2x9xf32>, %m: tensor<2x8xi1>) {
  // expected-error @below {{'qc.softmax' op expects a mask that broadcasts to tensor<2x9xf32>, got tensor<2x8xi1>}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.softmax %x mask %m {axis = 1 : i64} : (tensor<2x9xf32>, tensor<2x8xi1>) -> tensor<2x9xf32>
  return
}
func.func @softmax_c3_rank(%x: tensor<9xf32>, %m: tensor<1x9xi1>) {
  // expected-error @below {{'qc.softmax' op expects a mask that broadcasts to tensor<9xf32>, got tensor<1x9xi1>}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.softmax %x mask %m {axis = 0 : i64} : (tensor<9xf32>, tensor<1x9xi1>) -> tensor<9xf32>
  return
}
func.func @softmax_c1_negative(%x: tensor<2xf32>) {
  // expected-error @below {{'qc.softmax' op expects 0 <= axis < 1, got -1}}
  %y = qc.softmax %x {axis = -1 : i64} : (tensor<2xf32>) -> tensor<2xf32>
  return
}
// -----
func.func @mean_weights_c1(%m: tensor<2xi1>) {
  // expected-error @below {{'qc.mean_weights' op expects 0 <= axis < 1, got 1}}
  %y = qc.mean_weights %m {axis = 1 : i64} : (tensor<2xi1>) -> tensor<2xf32>
  return
}
// -----
func.func @mean_weights_c2(%m: tensor<2x9xi1>) {
  // expected-error @below {{'qc.mean_weights' op expects max_length >= 9, got 8}}
  %y = qc.mean_weights %m {axis = 1 : i64, max_length = 8 : i64} : (tensor<2x9xi1>) -> tensor<2x9xf32>
  return
}
// -----
func.func @mean_weights_c2_reason(%m: tensor<2x?xi1>) {
  // expected-error @below {{'qc.mean_weights' op expects a length_reason that is not empty, and no max_length beside it}}
  %y = qc.mean_weights %m {axis = 1 : i64, length_reason = ""} : (tensor<2x?xi1>) -> tensor<2x?xf32>
  return
}
// -----
func.func @mean_weights_c3(%m: tensor<2x9xi1>) {
  // expected-error @below {{'qc.mean_weights' op failed to infer returned types}}
  // expected-error @below {{inferred type(s) 'tensor<2x9xf32>' are incompatible with return type(s) of operation 'tensor<9x2xf32>'}}
  %y = qc.mean_weights %m {axis = 1 : i64} : (tensor<2x9xi1>) -> tensor<9x2xf32>
  return
}
