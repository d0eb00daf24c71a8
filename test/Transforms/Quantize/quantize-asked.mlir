// What someone asked to be int8 and has no integer form with its parameters says both: who asked, and why not.
// RUN: qc-opt %s --qc-quantize --qc-verify-quantized | FileCheck %s

qc.stats @x {of = "x", count = 1 : i64, min = 0.0 : f32, max = 1.0e+12 : f32, data = "", epoch = 0 : i64}
qc.stats @y {of = "y", count = 1 : i64, min = 0.0 : f32, max = 255.0 : f32, data = "", epoch = 0 : i64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  qc.observe %x @x : tensor<?x2xf32>
  // CHECK: qc.mul {{.*}} {qc.assignment = #qc.assignment<f32, [f32, f32], "rules[0] of the rule file asks for int8, but {{.*}}shift{{.*}}", user>
  %y = qc.mul %x, %x {qc.assignment = #qc.assignment<ui8, [ui8, ui8], "rules[0] of the rule file", user>}
     : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
  qc.observe %y @y : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
