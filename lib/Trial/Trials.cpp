// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Clone, change, compile, run, compare.
#include "qc/Trial/Trials.h"
#include "dialects/QC/QC.h"
#include "dialects/QC/Resources.h"
#include "qc/Arith/Hash.h"
#include "qc/Calibration/DataHash.h"
#include "qc/Pipelines/Calibrate.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/Threading.h"
#include <atomic>
#include <thread>

using namespace mlir;
using namespace qc;
using namespace qc::trial;

Trials::Trials(ModuleOp module, TrialOptions given)
    : module(module), options(std::move(given)), cache(options.cacheFolder) {
  options.pipeline.isFloat = options.pipeline.instrumented = false;
  options.pipeline.ownsResource = nullptr;
  options.threads = std::min(llvm::hardware_concurrency(options.threads).compute_thread_count(), 256u);
}

FailureOr<std::unique_ptr<Trials>> Trials::open(ModuleOp module, StringRef dataPath, TrialOptions options) {
  std::unique_ptr<Trials> trials(new Trials(module, std::move(options)));
  if (failed(trials->readSamples(dataPath)) || failed(trials->runReference()))
    return failure();
  return trials;
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
  std::vector<int64_t> chosen = chooseSamples(set->getNumSamples(), options.maxSamples);
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
  for (auto [spec, output] : llvm::zip_equal((*model)->getOutputs(), *values)) {
    int64_t rowLength = getRowLength(spec);
    OutputKind kind = classifyOutput(output, spec.dims.size(), rowLength);
    bool hasRows = rowLength >= 2 && (kind != OutputKind::Values || spec.dims.size() == 2);
    reference.push_back({spec.name, kind, hasRows ? rowLength : 0, std::move(output)});
  }
  return success();
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

FailureOr<std::unique_ptr<cpu::LoadedModel>> Trials::build(ModuleOp candidate) {
  CpuOptions cpu;
  cpu.name = "candidate";
  cpu.jobs = options.threads;
  cpu.cache = &kernels;
  if (llvm::Expected<const cpu::Level *> native = cpu::parseLevel("native"))
    cpu.levels = {*native};
  else
    return LogicalResult(candidate.emitError("cannot be run: ") << llvm::toString(native.takeError()));
  if (failed(runPhases(candidate, Phase::Kernels, options.pipeline)))
    return failure();
  FailureOr<cpu::ArtefactSpec> spec = compileForCpu(candidate, cpu);
  if (failed(spec))
    return failure();
  cpu::LoadOptions load;
  load.isNamed = false;
  auto model = cpu::LoadedModel::build(*spec, std::move(load));
  if (!model)
    return LogicalResult(candidate.emitError("cannot be run: ") << llvm::toString(model.takeError()));
  return std::move(*model);
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

FailureOr<Loss> Trials::measure(Change change) {
  llvm::StringSet<> before = listResources(module.getContext());
  PipelineOptions pipeline = options.pipeline;
  auto isOwn = [&](StringRef name) { return !before.contains(name); };
  OwningOpRef<ModuleOp> candidate = module.clone();
  llvm::scope_exit release([&] {
    candidate = nullptr;
    releaseResources(module, isOwn);
  });
  if (failed(change(*candidate)) || failed(runPhases(*candidate, Phase::Quantize, pipeline)))
    return failure();
  std::string text = describe(*candidate) + dataHash;
  std::string key = numerics::hash128(text.data(), text.size()).text();
  if (std::optional<Loss> known = cache.lookup(key))
    return *known;
  FailureOr<std::unique_ptr<cpu::LoadedModel>> model = build(*candidate);
  if (failed(model))
    return failure();
  FailureOr<AllOutputs> outputs = run(**model);
  if (failed(outputs))
    return failure();
  ++runs;
  Loss loss = computeLoss(reference, *outputs);
  cache.insert(key, loss);
  return loss;
}
