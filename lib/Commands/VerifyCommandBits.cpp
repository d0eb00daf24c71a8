// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-verify --bit-exact: bytes against the reference evaluator.
#include "VerifyCommandBits.h"
#include "dialects/QC/QC.h"
#include "qc/Analysis/State.h"
#include "qc/Pipelines/CompileModel.h"
#include "qc/Reference/Evaluate.h"
#include "qc/Report/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ThreadPool.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace qc;

namespace {
/// One sample on its way through the evaluator.
struct Job {
  std::vector<data::Tensor> sample;
  FailureOr<std::vector<std::vector<TensorValue>>> expected = failure(); ///< by run: of a sequence by step
};

class BitComparison {
public:
  BitComparison(const VerifyCommand &command, ModuleOp module, Candidate candidate, std::vector<TensorSpec> outputs)
      : command(command), module(module), feed(getFeed(module)), candidate(std::move(candidate)),
        outputs(std::move(outputs)), pool(llvm::hardware_concurrency(command.threads)) {}

  LogicalResult run(const data::DataSet &data);

private:
  llvm::Error flush();
  FailureOr<std::vector<std::vector<TensorValue>>> evaluate(ArrayRef<data::Tensor> sample);
  llvm::Error compare(const Job &job);
  llvm::Error compareOutput(const TensorSpec &output, ArrayRef<int64_t> dims, ArrayRef<char> expected,
                            ArrayRef<char> found);

  const VerifyCommand &command;
  ModuleOp module;
  data::Feed feed;
  Candidate candidate;
  std::vector<TensorSpec> outputs;
  llvm::DefaultThreadPool pool;
  std::vector<Job> jobs;
  int64_t samples = 0; ///< compared so far
  int64_t bytes = 0;
};
} // namespace

/// "[0, 3, 1]" of element number `index`.
static std::string describeIndex(ArrayRef<int64_t> dims, int64_t index) {
  SmallVector<std::string> parts;
  for (int64_t dim : llvm::reverse(dims)) {
    parts.push_back(std::to_string(index % dim));
    index /= dim;
  }
  return "[" + llvm::join(llvm::reverse(parts), ", ") + "]";
}

/// A value and, of a float, its bits: two floats may be printed alike.
static std::string describeValue(qc_dtype type, ArrayRef<char> bytes) {
  double value = toDoubles(type, bytes).front();
  if (type != QC_F32)
    return std::to_string(int64_t(value));
  uint32_t bits;
  std::memcpy(&bits, bytes.data(), sizeof(bits));
  char text[64];
  snprintf(text, sizeof(text), "%.9g (0x%08x)", value, bits);
  return text;
}

llvm::Error BitComparison::compareOutput(const TensorSpec &output, ArrayRef<int64_t> dims, ArrayRef<char> expected,
                                         ArrayRef<char> found) {
  if (expected.size() != found.size())
    return llvm::createStringError("output '" + output.name + "' has " + Twine(expected.size()) +
                                   " bytes in the evaluator and " + Twine(found.size()) + " in the artefact");
  bytes += int64_t(expected.size());
  size_t width = size_t(getDTypeBytes(output.dtype)), differing = 0, first = 0;
  for (size_t at = 0; at < expected.size(); at += width)
    if (std::memcmp(expected.data() + at, found.data() + at, width) != 0 && differing++ == 0)
      first = at;
  if (differing == 0)
    return llvm::Error::success();
  return llvm::createStringError("sample " + Twine(samples) + ", output '" + output.name + "', index " +
                                 describeIndex(dims, int64_t(first / width)) + ": the evaluator gives " +
                                 describeValue(output.dtype, expected.slice(first, width)) + ", the artefact " +
                                 describeValue(output.dtype, found.slice(first, width)) + "; " + Twine(differing) +
                                 " of " + Twine(expected.size() / width) + " elements of this output differ");
}

llvm::Error BitComparison::compare(const Job &job) {
  if (llvm::Error error = candidate.reset())
    return error;
  auto runs = splitSample(job.sample, feed);
  for (auto [inputs, expected] : llvm::zip_equal(runs, *job.expected)) {
    llvm::Expected<Outputs> found = candidate.run(inputs);
    if (!found)
      return found.takeError();
    for (auto [output, value, actual] : llvm::zip_first(outputs, expected, *found))
      if (llvm::Error error = compareOutput(output, value.getShape(), value.getRawData(), actual))
        return error;
  }
  ++samples;
  return llvm::Error::success();
}

/// The state that a sequence begins with: zeros.
static FailureOr<SmallVector<TensorValue>> makeStates(func::FuncOp main) {
  SmallVector<TensorValue> states;
  FailureOr<SizeAnalysis> sizes = SizeAnalysis::analyze(main);
  for (StatePair pair : getStatePairs(main)) {
    FailureOr<StateExtents> extents = failure();
    if (succeeded(sizes))
      extents = getStateExtents(main, pair, *sizes);
    if (failed(extents))
      return failure();
    Type element = cast<RankedTensorType>(main.getArgumentTypes()[pair.argument]).getElementType();
    states.emplace_back(RankedTensorType::get(extents->begin, element));
  }
  return states;
}

/// The results of each run, state included.
FailureOr<std::vector<std::vector<TensorValue>>> BitComparison::evaluate(ArrayRef<data::Tensor> sample) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  FailureOr<SmallVector<TensorValue>> states = makeStates(main);
  if (failed(states))
    return failure();
  std::vector<std::vector<TensorValue>> results;
  for (const auto &run : splitSample(sample, feed)) {
    SmallVector<TensorValue> inputs;
    for (auto [tensor, type] : llvm::zip(run, main.getArgumentTypes()))
      inputs.emplace_back(RankedTensorType::get(tensor.dims, cast<RankedTensorType>(type).getElementType()),
                          tensor.bytes);
    llvm::append_range(inputs, *states);
    FailureOr<std::vector<TensorValue>> values = evaluateMain(module, inputs);
    if (failed(values))
      return failure();
    states->assign(values->end() - ptrdiff_t(states->size()), values->end());
    results.push_back(std::move(*values));
  }
  return results;
}

/// Evaluates what has gathered, in parallel, and compares it in order.
llvm::Error BitComparison::flush() {
  for (Job &job : jobs)
    pool.async([this, &job] { job.expected = evaluate(job.sample); });
  pool.wait();
  for (const Job &job : jobs) {
    if (failed(job.expected))
      return llvm::createStringError("the evaluator cannot run sample " + Twine(samples));
    if (llvm::Error error = compare(job))
      return error;
  }
  jobs.clear();
  return llvm::Error::success();
}

LogicalResult BitComparison::run(const data::DataSet &data) {
  int64_t wanted = command.numSamples ? std::min(command.numSamples, data.getNumSamples()) : data.getNumSamples();
  size_t batch = pool.getMaxConcurrency();
  llvm::Error error = data.forEachSample([&](int64_t index, ArrayRef<data::Tensor> sample) -> llvm::Error {
    if (index >= wanted)
      return llvm::Error::success();
    jobs.push_back({sample.vec()});
    return jobs.size() == batch || index + 1 == wanted ? flush() : llvm::Error::success();
  });
  if (error)
    return emitError(module.getContext(), std::move(error));
  llvm::outs() << "bit-exact: " << samples << " samples, " << bytes
               << " bytes of output equal the reference evaluator's\n";
  return success();
}

LogicalResult qc::verifyBits(const VerifyCommand &command, ModuleOp module,
                             std::unique_ptr<cpu::LoadedModel> artefact) {
  FailureOr<Phase> phase = getModulePhase(module);
  if (failed(phase))
    return failure();
  if (*phase == Phase::Quantize || *phase == Phase::Kernels)
    return emitError(
        module.getContext(),
        llvm::createStringError("--bit-exact takes a module of phase integer (or one of an earlier phase, for "
                                "a float artefact), '" +
                                command.model + "' is at " + getPhaseName(*phase)));
  auto borders = getBorders(module);
  if (failed(borders))
    return failure();
  llvm::Expected<Candidate> candidate = Candidate::match(std::move(artefact), borders->first, borders->second);
  if (!candidate)
    return emitError(module.getContext(), candidate.takeError());
  llvm::Expected<data::DataSet> data = openData(command, borders->first, getFeed(module));
  if (!data)
    return emitError(module.getContext(), data.takeError());
  return BitComparison(command, module, std::move(*candidate), std::move(borders->second)).run(*data);
}
