// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The ends of a compilation: what is written and what is said of it.
#pragma once
#include "CompileCommandPlan.h"
#include "qc/Files/FileSet.h"
#include "qc/Report/CompileReport.h"

namespace qc {

/// Adds the module to `files` as the plan says: text or bytecode.
mlir::LogicalResult writeModule(mlir::ModuleOp module, const CompilePlan &plan, FileSet &files);

/// Compiles a module behind the kernels phase and adds the artefact to `files`. Returns what there is to say of it.
/// Fails after a diagnostic.
mlir::FailureOr<llvm::json::Object> writeCode(mlir::ModuleOp module, const CompileCommand &command,
                                              const CompilePlan &plan, FileSet &files);

/// Takes over the decisions that the operations of the module carry behind assign and quantize. Later phases turn
/// operations into others: there the records are corrected by what stayed float only. While values have observers,
/// warns of those that were never a number.
void updateReport(mlir::ModuleOp module, Phase phase, CompileReport &report);

/// Whether the sizes, names and ranges of dimensions that the command gives are those that the module was imported
/// with: behind import they are fixed.
llvm::Error checkShapes(mlir::ModuleOp module, const CompileCommand &command, const CompilePlan &plan);

/// The symbols of a module and what their sizes may be, {"W": [16, 2048], "N": [0, null]}: null is no upper bound.
llvm::json::Object describeSymbols(mlir::ModuleOp module);

/// Refuses --info together with what it would ignore.
llvm::Error checkInfoAlone(const CompileCommand &command);

/// What can be said of file `path`, as JSON: of an artefact by its note, of a device program by its launch.json (given
/// itself or as the .ptx beside it), of a module. Fails after a diagnostic.
mlir::FailureOr<std::string> describeFile(mlir::MLIRContext *context, llvm::StringRef path);

} // namespace qc
