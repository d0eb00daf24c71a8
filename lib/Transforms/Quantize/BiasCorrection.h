// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What rounding weights does to the mean of a contraction's result.
#pragma once
#include "WeightSplit.h"
#include "llvm/ADT/ArrayRef.h"
#include <vector>

namespace qc {

/// The error of each channel's mean by docs/Numerics.md, Bias correction: the sum over k, ascending, of
/// (scale * code - weight) * mean, in f64. The channels of a group read the `means` of its own K; there are `groups`
/// times K of them, and the channels divide into `groups`.
std::vector<double> sumMeanErrors(const WeightSplit &channels, int64_t groups, llvm::ArrayRef<float> weights,
                                  llvm::ArrayRef<int8_t> codes, llvm::ArrayRef<float> scales,
                                  llvm::ArrayRef<float> means);

} // namespace qc
