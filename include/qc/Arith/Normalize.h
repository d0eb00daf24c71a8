// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Normalization of codes: exact sums, one reciprocal root per row, normalized numbers with 16 fraction bits
// (docs/Numerics.md, Normalization).
#ifndef QC_ARITH_NORMALIZE_H
#define QC_ARITH_NORMALIZE_H

#include <cstdint>

namespace qc::numerics {

/// The most elements that are normalized together: their codes and squares keep to 31 and 47 bits, n times these to 62.
inline constexpr int64_t maxNormalizeLength = 32768;
/// The greatest epsilon in units of codes.
inline constexpr int64_t maxNormalizeEpsilon = int64_t(1) << 60;
/// Of normalized numbers.
inline constexpr int normalizedBits = 16;

/// The greatest integer whose square is at most v, for v >= 2^62.
uint64_t squareRootOfWide(uint64_t v);

/// m / 2^e, about 1 / sqrt(w) for 1 <= w < 2^63: m in [2^23, 2^24], e in [24, 55].
struct ReciprocalRoot {
  int32_t m;
  int32_t e;
};
/// With j the greatest for which 4^j * w < 2^64: m = floor(2^55 / floor(sqrt(4^j * w))), e = 55 - j.
ReciprocalRoot reciprocalRoot(uint64_t w);

/// A root in one number, m * 64 + e, below 2^31; that of w = max(length * squares - sum * sum + epsilon, 1).
int32_t rowRoot(int64_t length, int64_t sum, int64_t squares, int64_t epsilon);

/// floor((c * m + 2^(e-17)) / 2^(e-16)) of c = length * x - sum: (x - mean) / sqrt(variance + epsilon), times 2^16.
int32_t normalizeCode(int64_t length, int64_t sum, int32_t x, int32_t root);

/// The greatest magnitude that normalizeCode gives for any row of so many elements: floor(2^16 * sqrt(length)) + 2.
int64_t normalizedBound(int64_t length);

} // namespace qc::numerics

#endif
