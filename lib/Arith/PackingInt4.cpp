// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The packed layout of 4-bit weights.
#include "qc/Arith/PackingInt4.h"

namespace qc::numerics {

PackedInt4Layout::PackedInt4Layout(int64_t n, Span<int64_t> runLengths, int64_t groupSize)
    : base(n, runLengths), group(groupSize), firstPair(1, 0), firstGroup(1, 0) {
  for (int64_t length : runLengths) {
    firstPair.push_back(firstPair.back() + (length + 7) / 8);
    firstGroup.push_back(firstGroup.back() + (group == 0 ? 0 : (length + group - 1) / group));
  }
}

Nibble PackedInt4Layout::index(int64_t n, size_t run, int64_t k) const {
  int64_t panel = n / 32, half = n % 32 / 16;
  int64_t pair = k / 8, block = pair / 8;
  int64_t pairsOfRun = firstPair[run + 1] - firstPair[run];
  int64_t pairsOfBlock = std::min<int64_t>(8, pairsOfRun - block * 8);
  int64_t before = base.halves(panel) * (firstPair[run] + block * 8) + half * pairsOfBlock + pair % 8;
  return {panelOffset(panel) + before * 64 + n % 16 * 4 + k % 4, k / 4 % 2 == 0 ? 0 : 4};
}

int64_t PackedInt4Layout::multiplierIndex(int64_t n, size_t run, int64_t k) const {
  int64_t panel = n / 32, half = n % 32 / 16;
  int64_t before = base.halves(panel) * (firstGroup[run] + k / group) + half;
  return panelMultipliersOffset(panel) + before * 16 + n % 16;
}

int8_t unpackInt4(const uint8_t *codes, Nibble at) {
  int value = codes[at.byte] >> at.shift & 15;
  return static_cast<int8_t>((value ^ 8) - 8);
}

void expandInt4(const PackedInt4Layout &layout, const uint8_t *codes, const uint8_t *multipliers, int8_t *out) {
  pack(
      layout.int8Layout(),
      [&](int64_t n, size_t run, int64_t k) {
        int multiplier = layout.groups() == 0 ? 1 : static_cast<int8_t>(multipliers[layout.multiplierIndex(n, run, k)]);
        return static_cast<int8_t>(unpackInt4(codes, layout.index(n, run, k)) * multiplier);
      },
      out);
}

} // namespace qc::numerics
