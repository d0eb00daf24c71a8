// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// MLIR bytecode that shows whether it is still what was written.
#pragma once
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Support/LLVM.h"

namespace qc {

/// Writes MLIR bytecode whose producer string, the place of the format for the name of the tool, holds a hash of all
/// other bytes. Every tool of MLIR reads it.
mlir::LogicalResult writeSealedBytecode(mlir::ModuleOp module, llvm::raw_ostream &os);

/// False if `bytes` have a seal of qc and are not what it was made for: MLIR's reader trusts lengths and indices in the
/// file and does not always come back from damaged ones. Bytecode of other producers has no seal and is not judged.
bool isSealIntact(llvm::StringRef bytes);

} // namespace qc
