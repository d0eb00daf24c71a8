// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Values that divide, or of which roots and logarithms are taken.
#include "qc/Analysis/Divisors.h"
#include "dialects/QC/Scalars.h"
#include "mlir/IR/BuiltinOps.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Analysis/Uses.h"

using namespace mlir;
using namespace qc;

// How many steps of a code a divisor stays away from 0 to be as good as any other value: 1/16 of it is lost at most.
static constexpr float kFarSteps = 8;

// The values that were observed far from 0.
static llvm::DenseSet<Value> findFarValues(func::FuncOp main) {
  llvm::DenseSet<Value> far;
  SymbolTable symbols(main->getParentOfType<ModuleOp>());
  for (auto observe : collectOperations<ObserveOp>(main)) {
    auto stats = symbols.lookup<StatsOp>(observe.getStats());
    if (!stats || !stats.getMin().isFinite() || !stats.getMax().isFinite())
      continue;
    float low = stats.getMin().convertToFloat(), high = stats.getMax().convertToFloat();
    float nearest = low > 0 ? low : high < 0 ? -high : 0, farthest = std::max(std::abs(low), std::abs(high));
    if (nearest * 255 >= kFarSteps * farthest && nearest > 0)
      far.insert(observe.getX());
  }
  return far;
}

// The slot of the divisor of an operation that divides f32 by what is computed, or takes a root or logarithm of it, if
// it is one: where that is near 0, the result is not.
static std::optional<unsigned> getDivisorSlot(Operation *op) {
  if (!op->getNumResults() || !isa<RankedTensorType>(op->getResult(0).getType()) ||
      !cast<RankedTensorType>(op->getResult(0).getType()).getElementType().isF32())
    return std::nullopt;
  if (isa<DivOp>(op) && !getConstantValue(op->getOperand(1)))
    return 1;
  auto power = dyn_cast<PowOp>(op);
  bool isRoot = power && getScalarConstant(power.getB()).value_or(-1) < 1; // a computed exponent may be negative
  return isa<ReciprocalOp, SqrtOp, LogOp>(op) || isRoot ? std::optional<unsigned>(0) : std::nullopt;
}

// Whether the result may be near 0 where an operand is not. What they read is float only where nothing else reads it:
// else a residual sum that is normalized would make all sums in front of it float.
static bool combines(Operation *op) { return isa<AddOp, SubOp, MulOp>(op); }

// Whether the result is near 0 only where an operand is: what it makes of codes divides as they do.
static bool follows(Operation *op) {
  if (combines(op))
    return false;
  RoundingTraits traits = getRoundingTraits(op);
  if (traits.isClamp || isa<MaxOp, MinOp>(op)) // a least value keeps 0 away from the division, not what is lost near it
    return true;
  if (auto function = dyn_cast<UnaryFunctionOpInterface>(op))
    return function.applyF64(0.0).value_or(0.0) == 0.0; // e^x and its like are not near 0 where x is
  return traits.movesCodes || traits.joinsOperands || isa<WhereOp, ReduceOp, GlobalAvgPoolOp, AvgPoolOp>(op);
}

llvm::DenseSet<Operation *> qc::findDivisors(func::FuncOp main) {
  llvm::DenseSet<Operation *> divisors, dividing;
  llvm::DenseSet<Value> far = findFarValues(main);
  // Backward: the readers of a value stand behind it.
  SmallVector<Operation *> operations = listOperations(main);
  for (Operation *op : llvm::reverse(operations)) {
    if (std::optional<unsigned> slot = getDivisorSlot(op); slot && !far.contains(op->getOperand(*slot)))
      divisors.insert(op);
    if (op->getNumResults() != 1)
      continue;
    bool isRead = false, divides = false, onlyDivides = true;
    for (OpOperand &use : op->getResult(0).getUses()) {
      Operation *user = use.getOwner();
      if (isa<ObserveOp>(user))
        continue;
      bool passes = dividing.contains(user) && !getRoundingTraits(user).isContraction;
      bool isDivisor = getDivisorSlot(user) == use.getOperandNumber();
      isRead = true;
      divides |= isDivisor || (passes && follows(user));
      onlyDivides &= isDivisor || (passes && (follows(user) || combines(user)));
    }
    if (divides || (isRead && onlyDivides))
      dividing.insert(op);
  }
  // Far from 0 as it is, a value may have codes; what it is made of, as the squares below a root, need not be.
  for (Operation *op : dividing)
    if (!far.contains(op->getResult(0)))
      divisors.insert(op);
  return divisors;
}
