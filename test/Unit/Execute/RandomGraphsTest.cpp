// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Seeded random graphs over every operator: float close to float64, int8 the same bytes as the reference on every level
// and on the device; float, int8, w8a16, w4a8 and w4a16 mixed at random, likewise. 30 graphs, 20 in which elements move
// and 20 of transformers, and with mixed formats 40, 20 and 20; with QC_LONG_TESTS 300, 200 and 300 of each.
#include "ModelRunner.h"
#include "dialects/Dyadic/Dyadic.h"
#include "qc/Data/DataSet.h"
#include "qc/Data/Npy.h"
#include "qc/Pipelines/Calibrate.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdlib>
#include <iterator>
#include <random>

using namespace mlir;
using namespace qc;
using namespace qc::test;

namespace {
class RandomGraphsTest : public ModelRunner {
protected:
  /// The graphs that a script of test/Execute/Inputs writes.
  void checkAll(const std::string &script, int count);
  void check(const std::string &path, int64_t seed);
  void checkFloat(ModuleOp prepared, const std::string &path);
  void checkInteger(ModuleOp prepared, const std::string &path, int64_t seed);
  std::string writeRules(ModuleOp module, int64_t seed);
  std::string drawFormat(std::mt19937 &random) const;

  std::vector<std::vector<Bytes>> samples;
  bool isMixed = false; ///< the graphs are those of other tests: only integers are compared
  int64_t integerOps = 0, floatOps = 0, wideValues = 0, int4Contractions = 0, softmaxes = 0, norms = 0;
};
} // namespace

static constexpr int kSamples = 3; // makeRandomGraphs.py

static Bytes readArray(const std::string &path, const std::string &name) {
  llvm::Expected<data::Tensor> tensor = data::readNpz(path, name);
  if (!tensor) {
    ADD_FAILURE() << llvm::toString(tensor.takeError());
    return {};
  }
  return Bytes(tensor->bytes.begin(), tensor->bytes.end());
}

void RandomGraphsTest::checkFloat(ModuleOp prepared, const std::string &path) {
  PipelineOptions options;
  options.isFloat = true;
  OwningOpRef<ModuleOp> kernels = take(prepared, Phase::Kernels, options);
  ASSERT_TRUE(kernels);
  std::vector<Border> outputs = getOutputs(prepared);
  std::vector<Outputs> reference;
  for (const std::vector<Bytes> &sample : samples)
    reference.push_back(evaluate(prepared, sample));
  for (const cpu::Level *level : getHostLevels()) {
    if (!level->hasFma())
      continue;
    std::vector<Outputs> run = runCpu(*kernels, *level, 2, samples);
    ASSERT_EQ(run.size(), samples.size());
    for (int s = 0; s < kSamples; ++s)
      for (auto [i, output] : llvm::enumerate(outputs)) {
        SCOPED_TRACE(level->name.str() + ", float output " + output.name);
        Type element = output.type.getElementType();
        ASSERT_TRUE(isEqual(run[s][i], reference[s][i], element));
        Bytes expected = readArray(path + "/expected/" + std::to_string(s) + ".npz", output.name);
        ASSERT_TRUE(isClose(run[s][i], expected, element, 1e-5f));
      }
  }
}

/// What a rule asks for; empty: there is no rule.
std::string RandomGraphsTest::drawFormat(std::mt19937 &random) const {
  if (!isMixed)
    return random() % 10 >= 4 ? "" : "float";
  static constexpr const char *formats[] = {"",      "int8", "int8", "float", "w8a16", "w8a16",
                                            "w8a16", "w4a8", "w4a8", "w4a8",  "w4a16"};
  return formats[random() % std::size(formats)];
}

/// A rule for some of the operations that are there: a mixture of formats.
std::string RandomGraphsTest::writeRules(ModuleOp module, int64_t seed) {
  std::string path = folder + "/rules.json", rules;
  std::mt19937 random(seed);
  module.walk([&](Operation *op) {
    auto name = op->getLoc()->findInstanceOf<NameLoc>();
    // Moves of conditions have no precision.
    bool isDecided = isa<IntegerFormOpInterface>(op) && getElementTypeOrSelf(op->getResult(0)).isF32();
    std::string format = isDecided && name ? drawFormat(random) : "";
    if (!format.empty())
      rules += (rules.empty() ? "" : ", ") +
               ("{\"name\": \"" + name.getName().str() + "\", \"assign\": \"" + format + "\"}");
  });
  std::error_code error;
  llvm::raw_fd_ostream(path, error) << "{\"version\": 1, \"rules\": [" << rules << "]}\n";
  EXPECT_FALSE(error);
  return path;
}

void RandomGraphsTest::checkInteger(ModuleOp prepared, const std::string &path, int64_t seed) {
  CalibrateOptions calibration;
  calibration.quiet = true;
  calibration.cache = &cache;
  OwningOpRef<ModuleOp> module = prepared.clone();
  text.clear();
  ASSERT_TRUE(succeeded(calibrate(*module, path + "/data", calibration))) << text;
  PipelineOptions options;
  options.style = seed % 5 == 3 && !isMixed ? "ort" : "";
  if (seed % 4 == 0 || isMixed)
    options.rules = writeRules(*module, seed);
  module = take(*module, Phase::Integer, options);
  ASSERT_TRUE(module);
  module->walk([&](Operation *op) {
    integerOps += op->getName().getDialectNamespace() == "dyadic";
    softmaxes += isa<dyadic::RowReciprocalOp>(op);
    norms += isa<dyadic::NormalizeOp>(op);
    floatOps += op->hasAttr(QCDialect::kFloatReasonAttr);
    int4Contractions += dyadic::getWeightGroup(op).has_value();
    for (Value value : op->getResults())
      wideValues += getElementTypeOrSelf(value.getType()).isUnsignedInteger(16);
  });
  std::vector<Border> outputs = getOutputs(*module);
  std::vector<Outputs> reference;
  for (const std::vector<Bytes> &sample : samples)
    reference.push_back(evaluate(*module, sample));
  bool hasFloat =
      module
          ->walk([](Operation *op) {
            return op->hasAttr(QCDialect::kFloatReasonAttr) ? WalkResult::interrupt() : WalkResult::advance();
          })
          .wasInterrupted();
  OwningOpRef<ModuleOp> kernels = take(*module, Phase::Kernels, options);
  ASSERT_TRUE(kernels);
  auto compare = [&](const std::string &target, const std::vector<Outputs> &run) {
    ASSERT_EQ(run.size(), samples.size());
    for (int s = 0; s < kSamples; ++s)
      for (auto [i, output] : llvm::enumerate(outputs))
        ASSERT_TRUE(isEqual(run[s][i], reference[s][i], output.type.getElementType()))
            << target << ", sample " << s << ", integer output " << output.name;
  };
  for (const cpu::Level *level : getHostLevels())
    if (level->hasFma() || !hasFloat)
      for (int threads : {1, 2})
        compare(level->name.str(), runCpu(*kernels, *level, threads, samples));
  compare("device", runDevice(*kernels, samples));
}

void RandomGraphsTest::check(const std::string &path, int64_t seed) {
  SCOPED_TRACE(path);
  OwningOpRef<ModuleOp> module = import(path + "/model.onnx");
  ASSERT_TRUE(module) << text;
  samples.clear();
  for (int s = 0; s < kSamples; ++s) {
    std::vector<Bytes> &sample = samples.emplace_back();
    for (const Border &input : getInputs(*module))
      sample.push_back(readArray(path + "/data/" + std::to_string(s) + ".npz", input.name));
  }
  OwningOpRef<ModuleOp> prepared = take(*module, Phase::Prepare, PipelineOptions());
  ASSERT_TRUE(prepared);
  if (!isMixed)
    checkFloat(*prepared, path);
  checkInteger(*prepared, path, seed);
}

void RandomGraphsTest::checkAll(const std::string &script, int count) {
  int first = 0;
  // QC_RANDOM_GRAPH=17 runs that one only.
  if (const char *one = std::getenv("QC_RANDOM_GRAPH")) {
    first = std::atoi(one);
    count = 1;
  }
  std::string graphs = folder + "/graphs";
  std::string command = std::string(QC_PYTHON) + " " QC_TEST_DIR "/Execute/Inputs/" + script + " " + graphs + " " +
                        std::to_string(first) + " " + std::to_string(count);
  ASSERT_EQ(std::system(command.c_str()), 0);
  for (int seed = first; seed < first + count; ++seed)
    check(graphs + "/" + std::to_string(seed), seed);
  llvm::outs() << count << " graphs, " << integerOps << " integer operations, " << floatOps << " float operations, "
               << softmaxes << " softmaxes and " << norms << " norms of codes, " << wideValues << " values of 16 bits, "
               << int4Contractions << " contractions with weights of 4 bits\n";
  EXPECT_TRUE(isMixed || (wideValues == 0 && int4Contractions == 0));
  EXPECT_TRUE(!isMixed || wideValues > 0 || std::getenv("QC_RANDOM_GRAPH"));
}

TEST_F(RandomGraphsTest, sameBytesEverywhere) {
  checkAll("makeRandomGraphs.py", std::getenv("QC_LONG_TESTS") ? 300 : 30);
}

// Moves between what computes.
TEST_F(RandomGraphsTest, moves) { checkAll("makeMoveGraphs.py", std::getenv("QC_LONG_TESTS") ? 200 : 20); }

TEST_F(RandomGraphsTest, transformers) {
  checkAll("makeTransformerGraphs.py", std::getenv("QC_LONG_TESTS") ? 300 : 20);
  EXPECT_TRUE((softmaxes > 0 && norms > 0) || std::getenv("QC_RANDOM_GRAPH"));
}

TEST_F(RandomGraphsTest, mixedFormatsOfTransformers) {
  isMixed = true;
  checkAll("makeTransformerGraphs.py", std::getenv("QC_LONG_TESTS") ? 300 : 20);
}

TEST_F(RandomGraphsTest, mixedFormats) {
  isMixed = true;
  checkAll("makeRandomGraphs.py", std::getenv("QC_LONG_TESTS") ? 300 : 40);
}

TEST_F(RandomGraphsTest, mixedFormatsOfMoves) {
  isMixed = true;
  checkAll("makeMoveGraphs.py", std::getenv("QC_LONG_TESTS") ? 200 : 20);
}
