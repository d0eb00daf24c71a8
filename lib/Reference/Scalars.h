// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Evaluation of operations that are attached by kind instead of by name.
#pragma once
#include "Operations.h"

namespace qc::reference {

/// Evaluates `op` after its operand values are checked, and checks what comes out (Models.cpp).
mlir::LogicalResult evaluateChecked(mlir::Operation *op, Operands operands, llvm::SmallVectorImpl<TensorValue> &results,
                                    llvm::function_ref<Result()> evaluate);

/// Attaches EvaluateOpInterface to every operation of the scalar kind.
void attachScalars(mlir::MLIRContext *context);

} // namespace qc::reference
