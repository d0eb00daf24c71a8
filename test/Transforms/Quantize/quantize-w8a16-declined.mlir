// What has no 16-bit form with its parameters stays float and says so: an average of more than 32,768 codes.
// RUN: qc-opt %s --qc-verify-assigned --qc-quantize --qc-verify-quantized --remarks-filter=qc-quantize --verify-diagnostics

qc.stats @x {of = "x", count = 1 : i64, min = -1.0 : f32, max = 1.0 : f32, data = "", epoch = 0 : i64}
func.func @main(%x: tensor<1x1x181x182xf32>) -> (tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>) {
  qc.observe %x @x : tensor<1x1x181x182xf32>
  // expected-remark @below {{Reason="rules[0] of the rule file asks for w8a16, but a sum of products of codes up to 2158853970 may leave 32 bits"}}
  %0 = qc.global_avg_pool %x {qc.assignment = #qc.assignment<ui16, [ui16], "rules[0] of the rule file", user>} : (tensor<1x1x181x182xf32>) -> tensor<1x1x1x1xf32>
  qc.observe %0 @x : tensor<1x1x1x1xf32>
  %1 = qc.global_avg_pool %x {qc.assignment = #qc.assignment<ui8, [ui8], "quantized by default", default>} : (tensor<1x1x181x182xf32>) -> tensor<1x1x1x1xf32>
  qc.observe %1 @x : tensor<1x1x1x1xf32>
  return %0, %1 : tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>
}
