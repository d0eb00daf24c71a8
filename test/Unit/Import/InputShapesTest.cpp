// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Binding of input dimensions.
#include "ImportTest.h"

using namespace qc;

namespace {
struct InputShapesTest : ImportTest {
  std::string with(llvm::StringRef model, llvm::ArrayRef<const char *> shapes) {
    ImportOptions options;
    for (const char *shape : shapes)
      options.inputShapes.push_back(llvm::cantFail(parseInputShape(shape)));
    return import(model, options);
  }
};
} // namespace

static std::string getError(llvm::StringRef text) {
  llvm::Expected<InputShape> shape = parseInputShape(text);
  return shape ? "no error" : llvm::toString(shape.takeError());
}

TEST(ParseInputShape, lastColonSplits) {
  InputShape shape = llvm::cantFail(parseInputShape("a:b=c:1x3x0"));
  EXPECT_EQ(shape.name, "a:b=c");
  EXPECT_EQ(llvm::ArrayRef<int64_t>(shape.dims), llvm::ArrayRef<int64_t>({1, 3, 0}));
  EXPECT_TRUE(llvm::cantFail(parseInputShape("x:")).dims.empty());
}

TEST(ParseInputShape, refusals) {
  EXPECT_CONTAINS(getError("x"), "is not of the form NAME:1x3x8x8");
  EXPECT_CONTAINS(getError(":1"), "is not of the form");
  for (const char *text : {"x:1xx2", "x:-1", "x:1x", "x:a", "x:+1", "x:99999999999999999999", "x:1X2"})
    EXPECT_CONTAINS(getError(text), "accepted are numbers from 0");
}

TEST_F(InputShapesTest, leadingSymbolIsOne) {
  EXPECT_CONTAINS(import("symbolic_batch"), "tensor<1x3xf32>");
  EXPECT_CONTAINS(with("symbolic_batch", {"x:5x3"}), "tensor<5x3xf32>");
  EXPECT_CONTAINS(import("minus_one"), "tensor<1x3xf32>");
}

TEST_F(InputShapesTest, otherSymbolsMustBeGiven) {
  EXPECT_CONTAINS(import("symbolic"), "dimension 2 of input 'x' is symbolic ('H'); give its shape");
  // N of z follows from x.
  EXPECT_CONTAINS(with("symbolic", {"x:2x3x8"}), "%arg1: tensor<2x1x1xf32>");
  EXPECT_CONTAINS(with("symbolic", {"x:2x3x8", "z:4x1x1"}), "dimension 'N' is given as 2 and, for input 'z', as 4");
}

TEST_F(InputShapesTest, unknownShape) {
  EXPECT_CONTAINS(import("no_shape"), "input 'x' is declared without a shape");
  EXPECT_CONTAINS(with("no_shape", {"x:7"}), "tensor<7xf32>");
}

TEST_F(InputShapesTest, refusals) {
  EXPECT_CONTAINS(with("symbolic_batch", {"z:1x3"}), "a shape is given for input 'z', the inputs are 'x'");
  EXPECT_CONTAINS(with("symbolic_batch", {"x:1x3", "x:2x3"}), "is given two shapes");
  EXPECT_CONTAINS(with("symbolic_batch", {"x:1x4"}), "dimension 1 of input 'x' is 3, not 4 as given");
  EXPECT_CONTAINS(with("symbolic_batch", {"x:1x3x1"}), "has rank 2, the shape given has rank 3");
  EXPECT_CONTAINS(with("no_shape", {"x:4294967296x4294967296"}), "input 'x' has more than 2^63 bytes");
}
