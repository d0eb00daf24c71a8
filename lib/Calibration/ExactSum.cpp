// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sums of f32 in fixed point.
#include "qc/Calibration/ExactSum.h"
#include "llvm/ADT/bit.h"
#include <algorithm>
#include <cmath>

using namespace qc::calibration;

constexpr int kUnit = -149; // the sum is an integer times 2^kUnit

// a + b + carry, which becomes the carry out.
static uint64_t addWords(uint64_t a, uint64_t b, bool &carry) {
  uint64_t sum = a + b, result = sum + carry;
  carry = sum < a || result < sum;
  return result;
}

void ExactSum::add(float x) {
  auto bits = llvm::bit_cast<uint32_t>(x);
  uint32_t exponent = bits >> 23 & 0xff;
  uint64_t mantissa = (bits & 0x7fffff) | (exponent ? 0x800000 : 0);
  unsigned place = std::max(exponent, 1u) - 1, word = place / 64, shift = place % 64;
  uint64_t parts[2] = {mantissa << shift, shift > 40 ? mantissa >> (64 - shift) : 0};
  // A negative number is added as its complement, plus one.
  uint64_t flip = bits >> 31 ? ~uint64_t(0) : 0;
  bool carry = flip != 0;
  for (unsigned i = word; i < kWords; ++i) {
    uint64_t part = i < word + 2 ? parts[i - word] : 0;
    // Nothing changes any more: no carry into zeros, or a carry into ones.
    if (i >= word + 2 && carry == (flip != 0))
      return;
    words[i] = addWords(words[i], part ^ flip, carry);
  }
}

void ExactSum::merge(const ExactSum &other) {
  bool carry = false;
  for (unsigned i = 0; i < kWords; ++i)
    words[i] = addWords(words[i], other.words[i], carry);
}

double ExactSum::get() const {
  std::array<uint64_t, kWords> magnitude = words;
  bool isNegative = words[kWords - 1] >> 63, carry = true;
  for (uint64_t &word : magnitude)
    if (isNegative)
      word = addWords(~word, 0, carry);
  unsigned top = kWords;
  while (top > 0 && magnitude[top - 1] == 0)
    --top;
  if (top == 0)
    return 0.0;
  // The highest 64 bits, those below it as one more bit: far below the last place of an f64, so that the conversion
  // rounds once.
  unsigned free = unsigned(llvm::countl_zero(magnitude[top - 1]));
  uint64_t high = magnitude[top - 1] << free, rest = 0;
  if (top > 1) {
    if (free > 0)
      high |= magnitude[top - 2] >> (64 - free);
    rest = magnitude[top - 2] << free;
    for (unsigned i = 0; i + 2 < top; ++i)
      rest |= magnitude[i];
  }
  double value = std::ldexp(double(high | (rest != 0)), int(top - 1) * 64 - int(free) + kUnit);
  return isNegative ? -value : value;
}
