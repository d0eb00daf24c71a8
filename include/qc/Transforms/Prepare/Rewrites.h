// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The rewrites behind the passes of Passes.td, and the questions that the border check asks. A rewrite that fails
// leaves the operation as it was and says why in `reason`, which is empty where the operation is no instance of the
// pattern at all. Names: what computes an ONNX value has that value's name first in its location, the name of what it
// absorbed second.
#pragma once
#include "dialects/QC/QC.h"
#include "mlir/IR/PatternMatch.h"
#include "qc/Analysis/Sizes.h"
#include <string>

namespace qc {

/// Whether `op` has constant operands only and may be replaced by its value (qc-fold-constants).
bool isFoldable(mlir::Operation *op, int64_t maxGrowth, std::string &reason);
/// Replaces `op`, which must be foldable. Fails after a diagnostic where a value has no meaning.
llvm::LogicalResult foldConstant(mlir::RewriterBase &rewriter, mlir::Operation *op);
/// The operand that `op`, a reshape or transpose, gives back unchanged; null where there is none.
mlir::Value getIdentityOperand(mlir::Operation *op);

/// Puts in the place of `op`, a branch or loop, the branch that is known to be taken, the one iteration of a loop, or
/// what a loop that is not run begins with; false where it is neither.
bool foldControl(mlir::RewriterBase &rewriter, mlir::Operation *op);
/// Puts in the place of `op`, a branch or loop, one without the results that nobody reads, carried values apart; false
/// where there are none.
bool dropUnreadResults(mlir::RewriterBase &rewriter, mlir::Operation *op);

/// Gives `result` the sizes that are known of it; false where there is nothing new, or something outside of qc reads
/// it.
bool refineType(const SizeAnalysis &sizes, mlir::OpResult result);
/// The entries of a `qc.reshape` that makes `y`, a reshape of `x`: numbers, copies of dimensions of `x`, at most one
/// -1. Fails with a reason where two dimensions are none of these, or -1 would not be proved to be what is asked for.
mlir::FailureOr<llvm::SmallVector<int64_t>> resolveReshape(const SizeAnalysis &sizes, mlir::Value x, mlir::Value y,
                                                           std::string &reason);

/// In what `op` differs from the normal form: alpha = beta = 1, no transposition, c absent or a constant of type [N]
/// with N known. Empty where it does not.
std::string getGemmDeviation(GemmOp op);
/// Brings `op` to the normal form and returns the value that replaces its result. Adds to `notFolded` why an operation
/// stands in front of or behind the gemm.
mlir::Value normalizeGemm(mlir::RewriterBase &rewriter, GemmOp op, llvm::SmallVectorImpl<std::string> &notFolded);

/// Makes the pad that `op`, a conv or pool, reads its own padding; false where it is none.
bool foldPad(mlir::RewriterBase &rewriter, mlir::Operation *op, std::string &reason);

/// Folds an addition behind a contraction; returns the contraction.
mlir::FailureOr<mlir::Operation *> foldBias(mlir::RewriterBase &rewriter, AddOp op, std::string &reason);

/// Folds `op`, a product with, quotient by or difference with constants per channel, into the contraction in front of
/// it, or behind it (a sum too); false where it is none, or, with a reason, cannot be folded.
bool foldScaleBehind(mlir::RewriterBase &rewriter, mlir::Operation *op, std::string &reason);
bool foldScaleInFront(mlir::RewriterBase &rewriter, mlir::Operation *op, std::string &reason);

/// Whether `op` can be folded into the contraction in front of it (as it stands there: additions between are not looked
/// at).
bool canFoldBatchNorm(BatchNormOp op);
/// Folds `op`, and the additions of constants in front of it; returns the contraction. Additions may have been folded
/// where `op` then cannot be.
mlir::FailureOr<mlir::Operation *> foldBatchNorm(mlir::RewriterBase &rewriter, BatchNormOp op, std::string &reason);

/// Replaces `op` by a convolution of all phases, an interleave, and a slice where one is needed; returns the value.
mlir::FailureOr<mlir::Value> expandConvTranspose(mlir::RewriterBase &rewriter, ConvTransposeOp op, std::string &reason);

/// Replaces `op`, the last multiplication, or the division, of a hard_swish.
mlir::FailureOr<HardSwishOp> raiseHardSwish(mlir::RewriterBase &rewriter, mlir::Operation *op, std::string &reason);

/// Replaces `op`, the multiplication of a silu, mish or gelu; returns what it became, null where it is none.
mlir::Operation *raiseSelfGated(mlir::RewriterBase &rewriter, MulOp op);

/// Replaces `op`, the quotient of a normalization (or the product with its inverse), and the product with and the sum
/// of constants that follow. Else `reason` says what is missing where it nearly is one.
mlir::FailureOr<NormalizeOp> raiseNormalize(mlir::RewriterBase &rewriter, mlir::Operation *op, std::string &reason);

} // namespace qc
