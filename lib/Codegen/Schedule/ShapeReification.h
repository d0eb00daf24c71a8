// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The dimensions of a result from those of the operands, where types do not know them.
#pragma once
#include "Views.h"

namespace qc::kernel {
/// The shape of op's first result; known dimensions are constants. `shapeOf` gives the shape of an operand.
llvm::SmallVector<mlir::OpFoldResult>
reifyShape(IndexMath &math, mlir::Operation *op,
           llvm::function_ref<llvm::SmallVector<mlir::OpFoldResult>(mlir::Value)> shapeOf);
} // namespace qc::kernel
