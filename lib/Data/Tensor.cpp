// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arrays of calibration and test data.
#include "qc/Data/Tensor.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"
#include <vector>

using namespace llvm;
using namespace qc::data;

static constexpr struct {
  const char *name;
  unsigned bytes;
} kTypes[] = {{"f16", 2}, {"f32", 4}, {"f64", 8}, {"i8", 1},  {"i16", 2}, {"i32", 4},
              {"i64", 8}, {"u8", 1},  {"u16", 2}, {"u32", 4}, {"u64", 8}, {"bool", 1}};

unsigned qc::data::getByteWidth(DType type) { return kTypes[size_t(type)].bytes; }

StringRef qc::data::getName(DType type) { return kTypes[size_t(type)].name; }

std::optional<DType> qc::data::parseDType(StringRef name) {
  for (size_t i = 0; i < std::size(kTypes); ++i)
    if (name == kTypes[i].name)
      return DType(i);
  return std::nullopt;
}

std::optional<int64_t> qc::data::getNumBytes(DType dtype, ArrayRef<int64_t> dims) {
  // Zeros are left out of the overflow check, so that no order of the dimensions overflows later.
  int64_t size = getByteWidth(dtype);
  bool empty = false;
  for (int64_t dim : dims) {
    if (dim < 0 || (dim != 0 && MulOverflow(size, dim, size)))
      return std::nullopt;
    empty |= dim == 0;
  }
  return empty ? 0 : size;
}

std::string qc::data::describe(DType dtype, ArrayRef<int64_t> dims) {
  auto text = map_range(dims, [](int64_t dim) { return std::to_string(dim); });
  return (dims.empty() ? "a scalar" : join(text, "x")) + " of " + getName(dtype).str();
}

int64_t Tensor::getNumElements() const { return int64_t(bytes.size()) / getByteWidth(dtype); }

Tensor Tensor::copy(DType dtype, ArrayRef<int64_t> dims, ArrayRef<char> bytes) {
  auto owner = std::make_shared<std::vector<char>>(bytes.begin(), bytes.end());
  Tensor tensor;
  tensor.dtype = dtype;
  tensor.dims.assign(dims.begin(), dims.end());
  tensor.bytes = *owner;
  tensor.owner = std::move(owner);
  return tensor;
}
