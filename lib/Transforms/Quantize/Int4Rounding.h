// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Codes of 4 bits that are chosen with a view to each other.
#pragma once
#include "OperandMoments.h"
#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <vector>

namespace qc {

/// The weights of one output channel, in the order of the operand's covariances.
struct Int4Channel {
  std::vector<double> weights;     ///< in units of the channel's scale: w / s_w
  std::vector<int8_t> multipliers; ///< k of the group of each weight
  std::vector<int8_t> codes;       ///< q; k * q stands for the weight
};

/// Moves codes of each channel so that the expected square of the error of its sums falls, by coordinate descent: each
/// code in turn becomes the best one beside all others, in a few sweeps (docs/Numerics.md, Weights rounded together).
/// There are as many `covariances.means` as each channel has weights. False, and nothing changes, where covariances are
/// not known or are none.
bool roundByCovariances(const OperandCovariances &covariances, llvm::MutableArrayRef<Int4Channel> channels);

} // namespace qc
