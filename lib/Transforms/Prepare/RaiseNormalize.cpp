// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-raise-normalize: layer and RMS normalization from their parts, as exporters without the operators write them.
#include "Constants.h"
#include "Names.h"
#include "dialects/QC/Scalars.h"
#include "qc/Transforms/Prepare/Passes.h"
#include "qc/Transforms/Prepare/Rewrites.h"

namespace qc {
#define GEN_PASS_DEF_RAISENORMALIZEPASS
#include "qc/Transforms/Prepare/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;
using namespace qc::prepare;

namespace {
/// A mean that keeps its dimensions.
struct Mean {
  Value of; ///< null where there is none
  SmallVector<int64_t> axes;
};

/// What a normalization is made of.
struct Parts {
  Value x; ///< null where nothing is recognized
  SmallVector<int64_t> axes;
  bool isCentered;
  float epsilon;
};
} // namespace

static Mean matchMean(Value value) {
  if (auto pool = value.getDefiningOp<GlobalAvgPoolOp>()) {
    auto axes = llvm::seq<int64_t>(2, cast<RankedTensorType>(pool.getX().getType()).getRank());
    return {pool.getX(), llvm::to_vector(axes)};
  }
  auto reduce = value.getDefiningOp<ReduceOp>();
  if (!reduce || reduce.getKind() != ReduceKind::Mean || !reduce.getKeepDims())
    return {};
  return {reduce.getX(), llvm::to_vector(reduce.getAxes())};
}

// x of x * x or x^2.
static Value matchSquare(Value value) {
  if (auto power = value.getDefiningOp<PowOp>(); power && getScalarConstant(power.getB()) == 2.0f)
    return power.getA();
  auto product = value.getDefiningOp<MulOp>();
  return product && product.getA() == product.getB() ? product.getA() : Value();
}

// Whether both are the same difference from a mean: exporters write it twice, once for each reader.
static bool isSameDifference(Value a, Value b) {
  auto first = a.getDefiningOp<SubOp>(), second = b.getDefiningOp<SubOp>();
  if (a == b || !first || !second || first.getA() != second.getA())
    return a == b;
  Mean one = matchMean(first.getB()), other = matchMean(second.getB());
  return first.getB() == second.getB() || (one.of && one.of == other.of && one.axes == other.axes);
}

// d / sqrt(mean(d * d) + epsilon), d being x or x - mean(x).
static Parts matchQuotient(Value d, SqrtOp root) {
  auto sum = root ? root.getX().getDefiningOp<AddOp>() : AddOp();
  if (!sum)
    return {};
  bool isSecond = bool(getScalarConstant(sum.getB()));
  std::optional<float> epsilon = getScalarConstant(isSecond ? sum.getB() : sum.getA());
  Mean variance = matchMean(isSecond ? sum.getA() : sum.getB());
  Value squared = variance.of ? matchSquare(variance.of) : Value();
  if (!epsilon || !(*epsilon >= 0) || std::isinf(*epsilon) || !squared || !isSameDifference(d, squared))
    return {};
  auto difference = d.getDefiningOp<SubOp>();
  Mean mean = difference ? matchMean(difference.getB()) : Mean();
  bool isCentered = mean.of && mean.of == difference.getA() && mean.axes == variance.axes;
  return {isCentered ? difference.getA() : d, variance.axes, isCentered, *epsilon};
}

// op as d / root, d * (1 / root) or d * reciprocal(root).
static Parts match(Operation *op) {
  if (auto quotient = dyn_cast<DivOp>(op))
    return matchQuotient(quotient.getA(), quotient.getB().getDefiningOp<SqrtOp>());
  auto product = dyn_cast<MulOp>(op);
  if (!product)
    return {};
  for (auto [d, inverse] : {std::pair(product.getA(), product.getB()), std::pair(product.getB(), product.getA())}) {
    auto quotient = inverse.getDefiningOp<DivOp>();
    auto reciprocal = inverse.getDefiningOp<ReciprocalOp>();
    SqrtOp root = reciprocal                                               ? reciprocal.getX().getDefiningOp<SqrtOp>()
                  : quotient && getScalarConstant(quotient.getA()) == 1.0f ? quotient.getB().getDefiningOp<SqrtOp>()
                                                                           : SqrtOp();
    if (Parts parts = matchQuotient(d, root); parts.x)
      return parts;
  }
  return {};
}

// The constant operand of the one reader of `value`, if that is an `Op` whose result has the shape of `x` and the
// constant broadcasts one way to it.
template <typename Op> static std::pair<Operation *, Value> matchAffine(Value value, Value x) {
  auto op = value.hasOneUse() ? dyn_cast<Op>(*value.user_begin()) : Op();
  if (!op || failed(verifyCompatibleShape(x.getType(), op.getType())))
    return {};
  Value number = op.getA() == value ? op.getB() : op.getA();
  auto type = cast<RankedTensorType>(number.getType()), of = cast<RankedTensorType>(x.getType());
  int64_t missing = of.getRank() - type.getRank();
  if (!getConstant(number) || missing < 0)
    return {};
  for (auto [d, size] : llvm::enumerate(type.getShape()))
    if (size != 1 && size != of.getDimSize(missing + d))
      return {};
  return {op, number};
}

FailureOr<NormalizeOp> qc::raiseNormalize(RewriterBase &rewriter, Operation *op, std::string &reason) {
  reason.clear();
  Parts parts = match(op);
  if (!parts.x)
    return failure();
  if (failed(verifyCompatibleShape(parts.x.getType(), op->getResult(0).getType()))) {
    reason = "the result does not have the shape of what is normalized";
    return failure();
  }
  Operation *last = op;
  auto [scaled, scale] = matchAffine<MulOp>(op->getResult(0), parts.x);
  last = scaled ? scaled : last;
  auto [shifted, bias] = matchAffine<AddOp>(last->getResult(0), parts.x);
  last = shifted ? shifted : last;
  rewriter.setInsertionPoint(last);
  auto raised = NormalizeOp::create(rewriter, last->getLoc(), last->getResult(0).getType(), parts.x, scale, bias,
                                    rewriter.getDenseI64ArrayAttr(parts.axes), rewriter.getBoolAttr(parts.isCentered),
                                    rewriter.getF32FloatAttr(parts.epsilon));
  raised->setAttr(QCDialect::kOriginAttr, rewriter.getStringAttr(parts.isCentered ? "ReduceMean, Sub, Pow, Sqrt, Div"
                                                                                  : "ReduceMean, Pow, Sqrt, Div"));
  SmallVector<Value> operands(last->getOperands());
  rewriter.replaceOp(last, raised);
  eraseIfDead(rewriter, operands);
  return raised;
}

// What divides by `root` in one of the forms above.
static SmallVector<Operation *> findQuotients(SqrtOp root) {
  llvm::SetVector<Operation *> found;
  for (Operation *user : root->getUsers()) {
    found.insert(user);
    found.insert(user->user_begin(), user->user_end());
  }
  return llvm::filter_to_vector(found, [](Operation *op) { return bool(match(op).x); });
}

namespace {
struct RaiseNormalizePass final : qc::impl::RaiseNormalizePassBase<RaiseNormalizePass> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    for (SqrtOp root : collect<SqrtOp>(getOperation()))
      for (Operation *op : findQuotients(root)) {
        std::string reason;
        Location loc = op->getLoc();
        if (failed(raiseNormalize(rewriter, op, reason)))
          remarkMissed(loc, "RaiseNormalize", "qc-raise-normalize", reason);
      }
  }
};
} // namespace
