// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The packed weight layouts: int8 [N/32][K/64][2][16][16 n x 4 k] and f32 [N/16][K][16].
#ifndef QC_ARITH_PACKING_H
#define QC_ARITH_PACKING_H

#include "qc/Arith/Span.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace qc::numerics {

/// The one packed int8 layout. N columns (output channels); K is a list of runs, each a stretch that is contiguous in
/// the activation (a tap, or a whole kernel row). Worked example: N = 40, runs {3, 70}.
/// - A *row* is 4 k of 16 columns, 64 bytes: byte 4 * (n % 16) + k % 4. A run of length len has ceil(len / 4) rows;
///   k beyond len are zeros. Here 1 and 18 rows, 19 in all.
/// - A *panel* is 32 columns in two halves of 16; a last panel of 16 columns or fewer has one half. Columns beyond N
///   are zeros. Here panel 0 has two halves, panel 1 (columns 32..47) one.
/// - In a panel runs follow each other; a run is cut into blocks of 16 rows (64 k), its last block has what is left.
///   A block holds its first half's rows, then its second half's. Here the blocks have 1, 16 and 2 rows.
/// So panel 0 is (1 + 1) + (16 + 16) + (2 + 2) rows, panel 1 is 1 + 16 + 2 rows: 57 rows, 3648 bytes.
class PackedLayout {
public:
  /// Requires n >= 0 and run lengths >= 0.
  PackedLayout(int64_t n, Span<int64_t> runLengths);

  /// N, as given.
  int64_t columns() const { return n; }
  /// N rounded up to 16: what the layout holds.
  int64_t paddedColumns() const { return (n + 15) / 16 * 16; }
  /// The number of runs.
  size_t runs() const { return lengths.size(); }
  /// Weights per column in run `run` < runs(), without padding.
  int64_t runLength(size_t run) const { return lengths[run]; }
  /// Rows of 4 k over all runs: the bytes of one half of 16 columns are 64 * rows().
  int64_t rows() const { return firstRow.back(); }
  /// Rows before the run.
  int64_t rowOfRun(size_t run) const { return firstRow[run]; }
  /// Size of all panels in bytes: paddedColumns() / 16 * rows() * 64.
  int64_t size() const { return paddedColumns() / 16 * rows() * 64; }
  /// Offset in bytes of the panel's first byte; `panel` in [0, ceil(N / 32)].
  int64_t panelOffset(int64_t panel) const { return std::min(panel * 2, paddedColumns() / 16) * rows() * 64; }
  /// Halves of the panel: 2, or 1 in a last panel of at most 16 columns.
  int64_t halves(int64_t panel) const { return panel * 32 + 16 < n ? 2 : 1; }
  /// Offset in bytes of weight (n, run, k): n < paddedColumns(), k < runLength(run) rounded up to 4.
  int64_t index(int64_t n, size_t run, int64_t k) const;

private:
  int64_t n;
  std::vector<int64_t> lengths;
  std::vector<int64_t> firstRow; ///< runs() + 1 entries
};

/// Size in bytes of the packed int8 weights.
int64_t packedSize(int64_t n, Span<int64_t> runLengths);

/// Packs: out[layout.index(n, run, k)] = weightAt(n, run, k) for n < columns(), k < runLength(run), zeros elsewhere.
/// `out` has layout.size() bytes.
template <typename WeightAt> void pack(const PackedLayout &layout, WeightAt &&weightAt, int8_t *out) {
  std::fill_n(out, layout.size(), int8_t(0));
  for (int64_t n = 0; n < layout.columns(); ++n)
    for (size_t run = 0; run < layout.runs(); ++run)
      for (int64_t k = 0; k < layout.runLength(run); ++k)
        out[layout.index(n, run, k)] = weightAt(n, run, k);
}

/// Packs a row-major [N, K] matrix of one run.
void packMatrix(const int8_t *w, int64_t n, int64_t k, int8_t *out);

/// The packed f32 layout [N/16][K][16]: K is the plain concatenation of the runs (no padding), columns beyond N are
/// zeros.
class PackedLayoutF32 {
public:
  /// Requires n >= 0 and run lengths >= 0.
  PackedLayoutF32(int64_t n, Span<int64_t> runLengths);

  /// N, as given.
  int64_t columns() const { return n; }
  /// N rounded up to 16: what the layout holds.
  int64_t paddedColumns() const { return (n + 15) / 16 * 16; }
  /// The number of runs.
  size_t runs() const { return lengths.size(); }
  /// Elements of run `run` < runs().
  int64_t runLength(size_t run) const { return lengths[run]; }
  /// K: the sum of the run lengths.
  int64_t depth() const { return firstK.back(); }
  /// Size in elements: paddedColumns() * depth().
  int64_t size() const { return paddedColumns() * depth(); }
  /// Offset in elements of weight (n, run, k).
  int64_t index(int64_t n, size_t run, int64_t k) const {
    return n / 16 * depth() * 16 + (firstK[run] + k) * 16 + n % 16;
  }

private:
  int64_t n;
  std::vector<int64_t> lengths;
  std::vector<int64_t> firstK; ///< runs() + 1 entries
};

/// Packs f32 weights as the int8 function does; `out` has layout.size() elements.
template <typename WeightAt> void packF32(const PackedLayoutF32 &layout, WeightAt &&weightAt, float *out) {
  std::fill_n(out, layout.size(), 0.0f);
  for (int64_t n = 0; n < layout.columns(); ++n)
    for (size_t run = 0; run < layout.runs(); ++run)
      for (int64_t k = 0; k < layout.runLength(run); ++k)
        out[layout.index(n, run, k)] = weightAt(n, run, k);
}

} // namespace qc::numerics

#endif
