// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// quantize and dequantize: the float borders of docs/Numerics.md.
#include "Operations.h"
#include "qc/Arith/Quantize.h"
#include <cmath>

using namespace mlir;
using namespace qc;
using namespace qc::reference;

/// Codes of the storage types.
static qc::numerics::CodeType getCodeType(Type type) {
  bool isUnsigned = type.isUnsignedInteger();
  switch (type.getIntOrFloatBitWidth()) {
  case 8:
    return isUnsigned ? qc::numerics::CodeType::UI8 : qc::numerics::CodeType::I8;
  case 16:
    return isUnsigned ? qc::numerics::CodeType::UI16 : qc::numerics::CodeType::I16;
  default:
    return qc::numerics::CodeType::I32;
  }
}

// Scale and zero point per index of the axis; an absent zero point is 0.
static FailureOr<std::vector<qc::numerics::QuantParams>> readParameters(Operation *op, const TensorValue &scale,
                                                                        const TensorValue *zeroPoint, int64_t count) {
  if (failed(checkCount(op, "scale", &scale, count)) || failed(checkCount(op, "zero point", zeroPoint, count)))
    return failure(); // quantize_c2, quantize_c3, dequantize_c2, dequantize_c3
  std::vector<qc::numerics::QuantParams> parameters(count);
  for (int64_t i = 0; i < count; ++i) {
    float value = scale.getData<float>()[i];
    if (!(value > 0) || std::isinf(value))
      return op->emitOpError("expects positive finite scales, got ") << value;
    parameters[i] = {value, zeroPoint ? int32_t(zeroPoint->getInteger(i)) : 0};
  }
  return parameters;
}

// Calls `visit(index, parameters of that element)` in order.
template <typename Visit>
static void forEachElement(const AxisSplit &split, const std::vector<qc::numerics::QuantParams> &parameters,
                           Visit visit) {
  int64_t index = 0;
  for (int64_t o = 0; o < split.outer; ++o)
    for (int64_t c = 0; c < split.size; ++c)
      for (int64_t i = 0; i < split.inner; ++i, ++index)
        visit(index, parameters[c]);
}

Result reference::evaluate(QuantizeOp op, Operands operands) {
  const TensorValue &x = operands[0];
  AxisSplit split = splitAxis(x.getShape(), op.getFormat().getAxis());
  auto parameters = readParameters(op, operands[1], findOperand(op, operands, 2), split.size);
  Result q = failed(parameters) ? Result(failure()) : makeResultLike(op, x);
  if (failed(q))
    return failure();
  const float *in = x.getData<float>().data();
  qc::numerics::CodeType to = getCodeType(op.getFormat().getStorage());
  visitCodeType(op.getFormat().getStorage(), [&](auto *type) {
    using Code = std::remove_pointer_t<decltype(type)>;
    Code *out = q->mutableData<Code>().data();
    forEachElement(split, *parameters, [&](int64_t i, const qc::numerics::QuantParams &parameters) {
      out[i] = Code(qc::numerics::quantize(in[i], parameters, to));
    });
  });
  return q;
}

Result reference::evaluate(DequantizeOp op, Operands operands) {
  const TensorValue &q = operands[0];
  AxisSplit split = splitAxis(q.getShape(), op.getFormat().getAxis());
  auto parameters = readParameters(op, operands[1], findOperand(op, operands, 2), split.size);
  Result x = failed(parameters) ? Result(failure()) : makeResultLike(op, q);
  if (failed(x))
    return failure();
  float *out = x->mutableData<float>().data();
  visitCodeType(getStoredType(op.getFormat()), [&](auto *type) {
    using Code = std::remove_pointer_t<decltype(type)>;
    const Code *in = q.getData<Code>().data();
    forEachElement(split, *parameters, [&](int64_t i, const qc::numerics::QuantParams &parameters) {
      out[i] = qc::numerics::dequantize(in[i], parameters);
    });
  });
  return x;
}
