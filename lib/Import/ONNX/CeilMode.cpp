// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shapes by the older rule for pools with ceil_mode.
#include "CeilMode.h"
#include "dialects/QC/QC.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

/// What `value` is computed from, in the order of the block.
static SmallVector<Operation *> findDefiningOps(Value value) {
  llvm::SetVector<Operation *> ops;
  auto add = [&](Value operand) {
    if (Operation *op = operand.getDefiningOp())
      ops.insert(op);
  };
  add(value);
  for (size_t i = 0; i < ops.size(); ++i)
    for (Value operand : ops[i]->getOperands())
      add(operand);
  SmallVector<Operation *> ordered = ops.takeVector();
  llvm::sort(ordered, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  return ordered;
}

/// `type`, the result of `pool` over `x`, with every window that ceil_mode adds.
template <typename PoolOp> static RankedTensorType addLastWindows(PoolOp pool, Value x, RankedTensorType type) {
  ArrayRef<int64_t> in = cast<RankedTensorType>(x.getType()).getShape().drop_front(2), kernel = pool.getKernel();
  SmallVector<int64_t> shape(type.getShape());
  for (size_t d = 0; pool.getCeilMode() && d < in.size(); ++d) {
    if (ShapedType::isDynamic(in[d]))
      continue;
    int64_t stride = pool.getStrides()[d], pads = pool.getPads()[d] + pool.getPads()[d + in.size()];
    int64_t room = in[d] + pads - ((kernel[d] - 1) * pool.getDilations()[d] + 1);
    if (room >= 0)
      shape[d + 2] = room / stride + (room % stride != 0) + 1;
  }
  return type.clone(shape);
}

static RankedTensorType addLastWindows(Operation *op, Value x, RankedTensorType type) {
  if (auto pool = dyn_cast<qc::MaxPoolOp>(op))
    return addLastWindows(pool, x, type);
  auto pool = dyn_cast<qc::AvgPoolOp>(op);
  return pool ? addLastWindows(pool, x, type) : type;
}

/// The result type of `op` for other operands, null where they do not fit.
static RankedTensorType inferType(Operation *op, ValueRange operands) {
  auto interface = dyn_cast<InferTypeOpInterface>(op);
  ScopedDiagnosticHandler silence(op->getContext(), [](Diagnostic &) { return success(); });
  SmallVector<Type> types;
  if (!interface || failed(interface.inferReturnTypes(op->getContext(), op->getLoc(), operands, op->getAttrDictionary(),
                                                      op->getPropertiesStorage(), op->getRegions(), types)))
    return nullptr;
  return dyn_cast<RankedTensorType>(types.front());
}

RankedTensorType qc::onnx::inferByOlderCeilRule(Value value, SmallVectorImpl<Operation *> &pools) {
  Block others; // its arguments stand for values of other types
  llvm::DenseMap<Value, Value> mapped;
  for (Operation *op : findDefiningOps(value)) {
    SmallVector<Value> operands;
    for (Value operand : op->getOperands())
      operands.push_back(mapped.contains(operand) ? mapped[operand] : operand);
    bool isPool = isa<qc::MaxPoolOp, qc::AvgPoolOp>(op);
    if (!isPool && llvm::equal(operands, op->getOperands()))
      continue;
    RankedTensorType type = inferType(op, operands);
    RankedTensorType older = type ? addLastWindows(op, operands.front(), type) : nullptr;
    if (!older)
      return nullptr;
    if (older != type)
      pools.push_back(op);
    if (older != op->getResult(0).getType())
      mapped[op->getResult(0)] = others.addArgument(older, op->getLoc());
  }
  Value other = mapped.lookup(value);
  return other ? cast<RankedTensorType>(other.getType()) : nullptr;
}
