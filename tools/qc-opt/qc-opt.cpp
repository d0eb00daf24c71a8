// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-opt: runs passes on MLIR files.
#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "qc/Files/InputFile.h"
#include "qc/Files/OutputFile.h"
#include "qc/Files/OutputPath.h"
#include "qc/Pipelines/Registration.h"
#include "qc/Text/Nesting.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Regex.h"
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

/// Text before a part that failed, as mlir-opt prints it; an output file is written after success only.
static bool keepsPartialText(const std::string &output, const mlir::MlirOptMainConfig &config) {
  return qc::isStandardOutput(output) && (config.shouldVerifyDiagnostics() || !config.inputSplitMarker().empty());
}

/// The text of `input`, looked at before it is parsed.
static llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> readInput(const std::string &input) {
  llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> file = qc::readCopy(input);
  if (file && !mlir::isBytecode(**file) && qc::isNestedTooDeeply((*file)->getBuffer()))
    return llvm::createStringError("cannot read '" + input + "': it is nested too deeply, accepted are at most " +
                                   llvm::Twine(qc::kMaxNesting) + " levels");
  return file;
}

/// What the function of MLIR that takes names of files does, but the output may be the input, and an old output stays
/// where anything fails.
static llvm::LogicalResult runPasses(const std::string &input, const std::string &output,
                                     const mlir::MlirOptMainConfig &config, mlir::DialectRegistry &registry) {
  auto fail = [](llvm::Error error) {
    llvm::errs() << "error: " << toString(std::move(error)) << "\n";
    return llvm::failure();
  };
  if (llvm::Error error = qc::checkOutputPath(output, {}))
    return fail(std::move(error));
  llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> file = readInput(input);
  if (!file)
    return fail(file.takeError());
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::LogicalResult result = mlir::MlirOptMain(os, std::move(*file), registry, config);
  if (succeeded(result) || keepsPartialText(output, config))
    if (llvm::Error error = qc::writeOutputFile(output, [&](llvm::raw_ostream &to) { to << text; }))
      return fail(std::move(error));
  return result;
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
