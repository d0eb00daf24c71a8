// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-verify --bit-exact: bytes against the reference evaluator.
#include "VerifyCommandBits.h"
#include "dialects/QC/QC.h"
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
  FailureOr<std::vector<TensorValue>> expected = failure();
};

class BitComparison {
public:
  BitComparison(const VerifyCommand &command, ModuleOp module, Candidate candidate, std::vector<TensorSpec> outputs)
      : command(command), module(module), candidate(std::move(candidate)), outputs(std::move(outputs)),
        pool(llvm::hardware_concurrency(command.threads)) {}

  LogicalResult run(const data::DataSet &data);

private:
  llvm::Error flush();
  llvm::Error compare(const Job &job);
  llvm::Error compareOutput(const TensorSpec &output, ArrayRef<int64_t> dims, ArrayRef<char> expected,
                            ArrayRef<char> found);

  const VerifyCommand &command;
  ModuleOp module;
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
  llvm::Expected<Outputs> found = candidate.run(job.sample);
  if (!found)
    return found.takeError();
  for (auto [output, expected, actual] : llvm::zip_equal(outputs, *job.expected, *found))
    if (llvm::Error error = compareOutput(output, expected.getShape(), expected.getRawData(), actual))
      return error;
  ++samples;
  return llvm::Error::success();
}

/// Evaluates what has gathered, in parallel, and compares it in order.
llvm::Error BitComparison::flush() {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  for (Job &job : jobs)
    pool.async([this, &job, main]() mutable {
      SmallVector<TensorValue> inputs;
      for (auto [tensor, type] : llvm::zip_equal(job.sample, main.getArgumentTypes()))
        inputs.emplace_back(RankedTensorType::get(tensor.dims, cast<RankedTensorType>(type).getElementType()),
                            tensor.bytes);
      job.expected = evaluateMain(module, inputs);
    });
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
  llvm::Expected<data::DataSet> data = openData(command, borders->first, isFedRows(module));
  if (!data)
    return emitError(module.getContext(), data.takeError());
  return BitComparison(command, module, std::move(*candidate), std::move(borders->second)).run(*data);
}
