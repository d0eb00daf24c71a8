// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the evaluations of single operations share.
#include "Operations.h"

using namespace mlir;
using namespace qc;
using namespace qc::reference;

// An evaluation holds several values: a hostile shape must end in a diagnostic, not in a killed process.
static constexpr int64_t kMaxBytes = int64_t(1) << 33;

Result reference::makeResult(Operation *op, const ShapeOr &shape) {
  if (!shape)
    return op->emitOpError(shape.message());
  auto declared = cast<RankedTensorType>(op->getResult(0).getType());
  auto type = RankedTensorType::get(*shape, declared.getElementType());
  std::optional<int64_t> bytes = TensorValue::getByteSize(type);
  if (!bytes || *bytes > kMaxBytes)
    return op->emitOpError("expects a result of at most ") << kMaxBytes << " bytes for its evaluation, got " << type;
  return TensorValue(type);
}

LogicalResult reference::checkCount(Operation *op, StringRef name, const TensorValue *vector, int64_t count) {
  if (!vector || vector->getNumElements() == count)
    return success();
  return op->emitOpError("expects a ") << name << " of " << count << " elements, got " << vector->getType();
}

std::vector<int32_t> reference::subtractZeroPoint(const TensorValue &codes, int32_t zeroPoint) {
  std::vector<int32_t> values(codes.getNumElements());
  visitCodeType(codes.getType().getElementType(), [&](auto *type) {
    using Code = std::remove_pointer_t<decltype(type)>;
    const Code *from = codes.getData<Code>().data();
    for (size_t i = 0; i < values.size(); ++i)
      values[i] = int32_t(from[i]) - zeroPoint;
  });
  return values;
}

AxisSplit reference::splitAxis(ArrayRef<int64_t> shape, int64_t axis) {
  AxisSplit split;
  for (auto [d, size] : llvm::enumerate(shape))
    (int64_t(d) < axis ? split.outer : int64_t(d) == axis ? split.size : split.inner) *= size;
  return split;
}
