// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The entry function of a model, and the epoch of its module.
#pragma once
#include "dialects/QC/QC.h"
#include "mlir/IR/BuiltinOps.h"

namespace qc {

/// `@main` of `module`. Fails with a diagnostic where there is none with a body of one block.
mlir::FailureOr<mlir::func::FuncOp> getMainFunction(mlir::ModuleOp module);

/// All operations of the one block of `main` in program order, with those of branches and loops at their places: an
/// operation stands before what is in its regions, a `qc.yield` before what follows its region.
llvm::SmallVector<mlir::Operation *> listOperations(mlir::func::FuncOp main);

/// Those of one kind, likewise.
template <typename OpTy> llvm::SmallVector<OpTy> collectOperations(mlir::func::FuncOp main) {
  llvm::SmallVector<OpTy> found;
  for (mlir::Operation *op : listOperations(main))
    if (auto cast = mlir::dyn_cast<OpTy>(op))
      found.push_back(cast);
  return found;
}

/// The module's `qc.epoch`, 0 where absent.
int64_t getEpoch(mlir::ModuleOp module);

} // namespace qc
