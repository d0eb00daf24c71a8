// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What has to be added to a contraction's raw integer register.
#include "Compensations.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

// Sums of w over all but dimension `axis`.
static SmallVector<qc::numerics::WeightSums> sumOverOthers(const TensorValue &w, int64_t axis) {
  int64_t inner = 1, size = w.getShape()[axis];
  for (int64_t d = axis + 1; d < w.getRank(); ++d)
    inner *= w.getShape()[d];
  SmallVector<qc::numerics::WeightSums> sums(size);
  for (auto [i, value] : llvm::enumerate(w.getData<int8_t>())) {
    qc::numerics::WeightSums &sum = sums[int64_t(i) / inner % size];
    (value > 0 ? sum.positive : sum.negative) += std::abs(int(value));
  }
  return sums;
}

namespace {
/// The operands of an integer contraction, whichever it is.
struct Operands {
  Value x, weights, bias;
  int32_t zero;       ///< of x
  int64_t weightAxis; ///< the output channel in weights
  int64_t resultAxis; ///< and in the result
};
} // namespace

static std::optional<Compensation> makeCompensation(const Operands &op) {
  ElementsAttr w = getConstantValue(op.weights), b = op.bias ? getConstantValue(op.bias) : ElementsAttr();
  if (!w || (op.bias && !b))
    return std::nullopt;
  std::optional<TensorValue> weightValues = getTensorValue(w), biasValues;
  if (b)
    biasValues = getTensorValue(b);
  if (!weightValues || (b && !biasValues))
    return std::nullopt;
  dyadic::CodeRange range = dyadic::getTypeRange(cast<RankedTensorType>(op.x.getType()).getElementType());
  qc::numerics::CodeRange codes{int32_t(range.least), int32_t(range.greatest)};
  Compensation compensation;
  compensation.axis = op.resultAxis;
  for (auto [n, sums] : llvm::enumerate(sumOverOthers(*weightValues, op.weightAxis))) {
    int64_t bias = biasValues ? biasValues->getInteger(n) : 0;
    compensation.perChannel.push_back(bias - int64_t(op.zero) * sums.sum());
    compensation.bounds.push_back(qc::numerics::contractionBounds(sums, codes, op.zero, bias));
    compensation.weights.push_back(sums);
  }
  return compensation;
}

std::optional<Compensation> qc::kernel::getCompensation(Operation *op) {
  if (auto conv = dyn_cast<dyadic::ConvOp>(op))
    return makeCompensation({conv.getX(), conv.getW(), conv.getB(), int32_t(conv.getXZeroPoint()), 0, 1});
  if (auto matmul = dyn_cast<dyadic::MatMulOp>(op)) {
    int64_t axis = cast<RankedTensorType>(matmul.getB().getType()).getRank() - 1;
    auto result = cast<RankedTensorType>(matmul.getAcc().getType());
    if (matmul.getBZeroPoint() != 0 || axis != 1 ||
        cast<RankedTensorType>(matmul.getB().getType()).getElementType().isUnsignedInteger())
      return std::nullopt;
    return makeCompensation(
        {matmul.getA(), matmul.getB(), matmul.getBias(), int32_t(matmul.getAZeroPoint()), axis, result.getRank() - 1});
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
