// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which operations have an integer form with the parameters they would get.
#include "DecisionGroups.h"
#include "QuantizePlan.h"
#include "mlir/IR/Remarks.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Analysis/Uses.h"
#include "qc/Arith/Int4.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace qc;

static llvm::DenseMap<Operation *, FormatCandidate> collectFormats(func::FuncOp main, const Precisions &precisions) {
  llvm::DenseMap<Operation *, FormatCandidate> formats;
  for (Operation *op : listOperations(main))
    if (precisions.isQuantized(op))
      formats[op] = precisions.getFormats(op);
  return formats;
}

QuantizePlan::QuantizePlan(func::FuncOp main, RoundingStyle style, Formats found, ActivationParams &parameters)
    : parameters(&parameters), style(style), formats(std::move(found)),
      groups(main, style, [&](Operation *op) { return isQuantized(op); }),
      ties(
          main, [&](Operation *op) { return isQuantized(op); },
          [&](Operation *op) { return isWideFormat(formats.find(op)->second.result); }) {}

FailureOr<QuantizePlan> QuantizePlan::make(func::FuncOp main, RoundingStyle style, Precisions &precisions,
                                           ActivationParams &parameters) {
  DecisionGroups decisions(main);
  llvm::DenseMap<Operation *, ContractionCodes> known;
  for (;;) {
    QuantizePlan plan(main, style, collectFormats(main, precisions), parameters);
    plan.codes = std::move(known);
    if (failed(plan.findReadRanges()) || failed(plan.centreFactors()))
      return failure();
    // One at a time in each group: without an operation rounding points and parameters of its group are others.
    llvm::DenseSet<Operation *> changed;
    for (Operation *op : listOperations(main)) {
      if (!plan.isQuantized(op) || decisions.isNextTo(op, changed))
        continue;
      FailureOr<std::string> reason = plan.explain(op);
      if (failed(reason))
        return failure();
      if (reason->empty())
        continue;
      precisions.refuse(op, *reason);
      changed.insert(decisions.getLeader(op));
    }
    if (changed.empty())
      return plan;
    precisions.followOthers();
    known = std::move(plan.codes);
  }
}

// Why the number that a move puts where nothing is moved is none of its codes.
static std::string explainFill(Operation *op, const CodeParams &params) {
  auto move = dyn_cast<MoveOpInterface>(op);
  auto fill = move ? dyn_cast_if_present<FloatAttr>(move.getFill()) : FloatAttr();
  if (!fill)
    return {};
  float value = fill.getValue().convertToFloat();
  numerics::QuantParams pair{params.scale, params.zeroPoint};
  if (numerics::dequantize(numerics::quantize(value, pair, params.type), pair) == value)
    return {};
  return "no code stands for the value " + llvm::formatv("{0}", value).str() + " that it pads with";
}

FailureOr<CodeParams> QuantizePlan::getParams(Value value, FormatAttr format) const {
  Value leader = ties.getLeader(value);
  bool isWide = isWideFormat(format);
  return parameters->get(leader, isWide ? numerics::CodeType::UI16 : numerics::CodeType::UI8,
                         isWide && centred.contains(leader), readRanges.lookup(leader));
}

FailureOr<CodeParams> QuantizePlan::getResultParams(Operation *op) const {
  return getParams(op->getResult(0), formats.find(op)->second.result);
}

FailureOr<CodeParams> QuantizePlan::getOperandParams(Operation *op, unsigned slot, Value operand) const {
  return getParams(operand, formats.find(op)->second.operands[slot]);
}

FailureOr<CodeParams> QuantizePlan::getOwnParams(Operation *op, unsigned slot, Value operand) const {
  Operation *producer = operand.getDefiningOp();
  return producer && isQuantized(producer) ? getResultParams(producer) : getOperandParams(op, slot, operand);
}

LogicalResult QuantizePlan::centreFactors() {
  for (const RoundingGroup &group : groups.getGroups()) {
    if (!isa<MulOp>(group.root) || !isWideFormat(formats[group.root].operands[0]) ||
        !isWideFormat(formats[group.root].operands[1]))
      continue;
    FailureOr<CodeParams> a = getOperandParams(group.root, 0), b = getOperandParams(group.root, 1);
    if (failed(a) || failed(b))
      return failure();
    if (std::optional<int> slot = numerics::operandToCentre(a->type, a->zeroPoint, b->type, b->zeroPoint))
      centred.insert(ties.getLeader(group.root->getOperand(*slot)));
  }
  return success();
}

FailureOr<std::string> QuantizePlan::explain(Operation *op) {
  if (const RoundingGroup *group = groups.getGroup(op))
    return group->isContraction() ? explainContraction(*group) : explainRescaled(*group);
  if (groups.isInGroup(op)) // its root answers for it
    return std::string();
  if (getRoundingTraits(op).joinsOperands)
    return explainJoin(op);
  for (unsigned slot : getDataOperands(op))
    if (Value operand = op->getOperand(slot); !isInner(operand))
      if (failed(getOwnParams(op, slot, operand)) || failed(getOperandParams(op, slot)))
        return failure();
  if (groups.isUnrounded(op))
    return std::string();
  FailureOr<CodeParams> result = getResultParams(op);
  if (failed(result))
    return failure();
  return movesCodes(op) ? explainFill(op, *result) : std::string(); // tables exist for all parameters
}

FailureOr<std::string> QuantizePlan::explainRescaled(const RoundingGroup &group) {
  SmallVector<CodeParams> inputs;
  for (unsigned slot : getDataOperands(group.root)) {
    FailureOr<CodeParams> params = getOperandParams(group.root, slot);
    if (failed(params))
      return failure();
    inputs.push_back(*params);
  }
  FailureOr<CodeParams> result = getResultParams(group.getTail());
  if (failed(result))
    return failure();
  RequantPlan plan;
  cast<RequantPlanOpInterface>(group.root).planRequant(inputs, result->scale, plan);
  return plan.reason;
}

FailureOr<std::string> QuantizePlan::explainWeighted(const RoundingGroup &group) {
  Operation *product = group.root;
  bool readsScores = !getDataOperands(group.softmax).empty();
  FailureOr<CodeParams> x = readsScores ? getOperandParams(group.softmax, 0) : CodeParams(),
                        values = getOperandParams(product, 1), result = getResultParams(group.getTail());
  if (failed(x) || failed(values) || failed(result))
    return failure();
  codes[product] = ContractionCodes(); // no constants
  int64_t depth = cast<IntegerFormOpInterface>(product).getReductionDepth();
  return planSoftmaxProduct(depth, *x, *values, result->scale).reason;
}

FailureOr<std::string> QuantizePlan::explainContraction(const RoundingGroup &group) {
  if (group.softmax)
    return explainWeighted(group);
  Operation *op = group.root;
  auto form = cast<IntegerFormOpInterface>(op);
  FailureOr<CodeParams> input = getOperandParams(op, 0);
  FailureOr<CodeParams> result = group.isRounded ? getResultParams(group.getTail()) : CodeParams();
  FailureOr<CodeParams> residual = CodeParams();
  if (group.add)
    residual = getOperandParams(group.add, group.getResidualSlot());
  std::optional<CodeParams> second;
  if (llvm::is_contained(form.getDataOperands(), 1u)) {
    FailureOr<CodeParams> params = getOperandParams(op, 1);
    if (failed(params))
      return failure();
    second = *params;
  }
  if (failed(input) || failed(result) || failed(residual))
    return failure();
  FailureOr<ChannelShifts> shifts = getShifts(group);
  if (failed(shifts))
    return failure();
  if (auto known = codes.find(op); known == codes.end() || !known->second.isFor(*input, second, *shifts)) {
    FormatAttr weights = formats.find(op)->second.operands[1];
    int64_t weightGroup = isInt4Format(weights) ? weights.getBlock() : 0;
    FailureOr<ContractionCodes> constants =
        quantizeConstants(op, *input, second, weightGroup,
                          parameters->getOperandMoments(op, /*readsCovariances=*/weightGroup != 0), *shifts);
    if (failed(constants))
      return failure();
    if (!constants->reason.empty())
      return constants->reason;
    codes[op] = std::move(*constants);
  }
  const ContractionCodes &c = codes[op];
  const CodeParams *addend = group.add ? &*residual : nullptr;
  if (second)
    return group.isRounded ? planMatMul(form.getReductionDepth(), *input, *second, c.bias, result->scale, addend).reason
                           : planFloatResult(form.getReductionDepth(), *input, *second, c.bias).reason;
  WeightCodes weights = WeightCodes::view(c.weights->getData<int8_t>(), c.weights->getShape(),
                                          form.getWeightChannelAxis(), form.hasMatrixWeights());
  return group.isRounded ? planContraction(weights, c.weightScales, c.bias, *input, result->scale, addend).reason
                         : planFloatResult(weights, c.weightScales, c.bias, *input).reason;
}

void QuantizePlan::reportWeights(Operation *contraction) const {
  if (getCodes(contraction).isNearest)
    remark::missed(contraction->getLoc(), remark::RemarkOpts::name("Weights").category("qc-quantize"))
        << remark::reason("weights of 4 bits are the nearest ones: there are no covariances of what they multiply; "
                          "--operand-covariances=true measures those of contractions without groups and of up to {0} "
                          "products",
                          qc::numerics::covarianceDepthLimit);
}

FailureOr<std::string> QuantizePlan::explainJoin(Operation *op) {
  FailureOr<CodeParams> result = getResultParams(op);
  for (auto [slot, operand] : llvm::enumerate(op->getOperands())) {
    if (failed(result))
      return failure();
    if (getConstantValue(operand)) // gets codes in the result's parameters
      continue;
    FailureOr<CodeParams> params = getOwnParams(op, slot, operand);
    if (failed(params))
      return failure();
    RequantPlan plan = *params == *result ? RequantPlan() : planRescale(*params, result->scale);
    if (!plan)
      return plan.reason;
  }
  return std::string();
}
