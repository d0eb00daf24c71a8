// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Everything that is observed on one value.
#pragma once
#include "qc/Calibration/ChannelRanges.h"
#include "qc/Calibration/Extremes.h"
#include "qc/Calibration/Histogram.h"
#include "qc/Calibration/MinMax.h"
#include "qc/Calibration/OperandMeans.h"
#include "qc/Calibration/OperandProducts.h"

namespace qc::calibration {

/// What those that read a value want to know of it.
struct Readers {
  struct Contraction {
    OperandWindow window;
    bool readsCovariances; ///< of what it reads, beside the means
  };
  llvm::SmallVector<Contraction> contractions; ///< that read the value or its mean; each window once
  bool byChannel = false;                      ///< some read each channel alone: depthwise convolutions
};

/// The statistics that `qc.stats` holds; a kind that something new reads is one more field. Merging is associative and
/// commutative, bit for bit.
class ValueStatistics {
public:
  /// Observes the value once (arguments as for MinMax::observe), and what `readers`, the same each time, read of it.
  /// Returns the range of this observation.
  MinMax observe(const float *data, llvm::ArrayRef<int64_t> dims, llvm::ArrayRef<int64_t> strides,
                 const Readers &readers = {});
  /// The same of contiguous elements.
  void observe(llvm::ArrayRef<float> elements) { observe(elements.data(), {int64_t(elements.size())}, {1}); }
  /// As if everything that `other` observed had been observed here.
  void merge(const ValueStatistics &other);

  const MinMax &getRange() const { return range; }
  const Histogram &getHistogram() const { return histogram; }
  const Extremes &getExtremes() const { return extremes; }
  /// Nothing where no reader asks for it.
  const ChannelRanges &getChannelRanges() const { return channelRanges; }
  /// One for each window, in their order; none before anything was observed.
  llvm::ArrayRef<OperandMeans> getOperandMeans() const { return operandMeans; }
  /// Likewise; nothing for those of which covariances are not asked.
  llvm::ArrayRef<std::optional<OperandProducts>> getOperandProducts() const { return operandProducts; }

private:
  MinMax range;
  Histogram histogram;
  Extremes extremes;
  ChannelRanges channelRanges;
  std::vector<OperandMeans> operandMeans;
  std::vector<std::optional<OperandProducts>> operandProducts;
};

} // namespace qc::calibration
