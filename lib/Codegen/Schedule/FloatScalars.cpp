// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scalar text of float operations, step by step as docs/Numerics.md and the operations' descriptions say.
#include "Scalars.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

using ScalarBuilder = ImplicitLocOpBuilder;

Value qc::kernel::emitFloatConstant(ScalarBuilder &b, float value) {
  return arith::ConstantOp::create(b, b.getF32FloatAttr(value));
}

static Value makeNaN(ScalarBuilder &b) {
  return arith::ConstantOp::create(b, b.getFloatAttr(b.getF32Type(), APFloat::getQNaN(APFloat::IEEEsingle())));
}

// `chosen` unless x or y is NaN; equal operands (of which -0 and +0 are the only different pair) are combined by
// `combine` on their bits.
static Value selectExtreme(ScalarBuilder &b, Value x, Value y, Value chosen, Value combinedBits) {
  Value equal = arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, x, y);
  Value combined = arith::BitcastOp::create(b, b.getF32Type(), combinedBits);
  Value result = arith::SelectOp::create(b, equal, combined, chosen);
  Value unordered = arith::CmpFOp::create(b, arith::CmpFPredicate::UNO, x, y);
  return arith::SelectOp::create(b, unordered, makeNaN(b), result);
}

Value qc::kernel::emitFloatMax(ScalarBuilder &b, Value x, Value y) {
  Value greater = arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, x, y);
  Value chosen = arith::SelectOp::create(b, greater, x, y);
  Value xBits = arith::BitcastOp::create(b, b.getI32Type(), x);
  Value yBits = arith::BitcastOp::create(b, b.getI32Type(), y);
  Value bits = arith::AndIOp::create(b, xBits, yBits);
  return selectExtreme(b, x, y, chosen, bits);
}

Value qc::kernel::emitFloatMin(ScalarBuilder &b, Value x, Value y) {
  Value less = arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, x, y);
  Value chosen = arith::SelectOp::create(b, less, x, y);
  Value xBits = arith::BitcastOp::create(b, b.getI32Type(), x);
  Value yBits = arith::BitcastOp::create(b, b.getI32Type(), y);
  Value bits = arith::OrIOp::create(b, xBits, yBits);
  return selectExtreme(b, x, y, chosen, bits);
}

// x with the one NaN of docs/Numerics.md instead of any other.
static Value canonicalizeNaN(ScalarBuilder &b, Value x) {
  Value unordered = arith::CmpFOp::create(b, arith::CmpFPredicate::UNO, x, x);
  return arith::SelectOp::create(b, unordered, makeNaN(b), x);
}

// A bound of a clip: a number where it is constant, so that the clip fuses with whatever stands before it.
static std::optional<Param> makeBound(Value bound) {
  ElementsAttr elements = bound ? getConstantValue(bound) : ElementsAttr();
  std::optional<TensorValue> value = elements ? getTensorValue(elements) : std::nullopt;
  if (!value || value->getNumElements() != 1 || !value->getType().getElementType().isF32())
    return std::nullopt;
  return Param::makeNumber(FloatAttr::get(value->getType().getElementType(), APFloat(value->getData<float>()[0])));
}

std::optional<ScalarForm> qc::kernel::describe(ClipOp op) {
  ScalarForm form{{0}, {}, {}};
  // Where each bound comes from: an operand of the text (> 0), a parameter (-1 - its number), or nowhere (0).
  auto place = [&](Value bound) -> int {
    if (!bound)
      return 0;
    if (std::optional<Param> param = makeBound(bound)) {
      form.params.push_back(*param);
      return -int(form.params.size());
    }
    unsigned operand = bound == op.getLo() ? 1 : op->getNumOperands() - 1;
    form.operands.push_back(operand);
    return form.operands.size() - 1;
  };
  int low = place(op.getLo()), high = place(op.getHi());
  form.emit = [=](ScalarBuilder &b, ValueRange operands, ValueRange params) -> Value {
    auto bound = [&](int at) { return at > 0 ? operands[at] : params[-1 - at]; };
    Value y = operands[0];
    if (low != 0)
      y = emitFloatMax(b, y, bound(low));
    if (high != 0)
      y = emitFloatMin(b, y, bound(high));
    // Without bounds nothing makes a NaN the canonical one.
    return low == 0 && high == 0 ? canonicalizeNaN(b, y) : y;
  };
  return form;
}

// Float border (docs/Numerics.md): division, ties to even, clamp as float, NaN as 0.
static Value emitQuantize(ScalarBuilder &b, Value x, Value scale, Value zero, Value lo, Value hi, IntegerType type) {
  Value isNaN = arith::CmpFOp::create(b, arith::CmpFPredicate::UNO, x, x);
  x = arith::SelectOp::create(b, isNaN, emitFloatConstant(b, 0.0f), x);
  Value r = math::RoundEvenOp::create(b, arith::DivFOp::create(b, x, scale));
  r = arith::AddFOp::create(b, r, zero);
  r = arith::SelectOp::create(b, arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, r, lo), r, lo);
  r = arith::SelectOp::create(b, arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, r, hi), r, hi);
  Value code = arith::FPToSIOp::create(b, b.getI32Type(), r);
  return arith::TruncIOp::create(b, IntegerType::get(b.getContext(), type.getWidth()), code);
}

// A scale or zero point as a parameter: number or one per index of the axis.
static std::optional<Param> makeParam(Value constant, const FormatAttr &format, Type asType, MLIRContext *context) {
  RankedTensorType type = RankedTensorType::get({1}, asType);
  TensorValue values(type);
  if (constant) {
    ElementsAttr elements = getConstantValue(constant);
    std::optional<TensorValue> raw = elements ? getTensorValue(elements) : std::nullopt;
    if (!raw)
      return std::nullopt;
    int64_t count = raw->getNumElements();
    values = TensorValue(RankedTensorType::get({count}, asType));
    for (int64_t i = 0; i < count; ++i) {
      bool isFloat = raw->getType().getElementType().isF32();
      if (asType.isF32())
        values.mutableData<float>()[i] = isFloat ? raw->getData<float>()[i] : float(raw->getInteger(i));
      else
        values.setInteger(i, raw->getInteger(i));
    }
  }
  if (values.getNumElements() != 1)
    return Param::makeChannel(getElementsAttr(values), format.getAxis());
  if (asType.isF32())
    return Param::makeNumber(FloatAttr::get(asType, APFloat(values.getData<float>()[0])));
  return Param::makeNumber(IntegerAttr::get(asType, values.getInteger(0)));
}

std::optional<ScalarForm> qc::kernel::describe(QuantizeOp op) {
  MLIRContext *context = op.getContext();
  Type f32 = Float32Type::get(context);
  auto storage = cast<IntegerType>(op.getFormat().getStorage());
  dyadic::CodeRange range = dyadic::getTypeRange(storage);
  std::optional<Param> scale = makeParam(op.getScale(), op.getFormat(), f32, context);
  std::optional<Param> zero = makeParam(op.getZeroPoint(), op.getFormat(), f32, context);
  if (!scale || !zero)
    return std::nullopt;
  ScalarForm form{{0}, {*scale, *zero}, {}};
  for (int64_t bound : {range.least, range.greatest})
    form.params.push_back(Param::makeNumber(FloatAttr::get(f32, APFloat(float(bound)))));
  form.emit = [=](ScalarBuilder &b, ValueRange operands, ValueRange params) {
    return emitQuantize(b, operands[0], params[0], params[1], params[2], params[3], storage);
  };
  return form;
}

std::optional<ScalarForm> qc::kernel::describe(DequantizeOp op) {
  MLIRContext *context = op.getContext();
  Type element = cast<RankedTensorType>(op.getQ().getType()).getElementType();
  std::optional<Param> scale = makeParam(op.getScale(), op.getFormat(), Float32Type::get(context), context);
  std::optional<Param> zero = makeParam(op.getZeroPoint(), op.getFormat(), IntegerType::get(context, 32), context);
  if (!scale || !zero)
    return std::nullopt;
  bool is64 = element.isInteger(64), wide = is64 || (element.getIntOrFloatBitWidth() == 32 && op.getZeroPoint());
  ScalarForm form{{0}, {*scale, *zero}, {}};
  form.emit = [=](ScalarBuilder &b, ValueRange operands, ValueRange params) -> Value {
    Value q = is64 ? operands[0] : emitExtension(b, operands[0], element), z = params[1];
    if (wide) { // q - z may leave 32 bits
      if (!is64)
        q = arith::ExtSIOp::create(b, b.getI64Type(), q);
      z = arith::ExtSIOp::create(b, b.getI64Type(), z);
    }
    Value difference = arith::SubIOp::create(b, q, z);
    return arith::MulFOp::create(b, arith::SIToFPOp::create(b, b.getF32Type(), difference), params[0]);
  };
  return form;
}

std::optional<ScalarForm> qc::kernel::describe(BatchNormOp op) {
  ScalarForm form{{0, 1, 2, 3, 4}, {Param::makeNumber(op.getEpsilonAttr())}, {}};
  form.emit = [](ScalarBuilder &b, ValueRange v, ValueRange params) -> Value {
    Value deviation = math::SqrtOp::create(b, arith::AddFOp::create(b, v[4], params[0]));
    Value a = arith::DivFOp::create(b, v[1], deviation);
    Value d = arith::SubFOp::create(b, v[2], arith::MulFOp::create(b, v[3], a));
    return math::FmaOp::create(b, v[0], a, d);
  };
  return form;
}
