// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Models from files, for the tools: ONNX, MLIR text and bytecode.
#pragma once
#include "mlir/IR/OwningOpRef.h"
#include "qc/Import/ONNX/Import.h"
#include "qc/Pipelines/Phases.h"

namespace qc {

/// Whether the file is MLIR: by its extension (.mlir, .mlirbc) or because it starts as bytecode does.
bool isModuleFile(llvm::StringRef path);

/// Imports an ONNX model and marks it as being behind phase import. Null after a diagnostic.
mlir::OwningOpRef<mlir::ModuleOp> importModel(mlir::MLIRContext *context, llvm::StringRef path,
                                              const ImportOptions &options);

/// Reads a module of qc, verifies it, its resources, and that its operations fit the phase that it names. Null after a
/// diagnostic.
mlir::OwningOpRef<mlir::ModuleOp> readModule(mlir::MLIRContext *context, llvm::StringRef path);

/// Prints the module as text that readModule reads, locations as names only.
void printModule(mlir::ModuleOp module, llvm::raw_ostream &os);

} // namespace qc
