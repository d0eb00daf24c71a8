// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scalar text of integer operations.
#include "Scalars.h"
#include "dialects/Kernel/Kernel.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

using ScalarBuilder = ImplicitLocOpBuilder;

Value qc::kernel::emitExtension(ScalarBuilder &b, Value code, Type element) {
  if (code.getType().getIntOrFloatBitWidth() == 32)
    return code;
  if (element.isUnsignedInteger())
    return mlir::arith::ExtUIOp::create(b, b.getI32Type(), code);
  return mlir::arith::ExtSIOp::create(b, b.getI32Type(), code);
}

static Param makeInteger(MLIRContext *context, int64_t value, unsigned width) {
  return Param::makeNumber(IntegerAttr::get(IntegerType::get(context, width), value));
}

// One number where all are equal and none is per channel, else one per channel.
static Param makeParam(MLIRContext *context, ArrayRef<int64_t> values, unsigned width, int64_t axis) {
  if (values.size() == 1)
    return makeInteger(context, values[0], width);
  TensorValue tensor(RankedTensorType::get({int64_t(values.size())}, IntegerType::get(context, width)));
  for (auto [i, value] : llvm::enumerate(values))
    tensor.setInteger(i, value);
  return Param::makeChannel(getElementsAttr(tensor), axis);
}

namespace {
/// The numbers of a requant with everything known folded into the addend (kernel.requant, wide and half_even).
struct RequantNumbers {
  SmallVector<int64_t> multipliers[2], shifts, addends;
};
} // namespace

static RequantNumbers foldNumbers(dyadic::RequantOp op, const Compensation &compensation, unsigned compensated) {
  RequantNumbers numbers;
  size_t count = std::max(op.getShifts().size(), compensation.perChannel.size());
  bool halfEven = op.getRounding() == dyadic::Rounding::HalfEven;
  auto at = [](ArrayRef<int32_t> values, size_t i) { return values[values.size() == 1 ? 0 : i]; };
  for (size_t i = 0; i < count; ++i) {
    int64_t shift = at(op.getShifts(), i);
    uint64_t addend = halfEven ? 0 : uint64_t(1) << (shift - 1);
    for (auto [t, zero] : llvm::enumerate(op.getTermZeroPoints())) {
      int64_t m = at(t == 0 ? op.getMultipliers() : op.getMultipliers1(), i);
      int64_t comp = -int64_t(zero);
      if (t == compensated && !compensation.perChannel.empty())
        comp += at(compensation.perChannel, i);
      addend += uint64_t(comp) * uint64_t(m); // wraps (docs/Numerics.md, Fast form F)
      numbers.multipliers[t].push_back(m);
    }
    numbers.shifts.push_back(shift);
    numbers.addends.push_back(int64_t(addend));
  }
  return numbers;
}

static ScalarForm makeRequant(dyadic::RequantOp op, const Compensation &compensation, unsigned compensated) {
  MLIRContext *context = op.getContext();
  RequantNumbers numbers = foldNumbers(op, compensation, compensated);
  int64_t axis = op.getAxis() ? int64_t(*op.getAxis()) : compensation.axis;
  unsigned terms = op.getTerms().size();
  ScalarForm form;
  SmallVector<Type> elements;
  for (unsigned t = 0; t < terms; ++t) {
    form.operands.push_back(t);
    form.params.push_back(makeParam(context, numbers.multipliers[t], 32, axis));
    elements.push_back(cast<RankedTensorType>(op.getTerms()[t].getType()).getElementType());
  }
  form.params.push_back(makeParam(context, numbers.addends, 64, axis));
  form.params.push_back(makeParam(context, numbers.shifts, 32, axis));
  for (int32_t number : {op.getZeroPoint(), op.getLo(), op.getHi()})
    form.params.push_back(makeInteger(context, number, 32));
  unsigned width = cast<RankedTensorType>(op.getY().getType()).getElementType().getIntOrFloatBitWidth();
  RequantForm machine = op.getRounding() == dyadic::Rounding::HalfEven ? RequantForm::HalfEven : RequantForm::Wide;
  form.emit = [=](ScalarBuilder &b, ValueRange operands, ValueRange params) -> Value {
    SmallVector<Value> raw;
    for (auto [value, element] : llvm::zip_equal(operands, elements))
      raw.push_back(emitExtension(b, value, element));
    return RequantOp::create(b, IntegerType::get(b.getContext(), width), machine, raw, params.take_front(terms),
                             params[terms], params[terms + 1], params[terms + 2], params[terms + 3], params[terms + 4]);
  };
  return form;
}

static ScalarForm makeLut(dyadic::LutOp op) {
  bool isSigned = !cast<RankedTensorType>(op.getX().getType()).getElementType().isUnsignedInteger();
  ScalarForm form{{0}, {Param::makeTable(op.getTable())}, {}};
  form.emit = [=](ScalarBuilder &b, ValueRange operands, ValueRange params) -> Value {
    Value code = operands[0];
    if (isSigned) // code + 128 is the code with its sign bit flipped
      code = mlir::arith::XOrIOp::create(b, code, mlir::arith::ConstantIntOp::create(b, -128, 8));
    Value index = mlir::arith::IndexCastUIOp::create(b, b.getIndexType(), code);
    return memref::LoadOp::create(b, params[0], index);
  };
  return form;
}

static ScalarForm makeMul(dyadic::MulOp op) {
  MLIRContext *context = op.getContext();
  Type a = cast<RankedTensorType>(op.getA().getType()).getElementType();
  Type c = cast<RankedTensorType>(op.getB().getType()).getElementType();
  ScalarForm form{{0, 1}, {makeInteger(context, op.getAZeroPoint(), 32), makeInteger(context, op.getBZeroPoint(), 32)}, {}};
  form.emit = [=](ScalarBuilder &b, ValueRange v, ValueRange p) -> Value {
    Value x = mlir::arith::SubIOp::create(b, emitExtension(b, v[0], a), p[0]);
    Value y = mlir::arith::SubIOp::create(b, emitExtension(b, v[1], c), p[1]);
    return mlir::arith::MulIOp::create(b, x, y);
  };
  return form;
}

ScalarForm qc::kernel::describeCompensation(MLIRContext *context, const Compensation &compensation) {
  SmallVector<int64_t> values(compensation.perChannel.begin(), compensation.perChannel.end());
  ScalarForm form{{0}, {makeParam(context, values, 32, compensation.axis)}, {}};
  form.emit = [](ScalarBuilder &b, ValueRange v, ValueRange p) -> Value { return mlir::arith::AddIOp::create(b, v[0], p[0]); };
  return form;
}

namespace qc::kernel {
std::optional<ScalarForm> describeFloat(Operation *op);

std::optional<ScalarForm> describeScalar(Operation *op, const Compensation &compensation, unsigned compensated) {
  return TypeSwitch<Operation *, std::optional<ScalarForm>>(op)
      .Case<dyadic::RequantOp>([&](auto requant) { return makeRequant(requant, compensation, compensated); })
      .Case<dyadic::LutOp>(makeLut)
      .Case<dyadic::MulOp>(makeMul)
      .Default(describeFloat);
}
} // namespace qc::kernel
