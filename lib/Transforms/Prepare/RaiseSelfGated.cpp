// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-raise-self-gated: silu and mish from their parts.
#include "Constants.h"
#include "Names.h"
#include "qc/Transforms/Prepare/Passes.h"
#include "qc/Transforms/Prepare/Rewrites.h"

namespace qc {
#define GEN_PASS_DEF_RAISESELFGATEDPASS
#include "qc/Transforms/Prepare/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;
using namespace qc::prepare;

template <typename Op> static Operation *replace(RewriterBase &rewriter, MulOp op, Value x, StringRef origin) {
  rewriter.setInsertionPoint(op);
  auto raised = Op::create(rewriter, op.getLoc(), op.getType(), x);
  raised->setAttr(QCDialect::kOriginAttr, rewriter.getStringAttr(origin));
  SmallVector<Value> operands(op->getOperands());
  rewriter.replaceOp(op, raised);
  eraseIfDead(rewriter, operands);
  return raised;
}

Operation *qc::raiseSelfGated(RewriterBase &rewriter, MulOp op) {
  for (auto [x, gate] : {std::pair(op.getA(), op.getB()), std::pair(op.getB(), op.getA())}) {
    if (failed(verifyCompatibleShape(x.getType(), op.getType())))
      continue;
    if (auto sigmoid = gate.getDefiningOp<SigmoidOp>(); sigmoid && sigmoid.getX() == x)
      return replace<SiluOp>(rewriter, op, x, "Sigmoid, Mul");
    auto tanh = gate.getDefiningOp<TanhOp>();
    auto softplus = tanh ? tanh.getX().getDefiningOp<SoftplusOp>() : SoftplusOp();
    if (softplus && softplus.getX() == x)
      return replace<MishOp>(rewriter, op, x, "Softplus, Tanh, Mul");
  }
  return nullptr;
}

namespace {
struct RaiseSelfGatedPass final : qc::impl::RaiseSelfGatedPassBase<RaiseSelfGatedPass> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    for (MulOp op : collect<MulOp>(getOperation()))
      raiseSelfGated(rewriter, op);
  }
};
} // namespace
