// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shapes as values: numbers that are read from shapes, and shapes that are computed.
#include "Operations.h"
#include <cmath>

using namespace mlir;
using namespace qc;
using namespace qc::reference;

namespace {
/// Entries of a computed shape are those of its value.
class ValueShapeMath final : public TypeShapeMath {
public:
  TensorShape shapeOf(const TensorValue &value) { return {fromShape(value.getShape()), {}}; }
  Dims entriesOf(const TensorValue &value) { return getIntegers(value).value_or(Dims()); }
};
} // namespace

Result reference::evaluate(ShapeOp op, Operands operands) {
  Result y = makeResult(op, SmallVector<int64_t>{int64_t(op.getEnd() - op.getStart())});
  if (failed(y))
    return failure();
  for (int64_t i = op.getStart(); i < int64_t(op.getEnd()); ++i)
    y->setInteger(i - op.getStart(), operands[0].getShape()[i]);
  return y;
}

Result reference::evaluate(SizeOp op, Operands operands) {
  Result y = makeResult(op, SmallVector<int64_t>());
  if (succeeded(y))
    y->setInteger(0, operands[0].getNumElements());
  return y;
}

// constant_of_shape_c2
static LogicalResult checkEntries(Operation *op, const TensorValue &shape) {
  for (int64_t i = 0; i < shape.getNumElements(); ++i)
    if (shape.getInteger(i) < 0)
      return op->emitOpError("expects entries >= 0, got ") << shape.getInteger(i);
  return success();
}

Result reference::evaluate(ConstantOfShapeOp op, Operands operands) {
  std::optional<TensorValue> value = getTensorValue(op.getValue());
  if (!value || failed(checkEntries(op, operands[0])))
    return failure();
  SmallVector<int64_t> shape;
  for (int64_t i = 0; i < operands[0].getNumElements(); ++i)
    shape.push_back(operands[0].getInteger(i));
  Result y = makeResult(op, shape);
  if (failed(y))
    return failure();
  ArrayRef<char> element = value->getRawData();
  MutableArrayRef<char> out = y->mutableRawData();
  for (size_t i = 0; i < out.size(); i += element.size())
    std::memcpy(out.data() + i, element.data(), element.size());
  return y;
}

// The number of elements by the definition of qc.range; nothing where it has none.
static std::optional<int64_t> countRange(const TensorValue &start, const TensorValue &limit, const TensorValue &delta) {
  if (!start.getType().getElementType().isF32()) {
    __int128 span = __int128(limit.getInteger(0)) - start.getInteger(0), step = delta.getInteger(0);
    if (step == 0)
      return std::nullopt;
    __int128 count = span / step + ((span % step != 0) && ((span < 0) == (step < 0)));
    return count > INT64_MAX ? std::nullopt : std::optional(std::max<int64_t>(int64_t(count), 0));
  }
  double count = std::ceil((double(limit.getData<float>()[0]) - double(start.getData<float>()[0])) /
                           double(delta.getData<float>()[0]));
  constexpr double kMost = 9.2e18;
  if (delta.getData<float>()[0] == 0 || !(count < kMost))
    return std::nullopt;
  return count > 0 ? int64_t(count) : 0;
}

Result reference::evaluate(RangeOp op, Operands operands) {
  for (const TensorValue &operand : operands)
    if (operand.getNumElements() != 1) // range_c1
      return op.emitOpError("expects operands of one element, got ") << operand.getType();
  std::optional<int64_t> count = countRange(operands[0], operands[1], operands[2]);
  if (!count) // range_c2
    return op.emitOpError("expects numbers and a delta other than 0");
  Result y = makeResult(op, SmallVector<int64_t>{*count});
  if (failed(y))
    return failure();
  bool isFloat = y->getType().getElementType().isF32();
  for (int64_t i = 0; i < *count; ++i) {
    if (isFloat)
      y->mutableData<float>()[i] = operands[0].getData<float>()[0] + float(i) * operands[2].getData<float>()[0];
    else
      y->setInteger(i,
                    int64_t(uint64_t(operands[0].getInteger(0)) + uint64_t(i) * uint64_t(operands[2].getInteger(0))));
  }
  return y;
}

Result reference::evaluate(DynamicReshapeOp op, Operands operands) {
  ValueShapeMath math;
  TensorShape x = math.shapeOf(operands[0]);
  Dims dims = inferDynamicReshape(math, x, math.entriesOf(operands[1]), op.getAllowZero()).value_or(Dims());
  ShapeOr shape = ShapeOr::get(math, dims);
  if (!shape)
    return op.emitOpError(shape.message());
  return operands[0].withType(RankedTensorType::get(*shape, operands[0].getType().getElementType()));
}
