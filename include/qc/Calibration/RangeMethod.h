// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The range of an activation, from its statistics (docs/Numerics.md, Ranges).
#pragma once
#include "qc/Calibration/Histogram.h"
#include "llvm/ADT/StringRef.h"
#include <optional>

namespace qc::calibration {

/// How a range is chosen.
enum class RangeMethod {
  MinMax,     ///< the smallest and the largest element
  Mean,       ///< the means of those of single observations
  Percentile, ///< that of 99.99 % of the elements, by magnitude
  Mse,        ///< of the least expected squared error
  Auto        ///< one of the others for each value: what its qc.stats says, MinMax where it says nothing
};

/// The name that options and `qc.range_method` use: "minmax", "mean", "percentile", "mse", "auto".
llvm::StringRef getRangeMethodName(RangeMethod method);
/// The method of that name; nothing where there is none.
std::optional<RangeMethod> parseRangeMethod(llvm::StringRef name);
/// All names, for diagnostics: "minmax, mean, percentile, mse and auto".
llvm::StringRef listRangeMethods();

struct Range {
  float min, max;
};

/// The percentile range of elements that lie in `bins` and in `all`, their finite range.
Range choosePercentile(llvm::ArrayRef<BinCount> bins, Range all);

/// The range of the least expected squared error of codes with `steps` steps: 255 of 8 bits, 65,535 of 16.
Range chooseMse(llvm::ArrayRef<BinCount> bins, Range all, int64_t steps = 255);

/// The expected squared error, summed over the elements, of codes with that range: the least that codes can have.
double getLeastError(llvm::ArrayRef<BinCount> bins, Range all, int64_t steps = 255);

} // namespace qc::calibration
