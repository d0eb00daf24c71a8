// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels of operations that are attached by kind instead of by name.
#pragma once

namespace mlir {
class MLIRContext;
}

namespace qc::kernel {

/// Attaches KernelFormOpInterface to every operation of the scalar kind.
void attachScalars(mlir::MLIRContext *context);

} // namespace qc::kernel
