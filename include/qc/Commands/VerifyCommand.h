// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-verify as a function: the command line in, an exit code out.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace qc {

/// The options of qc-verify as they are typed (docs/UserGuide.md). Empty: not given.
struct VerifyCommand {
  std::string model;    ///< ONNX, or a module
  std::string artefact; ///< a shared library made by qc
  std::string data;
  std::string ignoreKeys; ///< arrays of the data that are not for the model, with commas between them
  std::string labels;     ///< .npy of integers, one per row of a sample
  std::string report;     ///< file of the results as JSON
  std::string maxLevel;   ///< CPU level that the artefact may use at most
  bool bitExact = false;
  unsigned threads = 1;
  int64_t numSamples = 0; ///< 0: all
  std::optional<double> minCosine, minSqnr, minAgreement, minTop1, maxAbsError, maxTop1Drop;
};

/// Runs the command. Prints the results on standard output and diagnostics on standard error. Returns the exit code: 0;
/// 1 after a diagnostic, where a limit is missed, or where bytes differ.
int runVerifyCommand(const VerifyCommand &command);

} // namespace qc
