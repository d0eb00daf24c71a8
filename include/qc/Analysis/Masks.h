// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Masks of softmaxes: values so low that a softmax gives 0 for them, and that no arg_max takes.
#pragma once
#include "dialects/QC/QC.h"

namespace qc {

/// A number at or below this leaves nothing of a softmax's element: a constant that is, and an operation that was
/// observed so and whose result reaches a softmax, is a mask.
inline constexpr float maskLimit = -1e4f;

/// The f32 values of `main` that reach a softmax, an arg_reduce max or a top_k max through nothing but arithmetic of
/// masks (add, sub, mul, div, max, min, clip, where) and moves: -infinity has a meaning there.
llvm::DenseSet<mlir::Value> findSoftmaxInputs(mlir::func::FuncOp main);

/// The operations of `main` that are masks by the statistics of its observers, or compute with masks on the way to the
/// softmax.
llvm::DenseSet<mlir::Operation *> findMasks(mlir::func::FuncOp main);

} // namespace qc
