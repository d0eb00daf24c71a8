// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Moments of what a contraction reads.
#pragma once
#include <optional>
#include <vector>

namespace qc {

/// How the elements that the sums of a contraction multiply vary together.
struct OperandCovariances {
  std::vector<float> triangle; ///< of all pairs: the lower triangle, row by row; empty: not known, or not asked for
  std::vector<float> means;    ///< of the same elements
  double positions = 0;        ///< that they were seen at
};

/// What is known of the elements that the sums of a contraction multiply.
struct OperandMoments {
  std::vector<float> means;         ///< of each, in the order of a weight's K over all groups; empty: not known
  std::optional<double> meanSquare; ///< of all elements of the operand
  OperandCovariances covariances;
};

} // namespace qc
