// What is known about sizes goes into types, constants and reshapes; what is not stays, and says why.
// RUN: qc-opt %s --qc-resolve-sizes --split-input-file --verify-diagnostics \
// RUN:   --remarks-filter=qc-resolve-sizes | FileCheck %s

// A dimension of the operand is copied, the product of others is a number: the chain of integers is gone.
// CHECK-LABEL: @copied_and_known
// CHECK-NEXT: %[[Y:.*]] = qc.reshape %arg0 {shape = array<i64: -2, 20>} : (tensor<?x4x5xf32>) -> tensor<?x20xf32>
// CHECK-NEXT: return %[[Y]]
func.func @copied_and_known(%x: tensor<?x4x5xf32>) -> tensor<?x?xf32> {
  %rest = qc.constant dense<-1> : tensor<1xi64>
  %n = qc.shape %x {start = 0 : i64, end = 1 : i64} : (tensor<?x4x5xf32>) -> tensor<1xi64>
  %s = qc.concat %n, %rest {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>) -> tensor<2xi64>
  %y = qc.dynamic_reshape %x, %s {allow_zero = false} : (tensor<?x4x5xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}
// -----
// Heads of attention: an entry of 0, one that comes from a shape, and numbers; dimensions may change their places.
// CHECK-LABEL: @heads
// CHECK-NEXT: %[[Y:.*]] = qc.reshape %arg0 {shape = array<i64: -2, -3, 3, 8, 15>} : (tensor<?x?x360xf32>) -> tensor<?x?x3x8x15xf32>
// CHECK-NEXT: %[[Z:.*]] = qc.reshape %[[Y]] {shape = array<i64: -3, -2, 360>}
// CHECK-NEXT: return %[[Z]] : tensor<?x?x360xf32>
func.func @heads(%x: tensor<?x?x360xf32>) -> tensor<?x?x?xf32> {
  %copy = qc.constant dense<0> : tensor<1xi64>
  %heads = qc.constant dense<[3, 8, 15]> : tensor<3xi64>
  %n = qc.shape %x {start = 0 : i64, end = 1 : i64} : (tensor<?x?x360xf32>) -> tensor<1xi64>
  %w = qc.shape %x {start = 1 : i64, end = 2 : i64} : (tensor<?x?x360xf32>) -> tensor<1xi64>
  %s = qc.concat %copy, %w, %heads {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>, tensor<3xi64>) -> tensor<5xi64>
  %y = qc.dynamic_reshape %x, %s {allow_zero = false} : (tensor<?x?x360xf32>, tensor<5xi64>) -> tensor<?x?x?x?x?xf32>
  %columns = qc.constant dense<360> : tensor<1xi64>
  %t = qc.concat %w, %n, %columns {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<3xi64>
  %z = qc.dynamic_reshape %y, %t {allow_zero = false} : (tensor<?x?x?x?x?xf32>, tensor<3xi64>) -> tensor<?x?x?xf32>
  return %z : tensor<?x?x?xf32>
}
// -----
// Known sizes reach the types, those of results too, and what was computed from them.
// CHECK-LABEL: func.func @known
// CHECK-SAME: -> (tensor<2x12xf32>, tensor<3xi64>, tensor<2x3xi64>)
// CHECK-DAG: qc.constant dense<[1, 3, 5]> : tensor<3xi64>
// CHECK-DAG: qc.constant dense<7> : tensor<2x3xi64>
// CHECK-DAG: qc.reshape %arg0 {shape = array<i64: 2, 12>} : (tensor<2x3x4xf32>) -> tensor<2x12xf32>
// CHECK-NOT: qc.
func.func @known(%x: tensor<2x3x4xf32>) -> (tensor<?x?xf32>, tensor<?xi64>, tensor<?x?xi64>) {
  %rest = qc.constant dense<-1> : tensor<1xi64>
  %n = qc.shape %x {start = 0 : i64, end = 1 : i64} : (tensor<2x3x4xf32>) -> tensor<1xi64>
  %s = qc.concat %n, %rest {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>) -> tensor<2xi64>
  %y = qc.dynamic_reshape %x, %s {allow_zero = false} : (tensor<2x3x4xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  %one = qc.constant dense<1> : tensor<i64>
  %two = qc.constant dense<2> : tensor<i64>
  %c = qc.shape %x {start = 1 : i64, end = 2 : i64} : (tensor<2x3x4xf32>) -> tensor<1xi64>
  %scalar = qc.reshape %n {shape = array<i64>} : (tensor<1xi64>) -> tensor<i64>
  %size = qc.size %y : (tensor<?x?xf32>) -> tensor<i64>
  %row = qc.constant dense<7> : tensor<i64>
  %limit = qc.constant dense<6> : tensor<i64>
  %r = qc.range %one, %limit, %scalar : (tensor<i64>, tensor<i64>, tensor<i64>) -> tensor<?xi64>
  %nc = qc.shape %x {start = 0 : i64, end = 2 : i64} : (tensor<2x3x4xf32>) -> tensor<2xi64>
  %k = qc.constant_of_shape %nc {value = dense<7> : tensor<1xi64>} : (tensor<2xi64>) -> tensor<?x?xi64>
  return %y, %r, %k : tensor<?x?xf32>, tensor<?xi64>, tensor<?x?xi64>
}
// -----
// An expand to the operand's own dimensions gives it back; one that says less than they do, too.
// CHECK-LABEL: @expand
// CHECK-NEXT: return %arg0
func.func @expand(%x: tensor<?x3x?xf32>) -> tensor<?x3x?xf32> {
  %s = qc.shape %x {start = 0 : i64, end = 3 : i64} : (tensor<?x3x?xf32>) -> tensor<3xi64>
  %y = qc.expand %x, %s : (tensor<?x3x?xf32>, tensor<3xi64>) -> tensor<?x3x?xf32>
  %ones = qc.constant dense<1> : tensor<2xi64>
  %z = qc.expand %y, %ones : (tensor<?x3x?xf32>, tensor<2xi64>) -> tensor<?x3x?xf32>
  return %z : tensor<?x3x?xf32>
}
// -----
// A symbol that stands twice is one size: the quotient is a number, and the operand has that shape already.
// CHECK-LABEL: @named
// CHECK-NEXT: return %arg0 : tensor<6x?xf32>
module attributes {qc.symbols = {W = array<i64: 16, 2048>}} {
  func.func @named(%x: tensor<6x?xf32> {qc.dims = ["", "W"]}, %v: tensor<?xf32> {qc.dims = ["W"]}) -> tensor<?x?xf32> {
    %rest = qc.constant dense<-1> : tensor<1xi64>
    %w = qc.shape %v {start = 0 : i64, end = 1 : i64} : (tensor<?xf32>) -> tensor<1xi64>
    %s = qc.concat %rest, %w {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>) -> tensor<2xi64>
    %y = qc.dynamic_reshape %x, %s {allow_zero = false} : (tensor<6x?xf32>, tensor<2xi64>) -> tensor<?x?xf32>
    return %y : tensor<?x?xf32>
  }
}
// -----
// Two dimensions that come from elsewhere: the shape stays computed.
// CHECK-LABEL: @declined_two
// CHECK: qc.dynamic_reshape
func.func @declined_two(%x: tensor<?xf32>, %v: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %s = qc.shape %v {start = 0 : i64, end = 2 : i64} : (tensor<?x?xf32>) -> tensor<2xi64>
  // expected-remark @below {{dimensions 0 and 1 of the result are dimension 0 of argument 1 and dimension 1 of argument 1, which are no dimensions of the operand}}
  %y = qc.dynamic_reshape %x, %s {allow_zero = true} : (tensor<?xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}
// -----
// The model asks for a width that the others leave only where the height is 1: the demand must not be lost.
// CHECK-LABEL: @declined_demand
// CHECK: qc.dynamic_reshape
func.func @declined_demand(%x: tensor<?x120x?x?xf32>) -> tensor<?x120x?xf32> {
  %c = qc.constant dense<120> : tensor<1xi64>
  %n = qc.shape %x {start = 0 : i64, end = 1 : i64} : (tensor<?x120x?x?xf32>) -> tensor<1xi64>
  %w = qc.shape %x {start = 3 : i64, end = 4 : i64} : (tensor<?x120x?x?xf32>) -> tensor<1xi64>
  %flat = qc.reshape %x {shape = array<i64: -2, 120, -1>} : (tensor<?x120x?x?xf32>) -> tensor<?x120x?xf32>
  %s = qc.concat %n, %c, %w {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<3xi64>
  // expected-remark @below {{dimension 2 of the result is dimension 3 of argument 0, the others leave}}
  %y = qc.dynamic_reshape %flat, %s {allow_zero = false} : (tensor<?x120x?xf32>, tensor<3xi64>) -> tensor<?x120x?xf32>
  return %y : tensor<?x120x?xf32>
}
// -----
// What cannot be equal for any size of the model is an error.
module attributes {qc.symbols = {W = array<i64: 16, 2048>}} {
  func.func @never_equal(%x: tensor<2x?xf32> {qc.dims = ["", "W"]}, %w: tensor<8x4xf32>) -> tensor<2x4xf32> {
    // expected-error @below {{'qc.matmul' op expects equal reduction dimensions, got W (dimension 1 of argument 0) and 8}}
    %y = qc.matmul %x, %w : (tensor<2x?xf32>, tensor<8x4xf32>) -> tensor<2x4xf32>
    return %y : tensor<2x4xf32>
  }
}
// -----
// Sizes of a resize: dimensions of the operand stay, numbers are numbers, what is left is computed.
// CHECK-LABEL: @resized
// CHECK: %[[N:.*]] = qc.concat
// CHECK: qc.resize_nearest %arg0 to %[[N]] half_pixel floor {scales = array<f32>, sizes = array<i64: -1, 3, -9223372036854775808, 8>} : (tensor<?x3x?x?xf32>, tensor<4xi64>) -> tensor<?x3x?x8xf32>
func.func @resized(%x: tensor<?x3x?x?xf32>, %o: tensor<?xf32>) -> tensor<?x?x?x?xf32> {
  %eight = qc.constant dense<8> : tensor<1xi64>
  %nc = qc.shape %x {start = 0 : i64, end = 2 : i64} : (tensor<?x3x?x?xf32>) -> tensor<2xi64>
  %h = qc.shape %o {start = 0 : i64, end = 1 : i64} : (tensor<?xf32>) -> tensor<1xi64>
  %s = qc.concat %nc, %h, %eight {axis = 0 : i64} : (tensor<2xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<4xi64>
  %y = qc.resize_nearest %x to %s half_pixel floor {scales = array<f32>, sizes = array<i64: -9223372036854775808, -9223372036854775808, -9223372036854775808, -9223372036854775808>} : (tensor<?x3x?x?xf32>, tensor<4xi64>) -> tensor<?x?x?x?xf32>
  return %y : tensor<?x?x?x?xf32>
}
// -----
// Where all is known, the operations are those of known sizes.
// CHECK-LABEL: @bound
// CHECK-NEXT: qc.resize_nearest %arg0 half_pixel floor {scales = array<f32>, sizes = array<i64: 1, 3, 7, 8>} : (tensor<1x3x4x5xf32>) -> tensor<1x3x7x8xf32>
// CHECK-NEXT: qc.resize_nearest %arg0 half_pixel floor {scales = array<f32: 1.000000e+00, 1.000000e+00, 2.000000e+00, 1.600000e+00>, sizes = array<i64>} : (tensor<1x3x4x5xf32>) -> tensor<1x3x8x8xf32>
// CHECK-NEXT: qc.tile %arg0 {repeats = array<i64: 1, 3, 4, 5>} : (tensor<1x3x4x5xf32>) -> tensor<1x9x16x25xf32>
// CHECK-NEXT: qc.pad %arg0 edge {begins = array<i64: 1, 3, 4, 5>, ends = array<i64: 1, 3, 4, 5>} : (tensor<1x3x4x5xf32>) -> tensor<3x9x12x15xf32>
// CHECK-NEXT: return
func.func @bound(%x: tensor<1x3x4x5xf32>, %o: tensor<7x8xf32>) -> (tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>) {
  %nc = qc.shape %x {start = 0 : i64, end = 2 : i64} : (tensor<1x3x4x5xf32>) -> tensor<2xi64>
  %h = qc.shape %o {start = 0 : i64, end = 2 : i64} : (tensor<7x8xf32>) -> tensor<2xi64>
  %s = qc.concat %nc, %h {axis = 0 : i64} : (tensor<2xi64>, tensor<2xi64>) -> tensor<4xi64>
  %y = qc.resize_nearest %x to %s half_pixel floor {scales = array<f32>, sizes = array<i64: -9223372036854775808, -9223372036854775808, -9223372036854775808, -9223372036854775808>} : (tensor<1x3x4x5xf32>, tensor<4xi64>) -> tensor<?x?x?x?xf32>
  %t = qc.constant dense<[1, 3, 8, 8]> : tensor<4xi64>
  %all = qc.shape %x {start = 0 : i64, end = 4 : i64} : (tensor<1x3x4x5xf32>) -> tensor<4xi64>
  %to = qc.cast %t {to = f32} : (tensor<4xi64>) -> tensor<4xf32>
  %from = qc.cast %all {to = f32} : (tensor<4xi64>) -> tensor<4xf32>
  %q = qc.div %to, %from : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %z = qc.resize_nearest %x by %q half_pixel floor {scales = array<f32>, sizes = array<i64>} : (tensor<1x3x4x5xf32>, tensor<4xf32>) -> tensor<?x?x?x?xf32>
  %u = qc.tile %x by %all {repeats = array<i64: -9223372036854775808, -9223372036854775808, -9223372036854775808, -9223372036854775808>} : (tensor<1x3x4x5xf32>, tensor<4xi64>) -> tensor<?x?x?x?xf32>
  %p = qc.concat %all, %all {axis = 0 : i64} : (tensor<4xi64>, tensor<4xi64>) -> tensor<8xi64>
  %v = qc.pad %x by %p edge {begins = array<i64: -9223372036854775808, -9223372036854775808, -9223372036854775808, -9223372036854775808>, ends = array<i64: -9223372036854775808, -9223372036854775808, -9223372036854775808, -9223372036854775808>} : (tensor<1x3x4x5xf32>, tensor<8xi64>) -> tensor<?x?x?x?xf32>
  return %y, %z, %u, %v : tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>
}
