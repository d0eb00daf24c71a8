// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What became what, and why: the report of a compilation.
#pragma once
#include "llvm/Support/JSON.h"
#include <optional>
#include <string>
#include <vector>

namespace qc {

/// What was decided for one operation of the model.
struct OpRecord {
  std::string name;                  ///< its ONNX name
  std::string kind;                  ///< "conv"
  std::string type;                  ///< "int8", "w8a16", "w4a8", "w4a16" or "float"
  std::string result;                ///< element type of the rounded result, "ui8"; empty: not known
  std::vector<std::string> operands; ///< of each operand
  std::string reason;                ///< a sentence
  std::string by;                    ///< "default", "user", "search"
  std::optional<int64_t> macs;
};

/// Everything that a compilation has to say.
struct CompileReport {
  std::string model;  ///< path of the input
  std::string output; ///< path of what was made
  std::string phase;  ///< the last phase that was run
  std::string style;  ///< placement of rounding points; empty: nothing is quantized
  bool isFloat = false;
  std::vector<OpRecord> ops;                  ///< in the order of the model; empty where nothing was decided
  std::vector<std::string> notes;             ///< a line each: what was found on the way
  std::vector<std::string> warnings;          ///< a line each: what may spoil the result though nothing failed
  std::optional<llvm::json::Object> artefact; ///< what --info prints of it
  std::optional<llvm::json::Object> search;   ///< of precisions: tables and answer (docs/Search.md)
};

/// Counts by type and kind, every float operation with its reason, multiply-accumulates by type, sizes.
void printReport(const CompileReport &report, llvm::raw_ostream &os);

/// The same with every operation, in full (docs/UserGuide.md describes the keys).
llvm::json::Value makeReportJson(const CompileReport &report);

/// "1,234,567".
std::string groupDigits(int64_t number);

} // namespace qc
