// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The ends of single observations, summed exactly.
#pragma once
#include "qc/Calibration/ExactSum.h"
#include "qc/Calibration/MinMax.h"

namespace qc::calibration {

/// Sums of the smallest and of the largest finite element of each observation that has one. Merges as MinMax does.
class Extremes {
public:
  /// `range` is that of one observation.
  void observe(const MinMax &range) {
    if (range.getCount() == 0)
      return;
    ++count;
    minima.add(range.getMin());
    maxima.add(range.getMax());
  }
  void merge(const Extremes &other) {
    count += other.count;
    minima.merge(other.minima);
    maxima.merge(other.maxima);
  }

  uint64_t getCount() const { return count; } ///< observations
  /// The exact sum, rounded to f64, divided by their number; 0 where there are none.
  double getMeanMin() const { return count ? minima.get() / double(count) : 0.0; }
  double getMeanMax() const { return count ? maxima.get() / double(count) : 0.0; }

private:
  uint64_t count = 0;
  ExactSum minima, maxima;
};

} // namespace qc::calibration
