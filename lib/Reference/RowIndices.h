// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which elements of a tensor make up its rows.
#pragma once
#include "Strides.h"
#include "llvm/ADT/STLExtras.h"
#include <vector>

namespace qc::reference {

/// The rows of a tensor: the elements over `axes`, row-major, for every index of the other dimensions.
struct Rows {
  llvm::SmallVector<int64_t> outer, inner;
  Strides outerStrides, innerStrides;
  int64_t count = 1, length = 1;

  Rows(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> axes) {
    Strides strides = rowMajorStrides(shape);
    for (auto [d, size] : llvm::enumerate(shape)) {
      bool isInRow = llvm::is_contained(axes, int64_t(d));
      (isInRow ? inner : outer).push_back(size);
      (isInRow ? innerStrides : outerStrides).push_back(strides[d]);
      (isInRow ? length : count) *= size;
    }
  }
  int64_t at(int64_t row, int64_t k) const {
    return offsetOf(row, outer, outerStrides) + offsetOf(k, inner, innerStrides);
  }
  template <typename T> std::vector<T> read(const T *x, int64_t row) const {
    std::vector<T> values(length);
    for (int64_t k = 0; k < length; ++k)
      values[k] = x[at(row, k)];
    return values;
  }
};

} // namespace qc::reference
