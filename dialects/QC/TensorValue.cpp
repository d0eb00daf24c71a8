// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Buffers of tensor values: sharing, borrowing, integer elements.
#include "dialects/QC/TensorValue.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace qc;

size_t TensorValue::elementBytes(RankedTensorType type) {
  Type element = type.getElementType();
  return element.isIndex() ? 8 : (element.getIntOrFloatBitWidth() + 7) / 8;
}

std::optional<int64_t> TensorValue::getByteSize(RankedTensorType type) {
  Type element = type.getElementType();
  if (!type.hasStaticShape() || !element.isIntOrIndexOrFloat() ||
      (!element.isIndex() && element.getIntOrFloatBitWidth() > 64))
    return std::nullopt;
  if (llvm::is_contained(type.getShape(), 0))
    return 0;
  int64_t size = elementBytes(type);
  for (int64_t dim : type.getShape())
    if (llvm::MulOverflow(size, dim, size))
      return std::nullopt;
  return size;
}

TensorValue::TensorValue(RankedTensorType type)
    : type(type), bytes(std::make_shared<std::vector<char>>(getByteSize(type).value_or(0))), view(*bytes) {}

TensorValue::TensorValue(RankedTensorType type, ArrayRef<char> data)
    : type(type), bytes(std::make_shared<std::vector<char>>(data.begin(), data.end())), view(*bytes) {
  assert(int64_t(data.size()) == getByteSize(type) && "data has the size of the type");
}

TensorValue TensorValue::borrow(RankedTensorType type, ArrayRef<char> data) {
  size_t width = elementBytes(type);
  if (!llvm::has_single_bit(width) || reinterpret_cast<uintptr_t>(data.data()) % width != 0)
    return TensorValue(type, data);
  TensorValue value;
  value.type = type;
  value.view = data;
  return value;
}

MutableArrayRef<char> TensorValue::mutableRawData() {
  if (bytes.use_count() != 1) { // shared or borrowed
    bytes = std::make_shared<std::vector<char>>(view.begin(), view.end());
    view = *bytes;
  }
  return {bytes->data(), bytes->size()};
}

int64_t TensorValue::getInteger(int64_t index) const {
  Type element = type.getElementType();
  size_t width = elementBytes(type);
  uint64_t raw = 0;
  std::memcpy(&raw, view.data() + index * width, width);
  unsigned bits = element.isIndex() ? 64 : element.getIntOrFloatBitWidth();
  unsigned unused = 64 - bits;
  if (element.isUnsignedInteger() || element.isSignlessInteger(1))
    return int64_t(raw << unused >> unused);
  return int64_t(raw << unused) >> unused;
}

void TensorValue::setInteger(int64_t index, int64_t value) {
  size_t width = elementBytes(type);
  std::memcpy(mutableRawData().data() + index * width, &value, width);
}
