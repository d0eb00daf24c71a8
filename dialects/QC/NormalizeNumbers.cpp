// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scale, bias and length of a normalization, where an integer form can have them.
#include "NormalizeNumbers.h"
#include "ShapeInference.h"
#include "qc/Arith/Normalize.h"
#include <cmath>

using namespace mlir;
using namespace qc;

// How many elements are normalized together; a reason where that is not known or too much.
static std::string countElements(NormalizeOp op, int64_t &length) {
  auto x = cast<RankedTensorType>(op.getX().getType());
  length = 1;
  for (int64_t axis : op.getAxes()) {
    if (x.isDynamicDim(axis))
      return "it normalizes over a dimension that is not known";
    length *= std::min(x.getDimSize(axis), numerics::maxNormalizeLength + 1);
    if (length > numerics::maxNormalizeLength)
      return "it normalizes over more than " + std::to_string(numerics::maxNormalizeLength) + " elements";
  }
  return length == 0 ? "it normalizes over no elements" : std::string();
}

// The dimension of a result of `rank` along which `numbers` differ: -1 where they are one, nothing where there are
// several.
static std::optional<int64_t> findAxis(const TensorValue &numbers, int64_t rank) {
  int64_t axis = -1;
  for (auto [d, size] : llvm::enumerate(numbers.getShape())) {
    if (size == 1)
      continue;
    if (axis >= 0)
      return std::nullopt;
    axis = rank - int64_t(numbers.getShape().size()) + int64_t(d);
  }
  return axis;
}

// `count` numbers, finite ones, of a constant operand or, where it is absent, of `value`.
static std::vector<float> spread(const std::optional<TensorValue> &numbers, size_t count, float value) {
  std::vector<float> all(count, value);
  for (size_t c = 0; numbers && c < count; ++c)
    all[c] = numbers->getData<float>()[numbers->getNumElements() == 1 ? 0 : c];
  return all;
}

NormalizeNumbers qc::getNormalizeNumbers(NormalizeOp op) {
  NormalizeNumbers result;
  result.reason = countElements(op, result.length);
  int64_t rank = cast<RankedTensorType>(op.getX().getType()).getRank(), axis = -1;
  size_t count = 1;
  std::optional<TensorValue> constants[2];
  const Value operands[] = {op.getScale(), op.getBias()};
  for (auto [i, operand] : llvm::enumerate(operands)) {
    if (!operand || !result)
      continue;
    constants[i] = getTensorValue(getConstantValue(operand));
    if (!constants[i]) {
      result.reason = "its scale or bias is computed, an integer form needs constant ones";
      return result;
    }
    if (constants[i]->getNumElements() == 0) {
      result.reason = "its scale or bias has no elements";
      return result;
    }
    std::optional<int64_t> own = findAxis(*constants[i], rank);
    if (!own || (*own >= 0 && axis >= 0 && *own != axis)) {
      result.reason = "its scale and bias differ along several dimensions";
      return result;
    }
    axis = std::max(axis, *own);
    count = std::max<size_t>(count, constants[i]->getNumElements());
  }
  if (!result)
    return result;
  result.axis = std::max<int64_t>(axis, 0);
  result.scale = spread(constants[0], count, 1.0f);
  result.bias = spread(constants[1], count, 0.0f);
  for (const std::vector<float> *numbers : {&result.scale, &result.bias})
    if (result && llvm::any_of(*numbers, [](float number) { return !std::isfinite(number); }))
      result.reason = "its scale or bias is not finite";
  return result;
}
