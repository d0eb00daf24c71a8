// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A tensor's value in memory: what evaluation takes and gives.
#pragma once
#include "mlir/IR/BuiltinTypes.h"
#include <cstring>
#include <memory>
#include <vector>

namespace qc {

/// A static shape, an element type and the elements in row-major order, little endian, one per
/// ceil(bits / 8) bytes (i1 as one byte). Copies share the buffer until `mutableData` is called.
class TensorValue {
public:
  TensorValue() = default;
  /// All zero bytes. `type` must have a static shape and an integer, index or float element type.
  explicit TensorValue(mlir::RankedTensorType type)
      : type(type), bytes(std::make_shared<std::vector<char>>(size_t(type.getNumElements()) * elementBytes(type))) {}
  TensorValue(mlir::RankedTensorType type, llvm::ArrayRef<char> data) : TensorValue(type) {
    assert(data.size() == bytes->size() && "data has the size of the type");
    if (!data.empty())
      std::memcpy(bytes->data(), data.data(), data.size());
  }

  mlir::RankedTensorType getType() const { return type; }
  llvm::ArrayRef<int64_t> getShape() const { return type.getShape(); }
  int64_t getRank() const { return type.getRank(); }
  int64_t getNumElements() const { return type.getNumElements(); }
  llvm::ArrayRef<char> getRawData() const { return *bytes; }

  /// The elements as `T`; sizeof(T) must be the element's size.
  template <typename T> llvm::ArrayRef<T> getData() const {
    assert(sizeof(T) == elementBytes(type));
    return {reinterpret_cast<const T *>(bytes->data()), size_t(getNumElements())};
  }
  template <typename T> llvm::MutableArrayRef<T> mutableData() {
    assert(sizeof(T) == elementBytes(type));
    if (bytes.use_count() > 1)
      bytes = std::make_shared<std::vector<char>>(*bytes);
    return {reinterpret_cast<T *>(bytes->data()), size_t(getNumElements())};
  }

  /// An integer element, sign- or zero-extended by the signedness of its type.
  int64_t getInteger(int64_t index) const;
  /// Stores the low bits of `value`.
  void setInteger(int64_t index, int64_t value);

  /// The same elements under another shape or signedness; the number of bytes must be equal.
  TensorValue withType(mlir::RankedTensorType other) const {
    TensorValue copy = *this;
    copy.type = other;
    return copy;
  }

  static size_t elementBytes(mlir::RankedTensorType type) {
    mlir::Type element = type.getElementType();
    return element.isIndex() ? 8 : (element.getIntOrFloatBitWidth() + 7) / 8;
  }

private:
  mlir::RankedTensorType type;
  std::shared_ptr<std::vector<char>> bytes;
};

} // namespace qc
