// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Greedily, one code after the other: f64 in a written order, the same on every host.
#include "WeightRounding.h"
#include <cmath>
#include <vector>

using namespace qc;

/// How much more inputs vary along their means than elsewhere. Of 1 and 9 the one that loses less on five networks
/// taken together (docs/Roadmap.md); no more is known of it.
static constexpr double kTogether = 9;
static constexpr int kMostFlips = 64;

namespace {
/// The codes of one channel.
class Rounding {
public:
  Rounding(llvm::ArrayRef<float> means, double meanSquare) : means(means), meanSquare(meanSquare) {}

  /// The next code, that of weight / scale.
  void add(int8_t code, float weight, float scale) {
    double error = double(code) - double(weight) / double(scale);
    sum += error * double(means[errors.size()]);
    errors.push_back(error);
    codes.push_back(code);
  }
  void run() {
    for (int i = 0; i < kMostFlips && flipBest(); ++i) {
    }
  }
  int8_t getCode(size_t k) const { return codes[k]; }

private:
  double getStep(size_t k) const { return errors[k] > 0 ? -1 : 1; }
  /// A code that is not the nearest has been flipped, or ends there.
  bool canFlip(size_t k) const { return std::abs(errors[k]) <= 0.5 && std::abs(double(codes[k]) + getStep(k)) <= 127; }
  /// By how much the expected squared error of the sum falls.
  double getGain(size_t k) const {
    double error = errors[k] + getStep(k), total = sum + getStep(k) * double(means[k]);
    return meanSquare * (errors[k] * errors[k] - error * error) + kTogether * (sum * sum - total * total);
  }
  /// Flips the code that gains most, of equals the first one; false: none gains.
  bool flipBest();

  llvm::ArrayRef<float> means;
  double meanSquare, sum = 0;
  std::vector<double> errors; ///< in steps of codes
  std::vector<int8_t> codes;
};
} // namespace

bool Rounding::flipBest() {
  double most = 0;
  size_t best = codes.size();
  for (size_t k = 0; k < codes.size(); ++k)
    if (canFlip(k))
      if (double gain = getGain(k); gain > most) {
        most = gain;
        best = k;
      }
  if (best == codes.size())
    return false;
  double step = getStep(best);
  sum += step * double(means[best]);
  errors[best] += step;
  codes[best] = int8_t(double(codes[best]) + step);
  return true;
}

void qc::roundTogether(const WeightSplit &channels, int64_t groups, llvm::ArrayRef<float> weights,
                       llvm::ArrayRef<float> scales, llvm::ArrayRef<float> means, double meanSquare,
                       llvm::MutableArrayRef<int8_t> codes) {
  int64_t depth = channels.outer * channels.inner;
  for (int64_t channel = 0; channel < channels.count; ++channel) {
    auto getIndex = [&](int64_t k) {
      return (k / channels.inner * channels.count + channel) * channels.inner + k % channels.inner;
    };
    Rounding rounding(means.slice(channel * groups / channels.count * depth, depth), meanSquare);
    for (int64_t k = 0; k < depth; ++k)
      rounding.add(codes[getIndex(k)], weights[getIndex(k)], scales[channel]);
    rounding.run();
    for (int64_t k = 0; k < depth; ++k)
      codes[getIndex(k)] = rounding.getCode(size_t(k));
  }
}
