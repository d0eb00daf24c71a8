// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Normalization of codes.
#include "qc/Arith/Normalize.h"

#include <algorithm>

namespace qc::numerics {

// Newton's steps from above: each is at least the root's floor, and they fall until they reach it. The first is off by
// at most its own size, the fifth by less than 1; so the sixth is there (docs/Numerics.md).
uint64_t squareRootOfWide(uint64_t v) {
  uint64_t root = uint64_t(1) << 32;
  for (int step = 0; step < 6; ++step)
    root = std::min(root, (root + v / root) >> 1);
  return root;
}

ReciprocalRoot reciprocalRoot(uint64_t w) {
  int32_t j = 0;
  while (w >> 62 == 0) {
    w <<= 2;
    ++j;
  }
  uint64_t quotient = (uint64_t(1) << 55) / squareRootOfWide(w);
  return {static_cast<int32_t>(quotient), 55 - j};
}

int32_t rowRoot(int64_t length, int64_t sum, int64_t squares, int64_t epsilon) {
  int64_t w = length * squares - sum * sum + epsilon;
  ReciprocalRoot root = reciprocalRoot(static_cast<uint64_t>(std::max<int64_t>(w, 1)));
  return root.m * 64 + root.e;
}

int32_t normalizeCode(int64_t length, int64_t sum, int32_t x, int32_t root) {
  int64_t c = length * x - sum;
  int32_t m = root >> 6, shift = (root & 63) - normalizedBits;
  return static_cast<int32_t>((c * m + (int64_t(1) << (shift - 1))) >> shift);
}

int64_t normalizedBound(int64_t length) {
  uint64_t square = static_cast<uint64_t>(length) << (2 * normalizedBits), root = 0;
  for (uint64_t bit = uint64_t(1) << 31; bit != 0; bit >>= 1)
    if ((root + bit) * (root + bit) <= square)
      root += bit;
  return static_cast<int64_t>(root) + 2;
}

} // namespace qc::numerics
