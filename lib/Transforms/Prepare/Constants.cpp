// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constant tensors as numbers, and the contraction that they belong to.
#include "Constants.h"
#include "Names.h"
#include "qc/Transforms/Prepare/Rewrites.h"
#include <cmath>

using namespace mlir;
using namespace qc;

std::optional<TensorValue> prepare::getConstant(Value value) { return getTensorValue(getConstantValue(value)); }

Value prepare::createConstant(RewriterBase &rewriter, Location loc, const TensorValue &value) {
  // In front of the branches and loops that it is made in: whatever reads it there, or is moved out of them, sees it.
  OpBuilder::InsertionGuard guard(rewriter);
  Operation *around = rewriter.getInsertionBlock()->getParentOp();
  for (; around && isa<IfOp, LoopOp>(around); around = around->getParentOp())
    rewriter.setInsertionPoint(around);
  return ConstantOp::create(rewriter, loc, value.getType(), getElementsAttr(value));
}

static RankedTensorType getVectorType(const TensorValue &value, int64_t size) {
  return RankedTensorType::get({size}, value.getType().getElementType());
}

std::optional<TensorValue> prepare::getPerChannel(const TensorValue &constant, int64_t rank, int64_t axis,
                                                  int64_t channels) {
  int64_t offset = rank - constant.getRank(); // shapes are aligned at their last dimensions
  if (offset < 0)
    return std::nullopt;
  for (auto [i, dim] : llvm::enumerate(constant.getShape()))
    if (dim != 1 && (int64_t(i) + offset != axis || dim != channels))
      return std::nullopt;
  RankedTensorType type = getVectorType(constant, channels);
  if (constant.getNumElements() == channels)
    return constant.withType(type);
  TensorValue values(type);
  llvm::fill(values.mutableData<float>(), constant.getData<float>()[0]);
  return values;
}

TensorValue prepare::transposeMatrix(const TensorValue &matrix) {
  int64_t rows = matrix.getShape()[0], columns = matrix.getShape()[1];
  TensorValue result(RankedTensorType::get({columns, rows}, matrix.getType().getElementType()));
  ArrayRef<float> from = matrix.getData<float>();
  MutableArrayRef<float> to = result.mutableData<float>();
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column < columns; ++column)
      to[column * rows + row] = from[row * columns + column];
  return result;
}

bool prepare::isFinite(const TensorValue &value) {
  return llvm::all_of(value.getData<float>(), [](float x) { return std::isfinite(x); });
}

IntegerFormOpInterface prepare::getContraction(Value value) {
  auto op = dyn_cast_or_null<IntegerFormOpInterface>(value.getDefiningOp());
  return op && op.getRoundingTraits().isContraction ? op : IntegerFormOpInterface();
}

Value prepare::getBias(IntegerFormOpInterface contraction) {
  std::optional<unsigned> index = contraction.getBiasOperand();
  return index ? contraction->getOperand(*index) : Value();
}

void prepare::setBias(RewriterBase &rewriter, IntegerFormOpInterface contraction, Value bias) {
  std::optional<unsigned> index = contraction.getBiasOperand();
  Value old = getBias(contraction);
  rewriter.modifyOpInPlace(contraction, [&] {
    if (index)
      contraction->setOperand(*index, bias);
    else // the one optional operand of a contraction is its last
      contraction->insertOperands(contraction->getNumOperands(), bias);
  });
  if (old)
    eraseIfDead(rewriter, old);
}

std::string prepare::getFusionObstacle(IntegerFormOpInterface contraction, Operation *op) {
  Value result = contraction->getResult(0);
  if (auto gemm = dyn_cast<GemmOp>(contraction.getOperation())) {
    std::string deviation = getGemmDeviation(gemm);
    if (!deviation.empty())
      return "the gemm in front is not in normal form: " + deviation;
  }
  if (contraction->getBlock() != op->getBlock())
    return "one of both stands in a branch or loop";
  if (!result.hasOneUse())
    return "the contraction's result has other uses";
  if (result.getType() != op->getResult(0).getType())
    return "its type is not that of the contraction's result";
  if (contraction.getWeightChannelAxis() < 0 || contraction.getResultChannelAxis() < 0)
    return "the contraction's result has no channels";
  return "";
}

void prepare::absorb(RewriterBase &rewriter, IntegerFormOpInterface contraction, Operation *op) {
  Location loc = fuseLocations(op->getLoc(), contraction->getLoc());
  rewriter.modifyOpInPlace(contraction, [&] { contraction->setLoc(loc); });
  SmallVector<Value> constants;
  for (Value operand : op->getOperands())
    if (operand != contraction->getResult(0))
      constants.push_back(operand);
  rewriter.replaceOp(op, contraction->getResults());
  eraseIfDead(rewriter, constants);
}
