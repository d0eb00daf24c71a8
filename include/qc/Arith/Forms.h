// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The machine forms of Requant: Form F and its companions, proved equal and evaluated on raw registers.
#ifndef QC_ARITH_FORMS_H
#define QC_ARITH_FORMS_H

#include "qc/Arith/Requant.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace qc::numerics {

/// What is known of one term: x = raw + comp, |x| <= bound, |raw| <= rawBound (docs/Numerics.md, Registers: X and R).
struct TermFacts {
  int64_t bound;    ///< X
  int64_t rawBound; ///< R
  int64_t comp;     ///< bias and zero points, everything that is not in the register
};

// Each form has the multipliers m[0], m[1], m2 of its terms; those of terms that are not there are 0.

/// One channel of Form F. With U = sum_i (raw_i << preShift) * m_i + addend in wrapping 64-bit arithmetic,
///   v = (high 32 bits of U) >> (shift - 32);  y = min(max(v + zeroAfter, lo), hi)
struct FormF {
  int32_t terms = 1;
  int32_t m[2] = {0, 0};
  int32_t m2 = 0;        ///< of the third term
  uint64_t addend = 0;   ///< C: comp, rounding and, unless it is added after the shift, the zero point
  int32_t preShift = 0;  ///< t, bits, in [0, 31]; 0 for most channels
  int32_t shift = 32;    ///< s, bits, in [32, 62]
  int32_t zeroAfter = 0; ///< the zero point where it is not in the addend
  int32_t lo = 0;
  int32_t hi = 0;
};

/// Form F of all channels of a kernel: the zero point is in every addend, or in none.
struct FormFKernel {
  std::vector<FormF> channels;
  bool zeroInAddend = true;
  bool anyPreShift = false;
  std::string reason; ///< why Form F is not provable, with the channel; empty where it is

  explicit operator bool() const { return reason.empty(); }
};

/// Builds Form F and proves it equal to Requant, or says why that is not possible (the wide form always is).
/// `params` has one entry per channel (all legal, with the same terms, zero point, lo and hi; half_up), `facts` terms *
/// channels entries, channel-major: facts[c * terms + i]. A channel whose r is 0 whatever its terms are (sum X_i |m_i|
/// < 2^(s-1); every dead channel) is encoded as every m = 0, s = 32, t = 0.
FormFKernel buildFormF(Span<RequantParams> params, Span<TermFacts> facts);

/// Form F as the machine computes it, wrapping. Registers of terms that are not there do not count.
int32_t evaluateFormF(const FormF &form, int32_t raw0, int32_t raw1 = 0, int32_t raw2 = 0);

/// Whether a channel whose z is in its addend does without a table of addends (docs/Numerics.md, C without a table):
/// where a term counts, s >= 33, t = 0 and every X_i < 2^31.
bool canSplitAddend(const FormF &form, Span<TermFacts> facts);

/// Form F as the machine computes it without that table, wrapping: comp of `facts` is added to the registers, and what
/// is left of the addend follows from s and z.
int32_t evaluateSplitFormF(const FormF &form, Span<TermFacts> facts, int32_t zeroPoint, int32_t raw0, int32_t raw1 = 0,
                           int32_t raw2 = 0);

/// Plain int32: v = (sum_i raw_i * m_i + addend) >> shift in wrapping 32-bit arithmetic; y = clamp(v + zeroAfter).
/// Provable where sum X_i |m_i| + 2^(s-1) < 2^31: two terms of 8-bit codes with w = 22 and s <= 24.
struct NarrowForm {
  int32_t terms = 1;
  int32_t m[2] = {0, 0};
  int32_t m2 = 0; ///< of the third term
  uint32_t addend = 0;
  int32_t shift = 1; ///< bits, in [1, 31]
  int32_t zeroAfter = 0;
  int32_t lo = 0;
  int32_t hi = 0;
};

/// Builds the int32 form of one channel; nothing where it is not provable. A channel with r = 0 has every m = 0, s = 1.
std::optional<NarrowForm> buildNarrowForm(const RequantParams &params, Span<TermFacts> facts);
/// The int32 form as the machine computes it, wrapping.
int32_t evaluateNarrowForm(const NarrowForm &form, int32_t raw0, int32_t raw1 = 0, int32_t raw2 = 0);

/// 64-bit shifts, zero point and clamp in 64 bits before narrowing; exact for every legal Requant.
///   half_up:   T = sum_i raw_i * m_i + addend (comp and 2^(s-1));  y = clamp((T >> s) + z)
///   half_even: T without 2^(s-1);  y = clamp(((T + 2^(s-1) - 1 + ((T >> s) & 1)) >> s) + z)
struct WideForm {
  int32_t terms = 1;
  int32_t m[2] = {0, 0};
  int32_t m2 = 0; ///< of the third term
  uint64_t addend = 0;
  int32_t shift = 1;     ///< bits, in [1, 62]
  int32_t zeroAfter = 0; ///< z
  int32_t lo = 0;
  int32_t hi = 0;
  Rounding rounding = Rounding::HalfUp;
};

/// Builds the wide form of one channel. Requires a legal Requant (R1 to R5).
WideForm buildWideForm(const RequantParams &params, Span<TermFacts> facts);
/// The wide form as the machine computes it: 64-bit sums wrap.
int32_t evaluateWideForm(const WideForm &form, int32_t raw0, int32_t raw1 = 0, int32_t raw2 = 0);

/// Whether half_even equals half_up for one term on all |x| <= bound: ctz(m) + floor(log2 bound) < s - 1 (a tie needs
/// exactly s - 1 trailing zeros in x * m). Sufficient, not necessary.
bool halfEvenIsHalfUp(int32_t multiplier, int32_t shift, int64_t bound);

} // namespace qc::numerics

#endif
