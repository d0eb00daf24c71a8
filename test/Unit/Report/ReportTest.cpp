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
