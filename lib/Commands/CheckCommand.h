// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-compile --check: what a model is made of, and whether it compiles.
#pragma once
#include "qc/Commands/CompileCommand.h"
#include "qc/Report/Diagnostics.h"

namespace qc {

/// Prints the inventory of the command's model on standard output and runs what compiling it as float would run, up to
/// the code of kernels. Fails where compiling would fail, after the same diagnostics.
llvm::LogicalResult runCheck(mlir::MLIRContext &context, DiagnosticPrinter &printer, const CompileCommand &command);

} // namespace qc
