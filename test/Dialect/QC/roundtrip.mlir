// Every operation and attribute of the qc dialect prints as it was read (--verify-roundtrip is on: text and bytecode).
// RUN: qc-opt %s | FileCheck %s
// RUN: qc-opt %s --mlir-print-op-generic | qc-opt | FileCheck %s

// Attributes of module, entry function and operation.
// CHECK: module attributes {qc.bias_correction = false, qc.epoch = 3 : i64, qc.phase = "assign", qc.range_method = "mse", qc.style = "ort", qc.version = 1 : i64}
module attributes {qc.version = 1 : i64, qc.phase = "assign", qc.epoch = 3 : i64, qc.style = "ort", qc.range_method = "mse",
                   qc.bias_correction = false} {

// CHECK: qc.stats @t17 {count = 200 : i64, data = "f00d", epoch = 0 : i64, max = 2.000000e+00 : f32, min = -1.000000e+00 : f32, of = "conv1"}
qc.stats @t17 {of = "conv1", count = 200 : i64, min = -1.0 : f32, max = 2.0 : f32, data = "f00d", epoch = 0 : i64}

// CHECK: qc.stats @t18 {channel_max = array<f32: 1.000000e+00, 0.000000e+00>, channel_min = array<f32: -1.020000e+00, 0.000000e+00>, count = 8 : i64, data = "f00d", epoch = 0 : i64, histogram = #qc.histogram<-4065 [3, 2], 0 [1], 4064 [2]>, max = 1.000000e+00 : f32
// CHECK-SAME: mean_max = 1.000000e+00 : f64, mean_min = -5.000000e-01 : f64, min = -1.020000e+00 : f32, observations = 2 : i64, of = "conv2"
// CHECK-SAME: operand_means = [#qc.operand_means<axis 1 : dense<[5.000000e-01, 7.500000e-01]> : tensor<2xf32>>, #qc.operand_means<axis 1 kernel[2, 1] strides[2, 1] dilations[1, 3] pads[0, 1, 2, 3] : dense<[1.000000e+00, 2.000000e+00, 3.000000e+00, 4.000000e+00]> : tensor<4xf32>>]
qc.stats @t18 {of = "conv2", count = 8 : i64, min = -1.02 : f32, max = 1.0 : f32, data = "f00d", epoch = 0 : i64,
  channel_min = array<f32: -1.02, 0.0>, channel_max = array<f32: 1.0, 0.0>,
  histogram = #qc.histogram<-4065 [3, 2], 0 [1], 4064 [2]>, observations = 2 : i64, mean_min = -0.5 : f64, mean_max = 1.0 : f64,
  operand_means = [#qc.operand_means<axis 1 : dense<[0.5, 0.75]> : tensor<2xf32>>,
                   #qc.operand_means<axis 1 kernel[2, 1] strides[2, 1] dilations[1, 3] pads[0, 1, 2, 3]
                                     : dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>>]}
// CHECK: qc.stats @t20 {{.*}} operand_covariances = [dense<[1.000000e+00, -5.000000e-01, 2.500000e-01]> : tensor<3xf32>, dense<> : tensor<0xf32>], operand_means = [#qc.operand_means<axis 1
qc.stats @t20 {of = "v", count = 4 : i64, min = 1.0 : f32, max = 2.0 : f32, data = "", epoch = 0 : i64,
  operand_means = [#qc.operand_means<axis 1 : dense<1.0> : tensor<2xf32>>, #qc.operand_means<axis 0 : dense<1.0> : tensor<2xf32>>],
  operand_covariances = [dense<[1.0, -0.5, 0.25]> : tensor<3xf32>, dense<> : tensor<0xf32>]}

// CHECK: qc.stats @t19 {{.*}} histogram = #qc.histogram<>
// CHECK-SAME: operand_means = [#qc.operand_means<axis 0 : dense<[0x7FC00000, 1.500000e+00]> : tensor<2xf32>>]
qc.stats @t19 {of = "z", count = 0 : i64, min = 0.0 : f32, max = 0.0 : f32, data = "f00d", epoch = 0 : i64, histogram = #qc.histogram<>,
  operand_means = [#qc.operand_means<axis 0 : dense<[0x7FC00000, 1.500000e+00]> : tensor<2xf32>>]}

// CHECK-LABEL: @main
// CHECK-SAME: {qc.name = "in put:0"}
// CHECK-SAME: {qc.name = "gr\C3\B6\C3\9Fe"}
func.func @main(%x: tensor<2x3xf32> {qc.name = "in put:0"}) -> (tensor<2x3xf32> {qc.name = "größe"}) {
  // CHECK: qc.observe %{{.*}} @t17 : tensor<2x3xf32>
  qc.observe %x @t17 : tensor<2x3xf32>
  // CHECK: qc.relu {{.*}} {qc.assignment = #qc.assignment<ui8, [ui8], "quantized by default", default>}
  %0 = qc.relu %x {qc.assignment = #qc.assignment<ui8, [ui8], "quantized by default", default>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  // CHECK: #qc.assignment<f32, [f32, f32], "rule \221\22", user>, qc.float_reason = "rule"
  %1 = qc.add %0, %x {qc.assignment = #qc.assignment<f32, [f32, f32], "rule \"1\"", user>, qc.float_reason = "rule"}
     : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return %1 : tensor<2x3xf32>
}

// CHECK-LABEL: @contractions
func.func @contractions(%x: tensor<?x4x8x?xf32>, %w: tensor<4x2x3x3xf32>, %b: tensor<4xf32>, %m: tensor<2x8xf32>, %n: tensor<4x8xf32>,
                        %p: tensor<?x2x8xf32>, %q: tensor<8x4xf32>) {
  // CHECK: qc.conv %{{.*}}, %{{.*}} bias %{{.*}} {dilations = array<i64: 1, 2>, group = 2 : i64, pads = array<i64: 0, 1, 2, 3>, strides = array<i64: 2, 1>} : (tensor<?x4x8x?xf32>, tensor<4x2x3x3xf32>, tensor<4xf32>) -> tensor<?x4x4x?xf32>
  %0 = qc.conv %x, %w bias %b {strides = array<i64: 2, 1>, pads = array<i64: 0, 1, 2, 3>, dilations = array<i64: 1, 2>, group = 2 : i64}
     : (tensor<?x4x8x?xf32>, tensor<4x2x3x3xf32>, tensor<4xf32>) -> tensor<?x4x4x?xf32>
  // CHECK: qc.conv %{{.*}}, %{{.*}} {dilations
  %1 = qc.conv %x, %w {strides = array<i64: 2, 1>, pads = array<i64: 0, 1, 2, 3>, dilations = array<i64: 1, 2>, group = 2 : i64}
     : (tensor<?x4x8x?xf32>, tensor<4x2x3x3xf32>) -> tensor<?x4x4x?xf32>
  // CHECK: qc.gemm %{{.*}}, %{{.*}} plus %{{.*}} {alpha = 5.000000e-01 : f32, beta = 1.000000e+00 : f32, trans_a = false, trans_b = true}
  %2 = qc.gemm %m, %n plus %b {alpha = 0.5 : f32, beta = 1.0 : f32, trans_a = false, trans_b = true}
     : (tensor<2x8xf32>, tensor<4x8xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  // CHECK: qc.gemm %{{.*}}, %{{.*}} {alpha
  %3 = qc.gemm %m, %n {alpha = 1.0 : f32, beta = 0.0 : f32, trans_a = false, trans_b = true} : (tensor<2x8xf32>, tensor<4x8xf32>) -> tensor<2x4xf32>
  // CHECK: qc.matmul %{{.*}}, %{{.*}} : (tensor<?x2x8xf32>, tensor<8x4xf32>) -> tensor<?x2x4xf32>
  %4 = qc.matmul %p, %q : (tensor<?x2x8xf32>, tensor<8x4xf32>) -> tensor<?x2x4xf32>
  // CHECK: qc.matmul %{{.*}}, %{{.*}} bias %{{.*}} : (
  %5 = qc.matmul %p, %q bias %b : (tensor<?x2x8xf32>, tensor<8x4xf32>, tensor<4xf32>) -> tensor<?x2x4xf32>
  // CHECK: qc.matmul %{{.*}}, %{{.*}} {max_depth = 8 : i64} : (
  %50 = qc.matmul %p, %q {max_depth = 8 : i64} : (tensor<?x2x8xf32>, tensor<8x4xf32>) -> tensor<?x2x4xf32>
  // CHECK: qc.gemm %{{.*}}, %{{.*}} {alpha = 1.000000e+00 : f32, beta = 0.000000e+00 : f32, depth_reason = "its sums", trans_a
  %51 = qc.gemm %m, %n {alpha = 1.0 : f32, beta = 0.0 : f32, trans_a = false, trans_b = true, depth_reason = "its sums"}
     : (tensor<2x8xf32>, tensor<4x8xf32>) -> tensor<2x4xf32>
  // CHECK: qc.batch_norm %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} {epsilon = {{.*}} : f32}
  %6 = qc.batch_norm %x, %b, %b, %b, %b {epsilon = 1.0e-5 : f32}
     : (tensor<?x4x8x?xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<?x4x8x?xf32>
  return
}

// CHECK-LABEL: @elementwise
func.func @elementwise(%x: tensor<?x4xf32>, %y: tensor<4xf32>, %s: tensor<f32>) {
  // CHECK: qc.add %{{.*}}, %{{.*}} : (tensor<?x4xf32>, tensor<4xf32>) -> tensor<?x4xf32>
  %0 = qc.add %x, %y : (tensor<?x4xf32>, tensor<4xf32>) -> tensor<?x4xf32>
  // CHECK: qc.mul %{{.*}}, %{{.*}} : (tensor<?x4xf32>, tensor<f32>) -> tensor<?x4xf32>
  %1 = qc.mul %x, %s : (tensor<?x4xf32>, tensor<f32>) -> tensor<?x4xf32>
  // CHECK: qc.relu %{{.*}} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %2 = qc.relu %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
  // CHECK: qc.clip %{{[^ ]*}} min %{{.*}} max %{{.*}} : (tensor<?x4xf32>, tensor<f32>, tensor<f32>) -> tensor<?x4xf32>
  %3 = qc.clip %x min %s max %s : (tensor<?x4xf32>, tensor<f32>, tensor<f32>) -> tensor<?x4xf32>
  // CHECK: qc.clip %{{[^ ]*}} max %{{[^ ]*}} : (
  %4 = qc.clip %x max %s : (tensor<?x4xf32>, tensor<f32>) -> tensor<?x4xf32>
  // CHECK: qc.clip %{{[^ ]*}} : (
  %5 = qc.clip %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
  // CHECK: qc.hard_sigmoid %{{.*}} {alpha = 2.000000e-01 : f32, beta = 5.000000e-01 : f32}
  %6 = qc.hard_sigmoid %x {alpha = 0.2 : f32, beta = 0.5 : f32} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  // CHECK: qc.hard_swish %{{.*}} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %7 = qc.hard_swish %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
  // CHECK: qc.softmax %{{.*}} {axis = 1 : i64}
  %8 = qc.softmax %x {axis = 1 : i64} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  // CHECK: qc.softmax %{{.*}} mask %{{.*}} {axis = 1 : i64} : (tensor<?x4xf32>, tensor<4xi1>) -> tensor<?x4xf32>
  %shown = qc.constant dense<[true, false, true, true]> : tensor<4xi1>
  %81 = qc.softmax %x mask %shown {axis = 1 : i64} : (tensor<?x4xf32>, tensor<4xi1>) -> tensor<?x4xf32>
  // CHECK: qc.mean_weights %{{.*}} {axis = 1 : i64, max_length = 12 : i64} : (tensor<?x4xi1>) -> tensor<?x4xf32>
  %bits = qc.cast %x {to = i1} : (tensor<?x4xf32>) -> tensor<?x4xi1>
  %82 = qc.mean_weights %bits {axis = 1 : i64, max_length = 12 : i64} : (tensor<?x4xi1>) -> tensor<?x4xf32>
  // CHECK: qc.softmax %{{.*}} {axis = 0 : i64, max_length = 12 : i64}
  %80 = qc.softmax %x {axis = 0 : i64, max_length = 12 : i64} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return
}

// CHECK-LABEL: @rows
func.func @rows(%x: tensor<?x4xf32>, %i: tensor<2x3xi64>, %s: tensor<4xf32>) {
  // CHECK: qc.reduce mean %{{.*}} {axes = array<i64: 1>, keep_dims = true} : (tensor<?x4xf32>) -> tensor<?x1xf32>
  %0 = qc.reduce mean %x {axes = array<i64: 1>, keep_dims = true} : (tensor<?x4xf32>) -> tensor<?x1xf32>
  // CHECK: qc.reduce prod %{{.*}} {axes = array<i64: 0, 1>, keep_dims = false} : (tensor<2x3xi64>) -> tensor<i64>
  %1 = qc.reduce prod %i {axes = array<i64: 0, 1>, keep_dims = false} : (tensor<2x3xi64>) -> tensor<i64>
  // CHECK: qc.log_softmax %{{.*}} {axis = 1 : i64}
  %2 = qc.log_softmax %x {axis = 1 : i64} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  // CHECK: qc.normalize %{{.*}} scale %{{.*}} bias %{{.*}} {axes = array<i64: 1>, centered = true, epsilon = 9.99999974E-6 : f32}
  %3 = qc.normalize %x scale %s bias %s {axes = array<i64: 1>, centered = true, epsilon = 1.0e-5 : f32} : (tensor<?x4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<?x4xf32>
  // CHECK: qc.normalize %{{[a-z0-9]*}} {axes = array<i64: 1>, centered = false, epsilon = 0.000000e+00 : f32}
  %4 = qc.normalize %x {axes = array<i64: 1>, centered = false, epsilon = 0.0 : f32} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  // CHECK: qc.arg_reduce max %{{.*}} {axis = 1 : i64, keep_dims = false, select_last = true} : (tensor<?x4xf32>) -> tensor<?xi64>
  %5 = qc.arg_reduce max %x {axis = 1 : i64, keep_dims = false, select_last = true} : (tensor<?x4xf32>) -> tensor<?xi64>
  // CHECK: qc.top_k min %{{.*}} {axis = 1 : i64, k = 3 : i64} : (tensor<?x4xf32>) -> tensor<?x3xi64>
  %7 = qc.top_k min %x {axis = 1 : i64, k = 3 : i64} : (tensor<?x4xf32>) -> tensor<?x3xi64>
  // CHECK: qc.cumsum %{{.*}} {axis = 0 : i64, exclusive = true, reverse = false}
  %6 = qc.cumsum %x {axis = 0 : i64, exclusive = true, reverse = false} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return
}

// CHECK-LABEL: @pools
func.func @pools(%x: tensor<?x4x7x7xf32>, %q: tensor<?x4x7x7xui8>) {
  // CHECK: qc.max_pool %{{.*}} {ceil_mode = true, dilations = array<i64: 1, 1>, kernel = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, strides = array<i64: 2, 2>} : (tensor<?x4x7x7xf32>) -> tensor<?x4x4x4xf32>
  %0 = qc.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, ceil_mode = true}
     : (tensor<?x4x7x7xf32>) -> tensor<?x4x4x4xf32>
  // CHECK: qc.max_pool {{.*}} : (tensor<?x4x7x7xui8>) -> tensor<?x4x3x3xui8>
  %1 = qc.max_pool %q {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, ceil_mode = false}
     : (tensor<?x4x7x7xui8>) -> tensor<?x4x3x3xui8>
  // CHECK: qc.avg_pool %{{.*}} {ceil_mode = false, count_include_pad = true, dilations
  %2 = qc.avg_pool %x {kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, ceil_mode = false, count_include_pad = true}
     : (tensor<?x4x7x7xf32>) -> tensor<?x4x7x7xf32>
  // CHECK: qc.global_avg_pool %{{.*}} : (tensor<?x4x7x7xf32>) -> tensor<?x4x1x1xf32>
  %3 = qc.global_avg_pool %x : (tensor<?x4x7x7xf32>) -> tensor<?x4x1x1xf32>
  // CHECK: qc.global_avg_pool %{{.*}} {counts = array<i64: 49, 8388608>} : (tensor<?x4x7x7xf32>) -> tensor<?x4x1x1xf32>
  %4 = qc.global_avg_pool %x {counts = array<i64: 49, 8388608>} : (tensor<?x4x7x7xf32>) -> tensor<?x4x1x1xf32>
  // CHECK: qc.global_avg_pool %{{.*}} {counts_reason = "it averages"} : (tensor<?x4x7x7xf32>) -> tensor<?x4x1x1xf32>
  %5 = qc.global_avg_pool %x {counts_reason = "it averages"} : (tensor<?x4x7x7xf32>) -> tensor<?x4x1x1xf32>
  return
}

// CHECK-LABEL: @shapes
func.func @shapes(%a: tensor<1x?x4xf32>, %b: tensor<1x3x4xf32>, %q: tensor<?x3x4xi8>) {
  // CHECK: qc.constant dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
  %0 = qc.constant dense<[1.0, 2.0]> : tensor<2xf32>
  // CHECK: qc.constant {note = "n"} dense<true> : tensor<3xi1>
  %1 = qc.constant {note = "n"} dense<true> : tensor<3xi1>
  // CHECK: qc.constant dense_resource<w_00112233445566778899aabbccddeeff> : tensor<2xi64>
  %2 = qc.constant dense_resource<w_00112233445566778899aabbccddeeff> : tensor<2xi64>
  // CHECK: qc.concat %{{.*}}, %{{.*}}, %{{.*}} {axis = 1 : i64} : (tensor<1x?x4xf32>, tensor<1x3x4xf32>, tensor<1x3x4xf32>) -> tensor<1x?x4xf32>
  %3 = qc.concat %a, %b, %b {axis = 1 : i64} : (tensor<1x?x4xf32>, tensor<1x3x4xf32>, tensor<1x3x4xf32>) -> tensor<1x?x4xf32>
  // CHECK: qc.reshape %{{.*}} {shape = array<i64: -1, 12>} : (tensor<?x3x4xi8>) -> tensor<?x12xi8>
  %4 = qc.reshape %q {shape = array<i64: -1, 12>} : (tensor<?x3x4xi8>) -> tensor<?x12xi8>
  // CHECK: qc.transpose %{{.*}} {perm = array<i64: 2, 0, 1>} : (tensor<?x3x4xi8>) -> tensor<4x?x3xi8>
  %5 = qc.transpose %q {perm = array<i64: 2, 0, 1>} : (tensor<?x3x4xi8>) -> tensor<4x?x3xi8>
  return
}

// CHECK-LABEL: @quantization
func.func @quantization(%x: tensor<?x3xf32>, %w: tensor<4x3xi8>, %s: tensor<f32>, %z: tensor<ui8>, %s4: tensor<4xf32>) {
  // CHECK: qc.quantize %{{.*}}, %{{.*}}, %{{.*}} {format = #qc.format<ui8>} : (tensor<?x3xf32>, tensor<f32>, tensor<ui8>) -> tensor<?x3xui8>
  %0 = qc.quantize %x, %s, %z {format = #qc.format<ui8>} : (tensor<?x3xf32>, tensor<f32>, tensor<ui8>) -> tensor<?x3xui8>
  // CHECK: qc.quantize %{{[^,]*}}, %{{[^,]*}} {format = #qc.format<i16>}
  %1 = qc.quantize %x, %s {format = #qc.format<i16, axis = -1, block = 0>} : (tensor<?x3xf32>, tensor<f32>) -> tensor<?x3xi16>
  // CHECK: qc.dequantize %{{.*}}, %{{.*}}, %{{.*}} {format = #qc.format<ui8>} : (tensor<?x3xui8>, tensor<f32>, tensor<ui8>) -> tensor<?x3xf32>
  %2 = qc.dequantize %0, %s, %z {format = #qc.format<ui8>} : (tensor<?x3xui8>, tensor<f32>, tensor<ui8>) -> tensor<?x3xf32>
  // CHECK: qc.dequantize %{{[^,]*}}, %{{[^,]*}} {format = #qc.format<i8, axis = 0>} : (tensor<4x3xi8>, tensor<4xf32>) -> tensor<4x3xf32>
  %3 = qc.dequantize %w, %s4 {format = #qc.format<i8, axis = 0, block = 0>} : (tensor<4x3xi8>, tensor<4xf32>) -> tensor<4x3xf32>
  // CHECK: qc.dequantize %{{[^,]*}}, %{{[^,]*}} {format = #qc.format<i4, axis = 0, block = 32>} : (tensor<4x3xi8>, tensor<4xf32>) -> tensor<4x3xf32>
  %4 = qc.dequantize %w, %s4 {format = #qc.format<i4, axis = 0, block = 32>} : (tensor<4x3xi8>, tensor<4xf32>) -> tensor<4x3xf32>
  return
}
}

{-#
  dialect_resources: {
    builtin: {
      w_00112233445566778899aabbccddeeff: "0x0800000001000000000000000200000000000000"
    }
  }
#-}

// CHECK-LABEL: @sizes
func.func @sizes(%x: tensor<?x3x4xf32>, %s: tensor<3xi64>, %n: tensor<i64>) {
  // CHECK: qc.shape %{{.*}} {end = 2 : i64, start = 0 : i64} : (tensor<?x3x4xf32>) -> tensor<2xi64>
  %0 = qc.shape %x {start = 0 : i64, end = 2 : i64} : (tensor<?x3x4xf32>) -> tensor<2xi64>
  // CHECK: qc.size %{{.*}} : (tensor<?x3x4xf32>) -> tensor<i64>
  %1 = qc.size %x : (tensor<?x3x4xf32>) -> tensor<i64>
  // CHECK: qc.constant_of_shape %{{.*}} {value = dense<0> : tensor<1xi64>} : (tensor<2xi64>) -> tensor<?x3xi64>
  %2 = qc.constant_of_shape %0 {value = dense<0> : tensor<1xi64>} : (tensor<2xi64>) -> tensor<?x3xi64>
  // CHECK: qc.range %{{.*}}, %{{.*}}, %{{.*}} : (tensor<i64>, tensor<i64>, tensor<i64>) -> tensor<?xi64>
  %3 = qc.range %n, %1, %n : (tensor<i64>, tensor<i64>, tensor<i64>) -> tensor<?xi64>
  // CHECK: qc.expand %{{.*}}, %{{.*}} : (tensor<?x3x4xf32>, tensor<3xi64>) -> tensor<?x3x4xf32>
  %4 = qc.expand %x, %s : (tensor<?x3x4xf32>, tensor<3xi64>) -> tensor<?x3x4xf32>
  // CHECK: qc.dynamic_reshape %{{.*}}, %{{.*}} {allow_zero = false} : (tensor<?x3x4xf32>, tensor<3xi64>) -> tensor<?x?x?xf32>
  %5 = qc.dynamic_reshape %x, %s {allow_zero = false} : (tensor<?x3x4xf32>, tensor<3xi64>) -> tensor<?x?x?xf32>
  return
}

// CHECK-LABEL: @moves
func.func @moves(%x: tensor<?x12x4x6xf32>, %q: tensor<2x3xui8>, %i: tensor<5x?xi64>, %e: tensor<2x2xi32>, %j: tensor<1xi64>, %k: tensor<1xi32>, %d: tensor<2xi64>, %n: tensor<4xi64>, %f: tensor<4xf32>) {
  // CHECK: qc.slice %{{.*}} {axes = array<i64: 0, 3>, ends = array<i64: 9223372036854775807, -1>, starts = array<i64: 0, 1>, steps = array<i64: 1, 2>} : (tensor<?x12x4x6xf32>) -> tensor<?x12x4x2xf32>
  %0 = qc.slice %x {axes = array<i64: 0, 3>, starts = array<i64: 0, 1>, ends = array<i64: 9223372036854775807, -1>, steps = array<i64: 1, 2>}
     : (tensor<?x12x4x6xf32>) -> tensor<?x12x4x2xf32>
  // CHECK: qc.slice %{{.*}} from %{{.*}} to %{{.*}} {axes = array<i64: 1>, ends = array<i64: -9223372036854775808>, starts = array<i64: -9223372036854775808>, steps = array<i64: 1>} : (tensor<2x3xui8>, tensor<1xi64>, tensor<1xi32>) -> tensor<2x?xui8>
  %s = qc.slice %q from %j to %k {axes = array<i64: 1>, starts = array<i64: -9223372036854775808>, ends = array<i64: -9223372036854775808>, steps = array<i64: 1>}
     : (tensor<2x3xui8>, tensor<1xi64>, tensor<1xi32>) -> tensor<2x?xui8>
  // CHECK: qc.pad %{{.*}} constant {begins = array<i64: 0, 1>, ends = array<i64: 0, 2>, value = 9 : ui8} : (tensor<2x3xui8>) -> tensor<2x6xui8>
  %1 = qc.pad %q constant {begins = array<i64: 0, 1>, ends = array<i64: 0, 2>, value = 9 : ui8} : (tensor<2x3xui8>) -> tensor<2x6xui8>
  // CHECK: qc.pad %{{.*}} reflect {begins = array<i64: 0, 1>, ends = array<i64: 0, 2>}
  %2 = qc.pad %q reflect {begins = array<i64: 0, 1>, ends = array<i64: 0, 2>} : (tensor<2x3xui8>) -> tensor<2x6xui8>
  // CHECK: qc.tile %{{.*}} {repeats = array<i64: 2, 1>} : (tensor<2x3xui8>) -> tensor<4x3xui8>
  %3 = qc.tile %q {repeats = array<i64: 2, 1>} : (tensor<2x3xui8>) -> tensor<4x3xui8>
  // CHECK: qc.gather %{{.*}}, %{{.*}} {axis = 1 : i64} : (tensor<?x12x4x6xf32>, tensor<5x?xi64>) -> tensor<?x5x?x4x6xf32>
  %4 = qc.gather %x, %i {axis = 1 : i64} : (tensor<?x12x4x6xf32>, tensor<5x?xi64>) -> tensor<?x5x?x4x6xf32>
  // CHECK: qc.gather_elements %{{.*}}, %{{.*}} {axis = 1 : i64} : (tensor<2x3xui8>, tensor<2x2xi32>) -> tensor<2x2xui8>
  %5 = qc.gather_elements %q, %e {axis = 1 : i64} : (tensor<2x3xui8>, tensor<2x2xi32>) -> tensor<2x2xui8>
  // CHECK: qc.gather_nd %{{.*}}, %{{.*}} {batch_dims = 0 : i64} : (tensor<2x3xui8>, tensor<2x2xi32>) -> tensor<2xui8>
  %6 = qc.gather_nd %q, %e {batch_dims = 0 : i64} : (tensor<2x3xui8>, tensor<2x2xi32>) -> tensor<2xui8>
  // CHECK: qc.resize_nearest %{{.*}} asymmetric floor {scales = array<f32: 1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00>, sizes = array<i64>} : (tensor<?x12x4x6xf32>) -> tensor<?x12x8x12xf32>
  %7 = qc.resize_nearest %x asymmetric floor {scales = array<f32: 1.0, 1.0, 2.0, 2.0>, sizes = array<i64>} : (tensor<?x12x4x6xf32>) -> tensor<?x12x8x12xf32>
  // CHECK: qc.space_to_depth %{{.*}} {block = 2 : i64} : (tensor<?x12x4x6xf32>) -> tensor<?x48x2x3xf32>
  %8 = qc.space_to_depth %x {block = 2 : i64} : (tensor<?x12x4x6xf32>) -> tensor<?x48x2x3xf32>
  // CHECK: qc.depth_to_space %{{.*}} crd {blocks = array<i64: 2, 3>} : (tensor<?x12x4x6xf32>) -> tensor<?x2x8x18xf32>
  %9 = qc.depth_to_space %x crd {blocks = array<i64: 2, 3>} : (tensor<?x12x4x6xf32>) -> tensor<?x2x8x18xf32>
  // CHECK: qc.pad %{{.*}} by %{{.*}} edge {begins = array<i64: 0, 1>, ends = array<i64: 0, -9223372036854775808>} : (tensor<2x3xui8>, tensor<4xi64>) -> tensor<2x?xui8>
  %10 = qc.pad %q by %n edge {begins = array<i64: 0, 1>, ends = array<i64: 0, -9223372036854775808>} : (tensor<2x3xui8>, tensor<4xi64>) -> tensor<2x?xui8>
  // CHECK: qc.tile %{{.*}} by %{{.*}} {repeats = array<i64: 2, -9223372036854775808>} : (tensor<2x3xui8>, tensor<2xi64>) -> tensor<4x?xui8>
  %11 = qc.tile %q by %d {repeats = array<i64: 2, -9223372036854775808>} : (tensor<2x3xui8>, tensor<2xi64>) -> tensor<4x?xui8>
  // CHECK: qc.resize_nearest %{{.*}} to %{{.*}} align_corners ceil {scales = array<f32>, sizes = array<i64: -1, 12, -9223372036854775808, 6>} : (tensor<?x12x4x6xf32>, tensor<4xi64>) -> tensor<?x12x?x6xf32>
  %12 = qc.resize_nearest %x to %n align_corners ceil {scales = array<f32>, sizes = array<i64: -1, 12, -9223372036854775808, 6>} : (tensor<?x12x4x6xf32>, tensor<4xi64>) -> tensor<?x12x?x6xf32>
  // CHECK: qc.resize_nearest %{{.*}} by %{{.*}} align_corners ceil {scales = array<f32>, sizes = array<i64>} : (tensor<?x12x4x6xf32>, tensor<4xf32>) -> tensor<?x?x?x?xf32>
  %13 = qc.resize_nearest %x by %f align_corners ceil {scales = array<f32>, sizes = array<i64>} : (tensor<?x12x4x6xf32>, tensor<4xf32>) -> tensor<?x?x?x?xf32>
  // CHECK: qc.split_part %{{.*}} {axis = 1 : i64, count = 2 : i64, index = 1 : i64, uneven = true} : (tensor<2x3xui8>) -> tensor<2x1xui8>
  %14 = qc.split_part %q {axis = 1 : i64, index = 1 : i64, count = 2 : i64, uneven = true} : (tensor<2x3xui8>) -> tensor<2x1xui8>
  // CHECK: qc.split_part %{{.*}} by %{{.*}} {axis = 1 : i64, count = 2 : i64, index = 1 : i64, uneven = false} : (tensor<2x3xui8>, tensor<2xi64>) -> tensor<2x?xui8>
  %15 = qc.split_part %q by %d {axis = 1 : i64, index = 1 : i64, count = 2 : i64, uneven = false} : (tensor<2x3xui8>, tensor<2xi64>) -> tensor<2x?xui8>
  return
}

// CHECK-LABEL: @conv_transpose
func.func @conv_transpose(%x: tensor<?x3x8x?xf32>, %w: tensor<4x3x2x2xf32>, %b: tensor<4xf32>) {
  // CHECK: qc.conv_transpose %{{.*}}, %{{.*}} bias %{{.*}} {dilations = array<i64: 1, 1>, group = 1 : i64, output_padding = array<i64: 1, 0>, pads = array<i64: 0, 0, 0, 0>, strides = array<i64: 2, 2>} : (tensor<?x3x8x?xf32>, tensor<4x3x2x2xf32>, tensor<4xf32>) -> tensor<?x4x17x?xf32>
  %0 = qc.conv_transpose %x, %w bias %b {strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>,
       output_padding = array<i64: 1, 0>, group = 1 : i64} : (tensor<?x3x8x?xf32>, tensor<4x3x2x2xf32>, tensor<4xf32>) -> tensor<?x4x17x?xf32>
  return
}
