// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which values have channels that may be multiplied, each by a power of two of its own.
#include "QuantizePlan.h"
#include "mlir/IR/Remarks.h"
#include "qc/Transforms/Calibrate/Observers.h"

using namespace mlir;
using namespace qc;

bool QuantizePlan::areChannelsFree(Value value) const {
  Operation *tail = value.getDefiningOp();
  if (style != RoundingStyle::Qc || !tail || !isQuantized(tail) || value.use_empty() || ties.getLeader(value) != value)
    return false;
  const RoundingGroup *group = groups.getGroup(groups.getOperations(tail).front());
  // Behind a relu or clip a channel is 0 in most samples, and its largest element is that of the few in which it is
  // not: other data has larger ones.
  auto conv = dyn_cast<qc::ConvOp>(tail);
  if (!group || group->root != tail || !conv || !getConstantValue(conv.getW()) || !group->isRounded ||
      isWideFormat(formats.find(tail)->second.result))
    return false;
  return llvm::all_of(value.getUses(), [&](OpOperand &use) {
    Operation *reader = use.getOwner();
    return isQuantized(reader) && readsChannelsAlone(reader) && use.getOperandNumber() == 0 &&
           !isWideFormat(formats.find(reader)->second.operands[0]);
  });
}

FailureOr<std::vector<int>> QuantizePlan::getShifts(Value value) {
  if (!areChannelsFree(value))
    return std::vector<int>();
  FailureOr<std::vector<int>> shifts = parameters->getChannelShifts(value, numerics::CodeType::UI8);
  if (succeeded(shifts) && shifts->empty())
    unobserved.insert(value.getDefiningOp());
  if (succeeded(shifts) && llvm::all_of(*shifts, [](int shift) { return shift == 0; }))
    shifts->clear();
  return shifts;
}

FailureOr<ChannelShifts> QuantizePlan::getShifts(const RoundingGroup &contraction) {
  FailureOr<std::vector<int>> operand = getShifts(contraction.root->getOperand(0)),
                              result = getShifts(contraction.getTail()->getResult(0));
  if (failed(operand) || failed(result))
    return failure();
  return ChannelShifts{std::move(*operand), std::move(*result)};
}

void QuantizePlan::reportChannels(Operation *contraction) const {
  auto options = remark::RemarkOpts::name("Channels").category("qc-quantize");
  ArrayRef<int> shifts = getCodes(contraction).shifts.result;
  if (!shifts.empty())
    remark::passed(contraction->getLoc(), options) << remark::reason(
        "{0} of {1} channels of its result are multiplied, by up to {2}",
        llvm::count_if(shifts, [](int shift) { return shift != 0; }), shifts.size(), 1 << *llvm::max_element(shifts));
  else if (unobserved.contains(contraction))
    remark::missed(contraction->getLoc(), options) << remark::reason(
        "the channels of its result have one scale: their ranges were not observed; calibrate the model again");
}
