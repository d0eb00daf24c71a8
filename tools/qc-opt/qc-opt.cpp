// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-opt: runs passes on MLIR files.
#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "qc/Pipelines/Registration.h"
#include "qc/Text/Nesting.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Regex.h"
#include "llvm/Support/ToolOutputFile.h"
#include "llvm/Support/raw_ostream.h"

/// MLIR takes a filter that is no regular expression for one that matches nothing.
static bool checkRemarkFilters(const mlir::MlirOptMainConfig &config) {
  const std::pair<const char *, std::string> filters[] = {
      {"--remarks-filter", config.getRemarksAllFilter()},
      {"--remarks-filter-analyse", config.getRemarksAnalyseFilter()},
      {"--remarks-filter-failed", config.getRemarksFailedFilter()},
      {"--remarks-filter-missed", config.getRemarksMissedFilter()},
      {"--remarks-filter-passed", config.getRemarksPassedFilter()}};
  for (const auto &[flag, filter] : filters)
    if (std::string why; !filter.empty() && !llvm::Regex(filter).isValid(why)) {
      llvm::errs() << "error: " << flag << "='" << filter << "' is no regular expression: " << why
                   << "; it takes one over the names of passes, as 'qc-.*'\n";
      return false;
    }
  return true;
}

/// What the function of MLIR that takes names of files does, but looks at the text before it is parsed.
static llvm::LogicalResult runPasses(const std::string &input, const std::string &output,
                                     const mlir::MlirOptMainConfig &config, mlir::DialectRegistry &registry) {
  std::string error;
  std::unique_ptr<llvm::MemoryBuffer> file = mlir::openInputFile(input, &error);
  if (file && !mlir::isBytecode(*file) && qc::isNestedTooDeeply(file->getBuffer())) {
    llvm::errs() << "error: cannot read '" << input << "': it is nested too deeply, accepted are at most "
                 << qc::kMaxNesting << " levels\n";
    return llvm::failure();
  }
  std::unique_ptr<llvm::ToolOutputFile> result = file ? mlir::openOutputFile(output, &error) : nullptr;
  if (!result) {
    llvm::errs() << error << "\n";
    return llvm::failure();
  }
  if (failed(mlir::MlirOptMain(result->os(), std::move(file), registry, config)))
    return llvm::failure();
  result->keep(); // else it is removed
  return llvm::success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  mlir::DialectRegistry registry;
  qc::registerDialects(registry);
  qc::registerPasses();
  auto [input, output] = mlir::registerAndParseCLIOptions(argc, argv, "qc pass driver\n", registry);
  mlir::MlirOptMainConfig config = mlir::MlirOptMainConfig::createFromCLOptions();
  if (!checkRemarkFilters(config))
    return 1;
  if (config.shouldShowDialects() || config.shouldListPasses()) // read nothing
    return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, input, output, registry));
  return mlir::asMainReturnCode(runPasses(input, output, config, registry));
}
