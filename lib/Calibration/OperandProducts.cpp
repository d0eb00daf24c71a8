// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sums of products of what the taps of a contraction read.
#include "qc/Calibration/OperandProducts.h"
#include "Taps.h"
#include "qc/Arith/Int4.h"
#include <cmath>

using namespace llvm;
using namespace qc::calibration;

namespace {
/// Sums products of all pairs of a row's elements, over rows.
class PairSums {
public:
  explicit PairSums(int64_t depth)
      : depth(depth), width((depth + kColumns - 1) / kColumns * kColumns), rows(size_t(kRows * width), 0.0f),
        sums(size_t(width * width), 0.0) {}

  /// The next row, to be filled: `depth` elements.
  float *addRow() {
    if (used == kRows)
      flush();
    return &rows[size_t(used++ * width)];
  }
  /// Adds what is left.
  void flush();
  double get(int64_t i, int64_t j) const { return sums[size_t(i * width + j)]; } ///< j <= i

private:
  static constexpr int64_t kRows = 64, kLines = 4, kColumns = 8;
  /// Adds the products of elements [i, i + kLines) and [j, j + kColumns).
  void addTile(int64_t i, int64_t j);

  int64_t depth, width, used = 0;
  std::vector<float> rows;  ///< [kRows][width]; 0 beyond depth
  std::vector<double> sums; ///< [width][width], where column <= row
};
} // namespace

void PairSums::addTile(int64_t i, int64_t j) {
  float tile[kLines][kColumns] = {};
  for (int64_t row = 0; row < used; ++row) {
    const float *x = &rows[size_t(row * width)];
    for (int64_t line = 0; line < kLines; ++line)
      for (int64_t column = 0; column < kColumns; ++column)
        tile[line][column] += x[i + line] * x[j + column];
  }
  for (int64_t line = 0; line < kLines; ++line)
    for (int64_t column = 0; column < kColumns; ++column)
      sums[size_t((i + line) * width + j + column)] += double(tile[line][column]);
}

void PairSums::flush() {
  for (int64_t i = 0; i < depth; i += kLines)
    for (int64_t j = 0; j < i + kLines; j += kColumns)
      addTile(i, j);
  used = 0;
}

/// Rows of what all taps read at one position of the result after the other, channel by channel. Returns how many.
static int64_t addPositions(const TapAxes &axes, ArrayRef<int64_t> dims, ArrayRef<int64_t> strides, const float *data,
                            PairSums &sums) {
  const Taps &z = axes[0], &y = axes[1], &x = axes[2];
  std::vector<std::optional<int64_t>> offsets(size_t(z.kernel * y.kernel * x.kernel)); // nothing: padding
  auto find = [&](int64_t atZ, int64_t atY, int64_t atX) {
    auto offset = offsets.begin();
    for (int64_t tapZ = 0; tapZ < z.kernel; ++tapZ)
      for (int64_t tapY = 0; tapY < y.kernel; ++tapY)
        for (int64_t tapX = 0; tapX < x.kernel; ++tapX, ++offset) {
          std::optional<int64_t> places[] = {z.find(atZ, tapZ), y.find(atY, tapY), x.find(atX, tapX)};
          offset->reset();
          if (places[0] && places[1] && places[2])
            *offset = *places[0] * z.stride + *places[1] * y.stride + *places[2] * x.stride;
        }
  };
  int64_t count = 0;
  for (int64_t n = 0; n < dims[0]; ++n)
    for (int64_t position = 0; position < z.positions * y.positions * x.positions; ++position, ++count) {
      find(position / (y.positions * x.positions), position / x.positions % y.positions, position % x.positions);
      float *row = sums.addRow();
      for (int64_t channel = 0; channel < dims[1]; ++channel)
        for (std::optional<int64_t> offset : offsets)
          *row++ = offset ? data[n * strides[0] + channel * strides[1] + *offset] : 0.0f;
    }
  return count;
}

/// Rows along `axis`. Returns how many.
static int64_t addRowsAlong(int64_t axis, ArrayRef<int64_t> dims, ArrayRef<int64_t> strides, const float *data,
                            PairSums &sums) {
  SmallVector<Axis> axes;
  for (auto [i, dim] : enumerate(dims))
    if (int64_t(i) != axis)
      axes.push_back({dim, strides[i]});
  axes.push_back({dims[axis], strides[axis]});
  int64_t count = 0;
  forEachRowOf(axes, data, [&](const float *in, int64_t size, int64_t stride) {
    float *row = sums.addRow();
    for (int64_t k = 0; k < size; ++k)
      row[k] = in[k * stride];
    ++count;
  });
  return count;
}

void OperandProducts::observe(const float *data, ArrayRef<int64_t> dims, ArrayRef<int64_t> strides) {
  if (!isKept || is_contained(dims, 0))
    return;
  int64_t depth = dims[window.axis];
  for (int64_t taps : window.kernel)
    depth *= taps;
  isKept =
      depth <= qc::numerics::covarianceDepthLimit && (sums.empty() || int64_t(sums.size()) == depth * (depth + 1) / 2);
  if (!isKept)
    return sums.clear();
  if (!window.kernel.empty() &&
      llvm::any_of(getTaps(window, dims, strides), [](const Taps &axis) { return axis.positions == 0; }))
    return;
  PairSums pairs(depth);
  int64_t count = window.kernel.empty() ? addRowsAlong(window.axis, dims, strides, data, pairs)
                                        : addPositions(getTaps(window, dims, strides), dims, strides, data, pairs);
  pairs.flush();
  positions += uint64_t(count);
  sums.resize(size_t(depth * (depth + 1) / 2));
  ExactSum *sum = sums.data();
  for (int64_t i = 0; i < depth && isKept; ++i)
    for (int64_t j = 0; j <= i && isKept; ++j, ++sum) {
      auto rounded = float(pairs.get(i, j));
      isKept = std::isfinite(rounded);
      if (isKept)
        sum->add(rounded);
    }
  if (!isKept)
    sums.clear();
}

void OperandProducts::merge(const OperandProducts &other) {
  positions += other.positions;
  isKept &= other.isKept && (sums.empty() || other.sums.empty() || sums.size() == other.sums.size());
  if (sums.empty())
    sums = other.sums;
  else
    for (size_t k = 0; isKept && k < other.sums.size(); ++k)
      sums[k].merge(other.sums[k]);
}

std::vector<float> OperandProducts::getCovariances(ArrayRef<float> means) const {
  std::vector<float> covariances;
  if (!isKept || positions == 0 || sums.size() != means.size() * (means.size() + 1) / 2)
    return covariances;
  covariances.reserve(sums.size());
  const ExactSum *sum = sums.data();
  for (size_t i = 0; i < means.size(); ++i)
    for (size_t j = 0; j <= i; ++j) {
      double covariance = (sum++)->get() / double(positions) - double(means[i]) * double(means[j]);
      covariances.push_back(float(i == j ? std::max(covariance, 0.0) : covariance));
    }
  return covariances;
}
