// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Calibration: compile with observers, load, run over the data, write down what was seen.
#include "qc/Pipelines/Calibrate.h"
#include "qc/Analysis/Masks.h"
#include "qc/Analysis/State.h"
#include "qc/Calibration/DataHash.h"
#include "qc/Calibration/PerThread.h"
#include "qc/Calibration/Progress.h"
#include "qc/Calibration/WorkQueue.h"
#include "qc/Pipelines/CompileModel.h"
#include "qc/Pipelines/RunModel.h"
#include "qc/Transforms/Calibrate/Observers.h"
#include "llvm/Support/Threading.h"
#include <atomic>
#include <cmath>

using namespace mlir;
using namespace qc;
using namespace qc::calibration;

namespace {
struct Sample {
  int64_t index;
  SmallVector<data::Tensor, 4> inputs;
};

/// Why a sample cannot be used.
struct Failure {
  int64_t sample;
  Location location;
  std::string text;
};

/// What a thread has seen.
struct Seen {
  ObserverSet values;
  std::string infinite; ///< symbol of the first value of the current sample that is infinite somewhere, or empty
};

/// The run of a model over data. The first failure by sample number is the one that is reported, whatever the threads
/// do: samples are handed out in order, and all that were handed out are finished.
class Measurement {
public:
  Measurement(ModuleOp module, func::FuncOp main, const CalibrateOptions &options)
      : module(module), main(main), options(options), mayBeInfinite(getSymbolsOfSoftmaxInputs(module)),
        readers(collectReaders(main, options.readsCovariances)), softmaxInputs(findSoftmaxInputs(main)),
        haveElements(main.getNumArguments() - getStatePairs(main).size(), false) {}

  LogicalResult load(const CpuOptions &cpu, unsigned workers, unsigned threadsEach);
  LogicalResult run(const data::DataSet &set);
  LogicalResult checkElements();
  LogicalResult write() { return fillStats(module, merge(), hash.text()); }

private:
  void observe(const cpu::Observation &value);
  ObserverSet merge();
  llvm::Error feed(const data::DataSet &set);
  void work(const data::DataSet &set, Progress &progress);
  void measure(const data::DataSet &set, const Sample &sample, const cpu::LoadedModel &own);
  llvm::Error runSample(const Sample &sample, const cpu::LoadedModel &own);
  bool checkInputs(const Sample &sample);
  void fail(Failure failure);

  ModuleOp module;
  func::FuncOp main;
  const CalibrateOptions &options;
  llvm::DenseSet<StringRef> mayBeInfinite; ///< symbols of statistics; read by all threads
  llvm::StringMap<Readers> readers;        ///< by symbol; likewise
  llvm::DenseSet<Value> softmaxInputs;     ///< where -infinity has a meaning
  std::unique_ptr<cpu::LoadedModel> model;
  unsigned workers = 1;
  std::optional<WorkQueue<Sample>> queue;
  PerThread<Seen> seen;
  DataHash hash;
  SmallVector<bool> haveElements; ///< inputs that had some in a sample
  std::atomic<bool> isStopped{false};
  std::mutex mutex; ///< of the next field
  std::optional<Failure> failure;
};
} // namespace

LogicalResult Measurement::load(const CpuOptions &cpu, unsigned numWorkers, unsigned threadsEach) {
  workers = numWorkers;
  queue.emplace(2 * numWorkers);
  PipelineOptions pipeline;
  pipeline.isFloat = pipeline.instrumented = true;
  cpu::LoadOptions load;
  load.threads = int(threadsEach);
  load.isNamed = false;
  load.observer = [this](const cpu::Observation &value) { observe(value); };
  FailureOr<std::unique_ptr<cpu::LoadedModel>> loaded = loadFloatModel(module, pipeline, cpu, std::move(load));
  if (failed(loaded))
    return mlir::failure();
  model = std::move(*loaded);
  return success();
}

void Measurement::observe(const cpu::Observation &value) {
  if (value.dtype != QC_F32)
    return;
  Seen &local = seen.getLocal();
  static const Readers none;
  auto found = readers.find(value.symbol);
  MinMax range = local.values[value.symbol].observe(static_cast<const float *>(value.data), value.dims, value.strides,
                                                    found == readers.end() ? none : found->second);
  if (range.getNumInfinities() && local.infinite.empty() && !mayBeInfinite.contains(value.symbol))
    local.infinite = value.symbol.str();
}

ObserverSet Measurement::merge() {
  ObserverSet merged;
  seen.forEach([&](const Seen &local) { merged.merge(local.values); });
  return merged;
}

void Measurement::fail(Failure found) {
  isStopped = true;
  std::lock_guard<std::mutex> lock(mutex);
  if (!failure || found.sample < failure->sample)
    failure.emplace(std::move(found));
}

bool Measurement::checkInputs(const Sample &sample) {
  for (auto [input, tensor] : llvm::zip(main.getArguments(), sample.inputs)) {
    if (tensor.dtype != data::DType::F32)
      continue;
    ArrayRef<float> elements = tensor.getData<float>();
    bool mayBeMask = softmaxInputs.contains(input);
    const float *bad = llvm::find_if(elements, [&](float element) {
      return !std::isfinite(element) && !(mayBeMask && std::isinf(element) && element < 0);
    });
    if (bad == elements.end())
      continue;
    std::string text = "input '" + getValueName(input).str() + "' holds " +
                       (std::isnan(*bad) ? "NaN"
                        : *bad < 0       ? "-infinity"
                                         : "infinity") +
                       " at element " + std::to_string(bad - elements.begin()) + " of sample " +
                       std::to_string(sample.index) + " of the calibration data, accepted are finite numbers";
    fail({sample.index, input.getLoc(), std::move(text)});
    return false;
  }
  return true;
}

static llvm::Error runOnce(const cpu::LoadedModel &model, ArrayRef<data::Tensor> inputs) {
  llvm::Expected<Outputs> outputs = runModel(model, inputs);
  return outputs ? llvm::Error::success() : outputs.takeError();
}

// A sample of a model with state is a sequence, which begins with the state as it is at first.
llvm::Error Measurement::runSample(const Sample &sample, const cpu::LoadedModel &own) {
  if (own.getStates().empty())
    return runOnce(own, sample.inputs);
  if (llvm::Error error = own.reset())
    return error;
  for (int64_t step = 0, count = data::countSteps(sample.inputs); step < count; ++step)
    if (llvm::Error error = runOnce(own, data::takeStep(sample.inputs, step)))
      return llvm::createStringError("step " + Twine(step) + ": " + llvm::toString(std::move(error)));
  return llvm::Error::success();
}

void Measurement::measure(const data::DataSet &set, const Sample &sample, const cpu::LoadedModel &own) {
  if (!checkInputs(sample))
    return;
  Seen &local = seen.getLocal();
  local.infinite.clear();
  if (llvm::Error error = runSample(sample, own))
    return fail({sample.index, module.getLoc(),
                 "calibration data " + set.describeSample(sample.index) + ": " + llvm::toString(std::move(error))});
  if (local.infinite.empty())
    return;
  auto stats = module.lookupSymbol<StatsOp>(local.infinite);
  std::string name = stats ? stats.getOf().str() : local.infinite;
  fail({sample.index, stats ? stats.getLoc() : module.getLoc(),
        "value '" + name + "' is infinite in sample " + std::to_string(sample.index) +
            " of the calibration data, accepted are finite activations"});
}

// Handles do not share state: each thread has one of its own.
void Measurement::work(const data::DataSet &set, Progress &progress) {
  std::unique_ptr<cpu::LoadedModel> own;
  if (!model->getStates().empty()) {
    llvm::Expected<std::unique_ptr<cpu::LoadedModel>> opened = model->openAnother();
    if (opened)
      own = std::move(*opened);
    else
      fail({0, module.getLoc(), llvm::toString(opened.takeError())});
  }
  bool canRun = own || model->getStates().empty();
  // What was handed out is taken in any case: else whoever hands out would wait for ever.
  while (std::optional<Sample> sample = queue->pop()) {
    if (canRun)
      measure(set, *sample, own ? *own : *model);
    progress.advance();
  }
}

// Hands out samples until all are or one has failed.
llvm::Error Measurement::feed(const data::DataSet &set) {
  bool gaveUp = false;
  llvm::Error error = set.forEachSample([&](int64_t index, ArrayRef<data::Tensor> inputs) -> llvm::Error {
    gaveUp = isStopped;
    if (gaveUp)
      return llvm::createStringError("a sample failed"); // only ends the loop
    for (auto [has, tensor] : llvm::zip_equal(haveElements, inputs)) {
      hash.add(data::getName(tensor.dtype), tensor.dims, tensor.bytes);
      has |= !tensor.bytes.empty();
    }
    queue->push({index, SmallVector<data::Tensor, 4>(inputs)});
    return llvm::Error::success();
  });
  queue->close();
  if (!gaveUp)
    return error;
  llvm::consumeError(std::move(error));
  return llvm::Error::success();
}

LogicalResult Measurement::run(const data::DataSet &set) {
  bool isTerminal = llvm::errs().is_displayed();
  Progress progress(options.quiet ? nullptr : &llvm::errs(), isTerminal, "calibrating", set.getNumSamples());
  std::vector<std::thread> threads;
  threads.reserve(workers);
  for (unsigned i = 0; i < workers; ++i)
    threads.emplace_back([&] { work(set, progress); });
  llvm::Error error = feed(set);
  for (std::thread &thread : threads)
    thread.join();
  if (failure) { // of a sample before the file that could not be read, if there is such a file too
    llvm::consumeError(std::move(error));
    return emitError(failure->location) << failure->text;
  }
  if (error)
    return emitError(UnknownLoc::get(module.getContext())) << "calibration data " << llvm::toString(std::move(error));
  progress.finish();
  return success();
}

// Nothing is known of a value that had no elements in any sample. (One that never has some needs no range.)
LogicalResult Measurement::checkElements() {
  for (auto [has, input] : llvm::zip(haveElements, main.getArguments()))
    if (auto type = cast<RankedTensorType>(input.getType()); !has && !llvm::is_contained(type.getShape(), 0))
      return emitError(input.getLoc()) << "calibration data has no elements for input '" << getValueName(input)
                                       << "': a dimension is 0 in all samples, it must not be in at least one";
  return success();
}

// Weights and biases that are not finite would show as values without a range, far from their cause.
static LogicalResult checkConstants(func::FuncOp main) {
  WalkResult result = main.walk([](IntegerFormOpInterface op) {
    for (std::optional<unsigned> slot : {op.getWeightOperand(), op.getBiasOperand()}) {
      std::optional<TensorValue> value = slot ? getTensorValue(getConstantValue(op->getOperand(*slot))) : std::nullopt;
      if (!value || !value->getType().getElementType().isF32())
        continue;
      ArrayRef<float> elements = value->getData<float>();
      const float *bad = llvm::find_if(elements, [](float element) { return !std::isfinite(element); });
      if (bad == elements.end())
        continue;
      emitError(op->getOperand(*slot).getLoc())
          << (slot == op.getBiasOperand() ? "bias" : "weights") << " of '" << op->getName() << "' hold "
          << (std::isnan(*bad) ? "NaN" : "an infinity") << " at element " << (bad - elements.begin())
          << ", accepted are finite numbers";
      return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

LogicalResult qc::calibrate(ModuleOp module, StringRef dataPath, const CalibrateOptions &options) {
  FailureOr<func::FuncOp> main = getMainFunction(module);
  if (failed(main))
    return failure();
  // Data first: a wrong path is told before anything is compiled.
  FailureOr<data::DataSet> set = openSamples(module, dataPath, options.ignoredKeys);
  if (failed(set))
    return failure();
  if (failed(checkConstants(*main)) || failed(insertObservers(module)))
    return failure();
  constexpr unsigned kMaxThreads = 256;
  unsigned threads = std::min(llvm::hardware_concurrency(options.threads).compute_thread_count(), kMaxThreads);
  auto workers = unsigned(std::min<int64_t>(threads, set->getNumSamples()));
  CpuOptions cpu;
  cpu.name = "calibrated";
  cpu.levels = {options.level};
  cpu.jobs = threads;
  cpu.cache = options.cache;
  Measurement measurement(module, *main, options);
  if (failed(measurement.load(cpu, workers, threads / workers)) || failed(measurement.run(*set)) ||
      failed(measurement.checkElements()) || failed(measurement.write()) || failed(verifyCalibrated(module)))
    return failure();
  module->setAttr(QCDialect::kPhaseAttr, StringAttr::get(module.getContext(), getPhaseName(Phase::Calibrate)));
  return success();
}
