// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// add, mul, rescale, average pools and unary chains as integer operations.
#include "RoundedGroup.h"
#include "dialects/QC/WindowCounts.h"
#include "qc/Analysis/ChainFunctions.h"
#include "qc/Analysis/Uses.h"
#include "qc/Arith/Table.h"

using namespace mlir;
using namespace qc;
using namespace qc::conversion;

FailureOr<Value> qc::conversion::convertRescale(OpBuilder &builder, const RoundedGroup &group, std::string &reason) {
  QuantizeOp end = group.end;
  std::optional<Codes> x = getCodes(end.getX());
  if (!x) {
    reason = "an operand is not given as codes with one constant scale";
    return failure();
  }
  bool isSame = x->params.scale == group.result.scale && x->params.zeroPoint == group.result.zeroPoint;
  if (isSame && x->value.getType() == end.getQ().getType())
    return x->value;
  RequantPlan plan = planRescale(x->params, group.result.scale);
  if (!plan) {
    reason = plan.reason;
    return failure();
  }
  return emitRequant(builder, group, x->value, x->params.zeroPoint, plan, 0, getClamp(group));
}

FailureOr<Value> qc::conversion::convertAdd(OpBuilder &builder, const RoundedGroup &group, std::string &reason) {
  if (getRoundingTraits(group.getRoot()).isTableStep)
    return convertChain(builder, group, reason);
  Operation *add = group.getRoot();
  std::optional<Codes> a = getCodes(add->getOperand(0)), b = getCodes(add->getOperand(1));
  if (!a || !b) {
    reason = "an operand is not given as codes with one constant scale";
    return failure();
  }
  RequantPlan plan;
  cast<RequantPlanOpInterface>(add).planRequant({a->params, b->params}, group.result.scale, plan);
  if (!plan) {
    reason = plan.reason;
    return failure();
  }
  return emitRequant(builder, group, {a->value, b->value}, {a->params.zeroPoint, b->params.zeroPoint}, plan, 0,
                     getClamp(group));
}

FailureOr<Value> qc::conversion::convertMul(OpBuilder &builder, const RoundedGroup &group, std::string &reason) {
  if (getRoundingTraits(group.getRoot()).isTableStep)
    return convertChain(builder, group, reason);
  auto mul = cast<MulOp>(group.getRoot());
  FailureOr<Codes> a = getCodesTo16(mul.getA(), reason);
  FailureOr<Codes> b = getCodesTo16(mul.getB(), reason);
  if (failed(a) || failed(b))
    return failure();
  RequantPlan plan;
  cast<RequantPlanOpInterface>(group.getRoot()).planRequant({a->params, b->params}, group.result.scale, plan);
  if (!plan) {
    reason = plan.reason;
    return failure();
  }
  Value product = dyadic::MulOp::create(builder, mul.getLoc(), getTensor(mul.getY()).clone(builder.getI32Type()),
                                        a->value, b->value, a->params.zeroPoint, b->params.zeroPoint);
  return emitRequant(builder, group, product, 0, plan, 0, getClamp(group));
}

namespace {
/// The window attributes of both kinds of average pool.
struct PoolWindow {
  SmallVector<int64_t> kernel, strides, pads, dilations;
  bool isCeil = false, countsPads = false;
};
} // namespace

static PoolWindow getPoolWindow(AvgPoolOp op) {
  return {SmallVector<int64_t>(op.getKernel()),
          SmallVector<int64_t>(op.getStrides()),
          SmallVector<int64_t>(op.getPads()),
          SmallVector<int64_t>(op.getDilations()),
          op.getCeilMode(),
          op.getCountIncludePad()};
}

// Over known dimensions.
static PoolWindow getPoolWindow(GlobalAvgPoolOp op) {
  ArrayRef<int64_t> spatial = getShapeOf(op.getX()).drop_front(2);
  SmallVector<int64_t> ones(spatial.size(), 1);
  return {SmallVector<int64_t>(spatial), ones, SmallVector<int64_t>(2 * spatial.size(), 0), ones};
}

static Value emitWindows(OpBuilder &builder, const RoundedGroup &group, const Codes &x, const PoolWindow &window,
                         ArrayRef<int64_t> counts, const RequantPlan &plan) {
  qc::numerics::CodeRange range = getClamp(group);
  return dyadic::AvgPoolOp::create(builder, group.getLoc(), group.getResultType(), x.value, x.params.zeroPoint,
                                   window.kernel, window.strides, window.pads, window.dilations, window.isCeil,
                                   window.countsPads, counts, plan.multipliers, plan.shifts, group.result.zeroPoint,
                                   range.lo, range.hi);
}

static Value emitAverage(OpBuilder &builder, const RoundedGroup &group, AvgPoolOp op, const Codes &x,
                         const RequantPlan &plan) {
  return emitWindows(builder, group, x, getPoolWindow(op), getWindowCounts(op).counts, plan);
}

static Value emitAverage(OpBuilder &builder, const RoundedGroup &group, GlobalAvgPoolOp op, const Codes &x,
                         const RequantPlan &plan) {
  if (!ShapedType::isDynamicShape(getShapeOf(op.getX()).drop_front(2)))
    return emitWindows(builder, group, x, getPoolWindow(op), getWindowCounts(op).counts, plan);
  qc::numerics::CodeRange range = getClamp(group);
  return dyadic::GlobalAvgPoolOp::create(builder, group.getLoc(), group.getResultType(), x.value, x.params.zeroPoint,
                                         getWindowCounts(op).counts, plan.multipliers, plan.shifts,
                                         group.result.zeroPoint, range.lo, range.hi);
}

template <typename Pool>
FailureOr<Value> qc::conversion::convertPool(OpBuilder &builder, const RoundedGroup &group, std::string &reason) {
  auto pool = cast<Pool>(group.getRoot());
  FailureOr<Codes> x = getCodesTo16(pool.getX(), reason);
  if (failed(x))
    return failure();
  RequantPlan plan;
  cast<RequantPlanOpInterface>(group.getRoot()).planRequant(x->params, group.result.scale, plan);
  reason = plan.reason;
  if (!reason.empty())
    return failure();
  if (!group.result.isNarrow() && !group.result.isWide()) {
    reason = std::string("its result has codes of type ") + qc::numerics::codeTypeName(group.result.type) +
             ", the integer form gives 8 or 16 bits";
    return failure();
  }
  return emitAverage(builder, group, pool, *x, plan);
}
template FailureOr<Value> qc::conversion::convertPool<AvgPoolOp>(OpBuilder &, const RoundedGroup &, std::string &);
template FailureOr<Value> qc::conversion::convertPool<GlobalAvgPoolOp>(OpBuilder &, const RoundedGroup &,
                                                                       std::string &);

static ElementsAttr makeTable(ArrayRef<int32_t> entries, Type element) {
  TensorValue table(RankedTensorType::get({int64_t(entries.size())}, element));
  for (auto [index, entry] : llvm::enumerate(entries))
    table.setInteger(index, entry);
  return getElementsAttr(table);
}

// A function of 16-bit codes: segments where these are near enough, else all values.
static Value emitFunction16(OpBuilder &builder, const RoundedGroup &group, const Codes &x,
                            const std::vector<qc::numerics::RealFunction> &chain) {
  const CodeParams &from = x.params, &to = group.result;
  qc::numerics::Table16 table =
      qc::numerics::buildTable16(chain, {from.scale, from.zeroPoint}, from.type, {to.scale, to.zeroPoint}, to.type);
  if (!table.isSegmented())
    return dyadic::LutOp::create(builder, group.getLoc(), group.getResultType(), x.value,
                                 makeTable(table.entries, group.getResultType().getElementType()));
  qc::numerics::CodeRange range = qc::numerics::codeRange(to.type);
  Type i32 = builder.getI32Type();
  return dyadic::SegmentsOp::create(builder, group.getLoc(), group.getResultType(), x.value, makeTable(table.base, i32),
                                    makeTable(table.slope, i32), range.lo, range.hi);
}

FailureOr<Value> qc::conversion::convertChain(OpBuilder &builder, const RoundedGroup &group, std::string &reason) {
  unsigned argument = cast<UnaryFunctionOpInterface>(group.getRoot()).getArgument();
  FailureOr<Codes> x = getCodesTo16(group.getRoot()->getOperand(argument), reason);
  if (failed(x))
    return failure();
  std::vector<qc::numerics::RealFunction> chain = getChainFunctions(group.operations);
  if (chain.empty()) {
    reason = "the parameters of a function of the chain are not constant";
    return failure();
  }
  const CodeParams &from = x->params, &to = group.result;
  if (from.isWide())
    return emitFunction16(builder, group, *x, chain);
  qc::numerics::Table table =
      qc::numerics::buildTable(chain, {from.scale, from.zeroPoint}, from.type, {to.scale, to.zeroPoint}, to.type);
  return dyadic::LutOp::create(builder, group.getLoc(), group.getResultType(), x->value,
                               makeTable(table, group.getResultType().getElementType()))
      .getY();
}
