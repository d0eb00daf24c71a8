// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files that hold one ONNX tensor: the test data sets of the ONNX model zoo.
#pragma once
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>

namespace qc::onnx {

/// Element types by their code in the format (TensorProto.data_type); codes that are not listed are unknown to qc.
enum class ElementType : int32_t {
  Undefined = 0,
  F32 = 1,
  U8 = 2,
  I8 = 3,
  U16 = 4,
  I16 = 5,
  I32 = 6,
  I64 = 7,
  String = 8,
  Bool = 9,
  F16 = 10,
  F64 = 11,
  U32 = 12,
  U64 = 13,
  Complex64 = 14,
  Complex128 = 15,
  BF16 = 16,
};

/// "f32", "u8", ..., "element type 23" for a code without a name.
std::string getElementTypeName(int32_t code);

/// Bytes of one element; 0 for types that qc has no bytes for (strings, complex numbers, sub-byte and 8-bit floats).
unsigned getElementBytes(int32_t code);

/// A tensor as bytes. Owns them.
struct TensorPayload {
  std::string name;
  int32_t elementType = 0;         ///< a code with getElementBytes(code) > 0
  llvm::SmallVector<int64_t> dims; ///< each >= 0; empty for a scalar
  std::string bytes;               ///< row-major, little endian; product(dims) * getElementBytes(elementType) of them

  int64_t getNumElements() const; ///< product(dims); 1 for a scalar
};

/// The tensor in file `path` (a serialized TensorProto). Fails with a text that names the file: not readable, not a
/// tensor, sizes that disagree, element types without bytes, external data.
llvm::Expected<TensorPayload> readTensorFile(llvm::StringRef path);

} // namespace qc::onnx
