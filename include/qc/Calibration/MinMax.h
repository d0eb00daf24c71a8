// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The range of what was observed, mergeable: the same whatever the order and the split of the observations.
#pragma once
#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <limits>

namespace qc::calibration {

/// Smallest and largest finite element of everything observed, -0 below +0. Infinite elements and NaNs are counted
/// apart and are never part of the range. Observing nothing is the neutral element of `merge`, which is associative and
/// commutative, bit for bit.
///
/// Example: [1, NaN, -2] gives count 2, min -2, max 1, one NaN; merged with [0.5, inf] it is count 3, the same range,
/// one NaN and one infinity.
class MinMax {
public:
  /// Observes a tensor of extents `dims` (each >= 0; empty for a scalar) whose element [i, j, ..] lies at
  /// data[i * strides[0] + j * strides[1] + ..]. Strides may have any sign or be 0.
  void observe(const float *data, llvm::ArrayRef<int64_t> dims, llvm::ArrayRef<int64_t> strides);
  /// The same of contiguous elements.
  void observe(llvm::ArrayRef<float> elements) { observeRow(elements.data(), int64_t(elements.size()), 1); }
  /// As if everything that `other` observed had been observed here.
  void merge(const MinMax &other);

  uint64_t getCount() const { return count; } ///< finite elements
  uint64_t getNumNaNs() const { return nans; }
  uint64_t getNumInfinities() const { return infinities; }
  float getMin() const; ///< 0 where count = 0
  float getMax() const; ///< 0 where count = 0

private:
  using Key = int32_t; ///< orders finite floats as they are ordered, -0 before +0
  struct Part;         ///< what a short stretch of elements adds, in 32-bit counters

  static Key toKey(int32_t bits) { return bits ^ ((bits >> 31) & std::numeric_limits<int32_t>::max()); }
  static float fromKey(Key key);
  void observeRow(const float *data, int64_t size, int64_t stride);

  uint64_t count = 0, nans = 0, infinities = 0;
  Key min = std::numeric_limits<Key>::max(), max = std::numeric_limits<Key>::min();
};

} // namespace qc::calibration
