// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Observed ranges in qc.stats.
#include "mlir/Parser/Parser.h"
#include "qc/Transforms/Calibrate/Observers.h"
#include <gtest/gtest.h>

using namespace mlir;
using namespace qc;

namespace {
struct Stats : testing::Test {
  Stats() : handler(&context, [this](Diagnostic &diagnostic) { texts.push_back(diagnostic.str()); }) {
    context.loadDialect<QCDialect, func::FuncDialect>();
    module = parseSourceString<ModuleOp>(R"(
      module attributes {qc.epoch = 4 : i64} {
        func.func @main(%x: tensor<2x3xf32> {qc.name = "x"}) -> tensor<2x3xf32> {
          %y = qc.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32> loc("y")
          return %y : tensor<2x3xf32>
        }
        qc.stats @other {of = "z", count = 1 : i64, min = 1.0 : f32, max = 1.0 : f32, data = "", epoch = 0 : i64}
      })",
                                         &context);
    EXPECT_TRUE(succeeded(insertObservers(*module)));
  }
  StatsOp get(StringRef symbol) { return module->lookupSymbol<StatsOp>(symbol); }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  std::vector<std::string> texts;
  ScopedDiagnosticHandler handler;
  calibration::ObserverSet observers;
};

constexpr float kInf = std::numeric_limits<float>::infinity();
} // namespace

TEST_F(Stats, filled) {
  observers["t0"].observe({-1.5f, 2.0f});
  observers["t1"].observe({0.0f, 2.0f, std::numeric_limits<float>::quiet_NaN()});
  ASSERT_TRUE(succeeded(fillStats(*module, observers, "f00d")));
  StatsOp x = get("t0"), y = get("t1");
  EXPECT_EQ(x.getOf(), "x");
  EXPECT_EQ(x.getCount(), 2u);
  EXPECT_EQ(x.getMin().convertToFloat(), -1.5f);
  EXPECT_EQ(x.getMax().convertToFloat(), 2.0f);
  EXPECT_EQ(x.getData(), "f00d");
  EXPECT_EQ(x.getEpoch(), 4u);
  EXPECT_EQ(y.getOf(), "y");
  EXPECT_EQ(y.getCount(), 2u);
  EXPECT_EQ(texts, std::vector<std::string>{"value 'y' holds NaN in 1 of 3 elements, which are not observed"});
  EXPECT_EQ(get("other").getEpoch(), 0u) << "statistics without an observer stay as they are";
}

TEST_F(Stats, nothingObserved) {
  observers["t0"].observe({-1.5f, 2.0f});
  ASSERT_TRUE(succeeded(fillStats(*module, observers, "f00d")));
  ASSERT_TRUE(succeeded(fillStats(*module, {}, "beef")));
  EXPECT_EQ(get("t0").getCount(), 0u);
  EXPECT_EQ(get("t0").getMin().convertToFloat(), 0.0f);
  EXPECT_EQ(get("t0").getData(), "beef");
}

TEST_F(Stats, infinityNamesTheValue) {
  observers["t0"].observe({-1.5f, 2.0f});
  observers["t1"].observe({-kInf, 0.0f, kInf});
  EXPECT_TRUE(failed(fillStats(*module, observers, "f00d")));
  EXPECT_EQ(texts, std::vector<std::string>{"value 'y' is infinite in 2 elements, accepted are finite activations"});
  EXPECT_EQ(get("t0").getCount(), 0u) << "nothing is written";
}
