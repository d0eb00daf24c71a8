// A size that has to be the lesser of itself and a number is at most that number.
// RUN: qc-opt %s --split-input-file --qc-bound-symbols | FileCheck %s

// Positions from a table of 512: they are added, so a longer length has no meaning. What a user says stays where it is less.
// CHECK: qc.symbols = {K = array<i64: 1, 9>, L = array<i64: 0, 512>, N = array<i64: 0, -1>}
module attributes {qc.symbols = {K = array<i64: 1, 9>, L = array<i64: 0, -1>, N = array<i64: 0, -1>}} {
func.func @main(%x: tensor<?x?xf32> {qc.dims = ["N", "L"]}, %z: tensor<?xf32> {qc.dims = ["K"]}) -> (tensor<?x?xf32>, tensor<?xf32>) {
  %t = qc.constant dense<1.0> : tensor<1x512xf32>
  %n = qc.shape %x {start = 1 : i64, end = 2 : i64} : (tensor<?x?xf32>) -> tensor<1xi64>
  %p = qc.slice %t to %n {axes = array<i64: 1>, ends = array<i64: -9223372036854775808>, starts = array<i64: 0>, steps = array<i64: 1>}
     : (tensor<1x512xf32>, tensor<1xi64>) -> tensor<1x?xf32>
  %y = qc.add %x, %p : (tensor<?x?xf32>, tensor<1x?xf32>) -> tensor<?x?xf32>
  %u = qc.constant dense<1.0> : tensor<10xf32>
  %k = qc.shape %z {start = 0 : i64, end = 1 : i64} : (tensor<?xf32>) -> tensor<1xi64>
  %q = qc.slice %u to %k {axes = array<i64: 0>, ends = array<i64: -9223372036854775808>, starts = array<i64: 0>, steps = array<i64: 1>}
     : (tensor<10xf32>, tensor<1xi64>) -> tensor<?xf32>
  %w = qc.add %z, %q : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %y, %w : tensor<?x?xf32>, tensor<?xf32>
}
}

// -----
// Nothing follows from a table of one entry, which broadcasts; from positions that are only given out; from a branch that may not be taken.
// CHECK: qc.symbols = {L = array<i64: 0, -1>}
module attributes {qc.symbols = {L = array<i64: 0, -1>}} {
func.func @main(%x: tensor<?xf32> {qc.dims = ["L"]}, %c: tensor<i1>) -> (tensor<?xf32>, tensor<?xf32>, tensor<?xf32>) {
  %n = qc.shape %x {start = 0 : i64, end = 1 : i64} : (tensor<?xf32>) -> tensor<1xi64>
  %t = qc.constant dense<1.0> : tensor<1xf32>
  %p = qc.slice %t to %n {axes = array<i64: 0>, ends = array<i64: -9223372036854775808>, starts = array<i64: 0>, steps = array<i64: 1>}
     : (tensor<1xf32>, tensor<1xi64>) -> tensor<?xf32>
  %y = qc.add %x, %p : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %u = qc.constant dense<1.0> : tensor<10xf32>
  %q = qc.slice %u to %n {axes = array<i64: 0>, ends = array<i64: -9223372036854775808>, starts = array<i64: 0>, steps = array<i64: 1>}
     : (tensor<10xf32>, tensor<1xi64>) -> tensor<?xf32>
  %z = qc.if %c : (tensor<i1>) -> tensor<?xf32> {
    %0 = qc.add %x, %q : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
    qc.yield %0 : tensor<?xf32>
  } else {
    qc.yield %x : tensor<?xf32>
  }
  return %y, %q, %z : tensor<?xf32>, tensor<?xf32>, tensor<?xf32>
}
}

// -----
// CHECK-NOT: qc.symbols
module {
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
}
