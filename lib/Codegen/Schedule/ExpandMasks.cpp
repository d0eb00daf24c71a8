// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-expand-masks: what a mask hides from a float softmax or mean, as numbers.
#include "mlir/IR/PatternMatch.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Codegen/Schedule/Passes.h"

namespace qc {
#define GEN_PASS_DEF_EXPANDMASKSPASS
#include "qc/Codegen/Schedule/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;

static Value hideElements(OpBuilder &builder, SoftmaxOp op) {
  auto type = cast<RankedTensorType>(op.getX().getType());
  float lowest = std::numeric_limits<float>::lowest();
  Value hidden = qc::ConstantOp::create(
      builder, op.getLoc(), DenseElementsAttr::get(RankedTensorType::get({}, type.getElementType()), lowest));
  return WhereOp::create(builder, op.getLoc(), type, op.getMask(), op.getX(), hidden);
}

// m / max(sum m, 1), as the description of qc.mean_weights has it.
static void expandWeights(MeanWeightsOp op) {
  OpBuilder builder(op);
  Location loc = op.getLoc();
  auto type = cast<RankedTensorType>(op.getY().getType());
  SmallVector<int64_t> shape(type.getShape());
  shape[op.getAxis()] = 1;
  RankedTensorType rows = type.clone(shape);
  Value one = qc::ConstantOp::create(builder, loc,
                                     DenseElementsAttr::get(RankedTensorType::get({}, builder.getF32Type()), 1.0f));
  Value shown = CastOp::create(builder, loc, type, op.getMask(), builder.getF32Type());
  Value sum = ReduceOp::create(builder, loc, rows, ReduceKind::Sum, shown, int64_t(op.getAxis()), true);
  Value count = ClipOp::create(builder, loc, rows, sum, one, Value());
  op.replaceAllUsesWith(DivOp::create(builder, loc, type, shown, count).getResult());
  op.erase();
}

namespace {
struct ExpandMasksPass final : qc::impl::ExpandMasksPassBase<ExpandMasksPass> {
  void runOnOperation() override {
    for (MeanWeightsOp op : collectOperations<MeanWeightsOp>(getOperation()))
      expandWeights(op);
    for (SoftmaxOp op : collectOperations<SoftmaxOp>(getOperation())) {
      if (!op.getMask())
        continue;
      OpBuilder builder(op);
      Value shown = hideElements(builder, op);
      op.getXMutable().assign(shown);
      op.getMaskMutable().clear();
      if (auto assignment = op->getAttrOfType<AssignmentAttr>(QCDialect::kAssignmentAttr))
        op->setAttr(QCDialect::kAssignmentAttr,
                    AssignmentAttr::get(op.getContext(), assignment.getResult(), assignment.getOperands().take_front(),
                                        assignment.getReason(), assignment.getBy()));
    }
  }
};
} // namespace
