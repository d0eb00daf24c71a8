// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The storage types of codes and their ranges (docs/Numerics.md, Types).
#ifndef QC_ARITH_CODETYPE_H
#define QC_ARITH_CODETYPE_H

#include <cstdint>

namespace qc::numerics {

/// The integer types that hold codes. In `qc` and `dyadic`, i8 is signed and ui8 unsigned.
enum class CodeType : uint8_t { I8, UI8, I16, UI16, I32 };

/// The codes of a type, both ends included. Every code of every type fits int32.
struct CodeRange {
  int32_t lo;
  int32_t hi;
};

constexpr CodeRange codeRange(CodeType type) {
  switch (type) {
  case CodeType::I8:
    return {-128, 127};
  case CodeType::UI8:
    return {0, 255};
  case CodeType::I16:
    return {-32768, 32767};
  case CodeType::UI16:
    return {0, 65535};
  case CodeType::I32:
    break;
  }
  return {INT32_MIN, INT32_MAX};
}

/// The type's name as MLIR spells it: "i8", "ui8", "i16", "ui16", "i32".
const char *codeTypeName(CodeType type);

} // namespace qc::numerics

#endif
