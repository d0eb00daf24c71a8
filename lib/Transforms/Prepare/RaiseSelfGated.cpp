// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-raise-self-gated: silu, mish and gelu from their parts.
#include "Constants.h"
#include "Names.h"
#include "dialects/QC/Scalars.h"
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

static bool isNear(std::optional<float> number, float value) {
  return number && std::abs(*number - value) <= 1e-6f * value;
}

// x of `erf(x / sqrt(2)) + 1`, the root rounded as exporters round it; or null.
static Value matchErfSum(Value value) {
  auto sum = value.getDefiningOp<AddOp>();
  if (!sum)
    return {};
  bool isSecond = getScalarConstant(sum.getB()) == 1.0f;
  auto erf = (isSecond ? sum.getA() : sum.getB()).getDefiningOp<ErfOp>();
  if (!erf || (!isSecond && getScalarConstant(sum.getA()) != 1.0f))
    return {};
  if (auto quotient = erf.getX().getDefiningOp<DivOp>())
    return isNear(getScalarConstant(quotient.getB()), 0x1.6a09e6p+0f) ? quotient.getA() : Value();
  auto product = erf.getX().getDefiningOp<MulOp>();
  if (!product)
    return {};
  for (auto [x, factor] : {std::pair(product.getA(), product.getB()), std::pair(product.getB(), product.getA())})
    if (isNear(getScalarConstant(factor), 0x1.6a09e6p-1f))
      return x;
  return {};
}

// x of the product of x, 0.5 and `erf(x / sqrt(2)) + 1`, in any order; or null.
static Value matchGelu(MulOp op) {
  for (auto [inner, other] : {std::pair(op.getA(), op.getB()), std::pair(op.getB(), op.getA())}) {
    auto product = inner.getDefiningOp<MulOp>();
    Value factors[3] = {product ? product.getA() : Value(), product ? product.getB() : Value(), other};
    for (unsigned i = 0; product && i < 3; ++i) {
      Value x = matchErfSum(factors[i]), a = factors[(i + 1) % 3], b = factors[(i + 2) % 3];
      if (x && ((a == x && getScalarConstant(b) == 0.5f) || (b == x && getScalarConstant(a) == 0.5f)))
        return x;
    }
  }
  return {};
}

Operation *qc::raiseSelfGated(RewriterBase &rewriter, MulOp op) {
  if (Value x = matchGelu(op); x && succeeded(verifyCompatibleShape(x.getType(), op.getType())))
    return replace<GeluOp>(rewriter, op, x, "Erf, Add, Mul");
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
