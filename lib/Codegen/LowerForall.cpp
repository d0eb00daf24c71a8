// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-lower-forall: scf.forall as loops, or distributed over the threads of a CTA.
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "qc/Codegen/Passes.h"
#include "qc/Codegen/Rewrites.h"

namespace qc {
#define GEN_PASS_DEF_LOWERFORALLPASS
#include "qc/Codegen/Passes.h.inc"
} // namespace qc

using namespace mlir;

// Moves the body of `op` to the insertion point, with `indices` for its induction variables.
static void inlineBody(RewriterBase &rewriter, scf::ForallOp op, ValueRange indices) {
  rewriter.eraseOp(op.getTerminator());
  Block *target = rewriter.getInsertionBlock();
  rewriter.inlineBlockBefore(op.getBody(), target, rewriter.getInsertionPoint(), indices);
  rewriter.eraseOp(op);
}

static void lowerToLoops(RewriterBase &rewriter, scf::ForallOp op) {
  SmallVector<Value> lower = op.getLowerBound(rewriter), upper = op.getUpperBound(rewriter);
  SmallVector<Value> steps = op.getStep(rewriter), indices;
  for (size_t d = 0; d < lower.size(); ++d) {
    auto loop = scf::ForOp::create(rewriter, op.getLoc(), lower[d], upper[d], steps[d]);
    indices.push_back(loop.getInductionVar());
    rewriter.setInsertionPointToStart(loop.getBody());
  }
  inlineBody(rewriter, op, indices);
}

// Iterations of every dimension, never negative.
static SmallVector<Value> makeCounts(ImplicitLocOpBuilder &b, scf::ForallOp op) {
  SmallVector<Value> counts;
  Value zero = arith::ConstantIndexOp::create(b, 0);
  for (auto [lb, ub, step] : llvm::zip_equal(op.getMixedLowerBound(), op.getMixedUpperBound(), op.getMixedStep())) {
    Value upper = getValueOrCreateConstantIndexOp(b, b.getLoc(), ub), count = upper;
    if (!isConstantIntValue(lb, 0))
      count = arith::SubIOp::create(b, upper, getValueOrCreateConstantIndexOp(b, b.getLoc(), lb));
    count = arith::MaxSIOp::create(b, count, zero);
    if (!isConstantIntValue(step, 1))
      count = arith::CeilDivUIOp::create(b, count, getValueOrCreateConstantIndexOp(b, b.getLoc(), step));
    counts.push_back(count);
  }
  return counts;
}

static void lowerToThreads(RewriterBase &rewriter, scf::ForallOp op) {
  ImplicitLocOpBuilder b(op.getLoc(), rewriter);
  SmallVector<Value> counts = makeCounts(b, op);
  Value total = counts[0];
  for (Value count : ArrayRef(counts).drop_front())
    total = arith::MulIOp::create(b, total, count);
  auto read = [&](Value sreg) -> Value { return arith::IndexCastUIOp::create(b, b.getIndexType(), sreg); };
  Value thread = read(NVVM::ThreadIdXOp::create(b, b.getI32Type()));
  Value threads = read(NVVM::BlockDimXOp::create(b, b.getI32Type()));
  auto loop = scf::ForOp::create(b, thread, total, threads);
  b.setInsertionPointToStart(loop.getBody());
  Value rest = loop.getInductionVar();
  SmallVector<Value> indices(counts.size());
  for (size_t d = counts.size(); d-- > 0;) {
    indices[d] = d == 0 ? rest : Value(arith::RemUIOp::create(b, rest, counts[d]));
    if (d > 0)
      rest = arith::DivUIOp::create(b, rest, counts[d]);
    OpFoldResult lb = op.getMixedLowerBound()[d], step = op.getMixedStep()[d];
    if (!isConstantIntValue(step, 1))
      indices[d] = arith::MulIOp::create(b, indices[d], getValueOrCreateConstantIndexOp(b, b.getLoc(), step));
    if (!isConstantIntValue(lb, 0))
      indices[d] = arith::AddIOp::create(b, indices[d], getValueOrCreateConstantIndexOp(b, b.getLoc(), lb));
  }
  rewriter.setInsertionPoint(loop.getBody()->getTerminator());
  inlineBody(rewriter, op, indices);
}

LogicalResult qc::lowerForall(RewriterBase &rewriter, scf::ForallOp op, ForallTarget target) {
  if (op.getNumResults() != 0)
    return op.emitOpError("expects no results in a kernel, got ") << op.getNumResults();
  rewriter.setInsertionPoint(op);
  if (target == ForallTarget::Loops)
    lowerToLoops(rewriter, op);
  else if (op->getParentOfType<scf::ForallOp>())
    return op.emitOpError("expects no forall around it where iterations become threads");
  else
    lowerToThreads(rewriter, op);
  return success();
}

namespace {
struct LowerForallPass final : qc::impl::LowerForallPassBase<LowerForallPass> {
  using LowerForallPassBase::LowerForallPassBase;
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    WalkResult result = getOperation().walk([&](scf::ForallOp op) {
      return failed(qc::lowerForall(rewriter, op, to)) ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};
} // namespace
