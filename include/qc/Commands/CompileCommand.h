// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-compile as a function: the command line in, an exit code out.
#pragma once
#include <functional>
#include <string>
#include <vector>

namespace qc {

/// The options of qc-compile as they are typed (docs/UserGuide.md). Empty: not given.
struct CompileCommand {
  std::string input, output;
  std::string from, to; ///< phases
  std::string emit;     ///< what is made, where the name of `output` does not say it
  bool isFloat = false;
  bool integerOnly = false;
  std::string calibrationData;
  std::string ignoreKeys; ///< arrays of the data that are not for the model, with commas between them
  std::string rules;
  std::string qdqStyle;
  std::string rangeMethod;                           ///< how ranges follow from calibration
  std::string wideValues;                            ///< "auto" or "none"
  std::string biasCorrection;                        ///< "true" or "false"
  std::string operandCovariances;                    ///< likewise
  std::string latencyBudget, sizeBudget, bopsBudget; ///< limits of a search: "1.1x" or a number
  std::string maxDrop;                               ///< "sqnr=25", "agreement=0.99"
  std::string pareto;                                ///< file of the front of a search
  std::string searchTime;                            ///< "5m"
  std::string costs;                                 ///< file of a cost table
  std::string searchCache;                           ///< folder, or "none"
  std::vector<std::string> inputShapes;
  std::vector<std::string> ranges; ///< of symbolic dimensions
  std::vector<std::string> states; ///< INPUT=OUTPUT
  std::string name, level;         ///< of an artefact
  std::string target, chip;        ///< "x86_64" or "nvptx64"
  bool emitDeviceIr = false;
  std::string report;   ///< file of the report as JSON
  bool check = false;   ///< say what the model is made of and whether it compiles
  std::string info;     ///< a file to describe; nothing is compiled
  std::string remarks;  ///< regular expression over the categories of remarks to print
  unsigned threads = 0; ///< 0: one per core
  bool quiet = false;
  bool timeReport = false;
  /// Parses the options of MLIR again: lld, which calibration links with, sets all options of the process to their
  /// defaults. May be empty.
  std::function<void()> restoreOptions;
};

/// Runs the command. Prints the report on standard output and diagnostics on standard error. Returns the exit code: 0,
/// or 1 after a diagnostic, with nothing left behind.
int runCompileCommand(const CompileCommand &command);

} // namespace qc
