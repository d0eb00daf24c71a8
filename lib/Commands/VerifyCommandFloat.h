// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-verify: an artefact against the compiled float model.
#pragma once
#include "VerifyCommandModel.h"

namespace qc {

/// Compiles `module` (behind import or prepare) in float, runs it and the artefact on every sample, and prints how far
/// the outputs lie apart. Fails after a diagnostic, also where a limit of the command is missed.
mlir::LogicalResult verifyFloat(const VerifyCommand &command, mlir::ModuleOp module,
                                std::unique_ptr<cpu::LoadedModel> artefact);

} // namespace qc
