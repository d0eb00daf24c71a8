// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constants and data movement: elements of any type as bytes.
#include "Operations.h"
#include "Strides.h"

using namespace mlir;
using namespace qc;
using namespace qc::reference;

Result reference::evaluate(ConstantOp op, Operands) {
  std::optional<TensorValue> value = getTensorValue(op.getValue());
  if (!value)
    return op.emitOpError("expects a value whose bytes are present and have the size of its type");
  return *value;
}

Result reference::evaluate(ConcatOp op, Operands operands) {
  SmallVector<ArrayRef<int64_t>> shapes;
  for (const TensorValue &x : operands)
    shapes.push_back(x.getShape());
  Result y = makeResult(op, inferConcatShape(shapes, op.getAxis()));
  if (failed(y))
    return failure();
  int64_t width = TensorValue::elementBytes(y->getType());
  AxisSplit result = splitAxis(y->getShape(), op.getAxis());
  char *out = y->mutableRawData().data();
  int64_t first = 0;
  for (const TensorValue &x : operands) {
    int64_t size = x.getShape()[op.getAxis()] * result.inner * width;
    for (int64_t o = 0; o < result.outer && size > 0; ++o)
      std::memcpy(out + o * result.size * result.inner * width + first, x.getRawData().data() + o * size, size);
    first += size;
  }
  return y;
}

Result reference::evaluate(ReshapeOp op, Operands operands) {
  ShapeOr shape = inferReshape(operands[0].getShape(), op.getShape());
  if (!shape)
    return op.emitOpError(shape.message());
  return operands[0].withType(RankedTensorType::get(*shape, operands[0].getType().getElementType()));
}

Result reference::evaluate(TransposeOp op, Operands operands) {
  const TensorValue &x = operands[0];
  Strides own = rowMajorStrides(x.getShape()), strides;
  SmallVector<int64_t> shape;
  for (int64_t d : op.getPerm()) {
    shape.push_back(x.getShape()[d]);
    strides.push_back(own[d]);
  }
  Result y = makeResult(op, shape);
  if (failed(y))
    return failure();
  int64_t width = TensorValue::elementBytes(y->getType());
  const char *in = x.getRawData().data();
  char *out = y->mutableRawData().data();
  forEachRow<1>(shape, {strides},
                [&](int64_t first, std::array<int64_t, 1> offset, std::array<int64_t, 1> step, int64_t count) {
                  for (int64_t i = 0; i < count; ++i)
                    std::memcpy(out + (first + i) * width, in + (offset[0] + i * step[0]) * width, width);
                });
  return y;
}
