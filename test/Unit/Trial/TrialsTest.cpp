// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Trials of a small model from end to end: losses follow changes, equal candidates run once, ranges are chosen by them.
#include "dialects/QC/QC.h"
#include "mlir/Parser/Parser.h"
#include "qc/Data/Npy.h"
#include "qc/Pipelines/Calibrate.h"
#include "qc/Pipelines/Registration.h"
#include "qc/Trial/RangeSearch.h"
#include "llvm/Support/FileSystem.h"
#include <gtest/gtest.h>
#include <random>

using namespace mlir;
using namespace qc;
using namespace qc::trial;

namespace {
constexpr StringLiteral kModel = R"(module attributes {qc.version = 1 : i64, qc.phase = "prepare"} {
  func.func @main(%x: tensor<1x2x2xf32> {qc.name = "x"}) -> (tensor<1x2x2xf32> {qc.name = "y"}) {
    %h = qc.hard_swish %x : (tensor<1x2x2xf32>) -> tensor<1x2x2xf32> loc("h")
    %y = qc.add %h, %x : (tensor<1x2x2xf32>, tensor<1x2x2xf32>) -> tensor<1x2x2xf32> loc("y")
    return %y : tensor<1x2x2xf32>
  }
})";

struct TrialsTest : testing::Test {
  TrialsTest() {
    DialectRegistry registry;
    registerDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
    EXPECT_FALSE(llvm::sys::fs::createUniqueDirectory("qc-trials", folder));
  }
  ~TrialsTest() override { (void)llvm::sys::fs::remove_directories(folder); }

  /// `count` samples of normal values; `spikes` of them hold 300.
  void prepare(int64_t count, int64_t spikes = 0) {
    std::mt19937 random(3);
    std::normal_distribution<float> normal;
    std::vector<float> values(4 * count);
    for (float &value : values)
      value = normal(random);
    for (int64_t i = 0; i < spikes; ++i)
      values[4 * i * count / spikes] = 300;
    data = (folder + "/x.npy").str();
    ASSERT_EQ(llvm::toString(
                  data::writeNpy(data, data::Tensor::copy(data::DType::F32, {count, 2, 2},
                                                          ArrayRef<char>(reinterpret_cast<const char *>(values.data()),
                                                                         values.size() * sizeof(float))))),
              "");
    module = parseSourceString<ModuleOp>(kModel, &context);
    ASSERT_TRUE(module);
    CalibrateOptions calibration;
    calibration.quiet = true;
    ASSERT_TRUE(succeeded(calibrate(*module, data, calibration)));
  }
  std::unique_ptr<Trials> open(TrialOptions options = {}) {
    FailureOr<std::unique_ptr<Trials>> trials = Trials::open(*module, data, options);
    EXPECT_TRUE(succeeded(trials));
    return succeeded(trials) ? std::move(*trials) : nullptr;
  }
  /// Ranges of all values a hundredth of what they are.
  static LogicalResult narrow(ModuleOp candidate) {
    for (auto stats : candidate.getOps<StatsOp>()) {
      stats.setMin(APFloat(stats.getMin().convertToFloat() / 100));
      stats.setMax(APFloat(stats.getMax().convertToFloat() / 100));
    }
    return success();
  }
  static LogicalResult keep(ModuleOp) { return success(); }
  std::string getMethods() {
    std::string text;
    for (auto stats : module->getOps<StatsOp>())
      text += stats.getMethod().value_or("none").str() + " ";
    return text;
  }

  MLIRContext context;
  SmallString<128> folder;
  std::string data;
  OwningOpRef<ModuleOp> module;
};
} // namespace

TEST(Trials, SamplesAreSpreadEvenly) {
  EXPECT_EQ(chooseSamples(3, 64), (std::vector<int64_t>{0, 1, 2}));
  EXPECT_EQ(chooseSamples(10, 4), (std::vector<int64_t>{0, 2, 5, 7}));
  EXPECT_TRUE(chooseSamples(0, 4).empty());
}

TEST_F(TrialsTest, LossesFollowChanges) {
  prepare(20);
  std::unique_ptr<Trials> trials = open();
  FailureOr<Loss> whole = trials->measure(keep), narrowed = trials->measure(narrow);
  ASSERT_TRUE(succeeded(whole) && succeeded(narrowed));
  EXPECT_EQ(whole->samples.size(), 20u);
  EXPECT_GT(whole->sqnr, 30);
  EXPECT_LT(narrowed->sqnr, 5);
  EXPECT_GT(narrowed->getValue(), 100 * whole->getValue());
  EXPECT_FALSE((*module)->hasAttr(QCDialect::kStyleAttr)) << "only clones are changed";
}

TEST_F(TrialsTest, EqualCandidatesRunOnceAndThreadsChangeNothing) {
  prepare(20);
  TrialOptions one, three;
  one.threads = 1;
  three.threads = 3;
  one.cacheFolder = three.cacheFolder = (folder + "/cache").str();
  std::unique_ptr<Trials> trials = open(one);
  FailureOr<Loss> first = trials->measure(keep), again = trials->measure(keep);
  ASSERT_TRUE(succeeded(first) && succeeded(again));
  EXPECT_EQ(trials->getNumRuns(), 1);
  std::unique_ptr<Trials> resumed = open(three);
  FailureOr<Loss> known = resumed->measure(keep);
  ASSERT_TRUE(succeeded(known));
  EXPECT_EQ(resumed->getNumRuns(), 0) << "it is on disk";
  EXPECT_EQ(known->samples, first->samples);
  three.cacheFolder = "";
  FailureOr<Loss> measured = open(three)->measure(keep);
  ASSERT_TRUE(succeeded(measured));
  EXPECT_EQ(measured->samples, first->samples);
}

TEST_F(TrialsTest, AChangeThatFailsIsAnError) {
  prepare(20);
  EXPECT_TRUE(failed(open()->measure([](ModuleOp) { return failure(); })));
}

TEST_F(TrialsTest, RareSpikesDoNotDecide) {
  prepare(400, 2);
  ASSERT_TRUE(succeeded(chooseRangeMethods(*module, *open(), {24, 16, true})));
  EXPECT_EQ((*module)->getAttrOfType<StringAttr>(QCDialect::kRangeMethodAttr).getValue(), "auto");
  EXPECT_NE(getMethods().find("mean"), std::string::npos) << getMethods();
  TrialOptions options;
  options.pipeline.rangeMethod = "auto";
  FailureOr<Loss> chosen = open(options)->measure(keep);
  FailureOr<Loss> minmax = open()->measure([](ModuleOp candidate) {
    candidate->setAttr(QCDialect::kRangeMethodAttr, StringAttr::get(candidate.getContext(), "minmax"));
    return success();
  });
  ASSERT_TRUE(succeeded(chosen) && succeeded(minmax));
  EXPECT_LT(chosen->getValue(), minmax->getValue() / 5);
}

TEST_F(TrialsTest, FewSamplesGiveMinMax) {
  prepare(15, 1);
  std::unique_ptr<Trials> trials = open();
  ASSERT_TRUE(succeeded(chooseRangeMethods(*module, *trials, {24, 16, true})));
  EXPECT_EQ(getMethods(), "minmax minmax minmax ");
  EXPECT_EQ(trials->getNumRuns(), 0);
}
