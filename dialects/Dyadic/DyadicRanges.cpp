// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Proven ranges of results (docs/Numerics.md, Registers).
#include "dialects/Dyadic/DyadicVerification.h"
#include "dialects/QC/Verification.h"
#include "qc/Arith/Bounds.h"

using namespace mlir;
using namespace qc;
using namespace qc::dyadic;

static qc::numerics::CodeRange narrow(CodeRange range) { return {int32_t(range.least), int32_t(range.greatest)}; }

static std::optional<TensorValue> readConstant(Value value) { return getTensorValue(getConstantValue(value)); }

// Sums of weights, one per batch and output channel. With `inner` elements per step of the channel and `batch` elements
// per batch, element i belongs to channel i / inner % channels of batch i / batch.
static std::vector<qc::numerics::WeightSums> sumPerChannel(const TensorValue &w, int64_t axis, bool isMatrix) {
  int64_t inner = 1, batch = 1, channels = axis < 0 ? 1 : w.getShape()[axis], rank = w.getRank();
  for (int64_t d = axis < 0 ? 0 : axis + 1; d < rank; ++d)
    inner *= w.getShape()[d];
  for (int64_t d = isMatrix ? std::max<int64_t>(rank - 2, 0) : 0; d < rank; ++d)
    batch *= w.getShape()[d];
  std::vector<qc::numerics::WeightSums> sums(batch == 0 ? 0 : w.getNumElements() / batch * channels);
  for (auto [i, value] : llvm::enumerate(w.getData<int8_t>())) {
    qc::numerics::WeightSums &sum = sums[int64_t(i) / batch * channels + int64_t(i) / inner % channels];
    (value > 0 ? sum.positive : sum.negative) += std::abs(int(value));
  }
  return sums;
}

// The hull over all channels; nothing where a register of one could overflow.
static std::optional<CodeRange> boundContraction(const TensorValue &weights, int64_t axis, bool isMatrix, Value bias,
                                                 CodeRange x, int32_t zero) {
  std::optional<TensorValue> biases = readConstant(bias);
  int64_t channels = axis < 0 ? 1 : weights.getShape()[axis];
  if (bias && (!biases || biases->getNumElements() != channels))
    return std::nullopt;
  std::optional<CodeRange> range;
  auto include = [&](const qc::numerics::SumBounds &bounds) {
    range = range ? CodeRange{std::min(range->least, bounds.lower), std::max(range->greatest, bounds.upper)}
                  : CodeRange{bounds.lower, bounds.upper};
    return bounds.fitsRegister();
  };
  for (auto [n, sums] : llvm::enumerate(sumPerChannel(weights, axis, isMatrix)))
    if (!include(qc::numerics::contractionBounds(sums, narrow(x), zero, biases ? biases->getInteger(n % channels) : 0)))
      return std::nullopt;
  for (int64_t n = 0; !range && n < channels; ++n) // sums of nothing
    include({biases ? biases->getInteger(n) : 0, biases ? biases->getInteger(n) : 0, 0});
  return range.value_or(CodeRange{0, 0});
}

std::optional<CodeRange> PlaneOp::inferResultRange(ArrayRef<CodeRange> operands) {
  CodeRange type = getTypeRange(getTensor(getX()).getElementType());
  if (!getHigh())
    return CodeRange{0, 255};
  return CodeRange{(operands[0].least - type.least) / 256, (operands[0].greatest - type.least) / 256};
}

std::optional<CodeRange> dyadic::ConvOp::inferResultRange(ArrayRef<CodeRange> operands) {
  std::optional<TensorValue> weights = readConstant(getW());
  if (!weights)
    return std::nullopt;
  return boundContraction(*weights, 0, false, getB(), operands[0], getXZeroPoint());
}

// Two activations over a K that is known, or has a bound, with a constant bias or none.
static std::optional<CodeRange> boundProduct(dyadic::MatMulOp op, ArrayRef<CodeRange> operands) {
  std::optional<int64_t> depth = op.getKnownDepth();
  if (!depth)
    depth = op.getMaxDepth();
  std::optional<TensorValue> bias = readConstant(op.getBias());
  // Beyond 2^32 terms no register is proved, below it nothing leaves 64 bits.
  if (!depth || *depth > (int64_t(1) << 32) || (op.getBias() && !bias))
    return std::nullopt;
  qc::numerics::SumBounds bounds = qc::numerics::matmulBounds(*depth, narrow(operands[0]), op.getAZeroPoint(),
                                                              narrow(operands[1]), op.getBZeroPoint());
  if (bias) {
    int64_t least = INT64_MAX, greatest = INT64_MIN;
    for (int64_t n = 0; n < bias->getNumElements(); ++n) {
      least = std::min(least, bias->getInteger(n));
      greatest = std::max(greatest, bias->getInteger(n));
    }
    if (bias->getNumElements() > 0)
      bounds = {bounds.lower + least, bounds.upper + greatest, bounds.raw};
  }
  if (!bounds.fitsRegister())
    return std::nullopt;
  return CodeRange{bounds.lower, bounds.upper};
}

std::optional<CodeRange> dyadic::MatMulOp::inferResultRange(ArrayRef<CodeRange> operands) {
  RankedTensorType b = getTensor(getB());
  std::optional<TensorValue> weights = readConstant(getB());
  if (!weights || getBZeroPoint() != 0 || b.getElementType().isUnsignedInteger())
    return boundProduct(*this, operands);
  int64_t axis = b.getRank() < 2 ? -1 : b.getRank() - 1;
  return boundContraction(*weights, axis, true, getBias(), operands[0], getAZeroPoint());
}

std::optional<CodeRange> dyadic::MulOp::inferResultRange(ArrayRef<CodeRange> operands) {
  qc::numerics::SumBounds bounds =
      qc::numerics::productBounds(narrow(operands[0]), getAZeroPoint(), narrow(operands[1]), getBZeroPoint());
  if (!bounds.fitsRegister())
    return std::nullopt;
  return CodeRange{bounds.lower, bounds.upper};
}

std::optional<CodeRange> dyadic::AvgPoolOp::inferResultRange(ArrayRef<CodeRange>) {
  return CodeRange{getLo(), getHi()};
}

std::optional<CodeRange> dyadic::GlobalAvgPoolOp::inferResultRange(ArrayRef<CodeRange>) {
  return CodeRange{getLo(), getHi()};
}

std::optional<CodeRange> RequantOp::inferResultRange(ArrayRef<CodeRange>) { return CodeRange{getLo(), getHi()}; }

std::optional<CodeRange> qc::dyadic::getTableRange(ElementsAttr entries) {
  std::optional<TensorValue> table = getTensorValue(entries);
  if (!table)
    return std::nullopt;
  CodeRange range{table->getInteger(0), table->getInteger(0)};
  for (int64_t i = 1; i < table->getNumElements(); ++i) {
    range.least = std::min(range.least, table->getInteger(i));
    range.greatest = std::max(range.greatest, table->getInteger(i));
  }
  return range;
}

std::optional<CodeRange> LutOp::inferResultRange(ArrayRef<CodeRange>) { return getTableRange(getTable()); }

std::optional<CodeRange> SegmentsOp::inferResultRange(ArrayRef<CodeRange>) { return CodeRange{getLo(), getHi()}; }

std::optional<CodeRange> qc::dyadic::getConstantRange(Value value) {
  ElementsAttr elements = getConstantValue(value);
  bool isInteger = elements && elements.getShapedType().getElementType().isInteger();
  return isInteger && elements.getShapedType().getNumElements() > 0 ? getTableRange(elements) : std::nullopt;
}

CodeRange qc::dyadic::getValueRange(Value value) {
  CodeRange full = getTypeRange(getTensor(value).getElementType());
  // Moves of one operand keep its range (max_pool: also the type's least, of an empty window).
  auto keepsRange = [](Operation *op) {
    auto move = dyn_cast_or_null<MoveOpInterface>(op);
    return isa_and_nonnull<ReshapeOp>(op) || (move && !move.getFill() && !isa<ConcatOp>(op));
  };
  while (keepsRange(value.getDefiningOp()))
    value = value.getDefiningOp()->getOperand(0);
  auto op = value.getDefiningOp<RangeBoundOpInterface>();
  if (!op)
    return full;
  SmallVector<CodeRange> operands;
  for (Value operand : op->getOperands())
    operands.push_back(getTypeRange(getTensor(operand).getElementType()));
  return op.inferResultRange(operands).value_or(full);
}
