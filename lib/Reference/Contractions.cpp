// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// conv, conv_transpose, gemm, matmul, batch_norm in the order of docs/Numerics.md, Float kernels.
#include "Operations.h"
#include "Products.h"
#include "Rows.h"
#include <cmath>

using namespace mlir;
using namespace qc;
using namespace qc::reference;

Result reference::evaluate(ConvOp op, Operands operands) {
  const TensorValue &x = operands[0], &w = operands[1], *bias = findOperand(op, operands, 2);
  WindowAttributes window{op.getStrides(), op.getPads(), op.getDilations()};
  int64_t groups = op.getGroup();
  Result y = makeResult(op, inferConvShape(x.getShape(), w.getShape(), window, groups));
  if (failed(y) || failed(checkCount(op, "bias", bias, w.getShape()[0])))
    return failure();
  ConvGeometry g = makeConvGeometry(x.getShape(), w.getShape(), y->getShape(), window, groups);
  float *out = y->mutableData<float>().data();
  convolve<FloatRows>(g, x.getData<float>().data(), w.getData<float>().data(), out);
  if (bias) {
    AxisSplit split = splitAxis(y->getShape(), 1);
    addBias(out, bias->getData<float>().data(), split.outer, split.size, split.inner);
  }
  return y;
}

namespace {
/// One axis of a transposed convolution; missing ones (in front) have size 1.
struct PhaseAxis {
  int64_t in = 1, kernel = 1, out = 1, stride = 1, dilation = 1, padBegin = 0;

  int64_t countTaps() const { return ((kernel - 1) * dilation + stride) / stride; }
  /// The weight and the input that output `o` takes at tap `j`; -1 where there is none.
  int64_t weightOf(int64_t o, int64_t j) const {
    int64_t t = (o + padBegin) % stride + j * stride;
    return t % dilation == 0 && t / dilation < kernel ? t / dilation : -1;
  }
  int64_t inputOf(int64_t o, int64_t j) const {
    int64_t i = (o + padBegin) / stride - j;
    return i >= 0 && i < in ? i : -1;
  }
};
using PhaseAxes = std::array<PhaseAxis, 3>;
using Position = std::array<int64_t, 3>;
} // namespace

static PhaseAxes makePhaseAxes(ConvTransposeOp op, ArrayRef<int64_t> x, ArrayRef<int64_t> w, ArrayRef<int64_t> y) {
  PhaseAxes axes;
  size_t spatial = x.size() - 2;
  for (size_t d = 0; d < spatial; ++d)
    axes[3 - spatial + d] = {x[d + 2], w[d + 2], y[d + 2], op.getStrides()[d], op.getDilations()[d], op.getPads()[d]};
  return axes;
}

// The offset of a position that `indexOf(axis, d)` gives; -1 where it has none along one axis.
template <typename IndexOf>
static int64_t findOffset(const PhaseAxes &axes, int64_t PhaseAxis::*size, IndexOf indexOf) {
  int64_t offset = 0;
  for (int d = 0; d < 3; ++d) {
    int64_t i = indexOf(axes[d], d);
    if (i < 0)
      return -1;
    offset = offset * (axes[d].*size) + i;
  }
  return offset;
}

// Taps outermost axis first, the last of each phase first, then channels; what does not exist is +0.
static float sumPhase(const PhaseAxes &axes, const Position &o, int64_t channels, int64_t imageSize, int64_t kernelSize,
                      const float *x, const float *w) {
  numerics::BlockedDot sum;
  Position taps{axes[0].countTaps(), axes[1].countTaps(), axes[2].countTaps()}, j;
  for (j[0] = taps[0]; j[0]-- > 0;)
    for (j[1] = taps[1]; j[1]-- > 0;)
      for (j[2] = taps[2]; j[2]-- > 0;) {
        int64_t tap = findOffset(axes, &PhaseAxis::kernel,
                                 [&](const PhaseAxis &axis, int d) { return axis.weightOf(o[d], j[d]); });
        int64_t in =
            findOffset(axes, &PhaseAxis::in, [&](const PhaseAxis &axis, int d) { return axis.inputOf(o[d], j[d]); });
        for (int64_t c = 0; c < channels; ++c)
          sum.add(in < 0 ? 0.0f : x[c * imageSize + in], tap < 0 ? 0.0f : w[c * kernelSize + tap]);
      }
  return sum.value();
}

Result reference::evaluate(ConvTransposeOp op, Operands operands) {
  const TensorValue &x = operands[0], &w = operands[1], *bias = findOperand(op, operands, 2);
  TypeShapeMath math;
  WindowAttributes window{op.getStrides(), op.getPads(), op.getDilations()};
  Dims dims = inferConvTransposeShape(math, {TypeShapeMath::fromShape(x.getShape()), {}},
                                      {TypeShapeMath::fromShape(w.getShape()), {}}, window, op.getOutputPadding(),
                                      op.getGroup());
  Result y = makeResult(op, ShapeOr::get(math, dims));
  if (failed(y) || failed(checkCount(op, "bias", bias, w.getShape()[0])))
    return failure();
  PhaseAxes axes = makePhaseAxes(op, x.getShape(), w.getShape(), y->getShape());
  int64_t channels = w.getShape()[1], filters = w.getShape()[0], perGroup = filters / int64_t(op.getGroup());
  int64_t imageSize = axes[0].in * axes[1].in * axes[2].in;
  int64_t kernelSize = axes[0].kernel * axes[1].kernel * axes[2].kernel;
  float *out = y->mutableData<float>().data();
  Position o;
  for (int64_t n = 0; n < x.getShape()[0]; ++n)
    for (int64_t m = 0; m < filters; ++m) {
      const float *image = x.getData<float>().data() + (n * op.getGroup() + m / perGroup) * channels * imageSize;
      const float *filter = w.getData<float>().data() + m * channels * kernelSize;
      for (o[0] = 0; o[0] < axes[0].out; ++o[0])
        for (o[1] = 0; o[1] < axes[1].out; ++o[1])
          for (o[2] = 0; o[2] < axes[2].out; ++o[2]) {
            float sum = sumPhase(axes, o, channels, imageSize, kernelSize, image, filter);
            *out++ = bias ? sum + bias->getData<float>()[m] : sum;
          }
    }
  return y;
}

// A K x N copy of b that is N x K: rows of columns are what the loops read.
static std::vector<float> transposeMatrix(const TensorValue &b) {
  int64_t n = b.getShape()[0], k = b.getShape()[1];
  std::vector<float> copy(n * k);
  const float *from = b.getData<float>().data();
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < k; ++j)
      copy[j * n + i] = from[i * k + j];
  return copy;
}

// y = alpha * acc, then + beta * c; a factor of 1 is not multiplied.
static void finishGemm(GemmOp op, const TensorValue *c, TensorValue &y) {
  float alpha = op.getAlpha().convertToFloat(), beta = op.getBeta().convertToFloat();
  MutableArrayRef<float> out = y.mutableData<float>();
  if (alpha != 1)
    for (float &value : out)
      value = alpha * value;
  if (!c)
    return;
  const float *addend = c->getData<float>().data();
  forEachRow<1>(y.getShape(), {broadcastStrides(c->getShape(), 2)},
                [&](int64_t first, std::array<int64_t, 1> offset, std::array<int64_t, 1> step, int64_t count) {
                  for (int64_t i = 0; i < count; ++i) {
                    float value = addend[offset[0] + i * step[0]];
                    out[first + i] += beta == 1 ? value : beta * value;
                  }
                });
}

Result reference::evaluate(GemmOp op, Operands operands) {
  const TensorValue &a = operands[0], &b = operands[1], *c = findOperand(op, operands, 2);
  auto shapeOf = [](const TensorValue &matrix, bool isTransposed) {
    ArrayRef<int64_t> shape = matrix.getShape();
    return isTransposed ? SmallVector<int64_t>{shape[1], shape[0]} : SmallVector<int64_t>{shape[0], shape[1]};
  };
  SmallVector<int64_t> left = shapeOf(a, op.getTransA()), right = shapeOf(b, op.getTransB());
  Result y = makeResult(op, inferMatMulShape(left, right)); // gemm_c2
  if (failed(y))
    return failure();
  if (c) { // gemm_c3
    ShapeOr broadcast = broadcastShapes(c->getShape(), y->getShape());
    if (!broadcast || ArrayRef<int64_t>(*broadcast) != y->getShape())
      return op.emitOpError("expects c to broadcast to ") << y->getType() << ", got " << c->getType();
  }
  std::vector<float> aCopy, bCopy;
  const float *aData = a.getData<float>().data(), *bData = b.getData<float>().data();
  if (op.getTransA())
    aData = (aCopy = transposeMatrix(a)).data();
  if (op.getTransB())
    bData = (bCopy = transposeMatrix(b)).data();
  multiply<FloatRows>(makeMatMulGeometry(left, right), aData, bData, y->mutableData<float>().data());
  finishGemm(op, c, *y);
  return y;
}

Result reference::evaluate(MatMulOp op, Operands operands) {
  const TensorValue &a = operands[0], &b = operands[1], *bias = findOperand(op, operands, 2);
  Result y = makeResult(op, inferMatMulShape(a.getShape(), b.getShape()));
  if (failed(y))
    return failure();
  MatMulGeometry g = makeMatMulGeometry(a.getShape(), b.getShape());
  if (failed(checkCount(op, "bias", bias, g.n))) // matmul_c4
    return failure();
  float *out = y->mutableData<float>().data();
  multiply<FloatRows>(g, a.getData<float>().data(), b.getData<float>().data(), out);
  if (bias)
    addBias(out, bias->getData<float>().data(), g.batchCount() * g.m, g.n, 1);
  return y;
}

Result reference::evaluate(BatchNormOp op, Operands operands) {
  const TensorValue &x = operands[0];
  AxisSplit split = splitAxis(x.getShape(), 1);
  for (const TensorValue &parameters : operands.drop_front())
    if (failed(checkCount(op, "vector of parameters", &parameters, split.size))) // batch_norm_c2
      return failure();
  Result y = makeResultLike(op, x);
  if (failed(y))
    return failure();
  auto data = [&](unsigned i) { return operands[i].getData<float>().data(); };
  const float *in = data(0), *scale = data(1), *bias = data(2), *mean = data(3), *var = data(4);
  float epsilon = op.getEpsilon().convertToFloat();
  float *out = y->mutableData<float>().data();
  for (int64_t o = 0; o < split.outer; ++o)
    for (int64_t c = 0; c < split.size; ++c) {
      float a = scale[c] / std::sqrt(var[c] + epsilon);
      float product = mean[c] * a;
      float d = bias[c] - product;
      for (int64_t i = 0; i < split.inner; ++i)
        *out++ = std::fma(*in++, a, d);
    }
  return y;
}
