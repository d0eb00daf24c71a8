// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One function per operation, and what they share: operands, results and their diagnostics.
#pragma once
#include "dialects/Dyadic/Dyadic.h"
#include "dialects/QC/QC.h"
#include "dialects/QC/ShapeInference.h"

namespace qc::reference {

/// Values of the present operands, checked against the operation's operand types.
using Operands = llvm::ArrayRef<TensorValue>;
/// The value of an operation's one result, or failure after a diagnostic.
using Result = mlir::FailureOr<TensorValue>;

// Contractions.cpp
Result evaluate(ConvOp op, Operands operands);
Result evaluate(ConvTransposeOp op, Operands operands);
Result evaluate(GemmOp op, Operands operands);
Result evaluate(MatMulOp op, Operands operands);
Result evaluate(BatchNormOp op, Operands operands);
// Elementwise.cpp
Result evaluate(ClipOp op, Operands operands);
Result evaluate(SoftmaxOp op, Operands operands);
Result evaluate(MeanWeightsOp op, Operands operands);
// Reductions.cpp
Result evaluate(ReduceOp op, Operands operands);
Result evaluate(LogSoftmaxOp op, Operands operands);
Result evaluate(NormalizeOp op, Operands operands);
Result evaluate(ArgReduceOp op, Operands operands);
Result evaluate(TopKOp op, Operands operands);
Result evaluate(CumSumOp op, Operands operands);
// Pools.cpp
Result evaluate(MaxPoolOp op, Operands operands);
Result evaluate(AvgPoolOp op, Operands operands);
Result evaluate(GlobalAvgPoolOp op, Operands operands);
// Recurrent.cpp
Result evaluate(LstmCellOp op, Operands operands);
Result evaluate(GruCellOp op, Operands operands);
// Shapes.cpp
Result evaluate(ConstantOp op, Operands operands);
Result evaluate(ReshapeOp op, Operands operands);
// Moves.cpp
Result evaluateMove(MoveOpInterface op, Operands operands);
// Sizes.cpp
Result evaluate(ShapeOp op, Operands operands);
Result evaluate(SizeOp op, Operands operands);
Result evaluate(ConstantOfShapeOp op, Operands operands);
Result evaluate(RangeOp op, Operands operands);
Result evaluate(DynamicReshapeOp op, Operands operands);
// Quantization.cpp
Result evaluate(QuantizeOp op, Operands operands);
Result evaluate(DequantizeOp op, Operands operands);
// DyadicContractions.cpp
Result evaluate(dyadic::ConvOp op, Operands operands);
Result evaluate(dyadic::MatMulOp op, Operands operands);
Result evaluate(dyadic::MulOp op, Operands operands);
// DyadicRequant.cpp
Result evaluate(dyadic::AvgPoolOp op, Operands operands);
Result evaluate(dyadic::GlobalAvgPoolOp op, Operands operands);
Result evaluate(dyadic::RequantOp op, Operands operands);
Result evaluate(dyadic::LutOp op, Operands operands);
Result evaluate(dyadic::SegmentsOp op, Operands operands);
Result evaluate(dyadic::PlaneOp op, Operands operands);
// DyadicRows.cpp
Result evaluate(dyadic::RowMaxOp op, Operands operands);
Result evaluate(dyadic::SelectOp op, Operands operands);
Result evaluate(dyadic::LutBelowOp op, Operands operands);
Result evaluate(dyadic::RowReciprocalOp op, Operands operands);
Result evaluate(dyadic::RequantRowsOp op, Operands operands);
Result evaluate(dyadic::RowSumOp op, Operands operands);
Result evaluate(dyadic::RowRootOp op, Operands operands);
Result evaluate(dyadic::NormalizeOp op, Operands operands);

/// The value of operand group `index` (as in the operation's definition); null where an optional one is absent.
template <typename Op> const TensorValue *findOperand(Op op, Operands operands, unsigned index) {
  auto [first, count] = op.getODSOperandIndexAndLength(index);
  return count == 0 ? nullptr : &operands[first];
}

/// Zeros of the inferred shape and the element type of the operation's result. A diagnostic where there is no such
/// shape or it is too large for an evaluation.
Result makeResult(mlir::Operation *op, const ShapeOr &shape);
/// The same for a result of the operand's shape.
inline Result makeResultLike(mlir::Operation *op, const TensorValue &x) {
  return makeResult(op, llvm::SmallVector<int64_t>(x.getShape()));
}

/// That `vector` (a bias, a scale...) has `count` elements; absent ones have any number.
mlir::LogicalResult checkCount(mlir::Operation *op, llvm::StringRef name, const TensorValue *vector, int64_t count);

/// The integer elements minus `zeroPoint`, of a type of at most 16 bits.
std::vector<int32_t> subtractZeroPoint(const TensorValue &codes, int32_t zeroPoint);

/// Elements before, along and after a dimension: index = (outer * size + i) * inner + j. axis -1: size 1, inner all.
struct AxisSplit {
  int64_t outer = 1, size = 1, inner = 1;
};
AxisSplit splitAxis(llvm::ArrayRef<int64_t> shape, int64_t axis);

/// Calls `visit` with a null pointer of the C++ type of integer elements of at most 32 bits.
template <typename Visit> void visitCodeType(mlir::Type type, Visit visit) {
  bool isUnsigned = type.isUnsignedInteger();
  switch (type.getIntOrFloatBitWidth()) {
  case 8:
    return isUnsigned ? visit((uint8_t *)nullptr) : visit((int8_t *)nullptr);
  case 16:
    return isUnsigned ? visit((uint16_t *)nullptr) : visit((int16_t *)nullptr);
  case 64: // biases
    return visit((int64_t *)nullptr);
  default:
    return isUnsigned ? visit((uint32_t *)nullptr) : visit((int32_t *)nullptr);
  }
}

} // namespace qc::reference
