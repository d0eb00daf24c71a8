// One refusal for each labelled constraint of qc, conv, gemm, matmul, batch_norm; the function has the label's name.
// (Where a shape is inferred, MLIR adds a second error to the one that says what is wrong.)
// RUN: qc-opt %s --split-input-file --verify-diagnostics

func.func @conv_c1(%x: tensor<1x4x8xf32>, %w: tensor<4x4x3x3xf32>) {
  // expected-error @below {{'qc.conv' op expects input and weights of one rank between 3 and 5, got 3 and 4}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x4x8xf32>, tensor<4x4x3x3xf32>) -> tensor<1x4x6xf32>
  return
}
// -----
func.func @conv_c1_rank_2(%x: tensor<1x4xf32>, %w: tensor<4x4xf32>) {
  // expected-error @below {{'qc.conv' op expects input and weights of one rank between 3 and 5, got 2 and 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
  return
}
// -----
// The bias is checked before the ranks are.
func.func @conv_c1_rank_0(%x: tensor<1x4x8xf32>, %w: tensor<f32>, %b: tensor<4xf32>) {
  // expected-error @below {{'qc.conv' op expects input and weights of one rank between 3 and 5, got 3 and 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.conv %x, %w bias %b {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x4x8xf32>, tensor<f32>, tensor<4xf32>) -> tensor<1x4x6xf32>
  return
}
// -----
func.func @conv_c2(%x: tensor<1x4x8xf32>, %w: tensor<4x4x3xf32>) {
  // expected-error @below {{'qc.conv' op expects one stride and one dilation for each of 1 spatial axes, got 2 and 1}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x4x8xf32>, tensor<4x4x3xf32>) -> tensor<1x4x6xf32>
  return
}
// -----
func.func @conv_c2_stride(%x: tensor<1x4x8xf32>, %w: tensor<4x4x3xf32>) {
  // expected-error @below {{'qc.conv' op expects strides between 1 and 2147483647, got 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.conv %x, %w {strides = array<i64: 0>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x4x8xf32>, tensor<4x4x3xf32>) -> tensor<1x4x6xf32>
  return
}
// -----
func.func @conv_c2_dilation(%x: tensor<1x4x8xf32>, %w: tensor<4x4x3xf32>) {
  // expected-error @below {{'qc.conv' op expects dilations between 1 and 2147483647, got 2147483648}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 2147483648>, group = 1 : i64}
     : (tensor<1x4x8xf32>, tensor<4x4x3xf32>) -> tensor<1x4x6xf32>
  return
}
// -----
func.func @conv_c2_pads(%x: tensor<1x4x8xf32>, %w: tensor<4x4x3xf32>) {
  // expected-error @below {{'qc.conv' op expects 2 pads (all begins, then all ends), got 1}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 0>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x4x8xf32>, tensor<4x4x3xf32>) -> tensor<1x4x6xf32>
  return
}
// -----
func.func @conv_c2_pad(%x: tensor<1x4x8xf32>, %w: tensor<4x4x3xf32>) {
  // expected-error @below {{'qc.conv' op expects pads between 0 and 2147483647, got -1}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 0, -1>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x4x8xf32>, tensor<4x4x3xf32>) -> tensor<1x4x6xf32>
  return
}
// -----
func.func @conv_c2_kernel(%x: tensor<1x4x8xf32>, %w: tensor<4x4x0xf32>) {
  // expected-error @below {{'qc.conv' op expects kernel sizes between 1 and 2147483647, got 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x4x8xf32>, tensor<4x4x0xf32>) -> tensor<1x4x6xf32>
  return
}
// -----
func.func @conv_c3(%x: tensor<1x4x8xf32>, %w: tensor<4x4x3xf32>) {
  // expected-error @below {{'qc.conv' op expects group * weight channels = input channels, got 2 * 4 and 4}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 2 : i64}
     : (tensor<1x4x8xf32>, tensor<4x4x3xf32>) -> tensor<1x4x6xf32>
  return
}
// -----
func.func @conv_c3_group(%x: tensor<1x4x8xf32>, %w: tensor<4x4x3xf32>) {
  // expected-error @below {{'qc.conv' op expects group >= 1, got 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 0 : i64}
     : (tensor<1x4x8xf32>, tensor<4x4x3xf32>) -> tensor<1x4x6xf32>
  return
}
// -----
func.func @conv_c3_huge(%x: tensor<1x4x8xf32>, %w: tensor<4x4x3xf32>) {
  // expected-error @below {{'qc.conv' op expects group * weight channels = input channels, got 9223372036854775807 * 4 and 4}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 9223372036854775807 : i64}
     : (tensor<1x4x8xf32>, tensor<4x4x3xf32>) -> tensor<1x4x6xf32>
  return
}
// -----
func.func @conv_c3_outputs(%x: tensor<1x4x8xf32>, %w: tensor<3x2x3xf32>) {
  // expected-error @below {{'qc.conv' op expects group to divide the output channels, got 2 and 3}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 2 : i64}
     : (tensor<1x4x8xf32>, tensor<3x2x3xf32>) -> tensor<1x3x6xf32>
  return
}
// -----
func.func @conv_c4(%x: tensor<1x4x8xf32>, %w: tensor<4x4x3xf32>, %b: tensor<5xf32>) {
  // expected-error @below {{'qc.conv' op expects a bias of one dimension of size 4, got 'tensor<5xf32>'}}
  %y = qc.conv %x, %w bias %b {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x4x8xf32>, tensor<4x4x3xf32>, tensor<5xf32>) -> tensor<1x4x6xf32>
  return
}
// -----
func.func @conv_c4_rank(%x: tensor<1x4x8xf32>, %w: tensor<4x4x3xf32>, %b: tensor<1x4xf32>) {
  // expected-error @below {{'qc.conv' op expects a bias of one dimension of size 4, got 'tensor<1x4xf32>'}}
  %y = qc.conv %x, %w bias %b {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x4x8xf32>, tensor<4x4x3xf32>, tensor<1x4xf32>) -> tensor<1x4x6xf32>
  return
}
// -----
func.func @conv_c5(%x: tensor<1x4x8xf32>, %w: tensor<4x4x3xf32>) {
  // expected-error @below {{'qc.conv' op expects windows that fit the input, got a kernel of size 3 (dilation 5) over 8 elements padded by 0 and 1 on spatial axis 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 0, 1>, dilations = array<i64: 5>, group = 1 : i64}
     : (tensor<1x4x8xf32>, tensor<4x4x3xf32>) -> tensor<1x4x6xf32>
  return
}
// -----
// The output has more than 2^63 - 1 elements.
func.func @conv_c5_huge(%x: tensor<1x4x9223372036854775807xf32>, %w: tensor<4x4x1xf32>) {
  // expected-error @below {{'qc.conv' op expects windows that fit the input, got a kernel of size 1 (dilation 1) over 9223372036854775807 elements padded by 1 and 1 on spatial axis 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 1, 1>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x4x9223372036854775807xf32>, tensor<4x4x1xf32>) -> tensor<1x4x6xf32>
  return
}
// -----
func.func @gemm_c1(%a: tensor<1x2x8xf32>, %b: tensor<8x4xf32>) {
  // expected-error @below {{'qc.gemm' op expects matrices, got operands of rank 3 and 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.gemm %a, %b {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = false, trans_b = false}
     : (tensor<1x2x8xf32>, tensor<8x4xf32>) -> tensor<2x4xf32>
  return
}
// -----
func.func @gemm_c2(%a: tensor<2x8xf32>, %b: tensor<9x4xf32>) {
  // expected-error @below {{'qc.gemm' op expects equal reduction dimensions, got 8 and 9}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.gemm %a, %b {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = false, trans_b = false}
     : (tensor<2x8xf32>, tensor<9x4xf32>) -> tensor<2x4xf32>
  return
}
// -----
func.func @gemm_c3(%a: tensor<2x8xf32>, %b: tensor<8x4xf32>, %c: tensor<2xf32>) {
  // expected-error @below {{'qc.gemm' op expects c to broadcast to 'tensor<2x4xf32>', got 'tensor<2xf32>'}}
  %y = qc.gemm %a, %b plus %c {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = false, trans_b = false}
     : (tensor<2x8xf32>, tensor<8x4xf32>, tensor<2xf32>) -> tensor<2x4xf32>
  return
}
// -----
func.func @gemm_c3_one_way(%a: tensor<1x8xf32>, %b: tensor<8x4xf32>, %c: tensor<2x4xf32>) {
  // expected-error @below {{'qc.gemm' op expects c to broadcast to 'tensor<1x4xf32>', got 'tensor<2x4xf32>'}}
  %y = qc.gemm %a, %b plus %c {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = false, trans_b = false}
     : (tensor<1x8xf32>, tensor<8x4xf32>, tensor<2x4xf32>) -> tensor<1x4xf32>
  return
}
// -----
func.func @gemm_c4(%a: tensor<2x8xf32>, %b: tensor<8x4xf32>) {
  // expected-error @below {{'qc.gemm' op expects finite alpha and beta, got 0x7FC00000 : f32 and 1.000000e+00 : f32}}
  %y = qc.gemm %a, %b {alpha = 0x7FC00000 : f32, beta = 1.0 : f32, trans_a = false, trans_b = false}
     : (tensor<2x8xf32>, tensor<8x4xf32>) -> tensor<2x4xf32>
  return
}
// -----
func.func @gemm_c4_beta(%a: tensor<2x8xf32>, %b: tensor<8x4xf32>) {
  // expected-error @below {{'qc.gemm' op expects finite alpha and beta, got 1.000000e+00 : f32 and 0x7F800000 : f32}}
  %y = qc.gemm %a, %b {alpha = 1.0 : f32, beta = 0x7F800000 : f32, trans_a = false, trans_b = false}
     : (tensor<2x8xf32>, tensor<8x4xf32>) -> tensor<2x4xf32>
  return
}
// -----
func.func @gemm_c5(%a: tensor<?x2xf32>, %b: tensor<?x4xf32>) {
  // expected-error @below {{'qc.gemm' op expects max_depth >= 0, got -1}}
  %y = qc.gemm %a, %b {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = true, trans_b = false, max_depth = -1 : i64}
     : (tensor<?x2xf32>, tensor<?x4xf32>) -> tensor<2x4xf32>
  return
}
// -----
func.func @gemm_c5_known(%a: tensor<?x2xf32>, %b: tensor<4x8xf32>) {
  // expected-error @below {{'qc.gemm' op expects max_depth >= 8, got 7}}
  %y = qc.gemm %a, %b {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = true, trans_b = true, max_depth = 7 : i64}
     : (tensor<?x2xf32>, tensor<4x8xf32>) -> tensor<2x4xf32>
  return
}
// -----
func.func @gemm_c5_rank(%a: tensor<2xf32>, %b: tensor<f32>) {
  // expected-error @below {{'qc.gemm' op expects matrices, got operands of rank 1 and 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.gemm %a, %b {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = true, trans_b = true, max_depth = 7 : i64}
     : (tensor<2xf32>, tensor<f32>) -> tensor<2x4xf32>
  return
}
// -----
func.func @matmul_c1(%a: tensor<2x8xf32>, %b: tensor<f32>) {
  // expected-error @below {{'qc.matmul' op expects operands of rank 1 or more, got a scalar}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.matmul %a, %b : (tensor<2x8xf32>, tensor<f32>) -> tensor<2x4xf32>
  return
}
// -----
func.func @matmul_c2(%a: tensor<2x8xf32>, %b: tensor<2xf32>) {
  // expected-error @below {{'qc.matmul' op expects equal reduction dimensions, got 8 and 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.matmul %a, %b : (tensor<2x8xf32>, tensor<2xf32>) -> tensor<2x4xf32>
  return
}
// -----
func.func @matmul_c3(%a: tensor<3x2x8xf32>, %b: tensor<2x8x4xf32>) {
  // expected-error @below {{'qc.matmul' op expects shapes that broadcast, got dimensions 3 and 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.matmul %a, %b : (tensor<3x2x8xf32>, tensor<2x8x4xf32>) -> tensor<2x4xf32>
  return
}
// -----
func.func @matmul_c4(%a: tensor<2x8xf32>, %b: tensor<8x4xf32>, %c: tensor<2xf32>) {
  // expected-error @below {{'qc.matmul' op expects a bias of one dimension of size 4, got 'tensor<2xf32>'}}
  %y = qc.matmul %a, %b bias %c : (tensor<2x8xf32>, tensor<8x4xf32>, tensor<2xf32>) -> tensor<2x4xf32>
  return
}
// -----
func.func @matmul_c4_vector(%a: tensor<2x8xf32>, %b: tensor<8xf32>, %c: tensor<8xf32>) {
  // expected-error @below {{'qc.matmul' op expects a bias only with a b of rank 2 or more, got 'tensor<8xf32>'}}
  %y = qc.matmul %a, %b bias %c : (tensor<2x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<2xf32>
  return
}
// -----
func.func @matmul_c5(%a: tensor<2x8xf32>, %b: tensor<?x4xf32>) {
  // expected-error @below {{'qc.matmul' op expects max_depth >= 8, got 7}}
  %y = qc.matmul %a, %b {max_depth = 7 : i64} : (tensor<2x8xf32>, tensor<?x4xf32>) -> tensor<2x4xf32>
  return
}
// -----
func.func @matmul_c5_reason(%a: tensor<2x?xf32>, %b: tensor<?x4xf32>) {
  // expected-error @below {{'qc.matmul' op expects a depth_reason that is not empty, and no max_depth beside it}}
  %y = qc.matmul %a, %b {max_depth = 7 : i64, depth_reason = "none"} : (tensor<2x?xf32>, tensor<?x4xf32>) -> tensor<2x4xf32>
  return
}
// -----
func.func @matmul_c5_rank(%a: tensor<f32>, %b: tensor<?x4xf32>) {
  // expected-error @below {{'qc.matmul' op expects}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.matmul %a, %b {max_depth = 7 : i64} : (tensor<f32>, tensor<?x4xf32>) -> tensor<4xf32>
  return
}
// -----
func.func @batch_norm_c1(%x: tensor<3xf32>, %v: tensor<3xf32>, %u: tensor<3xf32>) {
  // expected-error @below {{'qc.batch_norm' op expects an input of rank 2 or more, got 'tensor<3xf32>'}}
  %y = qc.batch_norm %x, %v, %v, %v, %u {epsilon = 1.0e-5 : f32}
     : (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return
}
// -----
func.func @batch_norm_c2(%x: tensor<1x3x8xf32>, %v: tensor<3xf32>, %u: tensor<4xf32>) {
  // expected-error @below {{'qc.batch_norm' op expects parameters of one dimension of size 3, got 'tensor<4xf32>'}}
  %y = qc.batch_norm %x, %v, %v, %v, %u {epsilon = 1.0e-5 : f32}
     : (tensor<1x3x8xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<4xf32>) -> tensor<1x3x8xf32>
  return
}
// -----
func.func @batch_norm_c3(%x: tensor<1x3x8xf32>, %v: tensor<3xf32>, %u: tensor<3xf32>) {
  // expected-error @below {{'qc.batch_norm' op expects a finite epsilon >= 0, got -1.000000e+00 : f32}}
  %y = qc.batch_norm %x, %v, %v, %v, %u {epsilon = -1.0 : f32}
     : (tensor<1x3x8xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<1x3x8xf32>
  return
}
// -----
func.func @batch_norm_c3_nan(%x: tensor<1x3x8xf32>, %v: tensor<3xf32>, %u: tensor<3xf32>) {
  // expected-error @below {{'qc.batch_norm' op expects a finite epsilon >= 0, got 0x7FC00000 : f32}}
  %y = qc.batch_norm %x, %v, %v, %v, %u {epsilon = 0x7FC00000 : f32}
     : (tensor<1x3x8xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<1x3x8xf32>
  return
}
