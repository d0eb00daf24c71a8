// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the taps of a convolution read of its activation.
#pragma once
#include "Rows.h"
#include "qc/Calibration/OperandMeans.h"
#include <algorithm>
#include <array>
#include <optional>

namespace qc::calibration {

/// One spatial axis of a convolution.
struct Taps {
  int64_t size = 1, stride = 0; ///< of the activation; stride in elements
  int64_t kernel = 1, step = 1, dilation = 1, pad = 0;
  int64_t positions = 1; ///< of the result

  /// The positions [begin, end) at which `tap` reads an element and no padding.
  std::pair<int64_t, int64_t> getPositions(int64_t tap) const {
    int64_t offset = tap * dilation - pad; // position p reads p * step + offset
    int64_t begin = offset >= 0 ? 0 : (-offset + step - 1) / step;
    int64_t end = offset >= size ? 0 : std::min(positions, (size - 1 - offset) / step + 1);
    return {begin, std::max(begin, end)};
  }
  /// The element that `tap` reads at `position`; nothing in the padding.
  std::optional<int64_t> find(int64_t position, int64_t tap) const {
    int64_t element = position * step + tap * dilation - pad;
    return element >= 0 && element < size ? std::optional(element) : std::nullopt;
  }
  /// Whether `tap` reads `element` at some position.
  bool reads(int64_t tap, int64_t element) const {
    int64_t offset = element - tap * dilation + pad;
    return offset >= 0 && offset % step == 0 && offset / step < positions;
  }
};

/// Spatial axes; those that are missing come first, have size 1 and one tap.
using TapAxes = std::array<Taps, 3>;

/// Those of a convolution's activation of `dims` and `strides` (of elements), for a window with a kernel.
inline TapAxes getTaps(const OperandWindow &window, llvm::ArrayRef<int64_t> dims, llvm::ArrayRef<int64_t> strides) {
  TapAxes axes;
  size_t spatial = dims.size() - 2;
  for (size_t i = 0; i < spatial; ++i) {
    Taps &axis = axes[axes.size() - spatial + i];
    axis = {dims[2 + i], strides[2 + i], window.kernel[i], window.strides[i], window.dilations[i], window.pads[i]};
    int64_t free = axis.size + axis.pad + window.pads[spatial + i] - ((axis.kernel - 1) * axis.dilation + 1);
    axis.positions = free < 0 ? 0 : free / axis.step + 1;
  }
  return axes;
}

} // namespace qc::calibration
