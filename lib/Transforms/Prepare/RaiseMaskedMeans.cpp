// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-raise-masked-means: the mean of what a mask shows, as a product with weights.
#include "Constants.h"
#include "MaskConditions.h"
#include "dialects/QC/Scalars.h"
#include "qc/Analysis/Masks.h"
#include "qc/Transforms/Prepare/Passes.h"

namespace qc {
#define GEN_PASS_DEF_RAISEMASKEDMEANSPASS
#include "qc/Transforms/Prepare/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;
using namespace qc::prepare;

static RankedTensorType getTensorType(Value value) { return cast<RankedTensorType>(value.getType()); }
static Type getElement(Value value) { return getTensorType(value).getElementType(); }
static bool isColumn(Value value) {
  return getTensorType(value).getRank() >= 2 && getTensorType(value).getShape().back() == 1;
}

// A sum over the last dimension but one.
static ReduceOp matchSum(Value value) {
  auto sum = value.getDefiningOp<ReduceOp>();
  bool isSum = sum && sum.getKind() == ReduceKind::Sum && sum.getAxes().size() == 1 &&
               sum.getAxes()[0] == getTensorType(sum.getX()).getRank() - 2 && getElement(sum.getX()).isF32();
  return isSum ? sum : ReduceOp();
}

// The sum that is bounded from below by a number that only 0 is less than; null where it is none.
static ReduceOp matchCount(Value divisor) {
  auto fits = [](float least) { return least > 0 && least <= 1; };
  if (auto clip = divisor.getDefiningOp<ClipOp>()) {
    auto bounds = clip.getConstantBounds();
    return bounds && fits(bounds->first) && bounds->second == INFINITY ? matchSum(clip.getX()) : ReduceOp();
  }
  auto larger = divisor.getDefiningOp<MaxOp>();
  for (unsigned slot : {0u, 1u})
    if (std::optional<float> least = larger ? getScalarConstant(larger->getOperand(slot)) : std::nullopt)
      return fits(*least) ? matchSum(larger->getOperand(1 - slot)) : ReduceOp();
  return {};
}

// The one column that `shown` is, or is expanded from in front of a cast or behind it; null where it is none.
static Value findColumn(Value shown) {
  auto expand = shown.getDefiningOp<ExpandOp>();
  if (auto cast = shown.getDefiningOp<CastOp>(); cast && !isColumn(shown))
    expand = cast.getX().getDefiningOp<ExpandOp>();
  Value column = expand && !isColumn(shown) ? Value(expand.getX()) : shown;
  return isColumn(column) ? column : Value();
}

// What has no other numbers than 0 and 1 where `value` has none: casts of conditions and integers,
// moves and 1 - m are looked through.
static Value findSource(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (getElement(value).isInteger(1))
      break;
    if (Value number = matchComplement(value)) {
      value = number;
      continue;
    }
    auto cast = dyn_cast<CastOp>(op);
    if (cast ? isa<FloatType>(getElement(cast.getX())) : !isPlainMove(op) && !isa<ExpandOp>(op))
      break;
    value = op->getOperand(0);
  }
  return value;
}

// m where `value` hides by 1 - m, or by m - 1, as a number: nobody means other numbers than 0 and 1 then. A comparison
// says no such thing: of 0, 1 and 2 it may tell 1 from the others.
static Value matchMaskNumber(Value value) {
  if (auto product = value.getDefiningOp<MulOp>()) {
    std::optional<Hiding> hiding = matchHiding(product);
    if (!hiding)
      return {};
    return hiding->shown == 1 ? hiding->number : matchComplement(hiding->number);
  }
  // where(v != 0, low, v) with v = 1 - m
  auto choice = value.getDefiningOp<WhereOp>();
  auto cast = choice && isHidden(choice.getX()) ? choice.getCondition().getDefiningOp<CastOp>() : CastOp();
  return cast && cast.getX() == choice.getOther() ? matchComplement(choice.getOther()) : Value();
}

// What the masks of softmaxes take for 0 and 1.
static llvm::DenseSet<Value> findMaskSources(func::FuncOp main) {
  llvm::DenseSet<Value> sources;
  for (Value value : findSoftmaxInputs(main))
    if (Value number = matchMaskNumber(value))
      sources.insert(findSource(number));
  return sources;
}

namespace {
/// sum(x * shown) / max(sum shown, least), `shown` not yet a condition; `column` is what it is expanded from, or it.
struct Mean {
  ReduceOp total;
  Value x, shown, column;
};

class MeanRaiser {
public:
  MeanRaiser(RewriterBase &rewriter, func::FuncOp main, const SizeAnalysis &sizes)
      : rewriter(rewriter), sizes(sizes), maskSources(findMaskSources(main)), conditions(rewriter) {}
  /// Makes `op` a product with weights; or the reason why not, where it is nearly a mean.
  std::string raise(DivOp op);
  void finish() { conditions.finish(); }

private:
  Mean match(DivOp op, std::string &reason) const;
  std::string explain(const Mean &mean) const;
  Value readColumn(const Mean &mean);
  Value writeMean(Location loc, const Mean &mean, Value condition, Type type);

  RewriterBase &rewriter;
  const SizeAnalysis &sizes;
  llvm::DenseSet<Value> maskSources;
  ConditionWriter conditions;
};
} // namespace

Mean MeanRaiser::match(DivOp op, std::string &reason) const {
  ReduceOp total = matchSum(op.getA()), count = matchCount(op.getB());
  auto product = total ? total.getX().getDefiningOp<MulOp>() : MulOp();
  if (!product || op.getType() != total.getType())
    return {};
  ReduceOp other = count ? count : matchSum(op.getB());
  for (auto [x, shown] : {std::pair(product.getA(), product.getB()), std::pair(product.getB(), product.getA())}) {
    // Counts without the dimension would stand beside other sums than their own.
    if (!other || other.getX() != shown || other.getKeepDims() != total.getKeepDims() ||
        total.getX().getType() != x.getType())
      continue;
    if (count)
      return {total, x, shown, findColumn(shown)};
    reason = "it divides by 0 where nothing is shown";
  }
  return {};
}

// True where elements are shown, or null.
Value MeanRaiser::readColumn(const Mean &mean) {
  return getElement(mean.column).isF32() ? conditions.writeEqual(mean.column, 1)
                                         : conditions.compare(mean.column.getLoc(), mean.column, 1);
}

std::string MeanRaiser::explain(const Mean &mean) const {
  Value source = findSource(mean.shown);
  if (!getElement(source).isInteger(1) && !maskSources.contains(source))
    return "its mask may have other numbers than 0 and 1: no softmax is masked by 1 less them";
  for (Value value : {mean.shown, mean.column})
    if (std::string reason = explainWider(sizes, value, mean.x); !reason.empty())
      return reason;
  AffineExpr rows = sizes.getShape(mean.column).drop_back().back(), all = sizes.getShape(mean.x).drop_back().back();
  return sizes.areEqual(rows, all) ? "" : "its mask has one element for all that it hides";
}

// Dimensions of `type` as entries of a reshape of it.
static SmallVector<int64_t> getEntries(RankedTensorType type) {
  SmallVector<int64_t> entries;
  for (int64_t d = 0; d < type.getRank(); ++d)
    entries.push_back(type.isDynamicDim(d) ? -2 - d : type.getDimSize(d));
  return entries;
}

Value MeanRaiser::writeMean(Location loc, const Mean &mean, Value condition, Type type) {
  Location own = deriveLocation(loc, ".weights");
  RankedTensorType column = getTensorType(condition), x = getTensorType(mean.x);
  SmallVector<int64_t> entries = getEntries(column), shape(column.getShape()), sums(x.getShape());
  std::swap(entries.end()[-1], entries.end()[-2]);
  std::swap(shape.end()[-1], shape.end()[-2]);
  Value row = ReshapeOp::create(rewriter, own, column.clone(shape), condition, entries);
  Value weights = MeanWeightsOp::create(rewriter, own, x.clone(shape), row, uint64_t(column.getRank() - 1));
  sums.end()[-2] = 1;
  bool keepsDims = ReduceOp(mean.total).getKeepDims();
  auto product = MatMulOp::create(rewriter, loc, x.clone(sums), weights, mean.x, Value());
  product->setAttr(QCDialect::kOriginAttr, rewriter.getStringAttr("Mul, ReduceSum, Div"));
  if (keepsDims)
    return product;
  SmallVector<int64_t> dims = getEntries(x.clone(sums));
  dims.erase(dims.end() - 2);
  return ReshapeOp::create(rewriter, deriveLocation(loc, ".rows"), type, product, dims);
}

std::string MeanRaiser::raise(DivOp op) {
  std::string reason;
  Mean mean = match(op, reason);
  if (!mean.total || !mean.column)
    return reason;
  rewriter.setInsertionPoint(op);
  reason = explain(mean);
  if (!reason.empty())
    return reason;
  Value condition = readColumn(mean);
  if (!condition)
    return "its mask is no cast of conditions or integers";
  rewriter.setInsertionPoint(op);
  SmallVector<Value> operands(op->getOperands());
  rewriter.replaceOp(op, writeMean(op.getLoc(), mean, condition, op.getType()));
  eraseIfDead(rewriter, operands);
  return {};
}

namespace {
struct RaiseMaskedMeansPass final : qc::impl::RaiseMaskedMeansPassBase<RaiseMaskedMeansPass> {
  void runOnOperation() override {
    SmallVector<DivOp> quotients = collect<DivOp>(getOperation());
    if (quotients.empty())
      return;
    FailureOr<SizeAnalysis> sizes = SizeAnalysis::analyze(getOperation());
    if (failed(sizes))
      return signalPassFailure();
    IRRewriter rewriter(&getContext());
    MeanRaiser raiser(rewriter, getOperation(), *sizes);
    for (DivOp op : quotients)
      remarkMissed(op.getLoc(), "RaiseMaskedMeans", "qc-raise-masked-means", raiser.raise(op));
    raiser.finish();
  }
};
} // namespace
