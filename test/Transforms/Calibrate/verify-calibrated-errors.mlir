// RUN: qc-opt %s --qc-verify-calibrated --split-input-file --verify-diagnostics

// Every value that fails is named.
module attributes {qc.epoch = 1 : i64} {
  // expected-error @below {{value 'x' has no observer: run qc-insert-observers and calibrate the model}}
  func.func @main(%x: tensor<?x4xf32> {qc.name = "x"}) -> tensor<?x4xf32> {
    // expected-error @below {{value has statistics of epoch 0, the module's is 1: calibrate the model again}}
    %a = qc.relu %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
    qc.observe %a @a : tensor<?x4xf32>
    // expected-error @below {{has statistics that nothing was measured for: calibrate the model}}
    %b = qc.relu %a : (tensor<?x4xf32>) -> tensor<?x4xf32>
    qc.observe %b @b : tensor<?x4xf32>
    // expected-error @below {{to 0x7F800000 : f32, accepted are finite ones}}
    %c = qc.relu %b : (tensor<?x4xf32>) -> tensor<?x4xf32>
    qc.observe %c @c : tensor<?x4xf32>
    return %c : tensor<?x4xf32>
  }
  qc.stats @a {of = "a", count = 8 : i64, min = 0.0 : f32, max = 2.0 : f32, data = "f00d", epoch = 0 : i64}
  qc.stats @b {of = "b", count = 0 : i64, min = 0.0 : f32, max = 0.0 : f32, data = "", epoch = 1 : i64}
  qc.stats @c {of = "c", count = 8 : i64, min = 0.0 : f32, max = 0x7F800000 : f32, data = "f00d", epoch = 1 : i64}
}

// -----

// expected-error @below {{has no function @main}}
module {
}
