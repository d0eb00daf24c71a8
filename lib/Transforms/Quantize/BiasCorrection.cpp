// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What rounding weights does to the mean of a contraction's result.
#include "BiasCorrection.h"

std::vector<double> qc::sumMeanErrors(const WeightSplit &channels, int64_t groups, llvm::ArrayRef<float> weights,
                                      llvm::ArrayRef<int8_t> codes, llvm::ArrayRef<float> scales,
                                      llvm::ArrayRef<float> means) {
  std::vector<double> errors(size_t(channels.count), 0.0);
  const float *weight = weights.data();
  const int8_t *code = codes.data();
  int64_t depth = channels.outer * channels.inner;
  for (int64_t outer = 0; outer < channels.outer; ++outer)
    for (int64_t channel = 0; channel < channels.count; ++channel) {
      auto scale = double(scales[channel]);
      const float *mean = means.data() + channel * groups / channels.count * depth + outer * channels.inner;
      double &error = errors[channel];
      for (int64_t i = 0; i < channels.inner; ++i)
        error += (scale * double(*code++) - double(*weight++)) * double(*mean++);
    }
  return errors;
}
