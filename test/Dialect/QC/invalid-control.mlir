// One refusal for each labelled constraint of qc, branches, loops and recurrent cells; the function has the label's name.
// RUN: qc-opt %s --split-input-file --verify-diagnostics

func.func @if_c1(%c: tensor<2xi1>) {
  // expected-error @below {{'qc.if' op expects a condition of one element, got 'tensor<2xi1>'}}
  qc.if %c : (tensor<2xi1>) -> () {
    qc.yield
  } else {
    qc.yield
  }
  return
}
// -----
func.func @if_c2(%c: tensor<i1>) {
  // expected-error @below {{'qc.if' op expects branches without arguments that end in qc.yield}}
  qc.if %c : (tensor<i1>) -> () {
  ^bb0(%x: tensor<f32>):
    qc.yield
  } else {
    qc.yield
  }
  return
}
// -----
func.func @if_c3_count(%c: tensor<i1>, %x: tensor<f32>) {
  // expected-error @below {{'qc.if' op expects 1 values from each branch, got 0}}
  %y = qc.if %c : (tensor<i1>) -> tensor<f32> {
    qc.yield %x : tensor<f32>
  } else {
    qc.yield
  }
  return
}
// -----
func.func @if_c3(%c: tensor<i1>, %x: tensor<2xf32>, %z: tensor<3xf32>) {
  // expected-error @below {{'qc.if' op expects value 0 of a branch of type 'tensor<2xf32>', got 'tensor<3xf32>'}}
  %y = qc.if %c : (tensor<i1>) -> tensor<2xf32> {
    qc.yield %x : tensor<2xf32>
  } else {
    qc.yield %z : tensor<3xf32>
  }
  return
}
// -----
func.func @loop_c1(%true: tensor<i1>) {
  // expected-error @below {{'qc.loop' op expects trips, a condition, or both}}
  qc.loop {backward = array<i1>} : () -> () {
  ^bb0(%i: tensor<i64>):
    qc.yield %true : tensor<i1>
  }
  return
}
// -----
func.func @loop_c1_trips(%n: tensor<2xi64>, %true: tensor<i1>) {
  // expected-error @below {{'qc.loop' op expects a number of trips of one element, got 'tensor<2xi64>'}}
  qc.loop trips(%n) {backward = array<i1>} : (tensor<2xi64>) -> () {
  ^bb0(%i: tensor<i64>):
    qc.yield %true : tensor<i1>
  }
  return
}
// -----
func.func @loop_c2(%n: tensor<i64>, %true: tensor<i1>) {
  // expected-error @below {{'qc.loop' op expects a body with arguments for the iteration, 'tensor<i64>', and 0 carried values}}
  qc.loop trips(%n) {backward = array<i1>} : (tensor<i64>) -> () {
  ^bb0(%i: tensor<i32>):
    qc.yield %true : tensor<i1>
  }
  return
}
// -----
func.func @loop_c2_carried(%n: tensor<i64>, %true: tensor<i1>, %x: tensor<2xf32>) {
  // expected-error @below {{'qc.loop' op expects carried value 0 of type 'tensor<2xf32>', got 'tensor<3xf32>'}}
  %y = qc.loop trips(%n) carries(%x) {backward = array<i1>} : (tensor<i64>, tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%i: tensor<i64>, %a: tensor<3xf32>):
    qc.yield %true, %a : tensor<i1>, tensor<3xf32>
  }
  return
}
// -----
func.func @loop_c3(%n: tensor<i64>, %true: tensor<i1>) {
  // expected-error @below {{'qc.loop' op expects a body that yields a condition, 0 carried values and 1 elements of scan outputs}}
  %y = qc.loop trips(%n) {backward = array<i1: false>} : (tensor<i64>) -> tensor<?xf32> {
  ^bb0(%i: tensor<i64>):
    qc.yield %true : tensor<i1>
  }
  return
}
// -----
func.func @loop_c3_condition(%n: tensor<i64>) {
  // expected-error @below {{'qc.loop' op expects a body that yields a condition first, got 'tensor<i64>'}}
  qc.loop trips(%n) {backward = array<i1>} : (tensor<i64>) -> () {
  ^bb0(%i: tensor<i64>):
    qc.yield %i : tensor<i64>
  }
  return
}
// -----
func.func @loop_c4(%n: tensor<i64>, %true: tensor<i1>, %x: tensor<2xf32>) {
  // expected-error @below {{'qc.loop' op expects result 0 of type 'tensor<?x2xf32>', got 'tensor<?x3xf32>'}}
  %y = qc.loop trips(%n) {backward = array<i1: false>} : (tensor<i64>) -> tensor<?x3xf32> {
  ^bb0(%i: tensor<i64>):
    qc.yield %true, %x : tensor<i1>, tensor<2xf32>
  }
  return
}
// -----
func.func @loop_c4_count(%n: tensor<i64>, %true: tensor<i1>) {
  // expected-error @below {{'qc.loop' op expects 0 results, got 1}}
  %y = qc.loop trips(%n) {backward = array<i1>} : (tensor<i64>) -> tensor<?xf32> {
  ^bb0(%i: tensor<i64>):
    qc.yield %true : tensor<i1>
  }
  return
}
// -----
func.func @lstm_cell_c1(%g: tensor<2x32xf32>, %c: tensor<1x2x8xf32>) {
  // expected-error @below {{'qc.lstm_cell' op expects gates and the state to have rank 2, got ranks 2 and 3}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.lstm_cell %g, %c : (tensor<2x32xf32>, tensor<1x2x8xf32>) -> tensor<2x2x8xf32>
  return
}
// -----
func.func @lstm_cell_c2(%g: tensor<2x24xf32>, %c: tensor<2x8xf32>) {
  // expected-error @below {{'qc.lstm_cell' op expects 4 sums in gates for each element of the state, got 24 and 8}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.lstm_cell %g, %c : (tensor<2x24xf32>, tensor<2x8xf32>) -> tensor<2x2x8xf32>
  return
}
// -----
func.func @gru_cell_c1(%x: tensor<3x24xf32>, %r: tensor<2x24xf32>, %h: tensor<2x8xf32>) {
  // expected-error @below {{'qc.gru_cell' op expects equal first dimensions of x and the state, got 3 and 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.gru_cell %x, %r, %h : (tensor<3x24xf32>, tensor<2x24xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}
// -----
func.func @gru_cell_c2(%x: tensor<2x24xf32>, %r: tensor<2x16xf32>, %h: tensor<2x8xf32>) {
  // expected-error @below {{'qc.gru_cell' op expects 3 sums in r for each element of the state, got 16 and 8}}
  // expected-error @below {{failed to infer returned types}}
  %y = qc.gru_cell %x, %r, %h : (tensor<2x24xf32>, tensor<2x16xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}
