// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --latency-budget and its like: from texts to limits, from a module to its choices.
#include "CompileCommandSearch.h"
#include "dialects/QC/QC.h"
#include "qc/Files/InputFile.h"
#include "qc/Report/Diagnostics.h"
#include "qc/Text/Json.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/TargetParser/Host.h"

using namespace mlir;
using namespace qc;
using trial::Limit;

static llvm::Error fail(const Twine &text) { return llvm::createStringError(text); }

/// "1.1x", or a number with one of `units` behind it, the first one where none is: what the number is multiplied by.
static llvm::Expected<std::optional<Limit>> parseLimit(StringRef option, StringRef text, StringRef accepted,
                                                       ArrayRef<std::pair<StringRef, double>> units) {
  if (text.empty())
    return std::nullopt;
  StringRef number = text;
  Limit limit;
  limit.isRelative = number.consume_back("x");
  double factor = 1;
  if (!limit.isRelative)
    for (auto [unit, value] : units)
      if (number.consume_back(unit)) {
        factor = value;
        break;
      }
  if (number.getAsDouble(limit.value) || !(limit.value > 0) || limit.value > 1e15)
    return fail(option + "=" + text + " is no budget; accepted are " + accepted);
  limit.value *= factor;
  return limit;
}

/// "sqnr=25,agreement=0.99".
static llvm::Error parseMaxDrop(StringRef text, trial::PrecisionSearchOptions &options) {
  SmallVector<StringRef> parts;
  if (!text.empty())
    text.split(parts, ',');
  for (StringRef part : parts) {
    auto [name, value] = part.split('=');
    double number = 0;
    bool isNumber = !value.getAsDouble(number);
    std::optional<double> *field = name == "sqnr"        ? &options.leastSqnr
                                   : name == "agreement" ? &options.leastAgreement
                                                         : nullptr;
    bool fits = isNumber && std::abs(number) <= 1000 && (name != "agreement" || (number >= 0 && number <= 1));
    if (!field || !fits || *field)
      return fail("--max-drop=" + text +
                  " is not known; accepted are sqnr=DB and agreement=SHARE (0 to 1), each once, "
                  "with a comma between them");
    *field = number;
  }
  return llvm::Error::success();
}

static llvm::Expected<double> parseSeconds(StringRef text) {
  StringRef number = text;
  double factor = number.consume_back("h") ? 3600 : number.consume_back("m") ? 60 : (number.consume_back("s"), 1);
  double value = 0;
  if (number.getAsDouble(value) || !(value > 0) || value > 1e6)
    return fail("--search-time=" + text + " is no time; accepted are a number of seconds, 90s, 5m, 1h");
  return value * factor;
}

static std::string findCacheFolder(StringRef given) {
  if (given == "none")
    return "";
  SmallString<128> folder(given);
  if (folder.empty()) {
    if (!llvm::sys::path::cache_directory(folder))
      return "";
    llvm::sys::path::append(folder, "qc");
  }
  return std::string(folder);
}

static llvm::Error checkSearch(const CompileCommand &command) {
  if (command.isFloat)
    return fail("--float quantizes nothing: a search has no meaning there");
  if (command.calibrationData.empty())
    return fail("a search measures on --calibration-data, which is missing");
  if (!command.pareto.empty() && !StringRef(command.pareto).ends_with(".csv"))
    return fail("--pareto=" + command.pareto + " is a table; its name ends in .csv");
  return llvm::Error::success();
}

llvm::Expected<std::optional<SearchPlan>> qc::planSearch(const CompileCommand &command) {
  bool searches = !command.latencyBudget.empty() || !command.sizeBudget.empty() || !command.bopsBudget.empty() ||
                  !command.maxDrop.empty() || !command.pareto.empty();
  if (!searches) {
    const char *other = !command.searchTime.empty()    ? "--search-time"
                        : !command.costs.empty()       ? "--costs"
                        : !command.searchCache.empty() ? "--search-cache"
                                                       : nullptr;
    if (other)
      return fail(other + Twine(" belongs to a search: --latency-budget, --size-budget, --bops-budget, --max-drop or "
                                "--pareto asks for one"));
    return std::nullopt;
  }
  if (llvm::Error error = checkSearch(command))
    return std::move(error);
  SearchPlan plan;
  auto latency = parseLimit("--latency-budget", command.latencyBudget, "1.1x (of all-int8) and 3.5ms",
                            {{"ms", 1}, {"us", 1e-3}, {"s", 1e3}});
  if (!latency)
    return latency.takeError();
  auto size = parseLimit("--size-budget", command.sizeBudget,
                         "0.3x (of the float model's weights) and bytes, as 400000, 400kB, 0.4MB",
                         {{"MB", 1e6}, {"kB", 1e3}, {"bytes", 1}});
  if (!size)
    return size.takeError();
  auto bops = parseLimit("--bops-budget", command.bopsBudget, "1.1x (of all-int8) and a number of bit operations", {});
  if (!bops)
    return bops.takeError();
  plan.options.latency = *latency;
  plan.options.size = *size;
  plan.options.bops = *bops;
  if (llvm::Error error = parseMaxDrop(command.maxDrop, plan.options))
    return std::move(error);
  if (!command.searchTime.empty()) {
    llvm::Expected<double> seconds = parseSeconds(command.searchTime);
    if (!seconds)
      return seconds.takeError();
    plan.options.seconds = *seconds;
  }
  plan.options.allowsFloat = !command.integerOnly;
  plan.options.quiet = command.quiet;
  plan.cacheFolder = findCacheFolder(command.searchCache);
  return plan;
}

trial::TrialOptions qc::makeTrialOptions(const CompileCommand &command, const CompilePlan &plan,
                                         trial::CostTable *costs) {
  trial::TrialOptions options;
  options.pipeline = plan.options;
  options.pipeline.integerOnly = false; // candidates may lie on the way; the answer is held to it
  options.ignoredKeys = plan.calibration.ignoredKeys;
  options.threads = command.threads;
  if (plan.search)
    options.cacheFolder = plan.search->cacheFolder;
  options.costs = costs;
  return options;
}

namespace {
/// Where the times of a search are from, and where they are kept.
struct Costs {
  std::string path; ///< empty: they are forgotten
  trial::CostTable table;
  size_t known = 0; ///< entries of the file

  llvm::Error save() {
    if (path.empty() || table.size() == known)
      return llvm::Error::success();
    takeOthers();
    known = table.size();
    return table.write(path);
  }
  /// What another search wrote meanwhile is kept.
  void takeOthers() {
    llvm::Expected<trial::CostTable> now = trial::CostTable::read(path);
    if (!now)
      return llvm::consumeError(now.takeError());
    if (now->getCpu() == table.getCpu() && now->getLevel() == table.getLevel())
      table.add(*now);
  }
  /// What is lost is measured again.
  void trySave() { llvm::consumeError(save()); }
};
} // namespace

/// The level that times are measured with: the artefact's code that runs here; this host's own where none does.
static llvm::Expected<const cpu::Level *> chooseTimedLevel(const CompilePlan &plan) {
  if (const cpu::Level *level = cpu::chooseLevel(plan.levels))
    return level;
  return cpu::parseLevel("native");
}

/// Whether the times of `table`, a user's file, say something of `plan`, here.
static llvm::Error checkCosts(const CompileCommand &command, const CompilePlan &plan, const trial::CostTable &table) {
  llvm::Expected<const cpu::Level *> level = cpu::parseLevel(table.getLevel());
  if (!level)
    return level.takeError();
  std::string has = ("cost table '" + Twine(command.costs) + "': has times of " + table.getLevel()).str();
  if (!cpu::chooseLevel(*level))
    return fail(has + ", which this CPU lacks: trials cannot run that code");
  if (!command.level.empty() && !llvm::is_contained(plan.levels, *level))
    return fail(has + ", which is not among --level=" + command.level);
  return llvm::Error::success();
}

/// The user's file, whose faults are errors; else one of the cache, whose faults mean that there is none.
static llvm::Expected<Costs> openCosts(const CompileCommand &command, const CompilePlan &plan) {
  llvm::Expected<const cpu::Level *> timed = chooseTimedLevel(plan);
  if (!timed)
    return timed.takeError();
  StringRef cacheFolder = plan.search->cacheFolder;
  std::string cpu = llvm::sys::getHostCPUName().str(), level = (*timed)->name.str();
  bool isUsers = !command.costs.empty();
  SmallString<128> path(command.costs);
  if (!isUsers && !cacheFolder.empty()) {
    path = cacheFolder;
    llvm::sys::path::append(path, "costs-" + cpu + "-" + level + ".json");
    llvm::sys::fs::create_directories(cacheFolder);
  }
  if (!path.empty() && llvm::sys::fs::exists(path)) {
    llvm::Expected<trial::CostTable> table = trial::CostTable::read(path);
    llvm::Error error = !table    ? table.takeError()
                        : isUsers ? checkCosts(command, plan, *table)
                                  : llvm::Error::success();
    if (error && isUsers)
      return std::move(error);
    if (!error)
      return Costs{std::string(path), std::move(*table), table->size()};
    llvm::consumeError(std::move(error));
  }
  return Costs{std::string(path), trial::CostTable(level, cpu), 0};
}

/// JSON has no infinity: what equals the float model has no SQNR.
static llvm::json::Value toJson(double number) {
  return std::isfinite(number) ? llvm::json::Value(number) : llvm::json::Value(nullptr);
}

static llvm::json::Object toJson(const trial::Trial &trial) {
  return llvm::json::Object{{"milliseconds", trial.milliseconds},
                            {"weight_bytes", trial.price.weightBytes},
                            {"bit_operations", trial.price.bitOperations},
                            {"loss", toJson(trial.loss.getValue())},
                            {"sqnr", toJson(trial.loss.sqnr)},
                            {"agreement", trial.loss.agreement}};
}

/// As qc-solve reads it.
static llvm::json::Value toJson(const search::Problem &problem) {
  std::string text;
  llvm::raw_string_ostream os(text);
  search::writeProblem(problem, os);
  return llvm::cantFail(llvm::json::parse(text));
}

/// Per unit and format what was measured: only this one in the format, and all but this one.
static llvm::json::Array describeUnits(ModuleOp module, const trial::PrecisionTables &tables,
                                       const trial::Formats &formats) {
  llvm::json::Array units;
  for (auto [index, unit] : llvm::enumerate(tables.getUnits())) {
    llvm::json::Array entries;
    for (auto [format, name] : llvm::enumerate(unit.formats)) {
      const trial::FormatEntry &entry = tables.getEntry(index, format);
      llvm::json::Object row{{"format", std::string(name)}};
      if (entry.isKnown) {
        row["loss"] = toJson(entry.loss);
        row["all_but_this"] = toJson(entry.among);
        if (name != "float")
          row["only_this"] =
              llvm::json::Object{{"loss", toJson(entry.alone.getValue())}, {"sqnr", toJson(entry.alone.sqnr)}};
      }
      entries.push_back(std::move(row));
    }
    units.push_back(llvm::json::Object{{"name", llvm::json::fixUTF8(unit.name)},
                                       {"op", std::string(unit.kind)},
                                       {"operations", trial::listSelectors(module, unit)},
                                       {"chosen", std::string(unit.formats[formats[index]])},
                                       {"formats", std::move(entries)}});
  }
  return units;
}

/// front.csv -> front.07.rules.json
static std::string getRulesPath(StringRef csv, size_t index) {
  return (csv.drop_back(4) + (index < 10 ? ".0" : ".") + Twine(index) + ".rules.json").str();
}

std::vector<std::string> qc::listFrontFiles(StringRef csv) {
  std::vector<std::string> files{csv.str()};
  for (size_t index = 1; index <= trial::kMostCandidates; ++index)
    files.push_back(getRulesPath(csv, index));
  return files;
}

static std::string printDecibels(const trial::Trial &trial) {
  double sqnr = trial.loss.sqnr;
  return std::isfinite(sqnr) ? llvm::formatv("{0:f2}", sqnr).str() : sqnr > 0 ? "inf" : "-inf";
}

/// The rules of a file that has been read as one, each with who made it.
static llvm::Expected<llvm::json::Array> readRules(StringRef path) {
  llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> file = readRegularFile(path);
  if (!file)
    return file.takeError();
  llvm::Expected<llvm::json::Value> root = parseJson((*file)->getBuffer());
  if (!root)
    return root.takeError();
  llvm::json::Object *object = root->getAsObject();
  llvm::json::Array *rules = object ? object->getArray("rules") : nullptr;
  if (!rules)
    return fail("rule file '" + path + "': has changed while it was used");
  std::string by = object->getString("by").value_or("user").str();
  for (llvm::json::Value &rule : *rules)
    if (llvm::json::Object *fields = rule.getAsObject())
      fields->try_emplace("by", by);
  return std::move(*rules);
}

static LogicalResult writeFront(ModuleOp module, const CompileCommand &command, const trial::PrecisionSearch &search,
                                ArrayRef<trial::Candidate> front, FileSet &files) {
  StringRef path = command.pareto;
  llvm::json::Array given;
  if (!command.rules.empty()) {
    llvm::Expected<llvm::json::Array> rules = readRules(command.rules);
    if (!rules)
      return emitError(module.getContext(), rules.takeError());
    given = std::move(*rules);
  }
  std::string table = "loss,sqnr_db,agreement,milliseconds,weight_bytes,bit_operations,rules\n";
  for (auto [index, candidate] : llvm::enumerate(front)) {
    std::string rules = getRulesPath(path, index + 1);
    const trial::Trial &trial = candidate.trial;
    table += llvm::formatv("{0:e6},{1},{2:f5},{3:f6},{4},{5},{6}\n", trial.loss.getValue(), printDecibels(trial),
                           trial.loss.agreement, trial.milliseconds, trial.price.weightBytes,
                           trial.price.bitOperations ? std::to_string(*trial.price.bitOperations) : "",
                           llvm::sys::path::filename(rules));
    std::string text = trial::writeRules(module, search.getTables().getUnits(), candidate.formats,
                                         search.explain(candidate.formats), given);
    if (llvm::Error error = files.addText(rules, [&](raw_ostream &os) { os << text; }))
      return emitError(module.getContext(), std::move(error));
  }
  if (llvm::Error error = files.addText(path, [&](raw_ostream &os) { os << table; }))
    return emitError(module.getContext(), std::move(error));
  return success();
}

static std::string describe(StringRef what, const trial::Trial &trial, const trial::Trial &base) {
  return llvm::formatv("{0}: {1:f3} ms ({2:f2}x), weights {3} bytes, {4} dB, agreement {5:f3}", what,
                       trial.milliseconds, base.milliseconds > 0 ? trial.milliseconds / base.milliseconds : 1.0,
                       trial.price.weightBytes, printDecibels(trial), trial.loss.agreement);
}

/// What the search found, in words and as JSON.
static void reportSearch(ModuleOp module, const trial::PrecisionSearch &search, const trial::Candidate &answer,
                         bool isChosen, StringRef costs, CompileReport &report) {
  const trial::PrecisionTables &tables = search.getTables();
  const trial::Trial &base = tables.getDefault();
  report.notes.push_back(describe("by default", base, base));
  if (isChosen)
    report.notes.push_back(describe("searched", answer.trial, base));
  bool complete = tables.isComplete() && !search.isTimeUp();
  if (!complete)
    report.notes.push_back("the search was ended by --search-time: with more of it the answer may be better");
  report.search = llvm::json::Object{{"costs", costs.str()},
                                     {"complete", complete},
                                     {"default", toJson(base)},
                                     {"float", toJson(tables.getFloat())},
                                     {"chosen", toJson(answer.trial)},
                                     {"units", describeUnits(module, tables, answer.formats)},
                                     {"problem", toJson(search.makeProblem())}};
}

/// The answer within the limits, or the default where a front alone is asked for; and the front.
static FailureOr<trial::Candidate> runSearch(ModuleOp module, const CompileCommand &command, const CompilePlan &plan,
                                             trial::PrecisionSearch &search, FileSet &files) {
  const trial::PrecisionTables &tables = search.getTables();
  trial::Candidate answer{trial::Formats(tables.getUnits().size()), tables.getDefault()};
  if (plan.search->hasLimits()) {
    FailureOr<trial::Candidate> chosen = search.choose();
    if (failed(chosen))
      return failure();
    answer = std::move(*chosen);
  }
  if (command.pareto.empty())
    return answer;
  FailureOr<std::vector<trial::Candidate>> front = search.front();
  if (failed(front) || failed(writeFront(module, command, search, *front, files)))
    return failure();
  return answer;
}

LogicalResult qc::searchPrecisions(ModuleOp module, const CompileCommand &command, const CompilePlan &plan,
                                   FileSet &files, CompileReport &report) {
  llvm::Expected<Costs> costs = openCosts(command, plan);
  if (!costs)
    return emitError(module.getContext(), costs.takeError());
  llvm::scope_exit save([&] { costs->trySave(); }); // what was measured is kept, whatever becomes of the search
  trial::TrialOptions trialOptions = makeTrialOptions(command, plan, &costs->table);
  trialOptions.dropsCovariances = true;
  FailureOr<std::unique_ptr<trial::Trials>> trials =
      trial::Trials::open(module, command.calibrationData, std::move(trialOptions));
  if (failed(trials))
    return failure();
  PipelineOptions pipeline = plan.options;
  pipeline.integerOnly = false;
  trial::PrecisionSearchOptions options = plan.search->options;
  options.keep = [&] { costs->trySave(); };
  auto search = trial::PrecisionSearch::open(module, **trials, pipeline, std::move(options));
  if (failed(search))
    return failure();
  FailureOr<trial::Candidate> answer = runSearch(module, command, plan, **search, files);
  if (failed(answer))
    return failure();
  trial::setFormats(module, (*search)->getTables().getUnits(), answer->formats, (*search)->explain(answer->formats));
  std::string hash = costs->table.getHash();
  module->setAttr(QCDialect::kCostsAttr, StringAttr::get(module.getContext(), hash));
  reportSearch(module, **search, *answer, plan.search->hasLimits(), hash, report);
  llvm::Error error = costs->save();
  if (error && !command.costs.empty()) // the user's own file
    return emitError(module.getContext(), std::move(error));
  llvm::consumeError(std::move(error));
  return success();
}
