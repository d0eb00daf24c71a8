// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Form F, the int32 form and the wide form: built with their proofs, evaluated with wrapping arithmetic.
#include "qc/Arith/Forms.h"

#include "qc/Arith/Rounding.h"

#include <cstdlib>

namespace qc::numerics {
namespace {

using UInt128 = unsigned __int128;

uint64_t magnitudeOf(int64_t x) { return static_cast<uint64_t>(std::llabs(x)); }

/// sum X_i * |m_i|, exact.
UInt128 sumBound(const RequantParams &params, Span<TermFacts> facts) {
  UInt128 sum = 0;
  for (int32_t i = 0; i < params.terms; ++i)
    sum += UInt128(facts[i].bound) * magnitudeOf(params.multipliers[i]);
  return sum;
}

/// |T| < 2^(s-1): r is 0 with either rounding.
bool isAlwaysZero(const RequantParams &params, Span<TermFacts> facts) {
  return sumBound(params, facts) < UInt128(1) << (params.shift - 1);
}

/// sum comp_i * m_i mod 2^64.
uint64_t compensation(const RequantParams &params, Span<TermFacts> facts) {
  uint64_t sum = 0;
  for (int32_t i = 0; i < params.terms; ++i)
    sum += static_cast<uint64_t>(facts[i].comp) * static_cast<uint64_t>(int64_t(params.multipliers[i]));
  return sum;
}

template <typename Form> void setCommon(Form &form, const RequantParams &params) {
  form.terms = params.terms;
  form.lo = params.lo;
  form.hi = params.hi;
}

template <typename Form> void setMultipliers(Form &form, const RequantParams &params) {
  form.m[0] = params.multipliers[0];
  form.m[1] = params.terms >= 2 ? params.multipliers[1] : 0;
  form.m2 = params.terms == 3 ? params.multipliers[2] : 0;
}

template <typename Form> int32_t multiplierOf(const Form &form, int32_t i) { return i < 2 ? form.m[i] : form.m2; }

int32_t clamp(int64_t value, int32_t lo, int32_t hi) {
  return value < lo ? lo : value > hi ? hi : static_cast<int32_t>(value);
}

/// The premises of the theorem for one channel, and what follows from them.
struct Proof {
  bool termsFit = true;         ///< R_i is below 2^31; where t > 0, X_i * 2^t and R_i * 2^t are
  bool sumFits = false;         ///< ... + 2^(s-1) < 2^63
  bool sumFitsWithZero = false; ///< ... + 2^(s-1) + |z| * 2^s < 2^63
  bool zeroFitsAfter = false;   ///< |v| + |z| < 2^31: the 32-bit addition after the shift cannot wrap
};

Proof prove(const RequantParams &params, Span<TermFacts> facts) {
  Proof proof;
  int preShift = params.shift < 32 ? 32 - params.shift : 0;
  int shift = params.shift + preShift;
  for (int32_t i = 0; i < params.terms; ++i) {
    UInt128 widest = magnitudeOf(facts[i].rawBound);
    if (preShift > 0)
      widest = std::max(widest, UInt128(magnitudeOf(facts[i].bound)));
    proof.termsFit &= (widest << preShift) >> 31 == 0;
  }
  UInt128 sum = (sumBound(params, facts) << preShift) + (UInt128(1) << (shift - 1));
  UInt128 zero = magnitudeOf(params.zeroPoint);
  proof.sumFits = sum >> 63 == 0;
  proof.sumFitsWithZero = (sum + (zero << shift)) >> 63 == 0;
  proof.zeroFitsAfter = ((sum >> shift) + 1 + zero) >> 31 == 0;
  return proof;
}

/// What keeps the channel out of Form F; empty where nothing does. Wants z in the addend unless `zeroAfter`.
std::string refusal(const RequantParams &params, const Proof &proof, bool zeroAfter) {
  if (!proof.termsFit)
    return params.shift < 32 ? "a term times 2^(32-s) is not below 2^31" : "a term is not below 2^31";
  if (!proof.sumFits)
    return "sum X*|m| + 2^(s-1) is not below 2^63";
  if (zeroAfter && !proof.zeroFitsAfter)
    return "the rounded sum plus the zero point is not below 2^31";
  return "";
}

FormF encode(const RequantParams &params, Span<TermFacts> facts, bool zeroInAddend) {
  FormF form;
  setCommon(form, params);
  form.zeroAfter = zeroInAddend ? 0 : params.zeroPoint;
  uint64_t zero = zeroInAddend ? static_cast<uint64_t>(int64_t(params.zeroPoint)) : 0;
  if (isAlwaysZero(params, facts)) {
    form.addend = zero << 32;
    return form;
  }
  setMultipliers(form, params);
  form.preShift = params.shift < 32 ? 32 - params.shift : 0;
  form.shift = params.shift + form.preShift;
  uint64_t addend = compensation(params, facts) + (uint64_t(1) << (params.shift - 1)) + (zero << params.shift);
  form.addend = addend << form.preShift;
  return form;
}

} // namespace

FormFKernel buildFormF(Span<RequantParams> params, Span<TermFacts> facts) {
  FormFKernel kernel;
  auto factsOf = [&](size_t c) {
    size_t terms = static_cast<size_t>(params[c].terms);
    return Span<TermFacts>(facts.data() + c * terms, terms);
  };
  std::vector<Proof> proofs(params.size());
  std::vector<bool> live(params.size());
  for (size_t c = 0; c < params.size(); ++c) {
    live[c] = !isAlwaysZero(params[c], factsOf(c));
    proofs[c] = prove(params[c], factsOf(c));
    kernel.zeroInAddend &= !live[c] || proofs[c].sumFitsWithZero;
  }
  for (size_t c = 0; c < params.size() && kernel; ++c) {
    std::string why = live[c] ? refusal(params[c], proofs[c], !kernel.zeroInAddend) : "";
    if (params[c].rounding != Rounding::HalfUp && live[c])
      why = "the rounding is half_even";
    if (!why.empty())
      kernel.reason = "channel " + std::to_string(c) + ": " + why;
    kernel.channels.push_back(encode(params[c], factsOf(c), kernel.zeroInAddend));
    kernel.anyPreShift |= kernel.channels.back().preShift != 0;
  }
  if (!kernel)
    kernel.channels.clear();
  return kernel;
}

int32_t evaluateFormF(const FormF &form, int32_t raw0, int32_t raw1, int32_t raw2) {
  const int32_t raw[maxTerms] = {raw0, raw1, raw2};
  uint64_t sum = form.addend;
  for (int32_t i = 0; i < form.terms; ++i) {
    int32_t shifted = static_cast<int32_t>(static_cast<uint32_t>(raw[i]) << form.preShift);
    sum += static_cast<uint64_t>(int64_t(shifted) * multiplierOf(form, i));
  }
  int32_t high = static_cast<int32_t>(static_cast<uint32_t>(sum >> 32));
  uint32_t v = static_cast<uint32_t>(high >> (form.shift - 32)) + static_cast<uint32_t>(form.zeroAfter);
  return clamp(static_cast<int32_t>(v), form.lo, form.hi);
}

bool canSplitAddend(const FormF &form, Span<TermFacts> facts) {
  bool isLive = false, fits = true;
  for (int32_t i = 0; i < form.terms; ++i) {
    isLive |= multiplierOf(form, i) != 0;
    fits &= magnitudeOf(facts[i].bound) >> 31 == 0;
  }
  return !isLive || (fits && form.shift >= 33 && form.preShift == 0);
}

int32_t evaluateSplitFormF(const FormF &form, Span<TermFacts> facts, int32_t zeroPoint, int32_t raw0, int32_t raw1,
                           int32_t raw2) {
  const int32_t raw[maxTerms] = {raw0, raw1, raw2};
  uint64_t sum = 0;
  for (int32_t i = 0; i < form.terms; ++i) {
    int32_t term = static_cast<int32_t>(static_cast<uint32_t>(raw[i]) + static_cast<uint32_t>(facts[i].comp));
    sum += static_cast<uint64_t>(int64_t(term) * multiplierOf(form, i));
  }
  int32_t beyond = form.shift - 32;
  uint32_t one = uint32_t(1) << beyond, addend = static_cast<uint32_t>(zeroPoint) * one + (one >> 1);
  uint32_t high = static_cast<uint32_t>(sum >> 32) + addend;
  return clamp(static_cast<int32_t>(high) >> beyond, form.lo, form.hi);
}

std::optional<NarrowForm> buildNarrowForm(const RequantParams &params, Span<TermFacts> facts) {
  NarrowForm form;
  setCommon(form, params);
  form.zeroAfter = params.zeroPoint;
  if (isAlwaysZero(params, facts))
    return form;
  UInt128 sum = sumBound(params, facts) + (UInt128(1) << (params.shift - 1));
  UInt128 largest = (sum >> params.shift) + 1 + magnitudeOf(params.zeroPoint);
  if (params.rounding != Rounding::HalfUp || sum >> 31 != 0 || largest >> 31 != 0)
    return std::nullopt;
  setMultipliers(form, params);
  form.shift = params.shift;
  form.addend = static_cast<uint32_t>(compensation(params, facts)) + (uint32_t(1) << (params.shift - 1));
  return form;
}

int32_t evaluateNarrowForm(const NarrowForm &form, int32_t raw0, int32_t raw1, int32_t raw2) {
  const int32_t raw[maxTerms] = {raw0, raw1, raw2};
  uint32_t sum = form.addend;
  for (int32_t i = 0; i < form.terms; ++i)
    sum += static_cast<uint32_t>(raw[i]) * static_cast<uint32_t>(multiplierOf(form, i));
  uint32_t v = static_cast<uint32_t>(static_cast<int32_t>(sum) >> form.shift) + static_cast<uint32_t>(form.zeroAfter);
  return clamp(static_cast<int32_t>(v), form.lo, form.hi);
}

WideForm buildWideForm(const RequantParams &params, Span<TermFacts> facts) {
  WideForm form;
  setCommon(form, params);
  setMultipliers(form, params);
  form.shift = params.shift;
  form.zeroAfter = params.zeroPoint;
  form.rounding = params.rounding;
  form.addend = compensation(params, facts);
  if (params.rounding == Rounding::HalfUp)
    form.addend += uint64_t(1) << (params.shift - 1);
  return form;
}

int32_t evaluateWideForm(const WideForm &form, int32_t raw0, int32_t raw1, int32_t raw2) {
  const int32_t raw[maxTerms] = {raw0, raw1, raw2};
  uint64_t sum = form.addend;
  for (int32_t i = 0; i < form.terms; ++i)
    sum += static_cast<uint64_t>(int64_t(raw[i]) * multiplierOf(form, i));
  if (form.rounding == Rounding::HalfEven) {
    uint64_t parity = static_cast<uint64_t>(static_cast<int64_t>(sum) >> form.shift) & 1;
    sum += (uint64_t(1) << (form.shift - 1)) - 1 + parity;
  }
  // |T >> s| < 2^62: the zero point cannot wrap.
  return clamp((static_cast<int64_t>(sum) >> form.shift) + form.zeroAfter, form.lo, form.hi);
}

bool halfEvenIsHalfUp(int32_t multiplier, int32_t shift, int64_t bound) {
  if (multiplier == 0 || bound < 1)
    return true;
  int zeros = countTrailingZeros(magnitudeOf(multiplier));
  return zeros + floorLog2(static_cast<uint64_t>(bound)) < shift - 1;
}

} // namespace qc::numerics
