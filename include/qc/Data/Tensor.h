// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arrays of calibration and test data.
#pragma once
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <cstring>
#include <memory>
#include <optional>
#include <string>

namespace qc::data {

/// Element types of data files. Bool is a byte, 0 or 1.
enum class DType : uint8_t { F16, F32, F64, I8, I16, I32, I64, U8, U16, U32, U64, Bool };

/// Bytes of one element.
unsigned getByteWidth(DType type);
/// "f32", "u8", "bool"...
llvm::StringRef getName(DType type);
/// The type of that name, if any.
std::optional<DType> parseDType(llvm::StringRef name);

/// An array in memory: row-major, little endian. Copies share the bytes, which may be a mapped file and are never
/// written. `bytes` holds product(dims) * getByteWidth(dtype) bytes and is aligned to the element.
struct Tensor {
  DType dtype = DType::F32;
  llvm::SmallVector<int64_t, 4> dims; ///< each >= 0; empty for a scalar
  llvm::ArrayRef<char> bytes;
  std::shared_ptr<const void> owner; ///< keeps `bytes` alive

  /// A tensor that owns a copy of `bytes`, which has the size of type and shape.
  static Tensor copy(DType dtype, llvm::ArrayRef<int64_t> dims, llvm::ArrayRef<char> bytes);

  int64_t getNumElements() const; ///< product(dims); 1 for a scalar
  /// Elements as `T`, whose size is that of the element type.
  template <typename T> llvm::ArrayRef<T> getData() const {
    return {reinterpret_cast<const T *>(bytes.data()), bytes.size() / sizeof(T)};
  }
};

/// "2x3 of f32"; "a scalar of i64".
std::string describe(DType dtype, llvm::ArrayRef<int64_t> dims);

/// Bytes of an array, or nothing where a dimension is negative or the product does not fit 63 bits.
std::optional<int64_t> getNumBytes(DType dtype, llvm::ArrayRef<int64_t> dims);

} // namespace qc::data
