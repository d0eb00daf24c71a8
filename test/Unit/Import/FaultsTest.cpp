// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// All faults of a model at once, and what is no fault because nothing reads it.
#include "ImportTest.h"

using namespace qc;

namespace {
struct FaultsTest : ImportTest {
  unsigned countErrors(llvm::StringRef model) { return unsigned(llvm::StringRef(import(model)).count("error: ")); }
};
} // namespace

TEST_F(FaultsTest, whatNobodyReadsIsLeftOut) {
  std::string text = import("unread");
  EXPECT_CONTAINS(text, "remark: unread.onnx: 2 nodes are left out, as no output depends on them: 'unread' (Det), "
                        "'unread too' (Relu)\n");
  EXPECT_EQ(llvm::StringRef(text).count("qc.relu"), 1u) << text;
  EXPECT_CONTAINS(import("unread_many"), "7 nodes are left out, as no output depends on them: 'n0' (Det), 'n1' (Det), "
                                         "'n2' (Det), 'n3' (Det), 'n4' (Det), ...");
  EXPECT_CONTAINS(import("node_without_output"), "1 node is left out, as no output depends on it: 'lost' (Relu)");
}

TEST_F(FaultsTest, allAtOnce) {
  std::string text = import("faults");
  EXPECT_CONTAINS(text, "error: faults.onnx: unsupported operators at opset 13: 1 Det ('fifth')\n");
  EXPECT_CONTAINS(text, "error: first: MaxPool attribute 'kernel_shape' has 1 entries, accepted are 2\n");
  EXPECT_CONTAINS(text, "error: second: Conv expects group * weight channels = input channels, got 1 * 5 and 2\n");
  // Its inputs are results of nodes that failed, but their rank is known.
  EXPECT_CONTAINS(text, "error: third: Concat has axis 9, accepted for rank 4 are -4 to 3\n");
  EXPECT_CONTAINS(text, "error: fourth: Clip has attributes that this version of the operator does not have: 'min'\n");
  EXPECT_CONTAINS(text, "error: faults.onnx: output 'nothing' is defined by nothing\n");
  EXPECT_EQ(countErrors("faults"), 6u) << text; // none of the nodes that only read what failed
}

TEST_F(FaultsTest, aTensorIsRefusedOnce) {
  EXPECT_CONTAINS(import("fault_in_weights"), "error: one: tensor 'w' holds 12 bytes");
  EXPECT_EQ(countErrors("fault_in_weights"), 1u);
  EXPECT_CONTAINS(import("fault_in_input"), "input 'x' has element type f64");
  EXPECT_CONTAINS(import("fault_in_input"), "input 'z' has element type string");
  EXPECT_EQ(countErrors("fault_in_input"), 2u);
}

TEST_F(FaultsTest, unsupportedOperatorsInBodiesAndFunctions) {
  EXPECT_CONTAINS(
      import("bodies"),
      "unsupported operators at opset 13: 1 Det ('flat' in 'outer'); 1 Unique ('deep' in 'inner' in 'outer')");
  EXPECT_CONTAINS(import("bodies"), "error: ");
  EXPECT_EQ(import("bodies").find("left out"), std::string::npos) << "a body reads 'h'";
  EXPECT_CONTAINS(import("function_inside"), "1 Det ('in function' in function 'Twice'); 2 Twice (a function of the "
                                             "model) ('twice', 'again')");
}

TEST_F(FaultsTest, weightsThatAreNoNumbers) {
  EXPECT_CONTAINS(import("nan_weights"), "conv: Conv has a NaN in its weights 'w' (input 1, element 25), accepted are");
  EXPECT_CONTAINS(import("nan_bias"), "gemm: Gemm has a NaN in its weights 'c' (input 2, element 1)");
}

TEST_F(FaultsTest, windowsLargerThanTheInput) {
  // 4 rows. With a stride of 3 the sizes by the formula are 0 and 0, with ceil_mode one window that ends outside.
  EXPECT_CONTAINS(import("window_5_0"), "maxpool: MaxPool expects windows that fit the input, got a kernel of size 5");
  EXPECT_CONTAINS(import("window_7_0"), "maxpool: MaxPool expects windows that fit the input, got a kernel of size 7");
  EXPECT_CONTAINS(import("window_5_1"), "-> tensor<1x2x1x4xf32>");
}

TEST_F(FaultsTest, castsToTheOwnTypeLeaveNothing) {
  EXPECT_CONTAINS(import("cast_own"), "qc.relu %arg0");
  EXPECT_CONTAINS(import("cast_other"), "cast: Cast casts to element type f64, accepted are f32");
}

TEST_F(FaultsTest, olderRuleForCeilMode) {
  EXPECT_EQ(import("ceil_newer").find("warning"), std::string::npos);
  EXPECT_CONTAINS(import("ceil_older"),
                  "warning: ceil_older.onnx: output 'y' is declared with shape [1x4x3x3], computed "
                  "is 'tensor<1x4x3x2xf32>': with ceil_mode, 'p' has no window that starts behind");
  EXPECT_CONTAINS(import("ceil_older"), "return");
  EXPECT_CONTAINS(import("ceil_neither"), "error: ceil_neither.onnx: output 'y' is declared with shape [1x4x3x4]");
  EXPECT_CONTAINS(import("ceil_rank"), "error: ceil_rank.onnx: output 'y' is declared with shape [1x4x9]");
  EXPECT_CONTAINS(import("ceil_other"), "error: ceil_other.onnx: output 'y' is declared with shape [1x2x5x7]");
}
