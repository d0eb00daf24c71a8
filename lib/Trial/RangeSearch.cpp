// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Range methods by trial: uniform first, then by blocks.
#include "qc/Trial/RangeSearch.h"
#include "dialects/QC/QC.h"
#include "qc/Arith/Functions.h"
#include "qc/Calibration/Progress.h"
#include "qc/Calibration/RangeMethod.h"
#include <cmath>
#include <deque>
#include <tuple>

using namespace mlir;
using namespace qc;
using namespace qc::trial;
using calibration::RangeMethod;

/// A method for each qc.stats, in module order.
using Methods = std::vector<RangeMethod>;

static void setMethods(ModuleOp module, ArrayRef<RangeMethod> methods) {
  Builder builder(module.getContext());
  module->setAttr(QCDialect::kRangeMethodAttr,
                  builder.getStringAttr(calibration::getRangeMethodName(RangeMethod::Auto)));
  for (auto [stats, method] : llvm::zip_equal(module.getOps<StatsOp>(), methods))
    stats.setMethod(calibration::getRangeMethodName(method));
}

// Whether the mean of `differences` is above 0 by more than its standard error.
static bool isAboveError(ArrayRef<double> differences) {
  double n = double(differences.size()), sum = 0, squares = 0;
  for (double x : differences)
    sum += x;
  double mean = sum / n;
  for (double x : differences)
    squares += (x - mean) * (x - mean);
  return mean > 0 && (n == 1 || mean * mean * n * (n - 1) > squares);
}

// In nats or as a share of the output's power, what is too little to tell candidates apart.
static constexpr double kLeastLoss = 0x1p-20;

static double getLog(double loss) { return numerics::log(loss + kLeastLoss); }

// Errors of rounding are of one size in all samples, what they do to a loss is not: a few samples, in which two answers
// nearly tie, make most of its mean, and with it the choice, a matter of luck. Logarithms let all samples say as much.
// Nor may the mean rise: it has the samples that a range cuts off.
bool trial::areRangesBetter(const Loss &candidate, const Loss &best) {
  if (!std::isfinite(best.getValue()) || !std::isfinite(candidate.getValue()))
    return candidate.getValue() < best.getValue();
  SmallVector<double> ratios, rises;
  for (auto [a, b] : llvm::zip_equal(best.samples, candidate.samples)) {
    ratios.push_back(getLog(a) - getLog(b));
    rises.push_back(b - a);
  }
  return isAboveError(ratios) && !isAboveError(rises);
}

// Of all samples alike.
static double getMeanLog(const Loss &loss) {
  double sum = 0;
  for (double sample : loss.samples)
    sum += getLog(sample);
  return sum / double(loss.samples.size());
}

namespace {
/// Values [begin, end), in module order.
struct Block {
  size_t begin, end;
};

/// The search, and the best that it has found.
class RangeSearch {
public:
  RangeSearch(ModuleOp module, Trials &trials, const RangeSearchOptions &options)
      : module(module), trials(trials), options(options),
        size(std::distance(module.getOps<StatsOp>().begin(), module.getOps<StatsOp>().end())),
        progress(options.quiet ? nullptr : &llvm::errs(), llvm::errs().is_displayed(), "choosing ranges",
                 options.maxTrials, {}, "trials") {}

  LogicalResult run();
  ArrayRef<RangeMethod> getBest() const { return best; }

private:
  FailureOr<Loss> measure(ArrayRef<RangeMethod> methods);
  LogicalResult tryUniform();
  LogicalResult tryBlock(Block block);
  bool isOver() const { return done >= options.maxTrials; }

  ModuleOp module;
  Trials &trials;
  const RangeSearchOptions &options;
  size_t size;
  calibration::Progress progress;
  int64_t done = 0;
  Methods best;
  Loss loss;
  std::vector<RangeMethod> order; ///< methods, by their loss for all values
};
} // namespace

FailureOr<Loss> RangeSearch::measure(ArrayRef<RangeMethod> methods) {
  FailureOr<Loss> found = trials.measure([&](ModuleOp candidate) {
    setMethods(candidate, methods);
    return success();
  });
  ++done;
  progress.advance();
  return found;
}

LogicalResult RangeSearch::tryUniform() {
  std::vector<std::tuple<double, size_t, RangeMethod>> losses; // of equals the first one
  for (RangeMethod method : {RangeMethod::MinMax, RangeMethod::Percentile, RangeMethod::Mse, RangeMethod::Mean}) {
    Methods methods(size, method);
    FailureOr<Loss> found = measure(methods);
    if (failed(found))
      return failure();
    losses.emplace_back(getMeanLog(*found), losses.size(), method);
    if (best.empty() || areRangesBetter(*found, loss)) {
      best = std::move(methods);
      loss = std::move(*found);
    }
  }
  llvm::sort(losses);
  for (auto [value, position, method] : losses)
    order.push_back(method);
  return success();
}

// The two best of the other methods, for the values of the block.
LogicalResult RangeSearch::tryBlock(Block block) {
  int64_t tried = 0;
  for (RangeMethod method : order) {
    Methods methods = best;
    std::fill(methods.begin() + block.begin, methods.begin() + block.end, method);
    if (methods == best || tried == 2 || isOver())
      continue;
    ++tried;
    FailureOr<Loss> found = measure(methods);
    if (failed(found))
      return failure();
    if (areRangesBetter(*found, loss)) {
      best = std::move(methods);
      loss = std::move(*found);
    }
  }
  return success();
}

LogicalResult RangeSearch::run() {
  if (failed(tryUniform()))
    return failure();
  std::deque<Block> blocks; // a level of halves after the other
  for (size_t i = 0; i < 4; ++i)
    blocks.push_back({size * i / 4, size * (i + 1) / 4});
  while (!blocks.empty() && !isOver()) {
    Block block = blocks.front();
    blocks.pop_front();
    if (block.begin == block.end)
      continue;
    if (failed(tryBlock(block)))
      return failure();
    size_t middle = (block.begin + block.end) / 2;
    if (middle == block.begin)
      continue;
    blocks.push_back({block.begin, middle});
    blocks.push_back({middle, block.end});
  }
  progress.finish();
  return success();
}

LogicalResult trial::chooseRangeMethods(ModuleOp module, Trials &trials, const RangeSearchOptions &options) {
  if (trials.getNumSamples() >= options.minSamples) {
    RangeSearch search(module, trials, options);
    if (failed(search.run()))
      return failure();
    setMethods(module, search.getBest());
    return success();
  }
  auto stats = module.getOps<StatsOp>();
  setMethods(module, Methods(std::distance(stats.begin(), stats.end()), RangeMethod::MinMax));
  return success();
}
