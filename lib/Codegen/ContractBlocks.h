// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The order of f32 sums over K: docs/Numerics.md, Float kernels. For vectors and scalars.
#pragma once
#include "dialects/Kernel/Kernel.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace qc {

/// What the totals of blocks start from where there are `count` terms, `zeros` being what a block starts from (scalars
/// or vectors of f32): -0, which leaves the first block's value as it is, or of no terms +0.
llvm::SmallVector<mlir::Value> writeFirstTotals(mlir::ImplicitLocOpBuilder &b, mlir::Value count,
                                                mlir::ValueRange zeros);
/// The totals behind one block more.
llvm::SmallVector<mlir::Value> addTotals(mlir::ImplicitLocOpBuilder &b, mlir::ValueRange totals,
                                         mlir::ValueRange block);

/// Terms [begin, end) of a run.
struct RunPart {
  mlir::Value run, begin, end;
};

/// Writes the loops over the terms of `op`, whose sums start from `zeros` (scalars or vectors of f32): `add` gives the
/// sums after one part of a run. Whole runs, or where `op` has `blocks`: blocks of numerics::contractionBlock terms,
/// and the sums of their sums.
llvm::SmallVector<mlir::Value>
writeFloatSums(mlir::ImplicitLocOpBuilder &b, kernel::ContractOp op, mlir::ValueRange zeros,
               llvm::function_ref<llvm::SmallVector<mlir::Value>(const RunPart &part, mlir::ValueRange sums)> add);

} // namespace qc
