// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Unary chains as tables: of 256 codes, also for 8-bit Requants, and of 16-bit codes (docs/Numerics.md: Parameters from
// data, Functions of 16-bit codes).
#ifndef QC_ARITH_TABLE_H
#define QC_ARITH_TABLE_H

#include "qc/Arith/Quantize.h"
#include "qc/Arith/Requant.h"

#include <array>
#include <functional>
#include <vector>

namespace qc::numerics {

/// Entry of code q: index q for ui8, q + 128 for i8. The values are codes of the result type.
using Table = std::array<int32_t, 256>;

/// A real function of one value in f64; built from Functions.h, so that every host computes the same.
using RealFunction = std::function<double(double)>;

/// clamp(roundeven(f(s_x * (q - z_x)) / s_y) + z_y) per code q: f is the whole chain, in order, in f64 without f32 in
/// between; clamped as float before conversion; a NaN of the chain counts as real 0. `from` is i8 or ui8, `to` has 8 or
/// 16 bits.
Table buildTable(Span<RealFunction> chain, QuantParams input, CodeType from, QuantParams result, CodeType to);

/// The same of any real x: the code of f(x).
int32_t roundChain(Span<RealFunction> chain, double x, QuantParams result, CodeType to);

/// Requant of x = q - inputZeroPoint for every code q of `from` (i8 or ui8).
Table buildRequantTable(const RequantParams &params, int32_t inputZeroPoint, CodeType from);

inline constexpr int segmentCodes = 32;        ///< codes of x in a segment
inline constexpr int segments = 65536 / 32;    ///< 2048
inline constexpr int segmentFractionBits = 14; ///< of base and slope

/// A unary chain of 16-bit codes: straight segments where these are at most 1 code off the exactly rounded value (for
/// every one of the 65,536 codes, as measured), else all values. With u = q (ui16) or q + 32768 (i16), i = u / 32,
/// d = u mod 32:
///   y = clamp((base[i] + slope[i] * d + 2^13) >> 14, lo, hi)     segments, in int32 that cannot overflow
///   y = entries[u]                                               all values
struct Table16 {
  CodeType from = CodeType::UI16;
  CodeType to = CodeType::UI16;
  std::vector<int32_t> base;    ///< 2048 entries, in 2^-14 codes of the result; empty where there are no segments
  std::vector<int32_t> slope;   ///< 2048 entries, 2^-14 codes per code; |base| + 31 * |slope| + 2^13 < 2^31
  std::vector<int32_t> entries; ///< 65536 codes of the result; empty where there are segments
  int32_t deviation = 0;        ///< largest difference of segments and exact values, in codes; -1: they leave int32
  int32_t differing = 0;        ///< codes of x for which segments and exact values differ

  bool isSegmented() const { return entries.empty(); }
};

/// Builds the table of a chain from i16 or ui16 codes to codes of 8 or 16 bits. Exact values are those of buildTable.
Table16 buildTable16(Span<RealFunction> chain, QuantParams input, CodeType from, QuantParams result, CodeType to);

/// The result code of code q of `table.from`.
int32_t lookUp(const Table16 &table, int32_t code);

} // namespace qc::numerics

#endif
