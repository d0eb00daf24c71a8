// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Recurrences.
#include "qc/Analysis/Recurrence.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Analysis/State.h"
#include "qc/Analysis/Uses.h"

using namespace mlir;
using namespace qc;

namespace {
/// A value of a step, and what it is in the next one.
struct Cycle {
  Value now, next;
  llvm::DenseSet<Value> reached;     ///< computed from `now`
  llvm::DenseSet<Operation *> makes; ///< what `next` is made by, up to contractions
};
} // namespace

static bool isFloat(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.getElementType().isF32();
}

static std::vector<Cycle> listCycles(func::FuncOp main) {
  std::vector<Cycle> cycles;
  for (StatePair state : getStatePairs(main)) {
    Value result = main.front().getTerminator()->getOperand(state.result);
    if (isFloat(result) && !getGrowth(main, state))
      cycles.push_back({main.getArgument(state.argument), result, {}, {}});
  }
  for (auto loop : collectOperations<LoopOp>(main))
    for (size_t i = 0; i < loop.getNumCarried(); ++i)
      if (isFloat(loop.getCarried(i)))
        cycles.push_back({loop.getCarried(i), loop.getYield().getOperand(unsigned(1 + i)), {}, {}});
  return cycles;
}

// What operand `index` of `op` is given to.
static SmallVector<Value> getFollowers(Operation *op, unsigned index) {
  Operation *parent = op->getParentOp();
  if (auto loop = dyn_cast<LoopOp>(isa<YieldOp>(op) ? parent : op)) {
    unsigned first = loop.getOperation() == op ? loop.getNumOperands() - unsigned(loop.getNumCarried()) : 1;
    if (index < first)
      return {};
    SmallVector<Value> followers{loop.getResult(index - first)};
    if (index - first < loop.getNumCarried())
      followers.push_back(loop.getCarried(index - first));
    return followers;
  }
  if (isa<IfOp>(op))
    return {};
  return isa<YieldOp>(op) ? SmallVector<Value>{parent->getResult(index)} : SmallVector<Value>(op->getResults());
}

static void follow(Cycle &cycle, ArrayRef<Operation *> operations) {
  cycle.reached.insert(cycle.now);
  // Once more where a loop carries on what its body has made.
  for (bool changed = true; changed;) {
    changed = false;
    for (Operation *op : operations)
      for (OpOperand &operand : op->getOpOperands())
        if (cycle.reached.contains(operand.get()))
          for (Value follower : getFollowers(op, operand.getOperandNumber()))
            changed |= cycle.reached.insert(follower).second;
  }
}

static void trace(Cycle &cycle) {
  SmallVector<Value> open{cycle.next};
  llvm::DenseSet<Value> seen;
  while (!open.empty()) {
    Value value = open.pop_back_val();
    Operation *op = value.getDefiningOp();
    if (!op || !isFloat(value) || !seen.insert(value).second || isa<ConvOp, ConvTransposeOp, MatMulOp, GemmOp>(op))
      continue;
    unsigned index = cast<OpResult>(value).getResultNumber();
    if (auto choice = dyn_cast<IfOp>(op)) {
      open.append({choice.getYield(0).getOperand(index), choice.getYield(1).getOperand(index)});
    } else if (auto loop = dyn_cast<LoopOp>(op)) {
      open.push_back(loop.getYield().getOperand(1 + index));
    } else {
      cycle.makes.insert(op);
      llvm::append_range(open, op->getOperands());
    }
  }
}

// Moves of nothing but the value itself: its readers round what they read by its own range.
static void addMoves(const Cycle &cycle, llvm::DenseSet<Operation *> &found) {
  SmallVector<Value> open{cycle.now};
  while (!open.empty())
    for (Operation *user : open.pop_back_val().getUsers())
      if (movesCodes(user) && getDataOperands(user).size() == 1 && found.insert(user).second)
        open.push_back(user->getResult(0));
}

llvm::DenseSet<Operation *> qc::findRecurrences(func::FuncOp main) {
  std::vector<Cycle> cycles = listCycles(main);
  SmallVector<Operation *> operations = listOperations(main);
  size_t count = cycles.size();
  for (Cycle &cycle : cycles) {
    follow(cycle, operations);
    trace(cycle);
  }
  // Which values become which in later steps.
  std::vector<std::vector<char>> becomes(count, std::vector<char>(count));
  for (size_t i = 0; i < count; ++i)
    for (size_t j = 0; j < count; ++j)
      becomes[i][j] = cycles[i].reached.contains(cycles[j].next);
  for (size_t k = 0; k < count; ++k)
    for (size_t i = 0; i < count; ++i)
      for (size_t j = 0; becomes[i][k] && j < count; ++j)
        becomes[i][j] |= becomes[k][j];
  llvm::DenseSet<Operation *> found;
  for (size_t i = 0; i < count; ++i) {
    bool computes = false;
    for (size_t j = 0; j < count; ++j)
      for (Operation *op : cycles[j].makes)
        if ((i == j || becomes[j][i]) && !movesCodes(op) && cycles[i].reached.contains(op->getResult(0))) {
          found.insert(op);
          computes = true;
        }
    if (computes)
      addMoves(cycles[i], found);
  }
  return found;
}
