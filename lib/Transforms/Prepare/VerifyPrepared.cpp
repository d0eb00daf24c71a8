// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-verify-prepared: what the prepare phase promises.
#include "qc/Analysis/Names.h"
#include "qc/Analysis/State.h"
#include "qc/Transforms/Prepare/Passes.h"
#include "qc/Transforms/Prepare/Rewrites.h"

namespace qc {
#define GEN_PASS_DEF_VERIFYPREPAREDPASS
#include "qc/Transforms/Prepare/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;

// What is wrong with `op`; empty where nothing is.
static std::string findFault(Operation *op, int64_t maxGrowth) {
  for (Type type :
       llvm::concat<const Type>(SmallVector<Type>(op->getOperandTypes()), SmallVector<Type>(op->getResultTypes())))
    if (!isa<RankedTensorType>(type))
      return "expects ranked tensors only behind prepare";
  std::string reason;
  if (isFoldable(op, maxGrowth, reason))
    return "has constant operands only: qc-fold-constants folds it";
  if (auto choice = dyn_cast<IfOp>(op); choice && getConstantValue(choice.getCondition()))
    return "has a condition that is constant: qc-fold-constants folds it";
  if (getIdentityOperand(op))
    return "gives back its operand: qc-fold-constants folds it";
  if (auto batchNorm = dyn_cast<BatchNormOp>(op))
    return canFoldBatchNorm(batchNorm) ? "belongs into the contraction in front: qc-fold-batch-norm folds it" : "";
  if (auto resize = dyn_cast<ResizeNearestOp>(op); resize && resize.getScaleValues())
    return "has scales that are computed when the model runs: accepted are scales that are constants once sizes are "
           "bound "
           "(--input-shape), or sizes instead of scales";
  if (isa<ConvTransposeOp>(op))
    return "is left by qc-expand-conv-transpose: accepted are constant weights and bias, of less than 2^31 bytes for "
           "all "
           "phases";
  if (auto gemm = dyn_cast<GemmOp>(op))
    if (std::string deviation = getGemmDeviation(gemm); !deviation.empty())
      return "is not in the normal form of qc-normalize-gemm: " + deviation;
  return "";
}

namespace {
/// A dimension of a state, in front of a run and behind it.
struct StateDim {
  BlockArgument argument;
  size_t d;
  AffineExpr before, behind;
};
} // namespace

// What one symbol stands for is one size, in the next run too.
static LogicalResult verifySharedSymbols(func::FuncOp main, ArrayRef<StatePair> states, const SizeAnalysis &sizes) {
  SmallVector<StateDim> seen;
  for (StatePair state : states) {
    BlockArgument argument = main.getArgument(state.argument);
    ArrayRef<AffineExpr> behind = sizes.getShape(main.front().getTerminator()->getOperand(state.result));
    for (auto [d, dims] : llvm::enumerate(llvm::zip_equal(sizes.getShape(argument), behind))) {
      StateDim dim{argument, d, std::get<0>(dims), std::get<1>(dims)};
      const auto *other = llvm::find_if(seen, [&](const StateDim &s) { return s.before == dim.before; });
      if (ExprMath::getKnown(dim.before))
        continue;
      if (other != seen.end() && !sizes.getRange(sizes.getMath().sub(dim.behind, other->behind)).contains(0))
        return emitError(argument.getLoc())
               << "state '" << getOnnxName(argument.getLoc()) << "' has a dimension " << d << " called '"
               << sizes.print(dim.before) << "', as dimension " << other->d << " of state '"
               << getOnnxName(other->argument.getLoc()) << "' is, but behind a run they are " << sizes.print(dim.behind)
               << " and " << sizes.print(other->behind) << "; accepted are equal sizes, or two names: --input-shape";
      seen.push_back(dim);
    }
  }
  return success();
}

// State has a size or a capacity along every dimension.
static LogicalResult verifyStates(func::FuncOp main) {
  SmallVector<StatePair> states = getStatePairs(main);
  if (states.empty())
    return success();
  FailureOr<SizeAnalysis> sizes = SizeAnalysis::analyze(main);
  for (StatePair state : states)
    if (failed(sizes) || failed(getStateExtents(main, state, *sizes)))
      return failure();
  return verifySharedSymbols(main, states, *sizes);
}

namespace {
struct VerifyPreparedPass final : qc::impl::VerifyPreparedPassBase<VerifyPreparedPass> {
  using VerifyPreparedPassBase::VerifyPreparedPassBase;

  void runOnOperation() override {
    for (Value argument : getOperation().getArguments())
      if (!isa<RankedTensorType>(argument.getType())) {
        emitError(argument.getLoc()) << "expects ranked tensors as arguments, got " << argument.getType();
        signalPassFailure();
      }
    if (failed(verifyStates(getOperation())))
      signalPassFailure();
    getOperation().getBody().walk([&](Operation *op) {
      std::string fault = findFault(op, maxGrowth);
      if (fault.empty())
        return;
      op->emitOpError(fault);
      signalPassFailure();
    });
    markAllAnalysesPreserved();
  }
};
} // namespace
