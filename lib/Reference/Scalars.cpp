// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operations of the scalar kind: their body on every element.
#include "Scalars.h"
#include "Strides.h"
#include "dialects/QC/Scalars.h"

using namespace mlir;
using namespace qc;
using namespace qc::reference;
using numerics::Integer;

// The elements of `value` as numbers.
static std::vector<float> readFloats(const TensorValue &value) {
  if (value.getType().getElementType().isF32())
    return value.getData<float>().vec();
  std::vector<float> numbers(value.getNumElements()); // a condition
  for (size_t i = 0; i < numbers.size(); ++i)
    numbers[i] = value.getRawData()[i] != 0;
  return numbers;
}

static std::vector<Integer> readIntegers(const TensorValue &value) {
  std::vector<Integer> numbers(value.getNumElements());
  bool isBool = value.getType().getElementType().isInteger(1);
  for (size_t i = 0; i < numbers.size(); ++i)
    numbers[i].value = isBool ? int64_t(value.getRawData()[i] != 0) : value.getInteger(i);
  return numbers;
}

template <typename Number> static std::vector<Number> read(const TensorValue &value) {
  if constexpr (std::is_same_v<Number, float>)
    return readFloats(value);
  else
    return readIntegers(value);
}

static void setInteger(TensorValue &to, int64_t index, int64_t value) {
  if (to.getType().getElementType().isInteger(1))
    to.mutableRawData()[index] = value != 0;
  else
    to.setInteger(index, value);
}

// A result as an element of `to`: the conversions of qc.cast.
static void write(TensorValue &to, int64_t index, float value) {
  Type type = to.getType().getElementType();
  if (type.isF32())
    to.mutableData<float>()[index] = value;
  else if (type.isInteger(1))
    setInteger(to, index, value != 0.0f);
  else
    to.setInteger(index, numerics::truncateToInteger(value, type.getIntOrFloatBitWidth(), type.isUnsignedInteger()));
}
static void write(TensorValue &to, int64_t index, Integer value) {
  if (to.getType().getElementType().isF32())
    to.mutableData<float>()[index] = float(value.value);
  else
    setInteger(to, index, value.value);
}
static void write(TensorValue &to, int64_t index, bool value) { setInteger(to, index, value); }

template <typename Number, typename Op> static void run(Op op, Operands operands, TensorValue &y) {
  constexpr size_t most = 3;
  std::vector<Number> values[most] = {{Number{}}, {Number{}}, {Number{}}};
  std::array<Strides, most> strides;
  SmallVector<Number> numbers;
  if constexpr (std::is_same_v<Number, float>) // operations of integers have no numbers
    numbers = op.getNumbers();
  for (size_t i = 0; i < most; ++i) {
    strides[i].assign(y.getRank(), 0);
    if (i < operands.size()) {
      values[i] = read<Number>(operands[i]);
      strides[i] = broadcastStrides(operands[i].getShape(), y.getRank());
    }
  }
  forEachRow<most>(y.getShape(), strides,
                   [&](int64_t first, std::array<int64_t, most> at, std::array<int64_t, most> steps, int64_t count) {
                     for (int64_t k = 0; k < count; ++k) {
                       Number v[most];
                       for (size_t i = 0; i < most; ++i)
                         v[i] = values[i][at[i] + k * steps[i]];
                       write(y, first + k, Op::compute(v, numbers.data()));
                     }
                   });
}

// Fails where a divisor of integers is 0.
static LogicalResult checkDivisors(Operation *op, const TensorValue &divisors) {
  for (int64_t i = 0; i < divisors.getNumElements(); ++i)
    if (divisors.getInteger(i) == 0)
      return op->emitOpError("expects divisors that are not 0, got 0 as element ") << i;
  return success();
}

template <typename Op> static Result evaluateScalar(Op op, Operands operands) {
  ShapeOr shape = SmallVector<int64_t>(operands[0].getShape());
  for (const TensorValue &operand : operands.drop_front())
    if (shape)
      shape = broadcastShapes(*shape, operand.getShape());
  Result y = makeResult(op, shape);
  if (failed(y))
    return failure();
  if constexpr (Op::takesFloats)
    if (computesFloats(op)) {
      run<float>(op, operands, *y);
      return y;
    }
  if constexpr (dividesIntegers<Op>)
    if (y->getNumElements() && failed(checkDivisors(op, operands[1])))
      return failure();
  if constexpr (Op::takesIntegers)
    run<Integer>(op, operands, *y);
  return y;
}

namespace {
template <typename Op> struct ScalarModel : EvaluateOpInterface::ExternalModel<ScalarModel<Op>, Op> {
  LogicalResult evaluate(Operation *op, ArrayRef<TensorValue> operands, SmallVectorImpl<TensorValue> &results) const {
    return evaluateChecked(op, operands, results, [&] { return evaluateScalar(cast<Op>(op), operands); });
  }
};
} // namespace

void reference::attachScalars(MLIRContext *context) {
  visitScalarOps([&](auto *op) {
    using Op = std::remove_pointer_t<decltype(op)>;
    Op::template attachInterface<ScalarModel<Op>>(*context);
  });
}
