// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// 4-bit weights in groups, which stand for int8 weights (docs/Numerics.md, Weights of 4 bits).
#ifndef QC_ARITH_INT4_H
#define QC_ARITH_INT4_H

#include "qc/Arith/CodeType.h"
#include "qc/Arith/Span.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace qc::numerics {

inline constexpr int32_t int4Least = -8, int4Greatest = 7; ///< where codes lie
inline constexpr int32_t groupMultiplierLimit = 18;        ///< |k| of groups is in [1, 18]
inline constexpr int32_t standInLimit = 126;               ///< |k * q|: 7 * 18, 8 * 15

/// The most products of a sum of which calibration keeps covariances, by which codes are moved: 2,098,176 of them.
inline constexpr int64_t covarianceDepthLimit = 2048;

/// The least code that may stand beside a multiplier, 1 <= |multiplier| <= 18.
constexpr int32_t leastInt4Code(int32_t multiplier) {
  int32_t magnitude = multiplier < 0 ? -multiplier : multiplier;
  return standInLimit / magnitude < -int4Least ? -(standInLimit / magnitude) : int4Least;
}

/// Whether weights may have groups of this many values along K: 32, 64, 128.
constexpr bool isGroupSize(int64_t size) { return size == 32 || size == 64 || size == 128; }

/// The lengths of one channel's groups, in the order of its weights: each run (Packing.h) is cut into groups of `size`,
/// its last one has what is left. Example: runs {70, 3}, size 32: {32, 32, 6, 3}. Requires size > 0.
std::vector<int64_t> groupLengths(Span<int64_t> runLengths, int64_t size);

/// The weights of one output channel: real = scale * multiplier of the group * code. They compute what the int8 weights
/// multiplier * code with the scale `scale` compute. A multiplier below 0 makes the code -8 a weight above 0.
struct Int4Weights {
  float scale = 1.0f;              ///< s_w
  std::vector<int8_t> multipliers; ///< k, one per group; {1} without groups
  std::vector<int8_t> codes;       ///< q
};

/// Chooses scale, multipliers and codes of one channel by squared error; f64 formulas in a fixed order.
///  - With groups: s_w = f32(max|w| / 120); per group |k| from min(18, ceil(max|w of the group| / (7 * s_w))), at least
///    1, down to half of that (rounded up), of each |k| first k, then -k; the first of the smallest error.
///  - Without (`groups` empty): k = 1, s_w = f32(max|w| * j / 224), j from 32 down to 8, the first of the smallest.
///  - q = clamp(roundeven(w / (s_w * k)), -min(8, 126 div |k|), 7).
///  - The error of a group is the sum of (w - s_w * (k * q))^2, ascending.
/// Every s_w is at least f32_up(|bias| / (s_x * biasLimit(input))), and 1 where that is 0. Nothing where a weight or
/// the scale is not finite. `groups` are lengths that sum to the number of weights; bias finite, inputScale > 0.
std::optional<Int4Weights> quantizeInt4(Span<float> w, Span<int64_t> groups, float bias, float inputScale,
                                        CodeType input = CodeType::UI8);

/// The int8 weights that `weights` stand for, in [-126, 126]; `groups` as they were quantized with.
std::vector<int8_t> standForInt8(const Int4Weights &weights, Span<int64_t> groups);

/// The least multiplier (by magnitude, of k and -k the first one) with which codes stand for the int8 weights of one
/// group, 1 of zeros; nothing where there is none. Examples: {6, -12, 0} is 2 * {3, -6, 0}, {8, 3} is -1 * {-8, -3}.
std::optional<int8_t> findGroupMultiplier(Span<int8_t> w8);

} // namespace qc::numerics

#endif
