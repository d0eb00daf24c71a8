// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a search decides about: rounding groups and chains of a model.
#pragma once
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "qc/Pipelines/Phases.h"
#include "llvm/Support/JSON.h"
#include <string>
#include <vector>

namespace qc::trial {

/// Operations that are computed in one format: a rounding group or a unary chain (Analysis/RoundingGroups.h), or
/// several of them that no rule can tell apart by name and kind.
struct Unit {
  std::string name; ///< the ONNX name of its first operation
  std::string kind; ///< its mnemonic
  /// Positions in listOperations of @main, ascending: the same in every clone of the module.
  std::vector<size_t> ops;
  /// Candidates that all of its operations can be computed in, as "float"; the first is what they are by default.
  std::vector<std::string> formats;
};

/// The units of `module`, which is behind calibrate (then without the operations that transform replaces) or transform,
/// in module order of their first operations: those that are quantized under `options` (rules, style), about which the
/// user has not decided, that have names, and more than one format. Under --integer-only float is no format. Fails
/// after diagnostics, which are those of assign.
mlir::FailureOr<std::vector<Unit>> listUnits(mlir::ModuleOp module, const PipelineOptions &options);

/// Whether `format` is one with weights of 4 bits.
bool isInt4Name(llvm::StringRef format);

/// A pair of units of which one reads what the other one makes, through operations that follow others (moves) or
/// directly: formats that differ cost a border there. first < second are positions in the list.
std::vector<std::pair<size_t, size_t>> listBorders(mlir::ModuleOp module, llvm::ArrayRef<Unit> units);

/// A format for each unit: position in its `formats`; 0 is the default.
using Formats = std::vector<size_t>;

/// Writes `qc.choice` on the operations of `module` whose units have another format than the default; takes away what
/// was there. `reasons`: for the report, one per unit; empty: none.
void setFormats(mlir::ModuleOp module, llvm::ArrayRef<Unit> units, const Formats &formats,
                llvm::ArrayRef<std::string> reasons = {});

/// The operations of `unit` as a rule file names them: {"name": pattern, "op": kind} each. With "assign" added each is
/// a rule.
llvm::json::Array listSelectors(mlir::ModuleOp module, const Unit &unit);

/// The rule file (docs/Search.md) that makes the same decisions, as text that ends with a line feed. `reasons` as
/// above; `given`: rules that were there before, which come last and so decide about what they match.
std::string writeRules(mlir::ModuleOp module, llvm::ArrayRef<Unit> units, const Formats &formats,
                       llvm::ArrayRef<std::string> reasons = {}, const llvm::json::Array &given = {});

} // namespace qc::trial
