// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contents of elementwise results.
#include "dialects/QC/Contents.h"
#include "dialects/QC/Verification.h"

using namespace mlir;
using namespace qc;

// The row-major index into `shape` of what broadcasts to element `index` of `result`.
static int64_t findSource(int64_t index, ArrayRef<int64_t> result, ArrayRef<int64_t> shape) {
  int64_t source = 0, stride = 1;
  for (size_t i = 0; i < shape.size(); ++i) { // from the last dimension
    int64_t size = shape[shape.size() - 1 - i], whole = result[result.size() - 1 - i];
    if (size != 1)
      source += index % whole * stride;
    stride *= size;
    index /= whole;
  }
  return source;
}

std::optional<Dims> qc::mapContents(ShapeMath &math, Operation *op, ElementFunction function) {
  RankedTensorType type = getTensor(op->getResult(0));
  if (!type.hasStaticShape() || type.getNumElements() > kMaxContents || !type.getElementType().isInteger())
    return std::nullopt;
  SmallVector<Dims> operands;
  for (Value operand : op->getOperands()) {
    std::optional<Dims> contents =
        getTensor(operand).getElementType().isInteger() && getTensor(operand).hasStaticShape()
            ? math.getContents(operand)
            : std::nullopt;
    if (!contents)
      return std::nullopt;
    operands.push_back(*contents);
  }
  Dims result;
  for (int64_t i = 0, count = type.getNumElements(); i < count; ++i) {
    Dims elements;
    for (auto [operand, contents] : llvm::zip_equal(op->getOperands(), operands))
      elements.push_back(contents[findSource(i, type.getShape(), getShapeOf(operand))]);
    std::optional<Dim> element = function(elements);
    if (!element)
      return std::nullopt;
    result.push_back(*element);
  }
  return result;
}

std::optional<Dims> qc::castContents(ShapeMath &math, Operation *op) {
  Type to = getTensor(op->getResult(0)).getElementType();
  std::optional<Dims> contents = math.getContents(op->getOperand(0));
  if (!contents || !(to.isF32() || to.isInteger(1) || to.isInteger(32) || to.isInteger(64)))
    return std::nullopt;
  for (Dim &element : *contents) {
    std::optional<int64_t> known = element.getKnown();
    if (to.isInteger(1))
      element = math.sub(1, math.isEqual(element, 0));
    else if (known && to.isF32() && (*known > kMostExactInFloat || *known < -kMostExactInFloat))
      return std::nullopt;
    else if (known && to.isInteger(32) && *known != int32_t(*known))
      return std::nullopt;
  }
  return contents;
}

std::optional<Dim> qc::divideTruncated(ShapeMath &math, Dim a, Dim b) {
  std::optional<int64_t> x = a.getKnown(), y = b.getKnown();
  if (x && y)
    return *y == 0 || (*x == INT64_MIN && *y == -1) ? std::nullopt : std::optional(Dim(*x / *y));
  if (math.isAtMost(1, b) != true)
    return std::nullopt;
  if (math.isAtMost(0, a) == true)
    return math.floorDiv(a, b);
  if (math.isAtMost(a, 0) == true)
    return math.sub(0, math.floorDiv(math.sub(0, a), b));
  return std::nullopt;
}

std::optional<Dim> qc::moduloOf(ShapeMath &math, Dim a, Dim b) {
  std::optional<Dim> remainder = remainderTruncated(math, a, b);
  if (!remainder || (a.getKnown() && b.getKnown()))
    return std::nullopt; // the body of the operation says it
  // In (-b, b) -> [0, b), without asking whether it is 0.
  return math.isAtMost(0, a) == true ? remainder : remainderTruncated(math, math.add(*remainder, b), b);
}

std::optional<Dim> qc::remainderTruncated(ShapeMath &math, Dim a, Dim b) {
  std::optional<Dim> quotient = divideTruncated(math, a, b);
  return quotient ? std::optional(math.sub(a, math.mul(*quotient, b))) : std::nullopt;
}
