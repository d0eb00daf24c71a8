// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What operations of qc tell about themselves: roles, weights, channel axes, cost, functions.
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

struct Facts {
  QuantRole role;
  std::optional<unsigned> weight, bias;
  int64_t weightAxis, resultAxis;
};

void expectFacts(Operation *op, const Facts &facts) {
  ASSERT_NE(op, nullptr);
  auto interface = cast<QuantizationOpInterface>(op);
  EXPECT_EQ(interface.getQuantRole(), facts.role);
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
  expectFacts(op, {QuantRole::Contraction, 1, 2, 0, 1});
  EXPECT_EQ(cast<CostOpInterface>(op).getMacs(), 2 * 6 * 8 * 2 * 3);
  op = parse("%x: tensor<?x4x8xf32>, %w: tensor<6x2x3xf32>",
             std::string("%y = qc.conv %x, %w ") + kConv +
                 ": (tensor<?x4x8xf32>, tensor<6x2x3xf32>) -> tensor<?x6x8xf32>");
  expectFacts(op, {QuantRole::Contraction, 1, std::nullopt, 0, 1});
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
    expectFacts(op, {QuantRole::Contraction, 1, 2, transposed ? 0 : 1, 1});
    EXPECT_EQ(cast<CostOpInterface>(op).getMacs(), 2 * 4 * 8);
  }
}

TEST_F(Interfaces, MatMul) {
  Operation *op = parse("%a: tensor<5x2x8xf32>, %b: tensor<8x4xf32>, %c: tensor<4xf32>",
                        "%y = qc.matmul %a, %b bias %c : (tensor<5x2x8xf32>, tensor<8x4xf32>, tensor<4xf32>) -> "
                        "tensor<5x2x4xf32>");
  expectFacts(op, {QuantRole::Contraction, 1, 2, 1, 2});
  EXPECT_EQ(cast<CostOpInterface>(op).getMacs(), 5 * 2 * 8 * 4);
  op = parse("%a: tensor<8xf32>, %b: tensor<8xf32>",
             "%y = qc.matmul %a, %b : (tensor<8xf32>, tensor<8xf32>) -> tensor<f32>");
  expectFacts(op, {QuantRole::Contraction, 1, std::nullopt, -1, -1}); // no column, no channel
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

TEST_F(Interfaces, Roles) {
  const std::pair<const char *, QuantRole> cases[] = {
      {"%y = qc.add %x, %x : (tensor<1x2x3xf32>, tensor<1x2x3xf32>) -> tensor<1x2x3xf32>", QuantRole::Add},
      {"%y = qc.mul %x, %x : (tensor<1x2x3xf32>, tensor<1x2x3xf32>) -> tensor<1x2x3xf32>", QuantRole::Mul},
      {"%y = qc.relu %x : (tensor<1x2x3xf32>) -> tensor<1x2x3xf32>", QuantRole::Unary},
      {"%y = qc.hard_swish %x : (tensor<1x2x3xf32>) -> tensor<1x2x3xf32>", QuantRole::Unary},
      {"%y = qc.hard_sigmoid %x {alpha = 0.2 : f32, beta = 0.5 : f32} : (tensor<1x2x3xf32>) -> tensor<1x2x3xf32>",
       QuantRole::Unary},
      {"%y = qc.clip %x : (tensor<1x2x3xf32>) -> tensor<1x2x3xf32>", QuantRole::Unary},
      {"%y = qc.global_avg_pool %x : (tensor<1x2x3xf32>) -> tensor<1x2x1xf32>", QuantRole::AveragePool},
      {"%y = qc.reshape %x {shape = array<i64: 6>} : (tensor<1x2x3xf32>) -> tensor<6xf32>", QuantRole::PassThrough},
      {"%y = qc.transpose %x {perm = array<i64: 1, 0, 2>} : (tensor<1x2x3xf32>) -> tensor<2x1x3xf32>",
       QuantRole::PassThrough},
      {"%y = qc.concat %x, %x {axis = 0 : i64} : (tensor<1x2x3xf32>, tensor<1x2x3xf32>) -> tensor<2x2x3xf32>",
       QuantRole::Concat},
      {"%y = qc.softmax %x {axis = 2 : i64} : (tensor<1x2x3xf32>) -> tensor<1x2x3xf32>", QuantRole::Island},
  };
  for (auto [text, role] : cases) {
    Operation *op = parse("%x: tensor<1x2x3xf32>", text);
    ASSERT_NE(op, nullptr) << text;
    EXPECT_EQ(cast<QuantizationOpInterface>(op).getQuantRole(), role) << text;
    EXPECT_FALSE(cast<QuantizationOpInterface>(op).getIslandReason().empty()) << text;
  }
}

TEST_F(Interfaces, ClipNeedsConstantBounds) {
  auto clip = [&](StringRef lo) {
    return cast<ClipOp>(parse("%x: tensor<3xf32>, %b: tensor<f32>",
                              ("%c = qc.constant dense<" + lo + "> : tensor<f32>\n" +
                               "%y = qc.clip %x min %c : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>")
                                  .str()));
  };
  ClipOp op = clip("-1.5");
  EXPECT_EQ(op.getQuantRole(), QuantRole::Unary);
  EXPECT_EQ(op.getConstantBounds(), std::make_pair(-1.5f, std::numeric_limits<float>::infinity()));
  EXPECT_EQ(op.applyF64(-3.0), -1.5);
  EXPECT_EQ(op.applyF64(1e300), 1e300);
  op = clip("0x7FC00000");
  EXPECT_EQ(op.getQuantRole(), QuantRole::Island);
  EXPECT_EQ(op.applyF64(1.0), std::nullopt);
  Operation *computed = parse("%x: tensor<3xf32>, %b: tensor<f32>",
                              "%y = qc.clip %x max %b : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>");
  EXPECT_EQ(cast<ClipOp>(computed).getQuantRole(), QuantRole::Island);
  EXPECT_EQ(cast<ClipOp>(computed).getIslandReason(),
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
