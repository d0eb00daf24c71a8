// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sums of f32 without rounding, the same in any order.
#pragma once
#include <array>
#include <cstdint>

namespace qc::calibration {

/// The exact sum of f32 numbers: a fixed-point number of 320 bits in units of 2^-149, which holds every finite f32 and
/// any sum of fewer than 2^41 of them. So adding and merging are associative and commutative, bit for bit.
///
/// Example: 1e38, 1e-38 and -1e38 sum to 1e-38, in any order.
class ExactSum {
public:
  /// Requires a finite `x`.
  void add(float x);
  /// As if everything that was added to `other` had been added here.
  void merge(const ExactSum &other);
  /// The f64 that is nearest to the sum, ties to even.
  double get() const;
  bool operator==(const ExactSum &other) const { return words == other.words; }
  bool operator!=(const ExactSum &other) const { return words != other.words; }

private:
  static constexpr unsigned kWords = 5;

  std::array<uint64_t, kWords> words{}; ///< two's complement, lowest first
};

} // namespace qc::calibration
