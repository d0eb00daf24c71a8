// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds the group that a rounding point closes and calls the conversion of its kind.
#include "RoundedGroup.h"
#include "mlir/IR/Remarks.h"

using namespace mlir;
using namespace qc;
using namespace qc::conversion;

std::optional<Codes> qc::conversion::getCodes(Value value) {
  auto dequantize = value.getDefiningOp<DequantizeOp>();
  std::optional<StaticParams> params = dequantize ? getStaticParams(dequantize) : std::nullopt;
  if (!params || !params->isPerTensor() || dequantize.getFormat().getStorage().isInteger(64))
    return std::nullopt;
  return Codes{dequantize.getQ(), params->getCodeParams()};
}

FailureOr<Codes> qc::conversion::getCodesTo16(Value value, std::string &reason) {
  std::optional<Codes> codes = getCodes(value);
  if (!codes)
    reason = "an operand is not given as codes with one constant scale";
  else if (!codes->params.isNarrow() && !codes->params.isWide())
    reason = std::string("an operand has codes of type ") + qc::numerics::codeTypeName(codes->params.type) +
             ", the integer form takes 8 or 16 bits";
  if (!reason.empty())
    return failure();
  return *codes;
}

qc::numerics::CodeRange qc::conversion::getClamp(const RoundedGroup &group) {
  const CodeParams &result = group.result;
  auto last =
      group.operations.empty() ? IntegerFormOpInterface() : cast<IntegerFormOpInterface>(group.operations.back());
  if (std::optional<ClampBounds> bounds = last ? last.getClampBounds() : std::nullopt)
    return qc::numerics::clipCodes(bounds->least, bounds->greatest, {result.scale, result.zeroPoint}, result.type);
  return qc::numerics::codeRange(result.type);
}

Value qc::conversion::emitRequant(OpBuilder &builder, const RoundedGroup &group, ValueRange terms,
                                  ArrayRef<int32_t> termZeroPoints, const RequantPlan &plan, int64_t axis,
                                  qc::numerics::CodeRange clamp) {
  if (int64_t dead = plan.countDead())
    remark::analysis(group.getLoc(), remark::RemarkOpts::name("ConvertToDyadic").category("qc-convert-to-dyadic"))
        << remark::reason("{0} of {1} channels are too small to contribute", dead, plan.shifts.size());
  IntegerAttr channels = plan.shifts.size() == 1 ? IntegerAttr() : builder.getI64IntegerAttr(axis);
  return dyadic::RequantOp::create(builder, group.getLoc(), group.getResultType(), terms, termZeroPoints,
                                   plan.multipliers, plan.multipliers1, plan.shifts, group.result.zeroPoint, clamp.lo,
                                   clamp.hi, dyadic::Rounding::HalfUp, channels, plan.multipliers2, plan.planes);
}

static FailureOr<Value> convert(OpBuilder &builder, const RoundedGroup &group, std::string &reason) {
  if (group.operations.empty())
    return convertRescale(builder, group, reason);
  auto form = cast<IntegerFormOpInterface>(group.getRoot());
  reason = form.explainFloat();
  if (!reason.empty())
    return failure();
  if (auto dyadic = dyn_cast<DyadicFormOpInterface>(group.getRoot()))
    return dyadic.convert(builder, group, reason);
  reason = form.getRoundingTraits().movesCodes ? "it moves real values where it could move codes"
                                               : "the operation has no integer form yet";
  return failure();
}

bool qc::isQuantized(Operation *op) {
  return isa_and_nonnull<IntegerFormOpInterface>(op) && !op->hasAttr(QCDialect::kFloatReasonAttr);
}

FailureOr<Value> qc::convertGroup(RewriterBase &rewriter, QuantizeOp end, const RoundingGroups &groups,
                                  Declined &declined) {
  Operation *tail = end.getX().getDefiningOp();
  bool isRescale = isa_and_nonnull<DequantizeOp>(tail);
  if (!isRescale && !isQuantized(tail)) // a border, or behind an island
    return failure();
  RoundedGroup group{isRescale ? SmallVector<Operation *>() : groups.getOperations(tail), end, {}};
  declined.operations = group.operations;
  if (isRescale)
    declined.operations.push_back(end);
  std::optional<StaticParams> params = getStaticParams(end);
  if (!params || !params->isPerTensor()) {
    declined.reason = "the result's scale is not one positive constant";
    return failure();
  }
  group.result = params->getCodeParams();
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(end);
  FailureOr<Value> codes = convert(rewriter, group, declined.reason);
  if (succeeded(codes))
    rewriter.replaceOp(end, *codes);
  return codes;
}
