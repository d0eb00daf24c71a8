// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The public node models, compiled in float: close to the published outputs, and the reference's bytes at every level
// with fused multiply-add.
#include "ModelRunner.h"
#include "qc/Data/TestTensor.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/LineIterator.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace qc;
using namespace qc::test;

namespace {
class NodeModelsTest : public ModelRunner {
protected:
  void check(const std::string &path);
  int run = 0; ///< models
};
} // namespace

static std::vector<Bytes> readTensors(const std::string &path, llvm::StringRef stem, size_t count) {
  std::vector<Bytes> tensors;
  for (size_t i = 0; i < count; ++i) {
    auto tensor = data::readTestTensor(path + "/test_data_set_0/" + stem.str() + "_" + std::to_string(i) + ".pb");
    if (!tensor) {
      ADD_FAILURE() << llvm::toString(tensor.takeError());
      return tensors;
    }
    tensors.emplace_back(tensor->bytes.begin(), tensor->bytes.end());
  }
  return tensors;
}

// Whether a shape is the contents of an input.
static bool hasComputedSizes(ModuleOp module) {
  return module
      .walk([](Operation *op) {
        bool isOpen = llvm::any_of(op->getResultTypes(), [](Type type) {
          auto tensor = dyn_cast<RankedTensorType>(type);
          return tensor && !tensor.hasStaticShape();
        });
        return isOpen ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

void NodeModelsTest::check(const std::string &path) {
  SCOPED_TRACE(path);
  OwningOpRef<ModuleOp> module = import(path + "/model.onnx");
  ASSERT_TRUE(module) << text;
  PipelineOptions options;
  options.isFloat = true;
  OwningOpRef<ModuleOp> prepared = take(*module, Phase::Prepare, options);
  ASSERT_TRUE(prepared);
  if (hasComputedSizes(*prepared))
    return; // kernels need sizes that are known
  ++run;
  std::vector<Border> outputs = getOutputs(*module);
  std::vector<Bytes> inputs = readTensors(path, "input", getInputs(*module).size());
  std::vector<Bytes> expected = readTensors(path, "output", outputs.size());
  Outputs reference = evaluate(*prepared, inputs);
  OwningOpRef<ModuleOp> kernels = take(*prepared, Phase::Kernels, options);
  ASSERT_TRUE(kernels);
  for (const cpu::Level *level : getHostLevels()) {
    std::vector<Outputs> run = runCpu(*kernels, *level, 2, {inputs});
    ASSERT_EQ(run.size(), 1u);
    for (auto [i, output] : llvm::enumerate(outputs)) {
      SCOPED_TRACE(level->name.str() + ", output " + output.name);
      Type element = output.type.getElementType();
      EXPECT_TRUE(isClose(run[0][i], expected[i], element, 1e-5f));
      if (level->hasFma()) {
        EXPECT_TRUE(isEqual(run[0][i], reference[i], element));
      }
    }
  }
}

TEST_F(NodeModelsTest, floatMatches) {
  llvm::StringRef data = "/usr/share/libonnx-testdata/data";
  if (!llvm::sys::fs::exists(data))
    GTEST_SKIP() << "libonnx-testdata is not installed";
  std::string list = folder + "/models.txt";
  std::string command = std::string(QC_PYTHON) + " " QC_TEST_DIR "/Import/Inputs/listNodeModels.py " + data.str() +
                        " > " + list + " && " + QC_PYTHON + " " QC_TEST_DIR "/Import/Inputs/bindNodeModels.py " +
                        data.str() + " " + folder + "/bound >> " + list;
  ASSERT_EQ(std::system(command.c_str()), 0);
  auto refused = llvm::MemoryBuffer::getFile(QC_TEST_DIR "/Import/refused-node-models.txt");
  auto buffer = llvm::MemoryBuffer::getFile(list);
  for (llvm::line_iterator line(**buffer); !line.is_at_eof(); ++line) {
    if ((*refused)->getBuffer().contains("\n" + llvm::sys::path::filename(*line).str() + ": "))
      continue; // test/Unit/Import checks that the list is exact
    check((data + "/" + *line).str());
  }
  llvm::outs() << run << " node models run\n";
  EXPECT_GE(run, 100);
}
