// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contents of elementwise results, and conversions of them.
#include "dialects/QC/Contents.h"
#include "mlir/AsmParser/AsmParser.h"
#include "mlir/Parser/Parser.h"
#include <gtest/gtest.h>

using namespace mlir;
using namespace qc;

namespace {
struct Contents : testing::Test {
  Contents() { context.loadDialect<QCDialect, func::FuncDialect>(); }

  // The last operation before the return.
  Operation *parse(StringRef body) {
    module =
        parseSourceString<ModuleOp>(("func.func @f(%s: tensor<2xi64>) {\n" + body + "\nreturn\n}").str(), &context);
    auto function = cast<func::FuncOp>(module->getBody()->front());
    return function.getBody().front().getTerminator()->getPrevNode();
  }
  // Numbers, or nothing.
  static std::vector<int64_t> numbers(const std::optional<Dims> &contents) {
    std::vector<int64_t> result;
    if (contents)
      for (Dim dim : *contents)
        result.push_back(dim.getKnown().value_or(-999));
    return result;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  TypeShapeMath math;
};

// An operation whose operands broadcast to its result: what it computes does not matter here.
constexpr char kBroadcast[] = R"(%x = qc.constant dense<[[1], [2]]> : tensor<2x1xi64>
  %v = qc.constant dense<[1, 2]> : tensor<2xi64>
  %y = qc.expand %x, %v : (tensor<2x1xi64>, tensor<2xi64>) -> tensor<2x2xi64>)";
} // namespace

TEST_F(Contents, Map) {
  Operation *op = parse(kBroadcast);
  auto contents = mapContents(math, op, [&](ArrayRef<Dim> x) { return math.add(math.mul(x[0], 10), x[1]); });
  EXPECT_EQ(numbers(contents), (std::vector<int64_t>{11, 12, 21, 22}));
  EXPECT_FALSE(mapContents(math, op, [&](ArrayRef<Dim> x) { return divideTruncated(math, x[0], 0); }));
  // An operand that is not known.
  op = parse("%x = qc.constant dense<1> : tensor<2xi64>\n"
             "%y = qc.expand %x, %s : (tensor<2xi64>, tensor<2xi64>) -> tensor<2x2xi64>");
  EXPECT_FALSE(mapContents(math, op, [&](ArrayRef<Dim> x) { return x[0]; }));
  // Floats round.
  op = parse("%x = qc.constant dense<1.0> : tensor<2xf32>\n%v = qc.constant dense<2> : tensor<1xi64>\n"
             "%y = qc.expand %x, %v : (tensor<2xf32>, tensor<1xi64>) -> tensor<2xf32>");
  EXPECT_FALSE(mapContents(math, op, [&](ArrayRef<Dim> x) { return x[0]; }));
}

TEST_F(Contents, Division) {
  auto divide = [&](int64_t a, int64_t b) { return divideTruncated(math, a, b)->getKnown(); };
  auto remainder = [&](int64_t a, int64_t b) { return remainderTruncated(math, a, b)->getKnown(); };
  EXPECT_EQ(divide(-7, 2), -3);
  EXPECT_EQ(remainder(-7, 2), -1);
  EXPECT_EQ(divide(7, -2), -3);
  EXPECT_EQ(remainder(7, -2), 1);
  EXPECT_FALSE(divideTruncated(math, 7, 0));
  EXPECT_FALSE(divideTruncated(math, INT64_MIN, -1));
  EXPECT_FALSE(divideTruncated(math, Dim::unknown(), 2));
}

TEST_F(Contents, Cast) {
  auto cast = [&](StringRef value, StringRef from, StringRef to) {
    // Types are all that is looked at.
    Operation *op = parse(("%x = qc.constant dense<" + value + "> : tensor<1x" + from +
                           ">\n%v = qc.constant dense<1> : " + "tensor<1xi64>\n%y = qc.expand %x, %v : (tensor<1x" +
                           from + ">, tensor<1xi64>) -> tensor<1x" + from + ">")
                              .str());
    op->getResult(0).setType(RankedTensorType::get({1}, parseType(to, &context)));
    return numbers(castContents(math, op));
  };
  using Numbers = std::vector<int64_t>;
  EXPECT_EQ(cast("7", "i64", "i32"), Numbers{7});
  EXPECT_EQ(cast("5000000000", "i64", "i32"), Numbers{}); // wraps
  EXPECT_EQ(cast("7", "i32", "i1"), Numbers{1});
  EXPECT_EQ(cast("0", "i32", "i1"), Numbers{0});
  EXPECT_EQ(cast("16777216", "i64", "f32"), Numbers{16777216});
  EXPECT_EQ(cast("16777217", "i64", "f32"), Numbers{}); // rounds
  EXPECT_EQ(cast("7.0", "f32", "i64"), Numbers{7});
  EXPECT_EQ(cast("7.5", "f32", "i64"), Numbers{}); // no integer
}
