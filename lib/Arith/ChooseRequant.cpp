// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Choosing multipliers and shifts (docs/Numerics.md, Choosing (m, s)) and the checks (R1) to (R5).
#include "qc/Arith/Requant.h"

#include "Multiplier.h"

#include <algorithm>

namespace qc::numerics {
namespace {

constexpr int64_t registerLimit = int64_t(1) << 31;

Multipliers choose(int32_t terms, const double *factors, int width) {
  for (int32_t i = 0; i < terms; ++i)
    if (!isFinite(factors[i]))
      return refused(terms, Refusal::NotFinite);
  int leading = terms == 2 && std::fabs(factors[1]) > std::fabs(factors[0]) ? 1 : 0;
  double magnitude = std::fabs(factors[leading]);
  if (magnitude == 0.0)
    return deadChannel(terms, 0, width);
  Normalised first = normalise(magnitude, width);
  if (first.shift > 62)
    return deadChannel(terms, leading, width);
  if (first.shift < 1)
    return refused(terms, Refusal::ShiftBelowOne);
  Multipliers result;
  result.terms = terms;
  result.shift = first.shift;
  result.m[leading] = static_cast<int32_t>(factors[leading] < 0 ? -first.multiplier : first.multiplier);
  if (terms == 2)
    result.m[1 - leading] = multiplierAt(factors[1 - leading], first.shift);
  return result;
}

ChannelMultipliers chooseAll(int32_t terms, Span<double> factors, Span<int64_t> bounds, double factor1, int64_t bound1,
                             int width) {
  ChannelMultipliers result;
  for (size_t c = 0; c < factors.size(); ++c) {
    const double both[2] = {factors[c], factor1};
    const int64_t bothBounds[2] = {bounds[c], bound1};
    Multipliers channel = choose(terms, both, width);
    Refusal refusal = channel ? proveSum(channel, Span<int64_t>(bothBounds, terms)) : channel.refusal;
    appendChannel(result, channel, refusal);
  }
  return result;
}

Refusal proveSumOf(int32_t terms, const int32_t *m, int32_t shift, Span<int64_t> bounds) {
  unsigned __int128 sum = static_cast<unsigned __int128>(1) << (shift - 1);
  for (int32_t i = 0; i < terms; ++i) {
    if (bounds[i] < 0 || bounds[i] >= registerLimit)
      return Refusal::TermTooWide;
    sum += static_cast<unsigned __int128>(bounds[i]) * static_cast<uint64_t>(magnitudeOf(m[i]));
  }
  return sum >> 63 == 0 ? Refusal::None : Refusal::SumTooWide;
}

} // namespace

const char *describe(Refusal refusal) {
  switch (refusal) {
  case Refusal::None:
    break;
  case Refusal::NotFinite:
    return "the real factor of the rescaling is not finite";
  case Refusal::ShiftBelowOne:
    return "the real factor of the rescaling is too large: its shift is below 1 (R2)";
  case Refusal::TermTooWide:
    return "a term of the rescaling is not proved to lie below 2^31 (R3)";
  case Refusal::SumTooWide:
    return "the sum of the rescaling is not proved to lie below 2^63 (R3)";
  case Refusal::FactorTooSmall:
    return "the real factor of the rescaling is so small that every code would be the same";
  }
  return "";
}

Multipliers chooseRequant(double factor, int width) { return choose(1, &factor, width); }

Multipliers chooseRequant2(double factor0, double factor1, int width) {
  const double factors[2] = {factor0, factor1};
  return choose(2, factors, width);
}

Refusal proveSum(const Multipliers &multipliers, Span<int64_t> bounds) {
  return proveSumOf(multipliers.terms, multipliers.m, multipliers.shift, bounds);
}

ChannelMultipliers chooseChannels(Span<double> factors, Span<int64_t> bounds, int width) {
  return chooseAll(1, factors, bounds, 0.0, 0, width);
}

ChannelMultipliers chooseChannels2(Span<double> factors, Span<int64_t> bounds, double factor1, int64_t bound1,
                                   int width) {
  return chooseAll(2, factors, bounds, factor1, bound1, width);
}

int widthOfCodes(Span<CodeType> operands) {
  auto isNarrow = [](CodeType type) { return type == CodeType::I8 || type == CodeType::UI8; };
  return std::all_of(operands.begin(), operands.end(), isNarrow) ? codesWidth : contractionWidth;
}

bool isDead(const RequantParams &params, int width) {
  int64_t encoded = int64_t(1) << (width - 1), sum = 0, largest = 0;
  for (int32_t i = 0; i < params.terms; ++i) {
    sum += magnitudeOf(params.multipliers[i]);
    largest = std::max(largest, magnitudeOf(params.multipliers[i]));
  }
  return params.shift == 62 && largest == encoded && sum == encoded;
}

std::string checkRequant(const RequantParams &params, CodeType result, int width, Span<int64_t> bounds) {
  auto number = [](int64_t value) { return std::to_string(value); };
  int64_t largest = 0;
  for (int32_t i = 0; i < params.terms; ++i)
    largest = std::max(largest, magnitudeOf(params.multipliers[i]));
  // (R1)
  if (largest >> (width - 1) != 1)
    return "(R1) expects a largest multiplier of " + number(width) + " bits, got " + number(largest);
  // (R2)
  if (params.shift < 1 || params.shift > 62)
    return "(R2) expects 1 <= shift <= 62, got " + number(params.shift);
  // (R3)
  Refusal refusal = proveSumOf(params.terms, params.multipliers, params.shift, bounds);
  if (refusal != Refusal::None)
    return std::string("(R3) ") + describe(refusal);
  // (R4)
  CodeRange range = codeRange(result);
  std::string codes = std::string(" in the range of ") + codeTypeName(result);
  if (params.lo > params.hi || params.lo < range.lo || params.hi > range.hi)
    return "(R4) expects lo <= hi" + codes + ", got [" + number(params.lo) + ", " + number(params.hi) + "]";
  if (params.zeroPoint < range.lo || params.zeroPoint > range.hi)
    return "(R4) expects a zero point" + codes + ", got " + number(params.zeroPoint);
  // (R5)
  if (result == CodeType::I32 && params.zeroPoint != 0)
    return "(R5) expects zero point 0 with a result of type i32, got " + number(params.zeroPoint);
  return "";
}

} // namespace qc::numerics
