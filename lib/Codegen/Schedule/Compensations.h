// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What has to be added to a contraction's raw integer register: bias minus the activation's zero point times the
// weights.
#pragma once
#include "Scalars.h"

namespace qc::kernel {
/// For integer convolutions and matrix products with constant weights and constant or no bias: b[n] - z * sum w[n, ..],
/// and what is proved of the sums. Nothing otherwise (and for float operations).
std::optional<Compensation> getCompensation(mlir::Operation *op);
/// The constant vector that float operation `op` adds per output channel; empty without one.
mlir::ElementsAttr getConstantBias(mlir::Operation *op);
/// beta * C of a gemm as one constant per column; nothing where C is absent, computed, or differs between rows.
mlir::ElementsAttr getGemmBias(GemmOp op);
} // namespace qc::kernel
