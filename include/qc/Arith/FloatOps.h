// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the number type of FloatFunctions.h offers, for float.
#ifndef QC_ARITH_FLOATOPS_H
#define QC_ARITH_FLOATOPS_H

#include <cmath>
#include <cstdint>
#include <cstring>

/// A number type F has + - * / (also with a float on one side), unary -, comparisons that give a mask (false where one
/// side is NaN), and the functions below; all are single IEEE f32 operations, rounded to nearest, or moves of bits. The
/// bits of an F as an integer type have wrapping + and - (also with int32_t on the right), & | ^.
namespace qc::numerics::f32 {

/// The 32 bits of a float as an integer.
struct Word {
  uint32_t bits;
};
inline Word operator+(Word a, int32_t b) { return {a.bits + uint32_t(b)}; }
inline Word operator-(Word a, int32_t b) { return {a.bits - uint32_t(b)}; }
inline Word operator-(Word a, Word b) { return {a.bits - b.bits}; }
inline Word operator&(Word a, int32_t b) { return {a.bits & uint32_t(b)}; }
inline Word operator&(Word a, Word b) { return {a.bits & b.bits}; }
inline Word operator|(Word a, Word b) { return {a.bits | b.bits}; }
inline Word operator^(Word a, Word b) { return {a.bits ^ b.bits}; }
inline Word shiftLeft(Word a, int count) { return {a.bits << count}; }
/// Copies of the sign bit come in.
inline Word shiftRight(Word a, int count) { return {uint32_t(int32_t(a.bits) >> count)}; }
inline bool isZero(Word a) { return a.bits == 0; }

inline Word asWord(float x) {
  Word word;
  std::memcpy(&word.bits, &x, sizeof x);
  return word;
}
inline float asFloat(Word word) {
  float x;
  std::memcpy(&x, &word.bits, sizeof x);
  return x;
}

/// `value` as a number of the type of the first argument.
inline float like(float, float value) { return value; }
inline float select(bool condition, float a, float b) { return condition ? a : b; }
inline bool isNaN(float x) { return x != x; }
/// a * b + c, rounded once.
inline float fma(float a, float b, float c) { return std::fma(a, b, c); }
inline float sqrt(float x) { return std::sqrt(x); }
/// To the nearest integer, ties to even.
inline float roundEven(float x) {
  // Below 2^23 the sum with 2^23 has no fraction; it is rounded to even.
  float big = std::copysign(0x1p+23f, x);
  return std::fabs(x) < 0x1p+23f ? std::copysign((x + big) - big, x) : x;
}
/// A whole number below 2^31 in magnitude as an integer.
inline Word toInteger(float x) { return {uint32_t(static_cast<int32_t>(x))}; }
inline float toFloat(Word a) { return static_cast<float>(static_cast<int32_t>(a.bits)); }

} // namespace qc::numerics::f32

#endif
