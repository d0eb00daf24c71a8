// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-opt: runs passes on MLIR files.
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "qc/Pipelines/Registration.h"
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

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  qc::registerDialects(registry);
  qc::registerPasses();
  auto [input, output] = mlir::registerAndParseCLIOptions(argc, argv, "qc pass driver\n", registry);
  if (!checkRemarkFilters(mlir::MlirOptMainConfig::createFromCLOptions()))
    return 1;
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, input, output, registry));
}
