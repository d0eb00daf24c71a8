// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Recurrences.
#pragma once
#include "dialects/QC/QC.h"

namespace qc {

/// The operations of `main` by which a value becomes itself in the next run or iteration: those that are neither
/// contractions nor moves, on a way from a state of the model that does not grow, or from a value that a loop carries,
/// back to it, behind the last contraction of that way; and the moves of such a value alone. What they round would add
/// up from step to step; a contraction rounds what it reads once, by a range of its own.
llvm::DenseSet<mlir::Operation *> findRecurrences(mlir::func::FuncOp main);

} // namespace qc
