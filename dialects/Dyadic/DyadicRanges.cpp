// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Proven ranges of results (docs/Numerics.md, Registers).
#include "dialects/Dyadic/Dyadic.h"
#include "dialects/QC/Verification.h"
#include "qc/Arith/Bounds.h"

using namespace mlir;
using namespace qc;
using namespace qc::dyadic;

// Sums of weights of one output channel: element i belongs to channel i / inner % channels.
static std::vector<qc::arith::WeightSums> sumPerChannel(const TensorValue &w, int64_t axis) {
  int64_t inner = 1, channels = w.getShape()[axis];
  for (int64_t d = axis + 1; d < w.getRank(); ++d)
    inner *= w.getShape()[d];
  std::vector<qc::arith::WeightSums> sums(channels);
  for (auto [i, value] : llvm::enumerate(w.getData<int8_t>())) {
    qc::arith::WeightSums &sum = sums[int64_t(i) / inner % channels];
    (value > 0 ? sum.positive : sum.negative) += std::abs(int(value));
  }
  return sums;
}

// The hull over all channels; nothing where a register of one could overflow.
static std::optional<CodeRange> boundContraction(Value weights, int64_t axis, Value bias, CodeRange x, int32_t zero) {
  ElementsAttr w = getConstantValue(weights), b = bias ? getConstantValue(bias) : ElementsAttr();
  std::optional<TensorValue> weightValues = w ? getTensorValue(w) : std::nullopt, biasValues;
  if (b)
    biasValues = getTensorValue(b);
  if (!weightValues || (bias && !biasValues) || weightValues->getRank() <= axis)
    return std::nullopt;
  CodeRange range{0, 0};
  bool isFirst = true;
  for (auto [n, sums] : llvm::enumerate(sumPerChannel(*weightValues, axis))) {
    qc::arith::CodeRange codes{int32_t(x.least), int32_t(x.greatest)};
    qc::arith::SumBounds bounds =
        qc::arith::contractionBounds(sums, codes, zero, biasValues ? biasValues->getInteger(n) : 0);
    if (!bounds.fitsRegister())
      return std::nullopt;
    range.least = isFirst ? bounds.lower : std::min(range.least, bounds.lower);
    range.greatest = isFirst ? bounds.upper : std::max(range.greatest, bounds.upper);
    isFirst = false;
  }
  return range;
}

std::optional<CodeRange> dyadic::ConvOp::inferResultRange(ArrayRef<CodeRange> operands) {
  return boundContraction(getW(), 0, getB(), operands[0], getXZeroPoint());
}

std::optional<CodeRange> dyadic::MatMulOp::inferResultRange(ArrayRef<CodeRange> operands) {
  RankedTensorType b = getTensor(getB());
  if (getConstantValue(getB()) && getBZeroPoint() == 0 && !b.getElementType().isUnsignedInteger() && b.getRank() == 2)
    return boundContraction(getB(), 1, getBias(), operands[0], getAZeroPoint());
  int64_t depth = getShapeOf(getA()).back();
  if (ShapedType::isDynamic(depth) || getBias())
    return std::nullopt;
  auto narrow = [](CodeRange range) { return qc::arith::CodeRange{int32_t(range.least), int32_t(range.greatest)}; };
  qc::arith::SumBounds bounds =
      qc::arith::matmulBounds(depth, narrow(operands[0]), getAZeroPoint(), narrow(operands[1]), getBZeroPoint());
  if (!bounds.fitsRegister())
    return std::nullopt;
  return CodeRange{bounds.lower, bounds.upper};
}

std::optional<CodeRange> dyadic::MulOp::inferResultRange(ArrayRef<CodeRange> operands) {
  auto narrow = [](CodeRange range) { return qc::arith::CodeRange{int32_t(range.least), int32_t(range.greatest)}; };
  qc::arith::SumBounds bounds =
      qc::arith::productBounds(narrow(operands[0]), getAZeroPoint(), narrow(operands[1]), getBZeroPoint());
  return CodeRange{bounds.lower, bounds.upper};
}

std::optional<CodeRange> dyadic::AvgPoolOp::inferResultRange(ArrayRef<CodeRange>) { return CodeRange{getLo(), getHi()}; }

std::optional<CodeRange> RequantOp::inferResultRange(ArrayRef<CodeRange>) { return CodeRange{getLo(), getHi()}; }

std::optional<CodeRange> LutOp::inferResultRange(ArrayRef<CodeRange>) {
  std::optional<TensorValue> table = getTensorValue(getTable());
  if (!table)
    return std::nullopt;
  CodeRange range{table->getInteger(0), table->getInteger(0)};
  for (int64_t i = 1; i < table->getNumElements(); ++i) {
    range.least = std::min(range.least, table->getInteger(i));
    range.greatest = std::max(range.greatest, table->getInteger(i));
  }
  return range;
}
