// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scalar text of integer operations.
#include "KernelWriter.h"
#include "Scalars.h"
#include "dialects/Kernel/Kernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "qc/Arith/Normalize.h"
#include "qc/Arith/Table.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

using ScalarBuilder = ImplicitLocOpBuilder;

Value qc::kernel::emitExtension(ScalarBuilder &b, Value code, Type element) {
  if (code.getType().getIntOrFloatBitWidth() == 32)
    return code;
  if (element.isUnsignedInteger())
    return arith::ExtUIOp::create(b, b.getI32Type(), code);
  return arith::ExtSIOp::create(b, b.getI32Type(), code);
}

Param qc::kernel::makeIntegerParam(MLIRContext *context, ArrayRef<int64_t> values, unsigned width, int64_t axis) {
  auto type = IntegerType::get(context, width);
  if (!values.empty() && llvm::all_equal(values))
    return Param::makeNumber(IntegerAttr::get(type, values[0]));
  TensorValue tensor(RankedTensorType::get({int64_t(values.size())}, type));
  for (auto [i, value] : llvm::enumerate(values))
    tensor.setInteger(i, value);
  return Param::makeChannel(getElementsAttr(tensor), axis);
}

static Type getElement(Value tensor) { return cast<RankedTensorType>(tensor.getType()).getElementType(); }

// The place of a code in its type: the code minus the least one, unsigned in as many bits.
static Value emitPlace(ScalarBuilder &b, Value code, Type element) {
  if (element.isUnsignedInteger())
    return code;
  unsigned width = element.getIntOrFloatBitWidth(); // the code with its sign bit flipped
  return arith::XOrIOp::create(b, code, arith::ConstantIntOp::create(b, -(int64_t(1) << (width - 1)), width));
}

bool qc::kernel::isByteTable(dyadic::LutOp op) {
  return getElement(op.getX()).getIntOrFloatBitWidth() == 8 && getElement(op.getY()).getIntOrFloatBitWidth() == 8;
}

std::optional<ScalarForm> qc::kernel::describe(dyadic::LutOp op) {
  Type element = getElement(op.getX());
  ScalarForm form{{0}, {Param::makeTable(op.getTable())}, {}};
  form.emit = [=, isBytes = isByteTable(op)](ScalarBuilder &b, ValueRange operands, ValueRange params) -> Value {
    Value place = emitPlace(b, operands[0], element);
    if (isBytes)
      return LookupOp::create(b, params[0], place);
    return memref::LoadOp::create(b, params[0], Value(arith::IndexCastUIOp::create(b, b.getIndexType(), place)));
  };
  return form;
}

std::optional<ScalarForm> qc::kernel::describe(dyadic::SelectOp op) {
  ScalarForm form{{0, 1}, {makeIntegerParam(op.getContext(), {op.getOther()}, 32, -1)}, {}};
  form.emit = [](ScalarBuilder &b, ValueRange operands, ValueRange params) -> Value {
    Value none = arith::ConstantIntOp::create(b, 0, 8); // a condition is a byte
    Value isShown = arith::CmpIOp::create(b, arith::CmpIPredicate::ne, operands[0], none);
    Value other = arith::TruncIOp::create(b, operands[1].getType(), params[0]);
    return arith::SelectOp::create(b, isShown, operands[1], other);
  };
  return form;
}

std::optional<ScalarForm> qc::kernel::describe(dyadic::LutBelowOp op) {
  ScalarForm form{{0, 1}, {Param::makeTable(op.getTable())}, {}};
  form.emit = [](ScalarBuilder &b, ValueRange operands, ValueRange params) -> Value {
    return LookupOp::create(b, params[0], Value(arith::SubIOp::create(b, operands[1], operands[0])));
  };
  return form;
}

// Base and slope of a segment lie side by side, so that one load gives both.
static ElementsAttr joinSegments(dyadic::SegmentsOp op) {
  std::optional<TensorValue> base = getTensorValue(op.getBase()), slope = getTensorValue(op.getSlope());
  if (!base || !slope)
    return {};
  TensorValue both(RankedTensorType::get(base->getShape(), IntegerType::get(op.getContext(), 64)));
  for (int64_t i = 0; i < both.getNumElements(); ++i)
    both.setInteger(i, int64_t(uint64_t(slope->getInteger(i)) << 32 | uint32_t(base->getInteger(i))));
  return getElementsAttr(both);
}

std::optional<ScalarForm> qc::kernel::describe(dyadic::SegmentsOp op) {
  ElementsAttr table = joinSegments(op);
  if (!table)
    return std::nullopt;
  MLIRContext *context = op.getContext();
  Type element = getElement(op.getX()), result = getSignless(getElement(op.getY()));
  ScalarForm form{{0},
                  {Param::makeTable(table), makeIntegerParam(context, {op.getLo()}, 32, -1),
                   makeIntegerParam(context, {op.getHi()}, 32, -1)},
                  {}};
  form.emit = [=](ScalarBuilder &b, ValueRange operands, ValueRange params) -> Value {
    auto number = [&](int64_t value) { return arith::ConstantIntOp::create(b, value, 32); };
    Type i32 = b.getI32Type();
    Value place = arith::ExtUIOp::create(b, i32, emitPlace(b, operands[0], element));
    Value segment = arith::ShRUIOp::create(b, place, number(llvm::Log2_32(qc::numerics::segmentCodes)));
    Value index = arith::IndexCastUIOp::create(b, b.getIndexType(), segment);
    Value both = memref::LoadOp::create(b, params[0], index);
    Value base = arith::TruncIOp::create(b, i32, both);
    Value high = arith::ShRUIOp::create(b, both, Value(arith::ConstantIntOp::create(b, 32, 64)));
    Value slope = arith::TruncIOp::create(b, i32, high);
    Value d = arith::AndIOp::create(b, place, number(qc::numerics::segmentCodes - 1));
    Value y = arith::AddIOp::create(b, base, arith::MulIOp::create(b, slope, d));
    y = arith::AddIOp::create(b, y, number(1 << (qc::numerics::segmentFractionBits - 1)));
    y = arith::ShRSIOp::create(b, y, number(qc::numerics::segmentFractionBits));
    y = arith::MinSIOp::create(b, arith::MaxSIOp::create(b, y, params[1]), params[2]);
    return arith::TruncIOp::create(b, result, y);
  };
  return form;
}

std::optional<ScalarForm> qc::kernel::describe(dyadic::PlaneOp op) {
  Type element = getElement(op.getX());
  ScalarForm form{{0}, {}, {}};
  form.emit = [=, isHigh = op.getHigh()](ScalarBuilder &b, ValueRange operands, ValueRange) -> Value {
    Value bytes = operands[0];
    if (isHigh)
      bytes = arith::ShRUIOp::create(b, emitPlace(b, bytes, element), Value(arith::ConstantIntOp::create(b, 8, 16)));
    return arith::TruncIOp::create(b, b.getI8Type(), bytes);
  };
  return form;
}

std::optional<ScalarForm> qc::kernel::describe(dyadic::MulOp op) {
  MLIRContext *context = op.getContext();
  Type a = cast<RankedTensorType>(op.getA().getType()).getElementType();
  Type c = cast<RankedTensorType>(op.getB().getType()).getElementType();
  ScalarForm form{{0, 1},
                  {makeIntegerParam(context, {op.getAZeroPoint()}, 32, -1),
                   makeIntegerParam(context, {op.getBZeroPoint()}, 32, -1)},
                  {}};
  form.emit = [=](ScalarBuilder &b, ValueRange v, ValueRange p) -> Value {
    Value x = arith::SubIOp::create(b, emitExtension(b, v[0], a), p[0]);
    Value y = arith::SubIOp::create(b, emitExtension(b, v[1], c), p[1]);
    return arith::MulIOp::create(b, x, y);
  };
  return form;
}

std::optional<ScalarForm> qc::kernel::describe(dyadic::NormalizeOp op) {
  MLIRContext *context = op.getContext();
  Type element = getElement(op.getX());
  ScalarForm form{
      {0, 1},
      {makeIntegerParam(context, {op.getXZeroPoint()}, 32, -1), makeIntegerParam(context, {op.getLength()}, 32, -1)},
      {}};
  if (op.getSum())
    form.operands.push_back(2);
  form.emit = [element](ScalarBuilder &b, ValueRange v, ValueRange p) -> Value {
    Value c = arith::MulIOp::create(b, Value(arith::SubIOp::create(b, emitExtension(b, v[0], element), p[0])), p[1]);
    if (v.size() == 3)
      c = arith::SubIOp::create(b, c, v[2]);
    auto number = [&](int64_t value) { return arith::ConstantIntOp::create(b, value, 32); };
    auto widen = [&](Value x) { return arith::ExtSIOp::create(b, b.getI64Type(), x); };
    Value m = arith::ShRSIOp::create(b, v[1], number(6));
    Value shift = arith::SubIOp::create(b, Value(arith::AndIOp::create(b, v[1], number(63))),
                                        number(qc::numerics::normalizedBits));
    Value wideShift = widen(shift), one = arith::ConstantIntOp::create(b, 1, 64);
    Value half = arith::ShLIOp::create(b, one, Value(arith::SubIOp::create(b, wideShift, one)));
    Value wideC = widen(c), wideM = widen(m);
    Value y = arith::AddIOp::create(b, Value(arith::MulIOp::create(b, wideC, wideM)), half);
    return arith::TruncIOp::create(b, b.getI32Type(), Value(arith::ShRSIOp::create(b, y, wideShift)));
  };
  return form;
}

ScalarForm qc::kernel::describeCompensation(MLIRContext *context, const Compensation &compensation) {
  SmallVector<int64_t> values;
  for (int64_t value : compensation.perChannel)
    values.push_back(int32_t(value));
  ScalarForm form{{0}, {makeIntegerParam(context, values, 32, compensation.axis)}, {}};
  form.emit = [](ScalarBuilder &b, ValueRange v, ValueRange p) -> Value {
    return arith::AddIOp::create(b, v[0], p[0]);
  };
  return form;
}

std::optional<ScalarForm> qc::kernel::describeScalar(Operation *op, const Compensation &compensation,
                                                     unsigned compensated) {
  auto kernelForm = dyn_cast<KernelFormOpInterface>(op);
  ScalarForm form;
  if (kernelForm && kernelForm.describeScalar(compensation, compensated, form))
    return form;
  return std::nullopt;
}
