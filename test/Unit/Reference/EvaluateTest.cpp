// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The evaluation of @main: observers, several results, refusals, the caller's floating-point environment.
#include "ReferenceTest.h"
#include "mlir/Parser/Parser.h"
#include <cfenv>
#include <sys/resource.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

using namespace mlir;
using namespace qc;

namespace {
struct Evaluate : ReferenceTest {};
const char kObserved[] = R"(
  qc.stats @t0 {of = "x", count = 0 : i64, min = 0.0 : f32, max = 0.0 : f32, data = "", epoch = 0 : i64}
  qc.stats @t1 {of = "y", count = 0 : i64, min = 0.0 : f32, max = 0.0 : f32, data = "", epoch = 0 : i64}
  func.func @main(%x: tensor<2xf32>, %unused: tensor<1xi64>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
    qc.observe %x @t0 : tensor<2xf32>
    %y = qc.relu %x : (tensor<2xf32>) -> tensor<2xf32>
    %dead = qc.add %y, %y : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    qc.observe %y @t1 : tensor<2xf32>
    return %y, %x, %y : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
  })";
} // namespace

TEST_F(Evaluate, observersAndResults) {
  std::vector<std::pair<std::string, std::vector<float>>> seen;
  std::vector<TensorValue> results = evaluateModule(
      kObserved, {value("tensor<2xf32>", {-1, 2}), value("tensor<1xi64>", {5})},
      [&](StringRef symbol, const TensorValue &value) { seen.emplace_back(symbol.str(), floats(value)); });
  ASSERT_EQ(results.size(), 3u);
  EXPECT_BITS(results[0], {0, 2});
  EXPECT_BITS(results[1], {-1, 2});
  EXPECT_BITS(results[2], {0, 2});
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].first, "t0");
  EXPECT_EQ(seen[0].second, (std::vector<float>{-1, 2}));
  EXPECT_EQ(seen[1].first, "t1");
  EXPECT_EQ(seen[1].second, (std::vector<float>{0, 2}));
}

TEST_F(Evaluate, integersAndFloatsInOneModule) {
  std::vector<TensorValue> results = evaluateModule(R"(
    func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
      %s = qc.constant dense<0.5> : tensor<f32>
      %z = qc.constant dense<10> : tensor<ui8>
      %q = qc.quantize %x, %s, %z {format = #qc.format<ui8>} : (tensor<4xf32>, tensor<f32>, tensor<ui8>) -> tensor<4xui8>
      %p = dyadic.mul %q, %q {a_zero_point = 10 : i32, b_zero_point = 10 : i32}
         : (tensor<4xui8>, tensor<4xui8>) -> tensor<4xi32>
      %d = qc.dequantize %p, %s {format = #qc.format<i32>} : (tensor<4xi32>, tensor<f32>) -> tensor<4xf32>
      %y = qc.softmax %d {axis = 0 : i64} : (tensor<4xf32>) -> tensor<4xf32>
      return %d : tensor<4xf32>
    })",
                                                    {value("tensor<4xf32>", {-1, 0, 1.25, 3})});
  ASSERT_EQ(results.size(), 1u) << errors;
  EXPECT_BITS(results[0], {2, 0, 2, 18}); // 1.25 / 0.5 = 2.5 is a tie: 2
}

TEST_F(Evaluate, refusesInputs) {
  TensorValue x = value("tensor<2xf32>", {-1, 2}), index = value("tensor<1xi64>", {5});
  EXPECT_TRUE(evaluateModule(kObserved, {x}).empty());
  EXPECT_ERROR("expects 2 inputs, got 1");
  EXPECT_TRUE(evaluateModule(kObserved, {value("tensor<3xf32>", {1, 2, 3}), index}).empty());
  EXPECT_ERROR("expects input 0 of type 'tensor<2xf32>', got 'tensor<3xf32>'");
  EXPECT_TRUE(evaluateModule(kObserved, {x, value("tensor<1xi32>", {5})}).empty());
  EXPECT_ERROR("expects input 1 of type 'tensor<1xi64>', got 'tensor<1xi32>'");
  EXPECT_TRUE(evaluateModule(kObserved, {x, TensorValue()}).empty());
  EXPECT_ERROR("expects input 1 of type 'tensor<1xi64>', got none");
}

TEST_F(Evaluate, refusesModules) {
  EXPECT_TRUE(evaluateModule("module {}", {}).empty());
  EXPECT_ERROR("expects a function @main with a body");
  EXPECT_TRUE(evaluateModule("func.func private @main()", {}).empty());
  EXPECT_ERROR("expects a function @main with a body");
  EXPECT_TRUE(
      evaluateModule("func.func private @f() func.func @main() { call @f() : () -> () loc(\"strange\") return }", {})
          .empty());
  EXPECT_ERROR("strange: 'func.call' has no meaning in the reference evaluator");
  EXPECT_TRUE(evaluateModule("func.func @main(%x: i32) { return }", {TensorValue()}).empty());
  EXPECT_ERROR("expects a tensor as input 0, got 'i32'");
}

TEST_F(Evaluate, mainWithoutResults) {
  EXPECT_TRUE(evaluateModule("func.func @main() { return }", {}).empty());
  EXPECT_EQ(errors, "");
}

// A declared result that the operands do not give.
TEST_F(Evaluate, unknownDimensions) {
  TensorValue a = value("tensor<2xf32>", {1, 2});
  EXPECT_BITS(evaluate("qc.add %0, %1", {a, a}, "tensor<?xf32>", "tensor<?xf32>, tensor<?xf32>"), {2, 4});
  evaluate("qc.add %0, %1", {a, a}, "tensor<3xf32>", "tensor<?xf32>, tensor<?xf32>");
  EXPECT_ERROR("node: 'qc.add' op expects operands that give a result of type 'tensor<3xf32>', got 'tensor<2xf32>'");
  evaluate("qc.add %0, %1", {a, value("tensor<3xf32>", {1, 2, 3})}, "tensor<?xf32>", "tensor<?xf32>, tensor<?xf32>");
  EXPECT_ERROR("node: 'qc.add' op expects shapes that broadcast, got dimensions 2 and 3");
}

static long peakKilobytes() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

// 64 values of 8 MiB, of which three are needed at a time (the bound leaves room for a sanitizer's quarantine).
TEST_F(Evaluate, freesAfterTheLastUse) {
  const std::string type = "tensor<2097152xf32>";
  std::string text = "func.func @main(%y0: " + type + ") -> " + type + " {\n";
  for (int i = 0; i < 64; ++i)
    text += "%y" + std::to_string(i + 1) + " = qc.add %y" + std::to_string(i) + ", %y" + std::to_string(i) + " : (" +
            type + ", " + type + ") -> " + type + "\n";
  text += "return %y64 : " + type + "}";
  TensorValue x(this->type(type));
  x.mutableData<float>()[5] = 1;
  long before = peakKilobytes();
  std::vector<TensorValue> results = evaluateModule(text, {x});
  ASSERT_EQ(results.size(), 1u) << errors;
  EXPECT_EQ(results[0].getData<float>()[5], 0x1p64f);
  EXPECT_LT(peakKilobytes() - before, 400 * 1024);
}

TEST_F(Evaluate, oneOperation) {
  auto module = parseSourceString<ModuleOp>(
      "func.func @main(%x: tensor<2xf32>) { %y = qc.relu %x : (tensor<2xf32>) -> tensor<2xf32> loc(\"node\") return }",
      &context);
  Operation *relu = &module->lookupSymbol<func::FuncOp>("main").getBody().front().front();
  auto results = evaluateOp(relu, {value("tensor<2xf32>", {-3, 4})});
  ASSERT_TRUE(succeeded(results));
  EXPECT_BITS(results->front(), {0, 4});
  ScopedDiagnosticHandler collect(&context, [&](Diagnostic &diagnostic) {
    errors += diagnostic.str() + "\n";
    return success();
  });
  EXPECT_TRUE(failed(evaluateOp(relu, {})));
  EXPECT_ERROR("'qc.relu' op expects 1 operand values, got 0");
  EXPECT_TRUE(failed(evaluateOp(relu, {value("tensor<2xi32>", {-3, 4})})));
  EXPECT_ERROR("expects a value of type 'tensor<2xf32>' for operand 0, got 'tensor<2xi32>'");
  EXPECT_TRUE(failed(evaluateOp(relu, {TensorValue()})));
  EXPECT_ERROR("expects a value of type 'tensor<2xf32>' for operand 0, got none");
}

// A caller that rounds downwards and flushes subnormals to zero gets the same bytes, and keeps its settings.
TEST_F(Evaluate, callersFloatEnvironment) {
  TensorValue a = value("tensor<2xf32>", {1, 0x1p-130}), b = value("tensor<2xf32>", {0x1.8p-24, 0x1p-130});
  auto add = [&] { return evaluate("qc.add %0, %1", {a, b}, "tensor<2xf32>"); };
  std::vector<float> expected{1 + 0x1p-23f, 0x1p-129f};
  EXPECT_BITS(add(), expected);
  ASSERT_EQ(std::fesetround(FE_DOWNWARD), 0);
#if defined(__x86_64__)
  unsigned saved = _mm_getcsr();
  _mm_setcsr(saved | 0x8040); // flush to zero, denormals are zero
#endif
  TensorValue y = add();
#if defined(__x86_64__)
  EXPECT_EQ(_mm_getcsr() & 0x8040, 0x8040u);
  _mm_setcsr(saved);
#endif
  EXPECT_EQ(std::fegetround(), FE_DOWNWARD);
  std::fesetround(FE_TONEAREST);
  EXPECT_BITS(y, expected);
}
