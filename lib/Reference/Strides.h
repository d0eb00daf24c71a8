// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Walking several tensors at once: strides of broadcast or permuted operands, and rows.
#pragma once
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <array>
#include <cstdint>

namespace qc::reference {

using Strides = llvm::SmallVector<int64_t>;

/// Row-major strides, in elements.
inline Strides rowMajorStrides(llvm::ArrayRef<int64_t> shape) {
  Strides strides(shape.size(), 1);
  for (size_t d = shape.size(); d-- > 1;)
    strides[d - 1] = strides[d] * shape[d];
  return strides;
}

/// Strides of an operand of `shape` that broadcasts to `rank` dimensions: 0 where it has one index or no dimension.
inline Strides broadcastStrides(llvm::ArrayRef<int64_t> shape, size_t rank) {
  Strides own = rowMajorStrides(shape), strides(rank, 0);
  for (size_t d = 0; d < shape.size(); ++d)
    if (shape[d] != 1)
      strides[rank - shape.size() + d] = own[d];
  return strides;
}

/// The element that the `index`-th position of `shape` (row-major) has by `strides`.
inline int64_t offsetOf(int64_t index, llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> strides) {
  int64_t offset = 0;
  for (size_t d = shape.size(); d-- > 0; index /= shape[d])
    offset += index % shape[d] * strides[d];
  return offset;
}

/// Calls `row(first, offsets, steps, count)` for runs of consecutive positions of `shape` in row-major order: the run
/// begins at position `first`; tensor i has its element k at offsets[i] + k * steps[i].
template <size_t N, typename Row>
void forEachRow(llvm::ArrayRef<int64_t> shape, const std::array<Strides, N> &strides, Row row) {
  std::array<int64_t, N> steps{};
  size_t last = shape.size();
  int64_t count = 1;
  // Dimensions that continue each other in every tensor are one run.
  auto continues = [&](size_t d) {
    for (size_t i = 0; i < N; ++i)
      if (count != 1 && shape[d] != 1 && strides[i][d] != steps[i] * count)
        return false;
    return true;
  };
  for (; last > 0 && continues(last - 1); --last) {
    if (count == 1)
      for (size_t i = 0; i < N; ++i)
        steps[i] = strides[i][last - 1];
    count *= shape[last - 1];
  }
  int64_t rows = 1;
  for (int64_t size : shape.take_front(last))
    rows *= size;
  for (int64_t r = 0; r < rows && count > 0; ++r) {
    std::array<int64_t, N> offsets;
    for (size_t i = 0; i < N; ++i)
      offsets[i] = offsetOf(r, shape.take_front(last), llvm::ArrayRef<int64_t>(strides[i]).take_front(last));
    row(r * count, offsets, steps, count);
  }
}

} // namespace qc::reference
