// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds the group that a rounding point closes and calls the conversion of its kind.
#include "Group.h"
#include "mlir/IR/Remarks.h"

using namespace mlir;
using namespace qc;
using namespace qc::conversion;

std::optional<Codes> qc::conversion::getCodes(Value value) {
  auto dequantize = value.getDefiningOp<DequantizeOp>();
  std::optional<StaticParams> params = dequantize ? getStaticParams(dequantize) : std::nullopt;
  if (!params || !params->isPerTensor())
    return std::nullopt;
  return Codes{dequantize.getQ(), params->getCodeParams()};
}

FailureOr<Codes> qc::conversion::getNarrowCodes(Value value, std::string &reason) {
  std::optional<Codes> codes = getCodes(value);
  if (!codes)
    reason = "an operand is not given as codes with one constant scale";
  else if (!codes->isNarrow())
    reason = std::string("an operand has codes of type ") + qc::numerics::codeTypeName(codes->params.type) +
             ", the integer form takes 8 bits";
  if (!reason.empty())
    return failure();
  return *codes;
}

Value qc::conversion::emitRequant(OpBuilder &builder, const Group &group, ValueRange terms,
                                  ArrayRef<int32_t> termZeroPoints, const RequantPlan &plan, int64_t axis,
                                  qc::numerics::CodeRange clamp) {
  if (int64_t dead = plan.countDead())
    remark::analysis(group.getLoc(), remark::RemarkOpts::name("ConvertToDyadic").category("qc-convert-to-dyadic"))
        << remark::reason("{0} of {1} channels are too small to contribute", dead, plan.shifts.size());
  IntegerAttr channels = plan.shifts.size() == 1 ? IntegerAttr() : builder.getI64IntegerAttr(axis);
  return dyadic::RequantOp::create(builder, group.getLoc(), group.getResultType(), terms, termZeroPoints,
                                   plan.multipliers, plan.multipliers1, plan.shifts, group.result.zeroPoint, clamp.lo,
                                   clamp.hi, dyadic::Rounding::HalfUp, channels);
}

static std::optional<QuantRole> getRole(Operation *op) {
  auto interface = op ? dyn_cast<QuantizationOpInterface>(op) : QuantizationOpInterface();
  if (!interface || op->hasAttr(QCDialect::kFloatReasonAttr))
    return std::nullopt;
  return interface.getQuantRole();
}

// What makes `value`, where a group may go on there: this is its one use.
static Operation *getInner(Value value) { return value.hasOneUse() ? value.getDefiningOp() : nullptr; }

// The contraction whose sum `op` adds to, or null. Where both operands are sums, the later one (docs/Numerics.md).
static Operation *getAddedContraction(Operation *op) {
  auto add = dyn_cast_or_null<AddOp>(op);
  if (!add || getRole(add) != QuantRole::Add)
    return nullptr;
  Operation *found = nullptr;
  for (Value operand : {add.getA(), add.getB()})
    if (Operation *inner = getInner(operand);
        getRole(inner) == QuantRole::Contraction && (!found || found->isBeforeInBlock(inner)))
      found = inner;
  return found;
}

// Fills `operations` from the contraction on if `op` continues or is one.
static bool addContraction(Operation *op, SmallVectorImpl<Operation *> &operations) {
  if (Operation *contraction = getAddedContraction(op))
    operations.assign({contraction, op});
  else if (getRole(op) == QuantRole::Contraction)
    operations.assign({op});
  return !operations.empty();
}

// The group of operations that ends in `tail`.
static SmallVector<Operation *> collectOperations(Operation *tail) {
  SmallVector<Operation *> operations;
  if (addContraction(tail, operations))
    return operations;
  if (isa<ReluOp, ClipOp>(tail) && addContraction(getInner(tail->getOperand(0)), operations)) {
    operations.push_back(tail);
    return operations;
  }
  for (Operation *op = tail; op && (op == tail || getRole(op) == QuantRole::Unary); op = getInner(op->getOperand(0))) {
    operations.insert(operations.begin(), op);
    if (getRole(op) != QuantRole::Unary)
      break;
  }
  return operations;
}

static Converter *selectConverter(QuantRole role) {
  switch (role) {
  case QuantRole::Contraction:
    return convertContraction;
  case QuantRole::Add:
    return convertAdd;
  case QuantRole::Mul:
    return convertMul;
  case QuantRole::AveragePool:
    return convertPool;
  case QuantRole::Unary:
    return convertChain;
  case QuantRole::PassThrough:
  case QuantRole::Concat:
  case QuantRole::Island:
    break;
  }
  return nullptr;
}

static FailureOr<Value> convert(OpBuilder &builder, const Group &group, std::string &reason) {
  if (group.operations.empty())
    return convertRescale(builder, group, reason);
  if (Converter *converter = selectConverter(*getRole(group.getRoot())))
    return converter(builder, group, reason);
  auto root = cast<QuantizationOpInterface>(group.getRoot());
  reason = root.getQuantRole() == QuantRole::Island ? root.getIslandReason().str()
                                                    : "it moves real values where it could move codes";
  return failure();
}

FailureOr<Value> qc::convertGroup(RewriterBase &rewriter, QuantizeOp end, Declined &declined) {
  Operation *tail = end.getX().getDefiningOp();
  bool isRescale = isa_and_nonnull<DequantizeOp>(tail);
  if (!isRescale && !getRole(tail)) // a border, or behind an island
    return failure();
  Group group{isRescale ? SmallVector<Operation *>() : collectOperations(tail), end, {}};
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
