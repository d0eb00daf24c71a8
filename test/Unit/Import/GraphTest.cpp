// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Names, borders of the graph, weights.
#include "ImportTest.h"

using namespace qc;

namespace {
struct GraphTest : ImportTest {};
} // namespace

TEST_F(GraphTest, namesSurvive) {
  printLocations = true;
  std::string text = import("conv");
  EXPECT_CONTAINS(text, "func.func @main(%arg0: tensor<1x2x4x4xf32> {qc.name = \"x\"} \"x\") -> (tensor<1x4x2x2xf32> "
                        "{qc.name = \"y\"})");
  EXPECT_CONTAINS(text, "-> tensor<1x4x2x2xf32> \"y\"");
  EXPECT_CONTAINS(text, ": tensor<4xf32> \"b\"");
  EXPECT_EQ(text.find("/"), std::string::npos) << "a path in: " << text;
}

TEST_F(GraphTest, namesMayHoldAnything) {
  printLocations = true;
  // UTF-8 as it is; Latin-1, which is not UTF-8, too.
  std::string text = import("strange_names");
  EXPECT_CONTAINS(text, "qc.name = \"a:b=c/d e\"");
  EXPECT_CONTAINS(text, "qc.name = \"nam\\E9XX\"");
}

TEST_F(GraphTest, moduleCarriesTheVersion) {
  EXPECT_CONTAINS(import("conv"), "module attributes {qc.version = 1 : i64}");
}

TEST_F(GraphTest, inputsAndInitializersAsOutputs) {
  EXPECT_CONTAINS(import("output_is_input"), "return %arg0, %0");
  std::string text = import("output_is_initializer");
  EXPECT_CONTAINS(text, "dense<[0.000000e+00, 1.000000e+00]> : tensor<2xf32>");
  EXPECT_CONTAINS(text, "dense<[0, 1]> : tensor<2xi64>");
  EXPECT_CONTAINS(import("no_nodes"), "return %arg0");
  EXPECT_CONTAINS(import("no_inputs"), "func.func @main() ->");
}

TEST_F(GraphTest, anInputWithInitializerIsAConstant) {
  EXPECT_CONTAINS(import("initializer_as_input"), "@main(%arg0: tensor<2x3x4xf32> {qc.name = \"x\"}) ->");
}

TEST_F(GraphTest, equalWeightsAreOneResource) {
  std::string text = import("large_weights");
  size_t first = text.find("dense_resource<w_"), second = text.find("dense_resource<w_", first + 1);
  ASSERT_NE(second, std::string::npos) << text;
  EXPECT_EQ(text.substr(first, 49), text.substr(second, 49));
  EXPECT_EQ(text.find('>', first) - first, 15u + 2 + 32);
}

// 128 zero bytes as f32 may lie where i64 may not: no sharing, or the saved module is refused for its alignment.
TEST_F(GraphTest, equalBytesOfWiderElementsLieApart) {
  std::string text = import("equal_bytes");
  size_t name = text.find("dense_resource<w_");
  ASSERT_NE(name, std::string::npos) << text;
  std::string first = text.substr(name, 15 + 2 + 32);
  EXPECT_CONTAINS(text, first + "> : tensor<32xf32>");
  EXPECT_CONTAINS(text, first + "_1> : tensor<16xi64>");
}

TEST_F(GraphTest, opsets) {
  EXPECT_CONTAINS(import("opset_28"), "qc.relu");
  EXPECT_CONTAINS(import("opset_10"), "opset_10.onnx: has opset 10, accepted are 11 to 28");
  EXPECT_CONTAINS(import("opset_29"), "has opset 29, accepted are 11 to 28");
  EXPECT_CONTAINS(import("no_opset"), "imports no opset of the default domain");
  EXPECT_CONTAINS(import("ir_15"), "has IR version 15, accepted are 3 to 14");
  EXPECT_CONTAINS(import("hard_swish_too_early"),
                  "unsupported operators at opset 13: 1 HardSwish (from opset 14) ('hardswish')");
}

TEST_F(GraphTest, unsupportedOperatorsAllAtOnce) {
  EXPECT_CONTAINS(
      import("unsupported"),
      "unsupported operators at opset 13: 1 Acos ('acos'); 1 HardSwish (from opset 14) ('y'); 7 Tan ('tan_0', "
      "'tan_1', 'tan_2', 'tan_3', 'tan_4', ...); 1 com.example.Fancy ('fancy')");
  EXPECT_CONTAINS(import("function"), "1 Twice (a function of the model) ('twice')");
}

TEST_F(GraphTest, wrongGraphs) {
  EXPECT_CONTAINS(import("duplicate_tensor"), "r2: tensor 'y' is defined twice");
  EXPECT_CONTAINS(import("duplicate_initializer"), "w: tensor 'w' is defined twice");
  EXPECT_CONTAINS(import("duplicate_input"), "x: tensor 'x' is defined twice");
  EXPECT_CONTAINS(import("duplicate_output"), "output 'y' is listed twice");
  EXPECT_CONTAINS(import("unsorted"), "second: Relu reads tensor 'a' before node 'first' defines it");
  EXPECT_CONTAINS(import("cycle"), "add: Add reads tensor 'y' before node 'add' defines it");
  EXPECT_CONTAINS(import("undefined"), "relu: Relu reads tensor 'nowhere', which nothing defines");
  EXPECT_CONTAINS(import("undefined_output"), "output 'y' is defined by nothing");
  EXPECT_CONTAINS(import("no_outputs"), "the graph has no outputs");
  EXPECT_CONTAINS(import("empty_names"), "input 1 has no name");
}

TEST_F(GraphTest, declaredOutputsMustAgree) {
  EXPECT_CONTAINS(import("wrong_declared_shape"),
                  "output 'y' is declared with shape [2x3x5], computed is 'tensor<2x3x4xf32>'");
  EXPECT_CONTAINS(import("wrong_declared_rank"), "output 'y' is declared with shape [2x12]");
  EXPECT_CONTAINS(import("wrong_declared_type"), "output 'y' is declared with element type i32");
}

TEST_F(GraphTest, declaredInitializersMustAgree) {
  EXPECT_CONTAINS(import("initializer_open_input"), "qc.add");
  EXPECT_CONTAINS(import("initializer_other_shape"),
                  "w: initializer 'w' has shape [4], the graph input of that name is declared with [5]");
  EXPECT_CONTAINS(import("initializer_other_rank"), "initializer 'w' has shape [4], the graph input of that name is "
                                                    "declared with []");
  EXPECT_CONTAINS(import("initializer_other_type"),
                  "initializer 'w' has element type f32, the graph input of that name "
                  "is declared with i64");
}

TEST_F(GraphTest, surplusOutputs) {
  EXPECT_CONTAINS(import("surplus_output"), "relu: Relu has output 1 'z', accepted is 1 output");
  EXPECT_CONTAINS(import("surplus_output_dropout"), "drop: Dropout has output 2 'z', accepted are at most 2 outputs");
  EXPECT_CONTAINS(import("empty_outputs"), "qc.relu");
}

TEST_F(GraphTest, wrongMessages) {
  EXPECT_CONTAINS(import("attribute_type"), "flatten: Flatten attribute 'axis' is a float, accepted is an integer");
  EXPECT_CONTAINS(import("attribute_twice"), "Flatten has attribute 'axis' twice");
  EXPECT_CONTAINS(import("short_initializer"), "add: tensor 'w' holds 12 bytes, 4 of f32 needs 16");
  EXPECT_CONTAINS(import("float8_initializer"), "tensor 'w' has element type element type 17");
  EXPECT_CONTAINS(import("sequence_input"), "input 'x' is a sequence, accepted are tensors");
  EXPECT_CONTAINS(import("sparse"), "qc.relu"); // without a name, so that nothing reads it
  EXPECT_CONTAINS(import("no_graph"), "holds no graph");
}
