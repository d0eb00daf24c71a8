// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// 64-bit integers on which every operation is defined: what integer and bool tensors are computed in.
#ifndef QC_ARITH_INTEGER_H
#define QC_ARITH_INTEGER_H

#include <cstdint>

namespace qc::numerics {

/// Wraps. Division truncates; x / 0 and x % 0 are 0 (bad data, never a trap), x / -1 is -x.
struct Integer {
  int64_t value = 0;
};

inline Integer operator+(Integer a, Integer b) { return {int64_t(uint64_t(a.value) + uint64_t(b.value))}; }
inline Integer operator-(Integer a, Integer b) { return {int64_t(uint64_t(a.value) - uint64_t(b.value))}; }
inline Integer operator*(Integer a, Integer b) { return {int64_t(uint64_t(a.value) * uint64_t(b.value))}; }
inline Integer operator-(Integer a) { return Integer{0} - a; }
inline Integer operator/(Integer a, Integer b) {
  return b.value == 0 ? Integer{0} : b.value == -1 ? -a : Integer{a.value / b.value};
}
inline Integer operator%(Integer a, Integer b) { return b.value == 0 ? Integer{0} : a - (a / b) * b; }

inline bool operator==(Integer a, Integer b) { return a.value == b.value; }
inline bool operator<(Integer a, Integer b) { return a.value < b.value; }
inline bool operator>(Integer a, Integer b) { return a.value > b.value; }
inline bool operator<=(Integer a, Integer b) { return a.value <= b.value; }
inline bool operator>=(Integer a, Integer b) { return a.value >= b.value; }
/// With a whole number that stands as a float in a text for all number types.
inline bool operator<(Integer a, float b) { return a.value < int64_t(b); }
inline bool operator>(Integer a, float b) { return a.value > int64_t(b); }

inline Integer like(Integer, float value) { return {int64_t(value)}; }
inline Integer select(bool condition, Integer a, Integer b) { return condition ? a : b; }
inline Integer keepNaN(Integer, Integer y) { return y; }
inline Integer magnitude(Integer x) { return x.value < 0 ? -x : x; }
inline Integer larger(Integer a, Integer b) { return a.value > b.value ? a : b; }
inline Integer smaller(Integer a, Integer b) { return a.value < b.value ? a : b; }

/// A float as an integer: towards 0; beyond the range of i64, i32, i8 or ui8 the nearest end of it, NaN as 0.
int64_t truncateToInteger(float x, unsigned width, bool isUnsigned);

} // namespace qc::numerics

#endif
