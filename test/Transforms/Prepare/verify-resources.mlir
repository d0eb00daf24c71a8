// Every dense_resource is there, has the size of its type, is aligned and named by its content.
// RUN: qc-opt %s --qc-verify-resources --split-input-file --verify-diagnostics -o /dev/null

// The same bytes as two shapes, and inside another attribute.
func.func @good() -> (tensor<4xf32>, tensor<2x2xf32>) attributes {note = [dense_resource<w_9397c99aab488c0baed718c1df219890> : tensor<4xf32>]} {
  %0 = qc.constant dense_resource<w_9397c99aab488c0baed718c1df219890> : tensor<4xf32>
  %1 = qc.constant dense_resource<w_9397c99aab488c0baed718c1df219890> : tensor<2x2xf32>
  return %0, %1 : tensor<4xf32>, tensor<2x2xf32>
}
{-# dialect_resources: { builtin: { w_9397c99aab488c0baed718c1df219890: "0x040000000000803f000000400000404000008040" } } #-}

// -----

// A second module of the same context: MLIR appends a number to the name.
func.func @again() -> tensor<4xf32> {
  %0 = qc.constant dense_resource<w_9397c99aab488c0baed718c1df219890> : tensor<4xf32>
  return %0 : tensor<4xf32>
}
{-# dialect_resources: { builtin: { w_9397c99aab488c0baed718c1df219890: "0x100000000000803f000000400000404000008040" } } #-}

// -----

func.func @resource_c1_missing() -> (tensor<4xf32>, tensor<4xf32>) {
  // expected-error @below {{'qc.constant' op reads resource 'w_00112233445566778899aabbccddeeff' as 'tensor<4xf32>', which is missing from the file}}
  %0 = qc.constant dense_resource<w_00112233445566778899aabbccddeeff> : tensor<4xf32>
  // expected-error @below {{which is missing from the file}}
  %1 = qc.constant dense_resource<w_00112233445566778899aabbccddeeff> : tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// -----

func.func @resource_c2_short() -> tensor<4xf32> {
  // expected-error @below {{as 'tensor<4xf32>', which has 12 bytes, its type 16}}
  %0 = qc.constant dense_resource<w_short> : tensor<4xf32>
  return %0 : tensor<4xf32>
}
{-# dialect_resources: { builtin: { w_short: "0x040000000000803f0000004000004040" } } #-}

// -----

func.func @resource_c2_long() -> tensor<3xf32> {
  // expected-error @below {{which has 16 bytes, its type 12}}
  %0 = qc.constant dense_resource<w_long> : tensor<3xf32>
  return %0 : tensor<3xf32>
}
{-# dialect_resources: { builtin: { w_long: "0x040000000000803f000000400000404000008040" } } #-}

// -----

func.func @resource_c3_misaligned() -> tensor<4xf32> {
  // expected-error @below {{which is aligned to 1 bytes, an element needs 4}}
  %0 = qc.constant dense_resource<w_misaligned> : tensor<4xf32>
  return %0 : tensor<4xf32>
}
{-# dialect_resources: { builtin: { w_misaligned: "0x010000000000803f000000400000404000008040" } } #-}

// -----

// One bit differs from what the name says.
func.func @resource_c4_content() -> tensor<4xf32> {
  // expected-error @below {{whose content has the name 'w_}}
  %0 = qc.constant dense_resource<w_9397c99aab488c0baed718c1df219890> : tensor<4xf32>
  return %0 : tensor<4xf32>
}
{-# dialect_resources: { builtin: { w_9397c99aab488c0baed718c1df219890: "0x040000000000803f000000400000404000008041" } } #-}

// -----

func.func @resource_c4_name() -> tensor<4xf32> {
  // expected-error @below {{'qc.constant' op reads resource 'weights' as 'tensor<4xf32>', whose content has the name 'w_9397c99aab488c0baed718c1df219890'}}
  %0 = qc.constant dense_resource<weights> : tensor<4xf32>
  return %0 : tensor<4xf32>
}
{-# dialect_resources: { builtin: { weights: "0x040000000000803f000000400000404000008040" } } #-}
