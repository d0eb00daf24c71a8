// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which values differ between lanes, and what stands against a vector form.
#include "Lanes.h"
#include "dialects/Kernel/Kernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace qc;

LaneAnalysis::LaneAnalysis(Block &block, ValueRange seeds, Value counter) : block(block), counter(counter) {
  varying.insert(seeds.begin(), seeds.end());
  // Values carried around loops make this a fixed point.
  for (bool changed = true; changed;) {
    changed = false;
    block.walk<WalkOrder::PreOrder>([&](Operation *op) { changed |= propagate(*op); });
  }
}

// Marks the results of `op`; for operations with regions, what enters and leaves them.
bool LaneAnalysis::propagate(Operation &op) {
  bool changed = false;
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    auto yielded = loop.getYieldedValues();
    for (auto [i, argument] : llvm::enumerate(loop.getRegionIterArgs()))
      if (isVarying(loop.getInitArgs()[i]) || isVarying(yielded[i])) {
        changed |= mark(argument);
        changed |= mark(loop.getResult(i));
      }
    return changed;
  }
  if (auto branch = dyn_cast<scf::IfOp>(op)) {
    if (branch.getNumResults() == 0)
      return false;
    for (unsigned i = 0; i < branch.getNumResults(); ++i)
      if (isVarying(branch.thenYield().getOperand(i)) || isVarying(branch.elseYield().getOperand(i)))
        changed |= mark(branch.getResult(i));
    return changed;
  }
  if (llvm::any_of(op.getOperands(), [&](Value operand) { return isVarying(operand); }))
    for (Value result : op.getResults())
      changed |= mark(result);
  return changed;
}

// 64-bit integers: the arithmetic of addresses.
static bool isAddress(Type type) { return type.isIndex() || type.isInteger(64); }

bool LaneAnalysis::isAffine(Value value) const {
  if (!isVarying(value) || !isAddress(value.getType()))
    return false;
  if (value == counter)
    return true;
  Operation *op = value.getDefiningOp();
  if (!op)
    return false;
  auto fits = [&](Value operand) { return !isVarying(operand) || isAffine(operand); };
  if (isa<arith::AddIOp, arith::SubIOp>(op))
    return fits(op->getOperand(0)) && fits(op->getOperand(1));
  if (isa<arith::MulIOp>(op)) {
    bool oneIsUniform = !isVarying(op->getOperand(0)) || !isVarying(op->getOperand(1));
    return oneIsUniform && fits(op->getOperand(0)) && fits(op->getOperand(1));
  }
  if (isa<arith::IndexCastOp>(op))
    return isAffine(op->getOperand(0));
  return false;
}

std::optional<int64_t> LaneAnalysis::getStride(Value value) const {
  if (!isVarying(value))
    return 0;
  if (!isAffine(value))
    return std::nullopt;
  if (value == counter)
    return 1;
  Operation *op = value.getDefiningOp();
  if (isa<arith::IndexCastOp>(op))
    return getStride(op->getOperand(0));
  if (isa<arith::MulIOp>(op)) {
    Value uniform = op->getOperand(isVarying(op->getOperand(0)) ? 1 : 0);
    APInt scale;
    std::optional<int64_t> stride = getStride(op->getOperand(isVarying(op->getOperand(0)) ? 0 : 1));
    if (stride && matchPattern(uniform, m_ConstantInt(&scale)))
      return *stride * scale.getSExtValue();
    return std::nullopt;
  }
  std::optional<int64_t> a = getStride(op->getOperand(0)), b = getStride(op->getOperand(1));
  if (!a || !b)
    return std::nullopt;
  return isa<arith::AddIOp>(op) ? *a + *b : *a - *b;
}

std::optional<std::string> LaneAnalysis::findObstacle() const {
  std::optional<std::string> found;
  block.walk([&](Operation *op) {
    if (op != block.getTerminator())
      found = findObstacle(*op);
    return found ? WalkResult::interrupt() : WalkResult::advance();
  });
  return found;
}

std::optional<std::string> LaneAnalysis::findObstacle(Operation &op) const {
  std::string name = "'" + op.getName().getStringRef().str() + "'";
  if (auto store = dyn_cast<memref::StoreOp>(op)) {
    if (store.getIndices().size() == 1 && getStride(store.getIndices()[0]) == 1)
      return std::nullopt;
    return "the index of a store is not uniform + i";
  }
  bool varies = llvm::any_of(op.getOperands(), [&](Value operand) { return isVarying(operand); });
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    if (isVarying(loop.getLowerBound()) || isVarying(loop.getUpperBound()) || isVarying(loop.getStep()))
      return "a loop bound differs between iterations";
  } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
    if (isVarying(branch.getCondition()))
      return "a branch differs between iterations";
  } else if (auto load = dyn_cast<memref::LoadOp>(op)) {
    if (load.getIndices().size() != 1)
      return "a load from a buffer that is not flat";
  } else if (isa<kernel::LookupOp>(op)) {
    return std::nullopt;
  } else if (op.getNumRegions() != 0) {
    return name + " has no vector form";
  } else if (varies && !isa<scf::YieldOp, kernel::RequantOp>(op) &&
             (!OpTrait::hasElementwiseMappableTraits(&op) || !isMemoryEffectFree(&op))) {
    return name + " has no vector form";
  } else if (!varies && !isMemoryEffectFree(&op)) {
    return name + " has no vector form";
  }
  for (Value result : op.getResults())
    if (isVarying(result) && !result.getType().isIntOrIndexOrFloat())
      return name + " has a result without a vector form";
  return std::nullopt;
}
