// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The texts of operations of the scalar kind: their body, between conversions from and to elements.
#include "ScalarKind.h"
#include "EmittedScalars.h"
#include "Former.h"
#include "dialects/Kernel/Kernel.h"
#include "dialects/QC/Scalars.h"
#include "qc/Arith/ScalarFunctions.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

using ScalarBuilder = ImplicitLocOpBuilder;

static Type getElement(Value tensor) { return cast<RankedTensorType>(tensor.getType()).getElementType(); }

static Value makeI64(ScalarBuilder &b, int64_t value) { return arith::ConstantIntOp::create(b, value, 64); }

// A bool as it lies in memory (a byte) as a mask.
static Value isSet(ScalarBuilder &b, Value byte) {
  Value zero = arith::ConstantIntOp::create(b, 0, byte.getType().getIntOrFloatBitWidth());
  return arith::CmpIOp::create(b, arith::CmpIPredicate::ne, byte, zero);
}

// An element as a number.
static EmittedFloat readFloat(ScalarBuilder &b, Value element, Type type) {
  if (type.isF32())
    return {&b, element};
  return {&b, arith::UIToFPOp::create(b, b.getF32Type(), isSet(b, element))}; // a condition
}

static EmittedInteger readInteger(ScalarBuilder &b, Value element, Type type) {
  if (type.isInteger(1))
    return {&b, arith::ExtUIOp::create(b, b.getI64Type(), isSet(b, element))};
  if (element.getType().isInteger(64))
    return {&b, element};
  if (type.isUnsignedInteger())
    return {&b, arith::ExtUIOp::create(b, b.getI64Type(), element)};
  return {&b, arith::ExtSIOp::create(b, b.getI64Type(), element)};
}

// numerics::truncateToInteger.
static Value truncate(ScalarBuilder &b, Value x, unsigned width, bool isUnsigned) {
  EmittedFloat number{&b, x};
  float least = isUnsigned ? 0.0f : -std::ldexp(1.0f, width - 1),
        end = std::ldexp(1.0f, isUnsigned ? width : width - 1);
  int64_t greatest = width == 64 ? INT64_MAX : (int64_t(1) << (isUnsigned ? width : width - 1)) - 1;
  EmittedMask isBelow = number <= like(number, least), isAbove = number >= like(number, end);
  EmittedFloat inside = select(isBelow, like(number, least), select(isAbove, like(number, 0.0f), number));
  inside = select(isNaN(number), like(number, 0.0f), inside);
  Value integer = arith::FPToSIOp::create(b, b.getI64Type(), inside.value);
  return arith::SelectOp::create(b, isAbove.value, makeI64(b, greatest), integer);
}

static Value narrow(ScalarBuilder &b, Value integer, unsigned width) {
  return width == 64 ? integer : arith::TruncIOp::create(b, b.getIntegerType(width), integer).getResult();
}

// A result as an element: the conversions of qc.cast.
static Value writeElement(EmittedMask mask, Type) {
  return arith::ExtUIOp::create(*mask.b, mask.b->getI8Type(), mask.value);
}
static Value writeElement(EmittedFloat number, Type type) {
  if (type.isF32())
    return number.value;
  ScalarBuilder &b = *number.b;
  if (type.isInteger(1)) { // not 0, NaN too
    Value isTrue = arith::CmpFOp::create(b, arith::CmpFPredicate::UNE, number.value, like(number, 0.0f).value);
    return writeElement(EmittedMask{&b, isTrue}, type);
  }
  unsigned width = type.getIntOrFloatBitWidth();
  return narrow(b, truncate(b, number.value, width, type.isUnsignedInteger()), width);
}
static Value writeElement(EmittedInteger number, Type type) {
  ScalarBuilder &b = *number.b;
  if (type.isF32())
    return arith::SIToFPOp::create(b, b.getF32Type(), number.value);
  if (type.isInteger(1))
    return writeElement(EmittedMask{&b, isSet(b, number.value)}, type);
  return narrow(b, number.value, type.getIntOrFloatBitWidth());
}

template <typename Number> static Number readNumber(ScalarBuilder &b, Value element, Type type) {
  if constexpr (std::is_same_v<Number, EmittedFloat>)
    return readFloat(b, element, type);
  else
    return readInteger(b, element, type);
}

namespace {
/// Where an operand of the text comes from: read per element, or a number of the kernel.
struct Source {
  bool isParam;
  unsigned index;
  Type type;
};
} // namespace

template <typename Number, typename Op>
static Value emitBody(ScalarBuilder &b, ArrayRef<Source> sources, ValueRange operands, ValueRange params,
                      Type resultType) {
  SmallVector<Number> values, numbers;
  for (const Source &source : sources)
    values.push_back(
        readNumber<Number>(b, source.isParam ? params[source.index] : operands[source.index], source.type));
  unsigned used = llvm::count_if(sources, [](const Source &source) { return source.isParam; });
  for (Value param : params.drop_front(used))
    numbers.push_back(Number{&b, param});
  return writeElement(Op::compute(values.data(), numbers.data()), resultType);
}

// A constant of one f32 element is a number of the kernel, so that the operation fuses with whatever stands before it.
static std::optional<Param> makeConstantParam(Value operand, int64_t resultRank) {
  std::optional<float> value = getScalarConstant(operand);
  if (!value || cast<RankedTensorType>(operand.getType()).getRank() > resultRank)
    return std::nullopt;
  return Param::makeNumber(FloatAttr::get(Float32Type::get(operand.getContext()), APFloat(*value)));
}

// Whether the divisor, operand 1, may be 0 where `op` divides integers: no constant says that it is not.
template <typename Op> static bool mayDivideByZero(Op op) {
  if (!dividesIntegers<Op> || computesFloats(op))
    return false;
  ElementsAttr constant = getConstantValue(op->getOperand(1));
  std::optional<TensorValue> divisors = constant ? getTensorValue(constant) : std::nullopt;
  if (!divisors)
    return true;
  return llvm::any_of(llvm::seq(divisors->getNumElements()), [&](int64_t i) { return divisors->getInteger(i) == 0; });
}

template <typename Op> static ScalarForm describeKind(Op op) {
  ScalarForm form;
  SmallVector<Source> sources;
  int64_t rank = cast<RankedTensorType>(op->getResult(0).getType()).getRank();
  for (OpOperand &operand : op->getOpOperands()) {
    Type type = getElement(operand.get());
    // One operand at least is read, also where all are constants.
    bool mayBeParam = operand.getOperandNumber() + 1 < op->getNumOperands() || !form.operands.empty();
    if (std::optional<Param> param = mayBeParam ? makeConstantParam(operand.get(), rank) : std::nullopt) {
      sources.push_back({true, unsigned(form.params.size()), type});
      form.params.push_back(*param);
      continue;
    }
    sources.push_back({false, unsigned(form.operands.size()), type});
    form.operands.push_back(operand.getOperandNumber());
  }
  for (float number : op.getNumbers())
    form.params.push_back(Param::makeNumber(FloatAttr::get(Float32Type::get(op->getContext()), APFloat(number))));
  Type resultType = getElement(op->getResult(0));
  bool isFloat = computesFloats(op);
  form.emit = [=](ScalarBuilder &b, ValueRange operands, ValueRange params) -> Value {
    if constexpr (Op::takesFloats)
      if (isFloat)
        return emitBody<EmittedFloat, Op>(b, sources, operands, params, resultType);
    if constexpr (Op::takesIntegers)
      return emitBody<EmittedInteger, Op>(b, sources, operands, params, resultType);
    return {};
  };
  if (mayDivideByZero(op))
    form.emitIsGood = [](ScalarBuilder &b, ValueRange operands, ValueRange) -> Value { return isSet(b, operands[1]); };
  return form;
}

namespace {
template <typename Op> struct ScalarModel : KernelFormOpInterface::ExternalModel<ScalarModel<Op>, Op> {
  const KernelBuilder *getKernelBuilder(Operation *) const { return &Former::pointwise; }
  LayoutWish getLayoutWish(Operation *) const { return LayoutWish::Neighbours; }
  bool describeScalar(Operation *op, const Compensation &, unsigned, ScalarForm &form) const {
    form = describeKind(cast<Op>(op));
    return true;
  }
};
} // namespace

void qc::kernel::attachScalars(MLIRContext *context) {
  visitScalarOps([&](auto *op) {
    using Op = std::remove_pointer_t<decltype(op)>;
    Op::template attachInterface<ScalarModel<Op>>(*context);
  });
}
