// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operators of the scalar kind: an entry each.
#include "../Handlers.h"
#include "dialects/QC/QC.h"

using namespace mlir;
using namespace qc::onnx;

namespace {
/// The element types that an operator takes.
enum class Accept { Float, Numbers, Integers, Bools, NumbersAndBools };

/// An attribute that the body reads, and its value where it is left out.
struct Number {
  StringRef name;
  float missing;
};
} // namespace

static bool accepts(Accept accept, Type type) {
  bool isInteger = type.isSignlessInteger(32) || type.isSignlessInteger(64);
  switch (accept) {
  case Accept::Float:
    return type.isF32();
  case Accept::Numbers:
    return type.isF32() || isInteger;
  case Accept::Integers:
    return isInteger;
  case Accept::Bools:
    return type.isSignlessInteger(1);
  case Accept::NumbersAndBools:
    return type.isF32() || isInteger || type.isSignlessInteger(1);
  }
  return false;
}

static StringRef describe(Accept accept) {
  switch (accept) {
  case Accept::Float:
    return "is f32, the type that qc computes in";
  case Accept::Numbers:
    return "are f32, i32 and i64";
  case Accept::Integers:
    return "are i32 and i64";
  case Accept::Bools:
    return "is bool";
  case Accept::NumbersAndBools:
    return "are f32, i32, i64 and bool";
  }
  return "";
}

static FailureOr<Value> getTypedInput(Node &node, size_t index, Accept accept) {
  FailureOr<Value> value = node.getInput(index);
  if (failed(value) || accepts(accept, getTensorType(*value).getElementType()))
    return value;
  return LogicalResult(node.emitError() << "has input " << index << " '" << node.getInputName(index) << "' of type "
                                        << value->getType() << ", accepted " << describe(accept));
}

/// `count` inputs of one element type.
static FailureOr<SmallVector<Value>> getInputs(Node &node, size_t count, Accept accept) {
  SmallVector<Value> inputs;
  for (size_t i = 0; i < count; ++i) {
    FailureOr<Value> value = getTypedInput(node, i, accept);
    if (failed(value))
      return failure();
    inputs.push_back(*value);
    if (getTensorType(*value).getElementType() != getTensorType(inputs[0]).getElementType())
      return LogicalResult(node.emitError() << "has inputs of types " << inputs[0].getType() << " and "
                                            << value->getType() << ", accepted is one element type for all");
  }
  return inputs;
}

template <typename Op>
static LogicalResult build(Node &node, ValueRange inputs, ArrayRef<NamedAttribute> numbers = {}) {
  return node.createOutput<Op>(inputs, numbers);
}

/// An operator of `count` inputs whose attributes are numbers of its body.
template <typename Op>
static LogicalResult importScalar(Node &node, size_t count, Accept accept, ArrayRef<Number> numbers = {}) {
  FailureOr<SmallVector<Value>> inputs = getInputs(node, count, accept);
  SmallVector<NamedAttribute> attributes;
  for (const Number &number : numbers)
    attributes.push_back(node.getBuilder().getNamedAttr(
        number.name, node.getBuilder().getF32FloatAttr(node.getAttributes().getFloat(number.name, number.missing))));
  if (failed(inputs) || failed(node.getAttributes().finish()))
    return failure();
  return build<Op>(node, *inputs, attributes);
}

template <typename Op> static LogicalResult importFunction(Node &node) {
  return importScalar<Op>(node, 1, Accept::Float);
}
template <typename Op, Accept accept> static LogicalResult importUnary(Node &node) {
  return importScalar<Op>(node, 1, accept);
}
template <typename Op, Accept accept> static LogicalResult importBinary(Node &node) {
  return importScalar<Op>(node, 2, accept);
}

/// Any number of inputs, from the left.
template <typename Op> static LogicalResult importVariadic(Node &node) {
  FailureOr<SmallVector<Value>> inputs = getInputs(node, node.getNumInputs(), Accept::Numbers);
  if (failed(inputs) || failed(node.getAttributes().finish()))
    return failure();
  if (inputs->empty())
    return node.emitError() << "has no input, accepted is one or more";
  Value left = inputs->front();
  for (size_t i = 1; i < inputs->size(); ++i) {
    FailureOr<Value> y = node.create<Op>(i + 1 == inputs->size() ? "" : "_part", ValueRange{left, (*inputs)[i]},
                                         ArrayRef<NamedAttribute>());
    if (failed(y))
      return failure();
    left = *y;
  }
  return node.setOutput(left);
}

static LogicalResult importGelu(Node &node) {
  std::string approximate = node.getAttributes().getString("approximate", "none");
  FailureOr<SmallVector<Value>> inputs = getInputs(node, 1, Accept::Float);
  if (failed(inputs) || failed(node.getAttributes().finish()))
    return failure();
  if (approximate == "tanh")
    return build<qc::GeluTanhOp>(node, *inputs);
  if (approximate == "none")
    return build<qc::GeluOp>(node, *inputs);
  return node.emitError() << "has approximate = '" << approximate << "', accepted are none and tanh";
}

/// The exponent may be of another type than the base.
static LogicalResult importPow(Node &node) {
  FailureOr<Value> base = getTypedInput(node, 0, Accept::Float), exponent = getTypedInput(node, 1, Accept::Numbers);
  if (failed(base) || failed(exponent) || failed(node.getAttributes().finish()))
    return failure();
  if (!getTensorType(*exponent).getElementType().isF32())
    exponent = node.create<qc::CastOp>("_exponent", *exponent, TypeAttr::get(node.getBuilder().getF32Type()));
  return failed(exponent) ? failure() : build<qc::PowOp>(node, {*base, *exponent});
}

static LogicalResult importMod(Node &node) {
  bool isC = node.getAttributes().getInt("fmod", 0) != 0;
  FailureOr<SmallVector<Value>> inputs = getInputs(node, 2, Accept::Integers);
  if (failed(inputs) || failed(node.getAttributes().finish()))
    return failure();
  return isC ? build<qc::RemainderOp>(node, *inputs) : build<qc::ModOp>(node, *inputs);
}

static LogicalResult importIsInf(Node &node) {
  Builder &b = node.getBuilder();
  float negative = node.getAttributes().getInt("detect_negative", 1) != 0;
  float positive = node.getAttributes().getInt("detect_positive", 1) != 0;
  FailureOr<SmallVector<Value>> inputs = getInputs(node, 1, Accept::Float);
  if (failed(inputs) || failed(node.getAttributes().finish()))
    return failure();
  return build<qc::IsInfOp>(node, *inputs,
                            {b.getNamedAttr("negative", b.getF32FloatAttr(negative)),
                             b.getNamedAttr("positive", b.getF32FloatAttr(positive))});
}

static LogicalResult importWhere(Node &node) {
  FailureOr<Value> condition = getTypedInput(node, 0, Accept::Bools);
  FailureOr<Value> x = getTypedInput(node, 1, Accept::NumbersAndBools);
  FailureOr<Value> other = getTypedInput(node, 2, Accept::NumbersAndBools);
  if (failed(condition) || failed(x) || failed(other) || failed(node.getAttributes().finish()))
    return failure();
  return build<qc::WhereOp>(node, {*condition, *x, *other});
}

static LogicalResult importCast(Node &node) {
  int64_t to = node.getAttributes().getInt("to", 0);
  node.getAttributes().getInt("saturate", 1); // for float8 only
  FailureOr<Value> x = node.getInput(0);
  if (failed(x) || failed(node.getAttributes().finish()))
    return failure();
  Type from = getTensorType(*x).getElementType(), type = getBuiltinType(node.getBuilder().getContext(), int32_t(to));
  auto isAccepted = [](Type t) {
    return t && (t.isF32() || t.isSignlessInteger(1) || t.isInteger(8) || t.isSignlessInteger(32) ||
                 t.isSignlessInteger(64));
  };
  if (!isAccepted(from))
    return node.emitError() << "has input 0 '" << node.getInputName(0) << "' of type " << x->getType()
                            << ", accepted are f32, i32, i64, i8, u8 and bool";
  if (!isAccepted(type))
    return type ? node.emitError() << "casts to " << type << ", accepted are f32, i32, i64, i8, u8 and bool"
                : node.emitError() << "casts to " << describeRefusedType(int32_t(to));
  return from == type ? node.forwardInput(0) : node.createOutput<qc::CastOp>(*x, TypeAttr::get(type));
}

// By name. A definition that only widened the accepted element types has no entry of its own.
static constexpr Handler kScalarHandlers[] = {
    {"Abs", 6, 1, 1, importUnary<qc::AbsOp, Accept::Numbers>},
    {"Add", 7, 2, 1, importBinary<qc::AddOp, Accept::Numbers>},
    {"And", 7, 2, 1, importBinary<qc::AndOp, Accept::Bools>},
    {"Cast", 9, 1, 1, importCast},
    {"Ceil", 6, 1, 1, importFunction<qc::CeilOp>},
    {"Celu", 12, 1, 1, [](Node &n) { return importScalar<qc::CeluOp>(n, 1, Accept::Float, {{"alpha", 1.0f}}); }},
    {"Cos", 7, 1, 1, importFunction<qc::CosOp>},
    {"Div", 7, 2, 1, importBinary<qc::DivOp, Accept::Numbers>},
    {"Elu", 6, 1, 1, [](Node &n) { return importScalar<qc::EluOp>(n, 1, Accept::Float, {{"alpha", 1.0f}}); }},
    {"Equal", 11, 2, 1, importBinary<qc::EqualOp, Accept::NumbersAndBools>},
    {"Erf", 9, 1, 1, importFunction<qc::ErfOp>},
    {"Exp", 6, 1, 1, importFunction<qc::ExpOp>},
    {"Floor", 6, 1, 1, importFunction<qc::FloorOp>},
    {"Gelu", 20, 1, 1, importGelu},
    {"Greater", 9, 2, 1, importBinary<qc::GreaterOp, Accept::Numbers>},
    {"GreaterOrEqual", 12, 2, 1, importBinary<qc::GreaterOrEqualOp, Accept::Numbers>},
    {"HardSigmoid", 6, 1, 1,
     [](Node &n) { return importScalar<qc::HardSigmoidOp>(n, 1, Accept::Float, {{"alpha", 0.2f}, {"beta", 0.5f}}); }},
    {"HardSwish", 14, 1, 1, importFunction<qc::HardSwishOp>},
    {"IsInf", 10, 1, 1, importIsInf},
    {"IsNaN", 9, 1, 1, importUnary<qc::IsNaNOp, Accept::Float>},
    {"LeakyRelu", 6, 1, 1,
     [](Node &n) { return importScalar<qc::LeakyReluOp>(n, 1, Accept::Float, {{"alpha", 0.01f}}); }},
    {"Less", 9, 2, 1, importBinary<qc::LessOp, Accept::Numbers>},
    {"LessOrEqual", 12, 2, 1, importBinary<qc::LessOrEqualOp, Accept::Numbers>},
    {"Log", 6, 1, 1, importFunction<qc::LogOp>},
    {"Max", 8, UINT32_MAX, 1, importVariadic<qc::MaxOp>},
    {"Min", 8, UINT32_MAX, 1, importVariadic<qc::MinOp>},
    {"Mish", 18, 1, 1, importFunction<qc::MishOp>},
    {"Mod", 10, 2, 1, importMod},
    {"Mul", 7, 2, 1, importBinary<qc::MulOp, Accept::Numbers>},
    {"Neg", 6, 1, 1, importUnary<qc::NegOp, Accept::Numbers>},
    {"Not", 1, 1, 1, importUnary<qc::NotOp, Accept::Bools>},
    {"Or", 7, 2, 1, importBinary<qc::OrOp, Accept::Bools>},
    {"PRelu", 9, 2, 1, importBinary<qc::PreluOp, Accept::Float>},
    {"Pow", 7, 2, 1, importPow},
    {"Reciprocal", 6, 1, 1, importFunction<qc::ReciprocalOp>},
    {"Relu", 6, 1, 1, importFunction<qc::ReluOp>},
    {"Round", 11, 1, 1, importFunction<qc::RoundOp>},
    {"Selu", 6, 1, 1,
     [](Node &n) {
       return importScalar<qc::SeluOp>(n, 1, Accept::Float, {{"alpha", 1.67326319f}, {"gamma", 1.05070102f}});
     }},
    {"Sigmoid", 6, 1, 1, importFunction<qc::SigmoidOp>},
    {"Sign", 9, 1, 1, importUnary<qc::SignOp, Accept::Numbers>},
    {"Sin", 7, 1, 1, importFunction<qc::SinOp>},
    {"Softplus", 1, 1, 1, importFunction<qc::SoftplusOp>},
    {"Softsign", 1, 1, 1, importFunction<qc::SoftsignOp>},
    {"Sqrt", 6, 1, 1, importFunction<qc::SqrtOp>},
    {"Sub", 7, 2, 1, importBinary<qc::SubOp, Accept::Numbers>},
    {"Sum", 8, UINT32_MAX, 1, importVariadic<qc::AddOp>},
    {"Tanh", 6, 1, 1, importFunction<qc::TanhOp>},
    {"Where", 9, 3, 1, importWhere},
    {"Xor", 7, 2, 1, importBinary<qc::XorOp, Accept::Bools>},
};

ArrayRef<Handler> qc::onnx::getScalarHandlers() { return kScalarHandlers; }
