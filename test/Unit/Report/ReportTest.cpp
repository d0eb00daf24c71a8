// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Texts of diagnostics and reports.
#include "mlir/IR/Builders.h"
#include "mlir/IR/Location.h"
#include "qc/Report/CompileReport.h"
#include "qc/Report/Diagnostics.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace qc;

TEST(Report, GroupDigits) {
  EXPECT_EQ(groupDigits(0), "0");
  EXPECT_EQ(groupDigits(999), "999");
  EXPECT_EQ(groupDigits(1000), "1,000");
  EXPECT_EQ(groupDigits(-123456), "-123,456");
  EXPECT_EQ(groupDigits(1234567), "1,234,567");
}

TEST(Report, Text) {
  EXPECT_EQ(makePrintable("a\nb\x7f\xc3\xa9"), "a?b?\xc3\xa9");
  EXPECT_EQ(makePrintable("\xff-\xc3-\xe2\x82\xac-\xe2\x82"), "?-?-\xe2\x82\xac-??");
  EXPECT_EQ(makePrintable("\xc2\x9b"), "??"); // a control character in two bytes
  EXPECT_EQ(makeParagraph("a:\n\n  b\n"), "a:\n  b");
}

TEST(Report, Shorten) {
  std::string name(81, 'n');
  EXPECT_EQ(shorten("reads '" + std::string(80, 'n') + "', which"), "reads '" + std::string(80, 'n') + "', which");
  EXPECT_EQ(shorten("reads '" + name + "', which"),
            "reads '" + name.substr(0, 40) + "..." + name.substr(0, 37) + "', which");
  EXPECT_EQ(shorten("\"" + name + "\"").size(), 82u);
  EXPECT_EQ(shorten("it's " + name + " isn't"), "it's " + name + " isn't");
  // Characters are not cut, paths stay.
  std::string umlauts;
  for (int i = 0; i < 50; ++i)
    umlauts += "x\xc3\xa4";
  EXPECT_EQ(makePrintable(shorten("'" + umlauts + "'")).find('?'), std::string::npos);
  std::string path = "'/tmp/" + name + ".onnx'";
  EXPECT_EQ(shorten(path), path);
  EXPECT_EQ(shorten("'tensor<1x2x3x4x5x6x7x8xf32>' and 1x2"), "'tensor<1x2x3x4x5x6x7x8xf32>' and 1x2");
  EXPECT_EQ(shorten("'tensor<1x2x3x?x5x6x7x8x9xf32>'"), "'tensor<1x2x3x...x7x8x9xf32>'");
  EXPECT_EQ(shorten("the shape [1, 2, 3, 4, -1, 6, 7, 8, 9, 10]"), "the shape [1, 2, 3, ..., 8, 9, 10]");
  EXPECT_EQ(shorten("x:1,N,3"), "x:1,N,3");
  EXPECT_EQ(shorten("'unfinished"), "'unfinished");
  // The end of one name begins no other.
  std::string between = "='qc-[' is " + std::string(90, '-') + ", as 'qc-.*'";
  EXPECT_EQ(shorten(between), between);
  EXPECT_EQ(shorten(""), "");
}

// Whatever a tool says of a model begins with its file; a name that is the file's stands for the whole model.
TEST(Report, DiagnosticsOfAModel) {
  MLIRContext context;
  std::string text;
  llvm::raw_string_ostream os(text);
  {
    DiagnosticPrinter printer(&context, os);
    Builder builder(&context);
    (void)mlir::emitError(UnknownLoc::get(&context), "before");
    printer.setModel("nets/a.onnx");
    (void)mlir::emitError(NameLoc::get(builder.getStringAttr("conv")), "is wrong");
    (void)mlir::emitError(NameLoc::get(builder.getStringAttr("a.onnx")), "too");
    (void)mlir::emitWarning(UnknownLoc::get(&context), "so");
    (void)mlir::emitRemark(NameLoc::get(builder.getStringAttr("a.onnx")), "as");
    (void)mlir::emitError(FileLineColLoc::get(&context, "m.mlir", 3, 5), "here");
  }
  EXPECT_EQ(text, "error: before\nerror: nets/a.onnx: \"conv\": is wrong\nerror: nets/a.onnx: too\n"
                  "warning: nets/a.onnx: so\nremark: \"a.onnx\": as\nm.mlir:3:5: error: here\n");
}

TEST(Report, Diagnostics) {
  MLIRContext context;
  std::string text;
  llvm::raw_string_ostream os(text);
  {
    DiagnosticPrinter printer(&context, os);
    Builder builder(&context);
    Location name = NameLoc::get(builder.getStringAttr("conv"));
    Location file = FileLineColLoc::get(&context, "m.mlir", 3, 5);
    (void)mlir::emitError(name, "is wrong");
    (void)mlir::emitError(FusedLoc::get(&context, {UnknownLoc::get(&context), name}), "too");
    (void)(mlir::emitError(file, "here").attachNote(UnknownLoc::get(&context)) << "because");
    for (int i = 0; i < 9; ++i)
      (void)mlir::emitError(name, "again");
  }
  EXPECT_TRUE(StringRef(text).starts_with("error: \"conv\": is wrong\nerror: \"conv\": too\nm.mlir:3:5: error: here\n"
                                          "note: because\nerror: \"conv\": again\n"));
  EXPECT_TRUE(StringRef(text).ends_with("again\nerror: 2 more\n"));
  EXPECT_EQ(StringRef(text).count("again"), 7u);
}
