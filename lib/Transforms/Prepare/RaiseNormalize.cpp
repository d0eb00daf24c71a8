// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-raise-normalize: layer, RMS and L2 normalization from their parts, as exporters without the operators write them.
#include "Constants.h"
#include "Names.h"
#include "dialects/QC/Scalars.h"
#include "qc/Transforms/Prepare/Passes.h"
#include "qc/Transforms/Prepare/Rewrites.h"
#include "llvm/Support/FormatVariadic.h"
#include <cfloat>

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

/// `of`, to which a constant is added; 0 where none is.
struct Sum {
  Value of;
  double constant;
};

/// What a normalization is made of.
struct Parts {
  Value x; ///< null where nothing is recognized
  SmallVector<int64_t> axes;
  bool isCentered;
  double epsilon;    ///< beside the mean of squares; beside their sum in an L2 normalization
  bool isL2 = false; ///< by the root of a sum instead of a mean
  double least = 0;  ///< below that root
};
} // namespace

/// The largest bound below an L2 norm whose square is taken for an addend under the root: where the norm is ten
/// thousand times as large, both make the same f32 number, or the next.
static constexpr double kMostLeast = 1e-6f;

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

// value as a sum with a constant that can be an epsilon.
static Sum matchSum(Value value) {
  auto sum = value.getDefiningOp<AddOp>();
  bool isSecond = sum && getScalarConstant(sum.getB());
  std::optional<float> constant = sum ? getScalarConstant(isSecond ? sum.getB() : sum.getA()) : std::nullopt;
  if (!constant || !(*constant >= 0) || std::isinf(*constant))
    return {value, 0};
  return {isSecond ? sum.getA() : sum.getB(), double(*constant)};
}

// d / sqrt(mean(d * d) + epsilon), d being x or x - mean(x).
static Parts matchQuotient(Value d, SqrtOp root) {
  if (!root || !root.getX().getDefiningOp<AddOp>()) // without an epsilon it is not raised
    return {};
  auto [mean, epsilon] = matchSum(root.getX());
  Mean variance = matchMean(mean);
  Value squared = variance.of ? matchSquare(variance.of) : Value();
  if (!squared || !isSameDifference(d, squared))
    return {};
  auto difference = d.getDefiningOp<SubOp>();
  Mean centre = difference ? matchMean(difference.getB()) : Mean();
  bool isCentered = centre.of && centre.of == difference.getA() && centre.axes == variance.axes;
  return {isCentered ? difference.getA() : d, variance.axes, isCentered, epsilon};
}

// x / sqrt(sum(x * x) + epsilon), the root as one reduction or several.
static Parts matchRootOfSum(Value x, Value value) {
  auto root = value.getDefiningOp<SqrtOp>();
  auto [of, epsilon] = root ? matchSum(root.getX()) : Sum{value, 0};
  auto reduce = of.getDefiningOp<ReduceOp>();
  if (!reduce || !reduce.getKeepDims() || reduce.getAxes().empty())
    return {};
  ReduceKind kind = reduce.getKind();
  Value squared = root && kind == ReduceKind::Sum                           ? matchSquare(reduce.getX())
                  : kind == (root ? ReduceKind::SumSquare : ReduceKind::L2) ? reduce.getX()
                                                                            : Value();
  if (squared != x)
    return {};
  return {x, llvm::to_vector(reduce.getAxes()), /*isCentered=*/false, epsilon, /*isL2=*/true};
}

// x divided by its L2 norm, which may be bounded below, and expanded to the shape of x.
static Parts matchL2(Value x, Value divisor) {
  if (auto expand = divisor.getDefiningOp<ExpandOp>())
    divisor = expand.getX();
  auto clip = divisor.getDefiningOp<ClipOp>();
  Parts parts = matchRootOfSum(x, clip ? clip.getX() : divisor);
  if (!clip || !parts.x)
    return parts;
  auto bounds = clip.getConstantBounds();
  if (!bounds || !(bounds->first > 0) || bounds->second != INFINITY)
    return {};
  parts.least = double(bounds->first);
  return parts;
}

static Parts matchDivided(Value d, Value divisor) {
  Parts parts = matchQuotient(d, divisor.getDefiningOp<SqrtOp>());
  return parts.x ? parts : matchL2(d, divisor);
}

// op as d / root, d * (1 / root) or d * reciprocal(root).
static Parts match(Operation *op) {
  if (auto quotient = dyn_cast<DivOp>(op))
    return matchDivided(quotient.getA(), quotient.getB());
  auto product = dyn_cast<MulOp>(op);
  if (!product)
    return {};
  for (auto [d, inverse] : {std::pair(product.getA(), product.getB()), std::pair(product.getB(), product.getA())}) {
    auto quotient = inverse.getDefiningOp<DivOp>();
    auto reciprocal = inverse.getDefiningOp<ReciprocalOp>();
    Value divisor = reciprocal                                               ? reciprocal.getX()
                    : quotient && getScalarConstant(quotient.getA()) == 1.0f ? quotient.getB()
                                                                             : Value();
    if (Parts parts = divisor ? matchDivided(d, divisor) : Parts(); parts.x)
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

/// How many elements are normalized together; 0 where that is not known.
static int64_t countElements(const Parts &parts) {
  int64_t count = 1;
  for (int64_t axis : parts.axes) {
    int64_t size = cast<RankedTensorType>(parts.x.getType()).getDimSize(axis);
    count *= ShapedType::isDynamic(size) ? 0 : size;
  }
  return count;
}

// The factor 1 / sqrt(n) that makes an L2 normalization of one by a root mean square.
static Value createL2Scale(RewriterBase &rewriter, Location loc, const Parts &parts) {
  TensorValue scale(RankedTensorType::get({1}, cast<RankedTensorType>(parts.x.getType()).getElementType()));
  scale.mutableData<float>()[0] = float(1 / std::sqrt(double(countElements(parts))));
  return createConstant(rewriter, loc, scale);
}

static float getEpsilon(const Parts &parts) {
  if (!parts.isL2)
    return float(parts.epsilon);
  auto epsilon = float((parts.epsilon + parts.least * parts.least) / double(countElements(parts)));
  return parts.least > 0 ? std::max(epsilon, FLT_MIN) : epsilon; // 0 of rows of 0, as with the bound
}

static StringRef getOrigin(const Parts &parts) {
  return parts.isL2         ? "ReduceL2, Div"
         : parts.isCentered ? "ReduceMean, Sub, Pow, Sqrt, Div"
                            : "ReduceMean, Pow, Sqrt, Div";
}

// Why op cannot be made one normalization of the parts; empty where it can.
static std::string findObstacle(Operation *op, const Parts &parts) {
  if (failed(verifyCompatibleShape(parts.x.getType(), op->getResult(0).getType())))
    return "the result does not have the shape of what is normalized";
  if (parts.isL2 && countElements(parts) == 0)
    return "an L2 norm of elements whose number is not known, or is 0";
  if (parts.least > kMostLeast)
    return llvm::formatv("an L2 norm of at least {0:e2}, accepted are bounds up to 1e-6", parts.least);
  return std::string();
}

FailureOr<NormalizeOp> qc::raiseNormalize(RewriterBase &rewriter, Operation *op, std::string &reason) {
  reason.clear();
  Parts parts = match(op);
  if (!parts.x)
    return failure();
  reason = findObstacle(op, parts);
  if (!reason.empty())
    return failure();
  Operation *last = op;
  std::pair<Operation *, Value> scale, bias;
  if (!parts.isL2) { // that has a scale of its own
    scale = matchAffine<MulOp>(op->getResult(0), parts.x);
    last = scale.first ? scale.first : last;
    bias = matchAffine<AddOp>(last->getResult(0), parts.x);
    last = bias.first ? bias.first : last;
  }
  rewriter.setInsertionPoint(last);
  if (parts.isL2)
    scale.second = createL2Scale(rewriter, last->getLoc(), parts);
  auto raised =
      NormalizeOp::create(rewriter, last->getLoc(), last->getResult(0).getType(), parts.x, scale.second, bias.second,
                          rewriter.getDenseI64ArrayAttr(parts.axes), rewriter.getBoolAttr(parts.isCentered),
                          rewriter.getF32FloatAttr(getEpsilon(parts)));
  raised->setAttr(QCDialect::kOriginAttr, rewriter.getStringAttr(getOrigin(parts)));
  SmallVector<Value> operands(last->getOperands());
  rewriter.replaceOp(last, raised);
  eraseIfDead(rewriter, operands);
  return raised;
}

namespace {
struct ErasedOperations final : RewriterBase::Listener {
  void notifyOperationErased(Operation *op) override { operations.insert(op); }
  llvm::DenseSet<Operation *> operations;
};

struct RaiseNormalizePass final : qc::impl::RaiseNormalizePassBase<RaiseNormalizePass> {
  void runOnOperation() override {
    SmallVector<Operation *> quotients;
    getOperation().walk([&](Operation *op) {
      if (match(op).x)
        quotients.push_back(op);
    });
    ErasedOperations erased; // one may be what another takes as its scale
    IRRewriter rewriter(&getContext(), &erased);
    for (Operation *op : quotients) {
      if (erased.operations.contains(op))
        continue;
      std::string reason;
      Location loc = op->getLoc();
      if (failed(raiseNormalize(rewriter, op, reason)))
        remarkMissed(loc, "RaiseNormalize", "qc-raise-normalize", reason);
    }
  }
};
} // namespace
