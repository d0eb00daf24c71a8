// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Seeded random graphs with symbolic dimensions: one artefact at several sizes gives the bytes of models that were
// compiled for these sizes, and of the reference; it touches nothing beside its buffers; and it refuses the sizes that
// they cannot be compiled for.
#include "GuardedBuffer.h"
#include "ModelRunner.h"
#include "qc/Data/Npy.h"
#include "qc/Import/ONNX/Import.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdlib>
#include <dlfcn.h>

using namespace mlir;
using namespace qc;
using namespace qc::test;

namespace {
/// A library through its C ABI, with memory that traps beside every buffer.
class GuardedModel {
public:
  explicit GuardedModel(const std::string &path) : library(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (!library)
      ADD_FAILURE() << dlerror();
    bind(open, "open");
    bind(workspace, "workspace");
    bind(outputDims, "output_dims");
    bind(runModel, "run");
    bind(close, "close");
    qc_options options = {sizeof(options), 2, nullptr, nullptr, nullptr};
    EXPECT_EQ(open(&options, &model), QC_OK);
  }
  ~GuardedModel() {
    close(model);
    dlclose(library);
  }

  /// Runs on `inputs`; empty where the sizes are refused, which `status` says.
  Outputs run(ArrayRef<data::Tensor> inputs, ArrayRef<size_t> outputRanks, qc_status &status, std::string &message) {
    SmallVector<int64_t> in, out(64);
    for (const data::Tensor &input : inputs)
      llvm::append_range(in, input.dims);
    char text[1024];
    size_t bytes = 0;
    status = outputDims(model, in.data(), out.data(), text, sizeof(text));
    message = text;
    EXPECT_EQ(workspace(model, in.data(), &bytes), status);
    if (status != QC_OK) {
      EXPECT_FALSE(message.empty());
      return {};
    }
    std::vector<GuardedBuffer> buffers;
    buffers.reserve(inputs.size() + outputRanks.size());
    SmallVector<qc_tensor> given, wanted;
    for (const data::Tensor &input : inputs) {
      GuardedBuffer &buffer = buffers.emplace_back(input.bytes.size(), 4);
      if (!input.bytes.empty()) // an empty one may have no address
        std::memcpy(buffer.data(), input.bytes.data(), input.bytes.size());
      given.push_back({sizeof(qc_tensor), buffer.data(), input.bytes.size(), 0, int32_t(input.dims.size()),
                       input.dims.data(), nullptr});
    }
    std::vector<SmallVector<int64_t>> produced;
    produced.reserve(outputRanks.size());
    const int64_t *next = out.data();
    for (size_t rank : outputRanks) {
      size_t size = 4 * ShapedType::getNumElements(ArrayRef(next, rank));
      GuardedBuffer &buffer = buffers.emplace_back(size, 4);
      produced.emplace_back(rank, -1);
      wanted.push_back({sizeof(qc_tensor), buffer.data(), size, 0, 0, nullptr, produced.back().data()});
      next += rank;
    }
    GuardedBuffer work(bytes, 1);
    status = runModel(model, given.data(), wanted.data(), work.data());
    EXPECT_EQ(status, QC_OK);
    Outputs outputs;
    next = out.data();
    for (size_t i = 0; i < wanted.size(); ++i) {
      const char *data = static_cast<const char *>(wanted[i].data);
      outputs.emplace_back(data, data + wanted[i].bytes);
      EXPECT_EQ(ArrayRef<int64_t>(produced[i]), ArrayRef(next, outputRanks[i]));
      next += outputRanks[i];
    }
    return outputs;
  }

private:
  template <typename Function> void bind(Function &function, const char *name) {
    function = reinterpret_cast<Function>(dlsym(library, (std::string("model_") + name).c_str()));
    EXPECT_TRUE(function) << name;
  }

  void *library;
  void *model = nullptr;
  qc_status (*open)(const qc_options *, void **);
  qc_status (*workspace)(const void *, const int64_t *, size_t *);
  qc_status (*outputDims)(const void *, const int64_t *, int64_t *, char *, size_t);
  qc_status (*runModel)(const void *, const qc_tensor *, qc_tensor *, void *);
  void (*close)(void *);
};

class SymbolicGraphsTest : public ModelRunner {
protected:
  void check(const std::string &path);
  void checkAssignment(const std::string &path, GuardedModel &model, ArrayRef<size_t> ranks, int assignment);
  /// The symbolic model as a library, and the ranks of its outputs.
  std::string compile(const std::string &path, SmallVectorImpl<size_t> &ranks);

  int ran = 0, refused = 0;
};
} // namespace

static constexpr int kAssignments = 4; // makeSymbolicGraphs.py

std::string SymbolicGraphsTest::compile(const std::string &path, SmallVectorImpl<size_t> &ranks) {
  text.clear();
  ImportOptions options;
  // Naming a dimension says that it is no mere batch.
  options.ranges = {{"N", 0, -1}};
  OwningOpRef<ModuleOp> module = importOnnx(&context, path + "/model.onnx", options);
  if (!module) {
    ADD_FAILURE() << text;
    return {};
  }
  PipelineOptions pipeline;
  pipeline.isFloat = true;
  OwningOpRef<ModuleOp> kernels = take(*module, Phase::Kernels, pipeline);
  for (const Border &output : getOutputs(*module))
    ranks.push_back(output.type.getRank());
  return kernels ? writeLibrary(*kernels, path + "/model.so") : std::string();
}

void SymbolicGraphsTest::checkAssignment(const std::string &path, GuardedModel &model, ArrayRef<size_t> ranks,
                                         int assignment) {
  std::string file = path + "/data/" + std::to_string(assignment) + ".npz";
  SCOPED_TRACE(file);
  std::vector<data::Tensor> inputs;
  ImportOptions options;
  for (const char *name : {"x", "z"}) {
    llvm::Expected<data::Tensor> tensor = data::readNpz(file, name);
    if (!tensor) {
      llvm::consumeError(tensor.takeError());
      continue;
    }
    options.inputShapes.push_back({name, SmallVector<InputDim>(tensor->dims.begin(), tensor->dims.end())});
    inputs.push_back(std::move(*tensor));
  }
  qc_status status = QC_OK;
  std::string message;
  Outputs found = model.run(inputs, ranks, status, message);
  text.clear();
  OwningOpRef<ModuleOp> bound = importOnnx(&context, path + "/model.onnx", options);
  PipelineOptions pipeline;
  pipeline.isFloat = true;
  bool isFine = bound && succeeded(runPhases(*bound, Phase::Prepare, pipeline));
  ASSERT_EQ(isFine, status == QC_OK) << "compiled for the sizes: " << (isFine ? "fine" : text) << "\nrun: " << message
                                     << " (" << status << ")";
  isFine ? ++ran : ++refused;
  if (!isFine)
    return;
  std::vector<Bytes> sample;
  for (const data::Tensor &input : inputs)
    sample.emplace_back(input.bytes.begin(), input.bytes.end());
  Outputs reference = evaluate(*bound, sample);
  OwningOpRef<ModuleOp> kernels = take(*bound, Phase::Kernels, pipeline);
  ASSERT_TRUE(kernels);
  std::vector<Outputs> compiled = runCpu(*kernels, cpu::getDefaultLevel(), 2, {sample});
  ASSERT_EQ(compiled.size(), 1u);
  for (auto [i, output] : llvm::enumerate(getOutputs(*bound))) {
    Type element = output.type.getElementType();
    EXPECT_TRUE(isEqual(compiled[0][i], reference[i], element)) << "bound, output " << output.name;
    EXPECT_TRUE(isEqual(found[i], reference[i], element)) << "symbolic, output " << output.name;
  }
}

void SymbolicGraphsTest::check(const std::string &path) {
  SCOPED_TRACE(path);
  SmallVector<size_t> ranks;
  std::string library = compile(path, ranks);
  ASSERT_FALSE(library.empty());
  GuardedModel model(library);
  for (int i = 0; i < kAssignments; ++i)
    checkAssignment(path, model, ranks, i);
}

TEST_F(SymbolicGraphsTest, equalBoundModels) {
  if (!(cpu::getDefaultLevel().features & ~cpu::getHostFeatures())) {
    int first = 0, count = std::getenv("QC_LONG_TESTS") ? 300 : 60;
    // QC_RANDOM_GRAPH=17 runs that one only.
    if (const char *one = std::getenv("QC_RANDOM_GRAPH")) {
      first = std::atoi(one);
      count = 1;
    }
    std::string graphs = folder + "/graphs";
    std::string command = std::string(QC_PYTHON) + " " QC_TEST_DIR "/Execute/Inputs/makeSymbolicGraphs.py " + graphs +
                          " " + std::to_string(first) + " " + std::to_string(count);
    ASSERT_EQ(std::system(command.c_str()), 0);
    for (int seed = first; seed < first + count; ++seed)
      check(graphs + "/" + std::to_string(seed));
    llvm::outs() << count << " graphs, " << ran << " runs, " << refused << " refusals\n";
    if (count > 1) {
      EXPECT_GT(ran, count);
      EXPECT_GT(refused, 0);
    }
  } else {
    GTEST_SKIP() << "this host lacks " << cpu::getDefaultLevel().name.str();
  }
}
