// Folds and canonical forms of the dyadic dialect: none changes a byte.
// RUN: qc-opt %s --canonicalize --split-input-file | FileCheck %s

// A tie needs s - 1 trailing zero bits in x * m: an odd m and |x| < 2^31 have at most 30.
// CHECK-LABEL: @half_even_without_ties
// CHECK: rounding = #dyadic.rounding<half_up>
func.func @half_even_without_ties(%x: tensor<4xui8>) -> tensor<4xui8> {
  %y = dyadic.requant %x {term_zero_points = array<i32: 10>, multipliers = array<i32: 2097153>, multipliers1 = array<i32>, shifts = array<i32: 21>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32, rounding = #dyadic.rounding<half_even>} : (tensor<4xui8>) -> tensor<4xui8>
  return %y : tensor<4xui8>
}

// -----
// A half is a tie for every odd x.
// CHECK-LABEL: @half_even_with_ties
// CHECK: rounding = #dyadic.rounding<half_even>
func.func @half_even_with_ties(%x: tensor<4xui8>) -> tensor<4xui8> {
  %y = dyadic.requant %x {term_zero_points = array<i32: 10>, multipliers = array<i32: 2097152>, multipliers1 = array<i32>, shifts = array<i32: 22>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32, rounding = #dyadic.rounding<half_even>} : (tensor<4xui8>) -> tensor<4xui8>
  return %y : tensor<4xui8>
}

// -----
// One channel that may tie keeps all of them.
// CHECK-LABEL: @half_even_in_one_channel
// CHECK: rounding = #dyadic.rounding<half_even>
func.func @half_even_in_one_channel(%x: tensor<4x2xui8>) -> tensor<4x2xui8> {
  %y = dyadic.requant %x {term_zero_points = array<i32: 10>, multipliers = array<i32: 2097153, 2097152>, multipliers1 = array<i32>, shifts = array<i32: 21, 22>, axis = 1 : i64,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32, rounding = #dyadic.rounding<half_even>} : (tensor<4x2xui8>) -> tensor<4x2xui8>
  return %y : tensor<4x2xui8>
}

// -----
// The bound comes from the weights: |x| <= 255 * 3, so that s = 33 is enough for an m with 22 trailing zeros.
// CHECK-LABEL: @half_even_of_a_sum
// CHECK: rounding = #dyadic.rounding<half_up>
func.func @half_even_of_a_sum(%x: tensor<4x2xui8>) -> tensor<4x1xui8> {
  %w = qc.constant dense<[[2], [1]]> : tensor<2x1xi8>
  %acc = dyadic.matmul %x, %w {a_zero_point = 0 : i32, b_zero_point = 0 : i32} : (tensor<4x2xui8>, tensor<2x1xi8>) -> tensor<4x1xi32>
  %y = dyadic.requant %acc {term_zero_points = array<i32: 0>, multipliers = array<i32: 1077936128>, multipliers1 = array<i32>, shifts = array<i32: 33>,
         zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32, rounding = #dyadic.rounding<half_even>} : (tensor<4x1xi32>) -> tensor<4x1xui8>
  return %y : tensor<4x1xui8>
}

// -----
// CHECK-LABEL: @identity_requant
// CHECK-NEXT: return %arg0
func.func @identity_requant(%x: tensor<?x2xui8>) -> tensor<?x2xui8> {
  %y = dyadic.requant %x {term_zero_points = array<i32: 10>, multipliers = array<i32: 2097152>, multipliers1 = array<i32>, shifts = array<i32: 21>,
         zero_point = 10 : i32, lo = 0 : i32, hi = 255 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<?x2xui8>) -> tensor<?x2xui8>
  return %y : tensor<?x2xui8>
}

// -----
// A clamp, a zero point, a broadcast or a factor makes it something else.
// CHECK-LABEL: @requant_kept
// CHECK-COUNT-4: dyadic.requant
func.func @requant_kept(%x: tensor<1x2xui8>) -> (tensor<1x2xui8>, tensor<1x2xui8>, tensor<1x2xui8>, tensor<1x2xi8>) {
  %0 = dyadic.requant %x {term_zero_points = array<i32: 10>, multipliers = array<i32: 2097152>, multipliers1 = array<i32>, shifts = array<i32: 21>,
         zero_point = 10 : i32, lo = 10 : i32, hi = 255 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<1x2xui8>) -> tensor<1x2xui8>
  %1 = dyadic.requant %x {term_zero_points = array<i32: 10>, multipliers = array<i32: 2097152>, multipliers1 = array<i32>, shifts = array<i32: 21>,
         zero_point = 11 : i32, lo = 0 : i32, hi = 255 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<1x2xui8>) -> tensor<1x2xui8>
  %2 = dyadic.requant %x {term_zero_points = array<i32: 10>, multipliers = array<i32: 2097152>, multipliers1 = array<i32>, shifts = array<i32: 22>,
         zero_point = 10 : i32, lo = 0 : i32, hi = 255 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<1x2xui8>) -> tensor<1x2xui8>
  %3 = dyadic.requant %x {term_zero_points = array<i32: 10>, multipliers = array<i32: 2097152>, multipliers1 = array<i32>, shifts = array<i32: 21>,
         zero_point = 10 : i32, lo = -128 : i32, hi = 127 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<1x2xui8>) -> tensor<1x2xi8>
  return %0, %1, %2, %3 : tensor<1x2xui8>, tensor<1x2xui8>, tensor<1x2xui8>, tensor<1x2xi8>
}

// -----
// A clamp that the term's proven range does not reach is no obstacle.
// CHECK-LABEL: @identity_requant_of_a_range
// CHECK-NEXT: %[[Y:.+]] = dyadic.lut
// CHECK-NEXT: return %[[Y]]
func.func @identity_requant_of_a_range(%x: tensor<4xui8>) -> tensor<4xui8> {
  %0 = dyadic.lut %x {table = dense<77> : tensor<256xui8>} : (tensor<4xui8>) -> tensor<4xui8>
  %y = dyadic.requant %0 {term_zero_points = array<i32: 10>, multipliers = array<i32: 2097152>, multipliers1 = array<i32>, shifts = array<i32: 21>,
         zero_point = 10 : i32, lo = 10 : i32, hi = 80 : i32, rounding = #dyadic.rounding<half_up>} : (tensor<4xui8>) -> tensor<4xui8>
  return %y : tensor<4xui8>
}

// -----
// CHECK-LABEL: @identity_lut
// CHECK-NEXT: return %arg0, %arg1
func.func @identity_lut(%x: tensor<4xui8>, %s: tensor<4xi8>) -> (tensor<4xui8>, tensor<4xi8>) {
  %0 = dyadic.lut %x {table = dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127, 128, 129, 130, 131, 132, 133, 134, 135, 136, 137, 138, 139, 140, 141, 142, 143, 144, 145, 146, 147, 148, 149, 150, 151, 152, 153, 154, 155, 156, 157, 158, 159, 160, 161, 162, 163, 164, 165, 166, 167, 168, 169, 170, 171, 172, 173, 174, 175, 176, 177, 178, 179, 180, 181, 182, 183, 184, 185, 186, 187, 188, 189, 190, 191, 192, 193, 194, 195, 196, 197, 198, 199, 200, 201, 202, 203, 204, 205, 206, 207, 208, 209, 210, 211, 212, 213, 214, 215, 216, 217, 218, 219, 220, 221, 222, 223, 224, 225, 226, 227, 228, 229, 230, 231, 232, 233, 234, 235, 236, 237, 238, 239, 240, 241, 242, 243, 244, 245, 246, 247, 248, 249, 250, 251, 252, 253, 254, 255]> : tensor<256xui8>} : (tensor<4xui8>) -> tensor<4xui8>
  %1 = dyadic.lut %s {table = dense<[-128, -127, -126, -125, -124, -123, -122, -121, -120, -119, -118, -117, -116, -115, -114, -113, -112, -111, -110, -109, -108, -107, -106, -105, -104, -103, -102, -101, -100, -99, -98, -97, -96, -95, -94, -93, -92, -91, -90, -89, -88, -87, -86, -85, -84, -83, -82, -81, -80, -79, -78, -77, -76, -75, -74, -73, -72, -71, -70, -69, -68, -67, -66, -65, -64, -63, -62, -61, -60, -59, -58, -57, -56, -55, -54, -53, -52, -51, -50, -49, -48, -47, -46, -45, -44, -43, -42, -41, -40, -39, -38, -37, -36, -35, -34, -33, -32, -31, -30, -29, -28, -27, -26, -25, -24, -23, -22, -21, -20, -19, -18, -17, -16, -15, -14, -13, -12, -11, -10, -9, -8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127]> : tensor<256xi8>} : (tensor<4xi8>) -> tensor<4xi8>
  return %0, %1 : tensor<4xui8>, tensor<4xi8>
}

// -----
// CHECK-LABEL: @lut_kept
// CHECK: dyadic.lut
func.func @lut_kept(%x: tensor<4xui8>) -> tensor<4xui8> {
  %0 = dyadic.lut %x {table = dense<5> : tensor<256xui8>} : (tensor<4xui8>) -> tensor<4xui8>
  return %0 : tensor<4xui8>
}
