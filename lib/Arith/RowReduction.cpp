// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Row reductions in the fixed order.
#include "qc/Arith/RowReduction.h"

#include "qc/Arith/Functions.h"
#include "qc/Arith/OrderedSum.h"

#include "Bits.h"

#include <vector>

namespace qc::numerics {

float rowSum(const float *x, int64_t count, int64_t stride) {
  std::vector<OrderedSum> sums(16, OrderedSum(count > maxShortRow));
  for (int64_t k = 0; k < count; ++k)
    sums[static_cast<size_t>(k % 16)].add(x[k * stride]);
  float partial[16];
  for (int j = 0; j < 16; ++j)
    partial[j] = sums[static_cast<size_t>(j)].value();
  for (int width = 8; width > 0; width /= 2)
    for (int j = 0; j < width; ++j)
      partial[j] += partial[j + width];
  return partial[0];
}

float rowProduct(const float *x, int64_t count, int64_t stride) {
  float partial[16];
  for (float &p : partial)
    p = 1.0f;
  for (int64_t k = 0; k < count; ++k)
    partial[k % 16] *= x[k * stride];
  for (int width = 8; width > 0; width /= 2)
    for (int j = 0; j < width; ++j)
      partial[j] *= partial[j + width];
  return partial[0];
}

float rowMax(const float *x, int64_t count, int64_t stride) {
  float largest = fromBits(uint32_t(0xff800000)); // -inf
  for (int64_t k = 0; k < count; ++k)
    largest = maximum(largest, x[k * stride]);
  return largest;
}

} // namespace qc::numerics
