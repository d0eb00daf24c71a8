// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What has to be added to a contraction's raw integer register.
#include "Compensations.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

// Sums of w over all but dimension `axis`.
static SmallVector<int64_t> sumOverOthers(const TensorValue &w, int64_t axis) {
  int64_t inner = 1, size = w.getShape()[axis];
  for (int64_t d = axis + 1; d < w.getRank(); ++d)
    inner *= w.getShape()[d];
  SmallVector<int64_t> sums(size, 0);
  ArrayRef<int8_t> data = w.getData<int8_t>();
  for (auto [i, value] : llvm::enumerate(data))
    sums[int64_t(i) / inner % size] += value;
  return sums;
}

static std::optional<Compensation> makeCompensation(Value weights, int64_t weightAxis, Value bias, int64_t zero,
                                                    int64_t resultAxis) {
  ElementsAttr w = getConstantValue(weights), b = bias ? getConstantValue(bias) : ElementsAttr();
  if (!w || (bias && !b))
    return std::nullopt;
  std::optional<TensorValue> weightValues = getTensorValue(w), biasValues;
  if (b)
    biasValues = getTensorValue(b);
  if (!weightValues || (b && !biasValues))
    return std::nullopt;
  Compensation compensation{{}, resultAxis};
  for (auto [n, sum] : llvm::enumerate(sumOverOthers(*weightValues, weightAxis)))
    compensation.perChannel.push_back(int32_t(uint64_t(biasValues ? biasValues->getInteger(n) : 0) -
                                              uint64_t(zero) * uint64_t(sum)));
  return compensation;
}

std::optional<Compensation> qc::kernel::getCompensation(Operation *op) {
  if (auto conv = dyn_cast<dyadic::ConvOp>(op))
    return makeCompensation(conv.getW(), 0, conv.getB(), conv.getXZeroPoint(), 1);
  if (auto matmul = dyn_cast<dyadic::MatMulOp>(op)) {
    int64_t axis = cast<RankedTensorType>(matmul.getB().getType()).getRank() - 1;
    auto result = cast<RankedTensorType>(matmul.getAcc().getType());
    if (matmul.getBZeroPoint() != 0 || axis != 1 ||
        cast<RankedTensorType>(matmul.getB().getType()).getElementType().isUnsignedInteger())
      return std::nullopt;
    return makeCompensation(matmul.getB(), axis, matmul.getBias(), matmul.getAZeroPoint(), result.getRank() - 1);
  }
  return std::nullopt;
}

ElementsAttr qc::kernel::getConstantBias(Operation *op) {
  Value bias;
  if (auto conv = dyn_cast<ConvOp>(op))
    bias = conv.getB();
  else if (auto matmul = dyn_cast<MatMulOp>(op))
    bias = matmul.getBias();
  return bias ? getConstantValue(bias) : ElementsAttr();
}

ElementsAttr qc::kernel::getGemmBias(GemmOp op) {
  ElementsAttr elements = op.getC() ? getConstantValue(op.getC()) : ElementsAttr();
  std::optional<TensorValue> c = elements ? getTensorValue(elements) : std::nullopt;
  auto result = cast<RankedTensorType>(op.getY().getType());
  if (!c || result.isDynamicDim(1))
    return {};
  int64_t columns = result.getDimSize(1), count = c->getNumElements();
  if (count != 1 && (count != columns || c->getShape().back() != columns))
    return {};
  TensorValue bias(RankedTensorType::get({columns}, Float32Type::get(op.getContext())));
  float beta = op.getBeta().convertToFloat();
  for (int64_t n = 0; n < columns; ++n) {
    float value = c->getData<float>()[count == 1 ? 0 : n];
    bias.mutableData<float>()[n] = beta == 1.0f ? value : beta * value;
  }
  return getElementsAttr(bias);
}
