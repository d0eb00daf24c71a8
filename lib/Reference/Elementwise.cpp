// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// clip and softmax, by the functions of Arith.
#include "Operations.h"
#include "Strides.h"
#include "qc/Arith/Functions.h"
#include "qc/Arith/RowReduction.h"

using namespace mlir;
using namespace qc;
using namespace qc::reference;

template <typename Function> static Result map(Operation *op, const TensorValue &x, Function function) {
  Result y = makeResultLike(op, x);
  if (succeeded(y))
    llvm::transform(x.getData<float>(), y->mutableData<float>().begin(), function);
  return y;
}

Result reference::evaluate(ClipOp op, Operands operands) {
  const TensorValue *lo = findOperand(op, operands, 1), *hi = findOperand(op, operands, 2);
  if (failed(checkCount(op, "lower bound", lo, 1)) || failed(checkCount(op, "upper bound", hi, 1))) // clip_c1
    return failure();
  float infinity = std::numeric_limits<float>::infinity();
  float least = lo ? lo->getData<float>()[0] : -infinity, greatest = hi ? hi->getData<float>()[0] : infinity;
  return map(op, operands[0], [=](float x) { return qc::numerics::clip(x, least, greatest); });
}

// x, the lowest f32 where a mask hides it.
static FailureOr<TensorValue> hideElements(SoftmaxOp op, const TensorValue &x, const TensorValue &mask) {
  ShapeOr shape = broadcastShapes(x.getShape(), mask.getShape());
  if (!shape || ArrayRef<int64_t>(*shape) != x.getShape()) // softmax_c3
    return op.emitOpError("expects a mask that broadcasts to ") << x.getType() << ", got " << mask.getType();
  Result shown = makeResultLike(op, x);
  if (failed(shown))
    return failure();
  Strides strides = broadcastStrides(mask.getShape(), x.getRank());
  for (int64_t i = 0; i < x.getNumElements(); ++i)
    shown->mutableData<float>()[i] = mask.getInteger(offsetOf(i, x.getShape(), strides)) != 0
                                         ? x.getData<float>()[i]
                                         : std::numeric_limits<float>::lowest();
  return shown;
}

Result reference::evaluate(SoftmaxOp op, Operands operands) {
  FailureOr<TensorValue> x = operands[0];
  if (op.getMask())
    x = hideElements(op, operands[0], operands[1]);
  if (failed(x))
    return failure();
  Result y = makeResultLike(op, *x);
  if (failed(y))
    return failure();
  AxisSplit split = splitAxis(x->getShape(), op.getAxis());
  if (split.size == 0) // rows of nothing
    return y;
  const float *in = x->getData<float>().data();
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

Result reference::evaluate(MeanWeightsOp op, Operands operands) {
  const TensorValue &mask = operands[0];
  Result y = makeResultLike(op, mask);
  if (failed(y))
    return failure();
  AxisSplit split = splitAxis(mask.getShape(), op.getAxis());
  std::vector<float> row(split.size);
  for (int64_t o = 0; o < split.outer; ++o)
    for (int64_t i = 0; i < split.inner; ++i) {
      int64_t first = o * split.size * split.inner + i;
      for (int64_t k = 0; k < split.size; ++k)
        row[k] = mask.getInteger(first + k * split.inner) != 0 ? 1.0f : 0.0f;
      float count = std::max(qc::numerics::rowSum(row.data(), split.size), 1.0f);
      for (int64_t k = 0; k < split.size; ++k)
        y->mutableData<float>()[first + k * split.inner] = row[k] / count;
    }
  return y;
}
