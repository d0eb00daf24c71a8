// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-verify: an artefact against the compiled float model.
#include "VerifyCommandFloat.h"
#include "qc/Data/Npy.h"
#include "qc/Files/OutputFile.h"
#include "qc/Pipelines/CompileModel.h"
#include "qc/Report/Comparison.h"
#include "qc/Report/Diagnostics.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace qc;

namespace {
class FloatComparison {
public:
  FloatComparison(const VerifyCommand &command, const cpu::LoadedModel &reference, Candidate candidate,
                  data::Feed feed);
  llvm::Error run(const data::DataSet &data);
  llvm::Error report() const;
  llvm::Error checkLimits() const;

private:
  llvm::Error readLabels();
  llvm::Error add(int64_t index, ArrayRef<data::Tensor> sample);
  llvm::Error addRun(int64_t index, ArrayRef<data::Tensor> inputs);

  const VerifyCommand &command;
  const cpu::LoadedModel &reference;
  Candidate candidate;
  data::Feed feed;
  std::vector<Comparison> outputs;
  std::vector<int64_t> labels;
  int64_t samples = 0;
};
} // namespace

FloatComparison::FloatComparison(const VerifyCommand &command, const cpu::LoadedModel &reference, Candidate candidate,
                                 data::Feed feed)
    : command(command), reference(reference), candidate(std::move(candidate)), feed(feed) {
  for (const TensorSpec &output : reference.getOutputs())
    outputs.emplace_back(output.name, output.dims.size() == 2 && output.dims[1] >= 0 ? output.dims[1] : 0);
}

template <typename T> static void appendLabels(const data::Tensor &tensor, std::vector<int64_t> &labels) {
  for (T label : tensor.getData<T>())
    labels.push_back(int64_t(label));
}

static llvm::Error convertLabels(const data::Tensor &tensor, StringRef path, std::vector<int64_t> &labels) {
  switch (tensor.dtype) {
  case data::DType::I8:
    return appendLabels<int8_t>(tensor, labels), llvm::Error::success();
  case data::DType::U8:
    return appendLabels<uint8_t>(tensor, labels), llvm::Error::success();
  case data::DType::I16:
    return appendLabels<int16_t>(tensor, labels), llvm::Error::success();
  case data::DType::U16:
    return appendLabels<uint16_t>(tensor, labels), llvm::Error::success();
  case data::DType::I32:
    return appendLabels<int32_t>(tensor, labels), llvm::Error::success();
  case data::DType::U32:
    return appendLabels<uint32_t>(tensor, labels), llvm::Error::success();
  case data::DType::I64:
  case data::DType::U64:
    return appendLabels<int64_t>(tensor, labels), llvm::Error::success();
  default:
    return llvm::createStringError("'" + path + "' holds " + data::describe(tensor.dtype, tensor.dims) +
                                   ", labels are integers");
  }
}

/// Rows of one sample in the outputs that have rows; 0 where none has.
static int64_t getRowsOfSample(const cpu::LoadedModel &model) {
  for (const TensorSpec &output : model.getOutputs())
    if (output.dims.size() == 2)
      return output.dims[0] < 0 ? 1 : output.dims[0];
  return 0;
}

llvm::Error FloatComparison::readLabels() {
  if (command.labels.empty())
    return llvm::Error::success();
  if (feed == data::Feed::Steps)
    return llvm::createStringError("--labels is for models without state: here a file is a sequence");
  int64_t rows = getRowsOfSample(reference);
  if (rows == 0)
    return llvm::createStringError(
        "--labels needs an output of two dimensions, samples by classes; the model has none");
  llvm::Expected<data::Tensor> tensor = data::readNpy(command.labels);
  if (!tensor)
    return tensor.takeError();
  if (llvm::Error error = convertLabels(*tensor, command.labels, labels))
    return error;
  int64_t needed = samples * rows;
  if (int64_t(labels.size()) == needed || (command.numSamples && int64_t(labels.size()) > needed))
    return llvm::Error::success();
  return llvm::createStringError("'" + command.labels + "' holds " + Twine(labels.size()) + " labels, the data has " +
                                 Twine(needed) + " rows");
}

// A sequence begins with the state as it is at first, in both.
llvm::Error FloatComparison::add(int64_t index, ArrayRef<data::Tensor> sample) {
  if (llvm::Error error = reference.reset())
    return error;
  if (llvm::Error error = candidate.reset())
    return error;
  for (const auto &inputs : splitSample(sample, feed))
    if (llvm::Error error = addRun(index, inputs))
      return error;
  return llvm::Error::success();
}

llvm::Error FloatComparison::addRun(int64_t index, ArrayRef<data::Tensor> sample) {
  llvm::Expected<Outputs> expected = runModel(reference, sample);
  if (!expected)
    return expected.takeError();
  llvm::Expected<Outputs> found = candidate.run(sample);
  if (!found)
    return found.takeError();
  for (auto [i, output] : llvm::enumerate(reference.getOutputs())) {
    ArrayRef<int64_t> rowLabels;
    int64_t rows = getRowsOfSample(reference);
    if (!labels.empty() && output.dims.size() == 2 && (output.dims[0] < 0 || output.dims[0] == rows))
      rowLabels = ArrayRef<int64_t>(labels).slice(index * rows, rows);
    outputs[i].add(toDoubles(output.dtype, (*expected)[i]), toDoubles(output.dtype, (*found)[i]), rowLabels);
  }
  return llvm::Error::success();
}

llvm::Error FloatComparison::run(const data::DataSet &data) {
  samples = command.numSamples ? std::min(command.numSamples, data.getNumSamples()) : data.getNumSamples();
  if (llvm::Error error = readLabels())
    return error;
  return data.forEachSample([&](int64_t index, ArrayRef<data::Tensor> sample) {
    return index < samples ? add(index, sample) : llvm::Error::success();
  });
}

llvm::Error FloatComparison::report() const {
  StringRef name = llvm::sys::path::filename(command.artefact);
  llvm::outs() << samples << " samples against the compiled float model\n";
  llvm::json::Array list;
  for (const Comparison &output : outputs) {
    printComparison(output, "float", name, llvm::outs());
    list.push_back(makeComparisonJson(output));
  }
  if (llvm::Error error = flushStandardOutput())
    return error;
  if (command.report.empty())
    return llvm::Error::success();
  llvm::json::Value json = llvm::json::Object{{"version", 1},
                                              {"model", llvm::json::fixUTF8(command.model)},
                                              {"artefact", llvm::json::fixUTF8(command.artefact)},
                                              {"samples", samples},
                                              {"outputs", std::move(list)}};
  return writeOutputFile(command.report, [&](raw_ostream &os) { os << llvm::formatv("{0:2}", json) << "\n"; });
}

llvm::Error FloatComparison::checkLimits() const {
  std::string missed;
  auto check = [&](const Comparison &output, const char *what, double value, bool isMinimum,
                   std::optional<double> limit) {
    // A NaN meets no limit.
    if (limit && !(isMinimum ? value >= *limit : value <= *limit))
      missed += llvm::formatv("{0}output '{1}' has {2} {3:f6}, {4} is {5:f6}", missed.empty() ? "" : "; ",
                              output.getName(), what, value, isMinimum ? "the minimum" : "the maximum", *limit);
  };
  for (const Comparison &output : outputs) {
    check(output, "cosine", output.getCosine(), true, command.minCosine);
    check(output, "SQNR (dB)", output.getSqnr(), true, command.minSqnr);
    check(output, "max abs error", output.getMaxAbsError(), false, command.maxAbsError);
    if (output.hasRows())
      check(output, "arg-max agreement (%)", output.getAgreement(), true, command.minAgreement);
    if (!output.hasLabels())
      continue;
    check(output, "top-1 (%)", output.getCandidateTop1(), true, command.minTop1);
    check(output, "top-1 drop (points)", output.getReferenceTop1() - output.getCandidateTop1(), false,
          command.maxTop1Drop);
  }
  return missed.empty() ? llvm::Error::success() : llvm::createStringError(missed);
}

/// The float model as code for this machine; all levels with fused operations give the same bytes.
static FailureOr<std::unique_ptr<cpu::LoadedModel>> loadReference(const VerifyCommand &command, ModuleOp module) {
  CpuOptions options;
  options.name = "reference";
  options.jobs = command.threads;
  if (llvm::Expected<const cpu::Level *> native = cpu::parseLevel("native"))
    options.levels = {*native};
  else
    return emitError(module.getContext(), native.takeError());
  PipelineOptions pipeline;
  pipeline.isFloat = true;
  if (failed(runPhases(module, Phase::Prepare, pipeline)))
    return failure();
  cpu::LoadOptions load;
  load.threads = int(command.threads);
  return loadFloatModel(module, pipeline, options, std::move(load));
}

static llvm::Error compareModels(const VerifyCommand &command, const cpu::LoadedModel &model, data::Feed feed,
                                 std::unique_ptr<cpu::LoadedModel> artefact) {
  llvm::Expected<Candidate> candidate = Candidate::match(std::move(artefact), model.getInputs(), model.getOutputs());
  if (!candidate)
    return candidate.takeError();
  llvm::Expected<data::DataSet> data = openData(command, model.getInputs(), feed);
  if (!data)
    return data.takeError();
  FloatComparison comparison(command, model, std::move(*candidate), feed);
  if (llvm::Error error = comparison.run(*data))
    return error;
  if (llvm::Error error = comparison.report())
    return error;
  return comparison.checkLimits();
}

LogicalResult qc::verifyFloat(const VerifyCommand &command, ModuleOp module,
                              std::unique_ptr<cpu::LoadedModel> artefact) {
  FailureOr<Phase> phase = getModulePhase(module);
  if (failed(phase))
    return failure();
  if (*phase > Phase::Prepare)
    return emitError(module.getContext(),
                     llvm::createStringError(
                         "the reference is an ONNX model, or a module of phase import or prepare; '" + command.model +
                         "' is at " + getPhaseName(*phase) + " (--bit-exact compares with the evaluator)"));
  FailureOr<std::unique_ptr<cpu::LoadedModel>> reference = loadReference(command, module);
  if (failed(reference))
    return failure();
  llvm::Error error = compareModels(command, **reference, getFeed(module), std::move(artefact));
  return error ? emitError(module.getContext(), std::move(error)) : success();
}
