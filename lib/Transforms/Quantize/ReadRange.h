// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where functions that read a value tell its elements apart.
#pragma once
#include "qc/Arith/Quantize.h"
#include "qc/Arith/Table.h"
#include <algorithm>
#include <limits>

namespace qc {

/// Real numbers outside of which nothing that reads a value tells elements apart.
struct ReadRange {
  float lo = -std::numeric_limits<float>::infinity(), hi = std::numeric_limits<float>::infinity();

  /// The least range that holds both.
  ReadRange join(const ReadRange &other) const { return {std::min(lo, other.lo), std::max(hi, other.hi)}; }
};

/// What a unary chain with results of `to` reads of elements from `min` to `max`, both finite (docs/Numerics.md,
/// Ranges, What is read): outside of it the code of the result is that at the end, as far as 32 points in each octave
/// tell. It holds 0.
ReadRange findReadRange(numerics::Span<numerics::RealFunction> chain, numerics::QuantParams result,
                        numerics::CodeType to, double min, double max);

} // namespace qc
