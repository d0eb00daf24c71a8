// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Names of values that a rewrite makes, what it leaves without a reader, and what it did not do.
#pragma once
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/PatternMatch.h"
#include "qc/Analysis/MainFunction.h"

namespace qc::prepare {

/// The location of a value, with that of what was absorbed behind it.
mlir::Location fuseLocations(mlir::Location value, mlir::Location absorbed);
/// The name of `loc` with `suffix`, for a value that the model does not have; `loc` itself where it holds no name.
mlir::Location deriveLocation(mlir::Location loc, llvm::StringRef suffix);

/// Erases what defines `values` where nothing reads it, and what only that read.
void eraseIfDead(mlir::RewriterBase &rewriter, mlir::ValueRange values);

/// The operations of one kind in `function` in program order, with those of branches and loops: operands stand before
/// their readers.
template <typename OpTy> llvm::SmallVector<OpTy> collect(mlir::func::FuncOp function) {
  return collectOperations<OpTy>(function);
}

/// A missed remark of `pass` at `loc`; none for an empty reason.
void remarkMissed(mlir::Location loc, llvm::StringRef name, llvm::StringRef pass, llvm::StringRef reason);

} // namespace qc::prepare
