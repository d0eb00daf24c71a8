// Means over what a mask shows, as text encoders write them, are products with weights.
// RUN: qc-opt %s --split-input-file --qc-raise-masked-means --remarks-filter='qc-raise-masked-means' 2>%t | FileCheck %s
// RUN: FileCheck %s --check-prefix=MISSED --input-file=%t

// Of a condition, sums without the dimension.
module attributes {qc.symbols = {N = array<i64: 0, -1>}} {
// CHECK-LABEL: @condition
// CHECK-SAME:    %[[X:[^:]+]]: tensor<?x8x4xf32> {{[^%]*}}%[[C:[^:]+]]: tensor<?x8x1xi1>
func.func @condition(%x: tensor<?x8x4xf32> {qc.dims = ["N", "", ""]}, %c: tensor<?x8x1xi1> {qc.dims = ["N", "", ""]}) -> tensor<?x4xf32> {
  // CHECK-NEXT: %[[R:.+]] = qc.reshape %[[C]] {shape = array<i64: -2, 1, 8>} : (tensor<?x8x1xi1>) -> tensor<?x1x8xi1>
  // CHECK-NEXT: %[[W:.+]] = qc.mean_weights %[[R]] {axis = 2 : i64} : (tensor<?x1x8xi1>) -> tensor<?x1x8xf32>
  // CHECK-NEXT: %[[P:.+]] = qc.matmul %[[W]], %[[X]] {onnx.origin = "Mul, ReduceSum, Div"} : (tensor<?x1x8xf32>, tensor<?x8x4xf32>) -> tensor<?x1x4xf32>
  // CHECK-NEXT: %[[Y:.+]] = qc.reshape %[[P]] {shape = array<i64: -2, 4>} : (tensor<?x1x4xf32>) -> tensor<?x4xf32>
  // CHECK-NEXT: return %[[Y]]
  %least = qc.constant dense<1.0e-9> : tensor<f32>
  %m = qc.cast %c {to = f32} : (tensor<?x8x1xi1>) -> tensor<?x8x1xf32>
  %p = qc.mul %x, %m : (tensor<?x8x4xf32>, tensor<?x8x1xf32>) -> tensor<?x8x4xf32>
  %s = qc.reduce sum %p {axes = array<i64: 1>, keep_dims = false} : (tensor<?x8x4xf32>) -> tensor<?x4xf32>
  %n = qc.reduce sum %m {axes = array<i64: 1>, keep_dims = false} : (tensor<?x8x1xf32>) -> tensor<?x1xf32>
  %d = qc.clip %n min %least : (tensor<?x1xf32>, tensor<f32>) -> tensor<?x1xf32>
  %y = qc.div %s, %d : (tensor<?x4xf32>, tensor<?x1xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}
}

// -----
// Of integers by which 1 less masks a softmax too, expanded before and behind the cast, with a maximum; the length is not known.
module attributes {qc.symbols = {L = array<i64: 0, -1>}} {
// CHECK-LABEL: @integers
// CHECK-SAME:    %[[X:[^:]+]]: tensor<2x?x4xf32> {{.*}}%[[M:[^:]+]]: tensor<2x?xi64>
func.func @integers(%x: tensor<2x?x4xf32> {qc.dims = ["", "L", ""]}, %s: tensor<2x3x?xf32> {qc.dims = ["", "", "L"]},
                    %m: tensor<2x?xi64> {qc.dims = ["", "L"]})
    -> (tensor<2x3x?xf32>, tensor<2x1x4xf32>, tensor<2x1x4xf32>) {
  %shape = qc.shape %x {start = 0 : i64, end = 3 : i64} : (tensor<2x?x4xf32>) -> tensor<3xi64>
  %one = qc.constant dense<1.0> : tensor<f32>
  %low = qc.constant dense<-1.0e9> : tensor<f32>
  %least = qc.constant dense<1.0> : tensor<f32>
  %r = qc.reshape %m {shape = array<i64: 2, 1, -1>} : (tensor<2x?xi64>) -> tensor<2x1x?xi64>
  %v = qc.cast %r {to = f32} : (tensor<2x1x?xi64>) -> tensor<2x1x?xf32>
  %i = qc.sub %one, %v : (tensor<f32>, tensor<2x1x?xf32>) -> tensor<2x1x?xf32>
  %a = qc.mul %i, %low : (tensor<2x1x?xf32>, tensor<f32>) -> tensor<2x1x?xf32>
  %l = qc.add %s, %a : (tensor<2x3x?xf32>, tensor<2x1x?xf32>) -> tensor<2x3x?xf32>
  %q = qc.softmax %l {axis = 2 : i64} : (tensor<2x3x?xf32>) -> tensor<2x3x?xf32>
  // CHECK: %[[U:.+]] = qc.reshape %[[M]] {shape = array<i64: 2, -1, 1>}
  // CHECK: %[[E:.+]] = qc.equal %[[U]], %{{.+}} : (tensor<2x?x1xi64>, tensor<i64>) -> tensor<2x?x1xi1>
  // CHECK: %[[R:.+]] = qc.reshape %[[E]] {shape = array<i64: 2, 1, -3>} : (tensor<2x?x1xi1>) -> tensor<2x1x?xi1>
  // CHECK: %[[W:.+]] = qc.mean_weights %[[R]] {axis = 2 : i64}
  // CHECK: qc.matmul %[[W]], %[[X]] {{.*}} -> tensor<2x1x4xf32>
  %u = qc.reshape %m {shape = array<i64: 2, -1, 1>} : (tensor<2x?xi64>) -> tensor<2x?x1xi64>
  %e = qc.expand %u, %shape : (tensor<2x?x1xi64>, tensor<3xi64>) -> tensor<2x?x4xi64>
  %f = qc.cast %e {to = f32} : (tensor<2x?x4xi64>) -> tensor<2x?x4xf32>
  %p = qc.mul %f, %x : (tensor<2x?x4xf32>, tensor<2x?x4xf32>) -> tensor<2x?x4xf32>
  %t = qc.reduce sum %p {axes = array<i64: 1>, keep_dims = true} : (tensor<2x?x4xf32>) -> tensor<2x1x4xf32>
  %n = qc.reduce sum %f {axes = array<i64: 1>, keep_dims = true} : (tensor<2x?x4xf32>) -> tensor<2x1x4xf32>
  %d = qc.max %least, %n : (tensor<f32>, tensor<2x1x4xf32>) -> tensor<2x1x4xf32>
  %y = qc.div %t, %d : (tensor<2x1x4xf32>, tensor<2x1x4xf32>) -> tensor<2x1x4xf32>
  // CHECK: qc.mean_weights
  // CHECK: qc.matmul
  // CHECK-NOT: qc.div
  %g = qc.cast %u {to = f32} : (tensor<2x?x1xi64>) -> tensor<2x?x1xf32>
  %h = qc.expand %g, %shape : (tensor<2x?x1xf32>, tensor<3xi64>) -> tensor<2x?x4xf32>
  %p1 = qc.mul %h, %x : (tensor<2x?x4xf32>, tensor<2x?x4xf32>) -> tensor<2x?x4xf32>
  %t1 = qc.reduce sum %p1 {axes = array<i64: 1>, keep_dims = true} : (tensor<2x?x4xf32>) -> tensor<2x1x4xf32>
  %n1 = qc.reduce sum %h {axes = array<i64: 1>, keep_dims = true} : (tensor<2x?x4xf32>) -> tensor<2x1x4xf32>
  %d1 = qc.clip %n1 min %least : (tensor<2x1x4xf32>, tensor<f32>) -> tensor<2x1x4xf32>
  %y1 = qc.div %t1, %d1 : (tensor<2x1x4xf32>, tensor<2x1x4xf32>) -> tensor<2x1x4xf32>
  return %q, %y, %y1 : tensor<2x3x?xf32>, tensor<2x1x4xf32>, tensor<2x1x4xf32>
}
}

// -----
// Other spellings of masks by which numbers are 0 or 1: (m - 1) high, and a choice by 1 - m; the mean is over what is
// hidden there.
module attributes {qc.symbols = {}} {
// CHECK-LABEL: @other_spellings
// CHECK-SAME:    %[[X:[^:]+]]: tensor<2x8x4xf32>, %{{[^:]+}}: tensor<2x3x8xf32>, %[[M:[^:]+]]: tensor<2x8xi64>, %[[O:[^:]+]]: tensor<2x8xi64>
func.func @other_spellings(%x: tensor<2x8x4xf32>, %s: tensor<2x3x8xf32>, %m: tensor<2x8xi64>, %o: tensor<2x8xi64>)
    -> (tensor<2x3x8xf32>, tensor<2x3x8xf32>, tensor<2x4xf32>, tensor<2x4xf32>) {
  %one = qc.constant dense<1.0> : tensor<f32>
  %high = qc.constant dense<1.0e4> : tensor<f32>
  %low = qc.constant dense<-3.40282347E+38> : tensor<f32>
  %r = qc.reshape %m {shape = array<i64: 2, 1, 8>} : (tensor<2x8xi64>) -> tensor<2x1x8xi64>
  %v = qc.cast %r {to = f32} : (tensor<2x1x8xi64>) -> tensor<2x1x8xf32>
  %i = qc.sub %v, %one : (tensor<2x1x8xf32>, tensor<f32>) -> tensor<2x1x8xf32>
  %a = qc.mul %i, %high : (tensor<2x1x8xf32>, tensor<f32>) -> tensor<2x1x8xf32>
  %l = qc.add %s, %a : (tensor<2x3x8xf32>, tensor<2x1x8xf32>) -> tensor<2x3x8xf32>
  %q = qc.softmax %l {axis = 2 : i64} : (tensor<2x3x8xf32>) -> tensor<2x3x8xf32>
  %r1 = qc.reshape %o {shape = array<i64: 2, 1, 8>} : (tensor<2x8xi64>) -> tensor<2x1x8xi64>
  %v1 = qc.cast %r1 {to = f32} : (tensor<2x1x8xi64>) -> tensor<2x1x8xf32>
  %i1 = qc.sub %one, %v1 : (tensor<f32>, tensor<2x1x8xf32>) -> tensor<2x1x8xf32>
  %h1 = qc.cast %i1 {to = i1} : (tensor<2x1x8xf32>) -> tensor<2x1x8xi1>
  %a1 = qc.where %h1, %low, %i1 : (tensor<2x1x8xi1>, tensor<f32>, tensor<2x1x8xf32>) -> tensor<2x1x8xf32>
  %l1 = qc.add %s, %a1 : (tensor<2x3x8xf32>, tensor<2x1x8xf32>) -> tensor<2x3x8xf32>
  %q1 = qc.softmax %l1 {axis = 2 : i64} : (tensor<2x3x8xf32>) -> tensor<2x3x8xf32>
  // CHECK: %[[RM:.+]] = qc.reshape %[[M]] {shape = array<i64: 2, 8, 1>}
  // CHECK: %[[EM:.+]] = qc.equal %[[RM]], %{{.+}} : (tensor<2x8x1xi64>, tensor<i64>) -> tensor<2x8x1xi1>
  // CHECK: %[[TM:.+]] = qc.reshape %[[EM]] {shape = array<i64: 2, 1, 8>}
  // CHECK: %[[WM:.+]] = qc.mean_weights %[[TM]] {axis = 2 : i64}
  // CHECK: qc.matmul %[[WM]], %[[X]]
  %c = qc.reshape %m {shape = array<i64: 2, 8, 1>} : (tensor<2x8xi64>) -> tensor<2x8x1xi64>
  %f = qc.cast %c {to = f32} : (tensor<2x8x1xi64>) -> tensor<2x8x1xf32>
  %p = qc.mul %x, %f : (tensor<2x8x4xf32>, tensor<2x8x1xf32>) -> tensor<2x8x4xf32>
  %t = qc.reduce sum %p {axes = array<i64: 1>, keep_dims = false} : (tensor<2x8x4xf32>) -> tensor<2x4xf32>
  %n = qc.reduce sum %f {axes = array<i64: 1>, keep_dims = false} : (tensor<2x8x1xf32>) -> tensor<2x1xf32>
  %d = qc.clip %n min %one : (tensor<2x1xf32>, tensor<f32>) -> tensor<2x1xf32>
  %y = qc.div %t, %d : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  // CHECK: %[[RO:.+]] = qc.reshape %[[O]] {shape = array<i64: 2, 8, 1>}
  // CHECK: %[[Z:.+]] = qc.constant dense<0> : tensor<i64>
  // CHECK: %[[EO:.+]] = qc.equal %[[RO]], %[[Z]] : (tensor<2x8x1xi64>, tensor<i64>) -> tensor<2x8x1xi1>
  // CHECK: %[[TO:.+]] = qc.reshape %[[EO]] {shape = array<i64: 2, 1, 8>}
  // CHECK: qc.mean_weights %[[TO]] {axis = 2 : i64}
  // CHECK-NOT: qc.div
  %c1 = qc.reshape %o {shape = array<i64: 2, 8, 1>} : (tensor<2x8xi64>) -> tensor<2x8x1xi64>
  %g1 = qc.cast %c1 {to = f32} : (tensor<2x8x1xi64>) -> tensor<2x8x1xf32>
  %f1 = qc.sub %one, %g1 : (tensor<f32>, tensor<2x8x1xf32>) -> tensor<2x8x1xf32>
  %p1 = qc.mul %x, %f1 : (tensor<2x8x4xf32>, tensor<2x8x1xf32>) -> tensor<2x8x4xf32>
  %t1 = qc.reduce sum %p1 {axes = array<i64: 1>, keep_dims = false} : (tensor<2x8x4xf32>) -> tensor<2x4xf32>
  %n1 = qc.reduce sum %f1 {axes = array<i64: 1>, keep_dims = false} : (tensor<2x8x1xf32>) -> tensor<2x1xf32>
  %d1 = qc.clip %n1 min %one : (tensor<2x1xf32>, tensor<f32>) -> tensor<2x1xf32>
  %y1 = qc.div %t1, %d1 : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  return %q, %q1, %y, %y1 : tensor<2x3x8xf32>, tensor<2x3x8xf32>, tensor<2x4xf32>, tensor<2x4xf32>
}
}

// -----
// What a softmax compares with 1 may be 0, 1 or 2, and weigh means by these.
// CHECK-LABEL: @compared
func.func @compared(%x: tensor<2x8x4xf32>, %s: tensor<2x3x8xf32>, %m: tensor<2x8xi64>) -> (tensor<2x3x8xf32>, tensor<2x4xf32>) {
  // CHECK-NOT: qc.mean_weights
  // MISSED: RaiseMaskedMeans {{.*}}its mask may have other numbers than 0 and 1: no softmax is masked by 1 less them
  %one = qc.constant dense<1> : tensor<i64>
  %least = qc.constant dense<1.0> : tensor<f32>
  %r = qc.reshape %m {shape = array<i64: 2, 1, 8>} : (tensor<2x8xi64>) -> tensor<2x1x8xi64>
  %b = qc.equal %r, %one : (tensor<2x1x8xi64>, tensor<i64>) -> tensor<2x1x8xi1>
  %q = qc.softmax %s mask %b {axis = 2 : i64} : (tensor<2x3x8xf32>, tensor<2x1x8xi1>) -> tensor<2x3x8xf32>
  %c = qc.reshape %m {shape = array<i64: 2, 8, 1>} : (tensor<2x8xi64>) -> tensor<2x8x1xi64>
  %f = qc.cast %c {to = f32} : (tensor<2x8x1xi64>) -> tensor<2x8x1xf32>
  %p = qc.mul %x, %f : (tensor<2x8x4xf32>, tensor<2x8x1xf32>) -> tensor<2x8x4xf32>
  %t = qc.reduce sum %p {axes = array<i64: 1>, keep_dims = false} : (tensor<2x8x4xf32>) -> tensor<2x4xf32>
  %n = qc.reduce sum %f {axes = array<i64: 1>, keep_dims = false} : (tensor<2x8x1xf32>) -> tensor<2x1xf32>
  %d = qc.clip %n min %least : (tensor<2x1xf32>, tensor<f32>) -> tensor<2x1xf32>
  %y = qc.div %t, %d : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  return %q, %y : tensor<2x3x8xf32>, tensor<2x4xf32>
}

// -----
// Counts with the dimension stand beside sums of other rows without it: of [i, j] the sum is divided by the count of i.
// A mask of floats is no cast.
// CHECK-LABEL: @crossed
func.func @crossed(%x: tensor<4x8x4xf32>, %z: tensor<4x4x8x4xf32>, %c: tensor<4x8x1xi1>, %s: tensor<4x1x8xf32>, %m: tensor<4x8x1xf32>)
    -> (tensor<4x4x4xf32>, tensor<4x4xf32>, tensor<4x1x8xf32>) {
  // CHECK-NOT: qc.mean_weights
  // MISSED: RaiseMaskedMeans {{.*}}its mask is no cast of conditions or integers
  %least = qc.constant dense<1.0> : tensor<f32>
  %low = qc.constant dense<-1.0e9> : tensor<f32>
  %f = qc.cast %c {to = f32} : (tensor<4x8x1xi1>) -> tensor<4x8x1xf32>
  %p = qc.mul %z, %f : (tensor<4x4x8x4xf32>, tensor<4x8x1xf32>) -> tensor<4x4x8x4xf32>
  %t = qc.reduce sum %p {axes = array<i64: 2>, keep_dims = false} : (tensor<4x4x8x4xf32>) -> tensor<4x4x4xf32>
  %n = qc.reduce sum %f {axes = array<i64: 1>, keep_dims = true} : (tensor<4x8x1xf32>) -> tensor<4x1x1xf32>
  %d = qc.clip %n min %least : (tensor<4x1x1xf32>, tensor<f32>) -> tensor<4x1x1xf32>
  %y = qc.div %t, %d : (tensor<4x4x4xf32>, tensor<4x1x1xf32>) -> tensor<4x4x4xf32>
  %r = qc.reshape %m {shape = array<i64: 4, 1, 8>} : (tensor<4x8x1xf32>) -> tensor<4x1x8xf32>
  %i = qc.sub %least, %r : (tensor<f32>, tensor<4x1x8xf32>) -> tensor<4x1x8xf32>
  %a = qc.mul %i, %low : (tensor<4x1x8xf32>, tensor<f32>) -> tensor<4x1x8xf32>
  %l = qc.add %s, %a : (tensor<4x1x8xf32>, tensor<4x1x8xf32>) -> tensor<4x1x8xf32>
  %q = qc.softmax %l {axis = 2 : i64} : (tensor<4x1x8xf32>) -> tensor<4x1x8xf32>
  %p1 = qc.mul %x, %m : (tensor<4x8x4xf32>, tensor<4x8x1xf32>) -> tensor<4x8x4xf32>
  %t1 = qc.reduce sum %p1 {axes = array<i64: 1>, keep_dims = false} : (tensor<4x8x4xf32>) -> tensor<4x4xf32>
  %n1 = qc.reduce sum %m {axes = array<i64: 1>, keep_dims = false} : (tensor<4x8x1xf32>) -> tensor<4x1xf32>
  %d1 = qc.clip %n1 min %least : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %y1 = qc.div %t1, %d1 : (tensor<4x4xf32>, tensor<4x1xf32>) -> tensor<4x4xf32>
  return %y, %y1, %q : tensor<4x4x4xf32>, tensor<4x4xf32>, tensor<4x1x8xf32>
}

// -----
// Integers may be weights; a mask may be the same for all rows; nothing may keep the quotient from 0 / 0.
// CHECK-LABEL: @declined
func.func @declined(%x: tensor<2x8x4xf32>, %w: tensor<2x8x1xi64>, %c: tensor<2x8x1xi1>, %o: tensor<2x1x1xi1>)
    -> (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>) {
  // CHECK-NOT: qc.mean_weights
  // MISSED: RaiseMaskedMeans {{.*}}its mask may have other numbers than 0 and 1: no softmax is masked by 1 less them
  %least = qc.constant dense<1.0e-9> : tensor<f32>
  %m = qc.cast %w {to = f32} : (tensor<2x8x1xi64>) -> tensor<2x8x1xf32>
  %p = qc.mul %x, %m : (tensor<2x8x4xf32>, tensor<2x8x1xf32>) -> tensor<2x8x4xf32>
  %s = qc.reduce sum %p {axes = array<i64: 1>, keep_dims = false} : (tensor<2x8x4xf32>) -> tensor<2x4xf32>
  %n = qc.reduce sum %m {axes = array<i64: 1>, keep_dims = false} : (tensor<2x8x1xf32>) -> tensor<2x1xf32>
  %d = qc.clip %n min %least : (tensor<2x1xf32>, tensor<f32>) -> tensor<2x1xf32>
  %y = qc.div %s, %d : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  // MISSED: RaiseMaskedMeans {{.*}}it divides by 0 where nothing is shown
  %m1 = qc.cast %c {to = f32} : (tensor<2x8x1xi1>) -> tensor<2x8x1xf32>
  %p1 = qc.mul %x, %m1 : (tensor<2x8x4xf32>, tensor<2x8x1xf32>) -> tensor<2x8x4xf32>
  %s1 = qc.reduce sum %p1 {axes = array<i64: 1>, keep_dims = false} : (tensor<2x8x4xf32>) -> tensor<2x4xf32>
  %n1 = qc.reduce sum %m1 {axes = array<i64: 1>, keep_dims = false} : (tensor<2x8x1xf32>) -> tensor<2x1xf32>
  %y1 = qc.div %s1, %n1 : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  // MISSED: RaiseMaskedMeans {{.*}}its mask has one element for all that it hides
  %m2 = qc.cast %o {to = f32} : (tensor<2x1x1xi1>) -> tensor<2x1x1xf32>
  %p2 = qc.mul %x, %m2 : (tensor<2x8x4xf32>, tensor<2x1x1xf32>) -> tensor<2x8x4xf32>
  %s2 = qc.reduce sum %p2 {axes = array<i64: 1>, keep_dims = false} : (tensor<2x8x4xf32>) -> tensor<2x4xf32>
  %n2 = qc.reduce sum %m2 {axes = array<i64: 1>, keep_dims = false} : (tensor<2x1x1xf32>) -> tensor<2x1xf32>
  %d2 = qc.clip %n2 min %least : (tensor<2x1xf32>, tensor<f32>) -> tensor<2x1xf32>
  %y2 = qc.div %s2, %d2 : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  // Likewise, expanded.
  // MISSED: RaiseMaskedMeans {{.*}}its mask has one element for all that it hides
  %shape = qc.constant dense<[2, 8, 4]> : tensor<3xi64>
  %e3 = qc.expand %m2, %shape : (tensor<2x1x1xf32>, tensor<3xi64>) -> tensor<2x8x4xf32>
  %p3 = qc.mul %x, %e3 : (tensor<2x8x4xf32>, tensor<2x8x4xf32>) -> tensor<2x8x4xf32>
  %s3 = qc.reduce sum %p3 {axes = array<i64: 1>, keep_dims = false} : (tensor<2x8x4xf32>) -> tensor<2x4xf32>
  %n3 = qc.reduce sum %e3 {axes = array<i64: 1>, keep_dims = false} : (tensor<2x8x4xf32>) -> tensor<2x4xf32>
  %d3 = qc.clip %n3 min %least : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %y3 = qc.div %s3, %d3 : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return %y, %y1, %y2, %y3 : tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>
}

// -----
// What is no such mean, and nothing is said of it: another bound, another sum, another dimension.
// CHECK-LABEL: @others
// MISSED-NOT: RaiseMaskedMeans
func.func @others(%x: tensor<2x8x4xf32>, %c: tensor<2x8x1xi1>, %e: tensor<2x8x4xi1>) -> (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x8x1xf32>) {
  // CHECK-NOT: qc.mean_weights
  %two = qc.constant dense<2.0> : tensor<f32>
  %one = qc.constant dense<1.0> : tensor<f32>
  %m = qc.cast %c {to = f32} : (tensor<2x8x1xi1>) -> tensor<2x8x1xf32>
  %p = qc.mul %x, %m : (tensor<2x8x4xf32>, tensor<2x8x1xf32>) -> tensor<2x8x4xf32>
  %s = qc.reduce sum %p {axes = array<i64: 1>, keep_dims = false} : (tensor<2x8x4xf32>) -> tensor<2x4xf32>
  %n = qc.reduce sum %m {axes = array<i64: 1>, keep_dims = false} : (tensor<2x8x1xf32>) -> tensor<2x1xf32>
  %d = qc.clip %n min %two : (tensor<2x1xf32>, tensor<f32>) -> tensor<2x1xf32>
  %y = qc.div %s, %d : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  %a = qc.reduce mean %p {axes = array<i64: 1>, keep_dims = false} : (tensor<2x8x4xf32>) -> tensor<2x4xf32>
  %d1 = qc.clip %n min %one : (tensor<2x1xf32>, tensor<f32>) -> tensor<2x1xf32>
  %y1 = qc.div %a, %d1 : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  %m2 = qc.cast %e {to = f32} : (tensor<2x8x4xi1>) -> tensor<2x8x4xf32>
  %p2 = qc.mul %x, %m2 : (tensor<2x8x4xf32>, tensor<2x8x4xf32>) -> tensor<2x8x4xf32>
  %s2 = qc.reduce sum %p2 {axes = array<i64: 2>, keep_dims = true} : (tensor<2x8x4xf32>) -> tensor<2x8x1xf32>
  %n2 = qc.reduce sum %m2 {axes = array<i64: 2>, keep_dims = true} : (tensor<2x8x4xf32>) -> tensor<2x8x1xf32>
  %d2 = qc.clip %n2 min %one : (tensor<2x8x1xf32>, tensor<f32>) -> tensor<2x8x1xf32>
  %y2 = qc.div %s2, %d2 : (tensor<2x8x1xf32>, tensor<2x8x1xf32>) -> tensor<2x8x1xf32>
  return %y, %y1, %y2 : tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x8x1xf32>
}
