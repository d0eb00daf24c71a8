// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Interfaces of the kernel dialect that this room implements for operations of qc and dyadic.
#pragma once

namespace mlir {
class DialectRegistry;
}

namespace qc {

/// Attaches KernelFormOpInterface to every operation that has a kernel.
void registerScheduleModels(mlir::DialectRegistry &registry);

} // namespace qc
