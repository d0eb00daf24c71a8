// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constants and reshapes: elements of any type as bytes.
#include "Operations.h"

using namespace mlir;
using namespace qc;
using namespace qc::reference;

Result reference::evaluate(ConstantOp op, Operands) {
  std::optional<TensorValue> value = getTensorValue(op.getValue());
  if (!value)
    return op.emitOpError("expects a value whose bytes are present and have the size of its type");
  return *value;
}

Result reference::evaluate(ReshapeOp op, Operands operands) {
  ShapeOr shape = inferReshape(operands[0].getShape(), op.getShape());
  if (!shape)
    return op.emitOpError(shape.message());
  return operands[0].withType(RankedTensorType::get(*shape, operands[0].getType().getElementType()));
}
