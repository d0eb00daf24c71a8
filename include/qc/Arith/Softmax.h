// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Softmax of codes: exponentials from a table, a reciprocal for each row, and a Requant whose multiplier is that of its
// row (docs/Numerics.md, Softmax).
#ifndef QC_ARITH_SOFTMAX_H
#define QC_ARITH_SOFTMAX_H

#include "qc/Arith/Requant.h"

#include <array>

namespace qc::numerics {

/// The longest row of a softmax of codes: its exponentials add up to at most 2^24 - 1, which leaves its reciprocal 14
/// bits.
inline constexpr int64_t maxSoftmaxLength = 65793;
/// The most bytes that are added up to one sum: it fits 31 bits.
inline constexpr int64_t maxByteSum = int64_t(1) << 23;
/// A reciprocal r stands for r / 2^38.
inline constexpr int reciprocalBits = 38;

/// roundeven(255 * exp(-(scale * d))), an f64 formula, for each difference d of the largest code of a row and another
/// one: 255 at d = 0.
std::array<uint8_t, 256> buildExponentials(float scale);

/// min(floor(2^38 / sum), 2^31 - 1); 0 for a sum of 0. From 255 on, where exponentials of a row begin, it is below 2^31
/// without the minimum.
int32_t reciprocalOf(uint32_t sum);

/// floor((reciprocal * multiplier + 2^30) / 2^31) of two numbers in [0, 2^31): at most `multiplier`.
int32_t rowMultiplier(int32_t reciprocal, int32_t multiplier);

/// The Requant of one term with rowMultiplier(reciprocal, params.multipliers[0]) in the multiplier's place: where
/// `params` is legal (R1 to R5) no number of it is larger.
int32_t requantRow(const RequantParams &params, int64_t x, int32_t reciprocal);

/// Multiplier and shift for which requantRow rounds x / sum * factor. Refuses what is not in [2^-24, 2^37), about.
Multipliers chooseRowRequant(double factor);

} // namespace qc::numerics

#endif
