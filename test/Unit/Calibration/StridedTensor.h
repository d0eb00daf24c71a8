// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tensors whose elements lie anyhow in memory.
#pragma once
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

namespace qc::calibration {

/// A tensor of small whole numbers, whose sums are exact, in any order of its dimensions.
struct StridedTensor {
  llvm::SmallVector<int64_t> dims, strides;
  std::vector<float> data;

  StridedTensor(std::mt19937 &random, llvm::ArrayRef<int64_t> sizes)
      : dims(sizes.begin(), sizes.end()), strides(sizes.size()) {
    llvm::SmallVector<int64_t> order(sizes.size());
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), random);
    int64_t size = 1;
    for (int64_t axis : order) {
      strides[axis] = size;
      size *= dims[axis] + random() % 2; // gaps now and then
    }
    data.resize(size_t(size));
    for (float &x : data)
      x = float(int(random() % 200) - 100);
  }
  float get(llvm::ArrayRef<int64_t> index) const {
    int64_t offset = 0;
    for (size_t i = 0; i < index.size(); ++i) {
      if (index[i] < 0 || index[i] >= dims[i])
        return 0;
      offset += index[i] * strides[i];
    }
    return data[size_t(offset)];
  }
};

} // namespace qc::calibration
