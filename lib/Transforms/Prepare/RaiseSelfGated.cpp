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

// The operand of `op` beside a number near `value`, or null.
template <typename Op> static Value matchBeside(Value result, float value) {
  auto op = result.getDefiningOp<Op>();
  if (!op)
    return {};
  if (isNear(getScalarConstant(op.getB()), value))
    return op.getA();
  return isNear(getScalarConstant(op.getA()), value) ? op.getB() : Value();
}

// x of erf's argument in `erf(x / sqrt(2)) + 1`; numbers as exporters round them.
static Value matchErf(Value gate) {
  auto erf = gate.getDefiningOp<ErfOp>();
  if (!erf)
    return {};
  if (auto quotient = erf.getX().getDefiningOp<DivOp>())
    return isNear(getScalarConstant(quotient.getB()), 0x1.6a09e6p+0f) ? quotient.getA() : Value();
  return matchBeside<MulOp>(erf.getX(), 0x1.6a09e6p-1f);
}

static bool isCube(Value value, Value x) {
  if (auto power = value.getDefiningOp<PowOp>())
    return power.getA() == x && getScalarConstant(power.getB()) == 3.0f;
  auto product = value.getDefiningOp<MulOp>();
  for (Value square : product ? ValueRange(product->getOperands()) : ValueRange()) {
    auto inner = square.getDefiningOp<MulOp>();
    Value other = square == product.getA() ? product.getB() : product.getA();
    if (inner && other == x && inner.getA() == x && inner.getB() == x)
      return true;
  }
  return false;
}

// x of `tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)) + 1`.
static Value matchTanh(Value gate) {
  auto tanh = gate.getDefiningOp<TanhOp>();
  Value polynomial = tanh ? matchBeside<MulOp>(tanh.getX(), 0x1.988454p-1f) : Value();
  auto sum = polynomial ? polynomial.getDefiningOp<AddOp>() : AddOp();
  if (!sum)
    return {};
  for (auto [x, term] : {std::pair(sum.getA(), sum.getB()), std::pair(sum.getB(), sum.getA())})
    if (Value cube = matchBeside<MulOp>(term, 0x1.6e4e26p-5f); cube && isCube(cube, x))
      return x;
  return {};
}

// x of the product of x, 0.5 and a gate + 1, in any order; or null.
static Value matchGelu(MulOp op, llvm::function_ref<Value(Value)> matchGate) {
  for (auto [inner, other] : {std::pair(op.getA(), op.getB()), std::pair(op.getB(), op.getA())}) {
    auto product = inner.getDefiningOp<MulOp>();
    Value factors[3] = {product ? product.getA() : Value(), product ? product.getB() : Value(), other};
    for (unsigned i = 0; product && i < 3; ++i) {
      Value gate = matchBeside<AddOp>(factors[i], 1.0f), x = gate ? matchGate(gate) : Value();
      Value a = factors[(i + 1) % 3], b = factors[(i + 2) % 3];
      if (x && ((a == x && getScalarConstant(b) == 0.5f) || (b == x && getScalarConstant(a) == 0.5f)))
        return x;
    }
  }
  return {};
}

Operation *qc::raiseSelfGated(RewriterBase &rewriter, MulOp op) {
  auto fits = [&](Value x) { return x && succeeded(verifyCompatibleShape(x.getType(), op.getType())); };
  if (Value x = matchGelu(op, matchErf); fits(x))
    return replace<GeluOp>(rewriter, op, x, "Erf, Add, Mul");
  if (Value x = matchGelu(op, matchTanh); fits(x))
    return replace<GeluTanhOp>(rewriter, op, x, "Tanh, Add, Mul");
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
