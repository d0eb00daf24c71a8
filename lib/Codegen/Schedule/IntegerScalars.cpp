// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scalar text of integer operations.
#include "Scalars.h"
#include "dialects/Kernel/Kernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

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

std::optional<ScalarForm> qc::kernel::describe(dyadic::LutOp op) {
  bool isSigned = !cast<RankedTensorType>(op.getX().getType()).getElementType().isUnsignedInteger();
  ScalarForm form{{0}, {Param::makeTable(op.getTable())}, {}};
  form.emit = [=](ScalarBuilder &b, ValueRange operands, ValueRange params) -> Value {
    Value code = operands[0];
    if (isSigned) // code + 128 is the code with its sign bit flipped
      code = arith::XOrIOp::create(b, code, arith::ConstantIntOp::create(b, -128, 8));
    return LookupOp::create(b, params[0], code);
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
