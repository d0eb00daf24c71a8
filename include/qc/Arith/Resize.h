// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which position of an axis a resized one takes (docs/Numerics.md, Resizing).
#pragma once
#include <cstdint>

namespace qc::numerics {

enum class ResizeCoordinates {
  HalfPixel,
  PytorchHalfPixel,
  TfHalfPixelForNN,
  HalfPixelSymmetric,
  Asymmetric,
  AlignCorners
};
enum class ResizeRounding { PreferFloor, PreferCeil, Floor, Ceil, Simple };

/// Where position `i` of an axis of `out` positions lies on one of `in`: f32 operations in the written order.
float resizeCoordinate(ResizeCoordinates mode, int64_t i, float scale, int64_t in, int64_t out);
/// The position in [0, in) that is nearest by `rounding`; in >= 1.
int64_t resizeNearest(ResizeCoordinates mode, ResizeRounding rounding, int64_t i, float scale, int64_t in, int64_t out);

} // namespace qc::numerics
