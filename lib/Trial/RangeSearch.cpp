// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Range methods by trial: uniform first, then by blocks.
#include "qc/Trial/RangeSearch.h"
#include "dialects/QC/QC.h"
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

// Whether the samples' losses fall by more than the standard error of the mean of their differences.
static bool isBetter(const Loss &candidate, const Loss &best) {
  double n = double(best.samples.size()), sum = 0, squares = 0;
  if (!(candidate.getValue() < best.getValue()))
    return false;
  if (!std::isfinite(best.getValue()))
    return true;
  for (auto [a, b] : llvm::zip_equal(best.samples, candidate.samples))
    sum += a - b;
  double mean = sum / n;
  for (auto [a, b] : llvm::zip_equal(best.samples, candidate.samples))
    squares += (a - b - mean) * (a - b - mean);
  return n == 1 || mean * mean * n * (n - 1) > squares;
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
    losses.emplace_back(found->getValue(), losses.size(), method);
    if (best.empty() || isBetter(*found, loss)) {
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
    if (isBetter(*found, loss)) {
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
