// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Weights by output channel.
#pragma once
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"

namespace qc {

/// Weights as outer x channels x inner: element k = outer * inner size + inner of each channel.
struct WeightSplit {
  int64_t outer = 1, count = 1, inner = 1;

  /// Channels lie along `axis`; one channel where it is negative.
  WeightSplit(llvm::ArrayRef<int64_t> shape, int64_t axis) {
    for (auto [dim, size] : llvm::enumerate(shape))
      (axis < 0 || int64_t(dim) > axis ? inner : int64_t(dim) == axis ? count : outer) *= size;
  }
};

} // namespace qc
