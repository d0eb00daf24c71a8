// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which range method each value gets: --range-method=auto.
#pragma once
#include "qc/Trial/Trials.h"

namespace qc::trial {

/// How far the search goes.
struct RangeSearchOptions {
  int64_t maxTrials = 24;  ///< measurements, those of the methods for all values included
  int64_t minSamples = 16; ///< fewer do not tell one method from another
  bool quiet = false;      ///< no progress on standard error
};

/// Whether ranges with the losses of `candidate` are better than those with the losses of `best`, of the same samples:
/// the mean logarithm falls by more than the standard error of the difference, and the mean does not rise by more than
/// its own. An infinite mean is worse than any other.
bool areRangesBetter(const Loss &candidate, const Loss &best);

/// Sets `qc.range_method` of `module` to auto and `method` of its statistics to what loses least at the outputs: first
/// the best method for all values, then another one for blocks of values that follow each other, from quarters of the
/// model down to single values. A change is kept where areRangesBetter says so, against the best so far. The result
/// depends on module, data and `maxTrials` only.
///
/// Samples are those that calibration saw: of few, leaving some out costs more than seeing all of them flatters minmax,
/// and the error that decides is that at the outputs. With fewer than `minSamples` nothing is measured: every value
/// gets minmax. `module` is that of `trials`. Fails after diagnostics.
mlir::LogicalResult chooseRangeMethods(mlir::ModuleOp module, Trials &trials, const RangeSearchOptions &options);

} // namespace qc::trial
