// What a mask hides from a float softmax is the lowest number; a softmax without a mask stays as it is. The weights of a mean are a quotient.
// RUN: qc-opt %s --qc-expand-masks | FileCheck %s

// CHECK-LABEL: @main
// CHECK-SAME:    %[[X:.+]]: tensor<2x?xf32>, %[[M:.+]]: tensor<?xi1>
func.func @main(%x: tensor<2x?xf32>, %m: tensor<?xi1>) -> (tensor<2x?xf32>, tensor<2x?xf32>) {
  // CHECK: %[[LOW:.+]] = qc.constant dense<-3.40282347E+38> : tensor<f32>
  // CHECK: %[[S:.+]] = qc.where %[[M]], %[[X]], %[[LOW]] : (tensor<?xi1>, tensor<2x?xf32>, tensor<f32>) -> tensor<2x?xf32>
  // CHECK: qc.softmax %[[S]] {axis = 1 : i64} : (tensor<2x?xf32>) -> tensor<2x?xf32>
  %0 = qc.softmax %x mask %m {axis = 1 : i64} : (tensor<2x?xf32>, tensor<?xi1>) -> tensor<2x?xf32>
  // CHECK-NEXT: qc.softmax %[[X]] {axis = 0 : i64} : (tensor<2x?xf32>) -> tensor<2x?xf32>
  %1 = qc.softmax %x {axis = 0 : i64} : (tensor<2x?xf32>) -> tensor<2x?xf32>
  return %0, %1 : tensor<2x?xf32>, tensor<2x?xf32>
}

// What was assigned of the mask goes with it.
// CHECK-LABEL: @assigned
func.func @assigned(%x: tensor<2x4xf32>, %m: tensor<4xi1>) -> tensor<2x4xf32> {
  // CHECK: qc.softmax {{.*}}qc.assignment = #qc.assignment<f32, [f32], "by a rule", user>
  %0 = qc.softmax %x mask %m {axis = 1 : i64, qc.assignment = #qc.assignment<f32, [f32, f32], "by a rule", user>, qc.float_reason = "by a rule"}
     : (tensor<2x4xf32>, tensor<4xi1>) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// CHECK-LABEL: @mean
// CHECK-SAME:    %[[M:.+]]: tensor<2x?xi1>
func.func @mean(%m: tensor<2x?xi1>) -> (tensor<2x?xf32>, tensor<2x?xf32>) {
  // CHECK: %[[ONE:.+]] = qc.constant dense<1.000000e+00> : tensor<f32>
  // CHECK: %[[F:.+]] = qc.cast %[[M]] {to = f32}
  // CHECK: %[[S:.+]] = qc.reduce sum %[[F]] {axes = array<i64: 1>, keep_dims = true} : (tensor<2x?xf32>) -> tensor<2x1xf32>
  // CHECK: %[[C:.+]] = qc.clip %[[S]] min %[[ONE]] : (tensor<2x1xf32>, tensor<f32>) -> tensor<2x1xf32>
  // CHECK: qc.div %[[F]], %[[C]] : (tensor<2x?xf32>, tensor<2x1xf32>) -> tensor<2x?xf32>
  // CHECK-NOT: qc.mean_weights
  %0 = qc.mean_weights %m {axis = 1 : i64} : (tensor<2x?xi1>) -> tensor<2x?xf32>
  // CHECK: qc.reduce sum {{.*}} {axes = array<i64: 0>, keep_dims = true} : (tensor<2x?xf32>) -> tensor<1x?xf32>
  %1 = qc.mean_weights %m {axis = 0 : i64} : (tensor<2x?xi1>) -> tensor<2x?xf32>
  return %0, %1 : tensor<2x?xf32>, tensor<2x?xf32>
}
