// Which range of what was observed gives scale and zero point (docs/Numerics.md, Ranges): of 20,000 elements all but one lie in
// [1, 1.03125), the other one is 255; it stands in one of two observations.
// RUN: qc-opt %s --qc-assign --qc-quantize | FileCheck %s --check-prefixes=CHECK,MINMAX
// RUN: qc-opt %s --qc-assign=range-method=mean --qc-quantize | FileCheck %s --check-prefixes=CHECK,MEAN
// RUN: qc-opt %s --qc-assign=range-method=percentile --qc-quantize | FileCheck %s --check-prefixes=CHECK,PERCENTILE
// RUN: qc-opt %s --qc-assign=range-method=mse --qc-quantize | FileCheck %s --check-prefixes=CHECK,MSE

// MINMAX: qc.range_method = "minmax"
// MEAN: qc.range_method = "mean"
// PERCENTILE: qc.range_method = "percentile"
// MSE: qc.range_method = "mse"

// What gave the ranges is gone, what was seen is still there.
// CHECK: qc.stats @t0 {count = 20000 : i64, data = "f00d", epoch = 0 : i64, max = 2.550000e+02 : f32, min = 1.000000e+00 : f32, of = "x"}
qc.stats @t0 {of = "x", count = 20000 : i64, min = 1.0 : f32, max = 255.0 : f32, data = "f00d", epoch = 0 : i64,
              histogram = #qc.histogram<4064 [19999], 4319 [1]>, observations = 2 : i64, mean_min = 1.0 : f64, mean_max = 127.5 : f64}
qc.stats @t1 {of = "y", count = 0 : i64, min = 0.0 : f32, max = 0.0 : f32, data = "f00d", epoch = 0 : i64}

// CHECK-LABEL: @main
func.func @main(%x: tensor<1x20000xf32>) -> tensor<1x20000xf32> {
  // MINMAX: %[[S:.+]] = qc.constant dense<1.000000e+00> : tensor<f32>
  // MEAN: %[[S:.+]] = qc.constant dense<5.000000e-01> : tensor<f32>
  // a = 1 + (1 / 32) * (19998 / 19999), divided by 255
  // PERCENTILE: %[[S:.+]] = qc.constant dense<0.00404411{{[0-9]+}}> : tensor<f32>
  // The edges of bins are 4 apart there; 248 is the least error: 255 / (1 + 20000 / 780300) = 248.6.
  // MSE: %[[S:.+]] = qc.constant dense<9.725490e-01> : tensor<f32>
  // CHECK: qc.quantize %arg0, %[[S]]
  qc.observe %x @t0 : tensor<1x20000xf32>
  %y = qc.relu %x : (tensor<1x20000xf32>) -> tensor<1x20000xf32>
  qc.observe %y @t1 : tensor<1x20000xf32>
  return %y : tensor<1x20000xf32>
}
