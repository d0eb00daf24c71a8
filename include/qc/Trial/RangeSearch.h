// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which range method each value gets: --range-method=auto.
#pragma once
#include "qc/Trial/Trials.h"

namespace qc::trial {

/// How far the search goes.
struct RangeSearchOptions {
  int64_t maxTrials = 24; ///< measurements, those of the methods for all values included
  bool quiet = false;     ///< no progress on standard error
};

/// Sets `qc.range_method` of `module` to auto and `method` of its statistics to what loses least at the outputs: first
/// the best method for all values, then another one for blocks of values that follow each other, from quarters of the
/// model down to single values. A change is kept where the loss of the samples falls by more than the standard error of
/// the difference. The result depends on module, data and `maxTrials` only.
///
/// Where `trials` has no samples of its own (fewer than 16 for calibration) nothing is measured: every value gets
/// minmax. `module` is that of `trials`. Fails after diagnostics.
mlir::LogicalResult chooseRangeMethods(mlir::ModuleOp module, Trials &trials, const RangeSearchOptions &options);

} // namespace qc::trial
