// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tables of 256 codes.
#include "qc/Arith/Table.h"

#include "qc/Arith/Rounding.h"

namespace qc::numerics {

Table buildTable(Span<RealFunction> chain, QuantParams input, CodeType from, QuantParams result, CodeType to) {
  CodeRange codes = codeRange(from), range = codeRange(to);
  Table table;
  for (int32_t i = 0; i < 256; ++i) {
    double value = static_cast<double>(input.scale) * static_cast<double>(codes.lo + i - input.zeroPoint);
    for (const RealFunction &function : chain)
      value = function(value);
    if (value != value)
      value = 0.0;
    double code = roundEven(value / static_cast<double>(result.scale)) + static_cast<double>(result.zeroPoint);
    table[i] = static_cast<int32_t>(clampToInt(code, range.lo, range.hi));
  }
  return table;
}

Table buildRequantTable(const RequantParams &params, int32_t inputZeroPoint, CodeType from) {
  Table table;
  for (int32_t i = 0; i < 256; ++i)
    table[i] = requant(params, int64_t(codeRange(from).lo) + i - inputZeroPoint);
  return table;
}

} // namespace qc::numerics
