// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The rewrites behind the passes of Passes.td: each pass applies one of them to everything it finds.
#pragma once
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/PatternMatch.h"
#include "qc/Codegen/Passes.h"

namespace qc {

/// Blocking of the vector form.
struct ContractBlocking {
  unsigned rows = 4;   ///< rows accumulated together, 1 to 8
  unsigned halves = 2; ///< blocks of 16 columns accumulated together, 1 or 2
  unsigned vnni = 0;   ///< width of vpdpbusd (256, 512) for u8 x s8; 0: there is none
};

/// qc-lower-contract, form=vector. Fails with a diagnostic where an operation of the epilogue has no vector form.
mlir::LogicalResult lowerContractToVectors(mlir::RewriterBase &rewriter, kernel::ContractOp op,
                                           const ContractBlocking &blocking);
/// qc-lower-contract, form=scalar. Always succeeds.
void lowerContractToScalars(mlir::RewriterBase &rewriter, kernel::ContractOp op);

/// qc-vectorize-forall: the innermost dimension of `op` as vectors of `lanes` iterations. Fails, with the reason in
/// `reason` and `op` unchanged, where something has no vector form.
mlir::LogicalResult vectorizeForall(mlir::RewriterBase &rewriter, mlir::scf::ForallOp op, int64_t lanes,
                                    std::string &reason);

/// qc-lower-forall. Fails with a diagnostic where the forall has results, or stands in another and becomes threads.
mlir::LogicalResult lowerForall(mlir::RewriterBase &rewriter, mlir::scf::ForallOp op, ForallTarget target);

/// qc-expand-fma.
void expandFma(mlir::RewriterBase &rewriter, mlir::math::FmaOp op);

/// qc-lower-lookup.
void lowerLookup(mlir::RewriterBase &rewriter, kernel::LookupOp op);

/// qc-lower-requant.
void lowerRequant(mlir::RewriterBase &rewriter, kernel::RequantOp op);

} // namespace qc
