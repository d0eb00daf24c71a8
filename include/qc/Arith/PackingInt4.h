// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The packed layout of 4-bit weights and of their group multipliers (docs/Numerics.md, Weights of 4 bits).
#ifndef QC_ARITH_PACKINGINT4_H
#define QC_ARITH_PACKINGINT4_H

#include "qc/Arith/Packing.h"

#include <cstdint>
#include <vector>

namespace qc::numerics {

/// Where one code lies: bits [shift, shift + 4) of a byte.
struct Nibble {
  int64_t byte;
  int shift; ///< 0 or 4
};

/// The packed int8 layout (PackedLayout) with two rows in the 64 bytes of one: in every block and half rows 2p and
/// 2p + 1 are *pair* p, byte j of the pair has byte j of row 2p in its low half and byte j of row 2p + 1 in its high
/// half, both in two's complement. A last row without a partner has zeros beside it.
///
/// A pair y becomes its two rows without any interleaving: of codes (y & 15 ^ 8) - 8 and (y >> 4 & 15 ^ 8) - 8, of 16
/// times the codes y << 4 & 240 and y & 240.
///
/// Multipliers are bytes beside the codes, in two's complement, [panel][run][group][half][16 n], in the order in which
/// panels are walked: those of a group stand together for the columns of a panel. Columns beyond N have 0.
///
/// Worked example: N = 40, runs {3, 70}, groups of 32: the runs have 1 and 9 pairs, 1 and 3 groups. Panel 0 is (1 + 1)
/// + (8 + 8) + (1 + 1) pairs, panel 1 is 1 + 8 + 1: 30 pairs, 1920 bytes, and 4 * 48 = 192 multipliers.
class PackedInt4Layout {
public:
  /// Requires n >= 0, run lengths >= 0, isGroupSize(groupSize) or 0: no groups, and no multipliers.
  PackedInt4Layout(int64_t n, Span<int64_t> runLengths, int64_t groupSize);

  /// The layout of the int8 weights that these stand for.
  const PackedLayout &int8Layout() const { return base; }
  /// As given.
  int64_t groupSize() const { return group; }
  /// Pairs of rows over all runs: the bytes of one half of 16 columns are 64 * pairs().
  int64_t pairs() const { return firstPair.back(); }
  /// Groups of one column over all runs; 0 without groups.
  int64_t groups() const { return firstGroup.back(); }
  /// Bytes of all codes: 64 * ceil(N / 16) * sum of ceil(run length / 8).
  int64_t size() const { return base.paddedColumns() / 16 * pairs() * 64; }
  /// Bytes of all multipliers: 16 * ceil(N / 16) * sum of ceil(run length / group size).
  int64_t multipliersSize() const { return base.paddedColumns() * groups(); }
  /// Offset in bytes of the panel's first byte; `panel` in [0, ceil(N / 32)].
  int64_t panelOffset(int64_t panel) const { return halvesBefore(panel) * pairs() * 64; }
  /// Offset of the panel's first multiplier.
  int64_t panelMultipliersOffset(int64_t panel) const { return halvesBefore(panel) * groups() * 16; }
  /// Where code (n, run, k) lies: n < paddedColumns(), k < run length rounded up to 8.
  Nibble index(int64_t n, size_t run, int64_t k) const;
  /// Offset of the multiplier of column n for k of the run. Requires groups.
  int64_t multiplierIndex(int64_t n, size_t run, int64_t k) const;

private:
  int64_t halvesBefore(int64_t panel) const { return std::min(panel * 2, base.paddedColumns() / 16); }

  PackedLayout base;
  int64_t group;
  std::vector<int64_t> firstPair;  ///< runs() + 1 entries
  std::vector<int64_t> firstGroup; ///< runs() + 1 entries
};

/// Packs codes in [-8, 7]: that of (n, run, k) is codeAt(n, run, k) for n < columns(), k < run length; zeros elsewhere.
/// `out` has layout.size() bytes.
template <typename CodeAt> void packInt4(const PackedInt4Layout &layout, CodeAt &&codeAt, uint8_t *out) {
  const PackedLayout &base = layout.int8Layout();
  std::fill_n(out, layout.size(), uint8_t(0));
  for (int64_t n = 0; n < base.columns(); ++n)
    for (size_t run = 0; run < base.runs(); ++run)
      for (int64_t k = 0; k < base.runLength(run); ++k) {
        Nibble at = layout.index(n, run, k);
        out[at.byte] = static_cast<uint8_t>(out[at.byte] | (static_cast<uint8_t>(codeAt(n, run, k)) & 15) << at.shift);
      }
}

/// Packs multipliers: that of column n, run and group (from 0 in each run) is multiplierAt(n, run, group); zeros
/// elsewhere. `out` has layout.multipliersSize() bytes.
template <typename MultiplierAt>
void packMultipliers(const PackedInt4Layout &layout, MultiplierAt &&multiplierAt, uint8_t *out) {
  const PackedLayout &base = layout.int8Layout();
  std::fill_n(out, layout.multipliersSize(), uint8_t(0));
  if (layout.groups() == 0)
    return;
  for (int64_t n = 0; n < base.columns(); ++n)
    for (size_t run = 0; run < base.runs(); ++run)
      for (int64_t k = 0; k < base.runLength(run); k += layout.groupSize())
        out[layout.multiplierIndex(n, run, k)] = static_cast<uint8_t>(multiplierAt(n, run, k / layout.groupSize()));
}

/// The code at a nibble, in [-8, 7].
int8_t unpackInt4(const uint8_t *codes, Nibble at);

/// Writes the int8 weights that the packed ones stand for, packed as layout.int8Layout() says (size() bytes).
/// `multipliers` may be null without groups: then each is 1.
void expandInt4(const PackedInt4Layout &layout, const uint8_t *codes, const uint8_t *multipliers, int8_t *out);

} // namespace qc::numerics

#endif
