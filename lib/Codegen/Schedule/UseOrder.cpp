// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An order of the operations of a kernel that follows from what they compute.
#include "UseOrder.h"
#include "mlir/IR/Operation.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;

// Whether the place of `op` shows in nothing but the text.
static bool isMovable(Operation &op) {
  return op.getNumRegions() == 0 && !op.hasTrait<OpTrait::IsTerminator>() && isMemoryEffectFree(&op);
}

namespace {
/// The places of the movable operations of one block, in the order in which the others need them.
class UseOrder {
public:
  explicit UseOrder(Block &block) : block(block) {
    for (Operation &op : block)
      if (!isMovable(op))
        op.walk<WalkOrder::PreOrder>([&](Operation *inner) {
          for (Value operand : inner->getOperands())
            visit(operand);
        });
  }

  bool isUsed(Operation *op) const { return places.contains(op); }
  bool isBefore(Operation *a, Operation *b) const { return places.at(a) < places.at(b); }

private:
  // The movable operation of this block that makes `value`, if it has no place yet.
  Operation *getUnplaced(Value value) const {
    Operation *op = value.getDefiningOp();
    return op && op->getBlock() == &block && isMovable(*op) && !places.contains(op) ? op : nullptr;
  }

  // What has to have a place before `op`.
  Operation *getNeeded(Operation *op) const {
    for (Value operand : op->getOperands())
      if (Operation *needed = getUnplaced(operand))
        return needed;
    return nullptr;
  }

  // Gives what makes `value` a place, what that needs first. (No recursion: fused kernels may be long.)
  void visit(Value value) {
    SmallVector<Operation *> pending;
    if (Operation *op = getUnplaced(value))
      pending.push_back(op);
    while (!pending.empty()) {
      Operation *op = pending.back();
      if (Operation *needed = getNeeded(op)) {
        pending.push_back(needed);
        continue;
      }
      places.try_emplace(op, places.size());
      pending.pop_back();
    }
  }

  Block &block;
  DenseMap<Operation *, unsigned> places;
};
} // namespace

void qc::kernel::orderByUse(Block &block) {
  for (Operation &op : block)
    for (Region &region : op.getRegions())
      for (Block &inner : region)
        orderByUse(inner);
  UseOrder order(block);
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
    if (isMovable(op) && !order.isUsed(&op))
      op.erase();
  SmallVector<Operation *> run;
  for (Operation &op : llvm::make_early_inc_range(block)) {
    if (isMovable(op)) {
      run.push_back(&op);
      continue;
    }
    llvm::sort(run, [&](Operation *a, Operation *b) { return order.isBefore(a, b); });
    for (Operation *moved : run)
      moved->moveBefore(&op);
    run.clear();
  }
}
