// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How the elements that the sums of a contraction multiply vary together.
#pragma once
#include "qc/Calibration/OperandMeans.h"

namespace qc::calibration {

/// Products of what each two k read at one position, over all positions in everything observed (OperandMeans says which
/// those are). One observation is summed in f32 over 64 positions at a time, these sums in f64, both in the order of
/// positions; that is rounded to f32, and these are added exactly: the result depends neither on the order of
/// observations nor on sharding, nor on how the elements lie in memory.
class OperandProducts {
public:
  explicit OperandProducts(OperandWindow window) : window(std::move(window)) {}

  /// Arguments as for MinMax::observe; the tensor must be one that the contraction can read. Nothing is kept of one
  /// with a K above numerics::covarianceDepthLimit.
  void observe(const float *data, llvm::ArrayRef<int64_t> dims, llvm::ArrayRef<int64_t> strides);
  /// As if everything that `other`, of the same window, observed had been observed here.
  void merge(const OperandProducts &other);

  /// The covariances of k = 0; of k = 1 with 0 and itself; ...: the lower triangle, row by row. Mean products (sums,
  /// rounded to f64, divided by the number of positions) less products of `means`, in f64, rounded to f32; variances
  /// are not below 0. `means` are those of OperandMeans that observed the same. Empty where those are, where there was
  /// no position, K was too large, or a sum of an observation was infinite or NaN.
  std::vector<float> getCovariances(llvm::ArrayRef<float> means) const;

private:
  OperandWindow window;
  std::vector<ExactSum> sums; ///< lower triangle, row by row
  uint64_t positions = 0;
  bool isKept = true;
};

} // namespace qc::calibration
