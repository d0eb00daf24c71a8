// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sums of what the taps of a contraction read.
#include "qc/Calibration/OperandMeans.h"
#include "Taps.h"
#include <cmath>

using namespace llvm;
using namespace qc::calibration;

namespace {
/// Sums what the taps read in a convolution's activation.
class WindowSums {
public:
  WindowSums(const OperandWindow &window, ArrayRef<int64_t> dims, ArrayRef<int64_t> strides)
      : batch{dims[0], strides[0]}, channel{dims[1], strides[1]}, axes(getTaps(window, dims, strides)) {}

  int64_t countPositions() const { return batch.size * axes[0].positions * axes[1].positions * axes[2].positions; }

  std::vector<double> run(const float *data) {
    taps = axes[0].kernel * axes[1].kernel * axes[2].kernel;
    sums.assign(size_t(channel.size * taps), 0.0);
    row.assign(size_t(channel.size * axes[2].kernel), 0.0);
    for (int64_t n = 0; n < batch.size; ++n)
      for (int64_t z = 0; z < axes[0].size; ++z)
        for (int64_t y = 0; y < axes[1].size; ++y)
          addRow(data + n * batch.stride + z * axes[0].stride + y * axes[1].stride, z, y);
    return std::move(sums);
  }

private:
  void addRow(const float *data, int64_t z, int64_t y);
  void sumRow(const float *data);

  Axis batch, channel;
  TapAxes axes;
  int64_t taps = 1;
  std::vector<double> sums; ///< channel, tap
  std::vector<double> row;  ///< tap of the last axis, channel
};
} // namespace

// Of each tap along the row, in each channel. The order of additions is that of positions, however elements lie.
void WindowSums::sumRow(const float *data) {
  std::fill(row.begin(), row.end(), 0.0);
  const Taps &axis = axes[2];
  for (int64_t tap = 0; tap < axis.kernel; ++tap) {
    double *out = &row[size_t(tap * channel.size)];
    auto [begin, end] = axis.getPositions(tap);
    for (int64_t p = begin; p < end; ++p) {
      const float *in = data + (p * axis.step + tap * axis.dilation - axis.pad) * axis.stride;
      if (channel.stride == 1) {
        for (int64_t c = 0; c < channel.size; ++c)
          out[c] += double(in[c]);
      } else {
        for (int64_t c = 0; c < channel.size; ++c)
          out[c] += double(in[c * channel.stride]);
      }
    }
  }
}

void WindowSums::addRow(const float *data, int64_t z, int64_t y) {
  bool isSummed = false;
  for (int64_t tapZ = 0; tapZ < axes[0].kernel; ++tapZ)
    for (int64_t tapY = 0; tapY < axes[1].kernel; ++tapY) {
      if (!axes[0].reads(tapZ, z) || !axes[1].reads(tapY, y))
        continue;
      if (!isSummed)
        sumRow(data);
      isSummed = true;
      int64_t first = (tapZ * axes[1].kernel + tapY) * axes[2].kernel;
      for (int64_t tap = 0; tap < axes[2].kernel; ++tap)
        for (int64_t c = 0; c < channel.size; ++c)
          sums[size_t(c * taps + first + tap)] += row[size_t(tap * channel.size + c)];
    }
}

// Sums over all dimensions but `axis`, in row-major order.
static std::vector<double> sumAlong(int64_t axis, const float *data, ArrayRef<int64_t> dims,
                                    ArrayRef<int64_t> strides) {
  std::vector<double> sums(size_t(dims[axis]), 0.0);
  SmallVector<Axis> axes;
  for (auto [i, dim] : enumerate(dims))
    if (int64_t(i) != axis)
      axes.push_back({dim, strides[i]});
  axes.push_back({dims[axis], strides[axis]});
  forEachRowOf(axes, data, [&](const float *row, int64_t size, int64_t stride) {
    if (stride == 1) {
      for (int64_t k = 0; k < size; ++k)
        sums[size_t(k)] += double(row[k]);
    } else {
      for (int64_t k = 0; k < size; ++k)
        sums[size_t(k)] += double(row[k * stride]);
    }
  });
  return sums;
}

void OperandMeans::add(ArrayRef<double> partial, int64_t count) {
  if (sums.empty())
    sums.resize(partial.size());
  isFinite &= sums.size() == partial.size();
  positions += uint64_t(count);
  for (size_t k = 0; isFinite && k < partial.size(); ++k) {
    auto rounded = float(partial[k]);
    isFinite = std::isfinite(rounded);
    if (isFinite)
      sums[k].add(rounded);
  }
}

void OperandMeans::observe(const float *data, ArrayRef<int64_t> dims, ArrayRef<int64_t> strides) {
  if (is_contained(dims, 0))
    return;
  if (window.kernel.empty()) {
    int64_t elements = 1;
    for (int64_t dim : dims)
      elements *= dim;
    return add(sumAlong(window.axis, data, dims, strides), elements / dims[window.axis]);
  }
  WindowSums windows(window, dims, strides);
  if (int64_t count = windows.countPositions())
    add(windows.run(data), count);
}

void OperandMeans::merge(const OperandMeans &other) {
  if (other.positions == 0)
    return;
  if (sums.empty())
    sums.resize(other.sums.size());
  isFinite &= other.isFinite && sums.size() == other.sums.size();
  positions += other.positions;
  for (size_t k = 0; isFinite && k < sums.size(); ++k)
    sums[k].merge(other.sums[k]);
}

std::vector<float> OperandMeans::getMeans() const {
  std::vector<float> means;
  if (!isFinite || positions == 0)
    return means;
  for (const ExactSum &sum : sums)
    means.push_back(float(sum.get() / double(positions)));
  return means;
}
