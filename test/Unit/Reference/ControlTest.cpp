// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Branches, loops, recurrent cells: which values they give, and what has no meaning.
#include "ReferenceTest.h"
#include "qc/Arith/FloatFunctions.h"

using namespace mlir;
using namespace qc;
namespace f32 = qc::numerics::f32;

namespace {
struct Control : ReferenceTest {};
} // namespace

// The branch that is not taken would be refused, and is not even looked at.
TEST_F(Control, onlyTheBranchThatIsTaken) {
  const char text[] = R"(
    func.func @main(%c: tensor<i1>, %x: tensor<2xi64>, %z: tensor<2xi64>) -> (tensor<2xi64>, tensor<2xi64>) {
      %n = qc.neg %x : (tensor<2xi64>) -> tensor<2xi64>
      %y = qc.if %c : (tensor<i1>) -> tensor<2xi64> {
        %d = qc.div %n, %z : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi64>
        qc.yield %d : tensor<2xi64>
      } else {
        qc.yield %n : tensor<2xi64>
      }
      return %y, %n : tensor<2xi64>, tensor<2xi64>
    })";
  std::vector<TensorValue> inputs{value("tensor<i1>", {0}), value("tensor<2xi64>", {6, 8}),
                                  value("tensor<2xi64>", {0, 2})};
  std::vector<TensorValue> results = evaluateModule(text, inputs);
  ASSERT_EQ(results.size(), 2u) << errors;
  EXPECT_INTEGERS(results[0], {-6, -8});
  inputs[0] = value("tensor<i1>", {1});
  EXPECT_TRUE(evaluateModule(text, inputs).empty());
  EXPECT_ERROR("expects divisors that are not 0");
  inputs[2] = value("tensor<2xi64>", {3, 2});
  results = evaluateModule(text, inputs);
  ASSERT_EQ(results.size(), 2u) << errors;
  EXPECT_INTEGERS(results[0], {-2, -4});
}

// Values that change places, scan outputs forward and backward, a value from outside in every iteration.
TEST_F(Control, loops) {
  const char text[] = R"(
    func.func @main(%n: tensor<i64>, %c: tensor<1xi1>, %a: tensor<i64>, %b: tensor<i64>)
        -> (tensor<i64>, tensor<i64>, tensor<?xi64>, tensor<?xi64>) {
      %true = qc.constant dense<true> : tensor<i1>
      %y:4 = qc.loop trips(%n) while(%c) carries(%a, %b) {backward = array<i1: false, true>}
          : (tensor<i64>, tensor<1xi1>, tensor<i64>, tensor<i64>) -> (tensor<i64>, tensor<i64>, tensor<?xi64>, tensor<?xi64>) {
      ^bb0(%i: tensor<i64>, %p: tensor<i64>, %q: tensor<i64>):
        %s = qc.add %p, %b : (tensor<i64>, tensor<i64>) -> tensor<i64>
        qc.yield %true, %q, %s, %i, %s : tensor<i1>, tensor<i64>, tensor<i64>, tensor<i64>, tensor<i64>
      }
      return %y#0, %y#1, %y#2, %y#3 : tensor<i64>, tensor<i64>, tensor<?xi64>, tensor<?xi64>
    })";
  auto run = [&](double trips, double condition) {
    return evaluateModule(text, {value("tensor<i64>", {trips}), value("tensor<1xi1>", {condition}),
                                 value("tensor<i64>", {5}), value("tensor<i64>", {10})});
  };
  std::vector<TensorValue> results = run(3, 1);
  ASSERT_EQ(results.size(), 4u) << errors;
  EXPECT_INTEGERS(results[0], {20}); // (5, 10), (10, 15), (15, 20), (20, 25)
  EXPECT_INTEGERS(results[1], {25});
  EXPECT_INTEGERS(results[2], {0, 1, 2});
  EXPECT_INTEGERS(results[3], {25, 20, 15});
  for (auto [trips, condition] : {std::pair(-1, 1), std::pair(0, 1), std::pair(3, 0)}) {
    results = run(trips, condition);
    ASSERT_EQ(results.size(), 4u) << errors;
    EXPECT_INTEGERS(results[0], {5});
    EXPECT_EQ(results[2].getNumElements(), 0);
  }
}

TEST_F(Control, whileTheConditionHolds) {
  const char text[] = R"(
    func.func @main(%c: tensor<i1>, %x: tensor<f32>, %limit: tensor<f32>) -> tensor<f32> {
      %y = qc.loop while(%c) carries(%x) {backward = array<i1>} : (tensor<i1>, tensor<f32>) -> tensor<f32> {
      ^bb0(%i: tensor<i64>, %a: tensor<f32>):
        %b = qc.add %a, %a : (tensor<f32>, tensor<f32>) -> tensor<f32>
        %d = qc.less %b, %limit : (tensor<f32>, tensor<f32>) -> tensor<i1>
        qc.yield %d, %b : tensor<i1>, tensor<f32>
      }
      return %y : tensor<f32>
    })";
  std::vector<TensorValue> results =
      evaluateModule(text, {value("tensor<i1>", {1}), value("tensor<f32>", {3}), value("tensor<f32>", {20})});
  ASSERT_EQ(results.size(), 1u) << errors;
  EXPECT_BITS(results[0], {24});
}

TEST_F(Control, carriedValuesKeepTheirShapes) {
  const char text[] = R"(
    func.func @main(%n: tensor<i64>, %x: tensor<?xf32>) -> tensor<?xf32> {
      %true = qc.constant dense<true> : tensor<i1>
      %y = qc.loop trips(%n) carries(%x) {backward = array<i1>} : (tensor<i64>, tensor<?xf32>) -> tensor<?xf32> {
      ^bb0(%i: tensor<i64>, %a: tensor<?xf32>):
        %b = qc.concat %a, %a {axis = 0 : i64} : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
        qc.yield %true, %b : tensor<i1>, tensor<?xf32>
      }
      return %y : tensor<?xf32>
    })";
  EXPECT_TRUE(evaluateModule(text, {value("tensor<i64>", {2}), value("tensor<1xf32>", {1})}).empty());
  EXPECT_ERROR(
      "expects carried values that keep their shapes, got one that is 'tensor<1xf32>' and becomes 'tensor<2xf32>'");
}

TEST_F(Control, cells) {
  // Gates i, o, f, g of two elements.
  TensorValue gates = value("tensor<1x8xf32>", {0.5, -1, 2, 0.25, -0.5, 3, 1, -2}),
              c = value("tensor<1x2xf32>", {2, -4});
  auto sigmoid = [](float x) { return f32::sigmoid(x); };
  auto tanh = [](float x) { return f32::tanh(x); };
  float cell0 = sigmoid(-0.5f) * 2.0f + sigmoid(0.5f) * tanh(1), cell1 = sigmoid(3) * -4.0f + sigmoid(-1) * tanh(-2);
  EXPECT_BITS(evaluate("qc.lstm_cell %0, %1", {gates, c}, "tensor<2x1x2xf32>"),
              {sigmoid(2) * tanh(cell0), sigmoid(0.25f) * tanh(cell1), cell0, cell1});
  TensorValue x = value("tensor<1x3xf32>", {0.5, -1, 2}), r = value("tensor<1x3xf32>", {1, 0.25, -3}),
              h = value("tensor<1x1xf32>", {0.75});
  float z = sigmoid(1.5f), n = tanh(2.0f + sigmoid(-0.75f) * -3.0f);
  EXPECT_BITS(evaluate("qc.gru_cell %0, %1, %2", {x, r, h}, "tensor<1x1xf32>"), {(1.0f - z) * n + z * 0.75f});
  EXPECT_BITS(evaluate("qc.gru_cell %0, %1, %2", {x, value("tensor<1x3xf32>", {kNaN, 0, 0}), h}, "tensor<1x1xf32>"),
              {kNaN});
}
