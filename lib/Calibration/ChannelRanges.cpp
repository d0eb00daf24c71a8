// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ranges by channel, in loops along the axis that lies close together.
#include "qc/Calibration/ChannelRanges.h"
#include "Rows.h"
#include <algorithm>
#include <cmath>
#include <limits>

using namespace llvm;
using namespace qc::calibration;

static constexpr float kInfinity = std::numeric_limits<float>::infinity();

// Without branches, so that the loops around it become vector code. NaN compares false.
static void widen(float x, float &min, float &max) {
  bool isFinite = std::abs(x) < kInfinity;
  min = isFinite && x < min ? x : min;
  max = isFinite && x > max ? x : max;
}

// The elements of one channel.
static void observeChannel(const float *data, ArrayRef<int64_t> dims, ArrayRef<int64_t> strides, float &min,
                           float &max) {
  forEachRow(data, dims, strides, [&](const float *row, int64_t size, int64_t stride) {
    float least = min, greatest = max;
    if (stride == 1) {
      for (int64_t i = 0; i < size; ++i)
        widen(row[i], least, greatest);
    } else {
      for (int64_t i = 0; i < size; ++i)
        widen(row[i * stride], least, greatest);
    }
    min = least, max = greatest;
  });
}

void ChannelRanges::observe(const float *data, ArrayRef<int64_t> dims, ArrayRef<int64_t> strides) {
  auto channels = size_t(dims[1]);
  min.resize(channels, kInfinity);
  max.resize(channels, -kInfinity);
  SmallVector<int64_t> otherDims(dims), otherStrides(strides);
  otherDims.erase(otherDims.begin() + 1);
  otherStrides.erase(otherStrides.begin() + 1);
  if (strides[1] != 1) {
    for (size_t c = 0; c < channels; ++c)
      observeChannel(data + int64_t(c) * strides[1], otherDims, otherStrides, min[c], max[c]);
    return;
  }
  forEachRow(data, otherDims, otherStrides, [&](const float *row, int64_t size, int64_t stride) {
    for (int64_t i = 0; i < size; ++i)
      for (size_t c = 0; c < channels; ++c)
        widen(row[i * stride + int64_t(c)], min[c], max[c]);
  });
}

void ChannelRanges::merge(const ChannelRanges &other) {
  min.resize(std::max(min.size(), other.min.size()), kInfinity);
  max.resize(min.size(), -kInfinity);
  for (size_t c = 0; c < other.min.size(); ++c) {
    min[c] = std::min(min[c], other.min[c]);
    max[c] = std::max(max[c], other.max[c]);
  }
}

// Which of two zeros was seen first says nothing.
static std::vector<float> makeFinite(ArrayRef<float> ends) {
  std::vector<float> result;
  for (float end : ends)
    result.push_back(std::isfinite(end) && end != 0 ? end : 0.0f);
  return result;
}

std::vector<float> ChannelRanges::getMin() const { return makeFinite(min); }
std::vector<float> ChannelRanges::getMax() const { return makeFinite(max); }
