// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads constant scales and zero points.
#include "qc/Analysis/StaticParams.h"

using namespace mlir;
using namespace qc;

std::optional<qc::numerics::CodeType> qc::getCodeType(Type type) {
  bool isUnsigned = type.isUnsignedInteger();
  if (!type.isSignlessInteger() && !isUnsigned)
    return std::nullopt;
  switch (type.getIntOrFloatBitWidth()) {
  case 8:
    return isUnsigned ? qc::numerics::CodeType::UI8 : qc::numerics::CodeType::I8;
  case 16:
    return isUnsigned ? qc::numerics::CodeType::UI16 : qc::numerics::CodeType::I16;
  case 32:
    if (!isUnsigned)
      return qc::numerics::CodeType::I32;
    break;
  default:
    break;
  }
  return std::nullopt;
}

Type qc::getStorageType(MLIRContext *context, numerics::CodeType type) {
  auto signless = [&](unsigned width) { return IntegerType::get(context, width); };
  auto unsignedType = [&](unsigned width) { return IntegerType::get(context, width, IntegerType::Unsigned); };
  switch (type) {
  case numerics::CodeType::I8:
    return signless(8);
  case numerics::CodeType::UI8:
    return unsignedType(8);
  case numerics::CodeType::I16:
    return signless(16);
  case numerics::CodeType::UI16:
    return unsignedType(16);
  case numerics::CodeType::I32:
    return signless(32);
  }
  return {};
}

static std::optional<TensorValue> readConstant(Value value) { return getTensorValue(getConstantValue(value)); }

template <typename Op> static std::optional<StaticParams> readParams(Op op) {
  Type storage = getStoredType(op.getFormat());
  std::optional<qc::numerics::CodeType> type =
      storage.isInteger(64) ? qc::numerics::CodeType::I32 : getCodeType(storage);
  std::optional<TensorValue> scale = readConstant(op.getScale());
  if (!type || !scale || scale->getNumElements() == 0)
    return std::nullopt;
  StaticParams params;
  params.type = *type;
  params.axis = op.getFormat().getAxis();
  params.block = op.getFormat().getBlock();
  for (float s : scale->template getData<float>()) {
    if (!(s > 0.0f && s <= std::numeric_limits<float>::max()))
      return std::nullopt;
    params.scales.push_back(s);
  }
  params.zeroPoints.assign(params.scales.size(), 0);
  if (!op.getZeroPoint())
    return params;
  std::optional<TensorValue> zero = readConstant(op.getZeroPoint());
  if (!zero || zero->getNumElements() != scale->getNumElements())
    return std::nullopt;
  for (size_t i = 0; i < params.zeroPoints.size(); ++i)
    params.zeroPoints[i] = int32_t(zero->getInteger(i));
  return params;
}

std::optional<StaticParams> qc::getStaticParams(QuantizeOp op) { return readParams(op); }
std::optional<StaticParams> qc::getStaticParams(DequantizeOp op) { return readParams(op); }
