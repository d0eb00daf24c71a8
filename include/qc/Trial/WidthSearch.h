// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which values get 16 bits without being asked for: --wide-values=auto.
#pragma once
#include "dialects/QC/QC.h"
#include "qc/Trial/Trials.h"
#include "qc/Trial/Units.h"

namespace qc::trial {

/// When the search begins, and how far it goes.
struct WidthSearchOptions {
  double enoughSqnr = 25;  ///< dB at the outputs: with these nothing is widened
  int64_t maxTrials = 16;  ///< measurements
  int64_t minSamples = 16; ///< as those of ranges
  bool quiet = false;      ///< no progress on standard error
};

/// What the search did.
struct WidenedValues {
  int64_t count = 0;                    ///< units whose results have 16 bits; 0: nothing was changed
  double sqnrBefore = 0, sqnrAfter = 0; ///< dB at the outputs, on the samples of the trials
};

/// The share of the variance of what `stats` saw that 8-bit codes lose even with the range of the least expected
/// squared error, as a ratio of the variance to it in dB. Infinite where they lose nothing; nothing where no histogram
/// is known.
std::optional<double> estimateCodeSqnr(StatsOp stats);

/// Gives the results of units (Units.h) of `module`, which is behind calibrate, has ranges and is that of `trials`, 16
/// bits (`qc.choice`), where its outputs have less than `enoughSqnr` without: those first that 8 bits hold worst, by
/// estimateCodeSqnr, in steps of 4 dB from 20, at last all of them, until the outputs have that. 16 bits have a price:
/// 5 dB for all units, their share for some, those that a contraction reads, which takes longer for it, counting four
/// times as much as others. The step counts that is worth most; then bits are taken back where they are not worth it,
/// first of what contractions read. Changes nothing where less than 1 dB is left of that, where there are fewer samples
/// than `minSamples`, or where losses say nothing. Units that `pipeline`'s rules decide about stay. The result depends
/// on module, data and options only. Fails after diagnostics.
mlir::FailureOr<WidenedValues> widenValues(mlir::ModuleOp module, Trials &trials, const PipelineOptions &pipeline,
                                           const WidthSearchOptions &options);

} // namespace qc::trial
