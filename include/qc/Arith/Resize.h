// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which position of an axis a resized one takes (docs/Numerics.md, Resizing).
#pragma once
#include "qc/Arith/FloatFunctions.h"
#include "qc/Arith/FloatOps.h"
#include "qc/Arith/ScalarFunctions.h"
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

namespace f32 {

/// An axis of n positions that becomes one of m: integers, each rounded to a number F (FloatOps.h).
template <typename F> struct ResizedAxis {
  F scale, in, lastIn, out, lastOut; ///< c, n, n - 1, m, m - 1
};

// Operands are made in statements of their own, so that the order of a kernel's operations is no matter of the
// compiler.

/// Where position `i` of the result lies: f32 operations in the written order.
template <typename F> F resizeCoordinate(ResizeCoordinates mode, F i, const ResizedAxis<F> &axis) {
  F half = (i + 0.5f) / axis.scale, zero = like(i, 0.0f);
  auto isLong = axis.out > 1.0f;
  switch (mode) {
  case ResizeCoordinates::HalfPixel:
    return half - 0.5f;
  case ResizeCoordinates::PytorchHalfPixel: {
    F x = half - 0.5f;
    return select(isLong, x, zero);
  }
  case ResizeCoordinates::TfHalfPixelForNN:
    return half;
  case ResizeCoordinates::HalfPixelSymmetric: {
    // (1 - how much longer the axis became than the scale says) * half of it.
    F adjustment = axis.out / (axis.scale * axis.in), center = axis.in * 0.5f, share = 1.0f - adjustment;
    return (center * share + half) - 0.5f;
  }
  case ResizeCoordinates::Asymmetric:
    return i / axis.scale;
  case ResizeCoordinates::AlignCorners: {
    F x = (i * axis.lastIn) / axis.lastOut;
    return select(isLong, x, zero);
  }
  }
  return zero;
}

template <typename F> F roundCoordinate(ResizeRounding rounding, F x, F scale) {
  F below = floor(x), part = x - below, above = below + 1.0f, half = like(x, 0.5f); // part is exact
  switch (rounding) {
  case ResizeRounding::PreferFloor:
    return select(part > half, above, below);
  case ResizeRounding::PreferCeil:
    return select(part >= half, above, below);
  case ResizeRounding::Floor:
    return below;
  case ResizeRounding::Ceil:
    return ceil(x);
  case ResizeRounding::Simple: {
    F next = ceil(x);
    return select(scale < 1.0f, next, below);
  }
  }
  return below;
}

/// The position that is nearest by `rounding`, a whole number in [0, lastIn].
template <typename F>
F resizeNearest(ResizeCoordinates mode, ResizeRounding rounding, F i, const ResizedAxis<F> &axis) {
  F nearest = roundCoordinate(rounding, resizeCoordinate(mode, i, axis), axis.scale), zero = like(i, 0.0f);
  F inside = select(nearest < axis.lastIn, nearest, axis.lastIn);
  return select(nearest > zero, inside, zero);
}

} // namespace f32

/// The position in [0, in) of an axis of `in` positions that position `i` of one of `out` takes; in >= 1.
int64_t resizeNearest(ResizeCoordinates mode, ResizeRounding rounding, int64_t i, float scale, int64_t in, int64_t out);

} // namespace qc::numerics
