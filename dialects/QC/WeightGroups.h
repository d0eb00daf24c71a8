// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Groups of weights of 4 bits in the tensor of the i8 weights that they stand for (docs/Numerics.md, Weights of 4
// bits).
#pragma once
#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <optional>
#include <vector>

namespace qc {

/// Where the weights of a sum stand, in runs: the input channels of a kernel position, or the K of a matrix. Each run
/// is cut into groups of `size`, its last one has what is left.
class WeightGroups {
public:
  /// Weights of `shape`: a matrix whose output channels lie along `axis`, or filters [M, C, kernel].
  WeightGroups(llvm::ArrayRef<int64_t> shape, int64_t axis, bool isMatrix, int64_t size);

  int64_t getChannels() const { return channels; }
  int64_t getRuns() const { return runs; }
  int64_t getRunLength() const { return length; }
  int64_t getGroupSize() const { return size; }
  /// The weight number `k` of a run of an output channel.
  int64_t getIndex(int64_t channel, int64_t run, int64_t k) const {
    return channel * channelStride + run * runStride + k * depthStride;
  }

private:
  int64_t channels, runs, length, size;
  int64_t channelStride, runStride, depthStride;
};

/// The first output channel for whose weights no 4-bit codes in these groups stand; nothing where there is none.
std::optional<int64_t> findChannelBeyondInt4(llvm::ArrayRef<int8_t> weights, const WeightGroups &groups);

} // namespace qc
