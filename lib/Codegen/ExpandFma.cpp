// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-expand-fma: math.fma as two operations, for levels without the instruction.
#include "mlir/Dialect/Math/IR/Math.h"
#include "qc/Codegen/Passes.h"
#include "qc/Codegen/Rewrites.h"

namespace qc {
#define GEN_PASS_DEF_EXPANDFMAPASS
#include "qc/Codegen/Passes.h.inc"
} // namespace qc

using namespace mlir;

void qc::expandFma(RewriterBase &rewriter, math::FmaOp op) {
  rewriter.setInsertionPoint(op);
  Value product = arith::MulFOp::create(rewriter, op.getLoc(), op.getA(), op.getB());
  rewriter.replaceOpWithNewOp<arith::AddFOp>(op, product, op.getC());
}

namespace {
struct ExpandFmaPass final : qc::impl::ExpandFmaPassBase<ExpandFmaPass> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    getOperation().walk([&](math::FmaOp op) { qc::expandFma(rewriter, op); });
  }
};
} // namespace
