// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sums of many f32 values: docs/Numerics.md, Float kernels and Long sums.
#ifndef QC_ARITH_ORDEREDSUM_H
#define QC_ARITH_ORDEREDSUM_H

#include "qc/Arith/FloatOps.h"

#include <cmath>
#include <cstdint>

namespace qc::numerics {

/// Products of a block of a contraction.
constexpr int64_t contractionBlock = 64;

/// More terms than this are a long sum: they are added in blocks.
constexpr int64_t maxShortSum = 1024;
/// The same for a row, which has sixteen sums.
constexpr int64_t maxShortRow = 16 * maxShortSum;
/// Terms of a block, and of a part.
constexpr int64_t sumBlock = 8;
constexpr int64_t sumPart = 32768;

namespace f32 {

/// A sum and the rounding errors of its additions.
template <typename F> struct CompensatedSum {
  F sum, lost;
};

/// `to` + x: the error of the addition is exact (Knuth's two-sum).
template <typename F> CompensatedSum<F> addTo(CompensatedSum<F> to, F x) {
  F sum = to.sum + x, moved = sum - to.sum;
  F error = (to.sum - (sum - moved)) + (x - moved);
  return {sum, to.lost + error};
}

/// The sum with its errors, rounded once; an infinite sum, which has none, as it is.
template <typename F> F valueOf(CompensatedSum<F> of) {
  return select(asFloat(asWord(of.sum) & 0x7fffffff) < __builtin_huge_valf(), of.sum + of.lost, of.sum);
}

} // namespace f32

/// Terms one after the other. Short sums: from +0, in order. Long ones: blocks of `sumBlock` terms likewise, parts of
/// `sumPart` terms with compensation from the blocks, and the parts with compensation.
class OrderedSum {
public:
  explicit OrderedSum(bool isLong) : isLong(isLong) {}

  void add(float x) {
    block = block + x;
    if (isLong && ++terms % sumBlock == 0)
      endBlock();
  }

  float value() const {
    OrderedSum ended = *this;
    if (!isLong)
      return block;
    ended.endBlock();
    ended.endPart();
    return f32::valueOf(ended.total);
  }

private:
  void endBlock() {
    part = f32::addTo(part, block);
    block = 0;
    if (terms % sumPart == 0)
      endPart();
  }
  void endPart() {
    total = f32::addTo(total, f32::valueOf(part));
    part = {0, 0};
  }

  bool isLong;
  int64_t terms = 0;
  float block = 0;
  f32::CompensatedSum<float> part{0, 0}, total{0, 0};
};

/// The sum of products of a contraction, one after the other: blocks of `contractionBlock` products, each from +0 with
/// fma; then the values of the blocks in order. -0 in front of the first leaves it as it is.
class BlockedDot {
public:
  void add(float x, float w) {
    if (terms != 0 && terms % contractionBlock == 0)
      endBlock();
    block = std::fma(x, w, block);
    ++terms;
  }

  float value() const { return terms == 0 ? 0.0f : total + block; }

private:
  void endBlock() {
    total = total + block;
    block = 0;
  }

  int64_t terms = 0;
  float total = -0.0f, block = 0;
};

} // namespace qc::numerics

#endif
