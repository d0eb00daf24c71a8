// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One unit at a time, then neighbours; sums of them are what the solver knows.
#include "qc/Trial/PrecisionTables.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace qc;
using namespace qc::trial;

bool Limits::allowCost(const Trial &trial) const {
  auto keeps = [](const std::optional<double> &limit, double value) { return !limit || value <= *limit; };
  return (allowsFloat || !trial.hasFloat) && keeps(milliseconds, trial.milliseconds) &&
         keeps(weightBytes, double(trial.price.weightBytes)) &&
         keeps(bitOperations, double(trial.price.bitOperations.value_or(0)));
}

bool Limits::allowLoss(const Trial &trial) const {
  return (!leastSqnr || trial.loss.sqnr >= *leastSqnr) && (!leastAgreement || trial.loss.agreement >= *leastAgreement);
}

std::optional<size_t> trial::findFormat(const Unit &unit, StringRef name) {
  auto found = llvm::find(unit.formats, name);
  return found == unit.formats.end() ? std::nullopt : std::optional<size_t>(found - unit.formats.begin());
}

FailureOr<PrecisionTables> PrecisionTables::open(ModuleOp module, Trials &trials, std::vector<Unit> units) {
  PrecisionTables tables(module, trials, std::move(units));
  if (failed(tables.measureEnds()))
    return failure();
  return tables;
}

/// Every unit in `format` where it can be; the default elsewhere.
Formats PrecisionTables::getUniform(StringRef format) const {
  Formats formats;
  for (const Unit &unit : units)
    formats.push_back(findFormat(unit, format).value_or(0));
  return formats;
}

/// Whether values are made in another format than the default's, so that there is a border: weights have none.
static bool hasBorder(const Unit &unit, size_t format) { return format != 0 && unit.formats[format] != "w4a8"; }

/// Whether operands are rounded to 8 bits where they are not codes yet.
static bool readsEightBits(const Unit &unit, size_t format) {
  return unit.formats[format] == "int8" || unit.formats[format] == "w4a8";
}

/// A candidate whose outputs are no numbers loses infinitely much, which the solver knows as a lot.
static double getBounded(const Loss &loss) { return std::min(loss.getValue(), 1e6); }

LogicalResult PrecisionTables::measure(const Step &step) {
  for (const auto &[first, second] : listBorders(module, units)) {
    std::vector none(units[first].formats.size(), std::vector<double>(units[second].formats.size()));
    std::vector isTimed(units[first].formats.size(), std::vector<bool>(units[second].formats.size()));
    borders.push_back({first, second, none, isTimed, none});
  }
  for (const Unit &unit : units) {
    entries.emplace_back(unit.formats.size());
    total += 2 * (int64_t(unit.formats.size()) - 1); // among: without the default; alone: without float
  }
  total += int64_t(borders.size());
  for (size_t unit = 0; unit < units.size() && complete; ++unit)
    if (failed(measureUnit(unit, step)))
      return failure();
  return measureBorders(step);
}

LogicalResult PrecisionTables::measureEnds() {
  auto examine = [&](const Formats &formats) {
    return trials.examine([&](ModuleOp candidate) {
      setFormats(candidate, units, formats);
      return success();
    });
  };
  FailureOr<Trial> byDefault = examine(Formats(units.size())), inFloat = examine(getUniform("float"));
  if (failed(byDefault) || failed(inFloat))
    return failure();
  base = std::move(*byDefault);
  allFloat = std::move(*inFloat);
  return success();
}

LogicalResult PrecisionTables::measureUnit(size_t unit, const Step &step) {
  Formats quantized(units.size()), floats = getUniform("float");
  for (size_t format = 0; format < units[unit].formats.size() && complete; ++format) {
    FormatEntry &entry = entries[unit][format];
    entry.among = base;
    auto set = [&](Formats formats) {
      formats[unit] = format;
      return [this, formats](ModuleOp candidate) {
        setFormats(candidate, units, formats);
        return success();
      };
    };
    if (format != 0) {
      FailureOr<Trial> among = trials.examine(set(quantized));
      if (failed(among))
        return failure();
      entry.among = std::move(*among);
      complete &= count(step);
    }
    if (units[unit].formats[format] != "float" && complete) {
      FailureOr<Loss> alone = trials.measure(set(floats));
      if (failed(alone))
        return failure();
      entry.alone = std::move(*alone);
      entry.loss = getBounded(entry.alone);
      complete &= count(step);
    }
    entry.isKnown = complete;
  }
  return success();
}

LogicalResult PrecisionTables::measureBorders(const Step &step) {
  for (size_t i = 0; i < borders.size() && complete; ++i)
    if (failed(measureLoss(borders[i], step)))
      return failure();
  return success();
}

// A value between two operations is rounded by the first one, or, where that is float, by the second one: alone both
// round it. In 16 bits that is next to nothing; a second operation of 8 bits reads the codes of the first one, whatever
// they are. So what two of int8 have in common is what all these pairs have.
LogicalResult PrecisionTables::measureLoss(Border &border, const Step &step) {
  std::optional<size_t> f = findFormat(units[border.first], "int8"), g = findFormat(units[border.second], "int8");
  complete &= count(step);
  if (!f || !g) // one of them never rounds to 8 bits
    return success();
  FailureOr<Loss> both = trials.measure([&](ModuleOp candidate) {
    Formats formats = getUniform("float");
    formats[border.first] = *f;
    formats[border.second] = *g;
    setFormats(candidate, units, formats);
    return success();
  });
  if (failed(both))
    return failure();
  double shared = getBounded(*both) - entries[border.first][*f].loss - entries[border.second][*g].loss;
  for (size_t first = 0; first < units[border.first].formats.size(); ++first)
    for (size_t second = 0; second < units[border.second].formats.size(); ++second)
      if (units[border.first].formats[first] != "float" && readsEightBits(units[border.second], second))
        border.loss[first][second] = shared;
  return success();
}

LogicalResult PrecisionTables::measureTime(Border &border, size_t f, size_t g) {
  FailureOr<Trial> both = trials.price([&](ModuleOp candidate) {
    Formats formats(units.size());
    formats[border.first] = f;
    formats[border.second] = g;
    setFormats(candidate, units, formats);
    return success();
  });
  if (failed(both))
    return failure();
  border.milliseconds[f][g] = both->milliseconds - entries[border.first][f].among.milliseconds -
                              entries[border.second][g].among.milliseconds + base.milliseconds;
  border.isTimed[f][g] = true;
  return success();
}

FailureOr<bool> PrecisionTables::measureTimes(const Formats &formats, llvm::function_ref<bool()> isOver) {
  bool isNew = false;
  for (Border &border : borders) {
    size_t f = formats[border.first], g = formats[border.second];
    if (!hasBorder(units[border.first], f) || !hasBorder(units[border.second], g) || border.isTimed[f][g])
      continue;
    if (isOver())
      return false;
    if (failed(measureTime(border, f, g)))
      return failure();
    isNew = true;
  }
  return isNew;
}

double PrecisionTables::predictLoss(const Formats &formats) const {
  double sum = 0;
  for (auto [index, format] : llvm::enumerate(formats))
    sum += entries[index][format].loss;
  for (const Border &border : borders)
    sum += border.loss[formats[border.first]][formats[border.second]];
  return sum;
}

double PrecisionTables::predict(const Formats &formats, llvm::function_ref<double(const Trial &)> get) const {
  double sum = get(base);
  for (auto [index, format] : llvm::enumerate(formats))
    sum += get(entries[index][format].among) - get(base);
  return sum;
}

static double getMilliseconds(const Trial &trial) { return trial.milliseconds; }
static double getWeightBytes(const Trial &trial) { return double(trial.price.weightBytes); }
static double getBitOperations(const Trial &trial) { return double(trial.price.bitOperations.value_or(0)); }

double PrecisionTables::predictWeightBytes(const Formats &formats) const { return predict(formats, getWeightBytes); }
double PrecisionTables::predictBitOperations(const Formats &formats) const {
  return predict(formats, getBitOperations);
}

double PrecisionTables::predictMilliseconds(const Formats &formats) const {
  double sum = predict(formats, getMilliseconds);
  for (const Border &border : borders)
    sum += border.milliseconds[formats[border.first]][formats[border.second]];
  return sum;
}

std::vector<size_t> PrecisionTables::listChoices(size_t unit, bool allowsFloat) const {
  std::vector<size_t> choices;
  for (auto [format, name] : llvm::enumerate(units[unit].formats))
    if (format == 0 || (entries[unit][format].isKnown && (allowsFloat || name != "float")))
      choices.push_back(format);
  return choices;
}

Formats PrecisionTables::getFormats(ArrayRef<unsigned> choices, bool allowsFloat) const {
  Formats formats;
  for (auto [unit, choice] : llvm::enumerate(choices))
    formats.push_back(listChoices(unit, allowsFloat)[choice]);
  return formats;
}

/// A resource of the problem. Costs of the problem are not negative: what is taken off them, less the default's cost,
/// is taken off the budget.
struct PrecisionTables::ResourceTable {
  const char *name, *unit;
  std::optional<double> limit;
  std::function<double(const Trial &)> get;
  double offset = 0;
};

std::vector<PrecisionTables::ResourceTable> PrecisionTables::listResources(const Limits &limits) {
  return {{"time", "ms", limits.milliseconds, getMilliseconds},
          {"weights", "bytes", limits.weightBytes, getWeightBytes},
          {"bops", "bit operations", limits.bitOperations, getBitOperations}};
}

search::Group PrecisionTables::makeGroup(size_t index, bool allowsFloat,
                                         MutableArrayRef<ResourceTable> resources) const {
  // The number keeps names apart.
  search::Group group{units[index].name + " (" + std::to_string(index) + ")", {}, std::nullopt};
  for (size_t format : listChoices(index, allowsFloat)) {
    search::Choice choice{units[index].formats[format], entries[index][format].loss, {}};
    for (const ResourceTable &resource : resources)
      choice.costs.push_back(resource.get(entries[index][format].among) - resource.get(base));
    group.choices.push_back(std::move(choice));
  }
  for (auto [r, resource] : llvm::enumerate(resources)) {
    double least = 0; // of the default
    for (const search::Choice &choice : group.choices)
      least = std::min(least, choice.costs[r]);
    for (search::Choice &choice : group.choices)
      choice.costs[r] -= least;
    resource.offset += least;
  }
  return group;
}

search::Edge PrecisionTables::makeEdge(const Border &border, bool allowsFloat, ResourceTable &time) const {
  std::vector<double> costs, losses;
  for (size_t f : listChoices(border.first, allowsFloat))
    for (size_t g : listChoices(border.second, allowsFloat)) {
      costs.push_back(border.milliseconds[f][g]);
      losses.push_back(border.loss[f][g]);
    }
  double least = std::min(0.0, *llvm::min_element(costs));
  for (double &cost : costs)
    cost -= least;
  time.offset += least;
  std::vector<double> none(costs.size());
  return {unsigned(border.first), unsigned(border.second), std::move(losses), {std::move(costs), none, none}};
}

search::Problem PrecisionTables::makeProblem(const Limits &limits, bool allowsFloat) const {
  search::Problem problem;
  std::vector<ResourceTable> resources = listResources(limits);
  for (size_t unit = 0; unit < units.size(); ++unit)
    problem.groups.push_back(makeGroup(unit, allowsFloat, resources));
  for (const Border &border : borders)
    problem.edges.push_back(makeEdge(border, allowsFloat, resources[0]));
  for (const ResourceTable &resource : resources) {
    std::optional<double> budget;
    if (resource.limit) // below the least of all it is 0: what the whole comes to is measured
      budget = std::max(0.0, *resource.limit - resource.get(base) - resource.offset);
    problem.resources.push_back({resource.name, resource.unit, budget});
  }
  return problem;
}
