// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which operations a module may have, by what it says of itself.
#pragma once
#include "qc/Pipelines/Phases.h"

namespace qc {

/// Refuses an operation that a later phase than `phase` makes: passes would take the module for what it says it is, and
/// leave the operation alone. Fails after a diagnostic.
mlir::LogicalResult verifyOperations(mlir::ModuleOp module, Phase phase);

} // namespace qc
