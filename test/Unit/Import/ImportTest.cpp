// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the tests of the importer share.
#include "ImportTest.h"
#include "mlir/IR/AsmState.h"
#include "llvm/Support/FileSystem.h"

using namespace qc;

std::string &ImportTest::folder() {
  static std::string path;
  return path;
}

void ImportTest::SetUpTestSuite() {
  llvm::SmallString<128> path;
  ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("qc-import", path));
  folder() = path.str().str();
  std::string command = std::string(QC_PYTHON) + " " QC_TEST_DIR "/Import/Inputs/makeModels.py " + folder() + "/models";
  ASSERT_EQ(std::system(command.c_str()), 0);
}

void ImportTest::TearDownTestSuite() { (void)llvm::sys::fs::remove_directories(folder()); }

std::string ImportTest::importFile(llvm::StringRef path, const ImportOptions &options) {
  std::string errors, text;
  llvm::raw_string_ostream out(text);
  mlir::ScopedDiagnosticHandler collect(&context, [&](mlir::Diagnostic &diagnostic) {
    bool isError = diagnostic.getSeverity() == mlir::DiagnosticSeverity::Error;
    llvm::raw_string_ostream out(isError ? errors : text);
    out << (isError                                                         ? "error: "
            : diagnostic.getSeverity() == mlir::DiagnosticSeverity::Warning ? "warning: "
                                                                            : "remark: ");
    if (auto name = llvm::dyn_cast<mlir::NameLoc>(diagnostic.getLocation()))
      out << name.getName().getValue() << ": ";
    out << diagnostic << "\n";
    return mlir::success();
  });
  mlir::OwningOpRef<mlir::ModuleOp> module = importOnnx(&context, path, options);
  if (!module)
    return (errors.empty() ? "error: nothing said\n" : errors) + text;
  if (!errors.empty())
    return "module, with " + errors + text;
  if (!printModules)
    return "module";
  module->print(out, mlir::OpPrintingFlags().enableDebugInfo(printLocations, /*prettyForm=*/true));
  return text;
}
