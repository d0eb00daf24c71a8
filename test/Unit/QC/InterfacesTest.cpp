// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What operations of qc tell about themselves: rounding, formats, weights, channel axes, cost, functions.
#include "dialects/QC/QC.h"
#include "mlir/Parser/Parser.h"
#include "qc/Arith/Functions.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace mlir;
using namespace qc;

namespace {
struct Interfaces : testing::Test {
  Interfaces() { context.loadDialect<QCDialect, func::FuncDialect>(); }

  // The last operation before the return of a function with `body`.
  Operation *parse(StringRef arguments, StringRef body) {
    std::string text = ("func.func @f(" + arguments + ") {\n" + body + "\nreturn\n}").str();
    module = parseSourceString<ModuleOp>(text, &context);
    if (!module)
      return nullptr;
    auto function = cast<func::FuncOp>(module->getBody()->front());
    return function.getBody().front().getTerminator()->getPrevNode();
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

// The facts of a contraction.
struct Facts {
  std::optional<unsigned> weight, bias;
  int64_t weightAxis, resultAxis;
};

void expectFacts(Operation *op, const Facts &facts) {
  ASSERT_NE(op, nullptr);
  auto interface = cast<IntegerFormOpInterface>(op);
  EXPECT_TRUE(interface.getRoundingTraits().isContraction);
  EXPECT_EQ(interface.getWeightOperand(), facts.weight);
  EXPECT_EQ(interface.getBiasOperand(), facts.bias);
  EXPECT_EQ(interface.getWeightChannelAxis(), facts.weightAxis);
  EXPECT_EQ(interface.getResultChannelAxis(), facts.resultAxis);
}

constexpr char kConv[] =
    "{strides = array<i64: 1>, pads = array<i64: 1, 1>, dilations = array<i64: 1>, group = 2 : i64} ";
} // namespace

TEST_F(Interfaces, Conv) {
  Operation *op = parse("%x: tensor<2x4x8xf32>, %w: tensor<6x2x3xf32>, %b: tensor<6xf32>",
                        std::string("%y = qc.conv %x, %w bias %b ") + kConv +
                            ": (tensor<2x4x8xf32>, tensor<6x2x3xf32>, tensor<6xf32>) -> tensor<2x6x8xf32>");
  expectFacts(op, {1, 2, 0, 1});
  EXPECT_EQ(cast<CostOpInterface>(op).getMacs(), 2 * 6 * 8 * 2 * 3);
  op = parse("%x: tensor<?x4x8xf32>, %w: tensor<6x2x3xf32>",
             std::string("%y = qc.conv %x, %w ") + kConv +
                 ": (tensor<?x4x8xf32>, tensor<6x2x3xf32>) -> tensor<?x6x8xf32>");
  expectFacts(op, {1, std::nullopt, 0, 1});
  EXPECT_EQ(cast<CostOpInterface>(op).getMacs(), std::nullopt);
}

TEST_F(Interfaces, Gemm) {
  for (bool transposed : {false, true}) {
    std::string b = transposed ? "tensor<4x8xf32>" : "tensor<8x4xf32>";
    Operation *op =
        parse("%a: tensor<8x2xf32>, %b: " + b + ", %c: tensor<4xf32>",
              "%y = qc.gemm %a, %b plus %c {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = true, trans_b = " +
                  std::string(transposed ? "true" : "false") + "} : (tensor<8x2xf32>, " + b +
                  ", tensor<4xf32>) -> tensor<2x4xf32>");
    expectFacts(op, {1, 2, transposed ? 0 : 1, 1});
    EXPECT_EQ(cast<CostOpInterface>(op).getMacs(), 2 * 4 * 8);
  }
}

TEST_F(Interfaces, MatMul) {
  Operation *op = parse("%a: tensor<5x2x8xf32>, %b: tensor<8x4xf32>, %c: tensor<4xf32>",
                        "%y = qc.matmul %a, %b bias %c : (tensor<5x2x8xf32>, tensor<8x4xf32>, tensor<4xf32>) -> "
                        "tensor<5x2x4xf32>");
  expectFacts(op, {1, 2, 1, 2});
  EXPECT_EQ(cast<CostOpInterface>(op).getMacs(), 5 * 2 * 8 * 4);
  op = parse("%a: tensor<8xf32>, %b: tensor<8xf32>",
             "%y = qc.matmul %a, %b : (tensor<8xf32>, tensor<8xf32>) -> tensor<f32>");
  expectFacts(op, {1, std::nullopt, -1, -1}); // no column, no channel
  EXPECT_EQ(cast<CostOpInterface>(op).getMacs(), 8);
}

TEST_F(Interfaces, CostBeyond64BitsIsUnknown) {
  Operation *op =
      parse("%a: tensor<4294967296x4294967296xf32>, %b: tensor<4294967296x4294967296xf32>",
            "%y = qc.matmul %a, %b : (tensor<4294967296x4294967296xf32>, tensor<4294967296x4294967296xf32>) "
            "-> tensor<4294967296x4294967296xf32>");
  ASSERT_NE(op, nullptr);
  EXPECT_EQ(cast<CostOpInterface>(op).getMacs(), std::nullopt);
}

// The rounding traits of `op` in words.
static std::string describeTraits(Operation *op) {
  RoundingTraits traits = cast<IntegerFormOpInterface>(op).getRoundingTraits();
  std::string text;
  for (auto [name, isSet] : {std::pair("contraction ", traits.isContraction),
                             {"residual ", traits.isResidual},
                             {"clamp ", traits.isClamp},
                             {"step ", traits.isTableStep},
                             {"moves ", traits.movesCodes},
                             {"joins ", traits.joinsOperands}})
    text += isSet ? name : "";
  return text;
}

TEST_F(Interfaces, RoundingTraits) {
  const std::pair<const char *, const char *> cases[] = {
      {"%y = qc.add %x, %x : (tensor<1x2x3xf32>, tensor<1x2x3xf32>) -> tensor<1x2x3xf32>", "residual "},
      {"%y = qc.mul %x, %x : (tensor<1x2x3xf32>, tensor<1x2x3xf32>) -> tensor<1x2x3xf32>", ""},
      {"%k = qc.constant dense<2.0> : tensor<1xf32>\n%y = qc.add %x, %k : (tensor<1x2x3xf32>, tensor<1xf32>) -> "
       "tensor<1x2x3xf32>",
       "step "},
      {"%y = qc.relu %x : (tensor<1x2x3xf32>) -> tensor<1x2x3xf32>", "clamp step "},
      {"%y = qc.hard_swish %x : (tensor<1x2x3xf32>) -> tensor<1x2x3xf32>", "step "},
      {"%y = qc.hard_sigmoid %x {alpha = 0.2 : f32, beta = 0.5 : f32} : (tensor<1x2x3xf32>) -> tensor<1x2x3xf32>",
       "step "},
      {"%y = qc.clip %x : (tensor<1x2x3xf32>) -> tensor<1x2x3xf32>", "clamp step "},
      {"%y = qc.global_avg_pool %x : (tensor<1x2x3xf32>) -> tensor<1x2x1xf32>", ""},
      {"%y = qc.reshape %x {shape = array<i64: 6>} : (tensor<1x2x3xf32>) -> tensor<6xf32>", "moves "},
      {"%y = qc.transpose %x {perm = array<i64: 1, 0, 2>} : (tensor<1x2x3xf32>) -> tensor<2x1x3xf32>", "moves "},
      {"%y = qc.concat %x, %x {axis = 0 : i64} : (tensor<1x2x3xf32>, tensor<1x2x3xf32>) -> tensor<2x2x3xf32>",
       "moves joins "},
  };
  for (auto [text, traits] : cases) {
    Operation *op = parse("%x: tensor<1x2x3xf32>", text);
    ASSERT_NE(op, nullptr) << text;
    EXPECT_EQ(describeTraits(op), traits) << text;
    EXPECT_EQ(cast<IntegerFormOpInterface>(op).explainFloat(), "") << text;
  }
}

// The candidates of `op` as the text of assignments, each behind its name.
static std::string describeCandidates(Operation *op) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  for (const FormatCandidate &candidate : cast<IntegerFormOpInterface>(op).getCandidates())
    stream << candidate.name << " "
           << AssignmentAttr::get(op->getContext(), candidate.result, candidate.operands,
                                  StringAttr::get(op->getContext(), candidate.whyNot), DecidedBy::Default)
           << "\n";
  return text;
}

TEST_F(Interfaces, Candidates) {
  Operation *op = parse("%x: tensor<?x2xf32>", "%w = qc.constant dense<1.0> : tensor<2x4xf32>\n"
                                               "%b = qc.constant dense<1.0> : tensor<4xf32>\n"
                                               "%y = qc.matmul %x, %w bias %b : (tensor<?x2xf32>, tensor<2x4xf32>, "
                                               "tensor<4xf32>) -> tensor<?x4xf32>");
  EXPECT_EQ(describeCandidates(op),
            "float #qc.assignment<f32, [f32, f32, f32], \"\", default>\n"
            "int8 #qc.assignment<ui8, [ui8, i8 axis 1, i32 axis 0], \"\", default>\n"
            "w8a16 #qc.assignment<ui16, [ui16, i8 axis 1, i64 axis 0], \"\", default>\n"
            "w4a8 #qc.assignment<ui8, [ui8, i4 axis 1 block 32, i32 axis 0], \"its sums have "
            "2 weights of 2 channels, 4 bits are for at least 32 of 8\", default>\n"
            "w4a16 #qc.assignment<ui16, [ui16, i4 axis 1 block 32, i64 axis 0], \"its sums have "
            "2 weights of 2 channels, 4 bits are for at least 32 of 8\", default>\n");
  op = parse("%x: tensor<2x2xf32>, %v: tensor<2x2xf32>",
             "%y = qc.matmul %x, %v : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>");
  EXPECT_EQ(describeCandidates(op),
            "float #qc.assignment<f32, [f32, f32], \"\", default>\n"
            "int8 #qc.assignment<ui8, [ui8, ui8], \"\", default>\n"
            "w8a16 #qc.assignment<ui16, [ui16, ui16], \"\", default>\n"
            "w4a8 #qc.assignment<ui8, [ui8, ui8], \"its second operand is computed, weights of "
            "4 bits are constant\", default>\n"
            "w4a16 #qc.assignment<ui16, [ui16, ui16], \"its second operand is computed, weights "
            "of 4 bits are constant\", default>\n");
  op = parse("%x: tensor<1x2x3xf32>", "%y = qc.softmax %x {axis = 2 : i64} : (tensor<1x2x3xf32>) -> tensor<1x2x3xf32>");
  EXPECT_EQ(describeCandidates(op), "float #qc.assignment<f32, [f32], \"\", default>\n"
                                    "int8 #qc.assignment<ui8, [ui8], \"\", default>\n"
                                    "w8a16 #qc.assignment<ui16, [ui16], \"\", default>\n"
                                    "w4a8 #qc.assignment<ui8, [ui8], \"\", default>\n"
                                    "w4a16 #qc.assignment<ui16, [ui16], \"\", default>\n");
  EXPECT_TRUE(cast<IntegerFormOpInterface>(op).getRoundingTraits().isWeighting);
  op = parse("%x: tensor<1x2x?xf32>", "%y = qc.softmax %x {axis = 1 : i64} : (tensor<1x2x?xf32>) -> tensor<1x2x?xf32>");
  EXPECT_EQ(cast<IntegerFormOpInterface>(op).explainFloat(), "");
  EXPECT_FALSE(cast<IntegerFormOpInterface>(op).getRoundingTraits().isWeighting);
  op = parse("%x: tensor<1x2x?xf32>", "%y = qc.softmax %x {axis = 2 : i64} : (tensor<1x2x?xf32>) -> tensor<1x2x?xf32>");
  EXPECT_EQ(cast<IntegerFormOpInterface>(op).explainFloat(), "the length of its rows is not known");
  op = parse("%x: tensor<70000xf32>", "%y = qc.softmax %x {axis = 0 : i64} : (tensor<70000xf32>) -> tensor<70000xf32>");
  EXPECT_EQ(cast<IntegerFormOpInterface>(op).explainFloat(),
            "its rows have up to 70000 elements, the integer form takes at most 65793");
  op = parse("%m: tensor<2x3xi1>", "%y = qc.mean_weights %m {axis = 1 : i64} : (tensor<2x3xi1>) -> tensor<2x3xf32>");
  EXPECT_TRUE(cast<IntegerFormOpInterface>(op).getRoundingTraits().isWeighting);
  EXPECT_TRUE(cast<IntegerFormOpInterface>(op).getDataOperands().empty());
  op = parse("%m: tensor<2x?xi1>", "%y = qc.mean_weights %m {axis = 1 : i64} : (tensor<2x?xi1>) -> tensor<2x?xf32>");
  EXPECT_EQ(cast<IntegerFormOpInterface>(op).explainFloat(), "the length of its rows is not known");
  op = parse("%x: tensor<?x2x?xf32>", "%y = qc.global_avg_pool %x : (tensor<?x2x?xf32>) -> tensor<?x2x1xf32>");
  EXPECT_EQ(cast<IntegerFormOpInterface>(op).explainFloat(), "it averages over a dimension that is not known");
}

TEST_F(Interfaces, ClipNeedsConstantBounds) {
  auto clip = [&](StringRef lo) {
    return cast<ClipOp>(parse("%x: tensor<3xf32>, %b: tensor<f32>",
                              ("%c = qc.constant dense<" + lo + "> : tensor<f32>\n" +
                               "%y = qc.clip %x min %c : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>")
                                  .str()));
  };
  ClipOp op = clip("-1.5");
  EXPECT_EQ(describeTraits(op), "clamp step ");
  EXPECT_EQ(op.getConstantBounds(), std::make_pair(-1.5f, std::numeric_limits<float>::infinity()));
  EXPECT_EQ(op.applyF64(-3.0), -1.5);
  EXPECT_EQ(op.applyF64(1e300), 1e300);
  op = clip("0x7FC00000");
  EXPECT_EQ(describeTraits(op), "");
  EXPECT_EQ(op.applyF64(1.0), std::nullopt);
  Operation *computed = parse("%x: tensor<3xf32>, %b: tensor<f32>",
                              "%y = qc.clip %x max %b : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>");
  EXPECT_EQ(describeTraits(computed), "");
  EXPECT_EQ(cast<ClipOp>(computed).explainFloat(),
            "clip has an integer form only with constant bounds that are not NaN");
}

TEST_F(Interfaces, UnaryFunctions) {
  Operation *op = parse("%x: tensor<3xf32>", "%y = qc.hard_sigmoid %x {alpha = 0.25 : f32, beta = 0.5 : f32} : "
                                             "(tensor<3xf32>) -> tensor<3xf32>");
  EXPECT_EQ(cast<UnaryFunctionOpInterface>(op).applyF64(1.0), 0.75);
  op = parse("%x: tensor<3xf32>", "%y = qc.relu %x : (tensor<3xf32>) -> tensor<3xf32>");
  EXPECT_EQ(cast<UnaryFunctionOpInterface>(op).applyF64(-1.0), 0.0);
  op = parse("%x: tensor<3xf32>", "%y = qc.hard_swish %x : (tensor<3xf32>) -> tensor<3xf32>");
  EXPECT_EQ(cast<UnaryFunctionOpInterface>(op).applyF64(4.0), 4.0);
  EXPECT_EQ(cast<UnaryFunctionOpInterface>(op).applyF64(1.0), qc::numerics::hardSwish(1.0));
}
