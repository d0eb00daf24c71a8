// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-verify-prepared: what the prepare phase promises.
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

// State has a size or a capacity along every dimension.
static LogicalResult verifyStates(func::FuncOp main) {
  SmallVector<StatePair> states = getStatePairs(main);
  if (states.empty())
    return success();
  FailureOr<SizeAnalysis> sizes = SizeAnalysis::analyze(main);
  for (StatePair state : states)
    if (failed(sizes) || failed(getStateExtents(main, state, *sizes)))
      return failure();
  return success();
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
