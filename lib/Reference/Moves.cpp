// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Moves: the steps that an operation describes, element by element.
#include "Operations.h"
#include "Strides.h"

using namespace mlir;
using namespace qc;
using namespace qc::reference;

namespace {
/// A walk of known numbers.
struct Positions {
  int64_t offset;
  Strides strides;

  explicit Positions(const MoveView::Walk &walk) : offset(*walk.offset.getKnown()) {
    for (Dim stride : walk.strides)
      strides.push_back(*stride.getKnown());
  }
};

class Mover {
public:
  Mover(Operation *op, Operands operands, TensorValue &result)
      : op(op), operands(operands), out(result.mutableRawData().data()),
        width(TensorValue::elementBytes(result.getType())) {}

  LogicalResult run(const MoveBuilder::Step &step) {
    shape.clear();
    for (Dim size : step.to.sizes)
      shape.push_back(*size.getKnown());
    if (!step.from) {
      fill(step.fill, Positions(step.to.walk));
      return success();
    }
    if (!step.from->lookups.empty())
      return look(*step.from, Positions(step.to.walk));
    copy(*step.from, Positions(step.to.walk));
    return success();
  }

private:
  void fill(TypedAttr value, const Positions &to);
  void copy(const MoveView &view, const Positions &to);
  LogicalResult look(const MoveView &view, const Positions &to);
  FailureOr<int64_t> getIndex(const MoveView::Lookup &lookup, int64_t position);
  const char *getData(const MoveView &view) { return operands[view.tensor].getRawData().data(); }

  Operation *op;
  Operands operands;
  char *out;
  int64_t width;
  SmallVector<int64_t> shape; ///< of the step
};
} // namespace

// The bytes of one element.
static SmallVector<char, 8> getBytes(TypedAttr value, int64_t width) {
  llvm::APInt bits =
      isa<FloatAttr>(value) ? cast<FloatAttr>(value).getValue().bitcastToAPInt() : cast<IntegerAttr>(value).getValue();
  uint64_t number = bits.getZExtValue();
  return SmallVector<char, 8>(reinterpret_cast<char *>(&number), reinterpret_cast<char *>(&number) + width);
}

void Mover::fill(TypedAttr value, const Positions &to) {
  SmallVector<char, 8> bytes = getBytes(value, width);
  forEachRow<1>(shape, {to.strides},
                [&](int64_t, std::array<int64_t, 1> at, std::array<int64_t, 1> step, int64_t count) {
                  for (int64_t i = 0; i < count; ++i)
                    std::memcpy(out + (to.offset + at[0] + i * step[0]) * width, bytes.data(), width);
                });
}

void Mover::copy(const MoveView &view, const Positions &to) {
  Positions from(view.walk);
  const char *in = getData(view);
  forEachRow<2>(shape, {to.strides, from.strides},
                [&](int64_t, std::array<int64_t, 2> at, std::array<int64_t, 2> step, int64_t count) {
                  for (int64_t i = 0; i < count; ++i)
                    std::memcpy(out + (to.offset + at[0] + i * step[0]) * width,
                                in + (from.offset + at[1] + i * step[1]) * width, width);
                });
}

FailureOr<int64_t> Mover::getIndex(const MoveView::Lookup &lookup, int64_t position) {
  int64_t size = *lookup.size.getKnown();
  if (!lookup.operand)
    return lookup.table[position];
  int64_t index = operands[*lookup.operand].getInteger(position);
  if (index < -size || index >= size)
    return LogicalResult(op->emitOpError("expects indices from ") << -size << " to " << size - 1 << ", got " << index);
  return index < 0 ? index + size : index;
}

LogicalResult Mover::look(const MoveView &view, const Positions &to) {
  Positions from(view.walk);
  std::vector<Positions> indices;
  for (const MoveView::Lookup &lookup : view.lookups)
    indices.emplace_back(lookup.walk);
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  for (int64_t i = 0; i < count; ++i) {
    int64_t source = from.offset + offsetOf(i, shape, from.strides);
    for (auto [lookup, positions] : llvm::zip_equal(view.lookups, indices)) {
      FailureOr<int64_t> index = getIndex(lookup, positions.offset + offsetOf(i, shape, positions.strides));
      if (failed(index))
        return failure();
      source += *index * *lookup.stride.getKnown();
    }
    std::memcpy(out + (to.offset + offsetOf(i, shape, to.strides)) * width, getData(view) + source * width, width);
  }
  return success();
}

namespace {
/// Shapes and contents of operands are those of their values.
class OperandMath final : public TypeShapeMath {
public:
  OperandMath(Operation *op, Operands operands) {
    for (auto [name, value] : llvm::zip_equal(op->getOperands(), operands))
      values[name] = &value;
  }
  std::optional<Dims> getContents(Value value) override {
    const TensorValue *tensor = values.lookup(value);
    return tensor ? getIntegers(*tensor) : std::nullopt;
  }
  std::optional<SmallVector<float>> getFloats(Value value) override {
    const TensorValue *tensor = values.lookup(value);
    return tensor ? std::optional(llvm::to_vector(tensor->getData<float>())) : std::nullopt;
  }

protected:
  Dims getDims(Value value) override { return fromShape(values.lookup(value)->getShape()); }

private:
  llvm::DenseMap<Value, const TensorValue *> values;
};
} // namespace

Result reference::evaluateMove(MoveOpInterface op, Operands operands) {
  OperandMath math(op, operands);
  SmallVector<Dims> dims = cast<ShapeFunctionOpInterface>(*op).inferShapes(math);
  ShapeOr shape = math.hasFailed() ? ShapeOr::error(math.getMessage()) : ShapeOr::get(math, dims[0]);
  Result y = makeResult(op, shape);
  if (failed(y))
    return failure();
  std::vector<MoveView> views;
  for (auto [i, x] : llvm::enumerate(operands))
    views.emplace_back(math, i, TypeShapeMath::fromShape(x.getShape()));
  MoveBuilder move(math, views, MoveView(math, operands.size(), dims[0]));
  op.describeMove(move);
  Mover mover(op, operands, *y);
  for (const MoveBuilder::Step &step : move.getSteps())
    if (failed(mover.run(step)))
      return failure();
  return y;
}
