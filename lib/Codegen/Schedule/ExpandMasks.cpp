// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-expand-masks: what a mask hides from a float softmax, as a number.
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

namespace {
struct ExpandMasksPass final : qc::impl::ExpandMasksPassBase<ExpandMasksPass> {
  void runOnOperation() override {
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
