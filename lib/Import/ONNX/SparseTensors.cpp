// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sparse constants, which become dense ones.
#include "SparseTensors.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace qc::onnx;
using namespace qc::onnx_pb;

static constexpr int64_t kMaxDenseBytes = int64_t(1) << 31;

static Error fail(const Twine &text) { return createStringError("is sparse and " + text); }

static Expected<int64_t> countElements(ArrayRef<int64_t> dims, unsigned elementBytes) {
  int64_t bytes = elementBytes;
  for (int64_t dim : dims)
    if (dim < 0 || (dim != 0 && MulOverflow(bytes, dim, bytes)) || bytes > kMaxDenseBytes)
      return fail("has dimension " + Twine(dim) + ", accepted are dimensions from 0 and at most 2^31 bytes");
  return is_contained(dims, 0) ? 0 : bytes / elementBytes;
}

/// The place of value `i` in the dense tensor, or -1 where it lies outside.
static int64_t getPlace(ArrayRef<int64_t> indices, size_t i, bool areRows, ArrayRef<int64_t> dims, int64_t count) {
  if (!areRows)
    return indices[i] < count ? indices[i] : -1;
  int64_t place = 0;
  for (auto [d, dim] : enumerate(dims)) {
    int64_t index = indices[i * dims.size() + d];
    if (index < 0 || index >= dim)
      return -1;
    place = place * dim + index;
  }
  return place;
}

// `Constant` alone is also LLVM's.
static Expected<qc::onnx::Constant> scatter(const qc::onnx::Constant &values, const qc::onnx::Constant &indices,
                                            ArrayRef<int64_t> dims) {
  unsigned width = getElementBytes(values.elementType);
  Expected<int64_t> count = countElements(dims, width);
  if (!count)
    return count.takeError();
  size_t number = size_t(values.getNumElements());
  bool areRows = indices.dims.size() == 2;
  if (values.dims.size() != 1 || indices.elementType != int32_t(ElementType::I64) || indices.dims.empty() ||
      indices.dims.size() > 2 || indices.dims[0] != int64_t(number) ||
      (areRows && indices.dims[1] != int64_t(dims.size())))
    return fail("has indices that do not fit: accepted are a vector of n values, and n numbers or n rows of " +
                Twine(dims.size()) + " numbers of type i64");
  auto bytes = std::make_shared<std::vector<char>>(size_t(*count) * width, 0);
  int64_t last = -1;
  for (size_t i = 0; i < number; ++i) {
    int64_t place = getPlace(getIntegers(indices), i, areRows, dims, *count);
    if (place <= last)
      return fail("has an index, of value " + Twine(i) +
                  ", that lies outside its dimensions or is not behind the one before");
    last = place;
    std::copy_n(values.data.bytes.data() + i * width, width, bytes->data() + size_t(place) * width);
  }
  return qc::onnx::Constant{values.elementType, SmallVector<int64_t>(dims), {*bytes, bytes}};
}

Expected<qc::onnx::Constant> qc::onnx::makeDense(StringRef bytes, StringRef folder) {
  SparseTensorProto proto;
  if (!proto.ParseFromArray(bytes.data(), int(bytes.size())))
    return fail("damaged");
  if (!proto.has_values() || !proto.has_indices())
    return fail("has no values or no indices");
  Expected<qc::onnx::Constant> values = takeConstant(*proto.mutable_values(), folder);
  if (!values)
    return fail("has values whose tensor " + toString(values.takeError()));
  Expected<qc::onnx::Constant> indices = takeConstant(*proto.mutable_indices(), folder);
  if (!indices)
    return fail("has indices whose tensor " + toString(indices.takeError()));
  return scatter(*values, *indices, SmallVector<int64_t>(proto.dims().begin(), proto.dims().end()));
}

std::string qc::onnx::getSparseName(StringRef bytes) {
  SparseTensorProto proto;
  return proto.ParseFromArray(bytes.data(), int(bytes.size())) ? proto.values().name() : std::string();
}
