// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Everything that is observed on one value.
#include "qc/Calibration/ValueStatistics.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace qc::calibration;

MinMax ValueStatistics::observe(const float *data, ArrayRef<int64_t> dims, ArrayRef<int64_t> strides,
                                const Readers &readers) {
  MinMax own;
  own.observe(data, dims, strides);
  range.merge(own);
  extremes.observe(own);
  histogram.observe(data, dims, strides);
  if (readers.byChannel)
    channelRanges.observe(data, dims, strides);
  if (operandMeans.empty())
    for (const Readers::Contraction &reader : readers.contractions) {
      operandMeans.emplace_back(reader.window);
      operandProducts.push_back(reader.readsCovariances ? std::optional<OperandProducts>(reader.window) : std::nullopt);
    }
  for (auto [means, products] : zip_equal(operandMeans, operandProducts)) {
    means.observe(data, dims, strides);
    if (products)
      products->observe(data, dims, strides);
  }
  return own;
}

void ValueStatistics::merge(const ValueStatistics &other) {
  range.merge(other.range);
  histogram.merge(other.histogram);
  extremes.merge(other.extremes);
  channelRanges.merge(other.channelRanges);
  if (operandMeans.empty()) {
    operandMeans = other.operandMeans;
    operandProducts = other.operandProducts;
    return;
  }
  for (auto [own, added] : zip(operandMeans, other.operandMeans)) // none where the other has seen nothing
    own.merge(added);
  for (auto [own, added] : zip(operandProducts, other.operandProducts))
    if (own && added)
      own->merge(*added);
}
