// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tables of 256 codes: unary chains and 8-bit Requants (docs/Numerics.md, Table).
#ifndef QC_ARITH_TABLE_H
#define QC_ARITH_TABLE_H

#include "qc/Arith/Quantize.h"
#include "qc/Arith/Requant.h"

#include <array>
#include <functional>

namespace qc::numerics {

/// Entry of code q: index q for ui8, q + 128 for i8. The values are codes of the result type.
using Table = std::array<int32_t, 256>;

/// A real function of one value in f64; built from Functions.h, so that every host computes the same.
using RealFunction = std::function<double(double)>;

/// clamp(roundeven(f(s_x * (q - z_x)) / s_y) + z_y) per code q: f is the whole chain, in order, in f64 without f32 in
/// between; clamped as float before conversion; a NaN of the chain counts as real 0. `from` is i8 or ui8.
Table buildTable(Span<RealFunction> chain, QuantParams input, CodeType from, QuantParams result, CodeType to);

/// Requant of x = q - inputZeroPoint for every code q of `from` (i8 or ui8).
Table buildRequantTable(const RequantParams &params, int32_t inputZeroPoint, CodeType from);

} // namespace qc::numerics

#endif
