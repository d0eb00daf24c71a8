// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-verify --bit-exact: bytes against the reference evaluator.
#pragma once
#include "VerifyCommandModel.h"

namespace qc {

/// Evaluates `module` and runs the artefact on every sample. Succeeds where all bytes are equal, and says so on
/// standard output; else fails after a diagnostic that names the first difference.
mlir::LogicalResult verifyBits(const VerifyCommand &command, mlir::ModuleOp module,
                               std::unique_ptr<cpu::LoadedModel> artefact);

} // namespace qc
