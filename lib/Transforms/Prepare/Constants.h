// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constant tensors as numbers, and the contraction that they belong to.
#pragma once
#include "dialects/QC/QC.h"
#include "mlir/IR/PatternMatch.h"
#include <string>

namespace qc::prepare {

/// The value of a constant; nothing where it is computed or its resource is missing or of another size.
std::optional<TensorValue> getConstant(mlir::Value value);
mlir::Value createConstant(mlir::RewriterBase &rewriter, mlir::Location loc, const TensorValue &value);

/// `constant` as a vector of `channels` values along `axis` of a result of rank `rank` that it is added to; nothing
/// where it has other values or would widen the result. Shares the buffer but where one value becomes many.
std::optional<TensorValue> getPerChannel(const TensorValue &constant, int64_t rank, int64_t axis, int64_t channels);
TensorValue transposeMatrix(const TensorValue &matrix);
bool isFinite(const TensorValue &value);

/// The conv, gemm or matmul that computes `value`, or null.
IntegerFormOpInterface getContraction(mlir::Value value);
/// The bias operand, null where there is none.
mlir::Value getBias(IntegerFormOpInterface contraction);
/// Adds or replaces the bias operand.
void setBias(mlir::RewriterBase &rewriter, IntegerFormOpInterface contraction, mlir::Value bias);
/// Why a constant cannot be folded into `contraction` in the place of its reader `op`, which gives a value of the type
/// of its result per channel; empty where it can.
std::string getFusionObstacle(IntegerFormOpInterface contraction, mlir::Operation *op);
/// Makes `contraction` compute the value of `op`, which reads it, and erases `op`.
void absorb(mlir::RewriterBase &rewriter, IntegerFormOpInterface contraction, mlir::Operation *op);

} // namespace qc::prepare
