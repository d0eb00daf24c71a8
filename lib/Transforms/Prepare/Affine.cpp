// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operations that are y = factor * x + offset with constants per channel.
#include "Affine.h"
#include "Constants.h"
#include "qc/Analysis/Masks.h"
#include <cmath>

using namespace mlir;
using namespace qc;
using namespace qc::prepare;

std::optional<unsigned> prepare::getComputedSlot(Operation *op) {
  if (!isa<MulOp, DivOp, AddOp, SubOp>(op))
    return std::nullopt;
  bool first = getConstantValue(op->getOperand(0)) != nullptr, second = getConstantValue(op->getOperand(1)) != nullptr;
  if (first == second || (first && isa<DivOp>(op)))
    return std::nullopt;
  return first ? 1 : 0;
}

// (x - mean) * scale / sqrt(var + epsilon) + bias.
static std::optional<Affine> getAffine(BatchNormOp op, int64_t axis, int64_t channels) {
  std::optional<TensorValue> scale = getConstant(op.getScale()), bias = getConstant(op.getBias()),
                             mean = getConstant(op.getMean()), variance = getConstant(op.getVar());
  for (const std::optional<TensorValue> &value : {scale, bias, mean, variance})
    if (axis != 1 || !value || value->getNumElements() != channels)
      return std::nullopt;
  Affine affine{op.getX(), {}, {}};
  for (int64_t c = 0; c < channels; ++c) {
    double spread = std::sqrt(double(variance->getData<float>()[c]) + op.getEpsilon().convertToFloat());
    double factor = scale->getData<float>()[c] / spread;
    affine.factors.push_back(factor);
    affine.offsets.push_back(bias->getData<float>()[c] - mean->getData<float>()[c] * factor);
  }
  return affine;
}

std::optional<Affine> prepare::getAffine(Operation *op, int64_t axis, int64_t channels) {
  if (auto norm = dyn_cast<BatchNormOp>(op))
    return ::getAffine(norm, axis, channels);
  std::optional<unsigned> slot = getComputedSlot(op);
  std::optional<TensorValue> constant = slot ? getConstant(op->getOperand(1 - *slot)) : std::nullopt;
  if (!constant || !constant->getType().getElementType().isF32())
    return std::nullopt;
  int64_t rank = cast<RankedTensorType>(op->getResult(0).getType()).getRank();
  std::optional<TensorValue> values = getPerChannel(*constant, rank, axis, channels);
  if (!values)
    return std::nullopt;
  Affine affine{op->getOperand(*slot), {}, {}};
  bool isDifference = isa<SubOp>(op), isSum = isDifference || isa<AddOp>(op);
  for (double c : values->getData<float>()) {
    double sign = isDifference && *slot == 1 ? -1.0 : 1.0;
    affine.factors.push_back(isSum ? sign : isa<DivOp>(op) ? 1.0 / c : c);
    affine.offsets.push_back(!isSum ? 0.0 : isDifference && *slot == 0 ? -c : c);
  }
  return affine;
}

std::string prepare::checkNumbers(const Affine &affine) {
  if (llvm::any_of(affine.offsets, [](double offset) { return offset <= maskLimit; }))
    return "the constant is a mask: it has values at or below -1e4";
  auto isInfinite = [](double x) { return !std::isfinite(x); };
  if (llvm::any_of(affine.factors, isInfinite) || llvm::any_of(affine.offsets, isInfinite))
    return "a constant is not finite, or is 0 and divides";
  return {};
}
