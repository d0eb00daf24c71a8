// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which position of an axis a resized one takes.
#include "qc/Arith/Resize.h"
#include <algorithm>

using namespace qc::numerics;

int64_t qc::numerics::resizeNearest(ResizeCoordinates mode, ResizeRounding rounding, int64_t i, float scale, int64_t in,
                                    int64_t out) {
  if (in == out && scale == 1.0f)
    return i;
  f32::ResizedAxis<float> axis{scale, float(in), float(in - 1), float(out), float(out - 1)};
  // n - 1 in f32 may be n.
  return std::min(int64_t(f32::resizeNearest(mode, rounding, float(i), axis)), in - 1);
}
