// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The tables of a problem as integers.
#pragma once
#include "qc/Search/Problem.h"
#include "llvm/ADT/ArrayRef.h"

namespace qc::search {

using Int128 = __int128; // sums stay below 2^121

/// Ranks of all measures sum to less than 2^kRankBits.
inline constexpr int kRankBits = 30;

/// The loss or a resource. Values are multiples of 2^unit, rounded up to them, bounds down; a *rank* is a value without
/// its last `shift` bits (rounded down): what answers are ordered by.
struct Measure {
  int unit = 0;
  int shift = 0;                            ///< in [0, 127)
  std::vector<std::vector<Int128>> choices; ///< [group][choice]
  std::vector<std::vector<Int128>> pairs;   ///< [pair][choice of first * choices of second + choice of second]
  std::optional<Int128> bound;
};

/// Edges between the same two groups, first < second, as one.
struct Pair {
  unsigned first, second;
};

struct Scaled {
  std::vector<Measure> measures; ///< the loss, then the resources
  std::vector<Pair> pairs;       ///< in the order in which they occur
};

/// `problem` is verified.
Scaled scale(const Problem &problem);

/// The exact total of a measure.
Int128 sum(const Scaled &scaled, unsigned measure, llvm::ArrayRef<unsigned> choices);

/// The total of the ranks of a measure.
int64_t sumRanks(const Scaled &scaled, unsigned measure, llvm::ArrayRef<unsigned> choices);

/// Whether every total is within its bound.
bool isWithinBounds(const Scaled &scaled, llvm::ArrayRef<unsigned> choices);

} // namespace qc::search
