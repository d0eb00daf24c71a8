// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How a value is read: what placing rounding points counts (docs/Numerics.md, Rounding points).
#pragma once
#include "dialects/QC/QC.h"

namespace qc {

/// The one use of `value`, or null: a graph output is a use, `qc.observe` is none, and two slots of one operation are
/// two uses.
mlir::OpOperand *getOnlyUse(mlir::Value value);
/// Whether `value` is read, and by nothing but graph outputs.
bool feedsOnlyOutputs(mlir::Value value);
/// IntegerFormOpInterface::getDataOperands of `op`; nothing for an operation (or null) without the interface.
llvm::SmallVector<unsigned> getDataOperands(mlir::Operation *op);
/// IntegerFormOpInterface::getRoundingTraits of `op`; none for an operation (or null) without the interface.
RoundingTraits getRoundingTraits(mlir::Operation *op);
/// Whether `op` moves codes instead of computing on them: max_pool, reshapes, every MoveOpInterface.
inline bool movesCodes(mlir::Operation *op) { return getRoundingTraits(op).movesCodes; }

} // namespace qc
