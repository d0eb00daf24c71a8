// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The elements of a strided tensor, in rows as long as possible.
#pragma once
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <cassert>
#include <cstdint>
#include <cstdlib>

namespace qc::calibration {

struct Axis {
  int64_t size, stride;
};

/// The same elements with as few and as long axes as possible, shortest stride last: for what does not depend on their
/// order.
inline llvm::SmallVector<Axis> collapse(llvm::ArrayRef<int64_t> dims, llvm::ArrayRef<int64_t> strides) {
  llvm::SmallVector<Axis> axes;
  for (auto [size, stride] : llvm::zip_equal(dims, strides))
    if (size != 1)
      axes.push_back({size, stride});
  llvm::sort(axes, [](const Axis &a, const Axis &b) { return std::abs(a.stride) > std::abs(b.stride); });
  llvm::SmallVector<Axis> collapsed;
  for (const Axis &axis : axes) {
    if (!collapsed.empty() && collapsed.back().stride == axis.size * axis.stride)
      collapsed.back() = {collapsed.back().size * axis.size, axis.stride};
    else
      collapsed.push_back(axis);
  }
  return collapsed;
}

/// Calls `visit(data, size, stride)` with each row of `axes`, the last axis; those before it in row-major order.
template <typename Visit> void forEachRowOf(llvm::SmallVector<Axis> axes, const float *data, Visit visit) {
  Axis row = axes.empty() ? Axis{1, 1} : axes.pop_back_val();
  llvm::SmallVector<int64_t> index(axes.size(), 0);
  for (;;) {
    visit(data, row.size, row.stride);
    size_t axis = axes.size(); // the next row, last axis fastest
    while (axis > 0 && ++index[axis - 1] == axes[axis - 1].size) {
      --axis;
      data -= (axes[axis].size - 1) * axes[axis].stride;
      index[axis] = 0;
    }
    if (axis == 0)
      return;
    data += axes[axis - 1].stride;
  }
}

/// All elements of a tensor (MinMax::observe says where they lie), in any order, as rows for `visit`.
template <typename Visit>
void forEachRow(const float *data, llvm::ArrayRef<int64_t> dims, llvm::ArrayRef<int64_t> strides, Visit visit) {
  if (!llvm::is_contained(dims, 0))
    forEachRowOf(collapse(dims, strides), data, visit);
}

} // namespace qc::calibration
