// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ranges, on the bits of f32: integer comparisons give one order of -0 and +0 and no dependence on rounding state.
#include "qc/Calibration/MinMax.h"
#include "Rows.h"
#include <algorithm>
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

void MinMax::observe(const float *data, ArrayRef<int64_t> dims, ArrayRef<int64_t> strides) {
  forEachRow(data, dims, strides,
             [&](const float *row, int64_t size, int64_t stride) { observeRow(row, size, stride); });
}
