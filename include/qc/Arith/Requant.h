// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Requant: the one rescaling function, how its numbers are chosen and what makes them legal.
#ifndef QC_ARITH_REQUANT_H
#define QC_ARITH_REQUANT_H

#include "qc/Arith/CodeType.h"
#include "qc/Arith/Span.h"

#include <cstdint>
#include <string>
#include <vector>

namespace qc::numerics {

/// How T / 2^s becomes an integer: half_up is floor((T + 2^(s-1)) / 2^s), half_even is to nearest, ties to even.
enum class Rounding : uint8_t { HalfUp, HalfEven };

/// The most terms that a Requant has: the two planes of a 16-bit contraction and a residual.
inline constexpr int32_t maxTerms = 3;

/// The numbers of one Requant of one channel (docs/Numerics.md, Requant). Multipliers from `terms` on are ignored.
///   T = sum_i x_i * multipliers[i];  r = T / 2^shift by `rounding`;  y = min(max(r + zeroPoint, lo), hi)
/// Example: 1000 * 1503238553 / 2^40 = 1.367, half_up -> 1, plus zero point 3 -> 4.
struct RequantParams {
  int32_t terms = 1; ///< in [1, maxTerms]
  int32_t multipliers[maxTerms] = {0, 0, 0};
  int32_t shift = 1;     ///< bits, in [1, 62] (R2)
  int32_t zeroPoint = 0; ///< a code of the result (R4), 0 for an i32 result (R5)
  int32_t lo = -128;     ///< lo <= hi, codes of the result (R4)
  int32_t hi = 127;
  Rounding rounding = Rounding::HalfUp;
};

/// Requant over the integers, without any width: exact for every x_i of int64 and every shift in [1, 62].
/// Terms that the Requant does not have are ignored.
int32_t requant(const RequantParams &params, int64_t x0, int64_t x1 = 0, int64_t x2 = 0);

/// The bits of the largest multiplier (R1).
inline constexpr int contractionWidth = 31; ///< contractions, mul, pools; add .. rescale with a 16-bit operand
inline constexpr int codesWidth = 22;       ///< add, sub, concat, rescale whose operands are all 8-bit codes
/// The bits of the multiplier of the lower plane of a 16-bit contraction; that of the upper plane is 256 times as
/// large (R6) and so has 31.
inline constexpr int planeWidth = 23;

/// The width of add, sub, concat and rescale with operands of these types (R1).
int widthOfCodes(Span<CodeType> operands);

/// Why no legal Requant exists; the op then stays float with this reason.
enum class Refusal : uint8_t {
  None,
  NotFinite,     ///< a real factor M is infinite or NaN
  ShiftBelowOne, ///< the real factor is so large that the shift is below 1 (R2)
  TermTooWide,   ///< a term's bound X_i is not below 2^31 (R3)
  SumTooWide,    ///< sum X_i |m_i| + 2^(s-1) is not below 2^63 (R3)
  FactorTooSmall ///< the real factor of a row's Requant is so small that all codes would be one
};

/// The refusal in words: lower case, no full stop; empty for None.
const char *describe(Refusal refusal);

/// Multipliers and shift of one channel. Valid only where `refusal` is None.
struct Multipliers {
  int32_t terms = 1;
  int32_t m[maxTerms] = {0, 0, 0};
  int32_t shift = 62;
  bool dead = false; ///< nothing is contributed: one m = 2^(w-1), others 0, shift = 62; r = 0 for every |x_i| < 2^31
  Refusal refusal = Refusal::None;

  explicit operator bool() const { return refusal == Refusal::None; }
};

/// Chooses (m, s) for one term: |M| = f * 2^e, f in [1/2, 1), m = roundeven(f * 2^w), s = w - e, renormalised where m =
/// 2^w; the sign of M goes to m. M = 0 stands for a filter whose codes and bias are all 0: the channel is dead.
/// Relative error of m / 2^s: at most 2^-w. `width` is contractionWidth or codesWidth.
Multipliers chooseRequant(double factor, int width);

/// Chooses for two terms: the shift and its multiplier come from the larger |M| (the first if equal), the other is
/// roundeven(|M| * 2^s). M = 0 stands for a filter of zeros (that term's m = 0). Both 0, or s > 62: dead.
Multipliers chooseRequant2(double factor0, double factor1, int width);

/// (R3) for bounds X_i >= |x_i|: None, TermTooWide or SumTooWide. `bounds` has an entry per term.
Refusal proveSum(const Multipliers &multipliers, Span<int64_t> bounds);

/// Multipliers and shifts of all channels, in the form dyadic.requant holds them.
struct ChannelMultipliers {
  std::vector<int32_t> m0;
  std::vector<int32_t> m1;     ///< empty with one term
  std::vector<int32_t> m2;     ///< empty with fewer than three terms
  std::vector<int32_t> shifts; ///< bits
  std::vector<bool> dead;
  Refusal refusal = Refusal::None; ///< of the first channel that has one
  size_t refusedChannel = 0;       ///< its number

  explicit operator bool() const { return refusal == Refusal::None; }
};

/// chooseRequant and proveSum per channel: `factors[c]` (0: a filter of zeros), `bounds[c]` = X of the channel.
ChannelMultipliers chooseChannels(Span<double> factors, Span<int64_t> bounds, int width);

/// chooseRequant2 and proveSum per channel; term 1 has one factor and one bound for all channels.
ChannelMultipliers chooseChannels2(Span<double> factors, Span<int64_t> bounds, double factor1, int64_t bound1,
                                   int width);

/// Whether the channel is encoded as dead: one multiplier 2^(width-1), the others 0, shift 62.
bool isDead(const RequantParams &params, int width);

/// Checks (R1) to (R5) with bounds X_i (an entry per term). Returns what is violated, with the label and the value
/// ("(R2) expects 1 <= shift <= 62, got 0"), or an empty string.
std::string checkRequant(const RequantParams &params, CodeType result, int width, Span<int64_t> bounds);

} // namespace qc::numerics

#endif
