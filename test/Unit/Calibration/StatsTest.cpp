// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Observed ranges in qc.stats.
#include "mlir/IR/Verifier.h"
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

// What other methods than minmax read; a value that nothing was seen of has none of it.
TEST_F(Stats, histogramsAndMeans) {
  calibration::Readers readers;
  calibration::OperandWindow window;
  readers.contractions.push_back({window, true});
  const float first[] = {-1.5f, 2.0f, 0.0f, 1.0f}, second[] = {0.5f, 0.5f};
  observers["t0"].observe(first, {2, 2}, {2, 1}, readers);
  observers["t0"].observe(second, {1, 2}, {2, 1}, readers);
  ASSERT_TRUE(succeeded(fillStats(*module, observers, "f00d")));
  StatsOp x = get("t0");
  EXPECT_EQ(x.getHistogram()->getBins(), ArrayRef<int64_t>({-4081, 0, 4032, 4064, 4096}));
  EXPECT_EQ(x.getHistogram()->getCounts(), ArrayRef<int64_t>({1, 1, 2, 1, 1}));
  EXPECT_EQ(x.getObservations(), 2u);
  EXPECT_EQ(x.getMeanMin()->convertToDouble(), -0.5);
  EXPECT_EQ(x.getMeanMax()->convertToDouble(), 1.25);
  OperandStatistics seen = findOperandStatistics(x, window);
  ASSERT_TRUE(seen.means && seen.covariances);
  EXPECT_EQ(getTensorValue(seen.means.getMeans())->getData<float>(),
            ArrayRef<float>({float(-1 / 3.0), float(3.5 / 3)}));
  // Products 2.5, -2.75 and 5.25, of three rows.
  std::vector<float> covariances = getTensorValue(seen.covariances)->getData<float>().vec();
  ASSERT_EQ(covariances.size(), 3u);
  EXPECT_NEAR(covariances[0], 2.5 / 3 - 1 / 9.0, 1e-6);
  EXPECT_NEAR(covariances[1], -2.75 / 3 + 3.5 / 9, 1e-6);
  EXPECT_NEAR(covariances[2], 5.25 / 3 - 12.25 / 9, 1e-6);
  window.axis = 0;
  EXPECT_FALSE(findOperandStatistics(x, window).means);
  EXPECT_FALSE(get("t1").getHistogram());
  EXPECT_FALSE(get("t1").getObservations());
  EXPECT_TRUE(succeeded(verify(*module)));
  ASSERT_TRUE(succeeded(fillStats(*module, {}, "beef")));
  EXPECT_FALSE(x.getHistogram());
  EXPECT_FALSE(x.getMeanMin());
  EXPECT_FALSE(x.getOperandMeans());
  EXPECT_FALSE(x.getOperandCovariances());
}

TEST_F(Stats, windowsOfReaders) {
  OwningOpRef<ModuleOp> model = parseSourceString<ModuleOp>(R"(module {
    qc.stats @t0 {of = "x", count = 0 : i64, min = 0.0 : f32, max = 0.0 : f32, data = "", epoch = 0 : i64}
    func.func @main(%x: tensor<1x4x6x?xf32>, %a: tensor<3x4xf32>, %b: tensor<2x4x3xf32>) {
      qc.observe %x @t0 : tensor<1x4x6x?xf32>
      %w = qc.constant dense<1.0> : tensor<2x4x3x2xf32>
      %d = qc.constant dense<1.0> : tensor<4x1x3x2xf32>
      %k = qc.constant dense<1.0> : tensor<4x3xf32>
      %m = qc.constant dense<1.0> : tensor<3x4xf32>
      %n = qc.constant dense<1.0> : tensor<2x3x4xf32>
      %0 = qc.conv %x, %w {strides = array<i64: 2, 1>, pads = array<i64: 0, 1, 2, 3>, dilations = array<i64: 1, 2>, group = 1 : i64}
         : (tensor<1x4x6x?xf32>, tensor<2x4x3x2xf32>) -> tensor<1x2x3x?xf32>
      %1 = qc.conv %x, %d {strides = array<i64: 2, 1>, pads = array<i64: 0, 1, 2, 3>, dilations = array<i64: 1, 2>, group = 4 : i64}
         : (tensor<1x4x6x?xf32>, tensor<4x1x3x2xf32>) -> tensor<1x4x3x?xf32>
      %2 = qc.conv %x, %d {strides = array<i64: 1, 1>, pads = array<i64: 0, 1, 2, 3>, dilations = array<i64: 1, 2>, group = 4 : i64}
         : (tensor<1x4x6x?xf32>, tensor<4x1x3x2xf32>) -> tensor<1x4x6x?xf32>
      %3 = qc.gemm %a, %m {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = true, trans_b = false}
         : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<4x4xf32>
      %4 = qc.matmul %b, %m : (tensor<2x4x3xf32>, tensor<3x4xf32>) -> tensor<2x4x4xf32>
      %5 = qc.matmul %b, %n : (tensor<2x4x3xf32>, tensor<2x3x4xf32>) -> tensor<2x4x4xf32>
      %6 = qc.matmul %a, %k : (tensor<3x4xf32>, tensor<4x3xf32>) -> tensor<3x3xf32>
      %7 = qc.matmul %a, %3 : (tensor<3x4xf32>, tensor<4x4xf32>) -> tensor<3x4xf32>
      return
    }
  })",
                                                            &context);
  ASSERT_TRUE(model);
  auto main = model->lookupSymbol<func::FuncOp>("main");
  auto readers = collectReaders(main, /*readsCovariances=*/true);
  ASSERT_EQ(readers.size(), 1u);
  std::vector<calibration::OperandWindow> windows;
  std::vector<bool> readsCovariances;
  for (const calibration::Readers::Contraction &reader : readers["t0"].contractions) {
    windows.push_back(reader.window);
    readsCovariances.push_back(reader.readsCovariances);
  }
  EXPECT_EQ(readsCovariances, (std::vector<bool>{true, false})) << "the second has groups";
  EXPECT_TRUE(readers["t0"].byChannel);
  ASSERT_EQ(windows.size(), 2u) << "the first two differ in weights only";
  EXPECT_EQ(ArrayRef(windows[0].kernel), ArrayRef<int64_t>({3, 2}));
  EXPECT_EQ(ArrayRef(windows[0].strides), ArrayRef<int64_t>({2, 1}));
  EXPECT_EQ(ArrayRef(windows[0].dilations), ArrayRef<int64_t>({1, 2}));
  EXPECT_EQ(ArrayRef(windows[0].pads), ArrayRef<int64_t>({0, 1, 2, 3}));
  std::vector<int64_t> axes;
  main.walk([&](Operation *op) {
    if (isa<GemmOp, qc::MatMulOp>(op)) {
      std::optional<calibration::OperandWindow> window = getOperandWindow(op);
      axes.push_back(window ? window->axis : -1);
    }
  });
  EXPECT_EQ(axes, (std::vector<int64_t>{0, 2, -1, 1, -1}));
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

// Means over all positions have the covariances of the positions, where each k reads the mean of one channel in turn.
TEST_F(Stats, sourcesOfCovariances) {
  OwningOpRef<ModuleOp> model = parseSourceString<ModuleOp>(R"(module {
    func.func @main(%x: tensor<2x4x5x5xf32>, %m: tensor<2x4xf32>) {
      %w = qc.constant dense<1.0> : tensor<3x4x1x1xf32>
      %k = qc.constant dense<1.0> : tensor<3x4x3x3xf32>
      %d = qc.constant dense<1.0> : tensor<4x1x1x1xf32>
      %g = qc.constant dense<1.0> : tensor<4x3xf32>
      %p = qc.global_avg_pool %x : (tensor<2x4x5x5xf32>) -> tensor<2x4x1x1xf32>
      %flat = qc.reshape %p {shape = array<i64: 2, 4>} : (tensor<2x4x1x1xf32>) -> tensor<2x4xf32>
      %mixed = qc.reshape %p {shape = array<i64: 1, 4, 2, 1>} : (tensor<2x4x1x1xf32>) -> tensor<1x4x2x1xf32>
      %0 = qc.gemm %flat, %g {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = false, trans_b = false}
         : (tensor<2x4xf32>, tensor<4x3xf32>) -> tensor<2x3xf32>
      %1 = qc.conv %p, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64}
         : (tensor<2x4x1x1xf32>, tensor<3x4x1x1xf32>) -> tensor<2x3x1x1xf32>
      %2 = qc.conv %mixed, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64}
         : (tensor<1x4x2x1xf32>, tensor<3x4x1x1xf32>) -> tensor<1x3x2x1xf32>
      %3 = qc.conv %p, %k {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, group = 1 : i64}
         : (tensor<2x4x1x1xf32>, tensor<3x4x3x3xf32>) -> tensor<2x3x1x1xf32>
      %4 = qc.conv %p, %d {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 4 : i64}
         : (tensor<2x4x1x1xf32>, tensor<4x1x1x1xf32>) -> tensor<2x4x1x1xf32>
      %5 = qc.matmul %m, %g : (tensor<2x4xf32>, tensor<4x3xf32>) -> tensor<2x3xf32>
      return
    }
  })",
                                                            &context);
  ASSERT_TRUE(model);
  std::string sources;
  model->lookupSymbol<func::FuncOp>("main").walk([&](Operation *op) {
    if (!isa<GemmOp, qc::ConvOp, qc::MatMulOp>(op))
      return;
    std::optional<CovarianceSource> source = findCovarianceSource(op);
    sources += !source ? "none " : source->value == op->getOperand(0) ? "own " : "averaged ";
    if (source && source->value != op->getOperand(0))
      EXPECT_EQ(ArrayRef(source->window.kernel), ArrayRef<int64_t>({1, 1}));
  });
  EXPECT_EQ(sources, "averaged averaged own own none own ");
}
