// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the tests of the importer share: models made by test/Import/Inputs/makeModels.py, and their import as text.
#pragma once
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "qc/Import/ONNX/Import.h"
#include <gtest/gtest.h>

namespace qc {

/// A folder of models, made once per suite and removed afterwards.
class ImportTest : public ::testing::Test {
protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite();
  static std::string &folder();
  static std::string file(llvm::StringRef model) { return folder() + "/models/" + model.str() + ".onnx"; }

  /// The module of model file `path` as text behind its warnings and remarks, or "error: " and the diagnostics.
  std::string importFile(llvm::StringRef path, const ImportOptions &options = {});
  std::string import(llvm::StringRef model, const ImportOptions &options = {}) {
    return importFile(file(model), options);
  }

  mlir::MLIRContext context;
  bool printLocations = false;
  bool printModules = true; ///< else every module is "module"
};

#define EXPECT_CONTAINS(text, part)                                                                                    \
  do {                                                                                                                 \
    const std::string &whole = (text);                                                                                 \
    EXPECT_NE(whole.find(part), std::string::npos) << "missing: " << (part) << "\ntext is: " << whole;                 \
  } while (false)

} // namespace qc
