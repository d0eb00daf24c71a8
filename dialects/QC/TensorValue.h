// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A tensor's value in memory: what evaluation takes and gives.
#pragma once
#include "mlir/IR/BuiltinTypes.h"
#include <cassert>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

namespace qc {

/// A static shape, an element type and the elements in row-major order, little endian, one per
/// ceil(bits / 8) bytes (i1 as one byte). Copies share the buffer until one of them is written to.
class TensorValue {
public:
  TensorValue() = default;
  /// All zero bytes. `type` must have a byte size, see `getByteSize`.
  explicit TensorValue(mlir::RankedTensorType type);
  /// A copy of `data`, which must have the byte size of `type`.
  TensorValue(mlir::RankedTensorType type, llvm::ArrayRef<char> data);
  /// Refers to `data` instead of copying it (weights): `data` must outlive the value and its copies, until they are
  /// written to. Data that is not aligned for its elements is copied.
  static TensorValue borrow(mlir::RankedTensorType type, llvm::ArrayRef<char> data);

  mlir::RankedTensorType getType() const { return type; }
  llvm::ArrayRef<int64_t> getShape() const { return type.getShape(); }
  int64_t getRank() const { return type.getRank(); }
  int64_t getNumElements() const { return type.getNumElements(); }
  llvm::ArrayRef<char> getRawData() const { return view; }
  /// Whether the bytes belong to somebody else, who may let go of them.
  bool isBorrowed() const { return !bytes; }

  /// The elements as `T`; sizeof(T) must be the element's size.
  template <typename T> llvm::ArrayRef<T> getData() const {
    assert(sizeof(T) == elementBytes(type));
    return {reinterpret_cast<const T *>(view.data()), view.size() / sizeof(T)};
  }
  template <typename T> llvm::MutableArrayRef<T> mutableData() {
    assert(sizeof(T) == elementBytes(type));
    llvm::MutableArrayRef<char> raw = mutableRawData();
    return {reinterpret_cast<T *>(raw.data()), raw.size() / sizeof(T)};
  }
  llvm::MutableArrayRef<char> mutableRawData();

  /// An integer element, sign- or zero-extended by the signedness of its type (signless is signed, but for i1).
  int64_t getInteger(int64_t index) const;
  /// Stores the low bits of `value`.
  void setInteger(int64_t index, int64_t value);

  /// The same elements under another shape or signedness; the number of bytes must be equal.
  TensorValue withType(mlir::RankedTensorType other) const {
    TensorValue copy = *this;
    copy.type = other;
    return copy;
  }

  /// Bytes of one element.
  static size_t elementBytes(mlir::RankedTensorType type);
  /// Bytes of a value of `type`; nothing where the shape is not static, an element is not an integer of at most 64
  /// bits, an index or a float of at most 64 bits, or the size leaves int64.
  static std::optional<int64_t> getByteSize(mlir::RankedTensorType type);

private:
  mlir::RankedTensorType type;
  std::shared_ptr<std::vector<char>> bytes; ///< null where `view` is borrowed
  llvm::ArrayRef<char> view;
};

} // namespace qc
