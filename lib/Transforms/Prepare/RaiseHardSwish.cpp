// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-raise-hard-swish: hard_swish in its parts, as exporters without the operator write it.
#include "Constants.h"
#include "Names.h"
#include "dialects/QC/Scalars.h"
#include "qc/Transforms/Prepare/Passes.h"
#include "qc/Transforms/Prepare/Rewrites.h"

namespace qc {
#define GEN_PASS_DEF_RAISEHARDSWISHPASS
#include "qc/Transforms/Prepare/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;
using namespace qc::prepare;

static constexpr float kSixth = 1.0f / 6.0f;

// The value of a constant of one element.
static std::optional<float> getNumber(Value value) { return getScalarConstant(value); }

// x of `clip(x + 3, 0, 6)`, or null.
static Value matchClippedSum(Value value) {
  auto clip = value.getDefiningOp<ClipOp>();
  auto sum = clip ? clip.getX().getDefiningOp<AddOp>() : AddOp();
  if (!sum || clip.getConstantBounds() != std::make_pair(0.0f, 6.0f))
    return {};
  if (getNumber(sum.getB()) == 3.0f)
    return sum.getA();
  return getNumber(sum.getA()) == 3.0f ? sum.getB() : Value();
}

// The input of the hard_swish that the product of three factors is, or null.
static Value matchFactors(ArrayRef<Value> factors, std::string &reason) {
  for (unsigned clipped : {0, 1, 2}) {
    Value x = matchClippedSum(factors[clipped]);
    Value first = factors[(clipped + 1) % 3], second = factors[(clipped + 2) % 3];
    if (!x || (x != first && x != second))
      continue;
    std::optional<float> factor = getNumber(x == first ? second : first);
    if (factor == kSixth)
      return x;
    if (factor)
      reason = "the factor of x * clip(x + 3, 0, 6) is not f32(1/6)";
  }
  return {};
}

// op as the product of three factors.
static Value matchProduct(MulOp op, std::string &reason) {
  for (auto [inner, other] : {std::pair(op.getA(), op.getB()), std::pair(op.getB(), op.getA())})
    if (auto product = inner.getDefiningOp<MulOp>())
      if (Value x = matchFactors({product.getA(), product.getB(), other}, reason))
        return x;
  return {};
}

// op as x * hard_sigmoid(x).
static Value matchHardSigmoid(MulOp op, std::string &reason) {
  for (auto [x, h] : {std::pair(op.getA(), op.getB()), std::pair(op.getB(), op.getA())}) {
    auto sigmoid = h.getDefiningOp<HardSigmoidOp>();
    if (!sigmoid || sigmoid.getX() != x)
      continue;
    if (sigmoid.getAlpha().convertToFloat() == kSixth && sigmoid.getBeta().convertToFloat() == 0.5f)
      return x;
    reason = "the hard_sigmoid does not have alpha = f32(1/6) and beta = 0.5";
  }
  return {};
}

// op as x * clip(x + 3, 0, 6) divided by 6.
static Value matchQuotient(DivOp op) {
  auto product = op.getA().getDefiningOp<MulOp>();
  if (!product || getNumber(op.getB()) != 6.0f)
    return {};
  for (auto [x, clipped] : {std::pair(product.getA(), product.getB()), std::pair(product.getB(), product.getA())})
    if (matchClippedSum(clipped) == x)
      return x;
  return {};
}

// The input of the hard_swish that ends in `op`, and the operators it was; or null.
static std::pair<Value, StringRef> match(Operation *op, std::string &reason) {
  if (auto quotient = dyn_cast<DivOp>(op))
    return {matchQuotient(quotient), "Add, Clip, Mul, Div"};
  auto product = dyn_cast<MulOp>(op);
  if (!product)
    return {};
  if (Value x = matchHardSigmoid(product, reason))
    return {x, "HardSigmoid, Mul"};
  return {matchProduct(product, reason), "Add, Clip, Mul, Mul"};
}

FailureOr<HardSwishOp> qc::raiseHardSwish(RewriterBase &rewriter, Operation *op, std::string &reason) {
  reason.clear();
  auto [x, origin] = match(op, reason);
  if (!x)
    return failure();
  Type type = op->getResult(0).getType();
  if (failed(verifyCompatibleShape(x.getType(), type))) { // a constant of more dimensions
    reason = "its result does not have the shape of x";
    return failure();
  }
  rewriter.setInsertionPoint(op);
  auto swish = HardSwishOp::create(rewriter, op->getLoc(), type, x);
  swish->setAttr(QCDialect::kOriginAttr, rewriter.getStringAttr(origin));
  SmallVector<Value> operands(op->getOperands());
  rewriter.replaceOp(op, swish);
  eraseIfDead(rewriter, operands);
  return swish;
}

namespace {
struct RaiseHardSwishPass final : qc::impl::RaiseHardSwishPassBase<RaiseHardSwishPass> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    SmallVector<Operation *> ops;
    for (MulOp op : collect<MulOp>(getOperation()))
      ops.push_back(op);
    for (DivOp op : collect<DivOp>(getOperation()))
      ops.push_back(op);
    for (Operation *op : ops) {
      std::string reason;
      Location loc = op->getLoc();
      if (failed(raiseHardSwish(rewriter, op, reason)))
        remarkMissed(loc, "RaiseHardSwish", "qc-raise-hard-swish", reason);
    }
  }
};
} // namespace
