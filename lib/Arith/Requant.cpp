// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Requant by its definition: 128-bit integers, so that nothing has to be proved here.
#include "qc/Arith/Requant.h"

namespace qc::numerics {
namespace {

using Int128 = __int128;

Int128 divideHalfUp(Int128 sum, int32_t shift) { return (sum + (Int128(1) << (shift - 1))) >> shift; }

Int128 divideHalfEven(Int128 sum, int32_t shift) {
  Int128 quotient = sum >> shift; // floor
  Int128 rest = sum - quotient * (Int128(1) << shift);
  Int128 half = Int128(1) << (shift - 1);
  bool up = rest > half || (rest == half && (quotient & 1) != 0);
  return up ? quotient + 1 : quotient;
}

} // namespace

int32_t requant(const RequantParams &params, int64_t x0, int64_t x1, int64_t x2) {
  const int64_t x[maxTerms] = {x0, x1, x2};
  Int128 sum = 0;
  for (int32_t i = 0; i < params.terms; ++i)
    sum += Int128(x[i]) * params.multipliers[i];
  Int128 rounded =
      params.rounding == Rounding::HalfUp ? divideHalfUp(sum, params.shift) : divideHalfEven(sum, params.shift);
  Int128 result = rounded + params.zeroPoint;
  if (result < params.lo)
    return params.lo;
  return result > params.hi ? params.hi : static_cast<int32_t>(result);
}

const char *codeTypeName(CodeType type) {
  switch (type) {
  case CodeType::I8:
    return "i8";
  case CodeType::UI8:
    return "ui8";
  case CodeType::I16:
    return "i16";
  case CodeType::UI16:
    return "ui16";
  case CodeType::I32:
    break;
  }
  return "i32";
}

} // namespace qc::numerics
