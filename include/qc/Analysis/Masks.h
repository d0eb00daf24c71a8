// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Masks of softmaxes: values so low that a softmax gives 0 for them.
#pragma once
#include "dialects/QC/QC.h"

namespace qc {

/// An add, mul or where that was observed at or below this, and whose result reaches a softmax, is a mask.
inline constexpr float maskLimit = -1e4f;

/// The f32 values of `main` that reach a softmax through nothing but additions, multiplications, choices and moves:
/// -infinity has a meaning there.
llvm::DenseSet<mlir::Value> findSoftmaxInputs(mlir::func::FuncOp main);

/// The operations of `main` that are masks by the statistics of its observers.
llvm::DenseSet<mlir::Operation *> findMasks(mlir::func::FuncOp main);

} // namespace qc
