// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ranges, on the bits of f32: integer comparisons give one order of -0 and +0 and no dependence on rounding state.
#include "qc/Calibration/MinMax.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <cstring>

using namespace llvm;
using namespace qc::calibration;

constexpr int32_t kInfinity = 0x7f800000, kMagnitude = 0x7fffffff;

float MinMax::fromKey(Key key) {
  int32_t bits = toKey(key); // its own inverse
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

float MinMax::getMin() const { return count ? fromKey(min) : 0.0f; }
float MinMax::getMax() const { return count ? fromKey(max) : 0.0f; }

void MinMax::merge(const MinMax &other) {
  count += other.count;
  nans += other.nans;
  infinities += other.infinities;
  min = std::min(min, other.min);
  max = std::max(max, other.max);
}

struct MinMax::Part {
  int32_t finite = 0, infinite = 0;
  Key min = std::numeric_limits<Key>::max(), max = std::numeric_limits<Key>::min();

  // Without branches, so that the loops around it become vector code.
  void add(const float *element) {
    int32_t bits;
    std::memcpy(&bits, element, sizeof(bits));
    int32_t magnitude = bits & kMagnitude;
    bool isFinite = magnitude < kInfinity;
    Key key = toKey(bits);
    finite += isFinite;
    infinite += magnitude == kInfinity;
    min = isFinite && key < min ? key : min;
    max = isFinite && key > max ? key : max;
  }
};

void MinMax::observeRow(const float *data, int64_t size, int64_t stride) {
  constexpr int64_t kPart = 1 << 16;
  for (int64_t begin = 0; begin < size; begin += kPart) {
    int64_t end = std::min(size, begin + kPart);
    Part part;
    if (stride == 1) {
      for (int64_t i = begin; i < end; ++i)
        part.add(data + i);
    } else {
      for (int64_t i = begin; i < end; ++i)
        part.add(data + i * stride);
    }
    count += uint64_t(part.finite);
    infinities += uint64_t(part.infinite);
    nans += uint64_t(end - begin - part.finite - part.infinite);
    min = std::min(min, part.min);
    max = std::max(max, part.max);
  }
}

namespace {
struct Axis {
  int64_t size, stride;
};
} // namespace

// The same elements with as few and as long axes as possible, shortest stride last: order does not matter to a range.
static SmallVector<Axis> collapse(ArrayRef<int64_t> dims, ArrayRef<int64_t> strides) {
  SmallVector<Axis> axes;
  for (auto [size, stride] : zip(dims, strides))
    if (size != 1)
      axes.push_back({size, stride});
  llvm::sort(axes, [](const Axis &a, const Axis &b) { return std::abs(a.stride) > std::abs(b.stride); });
  SmallVector<Axis> collapsed;
  for (const Axis &axis : axes) {
    if (!collapsed.empty() && collapsed.back().stride == axis.size * axis.stride)
      collapsed.back() = {collapsed.back().size * axis.size, axis.stride};
    else
      collapsed.push_back(axis);
  }
  return collapsed;
}

void MinMax::observe(const float *data, ArrayRef<int64_t> dims, ArrayRef<int64_t> strides) {
  assert(dims.size() == strides.size());
  if (is_contained(dims, 0))
    return;
  SmallVector<Axis> axes = collapse(dims, strides);
  Axis row = axes.empty() ? Axis{1, 1} : axes.pop_back_val();
  SmallVector<int64_t> index(axes.size(), 0);
  for (;;) {
    observeRow(data, row.size, row.stride);
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
