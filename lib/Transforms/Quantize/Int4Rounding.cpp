// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Coordinate descent on codes of 4 bits: f32 and f64 in a written order, the same on every host.
#include "Int4Rounding.h"
#include "qc/Arith/Int4.h"
#include "qc/Arith/Rounding.h"
#include <algorithm>
#include <cmath>

using namespace qc;

static constexpr int kMostSweeps = 3;
/// What each weight's own error counts beside covariances, in mean variances: inputs that calibration did not see vary
/// in other ways, and covariances of K elements at n positions say the less, the larger K / n is. Of many the ones with
/// which EfficientNet-Lite0 lost least on other pictures, with 128 samples and with 8 (docs/Roadmap.md).
static double getDamping(size_t depth, double positions) { return 1 + 3 * double(depth) / positions; }

/// Channels whose gradients stay in the cache while a row of the matrix is read once for all of them.
static constexpr size_t kBlock = 16;

namespace {
/// Half the second derivative of the expected square of a sum's error by the errors of its weights, damped, in units of
/// the mean variance.
class Hessian {
public:
  explicit Hessian(const OperandCovariances &covariances)
      : depth(covariances.means.size()), rows(depth * depth), variances(depth) {
    addNoise(covariances);
    double sum = 0;
    for (double variance : variances)
      sum += variance;
    double mean = sum / double(depth);
    isKnown = mean > 0 && covariances.positions > 0;
    double damping = getDamping(depth, covariances.positions);
    const float *covariance = covariances.triangle.data();
    for (size_t i = 0; i < depth && isKnown; ++i)
      for (size_t j = 0; j <= i; ++j, ++covariance) {
        double value = (i == j ? variances[i] : double(*covariance)) / mean;
        // None is above the largest variance, which is not above the sum of all; a module may hold any.
        isKnown &= std::abs(value) <= 2 * double(depth) && (i != j || *covariance >= 0);
        rows[i * depth + j] = rows[j * depth + i] = float(value + (i == j ? damping : 0));
      }
  }
  /// Whether these are covariances, of something that was seen.
  bool isUsable() const { return isKnown; }
  const float *getRow(size_t k) const { return &rows[k * depth]; }
  float getDiagonal(size_t k) const { return rows[k * depth + k]; }
  size_t getDepth() const { return depth; }

private:
  /// Variances, and as much more as makes roundings of covariances too small to matter: these are of products, about
  /// 2^-18 of them at most, which are large where means are. Without it what hardly varies would be ruled by roundings.
  void addNoise(const OperandCovariances &covariances) {
    std::vector<double> sizes(depth); // root mean squares
    double sum = 0;
    for (size_t k = 0; k < depth; ++k) {
      auto mean = double(covariances.means[k]);
      variances[k] = double(covariances.triangle[k * (k + 3) / 2]);
      sizes[k] = std::sqrt(variances[k] + mean * mean);
      sum += sizes[k];
    }
    for (size_t k = 0; k < depth; ++k)
      variances[k] += 0x1p-18 * (sizes[k] * sum);
  }

  size_t depth;
  bool isKnown;
  std::vector<float> rows;
  std::vector<double> variances;
};

/// A channel, and the gradient by the errors of its weights.
class Descent {
public:
  Descent(Int4Channel &channel) : channel(&channel), gradient(channel.codes.size(), 0.0f) {}

  void addError(const Hessian &hessian, size_t k) {
    add(hessian, k, float(double(channel->multipliers[k]) * double(channel->codes[k]) - channel->weights[k]));
  }
  /// Makes the code of `k` the best beside the others; false: it was.
  bool improve(const Hessian &hessian, size_t k);

private:
  void add(const Hessian &hessian, size_t k, float error) {
    const float *row = hessian.getRow(k);
    for (size_t i = 0; i < gradient.size(); ++i)
      gradient[i] += error * row[i];
  }
  Int4Channel *channel;
  std::vector<float> gradient;
};
} // namespace

bool Descent::improve(const Hessian &hessian, size_t k) {
  int32_t multiplier = channel->multipliers[k], code = channel->codes[k];
  double target = double(code) - double(gradient[k]) / (double(hessian.getDiagonal(k)) * double(multiplier));
  double best = std::clamp(qc::numerics::roundEven(target), double(qc::numerics::leastInt4Code(multiplier)),
                           double(qc::numerics::int4Greatest));
  if (best == double(code))
    return false;
  channel->codes[k] = int8_t(best);
  add(hessian, k, float(multiplier * (int32_t(best) - code)));
  return true;
}

static void descend(const Hessian &hessian, llvm::MutableArrayRef<Int4Channel> channels) {
  std::vector<Descent> descents(channels.begin(), channels.end());
  for (size_t k = 0; k < hessian.getDepth(); ++k)
    for (Descent &descent : descents)
      descent.addError(hessian, k);
  bool hasChanged = true;
  for (int sweep = 0; sweep < kMostSweeps && hasChanged; ++sweep) {
    hasChanged = false;
    for (size_t k = 0; k < hessian.getDepth(); ++k)
      for (Descent &descent : descents)
        hasChanged |= descent.improve(hessian, k);
  }
}

bool qc::roundByCovariances(const OperandCovariances &covariances, llvm::MutableArrayRef<Int4Channel> channels) {
  size_t depth = covariances.means.size();
  if (covariances.triangle.size() != depth * (depth + 1) / 2)
    return false;
  Hessian hessian(covariances);
  for (size_t first = 0; first < channels.size() && hessian.isUsable(); first += kBlock)
    descend(hessian, channels.slice(first, std::min(kBlock, channels.size() - first)));
  return hessian.isUsable();
}
