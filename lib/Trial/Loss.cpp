// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Losses, in f64 in a fixed order.
#include "qc/Trial/Loss.h"
#include "qc/Arith/Functions.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <algorithm>
#include <cmath>
#include <limits>

using namespace llvm;
using namespace qc;
using namespace qc::trial;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();
static constexpr double kLeastProbability = 0x1p-40;

static bool isDistribution(ArrayRef<double> row) {
  double sum = 0;
  for (double p : row) {
    if (!(p >= 0 && p <= 1))
      return false;
    sum += p;
  }
  return std::abs(sum - 1) <= 1e-3;
}

OutputKind trial::classifyOutput(ArrayRef<std::vector<double>> values, int64_t rank, int64_t rowLength) {
  if (rowLength < 2)
    return OutputKind::Values;
  bool areDistributions = llvm::all_of(values, [&](ArrayRef<double> sample) {
    for (size_t row = 0; row < sample.size(); row += rowLength)
      if (!isDistribution(sample.slice(row, rowLength)))
        return false;
    return true;
  });
  if (areDistributions)
    return OutputKind::Probabilities;
  return rank == 2 ? OutputKind::Logits : OutputKind::Values;
}

double Loss::getValue() const {
  double sum = 0;
  for (double sample : samples)
    sum += sample;
  return samples.empty() ? 0 : sum / double(samples.size());
}

// log softmax of a row.
static SmallVector<double> logSoftmax(ArrayRef<double> row) {
  double greatest = *llvm::max_element(row), sum = 0;
  for (double x : row)
    sum += numerics::exp(x - greatest);
  double shift = greatest + numerics::log(sum);
  return llvm::map_to_vector(row, [&](double x) { return x - shift; });
}

// The logarithms of a row's probabilities.
static SmallVector<double> getLogs(OutputKind kind, ArrayRef<double> row) {
  if (kind == OutputKind::Logits)
    return logSoftmax(row);
  return llvm::map_to_vector(row, [](double p) { return numerics::log(std::max(p, kLeastProbability)); });
}

static double divergence(OutputKind kind, ArrayRef<double> reference, ArrayRef<double> candidate) {
  SmallVector<double> p = getLogs(kind, reference), q = getLogs(kind, candidate);
  double sum = 0;
  for (auto [a, b] : llvm::zip_equal(p, q))
    sum += numerics::exp(a) * (a - b);
  return std::max(sum, 0.0); // rounding; and rows of probabilities that do not sum to exactly 1
}

static size_t argMax(ArrayRef<double> row) { return llvm::max_element(row) - row.begin(); }

namespace {
/// Sums over all samples of an output.
struct Totals {
  double power = 0, error = 0;
  int64_t rows = 0, agreeing = 0;
};
} // namespace

static bool areFinite(ArrayRef<double> values) {
  return llvm::all_of(values, [](double x) { return std::isfinite(x); });
}

/// The squared error over the elements that are numbers in the reference, and their power; infinite where a candidate
/// has no number there.
static double addSquares(ArrayRef<double> reference, ArrayRef<double> candidate, double &power) {
  double error = 0;
  power = 0;
  for (auto [r, y] : llvm::zip_equal(reference, candidate)) {
    if (!std::isfinite(r))
      continue;
    error += std::isfinite(y) ? (y - r) * (y - r) : kInfinity;
    power += r * r;
  }
  return error;
}

// Adds a sample, and returns its loss; that of values is not yet divided by `power`, that of the reference.
static double addSample(const Output &output, ArrayRef<double> reference, ArrayRef<double> candidate, Totals &totals,
                        double &power) {
  double error = addSquares(reference, candidate, power), sum = 0;
  totals.power += power;
  totals.error += error;
  int64_t rows = 0, length = output.rowLength;
  for (size_t i = 0; length > 0 && i + length <= reference.size(); i += length) {
    ArrayRef<double> r = reference.slice(i, length), y = candidate.slice(i, length);
    if (!areFinite(r)) // has no arg-max, and no divergence from anything
      continue;
    ++rows;
    bool isFinite = areFinite(y);
    totals.agreeing += isFinite && argMax(r) == argMax(y);
    if (output.kind != OutputKind::Values)
      sum += isFinite ? divergence(output.kind, r, y) : kInfinity;
  }
  totals.rows += rows;
  if (output.kind == OutputKind::Values || length <= 0)
    return error;
  return rows > 0 ? sum / double(rows) : 0;
}

// The upper one of two in the middle; 0 of nothing.
static double getMedian(SmallVector<double> values) {
  if (values.empty())
    return 0;
  auto middle = values.begin() + values.size() / 2;
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

Loss trial::computeLoss(ArrayRef<Output> reference, ArrayRef<std::vector<std::vector<double>>> candidate) {
  Loss loss;
  loss.sqnr = kInfinity;
  for (auto [output, values] : llvm::zip_equal(reference, candidate)) {
    loss.samples.resize(output.values.size(), 0.0);
    Totals totals;
    SmallVector<double> own, powers(values.size());
    for (auto [r, y, power] : llvm::zip_equal(output.values, values, powers))
      own.push_back(addSample(output, r, y, totals, power));
    double least = getMedian(powers) / 100;
    for (auto [sum, x, power] : llvm::zip_equal(loss.samples, own, powers))
      sum += output.kind != OutputKind::Values || x == 0 ? x : x / std::max(power, least); // infinite where all is 0
    if (totals.error > 0)
      loss.sqnr = std::min(loss.sqnr, 10 / numerics::log(10.0) * numerics::log(totals.power / totals.error));
    if (totals.rows > 0)
      loss.agreement = std::min(loss.agreement, double(totals.agreeing) / double(totals.rows));
  }
  return loss;
}
