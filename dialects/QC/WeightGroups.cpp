// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Groups of weights of 4 bits.
#include "dialects/QC/WeightGroups.h"
#include "qc/Arith/Int4.h"
#include "llvm/ADT/STLExtras.h"

using namespace qc;

WeightGroups::WeightGroups(llvm::ArrayRef<int64_t> shape, int64_t axis, bool isMatrix, int64_t size)
    : channels(shape[isMatrix ? axis : 0]), runs(1), length(shape[isMatrix ? 1 - axis : 1]), size(size) {
  if (!isMatrix)
    for (int64_t taps : shape.drop_front(2))
      runs *= taps;
  bool isLast = isMatrix && axis == 1;
  channelStride = isLast ? 1 : length * runs;
  runStride = isMatrix ? 0 : 1;
  depthStride = isLast ? channels : runs;
}

std::optional<int64_t> qc::findChannelBeyondInt4(llvm::ArrayRef<int8_t> weights, const WeightGroups &groups) {
  std::vector<int8_t> group;
  for (int64_t channel = 0; channel < groups.getChannels(); ++channel)
    for (int64_t run = 0; run < groups.getRuns(); ++run)
      for (int64_t first = 0; first < groups.getRunLength(); first += groups.getGroupSize()) {
        group.clear();
        int64_t end = std::min(groups.getRunLength(), first + groups.getGroupSize());
        for (int64_t k = first; k < end; ++k)
          group.push_back(weights[groups.getIndex(channel, run, k)]);
        if (!numerics::findGroupMultiplier(group))
          return channel;
      }
  return std::nullopt;
}
