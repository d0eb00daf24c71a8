// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The mean of every element of an activation that the sums of a contraction multiply.
#pragma once
#include "qc/Calibration/ExactSum.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <vector>

namespace qc::calibration {

/// Which elements of an activation the K of a contraction are. Without a kernel, of a matrix product: those along
/// `axis`. With one, of a convolution over one to three spatial axes: what each tap reads in each channel (dimension
/// 1); pads are all begins, then all ends. `#qc.operand_means` is written so.
struct OperandWindow {
  int64_t axis = 1;
  llvm::SmallVector<int64_t, 3> kernel, strides, dilations;
  llvm::SmallVector<int64_t, 6> pads;

  bool operator==(const OperandWindow &other) const {
    return axis == other.axis && kernel == other.kernel && strides == other.strides && dilations == other.dilations &&
           pads == other.pads;
  }
};

/// Means of what each k reads, over all positions of the result in everything observed: rows of a matrix, or batches
/// and positions of a convolution, whose padding counts as 0. One observation is summed in f64 (rows of the innermost
/// axis first, then the sums of rows, both in the order of positions), rounded to f32, and these sums are added
/// exactly: an observation is one thread's, so that the result depends neither on order nor on sharding, nor on how
/// the elements lie in memory.
class OperandMeans {
public:
  explicit OperandMeans(OperandWindow window) : window(std::move(window)) {}

  /// Arguments as for MinMax::observe; the tensor must be one that the contraction can read.
  void observe(const float *data, llvm::ArrayRef<int64_t> dims, llvm::ArrayRef<int64_t> strides);
  /// As if everything that `other`, of the same window, observed had been observed here.
  void merge(const OperandMeans &other);

  const OperandWindow &getWindow() const { return window; }
  uint64_t getNumPositions() const { return positions; }
  /// One per k, of a convolution index channel * taps + tap: the sum, rounded to f64, divided by the number of
  /// positions, rounded to f32. Empty where there was no position, or a sum of an observation was infinite or NaN.
  std::vector<float> getMeans() const;

private:
  void add(llvm::ArrayRef<double> partial, int64_t count);

  OperandWindow window;
  std::vector<ExactSum> sums;
  uint64_t positions = 0;
  bool isFinite = true;
};

} // namespace qc::calibration
