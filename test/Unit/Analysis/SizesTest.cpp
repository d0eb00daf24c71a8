// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sizes as expressions: at numbers they are what the evaluator computes, and what is demanded decides whether it can.
#include "qc/Analysis/Sizes.h"
#include "RandomSizes.h"
#include "mlir/Parser/Parser.h"
#include "qc/Reference/Evaluate.h"
#include <gtest/gtest.h>

using namespace mlir;
using namespace qc;

namespace {
using Assignment = llvm::StringMap<int64_t>;

struct SizesTest : testing::Test {
  SizesTest() {
    registry.insert<QCDialect, func::FuncDialect>();
    registerReferenceModels(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
  }

  func::FuncOp parse(StringRef text) {
    module = parseSourceString<ModuleOp>(text, &context);
    return module ? module->lookupSymbol<func::FuncOp>("main") : func::FuncOp();
  }

  FailureOr<SizeAnalysis> analyze(StringRef arguments, StringRef body) {
    func::FuncOp main = parse(("module attributes {qc.symbols = {N = array<i64: 0, -1>, W = array<i64: 16, 2048>}} {\n"
                               "func.func @main(" +
                               arguments + ") {\n" + body + "\nreturn }\n}")
                                  .str());
    EXPECT_TRUE(main);
    last = main.getBody().front().getTerminator()->getPrevNode();
    return SizeAnalysis::analyze(main);
  }

  std::string shapeOfLast(const SizeAnalysis &sizes) { return print(sizes, sizes.getShape(last->getResult(0))); }
  std::string contentsOfLast(const SizeAnalysis &sizes) {
    auto contents = sizes.getContents(last->getResult(0));
    return contents ? print(sizes, *contents) : "none";
  }
  static std::string print(const SizeAnalysis &sizes, ArrayRef<AffineExpr> exprs) {
    std::string text;
    for (AffineExpr expr : exprs)
      text += (text.empty() ? "" : ", ") + sizes.print(expr);
    return text;
  }

  DialectRegistry registry;
  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  Operation *last = nullptr;
};

constexpr char kImage[] = "%x: tensor<?x3x?xf32> {qc.dims = [\"N\", \"\", \"W\"]}";
} // namespace

TEST_F(SizesTest, WindowsAndProducts) {
  auto pool = [&](StringRef attributes) {
    auto sizes =
        analyze(kImage, ("%y = qc.max_pool %x {" + attributes + "} : (tensor<?x3x?xf32>) -> tensor<?x3x?xf32>").str());
    return shapeOfLast(*sizes);
  };
  EXPECT_EQ(pool("kernel = array<i64: 3>, strides = array<i64: 2>, pads = array<i64: 1, 1>, dilations = array<i64: 1>, "
                 "ceil_mode = false"),
            "N, 3, floor((W + 1) / 2)");
  // In ceil mode with a kernel of 2 no window is dropped.
  EXPECT_EQ(pool("kernel = array<i64: 2>, strides = array<i64: 2>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, "
                 "ceil_mode = true"),
            "N, 3, floor((W + 1) / 2)");
  auto sizes =
      analyze(kImage, "%y = qc.reshape %x {shape = array<i64: -1, 3>} : (tensor<?x3x?xf32>) -> tensor<?x3xf32>");
  EXPECT_EQ(shapeOfLast(*sizes), "N * W, 3");
  // A zero of the shape stands for one of x, whether the others are known or not.
  sizes = analyze("%x: tensor<?x0x?xf32> {qc.dims = [\"N\", \"\", \"W\"]}",
                  "%y = qc.reshape %x {shape = array<i64: -2, 0, -1>} : (tensor<?x0x?xf32>) -> tensor<?x0x?xf32>");
  EXPECT_EQ(shapeOfLast(*sizes), "N, 0, W");
  EXPECT_TRUE(sizes->getRequirements().empty());
}

static std::string describe(const SizeValues &found) {
  std::string text = found.reason;
  for (int64_t value : found.values)
    text += (text.empty() ? "" : ", ") + std::to_string(value);
  return text;
}

TEST_F(SizesTest, ValuesOfExpressions) {
  func::FuncOp main =
      parse("module attributes {qc.symbols = {A = array<i64: 0, 3>, B = array<i64: 2, 4>, N = array<i64: "
            "0, -1>}} {\nfunc.func @main(%a: tensor<?x?x?xi64> {qc.dims = [\"A\", \"B\", \"N\"]}) "
            "{\nreturn }\n}");
  FailureOr<SizeAnalysis> sizes = SizeAnalysis::analyze(main);
  ASSERT_TRUE(succeeded(sizes));
  const ExprMath &math = sizes->getMath();
  ArrayRef<AffineExpr> dims = sizes->getShape(main.getArgument(0));
  AffineExpr a = dims[0], b = dims[1], n = dims[2];
  EXPECT_EQ(describe(sizes->enumerate(math.constant(7), 9)), "7");
  EXPECT_EQ(describe(sizes->enumerate(math.constant(0), 9)), "");
  EXPECT_EQ(describe(sizes->enumerate(math.floorDiv(math.add(b, math.constant(1)), math.constant(2)), 9)), "1, 2");
  EXPECT_EQ(describe(sizes->enumerate(math.mul(a, b), 9)), "2, 3, 4, 6, 8, 9, 12");
  EXPECT_EQ(describe(sizes->enumerate(math.sub(a, b), 9)), "1"); // negative values are none
  EXPECT_EQ(describe(sizes->enumerate(math.mul(a, b), 6)),
            "these are more than 6 different numbers (narrower ranges give fewer)");
  EXPECT_EQ(describe(sizes->enumerate(math.floorDiv(b, a), 9)), "that is no number of 64 bits for every size");
  EXPECT_EQ(describe(sizes->enumerate(math.mul(a, n), 9)), "N has no upper bound (--range N=LOW:HIGH gives it one)");
  EXPECT_EQ(sizes->explainUnbounded(math.mul(a, b)), "");
}

// A dimension that broadcasts is decided by both of its operands.
TEST_F(SizesTest, ValuesOfFunctions) {
  func::FuncOp main =
      parse("module attributes {qc.symbols = {A = array<i64: 0, 3>, C = array<i64: 1, 2>, N = array<i64: "
            "0, -1>}} {\nfunc.func @main(%a: tensor<?x?xf32> {qc.dims = [\"A\", \"A\"]}, %b: "
            "tensor<?x?xf32> {qc.dims = [\"C\", \"N\"]}) {\n%z = qc.add %a, %b : (tensor<?x?xf32>, "
            "tensor<?x?xf32>) -> tensor<?x?xf32>\nreturn }\n}");
  FailureOr<SizeAnalysis> sizes = SizeAnalysis::analyze(main);
  ASSERT_TRUE(succeeded(sizes));
  ArrayRef<AffineExpr> sum = sizes->getShape(main.getBody().front().front().getResult(0));
  EXPECT_EQ(describe(sizes->enumerate(sum[0], 9)), "1, 2, 3");
  EXPECT_EQ(describe(sizes->enumerate(sum[1], 9)), "N has no upper bound (--range N=LOW:HIGH gives it one)");
}

TEST_F(SizesTest, Contents) {
  auto sizes =
      analyze(kImage, R"(%s = qc.shape %x {start = 0 : i64, end = 3 : i64} : (tensor<?x3x?xf32>) -> tensor<3xi64>
    %r = qc.reshape %s {shape = array<i64: 3, 1>} : (tensor<3xi64>) -> tensor<3x1xi64>
    %t = qc.transpose %r {perm = array<i64: 1, 0>} : (tensor<3x1xi64>) -> tensor<1x3xi64>
    %f = qc.reshape %t {shape = array<i64: 3>} : (tensor<1x3xi64>) -> tensor<3xi64>
    %c = qc.constant dense<-1> : tensor<1xi64>
    %y = qc.concat %f, %c {axis = 0 : i64} : (tensor<3xi64>, tensor<1xi64>) -> tensor<4xi64>)");
  EXPECT_EQ(contentsOfLast(*sizes), "N, 3, W, -1");
  sizes = analyze(kImage, "%y = qc.size %x : (tensor<?x3x?xf32>) -> tensor<i64>");
  EXPECT_EQ(contentsOfLast(*sizes), "N * W * 3");
  EXPECT_EQ(shapeOfLast(*sizes), "");
}

// Pads up to a multiple, of a dimension whose expression has no range: a dimension is not negative.
TEST_F(SizesTest, ComputedEntries) {
  auto sizes = analyze(kImage, R"(%k = qc.constant dense<8> : tensor<1xi64>
    %z = qc.constant dense<0> : tensor<1xi64>
    %w = qc.shape %x {start = 2 : i64, end = 3 : i64} : (tensor<?x3x?xf32>) -> tensor<1xi64>
    %m = qc.mod %w, %k : (tensor<1xi64>, tensor<1xi64>) -> tensor<1xi64>
    %d = qc.sub %k, %m : (tensor<1xi64>, tensor<1xi64>) -> tensor<1xi64>
    %r = qc.mod %d, %k : (tensor<1xi64>, tensor<1xi64>) -> tensor<1xi64>
    %p = qc.concat %z, %z, %z, %z, %z, %r {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<6xi64>
    %y = qc.pad %x by %p constant {begins = array<i64: 0, 0, 0>, ends = array<i64: 0, 0, -9223372036854775808>, value = 0.0 : f32} : (tensor<?x3x?xf32>, tensor<6xi64>) -> tensor<?x3x?xf32>
    %u = qc.split_part %y {axis = 2 : i64, index = 0 : i64, count = 4 : i64, uneven = false} : (tensor<?x3x?xf32>) -> tensor<?x3x?xf32>)");
  ASSERT_TRUE(succeeded(sizes));
  ArrayRef<AffineExpr> shape = sizes->getShape(last->getResult(0)), padded = sizes->getShape(last->getOperand(0));
  EXPECT_EQ(sizes->evaluate(padded[2], {{"W", 17}}), 24);
  EXPECT_EQ(sizes->evaluate(padded[2], {{"W", 24}}), 24);
  EXPECT_EQ(sizes->evaluate(shape[2], {{"W", 17}}), 6);
  EXPECT_TRUE(sizes->getRequirements().empty()); // 4 divides a multiple of 8
}

// -w % 8, as models are written, and -(-w / 8), which rounds up.
TEST_F(SizesTest, NegativeDividends) {
  const char *head = R"(%k = qc.constant dense<8> : tensor<1xi64>
    %w = qc.shape %x {start = 2 : i64, end = 3 : i64} : (tensor<?x3x?xf32>) -> tensor<1xi64>
    %n = qc.neg %w : (tensor<1xi64>) -> tensor<1xi64>)";
  for (auto [op, at17, at24] : {std::tuple("mod", 7, 0), std::tuple("remainder", -1, 0), std::tuple("div", -2, -3)}) {
    auto sizes = analyze(kImage, std::string(head) + "%y = qc." + op +
                                     " %n, %k : (tensor<1xi64>, tensor<1xi64>) -> tensor<1xi64>");
    ASSERT_TRUE(succeeded(sizes)) << op;
    auto contents = sizes->getContents(last->getResult(0));
    ASSERT_TRUE(contents) << op;
    EXPECT_EQ(sizes->evaluate(contents->front(), {{"W", 17}}), at17) << op;
    EXPECT_EQ(sizes->evaluate(contents->front(), {{"W", 24}}), at24) << op;
  }
}

TEST_F(SizesTest, Resized) {
  std::string resize = R"(%k = qc.constant dense<2> : tensor<3xi64>
    %w = qc.shape %x {start = 0 : i64, end = 3 : i64} : (tensor<?x3x?xf32>) -> tensor<3xi64>
    %m = qc.mul %w, %k : (tensor<3xi64>, tensor<3xi64>) -> tensor<3xi64>
    %y = qc.resize_nearest %x to %m half_pixel floor {scales = array<f32>, sizes = array<i64: -1, 3, -9223372036854775808>} : (tensor<?x3x?xf32>, tensor<3xi64>) -> tensor<?x3x?xf32>)";
  auto sizes = analyze(kImage, resize);
  EXPECT_EQ(shapeOfLast(*sizes), "N, 3, W * 2");
  EXPECT_TRUE(sizes->getRequirements().empty());
  sizes = analyze(kImage,
                  R"(%y = qc.resize_nearest %x half_pixel floor {scales = array<f32: 0.5, 1.0, 1.5>, sizes = array<i64>}
    : (tensor<?x3x?xf32>) -> tensor<?x3x?xf32>)");
  EXPECT_EQ(shapeOfLast(*sizes), "floor(N / 2), 3, W + floor(W / 2)");
  ASSERT_EQ(sizes->getRequirements().size(), 1u); // W has an upper end
  EXPECT_EQ(sizes->getRequirements()[0].text,
            "expects at most 16777216 positions to scale by 0.500000, got N (dimension 0 of argument 0)");
}

TEST_F(SizesTest, WhatIsComputedElsewhereIsASymbol) {
  auto sizes = analyze("%n: tensor<i64>", R"(%one = qc.constant dense<1> : tensor<i64>
    %y = qc.range %one, %n, %one : (tensor<i64>, tensor<i64>, tensor<i64>) -> tensor<?xi64>)");
  EXPECT_EQ(shapeOfLast(*sizes), "max(element 0 of argument 0 - 1, 0)");
  AffineExpr dim = sizes->getShape(last->getResult(0))[0];
  const SizeSymbol &symbol = sizes->getSymbols()[cast<AffineSymbolExpr>(dim).getPosition()];
  EXPECT_EQ(symbol.kind, SizeSymbol::Kind::Max);
  EXPECT_EQ(symbol.range.low, 0);
  EXPECT_FALSE(sizes->isOfModel(dim));
  const SizeSymbol &element = sizes->getSymbols()[0];
  EXPECT_EQ(element.kind, SizeSymbol::Kind::Element);
  EXPECT_EQ(element.value, last->getOperand(1));
}

TEST_F(SizesTest, Demands) {
  auto sizes = analyze(std::string(kImage) + ", %w: tensor<8x4xf32>, %b: tensor<?x3x?xf32>",
                       R"(%y = qc.matmul %x, %w : (tensor<?x3x?xf32>, tensor<8x4xf32>) -> tensor<?x3x4xf32>)");
  EXPECT_TRUE(failed(sizes)); // W >= 16
  sizes = analyze(std::string(kImage) + ", %w: tensor<32x4xf32>",
                  R"(%y = qc.matmul %x, %w : (tensor<?x3x?xf32>, tensor<32x4xf32>) -> tensor<?x3x4xf32>)");
  ASSERT_EQ(sizes->getRequirements().size(), 1u);
  const SizeRequirement &equal = sizes->getRequirements()[0];
  EXPECT_EQ(equal.kind, SizeRequirement::Kind::Equal);
  EXPECT_EQ(equal.text, "expects equal reduction dimensions, got W (dimension 2 of argument 0) and 32");
  EXPECT_EQ(sizes->evaluate(equal.a, {{"N", 1}, {"W", 32}}), 32);
  // Either of two may be 1; where one cannot, they are equal.
  sizes = analyze(std::string(kImage) + ", %b: tensor<?x3x?xf32>",
                  R"(%y = qc.add %x, %b : (tensor<?x3x?xf32>, tensor<?x3x?xf32>) -> tensor<?x3x?xf32>)");
  ASSERT_EQ(sizes->getRequirements().size(), 2u);
  EXPECT_EQ(sizes->getRequirements()[0].kind, SizeRequirement::Kind::Broadcast);
  EXPECT_EQ(shapeOfLast(*sizes), "broadcast(N, dimension 0 of argument 1), 3, W");
}

// Rows are independent where nothing works along them.
// What a branch demands is demanded of runs that take it, and proves nothing outside of it.
TEST_F(SizesTest, Branches) {
  constexpr char arguments[] = "%x: tensor<?x3x?xf32> {qc.dims = [\"N\", \"\", \"W\"]}, %z: tensor<?x4xf32> {qc.dims = "
                               "[\"N\", \"\"]}, %c: tensor<i1>";
  constexpr char body[] = R"(
    %five = qc.constant dense<5> : tensor<1xi64>
    %n = qc.shape %x {start = 0 : i64, end = 1 : i64} : (tensor<?x3x?xf32>) -> tensor<1xi64>
    %few = qc.less %n, %five : (tensor<1xi64>, tensor<1xi64>) -> tensor<1xi1>
    %s = qc.if %c : (tensor<i1>) -> tensor<?x?xf32> {
      %r = qc.reshape %x {shape = array<i64: -2, -1>} : (tensor<?x3x?xf32>) -> tensor<?x?xf32>
      %p = qc.matmul %r, %r : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
      qc.yield %p : tensor<?x?xf32>
    } else {
      %r = qc.reshape %x {shape = array<i64: -2, -1>} : (tensor<?x3x?xf32>) -> tensor<?x?xf32>
      qc.yield %r : tensor<?x?xf32>
    }
    %y = qc.if %few : (tensor<1xi1>) -> tensor<?x4xf32> {
      qc.yield %z : tensor<?x4xf32>
    } else {
      %d = qc.concat %z, %z {axis = 0 : i64} : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
      qc.yield %d : tensor<?x4xf32>
    })";
  auto sizes = analyze(arguments, body);
  ASSERT_TRUE(succeeded(sizes));
  EXPECT_EQ(shapeOfLast(*sizes), "select(less(N, 5), N, N * 2), 4");
  ASSERT_EQ(sizes->getRequirements().size(), 1u);
  auto choice = cast<IfOp>(last->getPrevNode());
  EXPECT_EQ(sizes->getRequirements()[0].block, &choice.getThenBody().front());
  EXPECT_EQ(print(*sizes, sizes->getShape(choice.getResult(0))), "N, W * 3");
}

// Scan outputs are as long as their loops; numbers of iterations are in no size.
TEST_F(SizesTest, Loops) {
  constexpr char arguments[] = "%x: tensor<?x3x?xf32> {qc.dims = [\"N\", \"\", \"W\"]}, %h: tensor<3xf32>";
  constexpr char body[] = R"(
    %true = qc.constant dense<true> : tensor<i1>
    %n = qc.shape %x {start = 2 : i64, end = 3 : i64} : (tensor<?x3x?xf32>) -> tensor<1xi64>
    %y:2 = qc.loop trips(%n) carries(%h) {backward = array<i1: false>} : (tensor<1xi64>, tensor<3xf32>) -> (tensor<3xf32>, tensor<?x?x3xf32>) {
    ^bb0(%i: tensor<i64>, %a: tensor<3xf32>):
      %e = qc.gather %x, %i {axis = 2 : i64} : (tensor<?x3x?xf32>, tensor<i64>) -> tensor<?x3xf32>
      %b = qc.add %e, %a : (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
      %m = qc.reduce sum %b {axes = array<i64: 0>, keep_dims = false} : (tensor<?x3xf32>) -> tensor<3xf32>
      qc.yield %true, %m, %b : tensor<i1>, tensor<3xf32>, tensor<?x3xf32>
    })";
  auto sizes = analyze(arguments, body);
  ASSERT_TRUE(succeeded(sizes));
  EXPECT_EQ(print(*sizes, sizes->getShape(last->getResult(1))), "W, N, 3");
  EXPECT_TRUE(sizes->getRequirements().empty()); // there is a step to look up, or the body is not run
  auto loop = cast<LoopOp>(last);
  std::optional<ArrayRef<AffineExpr>> number = sizes->getContents(loop.getIteration());
  ASSERT_TRUE(number && number->size() == 1);
  EXPECT_FALSE(sizes->isOfModel(number->front()));
  EXPECT_TRUE(sizes->isScheduled(number->front()));
  SizeRange range = sizes->getRange(number->front());
  EXPECT_EQ(std::make_pair(range.low, range.high), std::make_pair(int64_t(0), int64_t(2047)));
}

// The values of all operations at concrete sizes, as far as they can be evaluated.
static llvm::DenseMap<Value, TensorValue> evaluateAll(func::FuncOp main, const Assignment &sizes, bool &isComplete) {
  llvm::DenseMap<Value, TensorValue> values;
  auto type = [&](ArrayRef<int64_t> shape) {
    return RankedTensorType::get(shape, Float32Type::get(main.getContext()));
  };
  values[main.getArgument(0)] = TensorValue(type({sizes.lookup("N"), 4, sizes.lookup("W")}));
  values[main.getArgument(1)] = TensorValue(type({sizes.lookup("W"), sizes.lookup("H")}));
  ScopedDiagnosticHandler silent(main.getContext(), [](Diagnostic &) { return success(); });
  for (Operation &op : main.getBody().front().without_terminator()) {
    SmallVector<TensorValue> operands;
    for (Value operand : op.getOperands())
      operands.push_back(values[operand]);
    auto results = evaluateOp(&op, operands);
    isComplete = succeeded(results);
    if (!isComplete)
      return values;
    for (auto [name, value] : llvm::zip_equal(op.getResults(), *results))
      values[name] = value;
  }
  return values;
}

static bool holds(const SizeAnalysis &sizes, const SizeRequirement &requirement, const Assignment &assignment) {
  std::optional<int64_t> a = sizes.evaluate(requirement.a, assignment), b = sizes.evaluate(requirement.b, assignment);
  if (!a || !b)
    return false;
  if (requirement.kind == SizeRequirement::Kind::AtMost)
    return *a <= *b;
  return *a == *b || (requirement.kind == SizeRequirement::Kind::Broadcast && (*a == 1 || *b == 1));
}

// A product of zeros by an unknown divisor has no one meaning: static shapes say 0, expressions what is left.
static bool hasZero(const Assignment &assignment) {
  return llvm::any_of(assignment, [](const auto &entry) { return entry.second == 0; });
}

TEST_F(SizesTest, RandomAgainstTheEvaluator) {
  const Assignment assignments[] = {{{"N", 1}, {"H", 1}, {"W", 1}},
                                    {{"N", 2}, {"H", 3}, {"W", 5}},
                                    {{"N", 3}, {"H", 4}, {"W", 4}},
                                    {{"N", 0}, {"H", 2}, {"W", 7}}};
  int complete = 0, refused = 0, compared = 0;
  for (unsigned seed = 0; seed < 400; ++seed) {
    std::string text = qc::test::RandomSizes(seed).getText();
    func::FuncOp main = parse(text);
    ASSERT_TRUE(main) << text;
    FailureOr<SizeAnalysis> sizes = failure();
    {
      ScopedDiagnosticHandler silent(&context, [](Diagnostic &) { return success(); });
      sizes = SizeAnalysis::analyze(main);
    }
    refused += failed(sizes);
    for (const Assignment &assignment : assignments) {
      bool isComplete = false;
      auto values = evaluateAll(main, assignment, isComplete);
      if (failed(sizes)) {
        EXPECT_FALSE(isComplete) << text;
        continue;
      }
      complete += isComplete;
      bool allHold = llvm::all_of(sizes->getRequirements(),
                                  [&](const SizeRequirement &r) { return holds(*sizes, r, assignment); });
      if (!hasZero(assignment)) {
        EXPECT_EQ(allHold, isComplete) << seed << "\n" << text;
      }
      if (!allHold)
        continue;
      for (const auto &[value, is] : values) {
        for (auto [expr, size] : llvm::zip_equal(sizes->getShape(value), is.getShape()))
          ASSERT_EQ(sizes->evaluate(expr, assignment), size) << seed << " " << sizes->print(expr) << "\n" << text;
        std::optional<ArrayRef<AffineExpr>> contents = sizes->getContents(value);
        std::optional<Dims> numbers = contents ? getIntegers(is) : std::nullopt;
        if (!contents || !numbers)
          continue;
        for (auto [expr, number] : llvm::zip_equal(*contents, *numbers))
          ASSERT_EQ(sizes->evaluate(expr, assignment), number.getKnown()) << seed << " " << sizes->print(expr) << "\n"
                                                                          << text;
        ++compared;
      }
    }
  }
  // The test says something: most programs run at some sizes.
  EXPECT_GT(complete, 300);
  EXPECT_GT(compared, 1000);
  EXPECT_LT(refused, 200);
}
