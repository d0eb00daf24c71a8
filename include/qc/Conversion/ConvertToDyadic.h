// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The rewrites of the integer phase, one rounding point at a time.
#pragma once
#include "dialects/Dyadic/Dyadic.h"
#include "mlir/IR/PatternMatch.h"
#include "qc/Analysis/RoundingGroups.h"
#include <string>

namespace qc {

/// Why a rounding point was not converted.
struct Declined {
  std::string reason; ///< fit for `qc.float_reason`
  llvm::SmallVector<mlir::Operation *>
      operations; ///< the float operations that stay; none at a border or behind an island
};

/// Whether `op` of a QDQ form is computed on codes: it has an integer form, and no reason why it stays float.
bool isQuantized(mlir::Operation *op);

/// Replaces `end` and the group of float operations before it by dyadic operations; the float operations stay, without
/// this use. Nothing changes on failure. `groups` are those of the function before its first conversion, by
/// isQuantized.
mlir::FailureOr<mlir::Value> convertGroup(mlir::RewriterBase &rewriter, QuantizeOp end, const RoundingGroups &groups,
                                          Declined &declined);

/// Replaces a contraction of codes that only feeds graph outputs by its i32 sum and a dequantize.
mlir::FailureOr<mlir::Value> convertFloatResult(mlir::RewriterBase &rewriter, mlir::Operation *contraction,
                                                Declined &declined);

} // namespace qc
