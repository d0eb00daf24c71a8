// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Seeded random graphs with symbolic dimensions: one artefact at several sizes gives the bytes of models that were
// compiled for these sizes, and of the reference; it touches nothing beside its buffers; and it refuses the sizes that
// they cannot be compiled for.
#include "GuardedModel.h"
#include "qc/Data/Npy.h"
#include "qc/Import/ONNX/Import.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdlib>

using namespace mlir;
using namespace qc;
using namespace qc::test;

namespace {
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
