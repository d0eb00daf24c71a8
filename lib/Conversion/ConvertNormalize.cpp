// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// normalize as integer operations (docs/Numerics.md, Normalization).
#include "RoundedGroup.h"
#include "qc/Analysis/NormalizePlan.h"

using namespace mlir;
using namespace qc;
using namespace qc::conversion;

// The codes of a bias, along the last dimensions of the result.
static Value makeShift(OpBuilder &builder, NormalizeOp op, const NormalizePlan &plan) {
  int64_t rank = getTensor(op.getX()).getRank(), count = int64_t(plan.shift.size());
  SmallVector<int64_t> shape(count == 1 ? 1 : rank - plan.axis, 1);
  shape.front() = count;
  TensorValue codes(RankedTensorType::get(shape, builder.getI32Type()));
  for (auto [c, code] : llvm::enumerate(plan.shift))
    codes.setInteger(c, code);
  return qc::ConstantOp::create(builder, op.getLoc(), getElementsAttr(codes));
}

FailureOr<Value> qc::conversion::convertNormalize(OpBuilder &builder, const RoundedGroup &group, std::string &reason) {
  auto op = cast<NormalizeOp>(group.getRoot());
  FailureOr<Codes> x = getCodesTo16(op.getX(), reason);
  if (failed(x))
    return failure();
  NormalizePlan plan = planNormalize(op, x->params, group.result.scale);
  reason = plan.requant.reason;
  if (!plan)
    return failure();
  Location loc = op.getLoc();
  auto axes = op.getAxesAttr();
  IntegerAttr zero = builder.getI32IntegerAttr(x->params.zeroPoint);
  Value sum = op.getCentered() ? Value(dyadic::RowSumOp::create(builder, loc, x->value, axes, zero)) : Value();
  Value root =
      dyadic::RowRootOp::create(builder, loc, x->value, sum, axes, zero, builder.getI64IntegerAttr(plan.epsilon));
  Value normalized = dyadic::NormalizeOp::create(builder, loc, getTensor(x->value).clone(builder.getI32Type()),
                                                 x->value, root, sum, axes, zero);
  SmallVector<Value> terms{normalized};
  if (!plan.shift.empty())
    terms.push_back(makeShift(builder, op, plan));
  SmallVector<int32_t> zeros(terms.size(), 0);
  return emitRequant(builder, group, terms, zeros, plan.requant, plan.axis, getClamp(group));
}
