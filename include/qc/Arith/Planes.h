// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contractions of 16-bit codes as two contractions of bytes (docs/Numerics.md, Two-plane contractions).
#ifndef QC_ARITH_PLANES_H
#define QC_ARITH_PLANES_H

#include "qc/Arith/Bounds.h"
#include "qc/Arith/Requant.h"

#include <cstdint>
#include <optional>
#include <string>

namespace qc::numerics {

/// value = 256 * high + low. With x = 256 * h + l, z = 256 * z_h + z_l, b = 256 * b_h + b_l:
///   sum (x - z) w + b = 256 * A_h + A_l,  A_h = sum (h - z_h) w + b_h,  A_l = sum (l - z_l) w + b_l
/// Example: x = 1000, z = 300, w = 3, b = -1: planes (3, 232), (1, 44), (-1, 255); A_h = 5, A_l = 819; 5 * 256 + 819 =
/// 700 * 3 - 1.
struct Planes {
  int64_t high = 0;
  int64_t low = 0;
};

/// The bytes of a code or a zero point of ui16, or of the ui16 code (+ 32768) that stands for one of i16; both in
/// [0, 255].
Planes splitCode(int32_t code, CodeType type);

/// The planes of a bias code: high = floor(bias / 256), low in [0, 255].
Planes splitBias(int64_t bias);

/// What is proved of one channel: of both registers, and X of the exact sum.
struct PlaneBounds {
  SumBounds high;    ///< of A_h
  SumBounds low;     ///< of A_l
  int64_t bound = 0; ///< |256 * A_h + A_l|; below 2^40 where both fit
  /// X and R of both planes are below 2^31.
  bool fitsRegisters() const { return high.fitsRegister() && low.fitsRegister(); }
};

/// Contraction of 16-bit codes (`input`: ui16 or i16; padding taps hold the zero point) with constant i8 weights. The
/// bias code may be anything; |bias| <= 2^38 (chooseWeightScale) keeps b_h where 8-bit biases are.
PlaneBounds planeContractionBounds(const WeightSums &weights, CodeType input, int32_t inputZeroPoint, int64_t bias);

/// Matmul of two activations over K, one of 8 and one of 16 bits, whose planes are multiplied; the bias is split like
/// any. Nothing where both have 16 bits: their product would take four planes and a multiplier of 15 bits (off by up to
/// 2 codes).
std::optional<PlaneBounds> planeMatmulBounds(int64_t k, CodeType a, int32_t aZeroPoint, CodeType b, int32_t bZeroPoint,
                                             int64_t bias = 0);

/// Multipliers of a two-plane contraction, terms A_h and A_l: m_l and s as chooseRequant(factor, planeWidth) gives
/// them, m_h = 256 * m_l, so that T = 256 * m_l * A_h + m_l * A_l = m_l * acc. Relative error of m_l / 2^s: at most
/// 2^-23, less than 2^-7 of a code for results of 16 bits. `factor` is M of acc (productFactor); 0: a filter of zeros.
Multipliers choosePlanes(double factor);

/// The same with a residual as third term (q - z of 8 or 16 bits, not split): s is the smaller one of the shifts for
/// which m_l has 23 bits and m_2 has 31; both multipliers are roundeven(|M| * 2^s).
Multipliers choosePlanes(double factor, double residualFactor);

/// The third term of all channels.
struct Residual {
  double factor; ///< rescaleFactor
  int64_t bound; ///< X = max |q - z|
};

/// choosePlanes and proveSum per channel: m0, m1 (and m2) are those of A_h, A_l (and the residual).
ChannelMultipliers choosePlaneChannels(Span<double> factors, Span<PlaneBounds> bounds,
                                       std::optional<Residual> residual = std::nullopt);

/// Checks (R1) to (R5) at width 31 and (R6): m_0 = 256 * m_1, dead channels apart. Returns what is violated, or an
/// empty string. `bounds` are X of A_h, A_l and, with three terms, the residual.
std::string checkPlanes(const RequantParams &params, CodeType result, Span<int64_t> bounds);

} // namespace qc::numerics

#endif
