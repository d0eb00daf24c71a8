// Factors and offsets per channel become one depthwise convolution of one tap.
// RUN: qc-opt %s --qc-raise-scales --split-input-file --remarks-filter='qc-raise-scales' --remark-format=emitRemark --verify-diagnostics | FileCheck %s
// RUN: qc-opt %s --qc-raise-scales --split-input-file --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s --check-prefix=NAME

// A batch norm with sqrt(var + epsilon) = 2, then a factor: (x - mean) * scale / 2 + bias, times 10.
module {
qc.stats @x {of = "x", count = 1 : i64, min = 0.0 : f32, max = 1.0 : f32, data = "d", epoch = 0 : i64}
qc.stats @n {of = "n", count = 1 : i64, min = 0.0 : f32, max = 2.0 : f32, data = "d", epoch = 0 : i64}
qc.stats @y {of = "y", count = 1 : i64, min = 0.0 : f32, max = 3.0 : f32, data = "d", epoch = 0 : i64}
// CHECK-LABEL: @main
// NAME-LABEL: @main
func.func @main(%x: tensor<?x2x5x?xf32>) -> tensor<?x2x5x?xf32> {
  qc.observe %x @x : tensor<?x2x5x?xf32>
  // CHECK-DAG: %[[W:.+]] = qc.constant dense<{{\[\[\[\[}}5.000000e+00]]], {{\[\[\[}}1.000000e+01]]]]> : tensor<2x1x1x1xf32>
  // CHECK-DAG: %[[B:.+]] = qc.constant dense<[2.500000e+01, 3.000000e+01]> : tensor<2xf32>
  // CHECK: %[[Y:.+]] = qc.conv %arg0, %[[W]] bias %[[B]] {dilations = array<i64: 1, 1>, group = 2 : i64, pads = array<i64: 0, 0, 0, 0>, strides = array<i64: 1, 1>}
  // CHECK-NEXT: qc.observe %[[Y]] @y
  // CHECK-NEXT: return %[[Y]]
  // NAME: qc.conv {{.*}} loc(fused["y", "n"])
  %s = qc.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %b = qc.constant dense<[3.0, 4.0]> : tensor<2xf32>
  %m = qc.constant dense<1.0> : tensor<2xf32>
  %v = qc.constant dense<4.0> : tensor<2xf32>
  %k = qc.constant dense<10.0> : tensor<f32>
  %n = qc.batch_norm %x, %s, %b, %m, %v {epsilon = 0.0 : f32} : (tensor<?x2x5x?xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x2x5x?xf32> loc("n")
  qc.observe %n @n : tensor<?x2x5x?xf32>
  %y = qc.mul %n, %k : (tensor<?x2x5x?xf32>, tensor<f32>) -> tensor<?x2x5x?xf32> loc("y")
  qc.observe %y @y : tensor<?x2x5x?xf32>
  return %y : tensor<?x2x5x?xf32>
}
}

// -----

// Constants of one element alone are steps of tables; a value that is read twice ends a chain.
// CHECK-LABEL: @ends
func.func @ends(%x: tensor<1x2x3xf32>) -> (tensor<1x2x3xf32>, tensor<1x2x3xf32>) {
  %k = qc.constant dense<2.0> : tensor<f32>
  %c = qc.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  // CHECK: %[[M:.+]] = qc.mul %arg0
  // CHECK-NEXT: %[[R:.+]] = qc.relu %[[M]]
  // CHECK: %[[D:.+]] = qc.conv %[[R]]
  // CHECK: %[[S:.+]] = qc.conv %[[D]]
  // CHECK: return %[[D]], %[[S]]
  %0 = qc.mul %x, %k : (tensor<1x2x3xf32>, tensor<f32>) -> tensor<1x2x3xf32>
  %1 = qc.relu %0 : (tensor<1x2x3xf32>) -> tensor<1x2x3xf32>
  %2 = qc.div %1, %c : (tensor<1x2x3xf32>, tensor<2x1xf32>) -> tensor<1x2x3xf32>
  %3 = qc.sub %c, %2 : (tensor<2x1xf32>, tensor<1x2x3xf32>) -> tensor<1x2x3xf32>
  return %2, %3 : tensor<1x2x3xf32>, tensor<1x2x3xf32>
}

// -----

// Declined: too few dimensions, an unknown number of channels, a mask, a divisor of 0, computed parameters.
// CHECK-LABEL: @declined
// CHECK-NOT: qc.conv
func.func @declined(%x: tensor<1x2xf32>, %u: tensor<1x?x3xf32>, %z: tensor<1x2x3xf32>, %p: tensor<2xf32>)
    -> (tensor<1x2xf32>, tensor<1x?x3xf32>, tensor<1x2x3xf32>, tensor<1x2x3xf32>, tensor<1x2x3xf32>) {
  %r = qc.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %c = qc.constant dense<[[1.0], [0.0]]> : tensor<2x1xf32>
  %m = qc.constant dense<[[1.0], [-1.0e9]]> : tensor<2x1xf32>
  %d = qc.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  // expected-remark @below {{the value has 2 dimensions, a convolution takes 3 to 5}}
  %0 = qc.mul %x, %r : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  // expected-remark @below {{the number of channels is not known}}
  %1 = qc.mul %u, %d : (tensor<1x?x3xf32>, tensor<3xf32>) -> tensor<1x?x3xf32>
  // expected-remark @below {{the constant is a mask}}
  %2 = qc.add %z, %m : (tensor<1x2x3xf32>, tensor<2x1xf32>) -> tensor<1x2x3xf32>
  // expected-remark @below {{a constant is not finite, or is 0 and divides}}
  %3 = qc.div %z, %c : (tensor<1x2x3xf32>, tensor<2x1xf32>) -> tensor<1x2x3xf32>
  // expected-remark @below {{its constants do not have one value per channel}}
  %4 = qc.batch_norm %z, %p, %r, %r, %r {epsilon = 0.0 : f32} : (tensor<1x2x3xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x3xf32>
  return %0, %1, %2, %3, %4 : tensor<1x2xf32>, tensor<1x?x3xf32>, tensor<1x2x3xf32>, tensor<1x2x3xf32>, tensor<1x2x3xf32>
}
