// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The inner loops of contractions: one product added to each sum of a row. Sums are independent of each other, so that
// a row may be vectorized while every single sum keeps its order over K.
#pragma once
#include "qc/Arith/OrderedSum.h"
#include <algorithm>
#include <vector>

namespace qc::reference {

/// f32 sums: sum = fma(x, w, sum), rounded once.
struct FloatRows {
  using Element = float;
  using Sum = float;
  /// sum[i] = fma(x[i * step], w, sum[i])
  static void accumulate(float *sum, const float *x, int64_t step, float w, int64_t count);
  /// The same with x = +0: padding taps.
  static void accumulatePadding(float *sum, float w, int64_t count);
  /// Terms after which sums go to their totals and start again.
  static constexpr int64_t kBlock = numerics::contractionBlock;
};

/// Integer sums of factors of at most 9 bits, exact: K is below 2^45 in memory.
struct IntegerRows {
  using Element = int32_t;
  using Sum = int64_t;
  /// sum[i] += x[i * step] * w
  static void accumulate(int64_t *sum, const int32_t *x, int64_t step, int32_t w, int64_t count);
  /// Padding holds the zero point: nothing is added.
  static void accumulatePadding(int64_t *, int32_t, int64_t) {}
  static constexpr int64_t kBlock = INT64_MAX;
};

/// A row of sums over K, in blocks (numerics::BlockedDot). Usage: `beginTerm` before every term, `finish` after the
/// last.
template <typename Rows> class BlockedRow {
public:
  /// `sums` holds zeros, and in the end the totals.
  BlockedRow(typename Rows::Sum *sums, int64_t count) : sums(sums), count(count) {}

  void beginTerm() {
    if (terms != 0 && terms % Rows::kBlock == 0)
      endBlock();
    ++terms;
  }
  void finish() {
    for (size_t i = 0; i < totals.size(); ++i)
      sums[i] = totals[i] + sums[i];
  }

private:
  void endBlock() {
    if (totals.empty())
      totals.assign(sums, sums + count);
    else
      for (int64_t i = 0; i < count; ++i)
        totals[i] = totals[i] + sums[i];
    std::fill(sums, sums + count, 0);
  }

  typename Rows::Sum *sums;
  int64_t count, terms = 0;
  std::vector<typename Rows::Sum> totals; ///< none before the second block
};

} // namespace qc::reference
