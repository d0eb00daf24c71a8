// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Softmax of codes.
#include "qc/Arith/Softmax.h"

#include "qc/Arith/Functions.h"

#include "Multiplier.h"

#include <algorithm>

namespace qc::numerics {

std::array<uint8_t, 256> buildExponentials(float scale) {
  std::array<uint8_t, 256> table;
  for (size_t d = 0; d < table.size(); ++d) {
    double exponent = static_cast<double>(scale) * static_cast<double>(d);
    table[d] = static_cast<uint8_t>(roundEven(255.0 * exp(-exponent)));
  }
  return table;
}

int32_t reciprocalOf(uint32_t sum) {
  if (sum == 0)
    return 0;
  uint64_t quotient = (uint64_t(1) << reciprocalBits) / sum;
  return static_cast<int32_t>(std::min<uint64_t>(quotient, INT32_MAX));
}

int32_t rowMultiplier(int32_t reciprocal, int32_t multiplier) {
  int64_t product = int64_t(reciprocal) * multiplier; // below 2^62
  return static_cast<int32_t>((product + (int64_t(1) << 30)) >> 31);
}

int32_t requantRow(const RequantParams &params, int64_t x, int32_t reciprocal) {
  RequantParams row = params;
  row.multipliers[0] = rowMultiplier(reciprocal, params.multipliers[0]);
  return requant(row, x);
}

Multipliers chooseRowRequant(double factor) {
  if (!isFinite(factor))
    return refused(1, Refusal::NotFinite);
  if (factor <= 0.0)
    return refused(1, Refusal::FactorTooSmall);
  Normalised numbers = normalise(factor, contractionWidth);
  Multipliers result;
  result.m[0] = static_cast<int32_t>(numbers.multiplier);
  result.shift = numbers.shift + reciprocalBits - contractionWidth;
  if (result.shift < 1)
    return refused(1, Refusal::ShiftBelowOne);
  if (result.shift > 62)
    return refused(1, Refusal::FactorTooSmall);
  return result;
}

} // namespace qc::numerics
