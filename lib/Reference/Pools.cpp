// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// max_pool (floats and codes), avg_pool, global_avg_pool.
#include "Operations.h"
#include "Windows.h"
#include "qc/Arith/FloatFunctions.h"
#include "qc/Arith/Functions.h"
#include "qc/Arith/OrderedSum.h"
#include <limits>

using namespace mlir;
using namespace qc;
using namespace qc::reference;

template <typename T, typename Maximum>
static void maxPool(const PoolGeometry &g, const TensorValue &x, T lowest, Maximum maximum, TensorValue &y) {
  const T *in = x.getData<T>().data();
  T *out = y.mutableData<T>().data();
  forEachWindow(g, [&](int64_t output, int64_t image, const Window &window) {
    T greatest = lowest;
    forEachPosition(g, image, window, [&](int64_t index) { greatest = maximum(greatest, in[index]); });
    out[output] = greatest;
  });
}

Result reference::evaluate(MaxPoolOp op, Operands operands) {
  const TensorValue &x = operands[0];
  Result y = failure();
  PoolGeometry g = makePoolGeometry(op, x, y);
  if (failed(y))
    return failure();
  Type element = x.getType().getElementType();
  if (element.isF32())
    maxPool(
        g, x, -std::numeric_limits<float>::infinity(), [](float a, float b) { return qc::numerics::maximum(a, b); },
        *y);
  else
    visitCodeType(element, [&](auto *type) {
      using Code = std::remove_pointer_t<decltype(type)>;
      maxPool(g, x, std::numeric_limits<Code>::lowest(), [](Code a, Code b) { return std::max(a, b); }, *y);
    });
  return y;
}

static void averagePool(const PoolGeometry &g, const TensorValue &x, bool countsPadding, TensorValue &y) {
  const float *in = x.getData<float>().data();
  float *out = y.mutableData<float>().data();
  forEachWindow(g, [&](int64_t output, int64_t image, const Window &window) {
    qc::numerics::OrderedSum sum(window.countInside() > WindowCount(qc::numerics::maxShortSum));
    forEachPosition(g, image, window, [&](int64_t index) { sum.add(in[index]); });
    WindowCount count = countsPadding ? window.countPadded() : window.countInside();
    out[output] = count == 0 ? 0.0f : qc::numerics::f32::canonical(sum.value() / float(count));
  });
}

Result reference::evaluate(AvgPoolOp op, Operands operands) {
  const TensorValue &x = operands[0];
  Result y = failure();
  PoolGeometry g = makePoolGeometry(op, x, y);
  if (failed(y))
    return failure();
  averagePool(g, x, op.getCountIncludePad(), *y);
  return y;
}

// One window that covers the spatial axes.
Result reference::evaluate(GlobalAvgPoolOp op, Operands operands) {
  const TensorValue &x = operands[0];
  Result y = makeResult(op, inferGlobalPoolShape(x.getShape()));
  if (failed(y))
    return failure();
  averagePool(makeGlobalPoolGeometry(x.getShape(), y->getShape()), x, false, *y);
  return y;
}
