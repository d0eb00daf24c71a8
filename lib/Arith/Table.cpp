// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tables of 256 codes; segments or all values of 16-bit codes.
#include "qc/Arith/Table.h"

#include "qc/Arith/Rounding.h"

#include <algorithm>
#include <cstdlib>

namespace qc::numerics {
namespace {

/// What a table is made from.
struct Source {
  Span<RealFunction> chain;
  QuantParams input;
  QuantParams result;
  CodeRange range;

  /// The chain at a code, in units of the result's scale; NaN as 0.
  double at(int32_t code) const {
    return atValue(static_cast<double>(input.scale) * static_cast<double>(code - input.zeroPoint));
  }
  double atValue(double value) const {
    for (const RealFunction &function : chain)
      value = function(value);
    if (value != value)
      value = 0.0;
    return value / static_cast<double>(result.scale);
  }
  /// The code that an exact table holds.
  int32_t round(double value) const {
    double code = roundEven(value) + static_cast<double>(result.zeroPoint);
    return static_cast<int32_t>(clampToInt(code, range.lo, range.hi));
  }
  /// What a segment approximates, in 2^-14 codes. Values far outside of the codes are drawn near, so that they fit.
  double scaled(double value) const {
    double code = value + static_cast<double>(result.zeroPoint);
    code = std::min(std::max(code, range.lo - 32768.0), range.hi + 32768.0);
    return code * static_cast<double>(int32_t(1) << segmentFractionBits);
  }
};

struct Segment {
  int64_t base;
  int64_t slope;
  /// Every sum of the formula lies in int32.
  bool fits() const {
    int64_t rounding = int64_t(1) << (segmentFractionBits - 1);
    return std::llabs(base) + (segmentCodes - 1) * std::llabs(slope) + rounding <= INT32_MAX;
  }
};

/// The chord from the first to the last code, moved so that the largest errors of both signs are equal.
Segment fit(const double (&values)[segmentCodes]) {
  double slope = roundEven((values[segmentCodes - 1] - values[0]) / static_cast<double>(segmentCodes - 1));
  double lowest = values[0], highest = values[0];
  for (int d = 1; d < segmentCodes; ++d) {
    double rest = values[d] - slope * static_cast<double>(d);
    lowest = std::min(lowest, rest);
    highest = std::max(highest, rest);
  }
  return {static_cast<int64_t>(roundEven((lowest + highest) / 2.0)), static_cast<int64_t>(slope)};
}

int32_t evaluate(int32_t base, int32_t slope, int32_t d, CodeRange range) {
  int32_t sum = base + slope * d + (int32_t(1) << (segmentFractionBits - 1));
  return std::min(std::max(sum >> segmentFractionBits, range.lo), range.hi);
}

/// Appends the segment that begins at code `first` and its 32 exact values; measures.
void addSegment(const Source &source, int32_t first, Table16 &table) {
  double values[segmentCodes];
  for (int32_t d = 0; d < segmentCodes; ++d) {
    double value = source.at(first + d);
    values[d] = source.scaled(value);
    table.entries.push_back(source.round(value));
  }
  Segment segment = fit(values);
  if (!segment.fits() || table.deviation < 0) {
    table.deviation = -1;
    return;
  }
  table.base.push_back(static_cast<int32_t>(segment.base));
  table.slope.push_back(static_cast<int32_t>(segment.slope));
  const int32_t *exact = table.entries.data() + table.entries.size() - segmentCodes;
  for (int32_t d = 0; d < segmentCodes; ++d) {
    int32_t difference = std::abs(evaluate(table.base.back(), table.slope.back(), d, source.range) - exact[d]);
    table.deviation = std::max(table.deviation, difference);
    table.differing += difference != 0;
  }
}

} // namespace

int32_t roundChain(Span<RealFunction> chain, double x, QuantParams result, CodeType to) {
  Source source{chain, {}, result, codeRange(to)};
  return source.round(source.atValue(x));
}

Table buildTable(Span<RealFunction> chain, QuantParams input, CodeType from, QuantParams result, CodeType to) {
  Source source = {chain, input, result, codeRange(to)};
  Table table;
  for (int32_t i = 0; i < 256; ++i)
    table[i] = source.round(source.at(codeRange(from).lo + i));
  return table;
}

Table buildRequantTable(const RequantParams &params, int32_t inputZeroPoint, CodeType from) {
  Table table;
  for (int32_t i = 0; i < 256; ++i)
    table[i] = requant(params, int64_t(codeRange(from).lo) + i - inputZeroPoint);
  return table;
}

Table16 buildTable16(Span<RealFunction> chain, QuantParams input, CodeType from, QuantParams result, CodeType to) {
  Source source = {chain, input, result, codeRange(to)};
  Table16 table;
  table.from = from;
  table.to = to;
  for (int32_t i = 0; i < segments; ++i)
    addSegment(source, codeRange(from).lo + i * segmentCodes, table);
  if (table.deviation == 0 || table.deviation == 1) {
    table.entries.clear();
    return table;
  }
  table.base.clear();
  table.slope.clear();
  return table;
}

int32_t lookUp(const Table16 &table, int32_t code) {
  uint32_t u = static_cast<uint32_t>(code - codeRange(table.from).lo);
  if (!table.isSegmented())
    return table.entries[u];
  uint32_t i = u / segmentCodes;
  return evaluate(table.base[i], table.slope[i], static_cast<int32_t>(u % segmentCodes), codeRange(table.to));
}

} // namespace qc::numerics
