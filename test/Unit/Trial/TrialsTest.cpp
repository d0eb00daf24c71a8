// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Trials of a small model from end to end: losses follow changes, equal candidates run once, ranges are chosen by them.
#include "CalibratedModel.h"
#include "qc/Trial/RangeSearch.h"

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

struct TrialsTest : CalibratedModel {
  /// `count` samples of normal values; `spikes` of them hold 300.
  void prepare(int64_t count, int64_t spikes = 0) {
    std::vector<float> values = drawNormal(4 * count);
    for (int64_t i = 0; i < spikes; ++i)
      values[4 * i * count / spikes] = 300;
    calibrateModel(kModel, {count, 2, 2}, values);
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
};
} // namespace

TEST(Trials, SamplesAreSpreadEvenly) {
  EXPECT_EQ(chooseSamples(3, 64), (std::vector<int64_t>{0, 1, 2}));
  EXPECT_EQ(chooseSamples(10, 4), (std::vector<int64_t>{0, 2, 5, 7}));
  EXPECT_TRUE(chooseSamples(0, 4).empty());
}

// 10^10 multiply-accumulates, between 128 and 512 samples; 128 where the number is not known.
TEST_F(TrialsTest, ShortRunsGetMoreSamples) {
  auto count = [&](StringRef rows, int64_t depth) {
    std::string k = std::to_string(depth), x = ("tensor<" + rows + "x" + k + "xf32>").str(),
                w = "tensor<" + k + "x1000xf32>", y = ("tensor<" + rows + "x1000xf32>").str();
    std::string text = "func.func @main(%x: " + x + ", %w: " + w + ") -> " + y + " {\n  %y = qc.matmul %x, %w : (" + x +
                       ", " + w + ") -> " + y + "\n  return %y : " + y + "\n}";
    OwningOpRef<ModuleOp> parsed = parseSourceString<ModuleOp>(text, &context);
    return parsed ? countSamples(*parsed) : -1;
  };
  EXPECT_EQ(count("1", 1000), 512);
  EXPECT_EQ(count("50", 1000), 199) << "one MAC more than 5 * 10^7 each";
  EXPECT_EQ(count("1000", 1000), 128);
  EXPECT_EQ(count("?", 1000), 128);
}

TEST_F(TrialsTest, LossesFollowChanges) {
  prepare(20);
  std::unique_ptr<Trials> trials = openTrials();
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
  std::unique_ptr<Trials> trials = openTrials(one);
  FailureOr<Loss> first = trials->measure(keep), again = trials->measure(keep);
  ASSERT_TRUE(succeeded(first) && succeeded(again));
  EXPECT_EQ(trials->getNumRuns(), 1);
  std::unique_ptr<Trials> resumed = openTrials(three);
  FailureOr<Loss> known = resumed->measure(keep);
  ASSERT_TRUE(succeeded(known));
  EXPECT_EQ(resumed->getNumRuns(), 0) << "it is on disk";
  EXPECT_EQ(known->samples, first->samples);
  three.cacheFolder = "";
  FailureOr<Loss> measured = openTrials(three)->measure(keep);
  ASSERT_TRUE(succeeded(measured));
  EXPECT_EQ(measured->samples, first->samples);
}

// Two models whose codes are the same, and whose floats are not: what is known of one says nothing about the other.
TEST_F(TrialsTest, LossesAreKnownOfTheirFloatModelOnly) {
  TrialOptions options;
  options.pipeline.biasCorrection = "false";
  options.cacheFolder = (folder + "/cache").str();
  auto measureModel = [&](const std::string &weight) {
    calibrateModel(R"(module attributes {qc.version = 1 : i64, qc.phase = "prepare"} {
      func.func @main(%x: tensor<1x2xf32> {qc.name = "x"}) -> (tensor<1x1xf32> {qc.name = "y"}) {
        %w = qc.constant dense<[[1.27], [)" +
                       weight + R"(]]> : tensor<2x1xf32>
        %y = qc.matmul %x, %w : (tensor<1x2xf32>, tensor<2x1xf32>) -> tensor<1x1xf32> loc("y")
        return %y : tensor<1x1xf32>
      }
    })",
                   {20, 2}, drawNormal(40));
    FailureOr<Loss> loss = openTrials(options)->measure(keep);
    return succeeded(loss) ? loss->getValue() : -1;
  };
  double exact = measureModel("0.5"), rounded = measureModel("0.504");
  EXPECT_GE(exact, 0);
  EXPECT_GT(rounded, exact);
}

// Weights of 4 bits have other codes with covariances than without, unless these are dropped.
TEST_F(TrialsTest, CovariancesAreDroppedWhereAsked) {
  constexpr int64_t depth = 64, count = 40;
  std::string weights;
  for (float w : drawNormal(depth))
    weights += (weights.empty() ? "[" : ", [") + std::to_string(w) + "]";
  std::vector<float> values = drawNormal(depth * count);
  for (int64_t i = 0; i < depth * count; ++i) // what a sample has in common
    values[i] = 0.2f * values[i] + values[i / depth * depth];
  CalibrateOptions calibration;
  calibration.readsCovariances = true;
  calibrateModel(R"(module attributes {qc.version = 1 : i64, qc.phase = "prepare"} {
    func.func @main(%x: tensor<1x64xf32> {qc.name = "x"}) -> (tensor<1x1xf32> {qc.name = "y"}) {
      %w = qc.constant dense<[)" +
                     weights + R"(]> : tensor<64x1xf32>
      %y = qc.matmul %x, %w : (tensor<1x64xf32>, tensor<64x1xf32>) -> tensor<1x1xf32> loc("y")
      return %y : tensor<1x1xf32>
    }
  })",
                 {count, depth}, values, calibration);
  TrialOptions options;
  options.pipeline.rules = (folder + "/rules.json").str();
  std::error_code error;
  llvm::raw_fd_ostream(options.pipeline.rules, error)
      << R"({"version": 1, "rules": [{"name": "y", "assign": "w4a8"}]})";
  ASSERT_FALSE(error);
  auto drop = [](ModuleOp candidate) {
    for (auto stats : candidate.getOps<StatsOp>())
      stats.removeOperandCovariancesAttr();
    return success();
  };
  std::unique_ptr<Trials> reading = openTrials(options);
  FailureOr<Loss> fitted = reading->measure(keep), nearest = reading->measure(drop);
  options.dropsCovariances = true;
  FailureOr<Loss> dropped = openTrials(options)->measure(keep);
  ASSERT_TRUE(succeeded(fitted) && succeeded(nearest) && succeeded(dropped));
  EXPECT_LT(fitted->getValue(), nearest->getValue());
  EXPECT_EQ(dropped->samples, nearest->samples);
}

TEST_F(TrialsTest, AChangeThatFailsIsAnError) {
  prepare(20);
  EXPECT_TRUE(failed(openTrials()->measure([](ModuleOp) { return failure(); })));
}

static Loss makeLoss(std::vector<double> samples) {
  Loss loss;
  loss.samples = std::move(samples);
  return loss;
}

TEST(RangeSearch, AllSamplesSayAsMuch) {
  Loss best = makeLoss({0.01, 0.02, 0.01, 0.03, 4});
  // Four samples of five get better; the fifth, which makes the mean, gets worse by less than its error.
  EXPECT_TRUE(areRangesBetter(makeLoss({0.005, 0.01, 0.006, 0.015, 4.5}), best));
  // The mean falls by that one sample alone, all others get worse.
  EXPECT_FALSE(areRangesBetter(makeLoss({0.02, 0.04, 0.02, 0.05, 1}), best));
  EXPECT_FALSE(areRangesBetter(best, best));
}

TEST(RangeSearch, WhatIsCutOffCounts) {
  Loss best = makeLoss(std::vector<double>(10, 0.01));
  std::vector<double> most(10, 0.00001);
  EXPECT_TRUE(areRangesBetter(makeLoss(most), best));
  most[3] = most[7] = 0.02; // logarithms still fall, and the mean does
  EXPECT_TRUE(areRangesBetter(makeLoss(most), best));
  most[3] = most[7] = 5; // logarithms still fall, the mean does not
  EXPECT_FALSE(areRangesBetter(makeLoss(most), best));
  most[3] = INFINITY;
  EXPECT_FALSE(areRangesBetter(makeLoss(most), best));
  EXPECT_TRUE(areRangesBetter(best, makeLoss(most)));
}

TEST(RangeSearch, TooLittleToTellApart) {
  EXPECT_FALSE(areRangesBetter(makeLoss({0, 0, 0, 1e-9}), makeLoss({1e-12, 1e-12, 1e-12, 0})));
}

TEST_F(TrialsTest, RareSpikesDoNotDecide) {
  prepare(400, 2);
  ASSERT_TRUE(succeeded(chooseRangeMethods(*module, *openTrials(), {24, 16, true})));
  EXPECT_EQ((*module)->getAttrOfType<StringAttr>(QCDialect::kRangeMethodAttr).getValue(), "auto");
  EXPECT_NE(getMethods().find("mean"), std::string::npos) << getMethods();
  TrialOptions options;
  options.pipeline.rangeMethod = "auto";
  FailureOr<Loss> chosen = openTrials(options)->measure(keep);
  FailureOr<Loss> minmax = openTrials()->measure([](ModuleOp candidate) {
    candidate->setAttr(QCDialect::kRangeMethodAttr, StringAttr::get(candidate.getContext(), "minmax"));
    return success();
  });
  ASSERT_TRUE(succeeded(chosen) && succeeded(minmax));
  EXPECT_LT(chosen->getValue(), minmax->getValue() / 5);
}

TEST_F(TrialsTest, FewSamplesGiveMinMax) {
  prepare(15, 1);
  std::unique_ptr<Trials> trials = openTrials();
  ASSERT_TRUE(succeeded(chooseRangeMethods(*module, *trials, {24, 16, true})));
  EXPECT_EQ(getMethods(), "minmax minmax minmax ");
  EXPECT_EQ(trials->getNumRuns(), 0);
}
