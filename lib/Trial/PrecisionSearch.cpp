// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What sums predict is where whole measurements begin.
#include "qc/Trial/PrecisionSearch.h"
#include "dialects/QC/QC.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Analysis/Uses.h"
#include "qc/Calibration/Progress.h"
#include "qc/Search/Competitors.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <tuple>

using namespace mlir;
using namespace qc;
using namespace qc::trial;

static double getSeconds(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Weights of 4 bits lose much; they are for limits of size. What such weights lose hides how activations are rounded:
// w4a16 would be a third more to measure, for next to nothing (docs/Search.md).
static void dropInt4(Unit &unit, bool isForSize) {
  auto isDropped = [&](StringRef format) { return isInt4Name(format) && !(isForSize && format == "w4a8"); };
  unit.formats.erase(std::remove_if(unit.formats.begin() + 1, unit.formats.end(), isDropped), unit.formats.end());
}

FailureOr<std::unique_ptr<PrecisionSearch>> PrecisionSearch::open(ModuleOp module, Trials &trials,
                                                                  const PipelineOptions &pipeline,
                                                                  PrecisionSearchOptions options) {
  auto start = std::chrono::steady_clock::now();
  if (!trials.canCompare())
    return LogicalResult(module.emitError("cannot be searched: the float model gives no finite number on calibration "
                                          "data, so that nothing says which formats are good"));
  FailureOr<std::vector<Unit>> units = listUnits(module, pipeline);
  if (failed(units))
    return failure();
  for (Unit &unit : *units)
    dropInt4(unit, options.size.has_value());
  llvm::erase_if(*units, [](const Unit &unit) { return unit.formats.size() < 2; });
  if (units->empty())
    return LogicalResult(module.emitError("has nothing to search a precision for: no operation that is quantized by "
                                          "default could be something else"));
  FailureOr<PrecisionTables> tables = PrecisionTables::open(module, trials, std::move(*units));
  if (failed(tables))
    return failure();
  std::unique_ptr<PrecisionSearch> search(
      new PrecisionSearch(module, trials, pipeline, std::move(*tables), std::move(options), start));
  if (failed(search->resolveLimits()) || failed(search->checkFloatOperations()) || failed(search->measure()))
    return failure();
  return search;
}

LogicalResult PrecisionSearch::measure() {
  std::unique_ptr<calibration::Progress> progress;
  bool isTerminal = llvm::errs().is_displayed();
  double kept = 0;
  auto step = [&](int64_t, int64_t total) {
    if (!progress)
      progress =
          std::make_unique<calibration::Progress>(options.quiet ? nullptr : &llvm::errs(), isTerminal,
                                                  "measuring formats", total, calibration::Progress::Clock(), "trials");
    progress->advance();
    if (double now = getSeconds(start); options.keep && now > kept + 5) {
      options.keep();
      kept = now;
    }
    // The rest of the time is for what is done with the tables.
    return options.seconds <= 0 || getSeconds(start) < options.seconds * 0.7;
  };
  if (failed(tables.measure(step)))
    return failure();
  if (progress)
    progress->finish();
  return success();
}

LogicalResult PrecisionSearch::resolveLimits() {
  auto resolve = [](const std::optional<Limit> &limit, double whole) {
    return limit ? std::optional(limit->isRelative ? limit->value * whole : limit->value) : std::nullopt;
  };
  const Trial &base = tables.getDefault();
  if (options.bops && !base.price.bitOperations)
    return module.emitError("has no number of bit operations that could be bounded: sizes are known at run time only; "
                            "--input-shape gives them");
  limits.milliseconds = resolve(options.latency, base.milliseconds);
  limits.weightBytes = resolve(options.size, double(tables.getFloat().price.weightBytes));
  limits.bitOperations = resolve(options.bops, double(base.price.bitOperations.value_or(0)));
  limits.leastSqnr = options.leastSqnr;
  limits.leastAgreement = options.leastAgreement;
  limits.allowsFloat = options.allowsFloat;
  return success();
}

// With the diagnostic that --integer-only has without a search, which names operations and reasons.
LogicalResult PrecisionSearch::verifyIntegerOnly(const Formats &formats) {
  PipelineOptions strict = pipeline;
  strict.integerOnly = true;
  strict.ownsResource = nullptr;
  OwningOpRef<ModuleOp> clone = module.clone();
  setFormats(*clone, tables.getUnits(), formats);
  return runPhases(*clone, Phase::Integer, strict);
}

// Before anything is measured: what is float by assignment, and no unit, stays float whatever is chosen.
LogicalResult PrecisionSearch::checkFloatOperations() {
  if (options.allowsFloat || !tables.getDefault().hasFloat)
    return success();
  OwningOpRef<ModuleOp> clone = module.clone();
  PipelineOptions assign = pipeline;
  assign.ownsResource = nullptr;
  if (failed(runPhases(*clone, Phase::Assign, assign)))
    return failure();
  llvm::DenseSet<size_t> searched;
  for (const Unit &unit : tables.getUnits())
    searched.insert(unit.ops.begin(), unit.ops.end());
  for (auto [place, op] : llvm::enumerate(listOperations(clone->lookupSymbol<func::FuncOp>("main")))) {
    auto assignment = op->getAttrOfType<AssignmentAttr>(QCDialect::kAssignmentAttr);
    if (assignment && assignment.isFloat() && !movesCodes(op) && !searched.contains(place))
      return verifyIntegerOnly(Formats(tables.getUnits().size()));
  }
  return success();
}

bool PrecisionSearch::isTimeUp() const { return options.seconds > 0 && getSeconds(start) >= options.seconds; }

FailureOr<Trial> PrecisionSearch::examine(const Formats &formats) {
  FailureOr<Trial> trial = trials.examine([&](ModuleOp candidate) {
    setFormats(candidate, tables.getUnits(), formats);
    return success();
  });
  if (succeeded(trial))
    seen.try_emplace(formats, *trial);
  return trial;
}

// By the objective; a tie by the other.
bool PrecisionSearch::isBetter(const Candidate &candidate, const Candidate &than) const {
  auto rank = [&](const Candidate &c) {
    std::pair ranks(c.trial.loss.getValue(), c.trial.milliseconds);
    return hasLossLimit() ? std::pair(ranks.second, ranks.first) : ranks;
  };
  return rank(candidate) < rank(than);
}

/// How far a trial is from the limits: 0 within.
static double getExcess(const Limits &limits, const Trial &trial) {
  auto above = [](const std::optional<double> &limit, double value) {
    return limit && value > *limit ? (value - *limit) / std::max(*limit, 1e-9) : 0;
  };
  auto below = [](const std::optional<double> &limit, double value) {
    return limit && value < *limit ? (*limit - value) / std::max(std::abs(*limit), 1e-9) : 0;
  };
  return double(!limits.allowsFloat && trial.hasFloat) + above(limits.milliseconds, trial.milliseconds) +
         above(limits.weightBytes, double(trial.price.weightBytes)) +
         above(limits.bitOperations, double(trial.price.bitOperations.value_or(0))) +
         below(limits.leastSqnr, trial.loss.sqnr) + below(limits.leastAgreement, trial.loss.agreement);
}

FailureOr<Trial> PrecisionSearch::consider(const Formats &formats) {
  FailureOr<Trial> trial = examine(formats);
  if (failed(trial))
    return failure();
  Candidate candidate{formats, std::move(*trial)};
  if (isWithin(candidate.trial) && (!best || isBetter(candidate, *best)))
    best = candidate;
  return std::move(candidate.trial);
}

/// Takes from `budget` what `value` is above `limit`; false: nothing.
static bool shrink(std::optional<double> &budget, const std::optional<double> &limit, double value) {
  if (!limit || value <= *limit)
    return false;
  *budget -= std::max(value - *limit, 1e-4 * *limit);
  return true;
}

// What neighbours cost together is measured where an answer meets them: then the solver is asked again.
FailureOr<std::optional<Formats>> PrecisionSearch::solve(const Limits &within) {
  constexpr int kRounds = 16;
  for (int round = 0;; ++round) {
    llvm::Expected<std::optional<search::Answer>> answer =
        search::solve(tables.makeProblem(within, options.allowsFloat));
    if (!answer)
      return LogicalResult(module.emitError("cannot be searched: ") << llvm::toString(answer.takeError()));
    if (!*answer)
      return std::optional<Formats>();
    Formats formats = tables.getFormats((*answer)->choices, options.allowsFloat);
    FailureOr<bool> isNew =
        round == kRounds ? FailureOr<bool>(false) : tables.measureTimes(formats, [&] { return isTimeUp(); });
    if (failed(isNew))
      return failure();
    if (!*isNew)
      return std::optional(std::move(formats));
  }
}

FailureOr<std::vector<search::Answer>> PrecisionSearch::solveFront(const Limits &within, unsigned points) {
  constexpr int kRounds = 4;
  for (int round = 0;; ++round) {
    llvm::Expected<std::vector<search::Answer>> answers =
        search::front(tables.makeProblem(within, options.allowsFloat), /*resource=*/0, points);
    if (!answers)
      return LogicalResult(module.emitError("cannot be searched: ") << llvm::toString(answers.takeError()));
    bool isAnyNew = false;
    for (const search::Answer &answer : *answers) {
      if (round == kRounds)
        break;
      FailureOr<bool> isNew =
          tables.measureTimes(tables.getFormats(answer.choices, options.allowsFloat), [&] { return isTimeUp(); });
      if (failed(isNew))
        return failure();
      isAnyNew |= *isNew;
    }
    if (!isAnyNew)
      return std::move(*answers);
  }
}

// Where the whole costs more than its parts, budgets shrink by as much.
LogicalResult PrecisionSearch::considerSolved(const Limits &within) {
  Limits budget = within;
  for (int i = 0; i < 4; ++i) {
    FailureOr<std::optional<Formats>> formats = solve(budget);
    if (failed(formats))
      return failure();
    if (!*formats)
      return success();
    FailureOr<Trial> trial = consider(**formats);
    if (failed(trial))
      return failure();
    bool isShrunk = shrink(budget.milliseconds, within.milliseconds, trial->milliseconds);
    isShrunk |= shrink(budget.weightBytes, within.weightBytes, double(trial->price.weightBytes));
    isShrunk |= shrink(budget.bitOperations, within.bitOperations, double(trial->price.bitOperations.value_or(0)));
    if (!isShrunk)
      return success();
  }
  return success();
}

// Uniform formats: what an answer has to beat.
LogicalResult PrecisionSearch::considerUniform() {
  for (const search::UniformAnswer &uniform : search::listUniform(tables.makeProblem(limits, options.allowsFloat)))
    if (failed(consider(tables.getFormats(uniform.answer.choices, options.allowsFloat))))
      return failure();
  return success();
}

// By loss per cost, so far as costs are known.
LogicalResult PrecisionSearch::considerGreedy() {
  std::optional<search::Answer> greedy = search::solveGreedy(tables.makeProblem(limits, options.allowsFloat));
  return greedy ? success(succeeded(consider(tables.getFormats(greedy->choices, options.allowsFloat)))) : success();
}

// A bound on SQNR or agreement is no sum: the answers of the front are tried, the cheaper half or the better one.
LogicalResult PrecisionSearch::considerFront() {
  Limits costs = limits;
  costs.leastSqnr = costs.leastAgreement = std::nullopt;
  FailureOr<std::vector<search::Answer>> answers = solveFront(costs);
  if (failed(answers))
    return failure();
  size_t low = 0, high = answers->size();
  while (low < high && !isTimeUp()) {
    size_t middle = (low + high) / 2;
    Formats formats = tables.getFormats((*answers)[middle].choices, options.allowsFloat);
    FailureOr<Trial> trial = consider(formats);
    if (failed(trial))
      return failure();
    if (limits.allowLoss(*trial))
      high = middle;
    else
      low = middle + 1;
  }
  return success();
}

/// Whether the sums keep the limits of cost.
bool PrecisionSearch::isPredictedWithin(const Formats &formats) const {
  return (!limits.milliseconds || tables.predictMilliseconds(formats) <= *limits.milliseconds) &&
         (!limits.weightBytes || tables.predictWeightBytes(formats) <= *limits.weightBytes) &&
         (!limits.bitOperations || tables.predictBitOperations(formats) <= *limits.bitOperations);
}

/// Changes of one unit, and of two where the second one pays for the first, the most promising first.
std::vector<Formats> PrecisionSearch::listSteps(const Formats &from) const {
  double loss = tables.predictLoss(from), time = tables.predictMilliseconds(from);
  bool hasCostLimit = limits.milliseconds || limits.weightBytes || limits.bitOperations;
  std::vector<Formats> singles;
  for (size_t unit = 0; unit < from.size(); ++unit)
    for (size_t format : tables.listChoices(unit, options.allowsFloat))
      if (format != from[unit]) {
        singles.push_back(from);
        singles.back()[unit] = format;
      }
  std::vector<std::pair<std::pair<double, size_t>, Formats>> ranked; // of equals the first one
  auto add = [&](const Formats &formats) {
    double gain = loss - tables.predictLoss(formats), cost = tables.predictMilliseconds(formats) - time;
    if (isPredictedWithin(formats) && (!hasLossLimit() || cost < 0))
      ranked.push_back({{hasLossLimit() ? cost / (1e-12 + std::max(-gain, 0.0)) : -gain, ranked.size()}, formats});
  };
  for (const Formats &formats : singles)
    add(formats);
  if (!hasLossLimit() && hasCostLimit)
    for (size_t a = 0; a < singles.size(); ++a)
      for (size_t b = 0; b < a && singles.size() < 400; ++b) {
        Formats both = from;
        for (size_t unit = 0; unit < from.size(); ++unit)
          both[unit] = singles[a][unit] != from[unit] ? singles[a][unit] : singles[b][unit];
        add(both);
      }
  llvm::sort(ranked, llvm::less_first());
  std::vector<Formats> steps;
  for (auto &[rank, formats] : ranked)
    steps.push_back(std::move(formats));
  return steps;
}

// Greedily: the first step that is better as a whole is taken, then the list is made anew. What was tried stays known.
LogicalResult PrecisionSearch::refine() {
  std::vector<Formats> tried;
  while (best && !isTimeUp()) {
    Formats from = best->formats;
    for (const Formats &step : listSteps(from)) {
      if (int64_t(tried.size()) >= options.maxRefinements || isTimeUp())
        return success();
      if (llvm::is_contained(tried, step))
        continue;
      tried.push_back(step);
      if (failed(consider(step)))
        return failure();
      if (best->formats != from)
        break;
    }
    if (best->formats == from)
      return success();
  }
  return success();
}

static std::string describe(const Trial &trial) {
  return llvm::formatv("{0:f3} ms, {1} bytes of weights, {2:f2} dB, agreement {3:f3}", trial.milliseconds,
                       trial.price.weightBytes, trial.loss.sqnr, trial.loss.agreement);
}

FailureOr<Candidate> PrecisionSearch::choose() {
  // Greedily when the solver's answers have shown what neighbours cost.
  if (failed(considerUniform()) || failed(hasLossLimit() ? considerFront() : considerSolved(limits)) ||
      failed(considerGreedy()) || failed(refine()))
    return failure();
  if (best)
    return *best;
  return reportNearest();
}

LogicalResult PrecisionSearch::reportNearest() {
  auto mark = [&](const std::pair<const Formats, Trial> &candidate) {
    return std::pair(getExcess(limits, candidate.second), candidate.first);
  };
  const auto &[formats, trial] =
      *llvm::min_element(seen, [&](const auto &a, const auto &b) { return mark(a) < mark(b); });
  if (!limits.allowsFloat && trial.hasFloat && failed(verifyIntegerOnly(formats)))
    return failure();
  return module.emitError("no choice of formats keeps what is asked for: the nearest that was found has ")
         << describe(trial) << "; all by default has " << describe(tables.getDefault());
}

FailureOr<std::vector<Candidate>> PrecisionSearch::front(unsigned points) {
  FailureOr<std::vector<search::Answer>> answers = solveFront(limits, points);
  if (failed(answers))
    return failure();
  if (failed(examine(Formats(tables.getUnits().size()))) || (!isTimeUp() && failed(considerUniform())))
    return failure();
  for (const search::Answer &answer : *answers) {
    if (failed(examine(tables.getFormats(answer.choices, options.allowsFloat))))
      return failure();
    if (isTimeUp())
      break;
  }
  std::vector<Candidate> candidates, best;
  for (const auto &[formats, trial] : seen)
    if (isWithin(trial))
      candidates.push_back({formats, trial});
  if (candidates.empty())
    return reportNearest();
  llvm::sort(candidates, [](const Candidate &a, const Candidate &b) {
    auto rank = [](const Candidate &c) { return std::tuple(c.trial.milliseconds, c.trial.loss.getValue(), c.formats); };
    return rank(a) < rank(b);
  });
  for (Candidate &candidate : candidates)
    if (best.empty() || candidate.trial.loss.getValue() < best.back().trial.loss.getValue())
      best.push_back(std::move(candidate));
  // Never with the defaults; beyond them those at the fast end are given up.
  best.erase(best.begin(), best.end() - std::min(best.size(), kMostCandidates));
  return best;
}

// "costs 0.040 ms, saves 0.8 dB"
static std::string explainOne(const Trial &among, const Trial &base) {
  double time = among.milliseconds - base.milliseconds, gain = among.loss.sqnr - base.loss.sqnr;
  return llvm::formatv("searched: {0} {1:f3} ms, {2} {3:f2} dB", time < 0 ? "saves" : "costs", std::abs(time),
                       gain < 0 ? "loses" : "gains", std::abs(gain));
}

std::vector<std::string> PrecisionSearch::explain(const Formats &formats) const {
  std::vector<std::string> reasons;
  for (auto [unit, format] : llvm::enumerate(formats))
    reasons.push_back(format == 0 ? std::string()
                                  : explainOne(tables.getEntry(unit, format).among, tables.getDefault()));
  return reasons;
}
