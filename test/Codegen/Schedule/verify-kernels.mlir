// A module behind the kernels phase passes; what is left behind is an error.
// RUN: qc-opt %s --qc-verify-kernels --split-input-file --verify-diagnostics

module attributes {kernel.arena_bytes = 64 : i64, kernel.weights = [dense<1> : tensor<4xi8>]} {
kernel.func @k(%x: memref<?xi8>, %w: memref<?xi8>, %n: index, %y: memref<?xi8>, %tile: index) {
  kernel.return
}
func.func @main(%x: memref<2x2xi8>, %y: memref<4xi8>, %arena: memref<?xi8>) attributes {kernel.num_inputs = 1 : i64} {
  %n = arith.constant 0 : index
  %w = kernel.constant {offset = 0 : i64} : memref<4xi8>
  %b = memref.view %arena[%n][] : memref<?xi8> to memref<64xi8>
  kernel.launch @k grid(%n) ins(%x, %w, %n : memref<2x2xi8>, memref<4xi8>, index) outs(%b : memref<64xi8>)
  kernel.launch @k grid(%n) ins(%b, %w, %n : memref<64xi8>, memref<4xi8>, index) outs(%y : memref<4xi8>)
  return
}
}

// -----

// expected-error @below {{module has no function @main}}
module {
}

// -----

// expected-error @below {{module lacks kernel.arena_bytes or kernel.weights}}
module {
func.func @main() attributes {kernel.num_inputs = 0 : i64} {
  return
}
}

// -----

// expected-error @below {{expects kernel.weights to be tensors of known size}}
module attributes {kernel.arena_bytes = 0 : i64, kernel.weights = ["w"]} {
func.func @main() attributes {kernel.num_inputs = 0 : i64} {
  return
}
}

// -----

module attributes {kernel.arena_bytes = 0 : i64, kernel.weights = []} {
// expected-error @below {{expects kernel.num_inputs below its 1 arguments}}
func.func @main(%arena: memref<?xi8>) attributes {kernel.num_inputs = 1 : i64} {
  return
}
}

// -----

module attributes {kernel.arena_bytes = 63 : i64, kernel.weights = []} {
func.func @main(%arena: memref<?xi8>) attributes {kernel.num_inputs = 0 : i64} {
  %n = arith.constant 0 : index
  // expected-error @below {{'memref.view' op reaches beyond the 63 bytes of the arena}}
  %b = memref.view %arena[%n][] : memref<?xi8> to memref<64xi8>
  return
}
}

// -----

module attributes {kernel.arena_bytes = 0 : i64, kernel.weights = []} {
func.func @main(%x: memref<6xf32>, %arena: memref<?xi8>) attributes {kernel.num_inputs = 1 : i64} {
  kernel.observe @t0 %x {offset = 0 : i64, shape = array<i64: 2, 3>, strides = array<i64: 3, 1>} : memref<6xf32>
  // expected-error @below {{'kernel.observe' op reaches beyond its buffer of 6 elements}}
  kernel.observe @t0 %x {offset = 1 : i64, shape = array<i64: 2, 3>, strides = array<i64: 3, 1>} : memref<6xf32>
  return
}
}

// -----

module attributes {kernel.arena_bytes = 0 : i64, kernel.weights = []} {
func.func @main(%x: tensor<2xf32>, %arena: memref<?xi8>) attributes {kernel.num_inputs = 1 : i64} {
  // expected-error @below {{'qc.relu' op is left behind by the kernels phase}}
  %0 = qc.relu %x : (tensor<2xf32>) -> tensor<2xf32>
  return
}
}

// -----

module attributes {kernel.arena_bytes = 0 : i64, kernel.weights = []} {
func.func @main() attributes {kernel.num_inputs = 0 : i64} {
  // expected-error @below {{'kernel.constant' op is not placed in the weights}}
  %w = kernel.constant {value = dense<1> : tensor<4xi8>} : memref<4xi8>
  return
}
}

// -----

module attributes {kernel.arena_bytes = 0 : i64, kernel.weights = [dense<1> : tensor<4xi8>]} {
func.func @main() attributes {kernel.num_inputs = 0 : i64} {
  // expected-error @below {{'kernel.constant' op reaches beyond the 4 bytes of the weights}}
  %w = kernel.constant {offset = 1 : i64} : memref<4xi8>
  return
}
}

// -----

module attributes {kernel.arena_bytes = 0 : i64, kernel.weights = []} {
kernel.func @k(%n: index, %y: memref<?xi8>, %tile: index) {
  kernel.return
}
func.func @main(%y: memref<?xi8>, %n: index) attributes {kernel.num_inputs = 0 : i64} {
  // expected-error @below {{'kernel.launch' op has a number that is not known}}
  kernel.launch @k grid(%n) ins(%n : index) outs(%y : memref<?xi8>)
  return
}
}

// -----

module attributes {kernel.arena_bytes = 0 : i64, kernel.weights = []} {
kernel.func @k(%y: memref<?xi8>, %tile: index) {
  kernel.return
}
func.func @main(%y: memref<4xi8>) attributes {kernel.num_inputs = 0 : i64} {
  %n = arith.constant 0 : index
  // expected-error @below {{'memref.alloc' op is left behind by the kernels phase}}
  %c = memref.alloc() : memref<4xi8>
  kernel.launch @k grid(%n) outs(%c : memref<4xi8>)
  return
}
}

// -----

module attributes {kernel.arena_bytes = 0 : i64, kernel.weights = []} {
func.func @main(%y: memref<?xf32>, %arena: memref<?xi8>) attributes {kernel.num_inputs = 1 : i64} {
  %n = arith.constant 3 : index
  // expected-error @below {{'kernel.observe' op sees a value of unknown shape}}
  kernel.observe @t0 %y[%n] {offset = 0 : i64, shape = array<i64: -9223372036854775808>, strides = array<i64: 1>} : memref<?xf32>
  return
}
}

// -----

module attributes {kernel.arena_bytes = 128 : i64, kernel.weights = [dense<1> : tensor<128xi8>]} {
func.func @main(%arena: memref<?xi8>) attributes {kernel.num_inputs = 0 : i64} {
  // expected-error @below {{'kernel.constant' op lies at 3, which is no multiple of 64}}
  %w = kernel.constant {offset = 3 : i64} : memref<4xi8>
  return
}
}

// -----

module attributes {kernel.arena_bytes = 128 : i64, kernel.weights = []} {
func.func @main(%arena: memref<?xi8>) attributes {kernel.num_inputs = 0 : i64} {
  %n = arith.constant 32 : index
  // expected-error @below {{'memref.view' op lies at 32, which is no multiple of 64}}
  %b = memref.view %arena[%n][] : memref<?xi8> to memref<4xi8>
  return
}
}
