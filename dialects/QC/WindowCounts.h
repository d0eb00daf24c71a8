// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How many values the windows of an average pool hold: each count has a multiplier and a shift of its own.
#pragma once
#include "dialects/QC/QC.h"
#include "dialects/QC/ShapeInference.h"
#include <string>
#include <vector>

namespace qc {

/// The largest window of a `dyadic.avg_pool` (dyadic_avg_pool_c2).
inline constexpr int64_t maxWindowCount = int64_t(1) << 23;
/// A table of more counts than this helps nobody.
inline constexpr size_t maxWindowCounts = 4096;

/// The counts above 0 that occur, ascending; or why the pool has no table of them (fit for `qc.float_reason`).
struct WindowCounts {
  std::vector<int64_t> counts;
  std::string reason; ///< empty where there are counts
  explicit operator bool() const { return reason.empty(); }
};

/// That `counts` are from 1 to maxWindowCount and ascending; else an error at `op`.
mlir::LogicalResult verifyCounts(mlir::Operation *op, llvm::ArrayRef<int64_t> counts);

/// qc.avg_pool over an input of shape `x`. An unknown dimension gives every count that some size of it can give.
WindowCounts getWindowCounts(llvm::ArrayRef<int64_t> x, llvm::ArrayRef<int64_t> kernel, const WindowAttributes &window,
                             bool ceilMode, bool countIncludePad);

/// qc.global_avg_pool: one window; an unknown spatial dimension has no bound and is refused.
WindowCounts getGlobalWindowCounts(llvm::ArrayRef<int64_t> x);

/// The windows of one operation; of a global pool over unknown dimensions what stands on it (`qc-bound-counts`).
WindowCounts getWindowCounts(AvgPoolOp op);
WindowCounts getWindowCounts(GlobalAvgPoolOp op);

} // namespace qc
