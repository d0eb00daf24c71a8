// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the commands of all tools run in.
#pragma once
#include "mlir/IR/MLIRContext.h"
#include "qc/Report/Diagnostics.h"

namespace qc {

/// Runs `command` in a context with all dialects, `threads` threads (0: one per core) and diagnostics on stderr,
/// printed by the printer that `command` gets. Returns the tool's exit code.
int runInToolContext(unsigned threads,
                     llvm::function_ref<llvm::LogicalResult(mlir::MLIRContext &, DiagnosticPrinter &)> command);

} // namespace qc
