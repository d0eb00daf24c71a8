// One refusal for each labelled constraint of dyadic; the function has the label's name.
// (Where a shape is inferred, MLIR adds a second error to the one that says what is wrong.)
// RUN: qc-opt %s --split-input-file --verify-diagnostics

func.func @dyadic_conv_c1(%x: tensor<2x8xui8>, %w: tensor<4x2x3xi8>) {
  // expected-error @below {{'dyadic.conv' op expects input and weights of one rank between 3 and 5, got 2 and 3}}
  // expected-error @below {{failed to infer returned types}}
  %y = dyadic.conv %x, %w {x_zero_point = 0 : i32, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<2x8xui8>, tensor<4x2x3xi8>) -> tensor<1x4x6xi32>
  return
}
// -----
func.func @dyadic_conv_c1_stride(%x: tensor<1x2x8xui8>, %w: tensor<4x2x3xi8>) {
  // expected-error @below {{'dyadic.conv' op expects strides between 1 and 2147483647, got 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = dyadic.conv %x, %w {x_zero_point = 0 : i32, strides = array<i64: 0>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x2x8xui8>, tensor<4x2x3xi8>) -> tensor<1x4x6xi32>
  return
}
// -----
func.func @dyadic_conv_c1_channels(%x: tensor<1x3x8xui8>, %w: tensor<4x2x3xi8>) {
  // expected-error @below {{'dyadic.conv' op expects group * weight channels = input channels, got 1 * 2 and 3}}
  // expected-error @below {{failed to infer returned types}}
  %y = dyadic.conv %x, %w {x_zero_point = 0 : i32, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x3x8xui8>, tensor<4x2x3xi8>) -> tensor<1x4x6xi32>
  return
}
// -----
func.func @dyadic_conv_c2(%x: tensor<1x2x8xui8>, %w: tensor<4x2x3xi8>) {
  // expected-error @below {{'dyadic.conv' op expects x_zero_point between 0 and 255 ('ui8'), got 256}}
  %y = dyadic.conv %x, %w {x_zero_point = 256 : i32, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x2x8xui8>, tensor<4x2x3xi8>) -> tensor<1x4x6xi32>
  return
}
// -----
func.func @dyadic_conv_c2_negative(%x: tensor<1x2x8xui8>, %w: tensor<4x2x3xi8>) {
  // expected-error @below {{'dyadic.conv' op expects x_zero_point between 0 and 255 ('ui8'), got -1}}
  %y = dyadic.conv %x, %w {x_zero_point = -1 : i32, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x2x8xui8>, tensor<4x2x3xi8>) -> tensor<1x4x6xi32>
  return
}
// -----
func.func @dyadic_conv_c2_signed(%x: tensor<1x2x8xi8>, %w: tensor<4x2x3xi8>) {
  // expected-error @below {{'dyadic.conv' op expects x_zero_point between -128 and 127 ('i8'), got -129}}
  %y = dyadic.conv %x, %w {x_zero_point = -129 : i32, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x2x8xi8>, tensor<4x2x3xi8>) -> tensor<1x4x6xi32>
  return
}
// -----
func.func @dyadic_conv_c3(%x: tensor<1x2x8xui8>, %w: tensor<4x2x3xi8>, %b: tensor<3xi32>) {
  // expected-error @below {{'dyadic.conv' op expects a bias of one dimension of size 4, got 'tensor<3xi32>'}}
  %y = dyadic.conv %x, %w, %b {x_zero_point = 0 : i32, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x2x8xui8>, tensor<4x2x3xi8>, tensor<3xi32>) -> tensor<1x4x6xi32>
  return
}
// -----
func.func @dyadic_conv_c3_rank(%x: tensor<1x2x8xui8>, %w: tensor<4x2x3xi8>, %b: tensor<4x1xi32>) {
  // expected-error @below {{'dyadic.conv' op expects a bias of one dimension of size 4, got 'tensor<4x1xi32>'}}
  %y = dyadic.conv %x, %w, %b {x_zero_point = 0 : i32, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x2x8xui8>, tensor<4x2x3xi8>, tensor<4x1xi32>) -> tensor<1x4x6xi32>
  return
}
// -----
func.func @dyadic_conv_c4(%x: tensor<1x2x8xui8>, %w: tensor<4x2x3xi8>) {
  // expected-error @below {{'dyadic.conv' op inferred type(s) 'tensor<1x4x6xi32>' are incompatible with return type(s) of operation 'tensor<1x4x7xi32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = dyadic.conv %x, %w {x_zero_point = 0 : i32, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64}
     : (tensor<1x2x8xui8>, tensor<4x2x3xi8>) -> tensor<1x4x7xi32>
  return
}
// -----
func.func @dyadic_conv_c5(%x: tensor<1x2x8xui8>, %w: tensor<4x2x3xi8>) {
  // expected-error @below {{'dyadic.conv' op expects a weight_group of 32, 64 or 128, got 16}}
  %y = dyadic.conv %x, %w {x_zero_point = 0 : i32, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64, weight_group = 16 : i64}
     : (tensor<1x2x8xui8>, tensor<4x2x3xi8>) -> tensor<1x4x6xi32>
  return
}
// -----
func.func @dyadic_matmul_c1(%a: tensor<2x8xui8>, %b: tensor<7x4xi8>) {
  // expected-error @below {{'dyadic.matmul' op expects equal reduction dimensions, got 8 and 7}}
  // expected-error @below {{failed to infer returned types}}
  %y = dyadic.matmul %a, %b {a_zero_point = 0 : i32, b_zero_point = 0 : i32}
     : (tensor<2x8xui8>, tensor<7x4xi8>) -> tensor<2x4xi32>
  return
}
// -----
func.func @dyadic_matmul_c2(%a: tensor<2x8xui8>, %b: tensor<8x4xi8>) {
  // expected-error @below {{'dyadic.matmul' op expects a_zero_point between 0 and 255 ('ui8'), got -1}}
  %y = dyadic.matmul %a, %b {a_zero_point = -1 : i32, b_zero_point = 0 : i32}
     : (tensor<2x8xui8>, tensor<8x4xi8>) -> tensor<2x4xi32>
  return
}
// -----
func.func @dyadic_matmul_c2_right(%a: tensor<2x8xui8>, %b: tensor<8x4xi8>) {
  // expected-error @below {{'dyadic.matmul' op expects b_zero_point between -128 and 127 ('i8'), got 128}}
  %y = dyadic.matmul %a, %b {a_zero_point = 0 : i32, b_zero_point = 128 : i32}
     : (tensor<2x8xui8>, tensor<8x4xi8>) -> tensor<2x4xi32>
  return
}
// -----
func.func @dyadic_matmul_c3(%a: tensor<2x8xui8>, %b: tensor<8x4xi8>, %c: tensor<8xi32>) {
  // expected-error @below {{'dyadic.matmul' op expects a bias of one dimension of size 4, got 'tensor<8xi32>'}}
  %y = dyadic.matmul %a, %b, %c {a_zero_point = 0 : i32, b_zero_point = 0 : i32}
     : (tensor<2x8xui8>, tensor<8x4xi8>, tensor<8xi32>) -> tensor<2x4xi32>
  return
}
// -----
func.func @dyadic_matmul_c3_vector(%a: tensor<2x8xui8>, %b: tensor<8xi8>, %c: tensor<8xi32>) {
  // expected-error @below {{'dyadic.matmul' op expects a bias only with a right operand of rank 2 or more}}
  %y = dyadic.matmul %a, %b, %c {a_zero_point = 0 : i32, b_zero_point = 0 : i32}
     : (tensor<2x8xui8>, tensor<8xi8>, tensor<8xi32>) -> tensor<2xi32>
  return
}
// -----
func.func @dyadic_matmul_c4(%a: tensor<2x8xui8>, %b: tensor<?x4xui8>) {
  // expected-error @below {{'dyadic.matmul' op expects max_depth >= 8, got 7}}
  %y = dyadic.matmul %a, %b {a_zero_point = 0 : i32, b_zero_point = 0 : i32, max_depth = 7 : i64}
     : (tensor<2x8xui8>, tensor<?x4xui8>) -> tensor<2x4xi32>
  return
}
// -----
func.func @dyadic_matmul_c4_negative(%a: tensor<2x?xui8>, %b: tensor<?x4xui8>) {
  // expected-error @below {{'dyadic.matmul' op expects max_depth >= 0, got -1}}
  %y = dyadic.matmul %a, %b {a_zero_point = 0 : i32, b_zero_point = 0 : i32, max_depth = -1 : i64}
     : (tensor<2x?xui8>, tensor<?x4xui8>) -> tensor<2x4xi32>
  return
}
// -----
func.func @dyadic_matmul_c5(%a: tensor<2x8xui8>, %b: tensor<8x4xi8>) {
  // expected-error @below {{'dyadic.matmul' op expects a weight_group of 32, 64 or 128, got 256}}
  %y = dyadic.matmul %a, %b {a_zero_point = 0 : i32, b_zero_point = 0 : i32, weight_group = 256 : i64}
     : (tensor<2x8xui8>, tensor<8x4xi8>) -> tensor<2x4xi32>
  return
}
// -----
func.func @dyadic_matmul_c5_activation(%a: tensor<2x8xui8>, %b: tensor<8x4xui8>) {
  // expected-error @below {{'dyadic.matmul' op expects a weight_group only with a b of i8 and of rank 2 with zero point 0}}
  %y = dyadic.matmul %a, %b {a_zero_point = 0 : i32, b_zero_point = 0 : i32, weight_group = 32 : i64}
     : (tensor<2x8xui8>, tensor<8x4xui8>) -> tensor<2x4xi32>
  return
}
// -----
func.func @dyadic_matmul_c5_rank(%a: tensor<2x2x8xui8>, %b: tensor<2x8x4xi8>) {
  // expected-error @below {{'dyadic.matmul' op expects a weight_group only with a b of i8 and of rank 2 with zero point 0}}
  %y = dyadic.matmul %a, %b {a_zero_point = 0 : i32, b_zero_point = 0 : i32, weight_group = 32 : i64}
     : (tensor<2x2x8xui8>, tensor<2x8x4xi8>) -> tensor<2x2x4xi32>
  return
}
// -----
func.func @dyadic_mul_c1(%a: tensor<2x3xui8>, %b: tensor<2xui8>) {
  // expected-error @below {{'dyadic.mul' op expects shapes that broadcast, got dimensions 3 and 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = dyadic.mul %a, %b {a_zero_point = 0 : i32, b_zero_point = 0 : i32} : (tensor<2x3xui8>, tensor<2xui8>) -> tensor<2x3xi32>
  return
}
// -----
func.func @dyadic_mul_c2(%a: tensor<2x3xui8>, %b: tensor<3xui8>) {
  // expected-error @below {{'dyadic.mul' op expects a_zero_point between 0 and 255 ('ui8'), got 300}}
  %y = dyadic.mul %a, %b {a_zero_point = 300 : i32, b_zero_point = 0 : i32} : (tensor<2x3xui8>, tensor<3xui8>) -> tensor<2x3xi32>
  return
}
// -----
func.func @dyadic_mul_c2_right(%a: tensor<2x3xui8>, %b: tensor<3xui8>) {
  // expected-error @below {{'dyadic.mul' op expects b_zero_point between 0 and 255 ('ui8'), got -2}}
  %y = dyadic.mul %a, %b {a_zero_point = 0 : i32, b_zero_point = -2 : i32} : (tensor<2x3xui8>, tensor<3xui8>) -> tensor<2x3xi32>
  return
}
// -----
func.func @dyadic_avg_pool_c1(%x: tensor<2x8xui8>) {
  // expected-error @below {{'dyadic.avg_pool' op expects an input of rank 3 to 5, got 2}}
  %y = dyadic.avg_pool %x {x_zero_point = 1 : i32, kernel = array<i64: 3>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>,
         ceil_mode = false, count_include_pad = false, counts = array<i64: 3>, multipliers = array<i32: 1>, shifts = array<i32: 32>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32} : (tensor<2x8xui8>) -> tensor<1x2x6xui8>
  return
}
// -----
func.func @dyadic_avg_pool_c1_kernel(%x: tensor<1x2x8xui8>) {
  // expected-error @below {{'dyadic.avg_pool' op expects kernel sizes between 1 and 2147483647, got 0}}
  %y = dyadic.avg_pool %x {x_zero_point = 1 : i32, kernel = array<i64: 0>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>,
         ceil_mode = false, count_include_pad = false, counts = array<i64: 3>, multipliers = array<i32: 1>, shifts = array<i32: 32>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32} : (tensor<1x2x8xui8>) -> tensor<1x2x6xui8>
  return
}
// -----
func.func @dyadic_avg_pool_c2(%x: tensor<1x2x8xui8>) {
  // expected-error @below {{'dyadic.avg_pool' op expects counts, multipliers and shifts of one length >= 1}}
  %y = dyadic.avg_pool %x {x_zero_point = 1 : i32, kernel = array<i64: 3>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>,
         ceil_mode = false, count_include_pad = false, counts = array<i64>, multipliers = array<i32>, shifts = array<i32>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32} : (tensor<1x2x8xui8>) -> tensor<1x2x6xui8>
  return
}
// -----
func.func @dyadic_avg_pool_c2_lengths(%x: tensor<1x2x8xui8>) {
  // expected-error @below {{'dyadic.avg_pool' op expects counts, multipliers and shifts of one length >= 1}}
  %y = dyadic.avg_pool %x {x_zero_point = 1 : i32, kernel = array<i64: 3>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>,
         ceil_mode = false, count_include_pad = false, counts = array<i64: 2, 3>, multipliers = array<i32: 1, 1>, shifts = array<i32: 32>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32} : (tensor<1x2x8xui8>) -> tensor<1x2x6xui8>
  return
}
// -----
func.func @dyadic_avg_pool_c2_order(%x: tensor<1x2x8xui8>) {
  // expected-error @below {{'dyadic.avg_pool' op expects counts between 1 and 8388608 in ascending order, got 2}}
  %y = dyadic.avg_pool %x {x_zero_point = 1 : i32, kernel = array<i64: 3>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>,
         ceil_mode = false, count_include_pad = false, counts = array<i64: 3, 2>, multipliers = array<i32: 1, 1>, shifts = array<i32: 32, 32>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32} : (tensor<1x2x8xui8>) -> tensor<1x2x6xui8>
  return
}
// -----
func.func @dyadic_avg_pool_c2_zero(%x: tensor<1x2x8xui8>) {
  // expected-error @below {{'dyadic.avg_pool' op expects counts between 1 and 8388608 in ascending order, got 0}}
  %y = dyadic.avg_pool %x {x_zero_point = 1 : i32, kernel = array<i64: 3>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>,
         ceil_mode = false, count_include_pad = false, counts = array<i64: 0>, multipliers = array<i32: 1>, shifts = array<i32: 32>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32} : (tensor<1x2x8xui8>) -> tensor<1x2x6xui8>
  return
}
// -----
func.func @dyadic_avg_pool_c3(%x: tensor<1x2x8xui8>) {
  // expected-error @below {{'dyadic.avg_pool' op expects 1 <= shift <= 62, got 63}}
  %y = dyadic.avg_pool %x {x_zero_point = 1 : i32, kernel = array<i64: 3>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>,
         ceil_mode = false, count_include_pad = false, counts = array<i64: 3>, multipliers = array<i32: 1>, shifts = array<i32: 63>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32} : (tensor<1x2x8xui8>) -> tensor<1x2x6xui8>
  return
}
// -----
func.func @dyadic_avg_pool_c4(%x: tensor<1x2x8xui8>) {
  // expected-error @below {{'dyadic.avg_pool' op expects lo <= hi, got 9 and 8}}
  %y = dyadic.avg_pool %x {x_zero_point = 1 : i32, kernel = array<i64: 3>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>,
         ceil_mode = false, count_include_pad = false, counts = array<i64: 3>, multipliers = array<i32: 1>, shifts = array<i32: 32>,
         zero_point = 3 : i32, lo = 9 : i32, hi = 8 : i32} : (tensor<1x2x8xui8>) -> tensor<1x2x6xui8>
  return
}
// -----
func.func @dyadic_avg_pool_c4_lo(%x: tensor<1x2x8xui8>) {
  // expected-error @below {{'dyadic.avg_pool' op expects lo between 0 and 255 ('ui8'), got -1}}
  %y = dyadic.avg_pool %x {x_zero_point = 1 : i32, kernel = array<i64: 3>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>,
         ceil_mode = false, count_include_pad = false, counts = array<i64: 3>, multipliers = array<i32: 1>, shifts = array<i32: 32>,
         zero_point = 3 : i32, lo = -1 : i32, hi = 255 : i32} : (tensor<1x2x8xui8>) -> tensor<1x2x6xui8>
  return
}
// -----
func.func @dyadic_avg_pool_c4_hi(%x: tensor<1x2x8xui8>) {
  // expected-error @below {{'dyadic.avg_pool' op expects hi between 0 and 255 ('ui8'), got 256}}
  %y = dyadic.avg_pool %x {x_zero_point = 1 : i32, kernel = array<i64: 3>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>,
         ceil_mode = false, count_include_pad = false, counts = array<i64: 3>, multipliers = array<i32: 1>, shifts = array<i32: 32>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 256 : i32} : (tensor<1x2x8xui8>) -> tensor<1x2x6xui8>
  return
}
// -----
func.func @dyadic_avg_pool_c4_zero_point(%x: tensor<1x2x8xui8>) {
  // expected-error @below {{'dyadic.avg_pool' op expects zero_point between 0 and 255 ('ui8'), got 256}}
  %y = dyadic.avg_pool %x {x_zero_point = 1 : i32, kernel = array<i64: 3>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>,
         ceil_mode = false, count_include_pad = false, counts = array<i64: 3>, multipliers = array<i32: 1>, shifts = array<i32: 32>,
         zero_point = 256 : i32, lo = 0 : i32, hi = 255 : i32} : (tensor<1x2x8xui8>) -> tensor<1x2x6xui8>
  return
}
// -----
func.func @dyadic_avg_pool_c5(%x: tensor<1x2x8xui8>) {
  // expected-error @below {{'dyadic.avg_pool' op expects x_zero_point between 0 and 255 ('ui8'), got 256}}
  %y = dyadic.avg_pool %x {x_zero_point = 256 : i32, kernel = array<i64: 3>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>,
         ceil_mode = false, count_include_pad = false, counts = array<i64: 3>, multipliers = array<i32: 1>, shifts = array<i32: 32>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32} : (tensor<1x2x8xui8>) -> tensor<1x2x6xui8>
  return
}
// -----
func.func @dyadic_avg_pool_c6(%x: tensor<1x2x8xui8>) {
  // expected-error @below {{'dyadic.avg_pool' op expects a result of shape 'tensor<1x2x6xui8>', got 'tensor<1x2x8xui8>'}}
  %y = dyadic.avg_pool %x {x_zero_point = 1 : i32, kernel = array<i64: 3>, strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>,
         ceil_mode = false, count_include_pad = false, counts = array<i64: 3>, multipliers = array<i32: 1>, shifts = array<i32: 32>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32} : (tensor<1x2x8xui8>) -> tensor<1x2x8xui8>
  return
}
// -----
func.func @requant_c1() {
  // expected-error @below {{'dyadic.requant' op expects one to three terms with a zero point each, got 0 terms and 0 zero points}}
  %y = dyadic.requant {term_zero_points = array<i32>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32>, shifts = array<i32: 40>,
         zero_point = 3 : i32, lo = -128 : i32, hi = 127 : i32, rounding = #dyadic.rounding<half_up>} : () -> tensor<2x3xi8>
  return
}
// -----
func.func @requant_c1_four(%t: tensor<2x3xi32>) {
  // expected-error @below {{'dyadic.requant' op expects one to three terms with a zero point each, got 4 terms and 4 zero points}}
  %y = dyadic.requant %t, %t, %t, %t {term_zero_points = array<i32: 0, 0, 0, 0>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32: 1>, shifts = array<i32: 40>,
         zero_point = 3 : i32, lo = -128 : i32, hi = 127 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<2x3xi32>, tensor<2x3xi32>, tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<2x3xi8>
  return
}
// -----
func.func @requant_c1_zero_points(%t0: tensor<2x3xi32>) {
  // expected-error @below {{'dyadic.requant' op expects one to three terms with a zero point each, got 1 terms and 2 zero points}}
  %y = dyadic.requant %t0 {term_zero_points = array<i32: 0, 0>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32>, shifts = array<i32: 40>,
         zero_point = 3 : i32, lo = -128 : i32, hi = 127 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<2x3xi32>) -> tensor<2x3xi8>
  return
}
// -----
func.func @requant_c2_multipliers1(%t0: tensor<2x3xi32>) {
  // expected-error @below {{'dyadic.requant' op expects 1 multipliers and shifts (for each term), got 1, 1, 0 and 1}}
  %y = dyadic.requant %t0 {term_zero_points = array<i32: 0>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32: 5>, shifts = array<i32: 40>,
         zero_point = 3 : i32, lo = -128 : i32, hi = 127 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<2x3xi32>) -> tensor<2x3xi8>
  return
}
// -----
func.func @requant_c2(%t0: tensor<2x3xi32>) {
  // expected-error @below {{'dyadic.requant' op expects 1 multipliers and shifts (for each term), got 2, 0, 0 and 1}}
  %y = dyadic.requant %t0 {term_zero_points = array<i32: 0>, multipliers = array<i32: 1, 2>, multipliers1 = array<i32>, shifts = array<i32: 40>,
         zero_point = 3 : i32, lo = -128 : i32, hi = 127 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<2x3xi32>) -> tensor<2x3xi8>
  return
}
// -----
func.func @requant_c2_axis(%t0: tensor<2x3xi32>) {
  // expected-error @below {{'dyadic.requant' op expects 3 multipliers and shifts (for each term), got 1, 0, 0 and 1}}
  %y = dyadic.requant %t0 {term_zero_points = array<i32: 0>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32>, shifts = array<i32: 40>,
         zero_point = 3 : i32, lo = -128 : i32, hi = 127 : i32, rounding = #dyadic.rounding<half_up>, axis = 1 : i64} : (tensor<2x3xi32>) -> tensor<2x3xi8>
  return
}
// -----
func.func @requant_c2_axis_range(%t0: tensor<2x3xi32>) {
  // expected-error @below {{'dyadic.requant' op expects 0 <= axis < 2, got 2}}
  %y = dyadic.requant %t0 {term_zero_points = array<i32: 0>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32>, shifts = array<i32: 40>,
         zero_point = 3 : i32, lo = -128 : i32, hi = 127 : i32, rounding = #dyadic.rounding<half_up>, axis = 2 : i64} : (tensor<2x3xi32>) -> tensor<2x3xi8>
  return
}
// -----
func.func @requant_c2_second(%t0: tensor<2x3xi32>, %t1: tensor<2x3xi32>) {
  // expected-error @below {{'dyadic.requant' op expects 1 multipliers and shifts (for each term), got 1, 0, 0 and 1}}
  %y = dyadic.requant %t0, %t1 {term_zero_points = array<i32: 0, 0>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32>, shifts = array<i32: 40>,
         zero_point = 3 : i32, lo = -128 : i32, hi = 127 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<2x3xi8>
  return
}
// -----
func.func @requant_c2_unknown(%t0: tensor<2x?xi32>) {
  // expected-error @below {{'dyadic.requant' op expects 2 multipliers and shifts (for each term), got 2, 0, 0 and 1}}
  %y = dyadic.requant %t0 {term_zero_points = array<i32: 0>, multipliers = array<i32: 1, 2>, multipliers1 = array<i32>, shifts = array<i32: 40>,
         zero_point = 3 : i32, lo = -128 : i32, hi = 127 : i32, rounding = #dyadic.rounding<half_up>, axis = 1 : i64} : (tensor<2x?xi32>) -> tensor<2x?xi8>
  return
}
// -----
func.func @requant_c2_third(%t0: tensor<2x3xi32>) {
  // expected-error @below {{'dyadic.requant' op expects 1 multipliers and shifts (for each term), got 1, 1, 0 and 1}}
  %y = dyadic.requant %t0, %t0, %t0 {term_zero_points = array<i32: 0, 0, 0>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32: 5>, shifts = array<i32: 40>,
         zero_point = 3 : i32, lo = -128 : i32, hi = 127 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<2x3xi32>, tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<2x3xi8>
  return
}
// -----
func.func @requant_c3(%t0: tensor<2x3xi32>) {
  // expected-error @below {{'dyadic.requant' op expects 1 <= shift <= 62, got 0}}
  %y = dyadic.requant %t0 {term_zero_points = array<i32: 0>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32>, shifts = array<i32: 0>,
         zero_point = 3 : i32, lo = -128 : i32, hi = 127 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<2x3xi32>) -> tensor<2x3xi8>
  return
}
// -----
func.func @requant_c3_above(%t0: tensor<2x3xi32>) {
  // expected-error @below {{'dyadic.requant' op expects 1 <= shift <= 62, got 63}}
  %y = dyadic.requant %t0 {term_zero_points = array<i32: 0>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32>, shifts = array<i32: 63>,
         zero_point = 3 : i32, lo = -128 : i32, hi = 127 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<2x3xi32>) -> tensor<2x3xi8>
  return
}
// -----
func.func @requant_c4(%t0: tensor<2x3xi32>) {
  // expected-error @below {{'dyadic.requant' op expects lo <= hi, got 5 and 4}}
  %y = dyadic.requant %t0 {term_zero_points = array<i32: 0>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32>, shifts = array<i32: 40>,
         zero_point = 3 : i32, lo = 5 : i32, hi = 4 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<2x3xi32>) -> tensor<2x3xi8>
  return
}
// -----
func.func @requant_c4_lo(%t0: tensor<2x3xi32>) {
  // expected-error @below {{'dyadic.requant' op expects lo between -128 and 127 ('i8'), got -129}}
  %y = dyadic.requant %t0 {term_zero_points = array<i32: 0>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32>, shifts = array<i32: 40>,
         zero_point = 3 : i32, lo = -129 : i32, hi = 127 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<2x3xi32>) -> tensor<2x3xi8>
  return
}
// -----
func.func @requant_c4_hi(%t0: tensor<2x3xi32>) {
  // expected-error @below {{'dyadic.requant' op expects hi between -128 and 127 ('i8'), got 128}}
  %y = dyadic.requant %t0 {term_zero_points = array<i32: 0>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32>, shifts = array<i32: 40>,
         zero_point = 3 : i32, lo = -128 : i32, hi = 128 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<2x3xi32>) -> tensor<2x3xi8>
  return
}
// -----
func.func @requant_c4_zero_point(%t0: tensor<2x3xi32>) {
  // expected-error @below {{'dyadic.requant' op expects zero_point between -128 and 127 ('i8'), got 200}}
  %y = dyadic.requant %t0 {term_zero_points = array<i32: 0>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32>, shifts = array<i32: 40>,
         zero_point = 200 : i32, lo = -128 : i32, hi = 127 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<2x3xi32>) -> tensor<2x3xi8>
  return
}
// -----
func.func @requant_c4_unsigned(%t0: tensor<2x3xi32>) {
  // expected-error @below {{'dyadic.requant' op expects lo between 0 and 255 ('ui8'), got -1}}
  %y = dyadic.requant %t0 {term_zero_points = array<i32: 0>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32>, shifts = array<i32: 40>,
         zero_point = 3 : i32, lo = -1 : i32, hi = 127 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<2x3xi32>) -> tensor<2x3xui8>
  return
}
// -----
func.func @requant_c5(%t0: tensor<2x3xi32>) {
  // expected-error @below {{'dyadic.requant' op expects zero_point = 0 for a result of 32 bits, got 3}}
  %y = dyadic.requant %t0 {term_zero_points = array<i32: 0>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32>, shifts = array<i32: 40>,
         zero_point = 3 : i32, lo = -128 : i32, hi = 127 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}
// -----
func.func @requant_c6(%t0: tensor<2x3xi32>, %t1: tensor<2xui8>) {
  // expected-error @below {{'dyadic.requant' op expects shapes that broadcast, got dimensions 3 and 2}}
  %y = dyadic.requant %t0, %t1 {term_zero_points = array<i32: 0, 0>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32: 1>, shifts = array<i32: 40>,
         zero_point = 3 : i32, lo = -128 : i32, hi = 127 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<2x3xi32>, tensor<2xui8>) -> tensor<2x3xi8>
  return
}
// -----
func.func @requant_c6_result(%t0: tensor<2x3xi32>) {
  // expected-error @below {{'dyadic.requant' op expects terms to broadcast to the result's shape, got 'tensor<2x4xi8>'}}
  %y = dyadic.requant %t0 {term_zero_points = array<i32: 0>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32>, shifts = array<i32: 40>,
         zero_point = 3 : i32, lo = -128 : i32, hi = 127 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<2x3xi32>) -> tensor<2x4xi8>
  return
}
// -----
func.func @requant_c7(%t0: tensor<2x3xi32>, %t1: tensor<2x3xi32>) {
  // expected-error @below {{'dyadic.requant' op expects one term with half_even}}
  %y = dyadic.requant %t0, %t1 {term_zero_points = array<i32: 0, 0>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32: 1>, shifts = array<i32: 40>,
         zero_point = 3 : i32, lo = -128 : i32, hi = 127 : i32, rounding = #dyadic.rounding<half_even>} : (tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<2x3xi8>
  return
}
// -----
func.func @requant_c8(%t0: tensor<2x3xi32>, %t1: tensor<2x3xui8>) {
  // expected-error @below {{'dyadic.requant' op expects planes to be the first two of two or three terms, of type i32 with zero point 0}}
  %y = dyadic.requant %t0 {term_zero_points = array<i32: 0>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32>, shifts = array<i32: 40>, planes,
         zero_point = 3 : i32, lo = -128 : i32, hi = 127 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<2x3xi32>) -> tensor<2x3xi8>
  return
}
// -----
func.func @requant_c8_codes(%t0: tensor<2x3xi32>, %t1: tensor<2x3xui8>) {
  // expected-error @below {{'dyadic.requant' op expects planes to be the first two of two or three terms, of type i32 with zero point 0}}
  %y = dyadic.requant %t0, %t1 {term_zero_points = array<i32: 0, 0>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32: 4194304>, shifts = array<i32: 40>, planes,
         zero_point = 3 : i32, lo = -128 : i32, hi = 127 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<2x3xi32>, tensor<2x3xui8>) -> tensor<2x3xi8>
  return
}
// -----
func.func @requant_c8_zero(%t0: tensor<2x3xi32>, %t1: tensor<2x3xui8>) {
  // expected-error @below {{'dyadic.requant' op expects planes to be the first two of two or three terms, of type i32 with zero point 0}}
  %y = dyadic.requant %t0, %t0 {term_zero_points = array<i32: 0, 1>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32: 4194304>, shifts = array<i32: 40>, planes,
         zero_point = 3 : i32, lo = -128 : i32, hi = 127 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<2x3xi8>
  return
}
// -----
func.func @requant_c9(%t0: tensor<2x3xi32>, %t1: tensor<2x3xui8>) {
  // expected-error @below {{'dyadic.requant' op expects planes with multipliers[c] = 256 * multipliers1[c], got 1073741824 and 4194305 (entry 0)}}
  %y = dyadic.requant %t0, %t0 {term_zero_points = array<i32: 0, 0>, multipliers = array<i32: 1073741824>, multipliers1 = array<i32: 4194305>, shifts = array<i32: 40>, planes,
         zero_point = 3 : i32, lo = -128 : i32, hi = 127 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<2x3xi8>
  return
}
// -----
func.func @requant_c9_dead(%t0: tensor<2x3xi32>, %t1: tensor<2x3xui8>) {
  // expected-error @below {{'dyadic.requant' op expects planes with multipliers[c] = 256 * multipliers1[c], got 1073741824 and 0 (entry 1)}}
  %y = dyadic.requant %t0, %t0 {term_zero_points = array<i32: 0, 0>, multipliers = array<i32: 1073741824, 1073741824>, multipliers1 = array<i32: 0, 0>, shifts = array<i32: 62, 61>, axis = 0 : i64, planes,
         zero_point = 3 : i32, lo = -128 : i32, hi = 127 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<2x3xi8>
  return
}
// -----
func.func @lut_c1(%x: tensor<2x3xui8>) {
  // expected-error @below {{'dyadic.lut' op expects a table of 256 entries of 'ui8', got 'tensor<255xui8>'}}
  %y = dyadic.lut %x {table = dense<7> : tensor<255xui8>} : (tensor<2x3xui8>) -> tensor<2x3xui8>
  return
}
// -----
func.func @lut_c1_type(%x: tensor<2x3xui8>) {
  // expected-error @below {{'dyadic.lut' op expects a table of 256 entries of 'ui8', got 'tensor<256xi8>'}}
  %y = dyadic.lut %x {table = dense<7> : tensor<256xi8>} : (tensor<2x3xui8>) -> tensor<2x3xui8>
  return
}
// -----
func.func @lut_c1_vector(%x: tensor<2x3xui8>) {
  // expected-error @below {{'dyadic.lut' op expects a table of 256 entries of 'ui8', got 'vector<256xui8>'}}
  %y = dyadic.lut %x {table = dense<7> : vector<256xui8>} : (tensor<2x3xui8>) -> tensor<2x3xui8>
  return
}
// -----
func.func @lut_c1_sixteen(%x: tensor<2x3xi16>) {
  // expected-error @below {{'dyadic.lut' op expects a table of 65536 entries of 'ui8', got 'tensor<256xui8>'}}
  %y = dyadic.lut %x {table = dense<7> : tensor<256xui8>} : (tensor<2x3xi16>) -> tensor<2x3xui8>
  return
}
// -----
func.func @lut_c2(%x: tensor<2x3xui8>) {
  // expected-error @below {{'dyadic.lut' op expects a result of shape 'tensor<2x3xui8>', got 'tensor<3x2xui8>'}}
  %y = dyadic.lut %x {table = dense<7> : tensor<256xui8>} : (tensor<2x3xui8>) -> tensor<3x2xui8>
  return
}
// -----
func.func @plane_c1(%x: tensor<2x3xui16>) {
  // expected-error @below {{'dyadic.plane' op expects a result of the shape of 'tensor<2x3xui16>', got 'tensor<3x2xui8>'}}
  %y = dyadic.plane %x {high} : (tensor<2x3xui16>) -> tensor<3x2xui8>
  return
}
// -----
func.func @segments_c1(%x: tensor<2x3xui16>) {
  // expected-error @below {{'dyadic.segments' op expects base and slope of 2048 entries of 'i32', got 'tensor<2047xi32>'}}
  %y = dyadic.segments %x {base = dense<0> : tensor<2048xi32>, slope = dense<0> : tensor<2047xi32>, lo = 0 : i32, hi = 255 : i32} : (tensor<2x3xui16>) -> tensor<2x3xui8>
  return
}
// -----
func.func @segments_c1_type(%x: tensor<2x3xui16>) {
  // expected-error @below {{'dyadic.segments' op expects base and slope of 2048 entries of 'i32', got 'tensor<2048xi16>'}}
  %y = dyadic.segments %x {base = dense<0> : tensor<2048xi16>, slope = dense<0> : tensor<2048xi32>, lo = 0 : i32, hi = 255 : i32} : (tensor<2x3xui16>) -> tensor<2x3xui8>
  return
}
// -----
func.func @segments_c2(%x: tensor<2x3xui16>) {
  // expected-error @below {{'dyadic.segments' op expects a result of shape 'tensor<2x3xui16>', got 'tensor<3x2xui8>'}}
  %y = dyadic.segments %x {base = dense<0> : tensor<2048xi32>, slope = dense<0> : tensor<2048xi32>, lo = 0 : i32, hi = 255 : i32} : (tensor<2x3xui16>) -> tensor<3x2xui8>
  return
}
// -----
func.func @segments_c3(%x: tensor<2x3xui16>) {
  // expected-error @below {{'dyadic.segments' op expects lo <= hi, got 9 and 8}}
  %y = dyadic.segments %x {base = dense<0> : tensor<2048xi32>, slope = dense<0> : tensor<2048xi32>, lo = 9 : i32, hi = 8 : i32} : (tensor<2x3xui16>) -> tensor<2x3xui8>
  return
}
// -----
func.func @segments_c3_hi(%x: tensor<2x3xui16>) {
  // expected-error @below {{'dyadic.segments' op expects hi between 0 and 255 ('ui8'), got 65535}}
  %y = dyadic.segments %x {base = dense<0> : tensor<2048xi32>, slope = dense<0> : tensor<2048xi32>, lo = 0 : i32, hi = 65535 : i32} : (tensor<2x3xui16>) -> tensor<2x3xui8>
  return
}
// -----
func.func @dyadic_global_avg_pool_c1(%x: tensor<1x2xui8>) {
  // expected-error @below {{'dyadic.global_avg_pool' op expects an input of rank 3 to 5, got 2}}
  %y = dyadic.global_avg_pool %x {x_zero_point = 1 : i32, counts = array<i64: 2, 4>, multipliers = array<i32: 1, 1>, shifts = array<i32: 32, 32>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32} : (tensor<1x2xui8>) -> tensor<1x2xui8>
  return
}
// -----
func.func @dyadic_global_avg_pool_c2(%x: tensor<1x2x?xui8>) {
  // expected-error @below {{'dyadic.global_avg_pool' op expects counts, multipliers and shifts of one length >= 1}}
  %y = dyadic.global_avg_pool %x {x_zero_point = 1 : i32, counts = array<i64>, multipliers = array<i32>, shifts = array<i32>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32} : (tensor<1x2x?xui8>) -> tensor<1x2x1xui8>
  return
}
// -----
func.func @dyadic_global_avg_pool_c2_lengths(%x: tensor<1x2x?xui8>) {
  // expected-error @below {{'dyadic.global_avg_pool' op expects counts, multipliers and shifts of one length >= 1}}
  %y = dyadic.global_avg_pool %x {x_zero_point = 1 : i32, counts = array<i64: 2>, multipliers = array<i32: 1, 1>, shifts = array<i32: 32, 32>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32} : (tensor<1x2x?xui8>) -> tensor<1x2x1xui8>
  return
}
// -----
func.func @dyadic_global_avg_pool_c2_order(%x: tensor<1x2x?xui8>) {
  // expected-error @below {{'dyadic.global_avg_pool' op expects counts between 1 and 8388608 in ascending order, got 3}}
  %y = dyadic.global_avg_pool %x {x_zero_point = 1 : i32, counts = array<i64: 4, 3>, multipliers = array<i32: 1, 1>, shifts = array<i32: 32, 32>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32} : (tensor<1x2x?xui8>) -> tensor<1x2x1xui8>
  return
}
// -----
func.func @dyadic_global_avg_pool_c3(%x: tensor<1x2x?xui8>) {
  // expected-error @below {{'dyadic.global_avg_pool' op expects 1 <= shift <= 62, got 63}}
  %y = dyadic.global_avg_pool %x {x_zero_point = 1 : i32, counts = array<i64: 2, 4>, multipliers = array<i32: 1, 1>, shifts = array<i32: 32, 63>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32} : (tensor<1x2x?xui8>) -> tensor<1x2x1xui8>
  return
}
// -----
func.func @dyadic_global_avg_pool_c4(%x: tensor<1x2x?xui8>) {
  // expected-error @below {{'dyadic.global_avg_pool' op expects lo <= hi, got 9 and 8}}
  %y = dyadic.global_avg_pool %x {x_zero_point = 1 : i32, counts = array<i64: 2, 4>, multipliers = array<i32: 1, 1>, shifts = array<i32: 32, 32>,
         zero_point = 3 : i32, lo = 9 : i32, hi = 8 : i32} : (tensor<1x2x?xui8>) -> tensor<1x2x1xui8>
  return
}
// -----
func.func @dyadic_global_avg_pool_c4_zero(%x: tensor<1x2x?xui8>) {
  // expected-error @below {{'dyadic.global_avg_pool' op expects zero_point between 0 and 255 ('ui8'), got 256}}
  %y = dyadic.global_avg_pool %x {x_zero_point = 1 : i32, counts = array<i64: 2, 4>, multipliers = array<i32: 1, 1>, shifts = array<i32: 32, 32>,
         zero_point = 256 : i32, lo = 0 : i32, hi = 255 : i32} : (tensor<1x2x?xui8>) -> tensor<1x2x1xui8>
  return
}
// -----
func.func @dyadic_global_avg_pool_c5(%x: tensor<1x2x?xui8>) {
  // expected-error @below {{'dyadic.global_avg_pool' op expects x_zero_point between 0 and 255 ('ui8'), got -1}}
  %y = dyadic.global_avg_pool %x {x_zero_point = -1 : i32, counts = array<i64: 2, 4>, multipliers = array<i32: 1, 1>, shifts = array<i32: 32, 32>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32} : (tensor<1x2x?xui8>) -> tensor<1x2x1xui8>
  return
}
// -----
func.func @dyadic_global_avg_pool_c6(%x: tensor<1x2x?xui8>) {
  // expected-error @below {{'dyadic.global_avg_pool' op expects a result of shape 'tensor<1x2x1xui8>', got 'tensor<1x2x2xui8>'}}
  %y = dyadic.global_avg_pool %x {x_zero_point = 1 : i32, counts = array<i64: 2, 4>, multipliers = array<i32: 1, 1>, shifts = array<i32: 32, 32>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32} : (tensor<1x2x?xui8>) -> tensor<1x2x2xui8>
  return
}

// -----
func.func @row_max_c1(%x: tensor<2x3xui8>) {
  // expected-error @below {{'dyadic.row_max' op expects 0 <= axis < 2, got 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = dyadic.row_max %x {axis = 2 : i64} : (tensor<2x3xui8>) -> tensor<2x1xui8>
  return
}

// -----
func.func @row_max_c2(%x: tensor<2x3xui8>) {
  // expected-error @below {{'dyadic.row_max' op inferred type(s) 'tensor<2x1xui8>' are incompatible with return type(s) of operation 'tensor<2x3xui8>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = dyadic.row_max %x {axis = 1 : i64} : (tensor<2x3xui8>) -> tensor<2x3xui8>
  return
}

// -----
func.func @select_c1(%m: tensor<2x3xi1>, %x: tensor<2x3xui8>) {
  // expected-error @below {{'dyadic.select' op expects a result of the type of x, got 'tensor<2x3xui8>' and 'tensor<2x3xi8>'}}
  %y = dyadic.select %m, %x {other = 0 : i32} : (tensor<2x3xi1>, tensor<2x3xui8>) -> tensor<2x3xi8>
  return
}

// -----

func.func @select_c2(%m: tensor<2x1x3xi1>, %x: tensor<2x3xui8>) {
  // expected-error @below {{'dyadic.select' op expects a mask that broadcasts to 'tensor<2x3xui8>', got 'tensor<2x1x3xi1>'}}
  %y = dyadic.select %m, %x {other = 0 : i32} : (tensor<2x1x3xi1>, tensor<2x3xui8>) -> tensor<2x3xui8>
  return
}

// -----

func.func @select_c3(%m: tensor<2x3xi1>, %x: tensor<2x3xui8>) {
  // expected-error @below {{'dyadic.select' op expects other between 0 and 255 ('ui8'), got -1}}
  %y = dyadic.select %m, %x {other = -1 : i32} : (tensor<2x3xi1>, tensor<2x3xui8>) -> tensor<2x3xui8>
  return
}

// -----

func.func @lut_below_c1(%x: tensor<2x3xui8>, %m: tensor<2x1xui8>) {
  // expected-error @below {{'dyadic.lut_below' op expects a table of 256 entries of 'ui8', got 'tensor<255xui8>'}}
  %y = dyadic.lut_below %x, %m {table = dense<0> : tensor<255xui8>} : (tensor<2x3xui8>, tensor<2x1xui8>) -> tensor<2x3xui8>
  return
}

// -----
func.func @lut_below_c2(%x: tensor<2x3xui8>, %m: tensor<2x1xi8>) {
  // expected-error @below {{'dyadic.lut_below' op expects a result of the shape of x and codes of one type, got 'tensor<2x3xui8>', 'tensor<2x1xi8>' and 'tensor<2x3xui8>'}}
  %y = dyadic.lut_below %x, %m {table = dense<0> : tensor<256xui8>} : (tensor<2x3xui8>, tensor<2x1xi8>) -> tensor<2x3xui8>
  return
}

// -----
func.func @lut_below_c2_shape(%x: tensor<2x3xui8>, %m: tensor<2x1xui8>) {
  // expected-error @below {{'dyadic.lut_below' op expects a result of the shape of x and codes of one type, got 'tensor<2x3xui8>', 'tensor<2x1xui8>' and 'tensor<2x4xui8>'}}
  %y = dyadic.lut_below %x, %m {table = dense<0> : tensor<256xui8>} : (tensor<2x3xui8>, tensor<2x1xui8>) -> tensor<2x4xui8>
  return
}

// -----
func.func @lut_below_c3(%x: tensor<2x3xui8>, %m: tensor<2x2xui8>) {
  // expected-error @below {{'dyadic.lut_below' op expects largest codes that broadcast to 'tensor<2x3xui8>', got 'tensor<2x2xui8>'}}
  %y = dyadic.lut_below %x, %m {table = dense<0> : tensor<256xui8>} : (tensor<2x3xui8>, tensor<2x2xui8>) -> tensor<2x3xui8>
  return
}

// -----
func.func @row_reciprocal_c1(%p: tensor<2x3xui8>) {
  // expected-error @below {{'dyadic.row_reciprocal' op expects 0 <= axis < 2, got -1}}
  // expected-error @below {{failed to infer returned types}}
  %r = dyadic.row_reciprocal %p {axis = -1 : i64} : (tensor<2x3xui8>) -> tensor<2x1xi32>
  return
}

// -----
func.func @row_reciprocal_c2(%p: tensor<2x3xui8>) {
  // expected-error @below {{'dyadic.row_reciprocal' op inferred type(s) 'tensor<1x3xi32>' are incompatible with return type(s) of operation 'tensor<2x1xi32>'}}
  // expected-error @below {{failed to infer returned types}}
  %r = dyadic.row_reciprocal %p {axis = 0 : i64} : (tensor<2x3xui8>) -> tensor<2x1xi32>
  return
}

// -----
func.func @row_reciprocal_c3(%p: tensor<8388609xui8>) {
  // expected-error @below {{'dyadic.row_reciprocal' op expects rows of at most 8388608 elements, got 8388609}}
  %r = dyadic.row_reciprocal %p {axis = 0 : i64} : (tensor<8388609xui8>) -> tensor<1xi32>
  return
}

// -----
func.func @row_reciprocal_c3_unknown(%p: tensor<?xui8>) {
  // expected-error @below {{'dyadic.row_reciprocal' op expects rows of at most 8388608 elements, got an unknown number and no max_length}}
  %r = dyadic.row_reciprocal %p {axis = 0 : i64} : (tensor<?xui8>) -> tensor<1xi32>
  return
}

// -----
func.func @row_reciprocal_c4(%p: tensor<9xui8>) {
  // expected-error @below {{'dyadic.row_reciprocal' op expects max_length >= 9, got 8}}
  %r = dyadic.row_reciprocal %p {axis = 0 : i64, max_length = 8 : i64} : (tensor<9xui8>) -> tensor<1xi32>
  return
}

// -----
func.func @requant_rows_c1(%x: tensor<2x3xi32>, %r: tensor<3x1xi32>) {
  // expected-error @below {{'dyadic.requant_rows' op expects numbers of rows that broadcast to x, and a result of its shape, got 'tensor<2x3xi32>', 'tensor<3x1xi32>' and 'tensor<2x3xui8>'}}
  %y = dyadic.requant_rows %x, %r {multiplier = 1 : i32, shift = 30 : i32, zero_point = 0 : i32, lo = 0 : i32, hi = 255 : i32} : (tensor<2x3xi32>, tensor<3x1xi32>) -> tensor<2x3xui8>
  return
}

// -----
func.func @requant_rows_c2(%x: tensor<2x3xi32>, %r: tensor<2x1xi32>) {
  // expected-error @below {{'dyadic.requant_rows' op expects multiplier >= 0, got -1}}
  %y = dyadic.requant_rows %x, %r {multiplier = -1 : i32, shift = 30 : i32, zero_point = 0 : i32, lo = 0 : i32, hi = 255 : i32} : (tensor<2x3xi32>, tensor<2x1xi32>) -> tensor<2x3xui8>
  return
}

// -----
func.func @requant_rows_c3(%x: tensor<2x3xi32>, %r: tensor<2x1xi32>) {
  // expected-error @below {{'dyadic.requant_rows' op expects 1 <= shift <= 62, got 63}}
  %y = dyadic.requant_rows %x, %r {multiplier = 1 : i32, shift = 63 : i32, zero_point = 0 : i32, lo = 0 : i32, hi = 255 : i32} : (tensor<2x3xi32>, tensor<2x1xi32>) -> tensor<2x3xui8>
  return
}

// -----
func.func @requant_rows_c4(%x: tensor<2x3xi32>, %r: tensor<2x1xi32>) {
  // expected-error @below {{'dyadic.requant_rows' op expects hi between 0 and 255 ('ui8'), got 256}}
  %y = dyadic.requant_rows %x, %r {multiplier = 1 : i32, shift = 30 : i32, zero_point = 0 : i32, lo = 0 : i32, hi = 256 : i32} : (tensor<2x3xi32>, tensor<2x1xi32>) -> tensor<2x3xui8>
  return
}

// -----
func.func @row_sum_c1(%x: tensor<2x3xui8>) {
  // expected-error @below {{'dyadic.row_sum' op expects axes that ascend below 2, got 2}}
  %y = dyadic.row_sum %x {axes = array<i64: 2>, x_zero_point = 0 : i32} : (tensor<2x3xui8>) -> tensor<2x1xi32>
  return
}

// -----
func.func @row_sum_c1_order(%x: tensor<2x3xui8>) {
  // expected-error @below {{'dyadic.row_sum' op expects axes that ascend below 2, got 0}}
  %y = dyadic.row_sum %x {axes = array<i64: 1, 0>, x_zero_point = 0 : i32} : (tensor<2x3xui8>) -> tensor<1x1xi32>
  return
}

// -----
func.func @row_sum_c2(%x: tensor<2x32769xui8>) {
  // expected-error @below {{'dyadic.row_sum' op expects rows of a known number of at most 32768 elements, got those of 'tensor<2x32769xui8>'}}
  %y = dyadic.row_sum %x {axes = array<i64: 1>, x_zero_point = 0 : i32} : (tensor<2x32769xui8>) -> tensor<2x1xi32>
  return
}

// -----
func.func @row_sum_c2_unknown(%x: tensor<2x?xui8>) {
  // expected-error @below {{'dyadic.row_sum' op expects rows of a known number of at most 32768 elements, got those of 'tensor<2x?xui8>'}}
  %y = dyadic.row_sum %x {axes = array<i64: 1>, x_zero_point = 0 : i32} : (tensor<2x?xui8>) -> tensor<2x1xi32>
  return
}

// -----
func.func @row_sum_c3(%x: tensor<2x3xui8>) {
  // expected-error @below {{'dyadic.row_sum' op expects x_zero_point between 0 and 255 ('ui8'), got 256}}
  %y = dyadic.row_sum %x {axes = array<i64: 1>, x_zero_point = 256 : i32} : (tensor<2x3xui8>) -> tensor<2x1xi32>
  return
}

// -----
func.func @row_root_c1(%x: tensor<2x3xui8>) {
  // expected-error @below {{'dyadic.row_root' op expects axes that ascend below 2, got 2}}
  %y = dyadic.row_root %x {axes = array<i64: 2>, x_zero_point = 0 : i32, epsilon = 0 : i64} : (tensor<2x3xui8>) -> tensor<2x1xi32>
  return
}

// -----
func.func @row_root_c1_order(%x: tensor<2x3xui8>) {
  // expected-error @below {{'dyadic.row_root' op expects axes that ascend below 2, got 0}}
  %y = dyadic.row_root %x {axes = array<i64: 1, 0>, x_zero_point = 0 : i32, epsilon = 0 : i64} : (tensor<2x3xui8>) -> tensor<1x1xi32>
  return
}

// -----
func.func @row_root_c2(%x: tensor<2x32769xui8>) {
  // expected-error @below {{'dyadic.row_root' op expects rows of a known number of at most 32768 elements, got those of 'tensor<2x32769xui8>'}}
  %y = dyadic.row_root %x {axes = array<i64: 1>, x_zero_point = 0 : i32, epsilon = 0 : i64} : (tensor<2x32769xui8>) -> tensor<2x1xi32>
  return
}

// -----
func.func @row_root_c2_unknown(%x: tensor<2x?xui8>) {
  // expected-error @below {{'dyadic.row_root' op expects rows of a known number of at most 32768 elements, got those of 'tensor<2x?xui8>'}}
  %y = dyadic.row_root %x {axes = array<i64: 1>, x_zero_point = 0 : i32, epsilon = 0 : i64} : (tensor<2x?xui8>) -> tensor<2x1xi32>
  return
}

// -----
func.func @row_root_c3(%x: tensor<2x3xui8>) {
  // expected-error @below {{'dyadic.row_root' op expects x_zero_point between 0 and 255 ('ui8'), got 256}}
  %y = dyadic.row_root %x {axes = array<i64: 1>, x_zero_point = 256 : i32, epsilon = 0 : i64} : (tensor<2x3xui8>) -> tensor<2x1xi32>
  return
}

// -----
func.func @dyadic_normalize_c1(%x: tensor<2x3xui8>, %r: tensor<1x1xi32>) {
  // expected-error @below {{'dyadic.normalize' op expects axes that ascend below 2, got 0}}
  %y = dyadic.normalize %x, %r {axes = array<i64: 1, 0>, x_zero_point = 0 : i32} : (tensor<2x3xui8>, tensor<1x1xi32>) -> tensor<2x3xi32>
  return
}

// -----
func.func @dyadic_normalize_c2(%x: tensor<2x32769xui8>, %r: tensor<2x1xi32>) {
  // expected-error @below {{'dyadic.normalize' op expects rows of a known number of at most 32768 elements, got those of 'tensor<2x32769xui8>'}}
  %y = dyadic.normalize %x, %r {axes = array<i64: 1>, x_zero_point = 0 : i32} : (tensor<2x32769xui8>, tensor<2x1xi32>) -> tensor<2x32769xi32>
  return
}

// -----
func.func @dyadic_normalize_c2_unknown(%x: tensor<2x?xui8>, %r: tensor<2x1xi32>) {
  // expected-error @below {{'dyadic.normalize' op expects rows of a known number of at most 32768 elements, got those of 'tensor<2x?xui8>'}}
  %y = dyadic.normalize %x, %r {axes = array<i64: 1>, x_zero_point = 0 : i32} : (tensor<2x?xui8>, tensor<2x1xi32>) -> tensor<2x?xi32>
  return
}

// -----
func.func @dyadic_normalize_c3(%x: tensor<2x3xui8>, %r: tensor<2x1xi32>) {
  // expected-error @below {{'dyadic.normalize' op expects x_zero_point between 0 and 255 ('ui8'), got 256}}
  %y = dyadic.normalize %x, %r {axes = array<i64: 1>, x_zero_point = 256 : i32} : (tensor<2x3xui8>, tensor<2x1xi32>) -> tensor<2x3xi32>
  return
}

// -----
func.func @row_sum_c4(%x: tensor<2x3xui8>) {
  // expected-error @below {{'dyadic.row_sum' op inferred type(s) 'tensor<2x1xi32>' are incompatible with return type(s) of operation 'tensor<2x3xi32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = dyadic.row_sum %x {axes = array<i64: 1>, x_zero_point = 0 : i32} : (tensor<2x3xui8>) -> tensor<2x3xi32>
  return
}

// -----
func.func @row_root_c4(%x: tensor<2x3xui8>, %s: tensor<1x1xi32>) {
  // expected-error @below {{'dyadic.row_root' op expects a number for each row of 'tensor<2x3xui8>', got 'tensor<1x1xi32>'}}
  %y = dyadic.row_root %x, %s {axes = array<i64: 1>, x_zero_point = 0 : i32, epsilon = 0 : i64} : (tensor<2x3xui8>, tensor<1x1xi32>) -> tensor<2x1xi32>
  return
}

// -----
func.func @row_root_c5(%x: tensor<2x3xui8>) {
  // expected-error @below {{'dyadic.row_root' op expects an epsilon between 0 and 2^60, got -1}}
  %y = dyadic.row_root %x {axes = array<i64: 1>, x_zero_point = 0 : i32, epsilon = -1 : i64} : (tensor<2x3xui8>) -> tensor<2x1xi32>
  return
}

// -----
func.func @dyadic_normalize_c4(%x: tensor<2x3xui8>, %r: tensor<2x3xi32>) {
  // expected-error @below {{'dyadic.normalize' op expects a number for each row of 'tensor<2x3xui8>', got 'tensor<2x3xi32>'}}
  %y = dyadic.normalize %x, %r {axes = array<i64: 1>, x_zero_point = 0 : i32} : (tensor<2x3xui8>, tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----
func.func @dyadic_normalize_c4_result(%x: tensor<2x3xui8>, %r: tensor<2x1xi32>) {
  // expected-error @below {{'dyadic.normalize' op expects a result of the shape of 'tensor<2x3xui8>', got 'tensor<2x4xi32>'}}
  %y = dyadic.normalize %x, %r {axes = array<i64: 1>, x_zero_point = 0 : i32} : (tensor<2x3xui8>, tensor<2x1xi32>) -> tensor<2x4xi32>
  return
}
