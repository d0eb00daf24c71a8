// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A real factor as multiplier and shift, for the files of Arith only.
#ifndef QC_LIB_ARITH_MULTIPLIER_H
#define QC_LIB_ARITH_MULTIPLIER_H

#include "qc/Arith/Requant.h"
#include "qc/Arith/Rounding.h"

#include <cmath>
#include <cstdint>
#include <cstdlib>

namespace qc::numerics {

/// Of a positive real factor: multiplier / 2^shift stands for it, the multiplier has exactly the asked number of bits.
struct Normalised {
  int64_t multiplier;
  int shift;
};

/// m = roundeven(f * 2^w), s = w - e of magnitude = f * 2^e; m = 2^w is written as 2^(w-1) with s - 1.
inline Normalised normalise(double magnitude, int width) {
  Decomposed parts = decompose(magnitude);
  int64_t multiplier = static_cast<int64_t>(roundEven(parts.fraction * static_cast<double>(int64_t(1) << width)));
  int shift = width - parts.exponent;
  if (multiplier == int64_t(1) << width)
    return {multiplier / 2, shift - 1};
  return {multiplier, shift};
}

/// roundeven(|factor| * 2^shift) with the factor's sign. Requires a result below 2^31.
inline int32_t multiplierAt(double factor, int shift) {
  int64_t magnitude = static_cast<int64_t>(roundEven(scaleByPowerOfTwo(std::fabs(factor), shift)));
  return static_cast<int32_t>(factor < 0 ? -magnitude : magnitude);
}

inline Multipliers refused(int32_t terms, Refusal refusal) {
  Multipliers result;
  result.terms = terms;
  result.refusal = refusal;
  return result;
}

/// m = 2^(w-1) on the leading term, the others 0, s = 62.
inline Multipliers deadChannel(int32_t terms, int leading, int width) {
  Multipliers result;
  result.terms = terms;
  result.m[leading] = int32_t(1) << (width - 1);
  result.shift = 62;
  result.dead = true;
  return result;
}

inline bool isFinite(double x) { return std::fabs(x) <= 0x1.fffffffffffffp+1023; }

inline int64_t magnitudeOf(int32_t m) { return std::llabs(int64_t(m)); }

/// Adds a channel to `channels`; `refusal` counts if it is the first.
inline void appendChannel(ChannelMultipliers &channels, const Multipliers &channel, Refusal refusal) {
  if (refusal != Refusal::None && channels) {
    channels.refusal = refusal;
    channels.refusedChannel = channels.shifts.size();
  }
  channels.m0.push_back(channel.m[0]);
  if (channel.terms >= 2)
    channels.m1.push_back(channel.m[1]);
  if (channel.terms == 3)
    channels.m2.push_back(channel.m[2]);
  channels.shifts.push_back(channel.shift);
  channels.dead.push_back(channel.dead);
}

} // namespace qc::numerics

#endif
