// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The part of qc-compile that searches for precisions.
#pragma once
#include "CompileCommandPlan.h"
#include "qc/Files/FileSet.h"
#include "qc/Report/CompileReport.h"

namespace qc {

/// What the options of a search ask for. Errors say what was given and what is accepted. Nothing: there is no search.
llvm::Expected<std::optional<SearchPlan>> planSearch(const CompileCommand &command);

/// The files that --pareto=`csv` may write: the table, and a rule file for each of its rows.
std::vector<std::string> listFrontFiles(llvm::StringRef csv);

/// What trials of `module` need of the command. `costs` may be null.
trial::TrialOptions makeTrialOptions(const CompileCommand &command, const CompilePlan &plan, trial::CostTable *costs);

/// Searches `module`, which is behind transform: writes `qc.choice` on its operations and what there is to say of the
/// answer to `report`; with --pareto adds the front and its rule files to `files`. Fails after diagnostics.
mlir::LogicalResult searchPrecisions(mlir::ModuleOp module, const CompileCommand &command, const CompilePlan &plan,
                                     FileSet &files, CompileReport &report);

} // namespace qc
