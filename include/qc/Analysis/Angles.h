// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Angles: of positions times frequencies, as rotary embeddings have them, a code's step may be a turn.
#pragma once
#include "dialects/QC/QC.h"

namespace qc {

/// The operations of `main` that take a sine or cosine of values that were observed over more than 8 radians, or of
/// which nothing was observed, and those that compute these values, through element-wise functions and moves, where
/// nothing else reads them.
llvm::DenseSet<mlir::Operation *> findAngles(mlir::func::FuncOp main);

} // namespace qc
