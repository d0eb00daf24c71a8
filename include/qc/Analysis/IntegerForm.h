// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Whether an operation of the qc dialect has an integer form at all, whatever its scales are (RequantPlan.h: with
// scales).
#pragma once
#include "dialects/QC/QC.h"
#include "qc/Analysis/WindowCounts.h"
#include <string>

namespace qc {

/// Why `op` has no integer form, as far as its operands' kinds and its shapes tell: fit for `qc.float_reason`. Empty
/// where it has one. "Constant" means a qc.constant, also behind a qc.dequantize.
std::string refuseIntegerForm(mlir::Operation *op);

/// K of a gemm or matmul, from either operand; -1 where neither knows it.
int64_t getReductionDepth(mlir::Operation *product);

/// The windows of an avg_pool or global_avg_pool.
WindowCounts getWindowCounts(mlir::Operation *pool);

} // namespace qc
