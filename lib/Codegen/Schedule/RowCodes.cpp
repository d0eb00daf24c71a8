// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rows of codes: the largest one, and what their sum is divided into (docs/Numerics.md, Softmax).
#include "../Loops.h"
#include "RowWriter.h"
#include "dialects/Dyadic/Dyadic.h"
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
