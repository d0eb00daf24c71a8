// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// softmax and the weights of means, alone or with the product that takes them, as integer operations (docs/Numerics.md,
// Softmax).
#include "RoundedGroup.h"
#include "qc/Arith/Planes.h"
#include "qc/Arith/Softmax.h"

using namespace mlir;
using namespace qc;
using namespace qc::conversion;

static ElementsAttr makeExponentials(MLIRContext *context, float scale) {
  TensorValue table(RankedTensorType::get({256}, IntegerType::get(context, 8, IntegerType::Unsigned)));
  for (auto [d, entry] : llvm::enumerate(qc::numerics::buildExponentials(scale)))
    table.setInteger(d, entry);
  return getElementsAttr(table);
}

// 255 for true.
static ElementsAttr makeShares(MLIRContext *context) {
  TensorValue table(RankedTensorType::get({256}, IntegerType::get(context, 8, IntegerType::Unsigned)));
  for (int64_t code = 1; code < 256; ++code)
    table.setInteger(code, 255);
  return getElementsAttr(table);
}

namespace {
/// What a softmax becomes before anything is rounded: 255 exp(x - max) as codes, and 2^38 over their sum.
struct Weights {
  Value codes, reciprocals;
};
} // namespace

static Weights emitWeights(OpBuilder &builder, MeanWeightsOp op) {
  Location loc = op.getLoc();
  Type code = builder.getIntegerType(8, /*isSigned=*/false);
  RankedTensorType type = getTensor(op.getMask()).clone(code);
  Value shown = qc::CastOp::create(builder, loc, type, op.getMask(), code);
  Value codes = dyadic::LutOp::create(builder, loc, type, shown, makeShares(op.getContext()));
  Value reciprocals = dyadic::RowReciprocalOp::create(builder, loc, codes, builder.getI64IntegerAttr(op.getAxis()),
                                                      op.getMaxLengthAttr());
  return {codes, reciprocals};
}

static Weights emitWeights(OpBuilder &builder, SoftmaxOp op, const Codes &x) {
  Location loc = op.getLoc();
  auto hide = [&](Value codes, int64_t other) -> Value {
    if (!op.getMask())
      return codes;
    return dyadic::SelectOp::create(builder, loc, codes.getType(), op.getMask(), codes,
                                    builder.getI32IntegerAttr(int32_t(other)));
  };
  Value shown = hide(x.value, dyadic::getTypeRange(getTensor(x.value).getElementType()).least);
  Value top = dyadic::RowMaxOp::create(builder, loc, shown, builder.getI64IntegerAttr(op.getAxis()));
  RankedTensorType type = getTensor(x.value).clone(builder.getIntegerType(8, /*isSigned=*/false));
  Value codes =
      dyadic::LutBelowOp::create(builder, loc, type, shown, top, makeExponentials(op.getContext(), x.params.scale));
  codes = hide(codes, 0);
  Value reciprocals = dyadic::RowReciprocalOp::create(builder, loc, codes, builder.getI64IntegerAttr(op.getAxis()),
                                                      op.getMaxLengthAttr());
  return {codes, reciprocals};
}

static Value emitRows(OpBuilder &builder, const RoundedGroup &group, Value x, Value reciprocals,
                      const RequantPlan &plan) {
  qc::numerics::CodeRange clamp = getClamp(group);
  return dyadic::RequantRowsOp::create(builder, group.getLoc(), group.getResultType(), x, reciprocals,
                                       plan.multipliers[0], plan.shifts[0], group.result.zeroPoint, clamp.lo, clamp.hi);
}

/// The i32 sums of `values` times their weights: where they have 16 bits, of both planes, joined as `plan` says.
static Value emitWeighted(OpBuilder &builder, MatMulOp product, Value weights, const Codes &values,
                          const RequantPlan &plan) {
  auto emitSum = [&](SumOperands::Plane plane, int32_t zeroPoint) -> Value {
    Value right = takePlane(builder, product.getLoc(), values.value, plane);
    return dyadic::MatMulOp::create(builder, product.getLoc(), getTensor(product.getY()).clone(builder.getI32Type()),
                                    weights, right, Value(), builder.getI32IntegerAttr(0),
                                    builder.getI32IntegerAttr(zeroPoint), product.getMaxDepthAttr(), IntegerAttr());
  };
  if (!values.params.isWide())
    return emitSum(SumOperands::Plane::None, values.params.zeroPoint);
  qc::numerics::Planes zero = qc::numerics::splitCode(values.params.zeroPoint, values.params.type);
  Value high = emitSum(SumOperands::Plane::High, int32_t(zero.high));
  // -2^31 is no legal operand of a Requant, and is not reached.
  return joinPlanes(builder, {high, emitSum(SumOperands::Plane::Low, int32_t(zero.low))}, plan, -INT32_MAX);
}

/// Rows of `weights`, which have the parameters `x` of scores, or none, and are `emit`ted where there is a plan.
static FailureOr<Value> convertWeights(OpBuilder &builder, const RoundedGroup &group, std::string &reason,
                                       const CodeParams &x, llvm::function_ref<Weights()> emit) {
  auto product = group.operations.size() > 1 ? dyn_cast<MatMulOp>(group.operations[1]) : MatMulOp();
  if (!product) {
    RequantPlan plan = planSoftmax(x, group.result.scale);
    reason = plan.reason;
    if (!plan)
      return failure();
    Weights weights = emit();
    return emitRows(builder, group, weights.codes, weights.reciprocals, plan);
  }
  FailureOr<Codes> values = getCodesTo16(product.getB(), reason);
  if (failed(values))
    return failure();
  int64_t depth = cast<IntegerFormOpInterface>(product.getOperation()).getReductionDepth();
  WeightedPlan plan = planSoftmaxProduct(depth, x, values->params, group.result.scale);
  reason = plan.reason;
  if (!plan)
    return failure();
  Weights weights = emit();
  Value sum = emitWeighted(builder, product, weights.codes, *values, plan.sum);
  return emitRows(builder, group, sum, weights.reciprocals, plan.rows);
}

FailureOr<Value> qc::conversion::convertSoftmax(OpBuilder &builder, const RoundedGroup &group, std::string &reason) {
  auto softmax = cast<SoftmaxOp>(group.getRoot());
  FailureOr<Codes> x = getCodesTo16(softmax.getX(), reason);
  if (failed(x))
    return failure();
  return convertWeights(builder, group, reason, x->params, [&] { return emitWeights(builder, softmax, *x); });
}

FailureOr<Value> qc::conversion::convertMeanWeights(OpBuilder &builder, const RoundedGroup &group,
                                                    std::string &reason) {
  auto weights = cast<MeanWeightsOp>(group.getRoot());
  return convertWeights(builder, group, reason, CodeParams(), [&] { return emitWeights(builder, weights); });
}
