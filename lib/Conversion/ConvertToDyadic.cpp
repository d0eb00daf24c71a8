// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Float operations between dequantize and quantize become exact integer operations.
#include "qc/Conversion/ConvertToDyadic.h"
#include "mlir/IR/Remarks.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Analysis/Uses.h"
#include "qc/Conversion/Passes.h"

namespace qc {
#define GEN_PASS_DEF_CONVERTTODYADICPASS
#include "qc/Conversion/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;

namespace {
struct ConvertToDyadicPass final : qc::impl::ConvertToDyadicPassBase<ConvertToDyadicPass> {
  void runOnOperation() override;

private:
  void convertOutputs(IRRewriter &rewriter);
  void eraseDead(IRRewriter &rewriter);
};
} // namespace

// No silent fallback: what stays float says why, in the module and as a remark.
static void keepFloat(Operation *op, const std::string &reason) {
  if (op->hasAttr(QCDialect::kFloatReasonAttr))
    return;
  op->setAttr(QCDialect::kFloatReasonAttr, StringAttr::get(op->getContext(), reason));
  remark::missed(op->getLoc(), remark::RemarkOpts::name("ConvertToDyadic").category("qc-convert-to-dyadic"))
      << remark::reason("{0}", reason);
}

static void keepFloat(const Declined &declined) {
  for (Operation *op : declined.operations)
    keepFloat(op, declined.reason);
}

static bool isFloat(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.getElementType().isF32();
}

// A contraction of codes that nothing rounds.
static bool isFloatResult(Operation *op) {
  return isQuantized(op) && getRoundingTraits(op).isContraction && feedsOnlyOutputs(op->getResult(0)) &&
         llvm::all_of(op->getOperands(),
                      [](Value operand) { return operand.getDefiningOp<DequantizeOp>() != nullptr; });
}

void ConvertToDyadicPass::convertOutputs(IRRewriter &rewriter) {
  for (Operation *op : listOperations(getOperation())) {
    Declined declined;
    if (isFloatResult(op) && failed(convertFloatResult(rewriter, op, declined)))
      keepFloat(declined);
  }
}

// Backwards, so that one sweep takes what only dead operations read.
void ConvertToDyadicPass::eraseDead(IRRewriter &rewriter) {
  SmallVector<Operation *> operations = listOperations(getOperation());
  for (Operation *op : llvm::reverse(operations))
    if (isOpTriviallyDead(op))
      rewriter.eraseOp(op);
}

static std::string explain(IntegerFormOpInterface op) {
  std::string reason = op.explainFloat();
  return reason.empty() ? "no rounding point closes its group" : reason;
}

void ConvertToDyadicPass::runOnOperation() {
  if (getOperation().isExternal())
    return;
  IRRewriter rewriter(&getContext());
  auto module = getOperation()->getParentOfType<ModuleOp>();
  RoundingGroups groups(getOperation(), module ? getRoundingStyle(module) : RoundingStyle::Qc, isQuantized);
  for (QuantizeOp end : collectOperations<QuantizeOp>(getOperation())) {
    Declined declined;
    if (failed(convertGroup(rewriter, end, groups, declined)))
      keepFloat(declined);
  }
  convertOutputs(rewriter);
  eraseDead(rewriter);
  for (Operation *op : listOperations(getOperation()))
    if (auto form = dyn_cast<IntegerFormOpInterface>(op); form && isFloat(op->getResult(0)))
      keepFloat(op, explain(form));
}
