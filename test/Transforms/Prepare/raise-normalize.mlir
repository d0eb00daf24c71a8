// Layer, RMS and L2 normalization are recognized in their parts.
// RUN: qc-opt %s --qc-raise-normalize --split-input-file --remarks-filter='qc-raise-normalize' --remark-format=emitRemark --verify-diagnostics | FileCheck %s

// As exporters without LayerNormalization write it, scale and bias behind it; the mean of the last of three dimensions is
// a pool.
// CHECK-LABEL: @layer
// CHECK-SAME:    %[[X:[^:]+]]:
func.func @layer(%x: tensor<?x?x4xf32>) -> tensor<?x?x4xf32> {
  // CHECK:      %[[S:.+]] = qc.constant dense<[1.{{.*}}, 2.{{.*}}, 3.{{.*}}, 4.{{.*}}]>
  // CHECK:      %[[B:.+]] = qc.constant dense<[5.
  // CHECK-NEXT: %[[Y:.+]] = qc.normalize %[[X]] scale %[[S]] bias %[[B]] {axes = array<i64: 2>, centered = true, epsilon = 9.99999974E-6 : f32, onnx.origin = "ReduceMean, Sub, Pow, Sqrt, Div"}
  // CHECK-NEXT: return %[[Y]]
  %two = qc.constant dense<2.0> : tensor<f32>
  %epsilon = qc.constant dense<1.0e-5> : tensor<f32>
  %scale = qc.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %bias = qc.constant dense<[5.0, 6.0, 7.0, 8.0]> : tensor<4xf32>
  %m = qc.global_avg_pool %x : (tensor<?x?x4xf32>) -> tensor<?x?x1xf32>
  %d = qc.sub %x, %m : (tensor<?x?x4xf32>, tensor<?x?x1xf32>) -> tensor<?x?x4xf32>
  %p = qc.pow %d, %two : (tensor<?x?x4xf32>, tensor<f32>) -> tensor<?x?x4xf32>
  %v = qc.global_avg_pool %p : (tensor<?x?x4xf32>) -> tensor<?x?x1xf32>
  %a = qc.add %v, %epsilon : (tensor<?x?x1xf32>, tensor<f32>) -> tensor<?x?x1xf32>
  %r = qc.sqrt %a : (tensor<?x?x1xf32>) -> tensor<?x?x1xf32>
  %q = qc.div %d, %r : (tensor<?x?x4xf32>, tensor<?x?x1xf32>) -> tensor<?x?x4xf32>
  %s = qc.mul %q, %scale : (tensor<?x?x4xf32>, tensor<4xf32>) -> tensor<?x?x4xf32>
  %y = qc.add %bias, %s : (tensor<4xf32>, tensor<?x?x4xf32>) -> tensor<?x?x4xf32>
  return %y : tensor<?x?x4xf32>
}

// The difference twice, a square as a product, the inverse multiplied.
// CHECK-LABEL: @twice
// CHECK-SAME:    %[[X:[^:]+]]:
func.func @twice(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  // CHECK:      %[[A:.+]] = qc.normalize %[[X]] {axes = array<i64: 1>, centered = true
  // CHECK:      %[[B:.+]] = qc.normalize %[[X]] {axes = array<i64: 1>, centered = true
  // CHECK-NEXT: return %[[A]], %[[B]]
  %one = qc.constant dense<1.0> : tensor<f32>
  %epsilon = qc.constant dense<1.0e-5> : tensor<f32>
  %m = qc.reduce mean %x {axes = array<i64: 1>, keep_dims = true} : (tensor<2x4xf32>) -> tensor<2x1xf32>
  %n = qc.reduce mean %x {axes = array<i64: 1>, keep_dims = true} : (tensor<2x4xf32>) -> tensor<2x1xf32>
  %d = qc.sub %x, %m : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  %e = qc.sub %x, %n : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  %p = qc.mul %d, %d : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %v = qc.reduce mean %p {axes = array<i64: 1>, keep_dims = true} : (tensor<2x4xf32>) -> tensor<2x1xf32>
  %a = qc.add %epsilon, %v : (tensor<f32>, tensor<2x1xf32>) -> tensor<2x1xf32>
  %r = qc.sqrt %a : (tensor<2x1xf32>) -> tensor<2x1xf32>
  %i = qc.reciprocal %r : (tensor<2x1xf32>) -> tensor<2x1xf32>
  %j = qc.div %one, %r : (tensor<f32>, tensor<2x1xf32>) -> tensor<2x1xf32>
  %y = qc.mul %i, %e : (tensor<2x1xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %z = qc.mul %e, %j : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  return %y, %z : tensor<2x4xf32>, tensor<2x4xf32>
}

// RMS normalization; the product with what is not constant stays one, and what else reads the quotient keeps it.
// CHECK-LABEL: @rms
// CHECK-SAME:    %[[X:[^:]+]]:
func.func @rms(%x: tensor<2x4xf32>, %g: tensor<4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  // CHECK:      %[[Q:.+]] = qc.normalize %[[X]] {axes = array<i64: 1>, centered = false, epsilon = 0.000000e+00 : f32, onnx.origin = "ReduceMean, Pow, Sqrt, Div"}
  // CHECK-NEXT: %[[Y:.+]] = qc.mul %[[Q]]
  // CHECK-NEXT: return %[[Y]], %[[Q]]
  %epsilon = qc.constant dense<0.0> : tensor<f32>
  %p = qc.mul %x, %x : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %v = qc.reduce mean %p {axes = array<i64: 1>, keep_dims = true} : (tensor<2x4xf32>) -> tensor<2x1xf32>
  %a = qc.add %v, %epsilon : (tensor<2x1xf32>, tensor<f32>) -> tensor<2x1xf32>
  %r = qc.sqrt %a : (tensor<2x1xf32>) -> tensor<2x1xf32>
  %q = qc.div %x, %r : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  %y = qc.mul %q, %g : (tensor<2x4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  return %y, %q : tensor<2x4xf32>, tensor<2x4xf32>
}

// Not what is divided by the deviation of something else, by the L2 norm of something else, or by a computed epsilon.
// CHECK-LABEL: @others
// CHECK-NOT: qc.normalize
func.func @others(%x: tensor<2x4xf32>, %z: tensor<2x4xf32>, %e: tensor<2x1xf32>)
    -> (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>) {
  %epsilon = qc.constant dense<1.0e-5> : tensor<f32>
  %p = qc.mul %x, %x : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %v = qc.reduce mean %p {axes = array<i64: 1>, keep_dims = true} : (tensor<2x4xf32>) -> tensor<2x1xf32>
  %w = qc.reduce sum %p {axes = array<i64: 1>, keep_dims = true} : (tensor<2x4xf32>) -> tensor<2x1xf32>
  %a = qc.add %v, %epsilon : (tensor<2x1xf32>, tensor<f32>) -> tensor<2x1xf32>
  %b = qc.add %w, %epsilon : (tensor<2x1xf32>, tensor<f32>) -> tensor<2x1xf32>
  %c = qc.add %v, %e : (tensor<2x1xf32>, tensor<2x1xf32>) -> tensor<2x1xf32>
  %r = qc.sqrt %a : (tensor<2x1xf32>) -> tensor<2x1xf32>
  %s = qc.sqrt %b : (tensor<2x1xf32>) -> tensor<2x1xf32>
  %t = qc.sqrt %c : (tensor<2x1xf32>) -> tensor<2x1xf32>
  %0 = qc.div %z, %r : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  %1 = qc.div %z, %s : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  %2 = qc.div %x, %t : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  return %0, %1, %2 : tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>
}

// Epsilon outside of the root, and a mean that keeps no dimension, are other functions.
// CHECK-LABEL: @outside
// CHECK-NOT: qc.normalize
func.func @outside(%x: tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32>) {
  %epsilon = qc.constant dense<1.0e-5> : tensor<f32>
  %p = qc.mul %x, %x : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %v = qc.reduce mean %p {axes = array<i64: 1>, keep_dims = true} : (tensor<4x4xf32>) -> tensor<4x1xf32>
  %r = qc.sqrt %v : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %a = qc.add %r, %epsilon : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %0 = qc.div %x, %a : (tensor<4x4xf32>, tensor<4x1xf32>) -> tensor<4x4xf32>
  %w = qc.reduce mean %p {axes = array<i64: 1>, keep_dims = false} : (tensor<4x4xf32>) -> tensor<4xf32>
  %b = qc.add %w, %epsilon : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %s = qc.sqrt %b : (tensor<4xf32>) -> tensor<4xf32>
  %1 = qc.div %x, %s : (tensor<4x4xf32>, tensor<4xf32>) -> tensor<4x4xf32>
  return %0, %1 : tensor<4x4xf32>, tensor<4x4xf32>
}

// The difference from a mean over other axes is what is normalized, uncentered.
// CHECK-LABEL: @other_axes
// CHECK: %[[D:.+]] = qc.sub
// CHECK: qc.normalize %[[D]] {axes = array<i64: 1>, centered = false
func.func @other_axes(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %epsilon = qc.constant dense<1.0e-5> : tensor<f32>
  %m = qc.reduce mean %x {axes = array<i64: 0>, keep_dims = true} : (tensor<4x4xf32>) -> tensor<1x4xf32>
  %d = qc.sub %x, %m : (tensor<4x4xf32>, tensor<1x4xf32>) -> tensor<4x4xf32>
  %p = qc.mul %d, %d : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %v = qc.reduce mean %p {axes = array<i64: 1>, keep_dims = true} : (tensor<4x4xf32>) -> tensor<4x1xf32>
  %a = qc.add %v, %epsilon : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %r = qc.sqrt %a : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %y = qc.div %d, %r : (tensor<4x4xf32>, tensor<4x1xf32>) -> tensor<4x4xf32>
  return %y : tensor<4x4xf32>
}

// What is divided by its L2 norm: of one reduction with a bound below it, expanded, as PyTorch writes it (1e-24 / 4); of
// three, over channels, with a number beside the sum; its inverse multiplied, of a sum of squares.
// CHECK-LABEL: @l2
// CHECK-SAME:    %[[X:[^:]+]]: tensor<?x4xf32>, %[[C:[^:]+]]: tensor<1x9x?xf32>
func.func @l2(%x: tensor<?x4xf32>, %c: tensor<1x9x?xf32>, %shape: tensor<2xi64>)
    -> (tensor<?x4xf32>, tensor<1x9x?xf32>, tensor<?x4xf32>) {
  // CHECK: %[[H:.+]] = qc.constant dense<5.000000e-01> : tensor<1xf32>
  // CHECK: %[[Y:.+]] = qc.normalize %[[X]] scale %[[H]] {axes = array<i64: 1>, centered = false, epsilon = 2.500000e-25 : f32, onnx.origin = "ReduceL2, Div"}
  // CHECK: %[[T:.+]] = qc.constant dense<0.333333343> : tensor<1xf32>
  // CHECK: %[[Z:.+]] = qc.normalize %[[C]] scale %[[T]] {axes = array<i64: 1>, centered = false, epsilon = 1.000000e+00 : f32
  // CHECK: %[[W:.+]] = qc.normalize %[[X]] scale %{{.+}} {axes = array<i64: 1>, centered = false, epsilon = 0.000000e+00 : f32
  // CHECK-NEXT: return %[[Y]], %[[Z]], %[[W]]
  %least = qc.constant dense<1.0e-12> : tensor<f32>
  %nine = qc.constant dense<9.0> : tensor<f32>
  %two = qc.constant dense<2.0> : tensor<f32>
  %l = qc.reduce l2 %x {axes = array<i64: 1>, keep_dims = true} : (tensor<?x4xf32>) -> tensor<?x1xf32>
  %m = qc.clip %l min %least : (tensor<?x1xf32>, tensor<f32>) -> tensor<?x1xf32>
  %e = qc.expand %m, %shape : (tensor<?x1xf32>, tensor<2xi64>) -> tensor<?x4xf32>
  %y = qc.div %x, %e : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  %p = qc.pow %c, %two : (tensor<1x9x?xf32>, tensor<f32>) -> tensor<1x9x?xf32>
  %s = qc.reduce sum %p {axes = array<i64: 1>, keep_dims = true} : (tensor<1x9x?xf32>) -> tensor<1x1x?xf32>
  %a = qc.add %nine, %s : (tensor<f32>, tensor<1x1x?xf32>) -> tensor<1x1x?xf32>
  %r = qc.sqrt %a : (tensor<1x1x?xf32>) -> tensor<1x1x?xf32>
  %z = qc.div %c, %r : (tensor<1x9x?xf32>, tensor<1x1x?xf32>) -> tensor<1x9x?xf32>
  %q = qc.reduce sum_square %x {axes = array<i64: 1>, keep_dims = true} : (tensor<?x4xf32>) -> tensor<?x1xf32>
  %t = qc.sqrt %q : (tensor<?x1xf32>) -> tensor<?x1xf32>
  %i = qc.reciprocal %t : (tensor<?x1xf32>) -> tensor<?x1xf32>
  %w = qc.mul %x, %i : (tensor<?x4xf32>, tensor<?x1xf32>) -> tensor<?x4xf32>
  return %y, %z, %w : tensor<?x4xf32>, tensor<1x9x?xf32>, tensor<?x4xf32>
}

// Not with a bound below that is no norm, one above, a computed one, or a norm without its dimension.
// CHECK-LABEL: @other_norms
// CHECK-NOT: qc.normalize
func.func @other_norms(%x: tensor<4x4xf32>, %computed: tensor<f32>)
    -> (tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>) {
  %least = qc.constant dense<1.0e-12> : tensor<f32>
  %most = qc.constant dense<9.0> : tensor<f32>
  %negative = qc.constant dense<-1.0> : tensor<f32>
  %l = qc.reduce l2 %x {axes = array<i64: 1>, keep_dims = true} : (tensor<4x4xf32>) -> tensor<4x1xf32>
  %a = qc.clip %l min %negative : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %b = qc.clip %l min %least max %most : (tensor<4x1xf32>, tensor<f32>, tensor<f32>) -> tensor<4x1xf32>
  %c = qc.clip %l min %computed : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %d = qc.reduce l2 %x {axes = array<i64: 1>, keep_dims = false} : (tensor<4x4xf32>) -> tensor<4xf32>
  %0 = qc.div %x, %a : (tensor<4x4xf32>, tensor<4x1xf32>) -> tensor<4x4xf32>
  %1 = qc.div %x, %b : (tensor<4x4xf32>, tensor<4x1xf32>) -> tensor<4x4xf32>
  %2 = qc.div %x, %c : (tensor<4x4xf32>, tensor<4x1xf32>) -> tensor<4x4xf32>
  %3 = qc.div %x, %d : (tensor<4x4xf32>, tensor<4xf32>) -> tensor<4x4xf32>
  return %0, %1, %2, %3 : tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>
}

// A bound of 1e-6 is the largest one; a square of it that f32 has no number for leaves rows of 0 what they are.
// CHECK-LABEL: @least
// CHECK: epsilon = 2.500000e-13 : f32
// CHECK: epsilon = 1.17549435E-38 : f32
func.func @least(%x: tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32>) {
  %most = qc.constant dense<1.0e-6> : tensor<f32>
  %tiny = qc.constant dense<1.0e-30> : tensor<f32>
  %l = qc.reduce l2 %x {axes = array<i64: 1>, keep_dims = true} : (tensor<4x4xf32>) -> tensor<4x1xf32>
  %a = qc.clip %l min %most : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %b = qc.clip %l min %tiny : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %0 = qc.div %x, %a : (tensor<4x4xf32>, tensor<4x1xf32>) -> tensor<4x4xf32>
  %1 = qc.div %x, %b : (tensor<4x4xf32>, tensor<4x1xf32>) -> tensor<4x4xf32>
  return %0, %1 : tensor<4x4xf32>, tensor<4x4xf32>
}

// What one quotient erases is not looked at again: the root of roots, a product that is a quotient and a scale.
// CHECK-LABEL: @roots
// CHECK: %[[R:.+]] = qc.sqrt
// CHECK: qc.normalize %[[R]]
func.func @roots(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %epsilon = qc.constant dense<1.0e-5> : tensor<f32>
  %d = qc.sqrt %x : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %p = qc.mul %d, %d : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %v = qc.reduce mean %p {axes = array<i64: 1>, keep_dims = true} : (tensor<2x4xf32>) -> tensor<2x1xf32>
  %a = qc.add %v, %epsilon : (tensor<2x1xf32>, tensor<f32>) -> tensor<2x1xf32>
  %r = qc.sqrt %a : (tensor<2x1xf32>) -> tensor<2x1xf32>
  %y = qc.div %d, %r : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

// CHECK-LABEL: @scale
// CHECK: qc.normalize %{{.+}} scale
// CHECK-NOT: qc.normalize
func.func @scale() -> tensor<1x1xf32> {
  %one = qc.constant dense<1.0> : tensor<1x1xf32>
  %p = qc.mul %one, %one : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>
  %v = qc.reduce mean %p {axes = array<i64: 1>, keep_dims = true} : (tensor<1x1xf32>) -> tensor<1x1xf32>
  %a = qc.add %v, %one : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>
  %r = qc.sqrt %a : (tensor<1x1xf32>) -> tensor<1x1xf32>
  %q = qc.div %one, %r : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>
  %y = qc.mul %one, %q : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>
  return %y : tensor<1x1xf32>
}

// -----
// The number of elements is a part of an L2 norm.
func.func @unknown(%x: tensor<2x?xf32>) -> tensor<2x?xf32> {
  %l = qc.reduce l2 %x {axes = array<i64: 1>, keep_dims = true} : (tensor<2x?xf32>) -> tensor<2x1xf32>
  // expected-remark @below {{an L2 norm of elements whose number is not known, or is 0}}
  %y = qc.div %x, %l : (tensor<2x?xf32>, tensor<2x1xf32>) -> tensor<2x?xf32>
  return %y : tensor<2x?xf32>
}

// -----
// A bound that shows.
func.func @bounded(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %least = qc.constant dense<0.5> : tensor<f32>
  %l = qc.reduce l2 %x {axes = array<i64: 1>, keep_dims = true} : (tensor<2x4xf32>) -> tensor<2x1xf32>
  %m = qc.clip %l min %least : (tensor<2x1xf32>, tensor<f32>) -> tensor<2x1xf32>
  // expected-remark @below {{an L2 norm of at least 5.00e-01, accepted are bounds up to 1e-6}}
  %y = qc.div %x, %m : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

// -----
// An epsilon of more dimensions widens the result.
func.func @wider(%x: tensor<2x4xf32>) -> tensor<1x2x4xf32> {
  %epsilon = qc.constant dense<1.0e-5> : tensor<1x1x1xf32>
  %p = qc.mul %x, %x : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %v = qc.reduce mean %p {axes = array<i64: 1>, keep_dims = true} : (tensor<2x4xf32>) -> tensor<2x1xf32>
  %a = qc.add %v, %epsilon : (tensor<2x1xf32>, tensor<1x1x1xf32>) -> tensor<1x2x1xf32>
  %r = qc.sqrt %a : (tensor<1x2x1xf32>) -> tensor<1x2x1xf32>
  // expected-remark @below {{the result does not have the shape of what is normalized}}
  %y = qc.div %x, %r : (tensor<2x4xf32>, tensor<1x2x1xf32>) -> tensor<1x2x4xf32>
  return %y : tensor<1x2x4xf32>
}
