// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The range of each channel of a value.
#pragma once
#include "llvm/ADT/ArrayRef.h"
#include <vector>

namespace qc::calibration {

/// Smallest and largest finite element of each index of dimension 1, over everything observed. Merging is associative
/// and commutative, bit for bit.
class ChannelRanges {
public:
  /// Arguments as for MinMax::observe; the rank is at least 2, the number of channels the same each time.
  void observe(const float *data, llvm::ArrayRef<int64_t> dims, llvm::ArrayRef<int64_t> strides);
  /// As if everything that `other` observed had been observed here.
  void merge(const ChannelRanges &other);

  /// One per channel, 0 where a channel had no finite element (never -0); empty where nothing was observed.
  std::vector<float> getMin() const;
  std::vector<float> getMax() const;

private:
  std::vector<float> min, max; ///< infinite where nothing was seen
};

} // namespace qc::calibration
