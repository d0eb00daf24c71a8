// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Bounds of sums and registers, from the actual weights (docs/Numerics.md, Registers).
#ifndef QC_ARITH_BOUNDS_H
#define QC_ARITH_BOUNDS_H

#include "qc/Arith/CodeType.h"
#include "qc/Arith/Span.h"

#include <cstdint>
#include <optional>

namespace qc::numerics {

/// Sums over the weights of one output channel.
struct WeightSums {
  int64_t positive = 0;                               ///< W+, sum of the positive weights
  int64_t negative = 0;                               ///< W-, sum of the absolute values of the negative ones
  int64_t sum() const { return positive - negative; } ///< wsum
  /// An all-zero filter, as far as the weights go: its bias may be another matter.
  bool allZero() const { return positive == 0 && negative == 0; }
};

/// Sums of w[i * stride], i < count.
WeightSums sumWeights(const int8_t *w, int64_t count, int64_t stride = 1);

/// What is proved of acc = sum x*w - z_x*wsum + b.
struct SumBounds {
  int64_t lower = 0; ///< L
  int64_t upper = 0; ///< U
  int64_t raw = 0;   ///< R: the raw register and every partial sum in any order lie in [-R, R]
  int64_t bound() const { return upper > -lower ? upper : -lower; } ///< X
  /// X and R are below 2^31: 32-bit registers hold everything.
  bool fitsRegister() const { return bound() < (int64_t(1) << 31) && raw < (int64_t(1) << 31); }
};

/// Contraction with constant weights: U = (hi_x - z_x) * W+ - (lo_x - z_x) * W- + b, L likewise, R = 255 * max(W+, W-).
/// `input` is the operand's code range (8 bit), z_x lies in it (padding taps hold z_x).
SumBounds contractionBounds(const WeightSums &weights, CodeRange input, int32_t inputZeroPoint, int64_t bias);

/// Matmul of two activations over K: x = sum (a - z_a) * (b - z_b); the register holds a times b's signed coding (a ui8
/// b is taken as codes - 128), so R = K * max|a| * max|b|.
SumBounds matmulBounds(int64_t k, CodeRange a, int32_t aZeroPoint, CodeRange b, int32_t bZeroPoint);

/// Product of two codes: x = (q_a - z_a) * (q_b - z_b).
SumBounds productBounds(CodeRange a, int32_t aZeroPoint, CodeRange b, int32_t bZeroPoint);

/// Which operand of a product of codes gets parameters with z in the middle (chooseCentredActivation): none where
/// X_a * X_b < 2^31, which holds unless both have 16 bits; else the one with the smaller X, the first if equal. Then
/// 32768 * 65535 < 2^31 whatever the other one is.
std::optional<int> operandToCentre(CodeType a, int32_t aZeroPoint, CodeType b, int32_t bZeroPoint);

/// Sum of n codes, each minus the zero point (average pool; n = 1: rescale, add, concat); R bounds the sum of raw
/// codes. Fits the register for n <= 2^23 codes of 8 bits, n <= 32768 of 16 bits.
SumBounds codeSumBounds(int64_t n, CodeRange input, int32_t inputZeroPoint);

/// Whether vpmaddubsw (u8 x s8, pairs added with 16-bit saturation) is exact for these weights, whatever the codes: in
/// every adjacent pair (0,1), (2,3), ... the positive weights sum to <= 128 and the absolute negative ones too. Packed
/// weights (Packing.h) may be given as they lie.
bool isPairSumExact(Span<int8_t> weights);

} // namespace qc::numerics

#endif
