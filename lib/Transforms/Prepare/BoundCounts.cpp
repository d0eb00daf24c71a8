// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-bound-counts: which counts and depths can occur where a size is known only when the model runs.
#include "dialects/QC/CombinedDims.h"
#include "dialects/QC/WindowCounts.h"
#include "qc/Analysis/Sizes.h"
#include "qc/Transforms/Prepare/Passes.h"
#include "llvm/ADT/TypeSwitch.h"

namespace qc {
#define GEN_PASS_DEF_BOUNDCOUNTSPASS
#include "qc/Transforms/Prepare/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;

// What an earlier run found.
static void forget(Operation *op) {
  if (auto pool = dyn_cast<GlobalAvgPoolOp>(op)) {
    pool.removeCountsAttr();
    pool.removeCountsReasonAttr();
  }
  llvm::TypeSwitch<Operation *>(op)
      .Case<SoftmaxOp, MeanWeightsOp>([](auto rows) {
        rows.removeMaxLengthAttr();
        rows.removeLengthReasonAttr();
      })
      .Case<GemmOp, MatMulOp>([](auto product) {
        product.removeMaxDepthAttr();
        product.removeDepthReasonAttr();
      });
}

// Whether an integer form lacks a number. (Constant weights bring their K with them.)
static bool isUnknown(Operation *op) {
  if (auto pool = dyn_cast<GlobalAvgPoolOp>(op))
    return ShapedType::isDynamicShape(cast<RankedTensorType>(pool.getX().getType()).getShape().drop_front(2));
  if (auto softmax = dyn_cast<SoftmaxOp>(op))
    return !softmax.getGreatestLength();
  if (auto weights = dyn_cast<MeanWeightsOp>(op))
    return !weights.getGreatestLength();
  bool isProduct =
      isa<GemmOp, MatMulOp>(op) && !getConstantValue(op->getOperand(0)) && !getConstantValue(op->getOperand(1));
  return isProduct && cast<IntegerFormOpInterface>(op).getReductionDepth() < 0;
}

namespace {
struct BoundCountsPass final : qc::impl::BoundCountsPassBase<BoundCountsPass> {
  using BoundCountsPassBase::BoundCountsPassBase;

  void runOnOperation() override {
    if (getOperation().isExternal())
      return;
    SmallVector<Operation *> work;
    for (Operation &op : getOperation().getBody().front()) {
      forget(&op);
      if (isUnknown(&op))
        work.push_back(&op);
    }
    if (work.empty())
      return;
    FailureOr<SizeAnalysis> sizes = SizeAnalysis::analyze(getOperation());
    if (failed(sizes))
      return signalPassFailure();
    llvm::DenseMap<AffineExpr, SizeValues> known; // most pools of a model are over sizes of others
    for (Operation *op : work)
      llvm::TypeSwitch<Operation *>(op)
          .Case<GlobalAvgPoolOp>([&](auto pool) { boundCount(*sizes, known, pool); })
          .Case<GemmOp, MatMulOp>([&](auto product) { boundDepth(*sizes, product); })
          .Case<SoftmaxOp, MeanWeightsOp>([&](auto rows) { boundLength(*sizes, rows); });
  }

private:
  static void boundCount(const SizeAnalysis &sizes, llvm::DenseMap<AffineExpr, SizeValues> &known, GlobalAvgPoolOp op) {
    AffineExpr count = sizes.getMath().constant(1);
    for (AffineExpr dim : sizes.getShape(op.getX()).drop_front(2))
      count = sizes.getMath().mul(count, dim);
    auto [place, isNew] = known.try_emplace(count);
    if (isNew)
      place->second = listCounts(sizes, count);
    const SizeValues &found = place->second;
    if (found.reason.empty())
      op.setCounts(found.values);
    else
      op.setCountsReason(found.reason);
  }

  static SizeValues listCounts(const SizeAnalysis &sizes, AffineExpr count) {
    SizeValues found = sizes.enumerate(count, maxWindowCounts);
    std::string text = "it averages over " + sizes.print(count) + " values, and ";
    if (!found.reason.empty())
      found.reason = text + found.reason;
    else if (found.values.empty())
      found.reason = "it averages over no values";
    else if (found.values.back() > maxWindowCount)
      found.reason = text + "these are up to " + std::to_string(found.values.back()) +
                     ", the integer form takes at most " + std::to_string(maxWindowCount);
    return found;
  }

  // K stands in both operands: one that has a bound is enough, as they are equal when the model runs.
  template <typename Op> static void boundDepth(const SizeAnalysis &sizes, Op op) {
    std::string reason;
    for (unsigned slot : {0, 1}) {
      AffineExpr depth = sizes.getShape(op->getOperand(slot))[getCombinedDims(op, slot).front()];
      std::string clause = sizes.explainUnbounded(depth);
      if (clause.empty())
        return op.setMaxDepth(std::max<int64_t>(sizes.getRange(depth).high, 0));
      if (reason.empty())
        reason = "its sums have " + sizes.print(depth) + " products, and " + clause;
    }
    op.setDepthReason(reason);
  }

  template <typename Op> static void boundLength(const SizeAnalysis &sizes, Op op) {
    AffineExpr length = sizes.getShape(op->getOperand(0))[op.getAxis()];
    std::string clause = sizes.explainUnbounded(length);
    if (clause.empty())
      op.setMaxLength(std::max<int64_t>(sizes.getRange(length).high, 0));
    else
      op.setLengthReason("its rows have " + sizes.print(length) + " elements, and " + clause);
  }
};
} // namespace
