// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Weights that are rounded with a view to each other.
#pragma once
#include "WeightSplit.h"
#include "llvm/ADT/ArrayRef.h"

namespace qc {

/// Moves some `codes` of each channel to the other neighbour of the weight, so that errors cancel in what inputs have
/// in common: they are brighter or darker as a whole, more than each element for itself (docs/Numerics.md, Weights
/// rounded together). `codes` are the nearest ones, of `weights` and `scales`, one per channel. The channels of a group
/// read the `means` of its own K; there are `groups` times K of them, and the channels divide into `groups`;
/// `meanSquare` is that of all elements of the operand.
void roundTogether(const WeightSplit &channels, int64_t groups, llvm::ArrayRef<float> weights,
                   llvm::ArrayRef<float> scales, llvm::ArrayRef<float> means, double meanSquare,
                   llvm::MutableArrayRef<int8_t> codes);

} // namespace qc
