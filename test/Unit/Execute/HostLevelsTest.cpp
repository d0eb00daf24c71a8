// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One test per CPU level, so that a level which this host cannot run stands by name among the skipped tests: all other
// tests go through the levels of the host in loops, and say nothing of the others.
#include "ModelRunner.h"

using namespace mlir;
using namespace qc;
using namespace qc::test;

namespace {
class HostLevels : public ModelRunner, public ::testing::WithParamInterface<size_t> {};
} // namespace

TEST_P(HostLevels, run) {
  const cpu::Level &level = cpu::getLevels()[GetParam()];
  if (!llvm::is_contained(getHostLevels(), &level))
    GTEST_SKIP() << level.name.str() << ": this host does not have it, or it is compiled as its base";
  OwningOpRef<ModuleOp> module = import(QC_TEST_DIR "/Inputs/fashion-mnist-mlp.onnx");
  ASSERT_TRUE(module) << text;
  module = take(*module, Phase::Prepare, PipelineOptions());
  ASSERT_TRUE(module);
  std::vector<float> values(size_t(getInputs(*module)[0].type.getNumElements()));
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = float(int(i % 17) - 8) / 8;
  const char *first = reinterpret_cast<const char *>(values.data());
  std::vector<Bytes> inputs = {Bytes(first, first + values.size() * sizeof(float))};
  Outputs expected = evaluate(*module, inputs);
  Type element = getOutputs(*module)[0].type.getElementType();
  PipelineOptions options;
  options.isFloat = true;
  module = take(*module, Phase::Kernels, options);
  ASSERT_TRUE(module);
  std::vector<Outputs> run = runCpu(*module, level, /*threads=*/1, {inputs});
  ASSERT_EQ(run.size(), 1u);
  // Without FMA the bytes may differ (docs/Numerics.md, Float kernels).
  EXPECT_TRUE(level.hasFma() ? isEqual(run[0][0], expected[0], element)
                             : isClose(run[0][0], expected[0], element, 1e-5f));
}

INSTANTIATE_TEST_SUITE_P(Levels, HostLevels, ::testing::Range(size_t(0), cpu::getLevels().size()),
                         [](const auto &info) {
                           std::string name = cpu::getLevels()[info.param].name.str();
                           for (char &c : name)
                             c = llvm::isAlnum(c) ? c : '_';
                           return name;
                         });
