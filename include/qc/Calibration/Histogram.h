// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How often values were observed, in floating bins.
#pragma once
#include "llvm/ADT/ArrayRef.h"
#include <array>
#include <cstdint>
#include <vector>

namespace qc::calibration {

/// A bin and how many elements it holds (`#qc.histogram` says which bin is which).
struct BinCount {
  int64_t bin, count;
  bool operator==(const BinCount &other) const { return bin == other.bin && count == other.count; }
};

/// Counts of the finite elements of everything observed, in bins that are the sign, the exponent and the 5 highest bits
/// of the mantissa of an f32: 32 bins per octave. A bin is 1/32 of its octave wide wherever it lies, so that there
/// is no width to choose or to grow, an outlier does not coarsen the others, as in 2,048 bins of one width it does, and
/// merging adds integers: associative and commutative, bit for bit. Infinite elements and NaNs are not counted.
///
/// Memory is that of the octaves that hold something: 256 bytes each.
class Histogram {
public:
  static constexpr int64_t kBins = 8160; ///< of each sign

  /// The bin of a finite `x`.
  static int64_t getBin(float x);
  /// The smallest magnitude of bin `index` >= 0; 2^128 for kBins, the end of the last one.
  static double getEdge(int64_t index);
  /// The magnitude that stands for bin `index` >= 0: the middle of its edges, 0 for bin 0.
  static double getCentre(int64_t index);

  /// Arguments as for MinMax::observe.
  void observe(const float *data, llvm::ArrayRef<int64_t> dims, llvm::ArrayRef<int64_t> strides);
  void observe(llvm::ArrayRef<float> elements) { observe(elements.data(), {int64_t(elements.size())}, {1}); }
  /// As if everything that `other` observed had been observed here.
  void merge(const Histogram &other);
  /// The bins that hold something, ascending.
  std::vector<BinCount> getBins() const;

private:
  static constexpr unsigned kOctaves = 512, kBinsPerOctave = 32; ///< sign and exponent

  uint64_t *getOctave(unsigned octave);
  void observeFew(const float *data, int64_t size, int64_t stride);

  std::array<uint16_t, kOctaves> places{}; ///< 1 + the octave's place in `counts`; 0: it holds nothing
  std::vector<uint64_t> counts;            ///< kBinsPerOctave for each octave that holds something
};

} // namespace qc::calibration
