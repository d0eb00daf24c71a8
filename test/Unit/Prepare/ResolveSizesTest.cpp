// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-resolve-sizes keeps what a function computes, whatever the sizes are, and finds what bound sizes make known.
#include "../Analysis/RandomSizes.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "qc/Reference/Evaluate.h"
#include "qc/Transforms/Prepare/Passes.h"
#include <gtest/gtest.h>

using namespace mlir;
using namespace qc;

namespace {
struct Assignment {
  int64_t n, h, w;
};

struct ResolveSizes : testing::Test {
  ResolveSizes() {
    registry.insert<QCDialect, func::FuncDialect>();
    registerReferenceModels(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
  }

  LogicalResult resolve(ModuleOp module) {
    PassManager passes(&context);
    passes.addNestedPass<func::FuncOp>(createResolveSizesPass());
    return passes.run(module);
  }

  TensorValue makeInput(ArrayRef<int64_t> shape) {
    TensorValue value(RankedTensorType::get(shape, Float32Type::get(&context)));
    for (auto [i, x] : llvm::enumerate(value.mutableData<float>()))
      x = float(i % 97) - 31;
    return value;
  }

  FailureOr<std::vector<TensorValue>> evaluate(ModuleOp module, const Assignment &at) {
    return evaluateMain(module, {makeInput({at.n, 4, at.w}), makeInput({at.w, at.h})});
  }

  DialectRegistry registry;
  MLIRContext context;
};

constexpr Assignment kAssignments[] = {{1, 1, 1}, {2, 3, 5}, {3, 4, 4}, {2, 2, 1}};
} // namespace

static bool areEqual(const std::vector<TensorValue> &a, const std::vector<TensorValue> &b) {
  return llvm::equal(a, b, [](const TensorValue &x, const TensorValue &y) {
    return x.getType() == y.getType() && x.getRawData() == y.getRawData();
  });
}

TEST_F(ResolveSizes, RandomFunctionsComputeTheSame) {
  ScopedDiagnosticHandler silent(&context, [](Diagnostic &) { return success(); });
  int same = 0, fewer = 0;
  for (unsigned seed = 1000; seed < 1200; ++seed) {
    std::string text = qc::test::RandomSizes(seed).getText(/*returnsAll=*/true);
    OwningOpRef<ModuleOp> before = parseSourceString<ModuleOp>(text, &context), after(before->clone());
    ASSERT_TRUE(before) << text;
    bool isRefused = failed(resolve(*after));
    auto count = [](ModuleOp module) {
      return module.lookupSymbol<func::FuncOp>("main").getBody().front().getOperations().size();
    };
    fewer += !isRefused && count(*after) < count(*before);
    for (const Assignment &at : kAssignments) {
      FailureOr<std::vector<TensorValue>> expected = evaluate(*before, at);
      FailureOr<std::vector<TensorValue>> got = failure();
      if (!isRefused)
        got = evaluate(*after, at);
      ASSERT_EQ(succeeded(expected), succeeded(got)) << seed << "\n" << text;
      if (failed(expected))
        continue;
      ASSERT_TRUE(areEqual(*expected, *got)) << seed << "\n" << text;
      ++same;
    }
  }
  EXPECT_GT(same, 200);
  EXPECT_GT(fewer, 100);
}

// With all sizes bound, no `?` and no shape stays.
TEST_F(ResolveSizes, BoundSizesLeaveNothingOpen) {
  ScopedDiagnosticHandler silent(&context, [](Diagnostic &) { return success(); });
  int checked = 0;
  for (unsigned seed = 2000; seed < 2100; ++seed) {
    std::string text = qc::test::RandomSizes(seed, /*isBound=*/true).getText(/*returnsAll=*/true);
    OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
    if (!module || failed(resolve(*module))) // sizes that do not fit
      continue;
    ++checked;
    module->walk([&](Operation *op) {
      EXPECT_FALSE((isa<ShapeOp, SizeOp, DynamicReshapeOp>(op))) << seed << "\n" << text;
      for (Type type : op->getResultTypes())
        EXPECT_TRUE(cast<RankedTensorType>(type).hasStaticShape()) << seed << "\n" << text;
    });
  }
  EXPECT_GT(checked, 20);
}
