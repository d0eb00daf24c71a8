// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The packed weight layouts.
#include "qc/Arith/Packing.h"

namespace qc::numerics {

PackedLayout::PackedLayout(int64_t n, Span<int64_t> runLengths)
    : n(n), lengths(runLengths.begin(), runLengths.end()), firstRow(1, 0) {
  for (int64_t length : lengths)
    firstRow.push_back(firstRow.back() + (length + 3) / 4);
}

int64_t PackedLayout::index(int64_t n, size_t run, int64_t k) const {
  int64_t panel = n / 32, half = n % 32 / 16;
  int64_t row = k / 4, block = row / 16;
  int64_t rowsOfRun = firstRow[run + 1] - firstRow[run];
  int64_t rowsOfBlock = std::min<int64_t>(16, rowsOfRun - block * 16);
  int64_t rowsBefore = halves(panel) * (firstRow[run] + block * 16) + half * rowsOfBlock + row % 16;
  return panelOffset(panel) + rowsBefore * 64 + n % 16 * 4 + k % 4;
}

int64_t packedSize(int64_t n, Span<int64_t> runLengths) { return PackedLayout(n, runLengths).size(); }

void packMatrix(const int8_t *w, int64_t n, int64_t k, int8_t *out) {
  const int64_t lengths[1] = {k};
  pack(
      PackedLayout(n, Span<int64_t>(lengths, 1)),
      [=](int64_t row, size_t, int64_t column) { return w[row * k + column]; }, out);
}

PackedLayoutF32::PackedLayoutF32(int64_t n, Span<int64_t> runLengths)
    : n(n), lengths(runLengths.begin(), runLengths.end()), firstK(1, 0) {
  for (int64_t length : lengths)
    firstK.push_back(firstK.back() + length);
}

} // namespace qc::numerics
