// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A total over choices and pairs with coefficients as small as they can be.
#pragma once
#include "Scaled.h"

namespace qc::search {

/// For each group the choices that it may have, ascending, at least one.
using Allowed = std::vector<std::vector<unsigned>>;

/// All choices, or the one that is pinned.
Allowed takePins(const Problem &problem);

/// total = constant + divisor * (sum of choices + sum of pairs), for allowed choices; every coefficient is at least 0.
/// Tables are those of Measure; entries of choices that are not allowed mean nothing.
struct Form {
  int64_t constant = 0, divisor = 1;
  std::vector<std::vector<int64_t>> choices, pairs;

  /// Whether no allowed choices of the pair cost more than the groups alone say.
  bool isZero(unsigned pair) const { return zeroPairs[pair]; }
  std::vector<bool> zeroPairs;
};

/// The ranks of a measure.
Form makeForm(const Scaled &scaled, unsigned measure, const Allowed &allowed);

/// The numbers that the choices of the groups [begin, end) make as digits, the first group's first, of the positions of
/// the choices in `allowed`.
Form makeDigits(const Scaled &scaled, unsigned begin, unsigned end, const Allowed &allowed);

} // namespace qc::search
