// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The precision of every operation of a model, while assign and quantize decide it.
#include "Precisions.h"
#include "qc/Analysis/IntegerForm.h"
#include "qc/Analysis/Uses.h"

using namespace mlir;
using namespace qc;

bool qc::hasPrecision(Operation *op) {
  if (op->getNumResults() != 1 || isa<qc::ConstantOp, QuantizeOp, DequantizeOp>(op))
    return false;
  auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  // A move that works on codes keeps its assignment.
  return type && (type.getElementType().isF32() || op->hasAttr(QCDialect::kAssignmentAttr));
}

static constexpr StringRef kDefaultReason = "quantized by default";
static constexpr StringRef kFollowReason = "quantized as its operand";

std::string qc::explainNoIntegerForm(Operation *op) {
  if (movesCodes(op) && llvm::all_of(op->getOperands(), [](Value v) { return bool(getConstantValue(v)); }))
    return "its operands are constant";
  return refuseIntegerForm(op);
}

/// The storage type of an operand of an int8 operation.
static Type getOperandStorage(Operation *op, unsigned slot) {
  MLIRContext *context = op->getContext();
  if (llvm::is_contained(getActivationSlots(op), slot))
    return IntegerType::get(context, 8, IntegerType::Unsigned);
  auto facts = cast<QuantizationOpInterface>(op);
  if (slot == facts.getWeightOperand())
    return IntegerType::get(context, 8);
  if (slot == facts.getBiasOperand())
    return IntegerType::get(context, 32);
  return Float32Type::get(context); // a bound of clip
}

AssignmentAttr qc::getAssignment(Operation *op, const Choice &choice) {
  MLIRContext *context = op->getContext();
  Type result = Float32Type::get(context);
  SmallVector<Type> operands(op->getNumOperands(), result);
  if (choice.isInt8) {
    result = IntegerType::get(context, 8, IntegerType::Unsigned);
    for (unsigned i = 0; i < operands.size(); ++i)
      operands[i] = getOperandStorage(op, i);
  }
  return AssignmentAttr::get(context, result, operands, StringAttr::get(context, choice.reason), choice.by);
}

LogicalResult qc::verifyAssignment(Operation *op) {
  auto assignment = op->getAttrOfType<AssignmentAttr>(QCDialect::kAssignmentAttr);
  if (!assignment)
    return op->emitOpError("expects a qc.assignment");
  if (assignment.isFloat() && !op->hasAttr(QCDialect::kFloatReasonAttr))
    return op->emitOpError("expects a qc.float_reason, as its assignment is float");
  if (!assignment.isFloat() && op->hasAttr(QCDialect::kFloatReasonAttr))
    return op->emitOpError("expects no qc.float_reason, as its assignment is ") << assignment.getResult();
  std::string reason = assignment.isFloat() ? "" : explainNoIntegerForm(op);
  if (!reason.empty())
    return op->emitOpError("expects a float assignment: ") << reason;
  AssignmentAttr expected =
      getAssignment(op, {!assignment.isFloat(), assignment.getReason().str(), assignment.getBy()});
  if (assignment != expected)
    return op->emitOpError("expects ") << expected << ", got " << assignment;
  return success();
}

/// The reason of an operation for which `wish` asks int8 in vain.
static std::string describeVain(StringRef wish, StringRef reason) {
  return (wish + " asks for int8, but " + reason).str();
}

FailureOr<Precisions> Precisions::choose(func::FuncOp main, const AssignmentPolicy *policy) {
  Precisions result;
  SmallVector<Operation *> ops;
  for (Operation &op : main.front())
    if (hasPrecision(&op))
      ops.push_back(&op);
  AssignmentPolicy::Choices wishes(ops.size());
  if (policy) {
    FailureOr<AssignmentPolicy::Choices> decided = policy->decide(ops, [&] { return main.emitError(); });
    if (failed(decided))
      return failure();
    wishes = std::move(*decided);
  }
  for (auto [op, wish] : llvm::zip_equal(ops, wishes)) {
    std::string reason = explainNoIntegerForm(op);
    Choice choice{reason.empty(), reason.empty() ? kDefaultReason.str() : reason, DecidedBy::Default};
    if (wish && (reason.empty() || !wish->isInt8))
      choice = *wish;
    else if (wish)
      choice.reason = describeVain(wish->reason, reason);
    result.choices[op] = std::move(choice);
  }
  result.followOperands();
  return result;
}

FailureOr<Precisions> Precisions::read(func::FuncOp main) {
  Precisions result;
  for (Operation &op : main.front()) {
    if (!hasPrecision(&op))
      continue;
    if (failed(verifyAssignment(&op))) // a module may come from a file
      return failure();
    auto assignment = op.getAttrOfType<AssignmentAttr>(QCDialect::kAssignmentAttr);
    result.choices[&op] = {!assignment.isFloat(), assignment.getReason().str(), assignment.getBy()};
  }
  return result;
}

bool Precisions::isInt8(Operation *op) const {
  auto found = choices.find(op);
  return found != choices.end() && found->second.isInt8;
}

/// A move that follows its operands: nobody decided about it, and it has an integer form.
bool Precisions::isFree(Operation *op) const {
  auto found = choices.find(op);
  return found != choices.end() && found->second.by == DecidedBy::Default && movesCodes(op) && !refused.contains(op) &&
         explainNoIntegerForm(op).empty();
}

void Precisions::followOperands() {
  // Moves of nothing but model inputs: no producer says what they are, so readers do.
  llvm::DenseSet<Operation *> movesInputs;
  for (auto &[op, choice] : choices) {
    if (!isFree(op))
      continue;
    choice = {false, "its operand is float", DecidedBy::Default};
    if (llvm::all_of(op->getOperands(), [&](Value operand) {
          return isa<BlockArgument>(operand) || getConstantValue(operand) ||
                 movesInputs.contains(operand.getDefiningOp());
        })) {
      movesInputs.insert(op);
      choice.reason = "it moves a model input that nothing quantized reads";
    }
  }
  // Each round makes at least one more move int8.
  for (bool changed = true; changed;) {
    changed = false;
    llvm::DenseSet<Value> wanted;
    for (auto &[op, choice] : llvm::reverse(choices))
      if (choice.isInt8 || (movesInputs.contains(op) && wanted.contains(op->getResult(0))))
        for (unsigned slot : getActivationSlots(op))
          wanted.insert(op->getOperand(slot));
    for (auto &[op, choice] : choices) {
      if (choice.isInt8 || !isFree(op))
        continue;
      choice.isInt8 = llvm::any_of(op->getOperands(), [&, move = op](Value operand) {
        return isInt8(operand.getDefiningOp()) || (movesInputs.contains(move) && wanted.contains(operand));
      });
      if (choice.isInt8)
        choice.reason = kFollowReason.str();
      changed |= choice.isInt8;
    }
  }
}

void Precisions::refuse(Operation *op, std::string reason) {
  Choice &choice = choices[op];
  if (choice.by != DecidedBy::Default)
    reason = describeVain(choice.reason, reason);
  choice = {false, std::move(reason), choice.by};
  refused.insert(op);
}

void Precisions::write(llvm::function_ref<void(Operation *, StringRef)> report) const {
  for (const auto &[op, choice] : choices) {
    auto before = op->getAttrOfType<AssignmentAttr>(QCDialect::kAssignmentAttr);
    op->setAttr(QCDialect::kAssignmentAttr, getAssignment(op, choice));
    if (choice.isInt8) {
      op->removeAttr(QCDialect::kFloatReasonAttr);
      continue;
    }
    op->setAttr(QCDialect::kFloatReasonAttr, StringAttr::get(op->getContext(), choice.reason));
    if (!before || !before.isFloat())
      report(op, choice.reason);
  }
}
