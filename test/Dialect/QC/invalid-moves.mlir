// One refusal for each labelled constraint of the moves and of conv_transpose; the function has the label's name.
// (Where a shape is inferred, MLIR adds a second error to the one that says what is wrong.)
// RUN: qc-opt %s --split-input-file --verify-diagnostics

func.func @slice_c1(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.slice' op expects starts, ends and steps of 1 entries as axes, got 1, 2 and 1}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.slice %x {axes = array<i64: 0>, starts = array<i64: 0>, ends = array<i64: 0, 1>, steps = array<i64: 1>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @slice_c2(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.slice' op expects 0 <= axis < 2, each once, got 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.slice %x {axes = array<i64: 2>, starts = array<i64: 0>, ends = array<i64: 1>, steps = array<i64: 1>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @slice_c2_twice(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.slice' op expects 0 <= axis < 2, each once, got 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.slice %x {axes = array<i64: 0, 0>, starts = array<i64: 0, 0>, ends = array<i64: 1, 1>, steps = array<i64: 1, 1>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @slice_c3(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.slice' op expects steps other than 0 between -2^31 and 2^31, got 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.slice %x {axes = array<i64: 0>, starts = array<i64: 0>, ends = array<i64: 1>, steps = array<i64: 0>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @slice_c3_large(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.slice' op expects steps other than 0 between -2^31 and 2^31, got 2147483648}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.slice %x {axes = array<i64: 0>, starts = array<i64: 0>, ends = array<i64: 1>, steps = array<i64: 2147483648>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @slice_c4(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.slice' op expects end_values exactly where an entry of ends is computed}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.slice %x {axes = array<i64: 0>, starts = array<i64: 0>, ends = array<i64: -9223372036854775808>, steps = array<i64: 1>} : (tensor<2x3xf32>) -> tensor<?x3xf32>
  return
}
// -----
func.func @slice_c4_count(%x: tensor<2x3xf32>, %n: tensor<2xi64>) {
  // expected-error @below {{'qc.slice' op expects start_values with one entry per axis, 1}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.slice %x from %n {axes = array<i64: 0>, starts = array<i64: -9223372036854775808>, ends = array<i64: 1>, steps = array<i64: 1>} : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<?x3xf32>
  return
}
// -----
func.func @pad_c1(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.pad' op expects begins and ends with one entry per dimension, 2, got 1}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.pad %x edge {begins = array<i64: 0>, ends = array<i64: 0>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @pad_c1_negative(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.pad' op expects begins and ends >= 0, got -1 and 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.pad %x edge {begins = array<i64: 0, -1>, ends = array<i64: 0, 0>} : (tensor<2x3xf32>) -> tensor<2x2xf32>
  return
}
// -----
func.func @pad_c2(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.pad' op expects a value with mode constant, and with no other}}
  %y = qc.pad %x constant {begins = array<i64: 0, 1>, ends = array<i64: 0, 0>} : (tensor<2x3xf32>) -> tensor<2x4xf32>
  return
}
// -----
func.func @pad_c2_edge(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.pad' op expects a value with mode constant, and with no other}}
  %y = qc.pad %x edge {begins = array<i64: 0, 1>, ends = array<i64: 0, 0>, value = 0.0 : f32} : (tensor<2x3xf32>) -> tensor<2x4xf32>
  return
}
// -----
func.func @pad_c2_element(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.pad' op expects a value of the element type 'f32', got 0 : i8}}
  %y = qc.pad %x constant {begins = array<i64: 0, 1>, ends = array<i64: 0, 0>, value = 0 : i8} : (tensor<2x3xf32>) -> tensor<2x4xf32>
  return
}
// -----
func.func @pad_c3(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.pad' op expects a dimension that 3 more positions in mode reflect can be taken from, got 3}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.pad %x reflect {begins = array<i64: 0, 3>, ends = array<i64: 0, 0>} : (tensor<2x3xf32>) -> tensor<2x6xf32>
  return
}
// -----
func.func @pad_c3_wrap(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.pad' op expects a dimension that 4 more positions in mode wrap can be taken from, got 3}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.pad %x wrap {begins = array<i64: 0, 0>, ends = array<i64: 0, 4>} : (tensor<2x3xf32>) -> tensor<2x7xf32>
  return
}
// -----
func.func @pad_c3_edge(%x: tensor<0xf32>) {
  // expected-error @below {{'qc.pad' op expects a dimension that 1 more positions in mode edge can be taken from, got 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.pad %x edge {begins = array<i64: 1>, ends = array<i64: 0>} : (tensor<0xf32>) -> tensor<1xf32>
  return
}
// -----
func.func @pad_c4(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.pad' op expects a result dimension below 2^63}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.pad %x constant {begins = array<i64: 9223372036854775807, 0>, ends = array<i64: 0, 0>, value = 0.0 : f32} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @pad_c5(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.pad' op expects pad_values exactly where an entry of begins or ends is computed}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.pad %x edge {begins = array<i64: 0, 0>, ends = array<i64: 0, -9223372036854775808>} : (tensor<2x3xf32>) -> tensor<2x?xf32>
  return
}
// -----
func.func @pad_c5_count(%x: tensor<2x3xf32>, %n: tensor<2xi64>) {
  // expected-error @below {{'qc.pad' op expects pad_values with two entries per dimension, 4}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.pad %x by %n edge {begins = array<i64: 0, 0>, ends = array<i64: 0, -9223372036854775808>} : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<2x?xf32>
  return
}
// -----
func.func @pad_c5_negative(%x: tensor<2x3xf32>) {
  %n = qc.constant dense<[0, 0, 0, -2]> : tensor<4xi64>
  // expected-error @below {{'qc.pad' op expects begins and ends >= 0, got 0 and -2}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.pad %x by %n edge {begins = array<i64: 0, 0>, ends = array<i64: 0, -9223372036854775808>} : (tensor<2x3xf32>, tensor<4xi64>) -> tensor<2x?xf32>
  return
}
// -----
func.func @tile_c1(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.tile' op expects repeats with one entry per dimension, 2, got 1}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.tile %x {repeats = array<i64: 2>} : (tensor<2x3xf32>) -> tensor<4x3xf32>
  return
}
// -----
func.func @tile_c1_negative(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.tile' op expects repeats >= 0, got -1}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.tile %x {repeats = array<i64: 2, -1>} : (tensor<2x3xf32>) -> tensor<4x3xf32>
  return
}
// -----
func.func @tile_c2(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.tile' op expects a result dimension below 2^63}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.tile %x {repeats = array<i64: 9223372036854775807, 1>} : (tensor<2x3xf32>) -> tensor<4x3xf32>
  return
}
// -----
func.func @tile_c3(%x: tensor<2x3xf32>, %n: tensor<2xi64>) {
  // expected-error @below {{'qc.tile' op expects repeat_values exactly where an entry of repeats is computed}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.tile %x by %n {repeats = array<i64: 2, 1>} : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<4x3xf32>
  return
}
// -----
func.func @tile_c3_count(%x: tensor<2x3xf32>, %n: tensor<3xi64>) {
  // expected-error @below {{'qc.tile' op expects repeat_values with one entry per dimension, 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.tile %x by %n {repeats = array<i64: 2, -9223372036854775808>} : (tensor<2x3xf32>, tensor<3xi64>) -> tensor<4x?xf32>
  return
}
// -----
func.func @split_part_c1(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.split_part' op expects 0 <= axis < 2 and 0 <= index < count, got 1, 3 and 3}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.split_part %x {axis = 1 : i64, index = 3 : i64, count = 3 : i64, uneven = false} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  return
}
// -----
func.func @split_part_c2(%x: tensor<2x3xf32>, %n: tensor<3xi64>) {
  // expected-error @below {{'qc.split_part' op expects size_values with one entry per part, 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.split_part %x by %n {axis = 1 : i64, index = 1 : i64, count = 2 : i64, uneven = false} : (tensor<2x3xf32>, tensor<3xi64>) -> tensor<2x?xf32>
  return
}
// -----
func.func @split_part_c2_sum(%x: tensor<2x3xf32>) {
  %n = qc.constant dense<[1, 3]> : tensor<2xi64>
  // expected-error @below {{'qc.split_part' op expects parts of together 3, got 4}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.split_part %x by %n {axis = 1 : i64, index = 1 : i64, count = 2 : i64, uneven = false} : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<2x?xf32>
  return
}
// -----
func.func @split_part_c2_negative(%x: tensor<2x3xf32>) {
  %n = qc.constant dense<[4, -1]> : tensor<2xi64>
  // expected-error @below {{'qc.split_part' op expects parts of sizes >= 0, got -1}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.split_part %x by %n {axis = 1 : i64, index = 1 : i64, count = 2 : i64, uneven = false} : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<2x?xf32>
  return
}
// -----
func.func @split_part_c3(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.split_part' op expects a dimension that can be divided into 2 equal parts, got 3}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.split_part %x {axis = 1 : i64, index = 0 : i64, count = 2 : i64, uneven = false} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  return
}
// -----
func.func @split_part_c3_uneven(%x: tensor<2x5xf32>) {
  // expected-error @below {{'qc.split_part' op expects a dimension that can be divided into 4 parts of which the last may be shorter, got 5}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.split_part %x {axis = 1 : i64, index = 0 : i64, count = 4 : i64, uneven = true} : (tensor<2x5xf32>) -> tensor<2x2xf32>
  return
}
// -----
func.func @gather_c1(%x: tensor<2x3xf32>, %i: tensor<2xi64>) {
  // expected-error @below {{'qc.gather' op expects 0 <= axis < 2, got 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.gather %x, %i {axis = 2 : i64} : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<2x2xf32>
  return
}
// -----
func.func @gather_c2(%x: tensor<0x3xf32>, %i: tensor<2xi64>) {
  // expected-error @below {{'qc.gather' op expects a dimension of size >= 1 to look into, got 0 in dimension 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.gather %x, %i {axis = 0 : i64} : (tensor<0x3xf32>, tensor<2xi64>) -> tensor<2x3xf32>
  return
}
// -----
func.func @gather_elements_c1(%x: tensor<2x3xf32>, %i: tensor<2xi64>) {
  // expected-error @below {{'qc.gather_elements' op expects operands of one rank >= 1 and 0 <= axis < rank, got ranks 2 and 1 and axis 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.gather_elements %x, %i {axis = 0 : i64} : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<2xf32>
  return
}
// -----
func.func @gather_elements_c2(%x: tensor<2x3xf32>, %i: tensor<3x1xi64>) {
  // expected-error @below {{'qc.gather_elements' op expects no more indices than elements beside the axis, got 3 and 2 in dimension 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.gather_elements %x, %i {axis = 1 : i64} : (tensor<2x3xf32>, tensor<3x1xi64>) -> tensor<3x1xf32>
  return
}
// -----
func.func @gather_elements_c3(%x: tensor<2x0xf32>, %i: tensor<2x1xi64>) {
  // expected-error @below {{'qc.gather_elements' op expects a dimension of size >= 1 to look into, got 0 in dimension 1}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.gather_elements %x, %i {axis = 1 : i64} : (tensor<2x0xf32>, tensor<2x1xi64>) -> tensor<2x1xf32>
  return
}
// -----
func.func @gather_nd_c1(%x: tensor<2x3xf32>, %i: tensor<2xi64>) {
  // expected-error @below {{'qc.gather_nd' op expects 0 <= batch_dims < 1, got 1}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.gather_nd %x, %i {batch_dims = 1 : i64} : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<f32>
  return
}
// -----
func.func @gather_nd_c2(%x: tensor<2x3xf32>, %i: tensor<4x3xi64>) {
  // expected-error @below {{'qc.gather_nd' op expects a last dimension of indices from 1 to 2, got 3}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.gather_nd %x, %i {batch_dims = 0 : i64} : (tensor<2x3xf32>, tensor<4x3xi64>) -> tensor<4xf32>
  return
}
// -----
func.func @gather_nd_c2_unknown(%x: tensor<2x3xf32>, %i: tensor<4x?xi64>) {
  // expected-error @below {{'qc.gather_nd' op expects a last dimension of indices from 1 to 2, got ?}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.gather_nd %x, %i {batch_dims = 0 : i64} : (tensor<2x3xf32>, tensor<4x?xi64>) -> tensor<4xf32>
  return
}
// -----
func.func @gather_nd_c3(%x: tensor<2x3xf32>, %i: tensor<4x1xi64>) {
  // expected-error @below {{'qc.gather_nd' op expects equal batch dimensions, got 2 and 4 in dimension 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.gather_nd %x, %i {batch_dims = 1 : i64} : (tensor<2x3xf32>, tensor<4x1xi64>) -> tensor<4xf32>
  return
}
// -----
func.func @gather_nd_c4(%x: tensor<2x0xf32>, %i: tensor<4x2xi64>) {
  // expected-error @below {{'qc.gather_nd' op expects a dimension of size >= 1 to look into, got 0 in dimension 1}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.gather_nd %x, %i {batch_dims = 0 : i64} : (tensor<2x0xf32>, tensor<4x2xi64>) -> tensor<4xf32>
  return
}
// -----
func.func @resize_nearest_c1(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.resize_nearest' op expects either scales or sizes with one entry per dimension, 2, got 1 scales and 0 sizes}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.resize_nearest %x half_pixel floor {scales = array<f32: 1.0>, sizes = array<i64>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @resize_nearest_c1_both(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.resize_nearest' op expects either scales or sizes with one entry per dimension, 2, got 2 scales and 2 sizes}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.resize_nearest %x half_pixel floor {scales = array<f32: 1.0, 1.0>, sizes = array<i64: 2, 3>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @resize_nearest_c1_zero(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.resize_nearest' op expects finite scales > 0, got 0.000000}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.resize_nearest %x half_pixel floor {scales = array<f32: 1.0, 0.0>, sizes = array<i64>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @resize_nearest_c2(%x: tensor<0xf32>) {
  // expected-error @below {{'qc.resize_nearest' op cannot give dimension 0 of size 0 the size 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.resize_nearest %x half_pixel floor {scales = array<f32>, sizes = array<i64: 2>} : (tensor<0xf32>) -> tensor<0xf32>
  return
}
// -----
func.func @resize_nearest_c3(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.resize_nearest' op expects sizes from 0 to 2147483647, got 2147483648}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.resize_nearest %x half_pixel floor {scales = array<f32>, sizes = array<i64: 2, 2147483648>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @resize_nearest_c3_scale(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.resize_nearest' op expects dimensions of a result below 2^31, got 3000000000}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.resize_nearest %x half_pixel floor {scales = array<f32: 1.0, 1.0e9>, sizes = array<i64>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @resize_nearest_c4(%x: tensor<?xf32>) {
  // expected-error @below {{'qc.resize_nearest' op cannot scale dimension 0, whose size is not known, by 0.300000: accepted are scales p / 2^k with whole p <= 2^16 and k <= 24, sizes, or a size that is known}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.resize_nearest %x asymmetric floor {scales = array<f32: 0.3>, sizes = array<i64>} : (tensor<?xf32>) -> tensor<?xf32>
  return
}
// -----
func.func @resize_nearest_c4_large(%x: tensor<?xf32>) {
  // expected-error @below {{'qc.resize_nearest' op cannot scale dimension 0, whose size is not known, by 65537.000000}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.resize_nearest %x align_corners floor {scales = array<f32: 65537.0>, sizes = array<i64>} : (tensor<?xf32>) -> tensor<?xf32>
  return
}
// -----
func.func @resize_nearest_c5(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.resize_nearest' op expects size_values exactly where an entry of sizes is computed}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.resize_nearest %x half_pixel floor {scales = array<f32>, sizes = array<i64: 2, -9223372036854775808>} : (tensor<2x3xf32>) -> tensor<2x?xf32>
  return
}
// -----
func.func @resize_nearest_c5_count(%x: tensor<2x3xf32>, %n: tensor<1xi64>) {
  // expected-error @below {{'qc.resize_nearest' op expects size_values with one entry per dimension, 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.resize_nearest %x to %n half_pixel floor {scales = array<f32>, sizes = array<i64: 2, -9223372036854775808>} : (tensor<2x3xf32>, tensor<1xi64>) -> tensor<2x?xf32>
  return
}
// -----
func.func @resize_nearest_c5_negative(%x: tensor<2x3xf32>) {
  %n = qc.constant dense<-1> : tensor<2xi64>
  // expected-error @below {{'qc.resize_nearest' op expects sizes from 0 to 2147483647, got -1}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.resize_nearest %x to %n half_pixel floor {scales = array<f32>, sizes = array<i64: 2, -9223372036854775808>} : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<2x?xf32>
  return
}
// -----
func.func @resize_nearest_c6(%x: tensor<2x3xf32>) {
  %n = qc.constant dense<1.0> : tensor<1xf32>
  // expected-error @below {{'qc.resize_nearest' op expects scale_values with one entry per dimension, 2, got 1}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.resize_nearest %x by %n half_pixel floor {scales = array<f32>, sizes = array<i64>} : (tensor<2x3xf32>, tensor<1xf32>) -> tensor<2x?xf32>
  return
}
// -----
func.func @resize_nearest_c1_values(%x: tensor<2x3xf32>, %n: tensor<2xf32>) {
  // expected-error @below {{'qc.resize_nearest' op expects either scales or sizes with one entry per dimension, 2, got 2 scales and 0 sizes beside scale_values}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.resize_nearest %x by %n half_pixel floor {scales = array<f32: 1.0, 1.0>, sizes = array<i64>} : (tensor<2x3xf32>, tensor<2xf32>) -> tensor<2x?xf32>
  return
}
// -----
func.func @space_to_depth_c1(%x: tensor<2x3xf32>) {
  // expected-error @below {{'qc.space_to_depth' op expects a rank of 4 and a block >= 1, got 2 and 1}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.space_to_depth %x {block = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
// -----
func.func @space_to_depth_c2(%x: tensor<1x2x3x4xf32>) {
  // expected-error @below {{'qc.space_to_depth' op expects spatial dimensions that 2 divides, got 3}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.space_to_depth %x {block = 2 : i64} : (tensor<1x2x3x4xf32>) -> tensor<1x8x1x2xf32>
  return
}
// -----
func.func @depth_to_space_c1(%x: tensor<1x8x3x4xf32>) {
  // expected-error @below {{'qc.depth_to_space' op expects a rank of 3 or more and a block >= 1 for each spatial axis, got rank 4 and blocks [2]}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.depth_to_space %x dcr {blocks = array<i64: 2>} : (tensor<1x8x3x4xf32>) -> tensor<1x4x6x4xf32>
  return
}
// -----
func.func @depth_to_space_c2(%x: tensor<1x8x3x4xf32>) {
  // expected-error @below {{'qc.depth_to_space' op expects channels that blocks of 3 divide, got 8}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.depth_to_space %x dcr {blocks = array<i64: 3, 1>} : (tensor<1x8x3x4xf32>) -> tensor<1x4x9x4xf32>
  return
}
// -----
func.func @depth_to_space_c3(%x: tensor<1x8x3x4xf32>) {
  // expected-error @below {{'qc.depth_to_space' op expects a result dimension below 2^63}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.depth_to_space %x dcr {blocks = array<i64: 9223372036854775807, 1>} : (tensor<1x8x3x4xf32>) -> tensor<1x4x9x4xf32>
  return
}
// -----
func.func @conv_transpose_c1(%x: tensor<1x3x8xf32>, %w: tensor<4x3xf32>) {
  // expected-error @below {{'qc.conv_transpose' op expects input and weights of one rank between 3 and 5, got 3 and 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.conv_transpose %x, %w {strides = array<i64: 2>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, output_padding = array<i64: 0>, group = 1 : i64} : (tensor<1x3x8xf32>, tensor<4x3xf32>) -> tensor<1x4x16xf32>
  return
}
// -----
func.func @conv_transpose_c2(%x: tensor<1x3x8xf32>, %w: tensor<4x3x2xf32>) {
  // expected-error @below {{'qc.conv_transpose' op expects strides}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.conv_transpose %x, %w {strides = array<i64: 0>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, output_padding = array<i64: 0>, group = 1 : i64} : (tensor<1x3x8xf32>, tensor<4x3x2xf32>) -> tensor<1x4x16xf32>
  return
}
// -----
func.func @conv_transpose_c2_padding(%x: tensor<1x3x8xf32>, %w: tensor<4x3x2xf32>) {
  // expected-error @below {{'qc.conv_transpose' op expects one output_padding per spatial axis, 1, got 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.conv_transpose %x, %w {strides = array<i64: 2>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, output_padding = array<i64>, group = 1 : i64} : (tensor<1x3x8xf32>, tensor<4x3x2xf32>) -> tensor<1x4x16xf32>
  return
}
// -----
func.func @conv_transpose_c2_kernel(%x: tensor<1x3x8xf32>, %w: tensor<4x3x?xf32>) {
  // expected-error @below {{'qc.conv_transpose' op expects kernel sizes between 1 and 2147483647, got ?}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.conv_transpose %x, %w {strides = array<i64: 2>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, output_padding = array<i64: 0>, group = 1 : i64} : (tensor<1x3x8xf32>, tensor<4x3x?xf32>) -> tensor<1x4x16xf32>
  return
}
// -----
func.func @conv_transpose_c3(%x: tensor<1x3x8xf32>, %w: tensor<4x3x2xf32>) {
  // expected-error @below {{'qc.conv_transpose' op expects group * weight channels = input channels, got 2 * 3 and 3}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.conv_transpose %x, %w {strides = array<i64: 2>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, output_padding = array<i64: 0>, group = 2 : i64} : (tensor<1x3x8xf32>, tensor<4x3x2xf32>) -> tensor<1x4x16xf32>
  return
}
// -----
func.func @conv_transpose_c4(%x: tensor<1x3x8xf32>, %w: tensor<4x3x2xf32>, %b: tensor<3xf32>) {
  // expected-error @below {{'qc.conv_transpose' op expects a bias}}
  %y = qc.conv_transpose %x, %w bias %b {strides = array<i64: 2>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, output_padding = array<i64: 0>, group = 1 : i64} : (tensor<1x3x8xf32>, tensor<4x3x2xf32>, tensor<3xf32>) -> tensor<1x4x16xf32>
  return
}
// -----
func.func @conv_transpose_c5(%x: tensor<1x3x1xf32>, %w: tensor<4x3x2xf32>) {
  // expected-error @below {{'qc.conv_transpose' op expects pads that leave something of the result, got -2 elements on spatial axis 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.conv_transpose %x, %w {strides = array<i64: 2>, pads = array<i64: 2, 2>, dilations = array<i64: 1>, output_padding = array<i64: 0>, group = 1 : i64} : (tensor<1x3x1xf32>, tensor<4x3x2xf32>) -> tensor<1x4x1xf32>
  return
}
// -----
func.func @conv_transpose_c5_padding(%x: tensor<1x3x8xf32>, %w: tensor<4x3x2xf32>) {
  // expected-error @below {{'qc.conv_transpose' op expects an output_padding >= 0 below stride or dilation, got 2 on spatial axis 0}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.conv_transpose %x, %w {strides = array<i64: 2>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, output_padding = array<i64: 2>, group = 1 : i64} : (tensor<1x3x8xf32>, tensor<4x3x2xf32>) -> tensor<1x4x16xf32>
  return
}
