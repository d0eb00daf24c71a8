// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elementwise operations and softmax, by the functions of Arith.
#include "Operations.h"
#include "Strides.h"
#include "qc/Arith/Functions.h"
#include "qc/Arith/RowReduction.h"

using namespace mlir;
using namespace qc;
using namespace qc::reference;

template <typename Function> static Result broadcast(Operation *op, Operands operands, Function function) {
  const TensorValue &a = operands[0], &b = operands[1];
  Result y = makeResult(op, broadcastShapes(a.getShape(), b.getShape()));
  if (failed(y))
    return failure();
  const float *left = a.getData<float>().data(), *right = b.getData<float>().data();
  float *out = y->mutableData<float>().data();
  size_t rank = y->getRank();
  forEachRow<2>(y->getShape(), {broadcastStrides(a.getShape(), rank), broadcastStrides(b.getShape(), rank)},
                [&](int64_t first, std::array<int64_t, 2> offsets, std::array<int64_t, 2> steps, int64_t count) {
                  for (int64_t i = 0; i < count; ++i)
                    out[first + i] = function(left[offsets[0] + i * steps[0]], right[offsets[1] + i * steps[1]]);
                });
  return y;
}

Result reference::evaluate(AddOp op, Operands operands) {
  return broadcast(op, operands, [](float a, float b) { return a + b; });
}
Result reference::evaluate(MulOp op, Operands operands) {
  return broadcast(op, operands, [](float a, float b) { return a * b; });
}

template <typename Function> static Result map(Operation *op, const TensorValue &x, Function function) {
  Result y = makeResultLike(op, x);
  if (succeeded(y))
    llvm::transform(x.getData<float>(), y->mutableData<float>().begin(), function);
  return y;
}

Result reference::evaluate(ReluOp op, Operands operands) {
  return map(op, operands[0], [](float x) { return qc::numerics::relu(x); });
}

Result reference::evaluate(ClipOp op, Operands operands) {
  const TensorValue *lo = findOperand(op, operands, 1), *hi = findOperand(op, operands, 2);
  if (failed(checkCount(op, "lower bound", lo, 1)) || failed(checkCount(op, "upper bound", hi, 1))) // clip_c1
    return failure();
  float infinity = std::numeric_limits<float>::infinity();
  float least = lo ? lo->getData<float>()[0] : -infinity, greatest = hi ? hi->getData<float>()[0] : infinity;
  return map(op, operands[0], [=](float x) { return qc::numerics::clip(x, least, greatest); });
}

Result reference::evaluate(HardSigmoidOp op, Operands operands) {
  float alpha = op.getAlpha().convertToFloat(), beta = op.getBeta().convertToFloat();
  return map(op, operands[0], [=](float x) { return qc::numerics::hardSigmoid(x, alpha, beta); });
}

Result reference::evaluate(HardSwishOp op, Operands operands) {
  return map(op, operands[0], [](float x) { return qc::numerics::hardSwish(x); });
}

Result reference::evaluate(SoftmaxOp op, Operands operands) {
  const TensorValue &x = operands[0];
  Result y = makeResultLike(op, x);
  if (failed(y))
    return failure();
  AxisSplit split = splitAxis(x.getShape(), op.getAxis());
  if (split.size == 0) // rows of nothing
    return y;
  const float *in = x.getData<float>().data();
  float *out = y->mutableData<float>().data();
  std::vector<float> row(split.size);
  for (int64_t o = 0; o < split.outer; ++o)
    for (int64_t i = 0; i < split.inner; ++i) {
      int64_t first = o * split.size * split.inner + i;
      float greatest = qc::numerics::rowMax(in + first, split.size, split.inner);
      for (int64_t k = 0; k < split.size; ++k)
        row[k] = qc::numerics::exp(in[first + k * split.inner] - greatest);
      float sum = qc::numerics::rowSum(row.data(), split.size);
      for (int64_t k = 0; k < split.size; ++k)
        out[first + k * split.inner] = row[k] / sum;
    }
  return y;
}
