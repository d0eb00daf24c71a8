// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which position of an axis a resized one takes.
#include "qc/Arith/Resize.h"
#include <algorithm>
#include <cmath>

using namespace qc::numerics;

// (1 - how much longer the axis became than the scale says) * half of it.
static float symmetricOffset(float scale, int64_t in, int64_t out) {
  float adjustment = float(out) / (scale * float(in));
  float center = float(in) / 2.0f;
  return center * (1.0f - adjustment);
}

float qc::numerics::resizeCoordinate(ResizeCoordinates mode, int64_t i, float scale, int64_t in, int64_t out) {
  float x = float(i), half = (x + 0.5f) / scale;
  switch (mode) {
  case ResizeCoordinates::HalfPixel:
    return half - 0.5f;
  case ResizeCoordinates::PytorchHalfPixel:
    return out > 1 ? half - 0.5f : 0.0f;
  case ResizeCoordinates::TfHalfPixelForNN:
    return half;
  case ResizeCoordinates::HalfPixelSymmetric:
    return symmetricOffset(scale, in, out) + half - 0.5f;
  case ResizeCoordinates::Asymmetric:
    return x / scale;
  case ResizeCoordinates::AlignCorners:
    return out > 1 ? x * float(in - 1) / float(out - 1) : 0.0f;
  }
  return 0.0f;
}

static float roundCoordinate(ResizeRounding rounding, float x, float scale) {
  float below = std::floor(x), part = x - below; // exact
  switch (rounding) {
  case ResizeRounding::PreferFloor:
    return part > 0.5f ? below + 1.0f : below;
  case ResizeRounding::PreferCeil:
    return part >= 0.5f ? below + 1.0f : below;
  case ResizeRounding::Floor:
    return below;
  case ResizeRounding::Ceil:
    return std::ceil(x);
  case ResizeRounding::Simple:
    return scale < 1.0f ? std::ceil(x) : below;
  }
  return below;
}

int64_t qc::numerics::resizeNearest(ResizeCoordinates mode, ResizeRounding rounding, int64_t i, float scale, int64_t in,
                                    int64_t out) {
  if (in == out && scale == 1.0f)
    return i;
  float nearest = roundCoordinate(rounding, resizeCoordinate(mode, i, scale, in, out), scale);
  float last = float(in - 1);
  return nearest > 0.0f ? std::min(int64_t(std::min(nearest, last)), in - 1) : 0;
}
