// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-fold-pads keeps what a function computes, bit for bit, zeros of both signs and infinities included.
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "qc/Reference/Evaluate.h"
#include "qc/Transforms/Prepare/Passes.h"
#include <gtest/gtest.h>
#include <random>

using namespace mlir;
using namespace qc;

namespace {
struct FoldPads : testing::Test {
  FoldPads() {
    registry.insert<QCDialect, func::FuncDialect>();
    registerReferenceModels(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
  }

  TensorValue makeInput(ArrayRef<int64_t> shape) {
    constexpr float special[] = {0.0f, -0.0f, -__builtin_inff(), __builtin_inff()};
    TensorValue value(RankedTensorType::get(shape, Float32Type::get(&context)));
    for (float &x : value.mutableData<float>())
      x = random() % 8 == 0 ? special[random() % 4] : float(random() % 2001) / 100 - 10;
    return value;
  }

  // A pad by `fill` and the window that `op` begins, with its own pads; begins and ends of both.
  std::string makeText(const std::string &op, const std::string &fill, bool isConv, ArrayRef<int64_t> pads) {
    auto entries = [](int64_t a, int64_t b) { return std::to_string(a) + ", " + std::to_string(b); };
    int64_t padded = 6 + pads[0] + pads[1], out = padded + pads[2] + pads[3] - 2; // three positions, stride 1
    std::string x = "tensor<1x2x" + std::to_string(padded) + "xf32>", y = "tensor<1x2x" + std::to_string(out) + "xf32>",
                common = "strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: " +
                         entries(pads[2], pads[3]) + ">";
    std::string window = isConv ? op + common + "} : (" + x + ", tensor<2x2x3xf32>)"
                                : op + "kernel = array<i64: 3>, ceil_mode = false, " + common + "} : (" + x + ")";
    return "func.func @main(%x: tensor<1x2x6xf32>, %w: tensor<2x2x3xf32>) -> " + y +
           " { %p = qc.pad %x constant {begins = array<i64: 0, 0, " + std::to_string(pads[0]) +
           ">, ends = array<i64: 0, 0, " + std::to_string(pads[1]) + ">, value = " + fill +
           " : f32} : (tensor<1x2x6xf32>) -> " + x + " %y = " + window + " -> " + y + " return %y : " + y + " }";
  }

  DialectRegistry registry;
  MLIRContext context;
  std::mt19937_64 random{1};
};
} // namespace

TEST_F(FoldPads, ComputesTheSame) {
  struct Case {
    const char *op, *fill;
    bool isConv, ownPads;
  };
  for (const Case &c : {Case{"qc.conv %p, %w {group = 1 : i64, ", "0.0", true, true},
                        Case{"qc.max_pool %p {", "0xFF800000", false, true},
                        Case{"qc.avg_pool %p {count_include_pad = false, ", "0.0", false, false},
                        Case{"qc.avg_pool %p {count_include_pad = true, ", "0.0", false, true}})
    for (int i = 0; i < 20; ++i) {
      int64_t pads[4];
      for (int64_t &pad : pads)
        pad = int64_t(random() % 4);
      if (!c.ownPads)
        pads[2] = pads[3] = 0;
      std::string text = makeText(c.op, c.fill, c.isConv, pads);
      OwningOpRef<ModuleOp> before = parseSourceString<ModuleOp>(text, &context);
      ASSERT_TRUE(before) << text;
      OwningOpRef<ModuleOp> after(before->clone());
      PassManager passes(&context);
      passes.addNestedPass<func::FuncOp>(createFoldPadsPass());
      ASSERT_TRUE(succeeded(passes.run(*after)));
      auto pad = after->lookupSymbol<func::FuncOp>("main").getBody().front().getOps<PadOp>();
      EXPECT_TRUE(pad.empty()) << text;
      std::vector<TensorValue> inputs = {makeInput({1, 2, 6}), makeInput({2, 2, 3})};
      FailureOr<std::vector<TensorValue>> expected = evaluateMain(*before, inputs), got = evaluateMain(*after, inputs);
      ASSERT_TRUE(succeeded(expected) && succeeded(got));
      EXPECT_EQ(expected->front().getRawData(), got->front().getRawData()) << text;
    }
}
