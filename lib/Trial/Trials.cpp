// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Clone, change, compile, run, compare.
#include "qc/Trial/Trials.h"
#include "dialects/QC/QC.h"
#include "dialects/QC/Resources.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Arith/Hash.h"
#include "qc/Calibration/DataHash.h"
#include "qc/Pipelines/Calibrate.h"
#include "qc/Transforms/Quantize/Decisions.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Threading.h"
#include "llvm/TargetParser/Host.h"
#include <atomic>
#include <thread>

using namespace mlir;
using namespace qc;
using namespace qc::trial;

// What another build of this program compiled runs other kernels, and may lose something else. Empty: not known.
static std::string hashProgram() {
  std::string path = llvm::sys::fs::getMainExecutable(nullptr, nullptr);
  auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  return file ? numerics::hashText((*file)->getBuffer()) + LLVM_VERSION_STRING : "";
}

Trials::Trials(ModuleOp module, TrialOptions given)
    : module(module), options(std::move(given)), program(options.cacheFolder.empty() ? "" : hashProgram()),
      cache(program.empty() ? "" : options.cacheFolder) {
  options.pipeline.isFloat = options.pipeline.instrumented = false;
  options.pipeline.ownsResource = nullptr;
  options.threads = std::min(llvm::hardware_concurrency(options.threads).compute_thread_count(), 256u);
}

FailureOr<std::unique_ptr<Trials>> Trials::open(ModuleOp module, StringRef dataPath, TrialOptions options) {
  std::unique_ptr<Trials> trials(new Trials(module, std::move(options)));
  CostTable *costs = trials->options.costs;
  llvm::Expected<const cpu::Level *> level = cpu::parseLevel(costs ? costs->getLevel() : "native");
  if (!level)
    return LogicalResult(module.emitError("cannot be run: ") << llvm::toString(level.takeError()));
  trials->level = *level;
  if (failed(trials->readSamples(dataPath)) || failed(trials->runReference()))
    return failure();
  return trials;
}

/// Samples of which launches are counted and timed: where sizes are symbolic they differ, else one is like the other.
static constexpr int64_t kTimedSamples = 4;
/// Runs of which the least times are taken.
static constexpr int64_t kTimedRuns = 16;

int64_t trial::countSamples(ModuleOp module) {
  constexpr int64_t kFewest = 128, kMost = 512;
  constexpr double kMacs = 1e10;
  double macs = 1;
  for (Operation *op : listOperations(module.lookupSymbol<func::FuncOp>("main")))
    if (auto cost = dyn_cast<CostOpInterface>(op)) {
      std::optional<int64_t> own = cost.getMacs();
      if (!own)
        return kFewest;
      macs += double(*own);
    }
  return std::clamp(int64_t(std::min(kMacs / macs, double(kMost))), kFewest, kMost);
}

std::vector<int64_t> trial::chooseSamples(int64_t count, int64_t most) {
  std::vector<int64_t> chosen;
  int64_t wanted = std::min(count, most);
  for (int64_t i = 0; i < wanted; ++i)
    chosen.push_back(i * count / wanted);
  return chosen;
}

LogicalResult Trials::readSamples(StringRef dataPath) {
  feed = getFeed(module);
  FailureOr<data::DataSet> set = openSamples(module, dataPath, options.ignoredKeys);
  if (failed(set))
    return failure();
  std::vector<int64_t> chosen =
      chooseSamples(set->getNumSamples(), options.maxSamples ? options.maxSamples : countSamples(module));
  calibration::DataHash hash;
  llvm::Error error = set->forEachSample([&](int64_t index, ArrayRef<data::Tensor> sample) {
    if (!std::binary_search(chosen.begin(), chosen.end(), index))
      return llvm::Error::success();
    for (const data::Tensor &tensor : sample)
      hash.add(data::getName(tensor.dtype), tensor.dims, tensor.bytes);
    samples.emplace_back(sample);
    return llvm::Error::success();
  });
  dataHash = hash.text();
  bool isSymbolic = module->hasAttr(QCDialect::kSymbolsAttr);
  timed = chooseSamples(samples.size(), isSymbolic ? kTimedSamples : 1);
  return error ? LogicalResult(module.emitError("calibration data ") << llvm::toString(std::move(error))) : success();
}

// The rows of outputs that are rows of logits or probabilities.
static int64_t getRowLength(const TensorSpec &output) {
  return output.dims.size() >= 2 && output.dtype == QC_F32 ? output.dims.back() : -1;
}

LogicalResult Trials::runReference() {
  CpuOptions cpu;
  cpu.name = "reference";
  cpu.jobs = options.threads;
  cpu.cache = &kernels;
  cpu::LoadOptions load;
  load.isNamed = false;
  FailureOr<std::unique_ptr<cpu::LoadedModel>> model = loadFloatModel(module, options.pipeline, cpu, std::move(load));
  if (failed(model))
    return failure();
  FailureOr<AllOutputs> values = run(**model);
  if (failed(values))
    return failure();
  calibration::DataHash hash;
  for (auto [spec, output] : llvm::zip_equal((*model)->getOutputs(), *values)) {
    for (const std::vector<double> &sample : output)
      hash.add(spec.name, int64_t(sample.size()),
               {reinterpret_cast<const char *>(sample.data()), sample.size() * sizeof(double)});
    int64_t rowLength = getRowLength(spec);
    OutputKind kind = classifyOutput(output, spec.dims.size(), rowLength);
    bool hasRows = rowLength >= 2 && (kind != OutputKind::Values || spec.dims.size() == 2);
    reference.push_back({spec.name, kind, hasRows ? rowLength : 0, std::move(output)});
  }
  referenceHash = hash.text();
  return success();
}

bool Trials::canCompare() const {
  bool isEmpty = true;
  for (const Output &output : reference)
    for (const std::vector<double> &sample : output.values) {
      if (llvm::any_of(sample, [](double x) { return std::isfinite(x); }))
        return true;
      isEmpty &= sample.empty();
    }
  return isEmpty;
}

// What a module computes once it is quantized, as text without the statistics that it was made from.
static std::string describe(ModuleOp quantized) {
  for (StatsOp stats : llvm::make_early_inc_range(quantized.getOps<StatsOp>()))
    stats.erase();
  std::string text;
  llvm::raw_string_ostream os(text);
  quantized->print(os, OpPrintingFlags().skipRegions(false).elideLargeResourceString(0));
  return text;
}

FailureOr<Trials::Candidate> Trials::build(ModuleOp module) {
  CpuOptions cpu;
  cpu.name = "candidate";
  cpu.jobs = options.threads;
  cpu.cache = &kernels;
  cpu.levels = {level};
  if (failed(runPhases(module, Phase::Kernels, options.pipeline)))
    return failure();
  FailureOr<cpu::ArtefactSpec> spec = compileForCpu(module, cpu);
  if (failed(spec))
    return failure();
  Candidate candidate;
  candidate.weightBytes = spec->program.weights.size();
  cpu::LoadOptions load;
  load.isNamed = false;
  if (options.costs) {
    candidate.launches = std::make_shared<LaunchRecorder>(*spec);
    load.launched = [recorder = candidate.launches](const cpu::Launched &launched) { recorder->record(launched); };
  }
  auto model = cpu::LoadedModel::build(*spec, std::move(load));
  if (!model)
    return LogicalResult(module.emitError("cannot be run: ") << llvm::toString(model.takeError()));
  candidate.model = std::move(*model);
  return candidate;
}

// Of outputs of a sequence the values of all steps follow each other.
static llvm::Error runSample(const cpu::LoadedModel &model, ArrayRef<data::Tensor> sample, data::Feed feed,
                             MutableArrayRef<std::vector<double> *> values) {
  if (llvm::Error error = model.reset())
    return error;
  for (const auto &inputs : splitSample(sample, feed)) {
    llvm::Expected<Outputs> outputs = runModel(model, inputs);
    if (!outputs)
      return outputs.takeError();
    for (auto [spec, bytes, to] : llvm::zip_equal(model.getOutputs(), *outputs, values))
      llvm::append_range(*to, toDoubles(spec.dtype, bytes));
  }
  return llvm::Error::success();
}

FailureOr<Trials::AllOutputs> Trials::run(const cpu::LoadedModel &model) {
  AllOutputs values(model.getOutputs().size(), std::vector<std::vector<double>>(samples.size()));
  std::vector<std::string> errors(samples.size());
  std::atomic<size_t> next{0};
  auto work = [&](const cpu::LoadedModel &own) {
    for (size_t i = next++; i < samples.size(); i = next++) {
      SmallVector<std::vector<double> *> to;
      for (auto &output : values)
        to.push_back(&output[i]);
      if (llvm::Error error = runSample(own, samples[i], feed, to))
        errors[i] = llvm::toString(std::move(error));
    }
  };
  // A handle with state is for one thread.
  size_t count = model.getStates().empty() ? std::min<size_t>(options.threads, samples.size()) : 1;
  std::vector<std::thread> threads;
  for (size_t i = 1; i < count; ++i)
    threads.emplace_back([&] { work(model); });
  work(model);
  for (std::thread &thread : threads)
    thread.join();
  for (const std::string &error : errors)
    if (!error.empty())
      return LogicalResult(module.emitError("cannot be run on calibration data: ") << error);
  return values;
}

LogicalResult Trials::computeLoss(const Candidate &candidate, Loss &loss) {
  FailureOr<AllOutputs> outputs = run(*candidate.model);
  if (failed(outputs))
    return failure();
  ++runs;
  loss = trial::computeLoss(reference, *outputs);
  return success();
}

FailureOr<LaunchTotals> Trials::pass(const Candidate &candidate) {
  LaunchTotals totals;
  for (int64_t index : timed) {
    llvm::Error error = candidate.model->reset();
    for (const auto &inputs : splitSample(samples[index], feed)) {
      if (error)
        break;
      candidate.launches->start(&totals);
      llvm::Expected<Outputs> outputs = runModel(*candidate.model, inputs);
      candidate.launches->start(nullptr);
      if (!outputs)
        error = outputs.takeError();
    }
    if (error)
      return LogicalResult(module.emitError("cannot be run on calibration data: ") << llvm::toString(std::move(error)));
  }
  return totals;
}

/// Per key the least time of a launch over passes: what else the machine does only adds to times.
static void keepLeast(std::map<std::string, double> &least, const LaunchTotals &totals) {
  for (const auto &[key, total] : totals.byKey) {
    auto [entry, isNew] = least.try_emplace(key, total.nanoseconds / double(total.count));
    if (!isNew)
      entry->second = std::min(entry->second, total.nanoseconds / double(total.count));
  }
}

// The clock's launches take what the table says; a candidate's as much more or less as the machine is slower than then.
LogicalResult Trials::time(const Candidate &candidate, const LaunchTotals &counts) {
  if (StringRef host = llvm::sys::getHostCPUName(); options.costs->getCpu() != host)
    return module.emitError("needs times that the cost table lacks; it is of the CPU '")
           << options.costs->getCpu() << "', this one is '" << host << "', and tables do not mix: give one of '" << host
           << "', or none";
  std::map<std::string, double> own, clocks;
  int64_t each = std::max<int64_t>(timed.size(), 1);
  for (int64_t i = 0; i < kTimedRuns; i += each)
    for (auto [which, least] :
         {std::pair<const Candidate *, decltype(own) *>(clock ? &*clock : nullptr, &clocks), {&candidate, &own}}) {
      if (!which)
        continue;
      FailureOr<LaunchTotals> totals = pass(*which);
      if (failed(totals))
        return failure();
      keepLeast(*least, *totals);
    }
  double expected = 0, taken = 0;
  for (const auto &[key, nanoseconds] : clocks)
    if (std::optional<double> known = options.costs->lookup(key)) {
      expected += *known;
      taken += nanoseconds;
    }
  double scale = taken > 0 ? expected / taken : 1;
  for (const auto &[key, nanoseconds] : own)
    options.costs->insert(key, {counts.byKey.find(key)->second.kernel, nanoseconds * scale});
  return success();
}

bool Trials::knowsTimes(const Price &price) const {
  return llvm::all_of(price.launches, [&](const auto &launch) { return options.costs->lookup(launch.first); });
}

double Trials::getMilliseconds(const Price &price) const {
  double sum = 0;
  for (const auto &[key, count] : price.launches)
    sum += options.costs->lookup(key).value_or(0) * double(count);
  return timed.empty() ? 0 : sum / double(timed.size()) / 1e6;
}

static int64_t countBits(FormatAttr format) { return format ? format.getStorage().getIntOrFloatBitWidth() : 32; }

// Multiply-accumulates times the widths of both factors, over all contractions.
static std::optional<int64_t> countBitOperations(ModuleOp quantized) {
  int64_t sum = 0;
  for (Operation *op : listOperations(quantized.lookupSymbol<func::FuncOp>("main"))) {
    auto cost = dyn_cast<CostOpInterface>(op);
    auto assignment = op->getAttrOfType<AssignmentAttr>(QCDialect::kAssignmentAttr);
    if (!cost || !assignment || op->getNumOperands() < 2)
      continue;
    std::optional<int64_t> macs = cost.getMacs();
    if (!macs)
      return std::nullopt;
    ArrayRef<FormatAttr> formats = assignment.getOperands();
    sum += *macs * (assignment.isFloat() ? 32 * 32 : countBits(formats[0]) * countBits(formats[1]));
  }
  return sum;
}

LogicalResult Trials::findLoss(const Candidate &candidate, StringRef key, std::optional<Loss> &loss) {
  if (loss)
    return success();
  if (failed(computeLoss(candidate, loss.emplace())))
    return failure();
  cache.insert(key, *loss);
  return success();
}

LogicalResult Trials::findPrice(Candidate candidate, StringRef key, std::optional<int64_t> bitOperations,
                                std::optional<Price> &price) {
  FailureOr<LaunchTotals> counts = pass(candidate); // warms up, too
  if (failed(counts))
    return failure();
  price = Price{candidate.weightBytes, bitOperations, {}};
  for (const auto &[launch, total] : counts->byKey)
    price->launches[launch] = total.count;
  if (!knowsTimes(*price) && failed(time(candidate, *counts)))
    return failure();
  cache.insertPrice(key, *price);
  if (!clock)
    clock = std::move(candidate);
  return success();
}

FailureOr<Trial> Trials::examine(Change change, bool wantsLoss, bool wantsPrice) {
  llvm::StringSet<> before = listResources(module.getContext());
  auto isOwn = [&](StringRef name) { return !before.contains(name); };
  OwningOpRef<ModuleOp> clone = module.clone();
  if (options.dropsCovariances)
    for (auto stats : clone->getOps<StatsOp>())
      stats.removeOperandCovariancesAttr();
  llvm::scope_exit release([&] {
    clone = nullptr;
    releaseResources(module, isOwn);
  });
  if (failed(change(*clone)) || failed(runPhases(*clone, Phase::Quantize, options.pipeline)))
    return failure();
  bool hasFloat = llvm::any_of(collectDecisions(*clone), [](const Decision &decision) { return decision.isFloat; });
  std::optional<int64_t> bitOperations = wantsPrice ? countBitOperations(*clone) : std::nullopt;
  std::string text = describe(*clone) + dataHash + program, lossKey = numerics::hashText(text + referenceHash),
              priceKey = numerics::hashText(text + level->name.str() + std::to_string(timed.size()));
  std::optional<Loss> loss = wantsLoss ? cache.lookup(lossKey) : Loss();
  std::optional<Price> price = wantsPrice ? cache.lookupPrice(priceKey) : Price();
  bool isPriced = price && (!wantsPrice || knowsTimes(*price));
  if (!loss || !isPriced) {
    FailureOr<Candidate> candidate = build(*clone);
    if (failed(candidate) || failed(findLoss(*candidate, lossKey, loss)) ||
        (!isPriced && failed(findPrice(std::move(*candidate), priceKey, bitOperations, price))))
      return failure();
  }
  return Trial{std::move(*loss), *price, wantsPrice ? getMilliseconds(*price) : 0, hasFloat};
}

FailureOr<Trial> Trials::examine(Change change) { return examine(change, /*wantsLoss=*/true, /*wantsPrice=*/true); }
FailureOr<Trial> Trials::price(Change change) { return examine(change, /*wantsLoss=*/false, /*wantsPrice=*/true); }

FailureOr<Loss> Trials::measure(Change change) {
  FailureOr<Trial> trial = examine(change, /*wantsLoss=*/true, /*wantsPrice=*/false);
  if (failed(trial))
    return failure();
  return std::move(trial->loss);
}
