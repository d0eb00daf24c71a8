// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Integer forms whose counts come from ranges of symbols: one artefact at several sizes gives the bytes of the
// reference, and of models that were compiled for these sizes with the same parameters.
#include "GuardedModel.h"
#include "dialects/Dyadic/Dyadic.h"
#include "qc/Data/Npy.h"
#include "qc/Import/ONNX/Import.h"
#include "qc/Pipelines/Calibrate.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdlib>

using namespace mlir;
using namespace qc;
using namespace qc::test;

namespace {
class BoundedCountsTest : public ModelRunner {
protected:
  void SetUp() override;
  OwningOpRef<ModuleOp> importWith(const ImportOptions &options);
  /// The model behind calibrate. `mayRefuse`: null, and counted, where the data is not what calibration takes.
  OwningOpRef<ModuleOp> calibrateWith(ArrayRef<SymbolRange> ranges, bool mayRefuse = false);
  /// The model for the sizes of `input`, with what was observed on `like`; behind the integer phase.
  OwningOpRef<ModuleOp> bindTo(const data::Tensor &input, ModuleOp like);
  void checkRun(GuardedModel &model, ModuleOp integer, ModuleOp calibrated, const data::Tensor &input);

  /// The inputs of the assignments that the model at `path` takes; a list of them is its calibration data. None where
  /// there is no data.
  std::vector<std::vector<data::Tensor>> readRuns();
  void checkRandomGraph();

  std::string path;
  int runs = 0, pools = 0, products = 0, refusals = 0;
};
} // namespace

// makeBoundedCounts.py
static constexpr int kRuns = 11, kOutside = 3;
static const SymbolRange kRanges[] = {{"H", 1, 40}, {"W", 1, 48}};

void BoundedCountsTest::SetUp() {
  path = folder + "/bounded";
  std::string command = std::string(QC_PYTHON) + " " QC_TEST_DIR "/Execute/Inputs/makeBoundedCounts.py " + path;
  ASSERT_EQ(std::system(command.c_str()), 0);
}

OwningOpRef<ModuleOp> BoundedCountsTest::importWith(const ImportOptions &options) {
  text.clear();
  OwningOpRef<ModuleOp> module = importOnnx(&context, path + "/model.onnx", options);
  if (module)
    return take(*module, Phase::Prepare, PipelineOptions());
  ADD_FAILURE() << text;
  return nullptr;
}

OwningOpRef<ModuleOp> BoundedCountsTest::calibrateWith(ArrayRef<SymbolRange> ranges, bool mayRefuse) {
  ImportOptions options;
  options.ranges.assign(ranges.begin(), ranges.end());
  OwningOpRef<ModuleOp> module = importWith(options);
  CalibrateOptions calibration;
  calibration.quiet = true;
  calibration.cache = &cache;
  text.clear();
  if (!module || succeeded(calibrate(*module, path + "/calibration", calibration)))
    return module;
  // Of random graphs some give infinities, and some samples are empty: both are rightly refused.
  StringRef said(text);
  if (mayRefuse && (said.contains("is infinite in sample") || said.contains("calibration data has no elements")))
    ++refusals;
  else
    ADD_FAILURE() << text;
  return nullptr;
}

OwningOpRef<ModuleOp> BoundedCountsTest::bindTo(const data::Tensor &input, ModuleOp like) {
  ImportOptions options;
  options.inputShapes.push_back({"x", SmallVector<InputDim>(input.dims.begin(), input.dims.end())});
  OwningOpRef<ModuleOp> module = importWith(options);
  CalibrateOptions calibration;
  calibration.quiet = true;
  calibration.cache = &cache;
  // The observers are those of the other model; what they saw is replaced by what was seen there.
  std::string sample = path + "/bound.npy";
  if (!module || data::writeNpy(sample, input) || failed(calibrate(*module, sample, calibration))) {
    ADD_FAILURE() << text;
    return nullptr;
  }
  for (auto [to, from] : llvm::zip_equal(module->getOps<StatsOp>(), like.getOps<StatsOp>())) {
    EXPECT_EQ(to.getOf(), from.getOf());
    to->setAttrs(from->getAttrs());
  }
  return take(*module, Phase::Integer, PipelineOptions());
}

// The reference at sizes that are known by now.
static std::vector<TensorValue> evaluateAt(ModuleOp module, ArrayRef<data::Tensor> inputs) {
  std::vector<TensorValue> values;
  for (const data::Tensor &input : inputs)
    values.emplace_back(RankedTensorType::get(input.dims, Float32Type::get(module.getContext())),
                        ArrayRef<char>(input.bytes.data(), input.bytes.size()));
  FailureOr<std::vector<TensorValue>> results = evaluateMain(module, values);
  EXPECT_TRUE(succeeded(results));
  return succeeded(results) ? *results : std::vector<TensorValue>();
}

static bool isAllInteger(ModuleOp module) {
  return !module
              .walk([](Operation *op) {
                return op->hasAttr(QCDialect::kFloatReasonAttr) ? WalkResult::interrupt() : WalkResult::advance();
              })
              .wasInterrupted();
}

void BoundedCountsTest::checkRun(GuardedModel &model, ModuleOp integer, ModuleOp calibrated,
                                 const data::Tensor &input) {
  qc_status status = QC_OK;
  std::string message;
  Outputs found = model.run(input, {4, 4}, status, message);
  ASSERT_EQ(status, QC_OK) << message;
  std::vector<TensorValue> reference = evaluateAt(integer, input);
  OwningOpRef<ModuleOp> bound = bindTo(input, calibrated);
  ASSERT_TRUE(bound);
  EXPECT_TRUE(isAllInteger(*bound));
  OwningOpRef<ModuleOp> kernels = take(*bound, Phase::Kernels, PipelineOptions());
  ASSERT_TRUE(kernels);
  std::vector<Outputs> compiled =
      runCpu(*kernels, cpu::getDefaultLevel(), 2, {{Bytes(input.bytes.begin(), input.bytes.end())}});
  ASSERT_EQ(reference.size(), 2u);
  ASSERT_EQ(compiled.size(), 1u);
  for (size_t i = 0; i < reference.size(); ++i) {
    EXPECT_TRUE(isEqual(found[i], reference[i].getRawData(), reference[i].getType().getElementType())) << i;
    EXPECT_TRUE(isEqual(compiled[0][i], reference[i].getRawData(), reference[i].getType().getElementType())) << i;
  }
}

std::vector<std::vector<data::Tensor>> BoundedCountsTest::readRuns() {
  std::vector<std::vector<data::Tensor>> all;
  bool hasData = false;
  std::error_code error;
  llvm::raw_fd_ostream list(path + "/calibration", error); // a list file
  for (int i = 0; i < 4; ++i) {
    std::string file = "data/" + std::to_string(i) + ".npz";
    std::vector<data::Tensor> inputs;
    ImportOptions options;
    for (const char *name : {"x", "z"}) {
      llvm::Expected<data::Tensor> tensor = data::readNpz(path + "/" + file, name);
      if (!tensor) {
        llvm::consumeError(tensor.takeError());
        continue;
      }
      options.inputShapes.push_back({name, SmallVector<InputDim>(tensor->dims.begin(), tensor->dims.end())});
      inputs.push_back(std::move(*tensor));
    }
    OwningOpRef<ModuleOp> bound = importOnnx(&context, path + "/model.onnx", options);
    if (!bound || failed(runPhases(*bound, Phase::Prepare, PipelineOptions())))
      continue;
    if (inputs[0].dims[0] > 0) { // a batch of nothing is no data
      list << file << "\n";
      hasData = true;
    }
    all.push_back(std::move(inputs));
  }
  if (!hasData)
    all.clear();
  return all;
}

void BoundedCountsTest::checkRandomGraph() {
  std::vector<std::vector<data::Tensor>> all = readRuns();
  if (all.empty())
    return;
  SmallVector<SymbolRange> ranges{{"N", 0, 3}, {"W", 0, 130}};
  if (all[0].size() > 1)
    ranges.push_back({"M", 0, 131});
  OwningOpRef<ModuleOp> calibrated = calibrateWith(ranges, /*mayRefuse=*/true);
  if (!calibrated)
    return;
  OwningOpRef<ModuleOp> integer = take(*calibrated, Phase::Integer, PipelineOptions());
  ASSERT_TRUE(integer);
  integer->walk([&](dyadic::GlobalAvgPoolOp) { ++pools; });
  integer->walk([&](dyadic::MatMulOp op) { products += op.getMaxDepth().has_value(); });
  OwningOpRef<ModuleOp> kernels = take(*integer, Phase::Kernels, PipelineOptions());
  ASSERT_TRUE(kernels);
  SmallVector<size_t> ranks;
  for (const Border &output : getOutputs(*integer))
    ranks.push_back(output.type.getRank());
  GuardedModel model(writeLibrary(*kernels, path + "/model.so"));
  for (const std::vector<data::Tensor> &inputs : all) {
    qc_status status = QC_OK;
    std::string message;
    Outputs found = model.run(inputs, ranks, status, message);
    ASSERT_EQ(status, QC_OK) << message;
    std::vector<TensorValue> reference = evaluateAt(*integer, inputs);
    ASSERT_EQ(reference.size(), found.size());
    for (size_t i = 0; i < found.size(); ++i)
      EXPECT_TRUE(isEqual(found[i], reference[i].getRawData(), reference[i].getType().getElementType())) << i;
    ++runs;
  }
}

TEST_F(BoundedCountsTest, equalReferenceAndBoundModels) {
  OwningOpRef<ModuleOp> calibrated = calibrateWith(kRanges);
  ASSERT_TRUE(calibrated);
  OwningOpRef<ModuleOp> integer = take(*calibrated, Phase::Integer, PipelineOptions());
  ASSERT_TRUE(integer);
  EXPECT_TRUE(isAllInteger(*integer));
  integer->walk([&](dyadic::GlobalAvgPoolOp) { ++pools; });
  integer->walk([&](dyadic::MatMulOp op) { products += op.getMaxDepth() == 24u; });
  EXPECT_EQ(pools, 2);
  EXPECT_EQ(products, 1);
  OwningOpRef<ModuleOp> kernels = take(*integer, Phase::Kernels, PipelineOptions());
  ASSERT_TRUE(kernels);
  if (cpu::getDefaultLevel().features & ~cpu::getHostFeatures())
    GTEST_SKIP() << "this host lacks " << cpu::getDefaultLevel().name.str();
  std::string library = writeLibrary(*kernels, path + "/model.so");
  ASSERT_FALSE(library.empty());
  GuardedModel model(library);
  for (int i = 0; i < kRuns; ++i) {
    SCOPED_TRACE(i);
    llvm::Expected<data::Tensor> input = data::readNpz(path + "/runs/" + std::to_string(i) + ".npz", "x");
    ASSERT_TRUE(bool(input)) << llvm::toString(input.takeError());
    if (i < kRuns - kOutside) {
      checkRun(model, *integer, *calibrated, *input);
      continue;
    }
    qc_status status = QC_OK;
    std::string message;
    model.run(*input, {4, 4}, status, message);
    EXPECT_EQ(status, QC_SIZE_OUT_OF_RANGE) << message;
  }
}

// An image without rows averages over nothing, and a product over no columns is 0.
TEST_F(BoundedCountsTest, nothingToAverage) {
  OwningOpRef<ModuleOp> calibrated = calibrateWith({{"H", 0, 40}, {"W", 0, 48}});
  ASSERT_TRUE(calibrated);
  OwningOpRef<ModuleOp> integer = take(*calibrated, Phase::Integer, PipelineOptions());
  ASSERT_TRUE(integer);
  EXPECT_TRUE(isAllInteger(*integer));
  OwningOpRef<ModuleOp> kernels = take(*integer, Phase::Kernels, PipelineOptions());
  ASSERT_TRUE(kernels);
  if (cpu::getDefaultLevel().features & ~cpu::getHostFeatures())
    GTEST_SKIP() << "this host lacks " << cpu::getDefaultLevel().name.str();
  GuardedModel model(writeLibrary(*kernels, path + "/model.so"));
  for (auto [h, w] : {std::pair(0, 7), {7, 0}, {0, 0}}) {
    SCOPED_TRACE(std::to_string(h) + " x " + std::to_string(w));
    data::Tensor input = data::Tensor::copy(data::DType::F32, {1, 3, h, w}, {});
    qc_status status = QC_OK;
    std::string message;
    Outputs found = model.run(input, {4, 4}, status, message);
    ASSERT_EQ(status, QC_OK) << message;
    std::vector<TensorValue> reference = evaluateAt(*integer, input);
    ASSERT_EQ(reference.size(), 2u);
    for (size_t i = 0; i < reference.size(); ++i)
      EXPECT_TRUE(isEqual(found[i], reference[i].getRawData(), reference[i].getType().getElementType())) << i;
  }
}

// Random graphs in int8, with all their symbols bounded: what stays float between integers, too.
TEST_F(BoundedCountsTest, randomGraphs) {
  if (cpu::getDefaultLevel().features & ~cpu::getHostFeatures())
    GTEST_SKIP() << "this host lacks " << cpu::getDefaultLevel().name.str();
  const int count = std::getenv("QC_LONG_TESTS") ? 200 : 20;
  std::string command = std::string(QC_PYTHON) + " " QC_TEST_DIR "/Execute/Inputs/makeSymbolicGraphs.py " + folder +
                        "/graphs 0 " + std::to_string(count);
  ASSERT_EQ(std::system(command.c_str()), 0);
  for (int seed = 0; seed < count; ++seed) {
    path = folder + "/graphs/" + std::to_string(seed);
    SCOPED_TRACE(path);
    checkRandomGraph();
  }
  llvm::outs() << count << " graphs, " << runs << " runs, " << pools << " pools and " << products
               << " products of activations over symbolic sizes in int8, " << refusals << " refused for their data\n";
  EXPECT_LE(refusals * 10, count);
  EXPECT_GT(runs, count);
  EXPECT_GT(pools, 0);
  EXPECT_GT(products, 0);
}

TEST_F(BoundedCountsTest, withoutBoundsTheyStayFloat) {
  const SymbolRange half[] = {{"H", 1, 40}, {"W", 1, -1}};
  for (ArrayRef<SymbolRange> ranges : {ArrayRef<SymbolRange>(), ArrayRef<SymbolRange>(half)}) {
    OwningOpRef<ModuleOp> calibrated = calibrateWith(ranges);
    ASSERT_TRUE(calibrated);
    OwningOpRef<ModuleOp> integer = take(*calibrated, Phase::Integer, PipelineOptions());
    ASSERT_TRUE(integer);
    int named = 0;
    integer->walk([&](Operation *op) {
      auto reason = op->getAttrOfType<StringAttr>(QCDialect::kFloatReasonAttr);
      named += reason && reason.getValue().contains("W has no upper bound (--range W=LOW:HIGH gives it one)");
    });
    EXPECT_EQ(named, ranges.empty() ? 1 : 2);
  }
}
