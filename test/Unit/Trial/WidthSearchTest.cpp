// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// 16 bits for what 8 hold badly: only where outputs need it, and only where time is worth it.
#include "qc/Trial/WidthSearch.h"
#include "CalibratedModel.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Calibration/Histogram.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace qc;
using namespace qc::trial;

namespace {
// h and k have a channel 1,000 times as large as the others. The output is made of the small ones of h, and of next to
// nothing of k.
constexpr StringLiteral kModel = R"(module attributes {qc.version = 1 : i64, qc.phase = "prepare"} {
  func.func @main(%x: tensor<1x4xf32> {qc.name = "x"}) -> (tensor<1x4xf32> {qc.name = "z"}) {
    %a = qc.constant dense<[[1.0, 0.5, 0.0, 0.0], [-0.5, 1.0, 0.0, 0.0], [0.0, 0.5, 1.0, 0.0], [0.0, 0.0, 0.0, {0}]]> : tensor<4x4xf32>
    %b = qc.constant dense<[[1.0, 0.0, 0.0, 0.5], [0.0, 1.0, 0.0, 0.0], [0.5, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 0.0]]> : tensor<4x4xf32>
    %c = qc.constant dense<[[1.0e-6, 0.0, 0.0, 0.0], [0.0, 1.0e-6, 0.0, 0.0], [0.0, 0.0, 1.0e-6, 0.0], [0.0, 0.0, 0.0, 1.0e-6]]> : tensor<4x4xf32>
    %h = qc.matmul %x, %a : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32> loc("h")
    %k = qc.matmul %x, %a : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32> loc("k")
    %y = qc.matmul %h, %b : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32> loc("y")
    %l = qc.matmul %k, %c : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32> loc("l")
    %z = qc.add %y, %l : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32> loc("z")
    return %z : tensor<1x4xf32>
  }
})";

struct WidthSearchTest : CalibratedModel {
  void prepare(int64_t count, StringRef largest) {
    size_t place = kModel.find("{0}");
    std::string text = (kModel.substr(0, place) + largest + kModel.substr(place + 3)).str();
    calibrateModel(text, {count, 4}, drawNormal(4 * count));
  }
  WidenedValues widen(PipelineOptions pipeline = {}) {
    WidthSearchOptions options;
    options.quiet = true;
    TrialOptions trials;
    trials.pipeline = pipeline;
    FailureOr<WidenedValues> found = widenValues(*module, *openTrials(trials), pipeline, options);
    EXPECT_TRUE(succeeded(found));
    return succeeded(found) ? *found : WidenedValues();
  }
  /// Names of the operations that a choice stands on, each with a space.
  std::string getChosen() {
    std::string names;
    for (Operation *op : listOperations(module->lookupSymbol<func::FuncOp>("main")))
      if (auto choice = op->getAttrOfType<DictionaryAttr>(QCDialect::kChoiceAttr)) {
        EXPECT_EQ(choice.getAs<StringAttr>("assign").getValue(), "w8a16");
        EXPECT_TRUE(choice.getAs<StringAttr>("reason").getValue().starts_with("16 bits: 8 have "));
        names += cast<NameLoc>(op->getLoc()).getName().str() + " ";
      }
    return names;
  }
};
} // namespace

TEST_F(WidthSearchTest, WhatOutputsNeedGetsSixteenBits) {
  prepare(64, "1000.0");
  WidenedValues found = widen();
  EXPECT_EQ(getChosen(), "h ") << "k is as bad, and nothing needs it";
  EXPECT_EQ(found.count, 1);
  EXPECT_LT(found.sqnrBefore, 5);
  EXPECT_GT(found.sqnrAfter, 25);
}

TEST_F(WidthSearchTest, WhatIsGoodEnoughStays) {
  prepare(64, "1.0");
  WidenedValues found = widen();
  EXPECT_EQ(found.count, 0);
  EXPECT_GT(found.sqnrBefore, 25);
  EXPECT_EQ(getChosen(), "");
}

TEST_F(WidthSearchTest, FewSamplesDecideNothing) {
  prepare(15, "1000.0");
  EXPECT_EQ(widen().count, 0);
  EXPECT_EQ(getChosen(), "");
}

TEST_F(WidthSearchTest, RulesDecideFirst) {
  prepare(64, "1000.0");
  std::string path = (folder + "/rules.json").str();
  std::error_code error;
  llvm::raw_fd_ostream(path, error) << R"({"version": 1, "rules": [{"name": "h", "assign": "int8"}]})";
  ASSERT_FALSE(error);
  PipelineOptions pipeline;
  pipeline.rules = path;
  WidenedValues found = widen(pipeline);
  EXPECT_EQ(found.count, 0) << "k alone gains nothing";
  EXPECT_EQ(getChosen(), "");
}

// A uniform distribution over the whole range: variance / (step^2 / 12) = 255^2.
TEST_F(WidthSearchTest, CodesOfKnownDistributions) {
  prepare(16, "1.0");
  StatsOp stats = *module->getOps<StatsOp>().begin();
  auto estimate = [&](ArrayRef<float> values) {
    calibration::Histogram histogram;
    histogram.observe(values);
    SmallVector<int64_t> bins, counts;
    for (calibration::BinCount bin : histogram.getBins()) {
      bins.push_back(bin.bin);
      counts.push_back(bin.count);
    }
    stats.setHistogramAttr(HistogramAttr::get(&context, bins, counts));
    stats.setCount(int64_t(values.size()));
    stats.setMin(APFloat(*std::min_element(values.begin(), values.end())));
    stats.setMax(APFloat(*std::max_element(values.begin(), values.end())));
    return estimateCodeSqnr(stats).value_or(-1);
  };
  std::vector<float> values(100000);
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = float(i) / 50000 - 1;
  EXPECT_NEAR(estimate(values), 48.1, 0.3);
  for (size_t i = 0; i < 2000; ++i) // too many to be cut off: a variance of 196, 255 steps for 101
    values[i] = 100;
  EXPECT_NEAR(estimate(values), 41.8, 0.3);
  EXPECT_EQ(estimate({0, 0, 0}), std::numeric_limits<double>::infinity());
  stats.removeHistogramAttr();
  EXPECT_FALSE(estimateCodeSqnr(stats));
}
