// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What operations of the scalar kind share: shapes, and which operand a table is of.
#include "Scalars.h"
#include "Verification.h"

using namespace mlir;
using namespace qc;

// add_c1, sub_c1, mul_c1, div_c1, pow_c1, max_c1, min_c1, prelu_c1, mod_c1, remainder_c1, equal_c1, greater_c1,
// less_c1, greater_or_equal_c1, less_or_equal_c1, and_c1, or_c1, xor_c1, where_c1 cast_c1: the inferred element type is
// `to`.
LogicalResult qc::inferScalar(std::optional<Location> loc, StringRef name, ValueRange operands,
                              llvm::function_ref<Type()> getElement, SmallVectorImpl<Type> &types) {
  for (Value operand : operands)
    if (!isa<RankedTensorType>(operand.getType()))
      return emitOptionalError(loc, "expects ranked tensors, got ", operand.getType());
  TypeShapeMath math;
  Dims dims = broadcastOperands(math, operands);
  return setResultType(loc, name, ShapeOr::get(math, dims), getElement(), types);
}

SmallVector<Dims> qc::inferScalarShapes(ShapeMath &math, Operation *op) {
  Dims dims = broadcastOperands(math, op->getOperands());
  return {math.hasFailed() ? dims : math.complete(op->getResult(0), dims)};
}

std::optional<float> qc::getScalarConstant(Value value) {
  ElementsAttr elements = getConstantValue(value);
  if (!elements || !elements.getShapedType().getElementType().isF32() || elements.getShapedType().getNumElements() != 1)
    return std::nullopt;
  std::optional<TensorValue> tensor = getTensorValue(elements);
  return tensor ? std::optional<float>(tensor->getData<float>()[0]) : std::nullopt;
}

std::optional<unsigned> qc::findArgument(Operation *op) {
  if (op->getNumOperands() == 1)
    return 0;
  std::optional<unsigned> argument;
  for (OpOperand &operand : op->getOpOperands()) {
    if (getScalarConstant(operand.get()))
      continue;
    if (argument)
      return std::nullopt;
    argument = operand.getOperandNumber();
  }
  return argument;
}

LogicalResult IsInfOp::verify() {
  for (FloatAttr flag : {getNegativeAttr(), getPositiveAttr()})
    if (!flag.getValue().isExactlyValue(0.0) && !flag.getValue().isExactlyValue(1.0)) // is_inf_c1
      return emitOpError("expects negative and positive to be 0 or 1, got ") << flag;
  return success();
}

LogicalResult WhereOp::verify() {
  if (getTensor(getX()).getElementType() != getTensor(getOther()).getElementType()) // where_c2
    return emitOpError("expects two values of one element type, got ")
           << getX().getType() << " and " << getOther().getType();
  return success();
}
