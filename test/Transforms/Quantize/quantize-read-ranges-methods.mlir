// Elements that no function tells apart count as the ends of what is read (docs/Numerics.md, Ranges): 19,999 of 20,000 elements lie in
// [1, 1.03125), one is -128, of which relu makes 0 as of anything below.
// RUN: qc-opt %s --qc-assign --qc-quantize | FileCheck %s --check-prefixes=CHECK,MINMAX
// RUN: qc-opt %s --qc-assign=range-method=mean --qc-quantize | FileCheck %s --check-prefixes=CHECK,MEAN
// RUN: qc-opt %s --qc-assign=range-method=percentile --qc-quantize | FileCheck %s --check-prefixes=CHECK,PERCENTILE
// RUN: qc-opt %s --qc-assign=range-method=mse --qc-quantize | FileCheck %s --check-prefixes=CHECK,MSE
qc.stats @t0 {of = "x", count = 20000 : i64, min = -128.0 : f32, max = 1.03 : f32, data = "f00d", epoch = 0 : i64,
              histogram = #qc.histogram<-4289 [1], 4064 [19999]>, observations = 2 : i64, mean_min = -64.0 : f64, mean_max = 1.02 : f64}
qc.stats @t1 {of = "y", count = 20000 : i64, min = 0.0 : f32, max = 1.03 : f32, data = "f00d", epoch = 0 : i64,
              histogram = #qc.histogram<0 [1], 4064 [19999]>, observations = 2 : i64, mean_min = 0.0 : f64, mean_max = 1.02 : f64}
// CHECK-LABEL: @main
func.func @main(%x: tensor<1x20000xf32>) -> tensor<1x20000xf32> {
  // One step of 1.03 / 255 below 0 is in reach of the zero point.
  // MINMAX: %[[S:.+]] = qc.constant dense<0.00405505{{[0-9]+}}> : tensor<f32>
  // MEAN: %[[S:.+]] = qc.constant dense<4.015840e-03> : tensor<f32>
  // PERCENTILE: %[[S:.+]] = qc.constant dense<0.00405505{{[0-9]+}}> : tensor<f32>
  // MSE: %[[S:.+]] = qc.constant dense<0.00403921{{[0-9]+}}> : tensor<f32>
  // CHECK: qc.quantize %arg0, %[[S]]
  qc.observe %x @t0 : tensor<1x20000xf32>
  %y = qc.relu %x : (tensor<1x20000xf32>) -> tensor<1x20000xf32>
  qc.observe %y @t1 : tensor<1x20000xf32>
  return %y : tensor<1x20000xf32>
}
