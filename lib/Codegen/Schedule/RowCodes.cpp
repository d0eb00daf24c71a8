// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rows of codes: the largest one, and what their sum is divided into (docs/Numerics.md, Softmax); their sum, and what
// the root of their variance is divided into (Normalization).
#include "../Loops.h"
#include "RowWriter.h"
#include "dialects/Dyadic/Dyadic.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "qc/Arith/Softmax.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

using Combine = llvm::function_ref<Value(Value a, Value b)>;
using Read = llvm::function_ref<Value(Value code)>;

// All lanes of `vector` as one, halves first.
static Value foldLanes(ImplicitLocOpBuilder &b, Value vector, Combine combine) {
  for (int64_t distance = cast<VectorType>(vector.getType()).getDimSize(0) / 2; distance > 0; distance /= 2) {
    auto half = [&](int64_t first) -> Value {
      return vector::ShuffleOp::create(b, vector, vector, llvm::to_vector(llvm::seq<int64_t>(first, first + distance)));
    };
    Value low = half(0), high = half(distance);
    vector = combine(low, high);
  }
  return vector::ExtractOp::create(b, vector, 0);
}

// The codes of a row as one number: in any order, as `combine` does not tell. `read` makes a code, or a vector of
// codes, what is combined, from `neutral` on. Vectors of `lanes` where codes of a row lie one behind the other.
static Value foldCodes(KernelWriter &writer, RowWriter &row, int64_t lanes, TypedAttr neutral, Read read,
                       Combine combine) {
  ImplicitLocOpBuilder &b = writer.body();
  Value one = writer.constantIndex(1), begin = writer.constantIndex(0);
  Value result = arith::ConstantOp::create(b, neutral);
  if (row.isContiguous()) {
    Value step = writer.constantIndex(lanes);
    Value end = writer.mul(writer.div(row.getLength(), step), step);
    auto type = VectorType::get({lanes}, neutral.getType());
    Value wide = arith::ConstantOp::create(b, DenseElementsAttr::get(type, Attribute(neutral)));
    wide = qc::writeReduction(b, begin, end, step, wide, [&](Value first, ValueRange folded) {
      return SmallVector<Value>{combine(folded[0], read(row.loadXs(first, lanes)))};
    })[0];
    result = foldLanes(b, wide, combine);
    begin = end;
  }
  return qc::writeReduction(b, begin, row.getLength(), one, result, [&](Value k, ValueRange folded) {
    return SmallVector<Value>{combine(folded[0], read(row.loadX(k)))};
  })[0];
}

void qc::kernel::writeRowMax(KernelWriter &writer, RowWriter &row, dyadic::RowMaxOp op) {
  ImplicitLocOpBuilder &b = writer.body();
  Type element = cast<RankedTensorType>(op.getX().getType()).getElementType();
  auto least = IntegerAttr::get(b.getI8Type(), int8_t(dyadic::getTypeRange(element).least));
  auto largest = [&](Value x, Value y) -> Value {
    return element.isUnsignedInteger() ? Value(arith::MaxUIOp::create(b, x, y))
                                       : Value(arith::MaxSIOp::create(b, x, y));
  };
  Value top = foldCodes(writer, row, 64, least, [](Value code) { return code; }, largest);
  row.storeY(top, writer.constantIndex(0));
}

// The sum fits 31 bits, as rows have at most 2^23 codes.
void qc::kernel::writeRowReciprocal(KernelWriter &writer, RowWriter &row) {
  ImplicitLocOpBuilder &b = writer.body();
  auto extend = [&](Value code) -> Value {
    Type type = b.getI32Type();
    if (auto vector = dyn_cast<VectorType>(code.getType()))
      type = vector.clone(type);
    return arith::ExtUIOp::create(b, type, code);
  };
  auto add = [&](Value x, Value y) -> Value { return arith::AddIOp::create(b, x, y); };
  Value sum = foldCodes(writer, row, 16, b.getI32IntegerAttr(0), extend, add);
  auto number = [&](int64_t value) -> Value { return arith::ConstantIntOp::create(b, value, 64); };
  Value wide = arith::ExtUIOp::create(b, b.getI64Type(), sum);
  Value divisor = arith::MaxUIOp::create(b, wide, number(1));
  Value quotient = arith::DivUIOp::create(b, number(int64_t(1) << numerics::reciprocalBits), divisor);
  quotient = arith::MinUIOp::create(b, quotient, number(INT32_MAX));
  Value isEmpty = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, wide, number(0));
  quotient = arith::SelectOp::create(b, isEmpty, number(0), quotient);
  row.storeY(arith::TruncIOp::create(b, b.getI32Type(), quotient), writer.constantIndex(0));
}

// code - zero as an i32, or a vector of them.
static Value emitDifference(ImplicitLocOpBuilder &b, Value code, Type element, Value zero) {
  Type type = b.getI32Type();
  if (auto vector = dyn_cast<VectorType>(code.getType())) {
    type = vector.clone(type);
    zero = vector::BroadcastOp::create(b, type, zero);
  }
  Value wide = element.isUnsignedInteger() ? Value(arith::ExtUIOp::create(b, type, code))
                                           : Value(arith::ExtSIOp::create(b, type, code));
  return arith::SubIOp::create(b, wide, zero);
}

static Type getElement(Value tensor) { return cast<RankedTensorType>(tensor.getType()).getElementType(); }

static Value emitSum(KernelWriter &writer, RowWriter &row, int64_t lanes, IntegerAttr neutral, Read read) {
  ImplicitLocOpBuilder &b = writer.body();
  return foldCodes(writer, row, lanes, neutral, read,
                   [&](Value x, Value y) -> Value { return arith::AddIOp::create(b, x, y); });
}

// Below 2^31, as a row has at most 2^15 codes of 16 bits.
void qc::kernel::writeRowSum(KernelWriter &writer, RowWriter &row, dyadic::RowSumOp op, Value zero) {
  ImplicitLocOpBuilder &b = writer.body();
  Type element = getElement(op.getX());
  Value sum = emitSum(writer, row, 16, b.getI32IntegerAttr(0),
                      [&](Value code) { return emitDifference(b, code, element, zero); });
  row.storeY(sum, writer.constantIndex(0));
}

// Of 8-bit codes below 2^31, of 16-bit codes below 2^47: an i64.
static Value emitSquares(KernelWriter &writer, RowWriter &row, Type element, Value zero) {
  ImplicitLocOpBuilder &b = writer.body();
  bool isNarrow = element.getIntOrFloatBitWidth() == 8;
  auto square = [&](Value code) -> Value {
    Value x = emitDifference(b, code, element, zero);
    if (!isNarrow) {
      Type type = b.getI64Type();
      if (auto vector = dyn_cast<VectorType>(x.getType()))
        type = vector.clone(type);
      x = arith::ExtSIOp::create(b, type, x);
    }
    return arith::MulIOp::create(b, x, x);
  };
  if (!isNarrow)
    return emitSum(writer, row, 8, b.getI64IntegerAttr(0), square);
  Value sum = emitSum(writer, row, 16, b.getI32IntegerAttr(0), square);
  return arith::ExtUIOp::create(b, b.getI64Type(), sum);
}

// The greatest integer whose square is at most v >= 2^62, by six steps of Newton (include/qc/Arith/Normalize.h).
static Value emitSquareRoot(ImplicitLocOpBuilder &b, Value v) {
  Value root = arith::ConstantIntOp::create(b, int64_t(1) << 32, 64), one = arith::ConstantIntOp::create(b, 1, 64);
  for (int step = 0; step < 6; ++step) {
    Value next = arith::AddIOp::create(b, root, Value(arith::DivUIOp::create(b, v, root)));
    root = arith::MinUIOp::create(b, root, Value(arith::ShRUIOp::create(b, next, one)));
  }
  return root;
}

void qc::kernel::writeRowRoot(KernelWriter &writer, RowWriter &row, dyadic::RowRootOp op, ValueRange numbers) {
  ImplicitLocOpBuilder &b = writer.body();
  auto number = [&](int64_t value) -> Value { return arith::ConstantIntOp::create(b, value, 64); };
  Value w = arith::MulIOp::create(b, numbers[1], emitSquares(writer, row, getElement(op.getX()), numbers[0]));
  if (op.getSum()) {
    Value sum = arith::ExtSIOp::create(b, b.getI64Type(), row.loadOperand(0, writer.constantIndex(0)));
    w = arith::SubIOp::create(b, w, Value(arith::MulIOp::create(b, sum, sum)));
  }
  w = arith::MaxSIOp::create(b, Value(arith::AddIOp::create(b, w, numbers[2])), number(1));
  // Pairs of leading zeros.
  Value pairs = arith::ShRUIOp::create(b, Value(math::CountLeadingZerosOp::create(b, w)), number(1));
  Value wide = arith::ShLIOp::create(b, w, Value(arith::ShLIOp::create(b, pairs, number(1))));
  Value m = arith::DivUIOp::create(b, number(int64_t(1) << 55), emitSquareRoot(b, wide));
  Value root = arith::AddIOp::create(b, Value(arith::ShLIOp::create(b, m, number(6))),
                                     Value(arith::SubIOp::create(b, number(55), pairs)));
  row.storeY(arith::TruncIOp::create(b, b.getI32Type(), root), writer.constantIndex(0));
}
