// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Samples of a batch stay apart, or not.
#include "qc/Analysis/Samples.h"
#include "mlir/Parser/Parser.h"
#include "qc/Reference/Evaluate.h"
#include <gtest/gtest.h>

using namespace mlir;
using namespace qc;

namespace {
struct SamplesTest : testing::Test {
  SamplesTest() {
    DialectRegistry registry;
    registry.insert<QCDialect, func::FuncDialect>();
    registerReferenceModels(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
  }

  /// Of  x: [N, 3] -> y  with that body; `type` is that of y.
  func::FuncOp parse(const std::string &body, const std::string &type = "tensor<?x3xf32>") {
    std::string text = "module attributes {qc.symbols = {N = array<i64: 0, -1>}} {\n"
                       "func.func @main(%x: tensor<?x3xf32> {qc.dims = [\"N\", \"\"]}) -> (" +
                       type + " {qc.name = \"y\"}) {\n" + body + "\nreturn %y : " + type + " }\n}";
    module = parseSourceString<ModuleOp>(text, &context);
    EXPECT_TRUE(module);
    return module->lookupSymbol<func::FuncOp>("main");
  }
  bool areRows(const std::string &body) {
    func::FuncOp main = parse(body);
    return beginWithOneSymbol(main, *SizeAnalysis::analyze(main));
  }
  std::string explain(const std::string &body, const std::string &type = "tensor<?x3xf32>") {
    func::FuncOp main = parse(body, type);
    FailureOr<std::string> why = explainMeeting(main, *SizeAnalysis::analyze(main), {"N"});
    return succeeded(why) ? *why : "unknown";
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};
} // namespace

static std::string reshape(StringRef name, StringRef from, StringRef shape, StringRef types) {
  return ("%" + name + " = qc.reshape %" + from + " {shape = array<i64: " + shape + ">} : " + types + "\n").str();
}

TEST_F(SamplesTest, Rows) {
  const std::string mean = "%m = qc.reduce mean %x {axes = array<i64: ",
                    sub = "%y = qc.sub %x, %m : (tensor<?x3xf32>, ";
  EXPECT_TRUE(areRows("%y = qc.relu %x : (tensor<?x3xf32>) -> tensor<?x3xf32>"));
  EXPECT_TRUE(areRows(mean + "1>, keep_dims = true} : (tensor<?x3xf32>) -> tensor<?x1xf32>\n" + sub +
                      "tensor<?x1xf32>) -> tensor<?x3xf32>"));
  EXPECT_FALSE(areRows(mean + "0>, keep_dims = true} : (tensor<?x3xf32>) -> tensor<1x3xf32>\n" + sub +
                       "tensor<1x3xf32>) -> tensor<?x3xf32>"));
  EXPECT_FALSE(areRows("%y = qc.softmax %x {axis = 0 : i64} : (tensor<?x3xf32>) -> tensor<?x3xf32>"));
  const std::string transpose =
      "%t = qc.transpose %x {perm = array<i64: 1, 0>} : (tensor<?x3xf32>) -> tensor<3x?xf32>\n";
  EXPECT_FALSE(areRows(transpose + "%p = qc.matmul %t, %x : (tensor<3x?xf32>, tensor<?x3xf32>) -> tensor<3x3xf32>\n"
                                   "%y = qc.matmul %x, %p : (tensor<?x3xf32>, tensor<3x3xf32>) -> tensor<?x3xf32>"));
  EXPECT_FALSE(areRows(transpose + "%p = qc.matmul %x, %t : (tensor<?x3xf32>, tensor<3x?xf32>) -> tensor<?x?xf32>\n"
                                   "%y = qc.matmul %p, %x : (tensor<?x?xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>"));
}

// What a slice leaves out depends on how many samples there are.
TEST_F(SamplesTest, Slices) {
  auto slice = [](const char *axis, const char *start, const char *end, const char *result) {
    return std::string("%s = qc.slice %x {axes = array<i64: ") + axis + ">, starts = array<i64: " + start +
           ">, ends = array<i64: " + end + ">, steps = array<i64: 1>} : (tensor<?x3xf32>) -> " + result + "\n";
  };
  const std::string add = "%y = qc.add %x, %s : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>",
                    all = "9223372036854775807";
  EXPECT_EQ(explain(slice("0", "-1", all.c_str(), "tensor<?x3xf32>") + add), "samples of a batch meet in 'slice'");
  EXPECT_EQ(explain(slice("0", "0", "1", "tensor<?x3xf32>") + add), "samples of a batch meet in 'slice'");
  EXPECT_EQ(explain(slice("0", "0", all.c_str(), "tensor<?x3xf32>") + add), "");
  EXPECT_EQ(explain(slice("1", "0", "1", "tensor<?x1xf32>") +
                    "%y = qc.add %x, %s : (tensor<?x3xf32>, tensor<?x1xf32>) -> tensor<?x3xf32>"),
            "");
}

// A reshape keeps samples whole, or mixes them; sizes alone do not say which.
TEST_F(SamplesTest, Reshapes) {
  const std::string flat = reshape("f", "x", "-1", "(tensor<?x3xf32>) -> tensor<?xf32>"),
                    back = reshape("y", "g", "-1, 3", "(tensor<?xf32>) -> tensor<?x3xf32>"),
                    relu = "%g = qc.relu %f : (tensor<?xf32>) -> tensor<?xf32>\n";
  EXPECT_EQ(explain(flat + relu + back), "");
  EXPECT_EQ(explain(reshape("t", "x", "3, -1", "(tensor<?x3xf32>) -> tensor<3x?xf32>") +
                    "%y = qc.transpose %t {perm = array<i64: 1, 0>} : (tensor<3x?xf32>) -> tensor<?x3xf32>"),
            "samples of a batch meet in 'reshape'");
  // Rows of three: of N samples, or of the three positions of N.
  const std::string turn = "%t = qc.transpose %x {perm = array<i64: 1, 0>} : (tensor<?x3xf32>) -> tensor<3x?xf32>\n";
  EXPECT_EQ(explain(turn + reshape("g", "t", "-1", "(tensor<3x?xf32>) -> tensor<?xf32>") + back),
            "samples of a batch meet in 'reshape'");
  // Beside each other they are added; one has samples outside, the other inside.
  EXPECT_EQ(explain(flat + turn + reshape("h", "t", "-1", "(tensor<3x?xf32>) -> tensor<?xf32>") +
                    "%g = qc.add %f, %h : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>\n" + back),
            "samples of a batch meet in 'add'");
}

// Behind the batch may be what only a run shows to be equal.
TEST_F(SamplesTest, UnknownBehind) {
  module = parseSourceString<ModuleOp>(R"(
    module attributes {qc.symbols = {N = array<i64: 0, -1>, W = array<i64: 1, 2048>}} {
    func.func @main(%x: tensor<?x?x3xf32> {qc.dims = ["N", "W", ""]}) -> (tensor<?x2x3xf32> {qc.name = "y"}) {
      %n = qc.shape %x {start = 0 : i64, end = 1 : i64} : (tensor<?x?x3xf32>) -> tensor<1xi64>
      %b = qc.constant dense<[2, 3]> : tensor<2xi64>
      %s = qc.concat %n, %b {axis = 0 : i64} : (tensor<1xi64>, tensor<2xi64>) -> tensor<3xi64>
      %y = qc.dynamic_reshape %x, %s {allow_zero = false} : (tensor<?x?x3xf32>, tensor<3xi64>) -> tensor<?x2x3xf32>
      return %y : tensor<?x2x3xf32>
    }})",
                                       &context);
  ASSERT_TRUE(module);
  auto main = module->lookupSymbol<func::FuncOp>("main");
  EXPECT_TRUE(beginWithOneSymbol(main, *SizeAnalysis::analyze(main)));
}

// Results of samples are put behind each other along the first dimension.
TEST_F(SamplesTest, Outputs) {
  EXPECT_EQ(explain("%y = qc.transpose %x {perm = array<i64: 1, 0>} : (tensor<?x3xf32>) -> tensor<3x?xf32>",
                    "tensor<3x?xf32>"),
            "output 'y' does not begin with the batch");
  EXPECT_EQ(explain(reshape("y", "x", "1, -1", "(tensor<?x3xf32>) -> tensor<1x?xf32>"), "tensor<1x?xf32>"),
            "output 'y' does not begin with the batch");
  EXPECT_EQ(explain(reshape("y", "x", "-1", "(tensor<?x3xf32>) -> tensor<?xf32>"), "tensor<?xf32>"), "");
}

// Branches and iterations hand on where samples are.
TEST_F(SamplesTest, Regions) {
  auto loop = [](const std::string &step) {
    return reshape("f", "x", "-1", "(tensor<?x3xf32>) -> tensor<?xf32>") +
           "%n = qc.constant dense<2> : tensor<1xi64>\n%true = qc.constant dense<true> : tensor<i1>\n"
           "%g = qc.loop trips(%n) carries(%f) {backward = array<i1>} : (tensor<1xi64>, tensor<?xf32>) -> "
           "(tensor<?xf32>) {\n^bb0(%i: tensor<i64>, %a: tensor<?xf32>):\n" +
           step + "qc.yield %true, %b : tensor<i1>, tensor<?xf32>\n}\n" +
           reshape("y", "g", "-1, 3", "(tensor<?xf32>) -> tensor<?x3xf32>");
  };
  EXPECT_EQ(explain(loop("%b = qc.relu %a : (tensor<?xf32>) -> tensor<?xf32>\n")), "");
  EXPECT_EQ(explain(loop(reshape("r", "a", "-1, 3", "(tensor<?xf32>) -> tensor<?x3xf32>") +
                         "%t = qc.transpose %r {perm = array<i64: 1, 0>} : (tensor<?x3xf32>) -> tensor<3x?xf32>\n" +
                         reshape("b", "t", "-1", "(tensor<3x?xf32>) -> tensor<?xf32>"))),
            "samples of a batch meet in 'yield'");
}

// What a loop begins with may hold no samples; what it carries then does.
TEST_F(SamplesTest, CarriedFromNothing) {
  const std::string loop =
      "%s = qc.shape %x {start = 0 : i64, end = 1 : i64} : (tensor<?x3xf32>) -> tensor<1xi64>\n"
      "%three = qc.constant dense<3> : tensor<1xi64>\n%true = qc.constant dense<true> : tensor<i1>\n"
      "%m = qc.mul %s, %three : (tensor<1xi64>, tensor<1xi64>) -> tensor<1xi64>\n"
      "%z = qc.constant_of_shape %m {value = dense<0.0> : tensor<1xf32>} : (tensor<1xi64>) -> tensor<?xf32>\n"
      "%l = qc.loop trips(%three) carries(%z) {backward = array<i1>} : (tensor<1xi64>, tensor<?xf32>) -> "
      "(tensor<?xf32>) {\n^bb0(%i: tensor<i64>, %a: tensor<?xf32>):\n" +
      reshape("f", "x", "-1", "(tensor<?x3xf32>) -> tensor<?xf32>") +
      "%b = qc.add %a, %f : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>\n"
      "qc.yield %true, %b : tensor<i1>, tensor<?xf32>\n}\n" +
      reshape("y", "l", "-1, 3", "(tensor<?xf32>) -> tensor<?x3xf32>");
  EXPECT_EQ(explain(loop), "samples of a batch meet in 'yield'");
}

// How many samples there are leaves a body as a value.
TEST_F(SamplesTest, CountsYielded) {
  const std::string loop =
      "%zero = qc.constant dense<0> : tensor<1xi64>\n%two = qc.constant dense<2> : tensor<1xi64>\n"
      "%true = qc.constant dense<true> : tensor<i1>\n"
      "%l = qc.loop trips(%two) carries(%zero) {backward = array<i1>} : (tensor<1xi64>, tensor<1xi64>) -> "
      "(tensor<1xi64>) {\n^bb0(%i: tensor<i64>, %a: tensor<1xi64>):\n"
      "%s = qc.shape %x {start = 0 : i64, end = 1 : i64} : (tensor<?x3xf32>) -> tensor<1xi64>\n"
      "qc.yield %true, %s : tensor<i1>, tensor<1xi64>\n}\n"
      "%f = qc.cast %l {to = f32} : (tensor<1xi64>) -> tensor<1xf32>\n"
      "%y = qc.mul %x, %f : (tensor<?x3xf32>, tensor<1xf32>) -> tensor<?x3xf32>";
  EXPECT_EQ(explain(loop), "samples of a batch meet in 'yield'");
}

// Sample n of the indices must not look up position n of a table.
TEST_F(SamplesTest, LookedUp) {
  const std::string indices = "%i = qc.cast %x {to = i64} : (tensor<?x3xf32>) -> tensor<?x3xi64>\n";
  EXPECT_EQ(explain(indices + "%t = qc.constant dense<1.0> : tensor<5x4xf32>\n"
                              "%y = qc.gather_elements %t, %i {axis = 1 : i64} : (tensor<5x4xf32>, tensor<?x3xi64>) -> "
                              "tensor<?x3xf32>"),
            "samples of a batch meet in 'gather_elements'");
  EXPECT_EQ(explain(indices + "%y = qc.gather_elements %x, %i {axis = 1 : i64} : (tensor<?x3xf32>, tensor<?x3xi64>) -> "
                              "tensor<?x3xf32>"),
            "");
}

// Sizes that are computed, and leave the batch alone.
TEST_F(SamplesTest, ComputedSizes) {
  const std::string shape =
      "%s = qc.shape %x {start = 0 : i64, end = 1 : i64} : (tensor<?x3xf32>) -> tensor<1xi64>\n"
      "%one = qc.constant dense<1> : tensor<1xi64>\n"
      "%r = qc.concat %s, %one {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>) -> tensor<2xi64>\n";
  auto tile = [&](const std::string &table, const std::string &type) {
    return shape + "%t = qc.constant dense<" + table + "> : " + type +
           "\n%u = qc.tile %t by %r {repeats = array<i64: -9223372036854775808, 1>} : (" + type +
           ", tensor<2xi64>) -> tensor<?x3xf32>\n";
  };
  const std::string add = "%y = qc.add %x, %u : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>";
  EXPECT_EQ(explain(tile("[[1.0, 2.0, 3.0]]", "tensor<1x3xf32>") + add), "");
  EXPECT_NE(explain(tile("[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]", "tensor<2x3xf32>") + add), "");
}
