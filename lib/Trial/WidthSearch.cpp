// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Values of 16 bits by trial: more of them in steps, then fewer by halves.
#include "qc/Trial/WidthSearch.h"
#include "dialects/QC/QC.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Analysis/Uses.h"
#include "qc/Arith/Functions.h"
#include "qc/Calibration/Progress.h"
#include "qc/Calibration/RangeMethod.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>
#include <deque>
#include <tuple>

using namespace mlir;
using namespace qc;
using namespace qc::trial;
using calibration::Histogram;

// dB that 8 bits must have of a value to hold it. The last step is all values: a channel that is always far larger than
// the others makes most of a value's variance, and codes look good beside it.
static constexpr double kSteps[] = {20, 24, 28, 32, 36, std::numeric_limits<double>::infinity()};
static constexpr double kLog10 = 0x1.26bb1bbb55516p+1;
static constexpr double kLeastGain = 1; // dB at the outputs
// dB at the outputs that 16 bits for all must be worth. Of a value that no contraction reads they cost less time.
static constexpr double kPrice = 5, kUnmultipliedShare = 0.25;

std::optional<double> trial::estimateCodeSqnr(StatsOp stats) {
  std::optional<HistogramAttr> histogram = stats.getHistogram();
  if (!histogram || stats.getCount() == 0 || !stats.getMin().isFinite())
    return std::nullopt;
  std::vector<calibration::BinCount> bins;
  double n = double(stats.getCount()), sum = 0, squares = 0;
  for (auto [bin, count] : llvm::zip_equal(histogram->getBins(), histogram->getCounts())) {
    bins.push_back({bin, count});
    double x = bin < 0 ? -Histogram::getCentre(-1 - bin) : Histogram::getCentre(bin);
    sum += double(count) * x;
    squares += double(count) * (x * x);
  }
  double variance = squares - sum / n * sum;
  double error = calibration::getLeastError(bins, {stats.getMin().convertToFloat(), stats.getMax().convertToFloat()});
  if (!(variance > 0) || !(error > 0))
    return std::numeric_limits<double>::infinity();
  return 10 / kLog10 * numerics::log(variance / error);
}

namespace {
/// A unit that can have 16 bits.
struct Wideable {
  size_t unit;
  size_t format;     ///< "w8a16" in its formats
  double sqnr;       ///< dB that 8 bits have of its result
  bool isMultiplied; ///< a contraction reads it, and takes longer for it
};

/// The search, and the best that it has found.
class WidthSearch {
public:
  WidthSearch(ModuleOp module, Trials &trials, std::vector<Unit> units, const WidthSearchOptions &options)
      : module(module), trials(trials), units(std::move(units)), options(options),
        progress(options.quiet ? nullptr : &llvm::errs(), llvm::errs().is_displayed(), "widening values",
                 options.maxTrials, {}, "trials") {}

  FailureOr<WidenedValues> run();

private:
  using Members = std::vector<bool>; ///< of `all`: which have 16 bits
  struct Found {
    Members members;
    double sqnr;
  };

  void collect();
  std::optional<double> findSqnr(const Unit &unit, ArrayRef<Operation *> ops, bool &isMultiplied);
  void apply(ModuleOp candidate, const Members &members) const;
  FailureOr<double> measure(const Members &members);
  double getWorth(const Found &found) const;
  FailureOr<Found> climb(double before);
  LogicalResult prune(Found &found);
  LogicalResult prune(Found &found, ArrayRef<size_t> which);
  std::string explain(const Wideable &value) const;

  ModuleOp module;
  Trials &trials;
  std::vector<Unit> units;
  const WidthSearchOptions &options;
  calibration::Progress progress;
  int64_t done = 0;
  std::vector<Wideable> all; ///< the worst first
};
} // namespace

// Whether a contraction reads `value`, also through what moves it; a softmax reads codes of 8 bits anyhow.
static bool feedsContraction(Value value) {
  return llvm::any_of(value.getUsers(), [&](Operation *user) {
    if (movesCodes(user))
      return llvm::any_of(user->getResults(), feedsContraction);
    return getRoundingTraits(user).isContraction;
  });
}

/// Of the results of `unit` that something else reads the worst.
std::optional<double> WidthSearch::findSqnr(const Unit &unit, ArrayRef<Operation *> ops, bool &isMultiplied) {
  llvm::SmallPtrSet<Operation *, 8> own;
  for (size_t place : unit.ops)
    own.insert(ops[place]);
  std::optional<double> worst;
  for (Operation *op : own)
    for (Value result : op->getResults()) {
      ObserveOp observer;
      bool isRead = false;
      for (Operation *user : result.getUsers())
        if (auto observe = dyn_cast<ObserveOp>(user))
          observer = observe;
        else
          isRead |= !own.contains(user);
      StatsOp stats = observer && isRead ? module.lookupSymbol<StatsOp>(observer.getStats()) : StatsOp();
      std::optional<double> sqnr = stats ? estimateCodeSqnr(stats) : std::nullopt;
      if (sqnr && (!worst || *sqnr < *worst))
        worst = sqnr;
      isMultiplied |= isRead && feedsContraction(result);
    }
  return worst;
}

void WidthSearch::collect() {
  auto ops = listOperations(module.lookupSymbol<func::FuncOp>("main"));
  for (auto [index, unit] : llvm::enumerate(units)) {
    auto format = llvm::find(unit.formats, "w8a16");
    if (format == unit.formats.begin() || format == unit.formats.end() || unit.formats.front() != "int8")
      continue;
    bool isMultiplied = false;
    std::optional<double> sqnr = findSqnr(unit, ops, isMultiplied);
    if (sqnr)
      all.push_back({index, size_t(format - unit.formats.begin()), *sqnr, isMultiplied});
  }
  llvm::sort(all,
             [](const Wideable &a, const Wideable &b) { return std::tie(a.sqnr, a.unit) < std::tie(b.sqnr, b.unit); });
}

std::string WidthSearch::explain(const Wideable &value) const {
  std::string have = std::isfinite(value.sqnr) ? llvm::formatv("{0:f1} dB", value.sqnr).str() : "all";
  return "16 bits: 8 have " + have + " of it at best, the outputs need more (--wide-values)";
}

void WidthSearch::apply(ModuleOp candidate, const Members &members) const {
  Formats formats(units.size());
  std::vector<std::string> reasons(units.size());
  for (auto [value, isWide] : llvm::zip_equal(all, members)) {
    formats[value.unit] = isWide ? value.format : 0;
    reasons[value.unit] = explain(value);
  }
  setFormats(candidate, units, formats, reasons);
}

FailureOr<double> WidthSearch::measure(const Members &members) {
  FailureOr<Loss> loss = trials.measure([&](ModuleOp candidate) {
    apply(candidate, members);
    return success();
  });
  if (failed(loss))
    return failure();
  ++done;
  progress.advance();
  return loss->sqnr;
}

/// dB at the outputs, as far as they are wanted, less what 16 bits cost.
double WidthSearch::getWorth(const Found &found) const {
  double wide = 0, whole = 0;
  for (auto [value, isWide] : llvm::zip_equal(all, found.members)) {
    double share = value.isMultiplied ? 1 : kUnmultipliedShare;
    whole += share;
    wide += isWide ? share : 0;
  }
  return std::min(found.sqnr, options.enoughSqnr) - kPrice * (wide / whole);
}

/// The step that is worth most, of equals the first.
FailureOr<WidthSearch::Found> WidthSearch::climb(double before) {
  Found best{Members(all.size()), before};
  Members last = best.members;
  double reached = before;
  for (double step : kSteps) {
    Members members(all.size());
    for (auto [index, value] : llvm::enumerate(all))
      members[index] = value.sqnr <= step;
    if (members == last || reached >= options.enoughSqnr)
      continue;
    FailureOr<double> sqnr = measure(members);
    if (failed(sqnr))
      return failure();
    last = members;
    reached = *sqnr;
    if (Found found{std::move(members), *sqnr}; getWorth(found) > getWorth(best))
      best = std::move(found);
  }
  return best;
}

/// Without those of `which`, positions in `all`, that are not worth their price: all of it, halves, quarters.
LogicalResult WidthSearch::prune(Found &found, ArrayRef<size_t> which) {
  std::deque<std::pair<size_t, size_t>> blocks{{0, which.size()}};
  while (!blocks.empty() && done < options.maxTrials) {
    auto [begin, end] = blocks.front();
    blocks.pop_front();
    if (begin == end)
      continue;
    Members members = found.members;
    for (size_t i = begin; i < end; ++i)
      members[which[i]] = false;
    FailureOr<double> sqnr = measure(members);
    if (failed(sqnr))
      return failure();
    if (Found fewer{std::move(members), *sqnr}; getWorth(fewer) >= getWorth(found)) {
      found = std::move(fewer);
    } else if (size_t middle = (begin + end) / 2; middle != begin) {
      blocks.emplace_back(begin, middle);
      blocks.emplace_back(middle, end);
    }
  }
  return success();
}

/// What contractions read first: that costs time.
LogicalResult WidthSearch::prune(Found &found) {
  for (bool isMultiplied : {true, false}) {
    std::vector<size_t> which; // those that 8 bits hold best first
    for (size_t index = all.size(); index-- > 0;)
      if (found.members[index] && all[index].isMultiplied == isMultiplied)
        which.push_back(index);
    if (failed(prune(found, which)))
      return failure();
  }
  return success();
}

FailureOr<WidenedValues> WidthSearch::run() {
  collect();
  FailureOr<double> before = measure(Members(all.size()));
  if (failed(before))
    return failure();
  WidenedValues result{0, *before, *before};
  if (all.empty() || !std::isfinite(*before) || *before >= options.enoughSqnr)
    return result;
  FailureOr<Found> found = climb(*before);
  if (failed(found) || (getWorth(*found) > *before && failed(prune(*found))))
    return failure();
  progress.finish();
  if (getWorth(*found) < *before + kLeastGain)
    return result;
  apply(module, found->members);
  result.count = llvm::count(found->members, true);
  result.sqnrAfter = found->sqnr;
  return result;
}

FailureOr<WidenedValues> trial::widenValues(ModuleOp module, Trials &trials, const PipelineOptions &pipeline,
                                            const WidthSearchOptions &options) {
  if (trials.getNumSamples() < options.minSamples || !trials.canCompare())
    return WidenedValues();
  FailureOr<std::vector<Unit>> units = listUnits(module, pipeline);
  if (failed(units))
    return failure();
  return WidthSearch(module, trials, std::move(*units), options).run();
}
