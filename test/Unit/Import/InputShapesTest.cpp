// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Binding of input dimensions.
#include "ImportTest.h"

using namespace qc;

namespace {
struct InputShapesTest : ImportTest {
  std::string with(llvm::StringRef model, llvm::ArrayRef<const char *> shapes,
                   llvm::ArrayRef<const char *> ranges = {}) {
    ImportOptions options;
    for (const char *shape : shapes)
      options.inputShapes.push_back(llvm::cantFail(parseInputShape(shape)));
    for (const char *range : ranges)
      options.ranges.push_back(llvm::cantFail(parseSymbolRange(range)));
    return import(model, options);
  }
};
} // namespace

static std::string getError(llvm::StringRef text) {
  llvm::Expected<InputShape> shape = parseInputShape(text);
  return shape ? "no error" : llvm::toString(shape.takeError());
}

static std::string getRangeError(llvm::StringRef text) {
  llvm::Expected<SymbolRange> range = parseSymbolRange(text);
  return range ? "no error" : llvm::toString(range.takeError());
}

static std::string spell(llvm::StringRef text) {
  std::string spelled;
  for (const InputDim &dim : llvm::cantFail(parseInputShape(text)).dims)
    spelled += dim.isSize() ? std::to_string(dim.size) + ";" : "'" + dim.symbol + "';";
  return spelled;
}

TEST(ParseInputShape, lastColonSplits) {
  EXPECT_EQ(llvm::cantFail(parseInputShape("a:b=c:1x3x0")).name, "a:b=c");
  EXPECT_EQ(spell("a:b=c:1x3x0"), "1;3;0;");
  EXPECT_EQ(spell("x:"), "");
}

TEST(ParseInputShape, numbersAndNames) {
  EXPECT_EQ(spell("x:N,3,48,W"), "'N';3;48;'W';");
  EXPECT_EQ(spell("x:1,3, 0"), "1;3;0;");
  EXPECT_EQ(spell("x:?,p2o.DynamicDimension.0,_a-1"), "'';'p2o.DynamicDimension.0';'_a-1';");
  EXPECT_EQ(spell("x:N"), "'N';");
  EXPECT_EQ(spell("x:NxCxH"), "'NxCxH';");
}

TEST(ParseInputShape, refusals) {
  EXPECT_CONTAINS(getError("x"), "is not of the form NAME:1x3x8x8 or NAME:N,3,8,8");
  EXPECT_CONTAINS(getError(":1"), "is not of the form");
  for (const char *text : {"x:1xx2", "x:-1", "x:1x", "x:+1", "x:99999999999999999999", "x:1X2", "x:1xN", "x:1,,2",
                           "x:N,", "x:N,-1", "x:N,3x4", "x:N,a b", "x:N,1a"})
    EXPECT_CONTAINS(getError(text), "accepted are numbers from 0");
}

TEST(ParseSymbolRange, endsMayBeOpen) {
  SymbolRange range = llvm::cantFail(parseSymbolRange("a=b=16:2048"));
  EXPECT_EQ(range.symbol, "a=b");
  EXPECT_EQ(range.low, 16);
  EXPECT_EQ(range.high, 2048);
  EXPECT_EQ(llvm::cantFail(parseSymbolRange("W=16:")).high, -1);
  EXPECT_EQ(llvm::cantFail(parseSymbolRange("W=:16")).low, 0);
  EXPECT_EQ(llvm::cantFail(parseSymbolRange("W=7:7")).high, 7);
}

TEST(ParseSymbolRange, refusals) {
  for (const char *text : {"W", "=1:2", "W=", "W=1", "W=:", "W=1:2:3", "W=-1:2", "W=1:x", "W=2:1", "W=1:-1"})
    EXPECT_CONTAINS(getRangeError(text), "accepted is SYMBOL=LOW:HIGH");
}

TEST_F(InputShapesTest, aLoneLeadingSymbolIsOne) {
  EXPECT_CONTAINS(import("symbolic_batch"), "tensor<1x3xf32>");
  EXPECT_CONTAINS(with("symbolic_batch", {"x:5x3"}), "tensor<5x3xf32>");
  EXPECT_CONTAINS(import("minus_one"), "tensor<1x3xf32>");
  // Not where an input has no samples.
  EXPECT_CONTAINS(import("batch_and_table"), "%arg0: tensor<?x3xf32> {qc.dims = [\"N\", \"\"]");
  EXPECT_CONTAINS(with("two_batches", {"a:5x3"}), "%arg1: tensor<?x4xf32> {qc.dims = [\"M\", \"\"]");
  EXPECT_CONTAINS(import("sample_mean"), "%arg0: tensor<1x3xf32>");
}

// Names that differ may be sizes that differ.
TEST_F(InputShapesTest, twoLeadingSymbolsStay) {
  EXPECT_CONTAINS(import("two_batches"), "qc.symbols = {M = array<i64: 0, -1>, N = array<i64: 0, -1>}");
}

// A model of one sample would be another model.
TEST_F(InputShapesTest, aBatchWhoseSamplesMeetStays) {
  for (const char *name : {"batch_mean", "batch_concat", "batch_softmax", "batch_backward", "batch_last"}) {
    SCOPED_TRACE(name);
    EXPECT_CONTAINS(import(name), "samples of a batch meet in '");
    EXPECT_CONTAINS(import(name), "%arg0: tensor<?x3xf32> {qc.dims = [\"N\", \"\"]");
  }
  EXPECT_CONTAINS(with("batch_mean", {"x:1x3"}), "%arg0: tensor<1x3xf32>");
}

TEST_F(InputShapesTest, symbolsStay) {
  std::string text = import("symbolic");
  EXPECT_CONTAINS(text, "qc.symbols = {H = array<i64: 0, -1>, N = array<i64: 0, -1>}");
  EXPECT_CONTAINS(text, "%arg0: tensor<?x3x?xf32> {qc.dims = [\"N\", \"\", \"H\"], qc.name = \"x\"}");
  EXPECT_CONTAINS(text, "%arg1: tensor<?x1x1xf32> {qc.dims = [\"N\", \"\", \"\"], qc.name = \"z\"}");
}

// "?", no size and a negative one are sizes of their own, whatever other dimensions are called.
TEST_F(InputShapesTest, anonymousSymbols) {
  std::string text = import("two_unknown-1");
  EXPECT_CONTAINS(text, "qc.dims = [\"x.0\", \"\", \"x.2_2\", \"x.2\"]");
  EXPECT_EQ(text.find("remark"), std::string::npos) << text;
  EXPECT_CONTAINS(import("two_unknown-5"),
                  "dimension 2 of input 'x' is -5, which is no dimension: it counts as unknown "
                  "('x.2_2')");
}

TEST_F(InputShapesTest, givenNamesAndSizes) {
  // N of z follows from x.
  std::string text = with("symbolic", {"x:2,3,H"});
  EXPECT_CONTAINS(text, "%arg0: tensor<2x3x?xf32> {qc.dims = [\"\", \"\", \"H\"]");
  EXPECT_CONTAINS(text, "%arg1: tensor<2x1x1xf32> {qc.name = \"z\"}");
  text = with("symbolic", {"x:batch,3,?"}, {"batch=1:8", "H=16:"});
  EXPECT_CONTAINS(text, "qc.symbols = {H = array<i64: 16, -1>, batch = array<i64: 1, 8>}");
  EXPECT_CONTAINS(text, "%arg1: tensor<?x1x1xf32> {qc.dims = [\"batch\", \"\", \"\"]");
  // Two that are given one name are one.
  EXPECT_CONTAINS(with("two_batches", {"a:B,3", "b:B,4"}), "qc.symbols = {B = array<i64: 0, -1>}");
  // What is named, or has a range, is no batch that is 1 silently.
  EXPECT_CONTAINS(with("symbolic_batch", {"x:N,3"}), "tensor<?x3xf32>");
  EXPECT_CONTAINS(with("symbolic_batch", {}, {"N=1:8"}), "tensor<?x3xf32>");
  EXPECT_CONTAINS(with("symbolic", {"x:2x3x8"}), "%arg1: tensor<2x1x1xf32>");
}

TEST_F(InputShapesTest, unknownShape) {
  EXPECT_CONTAINS(import("no_shape"), "input 'x' is declared without a shape");
  EXPECT_CONTAINS(with("no_shape", {"x:7"}), "tensor<7xf32>");
  EXPECT_CONTAINS(with("no_shape", {"x:L,?"}), "qc.dims = [\"L\", \"x.1\"]");
}

TEST_F(InputShapesTest, refusals) {
  EXPECT_CONTAINS(with("symbolic_batch", {"z:1x3"}), "a shape is given for input 'z', the inputs are 'x'");
  EXPECT_CONTAINS(with("symbolic_batch", {"x:1x3", "x:2x3"}), "is given two shapes");
  EXPECT_CONTAINS(with("symbolic_batch", {"x:1x4"}), "dimension 1 of input 'x' is 3, not 4 as given");
  EXPECT_CONTAINS(with("symbolic_batch", {"x:1,C"}), "dimension 1 of input 'x' is 3, not 'C' as given");
  EXPECT_CONTAINS(with("symbolic_batch", {"x:1x3x1"}), "has rank 2, the shape given has rank 3");
  EXPECT_CONTAINS(with("symbolic_batch", {"x:NxC"}), "('NxC'; names take commas between them)");
  EXPECT_CONTAINS(with("no_shape", {"x:4294967296x4294967296"}), "input 'x' has more than 2^63 bytes");
  EXPECT_CONTAINS(with("symbolic", {"x:2x3x8", "z:4x1x1"}), "dimension 'N' is given as 2 and, for input 'z', as 4");
  EXPECT_CONTAINS(with("symbolic", {"x:A,3,8", "z:B,1,1"}), "dimension 'N' is given as 'A' and, for input 'z', as 'B'");
  EXPECT_CONTAINS(with("symbolic", {"x:H,3,8"}),
                  "dimension 'N' is given as 'H', which is another dimension of the model");
}

TEST_F(InputShapesTest, rangesOfUnknownSymbols) {
  EXPECT_CONTAINS(with("symbolic", {}, {"W=1:8"}), "--range is for 'W', the symbols are 'H', 'N'");
  EXPECT_CONTAINS(with("symbolic", {"x:batch,3,?"}, {"N=1:8"}), "--range is for 'N', the symbols are 'H', 'batch'");
  EXPECT_CONTAINS(with("symbolic", {"x:2x3x8"}, {"N=1:8"}), "the symbols are none: all dimensions have sizes");
  EXPECT_CONTAINS(with("symbolic", {}, {"N=1:8", "N=1:8"}), "--range gives 'N' two ranges");
}

// Names of outputs' dimensions are labels.
TEST_F(InputShapesTest, labelsOfOutputs) {
  std::string text = import("labels");
  EXPECT_CONTAINS(text, "-> tensor<?x2xf32>");
  EXPECT_EQ(text.find("remark"), std::string::npos) << text;
  text = with("labels", {"x:2x3"});
  EXPECT_CONTAINS(text, "output 'z' has a dimension named 'A' of size 3, elsewhere 'A' is 2");
  EXPECT_CONTAINS(text, "-> tensor<3x2xf32>");
}

TEST_F(InputShapesTest, shapesOfSymbols) {
  EXPECT_CONTAINS(import("symbolic_flatten"), "{shape = array<i64: -2, -1>} : (tensor<?x3x?xf32>) -> tensor<?x?xf32>");
  EXPECT_CONTAINS(with("symbolic_flatten_one", {"x:N,3,4"}), "{shape = array<i64: -1, 12>}");
  auto reshape = [&](int i) { return with("symbolic_reshape_" + std::to_string(i), {"x:N,3,4"}); };
  EXPECT_CONTAINS(reshape(0), "{shape = array<i64: -2, 12>}");
  EXPECT_CONTAINS(reshape(1), "{shape = array<i64: -2, 12>}");
  EXPECT_CONTAINS(reshape(2), "cannot give an input of shape [?, 3, 4] the shape [0, 6]");
  EXPECT_CONTAINS(reshape(3), "{shape = array<i64: -1, 6>}");
  EXPECT_CONTAINS(reshape(4), "-> tensor<2x12xf32>"); // N is 2, or running fails
  EXPECT_CONTAINS(reshape(5), "cannot give an input of shape [?, 3, 4] the shape [0, 5, -1]");
  EXPECT_CONTAINS(with("symbolic_softmax_11", {"x:N,3,4"}), "{shape = array<i64: -1, 3, 4>}");
}

TEST_F(InputShapesTest, windowsOfSymbols) {
  EXPECT_CONTAINS(import("symbolic_same_1"), "pads = array<i64: 1, 0, 1, 1>");
  EXPECT_CONTAINS(import("symbolic_same_2"),
                  "attribute 'auto_pad' makes padding of spatial axis 0, whose size is known "
                  "at run time only, with stride 2");
  EXPECT_CONTAINS(import("symbolic_kernel"), "has weights whose kernel size is known at run time only");
  EXPECT_CONTAINS(import("symbolic_dropout"), "has a mask of a size that is known at run time only");
}
