// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Interfaces of the qc dialect that this room implements.
#pragma once

namespace mlir {
class DialectRegistry;
}

namespace qc {

/// Attaches RequantPlanOpInterface to the operations that are rounded by a Requant of their own.
void registerAnalysisModels(mlir::DialectRegistry &registry);

} // namespace qc
