// What has no integer form stays float and says why, in the module and as a remark.
// RUN: qc-opt %s --pass-pipeline='builtin.module(func.func(qc-convert-to-dyadic))' --split-input-file \
// RUN:   --remarks-filter=qc-convert-to-dyadic --verify-diagnostics | FileCheck %s

// CHECK-LABEL: @shift_below_one
// CHECK: qc.add {{.*}} {qc.float_reason = "the real factor of the rescaling is too large: its shift is below 1 (R2)"}
func.func @shift_below_one(%aq: tensor<4xui8>, %bq: tensor<4xui8>) -> tensor<4xui8> {
  %s = qc.constant dense<1.0e9> : tensor<f32>
  %sy = qc.constant dense<1.0e-9> : tensor<f32>
  %z = qc.constant dense<5> : tensor<ui8>
  %a = qc.dequantize %aq, %s, %z {format = #qc.format<ui8>} : (tensor<4xui8>, tensor<f32>, tensor<ui8>) -> tensor<4xf32>
  %b = qc.dequantize %bq, %s, %z {format = #qc.format<ui8>} : (tensor<4xui8>, tensor<f32>, tensor<ui8>) -> tensor<4xf32>
  // expected-remark @below {{Reason="the real factor of the rescaling is too large: its shift is below 1 (R2)"}}
  %y = qc.add %a, %b : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %q = qc.quantize %y, %sy, %z {format = #qc.format<ui8>} : (tensor<4xf32>, tensor<f32>, tensor<ui8>) -> tensor<4xui8>
  return %q : tensor<4xui8>
}

// -----
// One channel without a form keeps the whole convolution, and the relu of its group, in float.
// CHECK-LABEL: @one_channel
// CHECK: qc.conv {{.*}}qc.float_reason = "a sum of products with bias up to 2147483774 in output channel 1 may leave 32 bits"
// CHECK: qc.relu {{.*}}qc.float_reason = "a sum of products with bias up to 2147483774 in output channel 1 may leave 32 bits"
func.func @one_channel(%xq: tensor<1x1x4xui8>) -> tensor<1x2x4xui8> {
  %wq = qc.constant dense<[[[1]], [[127]]]> : tensor<2x1x1xi8>
  %bq = qc.constant dense<[0, 2147451389]> : tensor<2xi32>
  %s = qc.constant dense<0.5> : tensor<f32>
  %z = qc.constant dense<0> : tensor<ui8>
  %sw = qc.constant dense<[0.25, 0.125]> : tensor<2xf32>
  %sb = qc.constant dense<[0.125, 0.0625]> : tensor<2xf32>
  %x = qc.dequantize %xq, %s, %z {format = #qc.format<ui8>} : (tensor<1x1x4xui8>, tensor<f32>, tensor<ui8>) -> tensor<1x1x4xf32>
  %w = qc.dequantize %wq, %sw {format = #qc.format<i8, axis = 0>} : (tensor<2x1x1xi8>, tensor<2xf32>) -> tensor<2x1x1xf32>
  %b = qc.dequantize %bq, %sb {format = #qc.format<i32, axis = 0>} : (tensor<2xi32>, tensor<2xf32>) -> tensor<2xf32>
  // expected-remark @below {{in output channel 1 may leave 32 bits}}
  %y = qc.conv %x, %w bias %b {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64} : (tensor<1x1x4xf32>, tensor<2x1x1xf32>, tensor<2xf32>) -> tensor<1x2x4xf32>
  // expected-remark @below {{in output channel 1 may leave 32 bits}}
  %r = qc.relu %y : (tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
  %q = qc.quantize %r, %s, %z {format = #qc.format<ui8>} : (tensor<1x2x4xf32>, tensor<f32>, tensor<ui8>) -> tensor<1x2x4xui8>
  return %q : tensor<1x2x4xui8>
}

// -----
// Unknown sizes: a global pool has no count, a product of two activations no bound.
// CHECK-LABEL: @unknown
// CHECK: qc.global_avg_pool {{.*}}qc.float_reason = "it averages over a dimension that is not known"
// CHECK: qc.matmul {{.*}}qc.float_reason = "the reduction dimension of a product of two activations is not known, so its sums have no bound"
func.func @unknown(%xq: tensor<1x1x?xui8>, %aq: tensor<2x?xui8>, %bq: tensor<?x2xui8>) -> (tensor<1x1x1xui8>, tensor<2x2xui8>) {
  %s = qc.constant dense<0.5> : tensor<f32>
  %z = qc.constant dense<5> : tensor<ui8>
  %x = qc.dequantize %xq, %s, %z {format = #qc.format<ui8>} : (tensor<1x1x?xui8>, tensor<f32>, tensor<ui8>) -> tensor<1x1x?xf32>
  // expected-remark @below {{Reason="it averages over a dimension that is not known"}}
  %0 = qc.global_avg_pool %x : (tensor<1x1x?xf32>) -> tensor<1x1x1xf32>
  %q0 = qc.quantize %0, %s, %z {format = #qc.format<ui8>} : (tensor<1x1x1xf32>, tensor<f32>, tensor<ui8>) -> tensor<1x1x1xui8>
  %a = qc.dequantize %aq, %s, %z {format = #qc.format<ui8>} : (tensor<2x?xui8>, tensor<f32>, tensor<ui8>) -> tensor<2x?xf32>
  %b = qc.dequantize %bq, %s, %z {format = #qc.format<ui8>} : (tensor<?x2xui8>, tensor<f32>, tensor<ui8>) -> tensor<?x2xf32>
  // expected-remark @below {{Reason="the reduction dimension of a product of two activations is not known}}
  %1 = qc.matmul %a, %b : (tensor<2x?xf32>, tensor<?x2xf32>) -> tensor<2x2xf32>
  %q1 = qc.quantize %1, %s, %z {format = #qc.format<ui8>} : (tensor<2x2xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x2xui8>
  return %q0, %q1 : tensor<1x1x1xui8>, tensor<2x2xui8>
}

// -----
// The reason stands on the operation; a bound may be too large for the register.
// CHECK-LABEL: @unbounded
// CHECK: qc.global_avg_pool {{.*}}qc.float_reason = "it averages over W values, and W has no upper bound (--range W=LOW:HIGH gives it one)"
// CHECK: qc.matmul {{.*}}qc.float_reason = "its sums have W products, and W has no upper bound (--range W=LOW:HIGH gives it one)"
// CHECK: qc.matmul {{.*}}qc.float_reason = "a sum of products {{.*}} may leave 32 bits"
func.func @unbounded(%xq: tensor<1x1x?xui8>, %aq: tensor<2x?xui8>, %bq: tensor<?x2xui8>) -> (tensor<1x1x1xui8>, tensor<2x2xui8>, tensor<2x2xui8>) {
  %s = qc.constant dense<0.5> : tensor<f32>
  %z = qc.constant dense<5> : tensor<ui8>
  %x = qc.dequantize %xq, %s, %z {format = #qc.format<ui8>} : (tensor<1x1x?xui8>, tensor<f32>, tensor<ui8>) -> tensor<1x1x?xf32>
  // expected-remark @below {{it averages over W values, and W has no upper bound}}
  %0 = qc.global_avg_pool %x {counts_reason = "it averages over W values, and W has no upper bound (--range W=LOW:HIGH gives it one)"} : (tensor<1x1x?xf32>) -> tensor<1x1x1xf32>
  %q0 = qc.quantize %0, %s, %z {format = #qc.format<ui8>} : (tensor<1x1x1xf32>, tensor<f32>, tensor<ui8>) -> tensor<1x1x1xui8>
  %a = qc.dequantize %aq, %s, %z {format = #qc.format<ui8>} : (tensor<2x?xui8>, tensor<f32>, tensor<ui8>) -> tensor<2x?xf32>
  %b = qc.dequantize %bq, %s, %z {format = #qc.format<ui8>} : (tensor<?x2xui8>, tensor<f32>, tensor<ui8>) -> tensor<?x2xf32>
  // expected-remark @below {{its sums have W products, and W has no upper bound}}
  %1 = qc.matmul %a, %b {depth_reason = "its sums have W products, and W has no upper bound (--range W=LOW:HIGH gives it one)"} : (tensor<2x?xf32>, tensor<?x2xf32>) -> tensor<2x2xf32>
  %q1 = qc.quantize %1, %s, %z {format = #qc.format<ui8>} : (tensor<2x2xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x2xui8>
  // expected-remark @below {{may leave 32 bits}}
  %2 = qc.matmul %a, %b {max_depth = 9223372036854775807 : i64} : (tensor<2x?xf32>, tensor<?x2xf32>) -> tensor<2x2xf32>
  %q2 = qc.quantize %2, %s, %z {format = #qc.format<ui8>} : (tensor<2x2xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x2xui8>
  return %q0, %q1, %q2 : tensor<1x1x1xui8>, tensor<2x2xui8>, tensor<2x2xui8>
}

// -----
// Operands and parameters that are not in the form quantize leaves.
// CHECK-LABEL: @malformed
// CHECK: qc.mul {{.*}}qc.float_reason = "an operand is not given as codes with one constant scale"
// CHECK: qc.relu {{.*}}qc.float_reason = "the result's scale is not one positive constant"
// CHECK: qc.gemm {{.*}}qc.float_reason = "gemm has an integer form only with alpha = 1 and beta = 1"
// CHECK: qc.clip {{.*}}qc.float_reason = "clip has an integer form only with constant bounds that are not NaN"
// CHECK: qc.hard_swish {{.*}}qc.float_reason = "no rounding point closes its group"
func.func @malformed(%xq: tensor<2x2xui8>, %f: tensor<2x2xf32>, %sy: tensor<f32>) -> (tensor<2x2xui8>, tensor<2x2xui8>, tensor<2x2xui8>, tensor<2x2xui8>, tensor<2x2xf32>) {
  %wq = qc.constant dense<1> : tensor<2x2xi8>
  %s = qc.constant dense<0.5> : tensor<f32>
  %z = qc.constant dense<5> : tensor<ui8>
  %x = qc.dequantize %xq, %s, %z {format = #qc.format<ui8>} : (tensor<2x2xui8>, tensor<f32>, tensor<ui8>) -> tensor<2x2xf32>
  %w = qc.dequantize %wq, %s {format = #qc.format<i8>} : (tensor<2x2xi8>, tensor<f32>) -> tensor<2x2xf32>
  // expected-remark @below {{Reason="an operand is not given as codes with one constant scale"}}
  %0 = qc.mul %x, %f : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %q0 = qc.quantize %0, %s, %z {format = #qc.format<ui8>} : (tensor<2x2xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x2xui8>
  // expected-remark @below {{Reason="the result's scale is not one positive constant"}}
  %1 = qc.relu %x : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %q1 = qc.quantize %1, %sy, %z {format = #qc.format<ui8>} : (tensor<2x2xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x2xui8>
  // expected-remark @below {{Reason="gemm has an integer form only with alpha = 1 and beta = 1"}}
  %2 = qc.gemm %x, %w {alpha = 2.0 : f32, beta = 1.0 : f32, trans_a = false, trans_b = false} : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %q2 = qc.quantize %2, %s, %z {format = #qc.format<ui8>} : (tensor<2x2xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x2xui8>
  // expected-remark @below {{Reason="clip has an integer form only with constant bounds that are not NaN"}}
  %3 = qc.clip %x min %sy : (tensor<2x2xf32>, tensor<f32>) -> tensor<2x2xf32>
  %q3 = qc.quantize %3, %s, %z {format = #qc.format<ui8>} : (tensor<2x2xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x2xui8>
  // expected-remark @below {{Reason="no rounding point closes its group"}}
  %4 = qc.hard_swish %x : (tensor<2x2xf32>) -> tensor<2x2xf32>
  return %q0, %q1, %q2, %q3, %4 : tensor<2x2xui8>, tensor<2x2xui8>, tensor<2x2xui8>, tensor<2x2xui8>, tensor<2x2xf32>
}

// -----
// A contraction: computed weights, codes of 32 bits, a bias in other units, a bias that is computed.
func.func @contractions(%xq: tensor<1x1x4xui8>, %tq: tensor<1x1x4xi32>, %wc: tensor<2x1x1xi8>, %bc: tensor<2xf32>) -> (tensor<1x2x4xui8>, tensor<1x2x4xui8>, tensor<1x2x4xui8>, tensor<1x2x4xf32>) {
  %wq = qc.constant dense<1> : tensor<2x1x1xi8>
  %bq = qc.constant dense<7> : tensor<2xi32>
  %s = qc.constant dense<0.5> : tensor<f32>
  %z = qc.constant dense<5> : tensor<ui8>
  %x = qc.dequantize %xq, %s, %z {format = #qc.format<ui8>} : (tensor<1x1x4xui8>, tensor<f32>, tensor<ui8>) -> tensor<1x1x4xf32>
  %t = qc.dequantize %tq, %s {format = #qc.format<i32>} : (tensor<1x1x4xi32>, tensor<f32>) -> tensor<1x1x4xf32>
  %w = qc.dequantize %wq, %s {format = #qc.format<i8>} : (tensor<2x1x1xi8>, tensor<f32>) -> tensor<2x1x1xf32>
  %v = qc.dequantize %wc, %s {format = #qc.format<i8>} : (tensor<2x1x1xi8>, tensor<f32>) -> tensor<2x1x1xf32>
  %b = qc.dequantize %bq, %s {format = #qc.format<i32>} : (tensor<2xi32>, tensor<f32>) -> tensor<2xf32>
  // expected-remark @below {{Reason="conv has an integer form only with constant weights"}}
  %0 = qc.conv %x, %v {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64} : (tensor<1x1x4xf32>, tensor<2x1x1xf32>) -> tensor<1x2x4xf32>
  %q0 = qc.quantize %0, %s, %z {format = #qc.format<ui8>} : (tensor<1x2x4xf32>, tensor<f32>, tensor<ui8>) -> tensor<1x2x4xui8>
  // expected-remark @below {{Reason="an operand has codes of type i32, the integer form takes 8 or 16 bits"}}
  %1 = qc.conv %t, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64} : (tensor<1x1x4xf32>, tensor<2x1x1xf32>) -> tensor<1x2x4xf32>
  %q1 = qc.quantize %1, %s, %z {format = #qc.format<ui8>} : (tensor<1x2x4xf32>, tensor<f32>, tensor<ui8>) -> tensor<1x2x4xui8>
  // expected-remark @below {{Reason="the scale of its bias is not that of input times weights"}}
  %2 = qc.conv %x, %w bias %b {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64} : (tensor<1x1x4xf32>, tensor<2x1x1xf32>, tensor<2xf32>) -> tensor<1x2x4xf32>
  %q2 = qc.quantize %2, %s, %z {format = #qc.format<ui8>} : (tensor<1x2x4xf32>, tensor<f32>, tensor<ui8>) -> tensor<1x2x4xui8>
  // expected-remark @below {{Reason="the bias is computed, an integer form needs a constant one"}}
  %3 = qc.conv %x, %w bias %bc {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64} : (tensor<1x1x4xf32>, tensor<2x1x1xf32>, tensor<2xf32>) -> tensor<1x2x4xf32>
  return %q0, %q1, %q2, %3 : tensor<1x2x4xui8>, tensor<1x2x4xui8>, tensor<1x2x4xui8>, tensor<1x2x4xf32>
}

// -----
// A dead channel is no refusal, but it is said: M = 2^-70.
// CHECK-LABEL: @dead
// CHECK: dyadic.requant {{.*}}multipliers = array<i32: 2097152>, {{.*}}shifts = array<i32: 62>
func.func @dead(%xq: tensor<4xui8>) -> tensor<4xui8> {
  %s = qc.constant dense<0x1E800000> : tensor<f32>
  %sy = qc.constant dense<1024.0> : tensor<f32>
  %z = qc.constant dense<5> : tensor<ui8>
  %x = qc.dequantize %xq, %s, %z {format = #qc.format<ui8>} : (tensor<4xui8>, tensor<f32>, tensor<ui8>) -> tensor<4xf32>
  // expected-remark @below {{Reason="1 of 1 channels are too small to contribute"}}
  %q = qc.quantize %x, %sy, %z {format = #qc.format<ui8>} : (tensor<4xf32>, tensor<f32>, tensor<ui8>) -> tensor<4xui8>
  return %q : tensor<4xui8>
}
