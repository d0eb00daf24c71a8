// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What float and integer convolutions have in common, in three spatial dimensions.
#include "ConvGeometry.h"
#include "Former.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

template <typename Op> static FailureOr<ConvGeometry> makeGeometry(Op op) {
  auto w = cast<RankedTensorType>(op.getW().getType());
  size_t spatial = op.getStrides().size();
  for (size_t d = 0; d < spatial; ++d)
    if (w.isDynamicDim(d + 2))
      return op.emitOpError("has a kernel of unknown size");
  ConvGeometry geometry;
  geometry.x = op.getX();
  geometry.w = op.getW();
  geometry.bias = op.getB();
  geometry.pads.assign(op.getPads().begin(), op.getPads().end());
  geometry.kernel = canonicalizeSpatial(w.getShape().drop_front(2), 1);
  geometry.strides = canonicalizeSpatial(op.getStrides(), 1);
  geometry.dilations = canonicalizeSpatial(op.getDilations(), 1);
  geometry.begins = canonicalizeSpatial(op.getPads().take_front(spatial), 0);
  geometry.group = op.getGroup();
  return geometry;
}

FailureOr<ConvGeometry> qc::kernel::getConvGeometry(Operation *op) {
  if (auto conv = dyn_cast<ConvOp>(op))
    return makeGeometry(conv);
  auto conv = cast<dyadic::ConvOp>(op);
  FailureOr<ConvGeometry> geometry = makeGeometry(conv);
  if (succeeded(geometry))
    geometry->zeroPoint = conv.getXZeroPoint();
  return geometry;
}

FailureOr<SmallVector<int64_t>> qc::kernel::getTapOffsets(Operation *op, const ConvGeometry &geometry,
                                                          const View &input) {
  SmallVector<int64_t> strides;
  for (int d = 0; d < 3; ++d) {
    std::optional<int64_t> stride = getKnown(input.strides[d + 1]);
    if (!stride && geometry.kernel[d] > 1)
      return op->emitOpError("needs to know the strides of its input: the inner spatial dimensions must be static");
    strides.push_back(stride.value_or(0));
  }
  SmallVector<int64_t> offsets;
  for (int64_t d = 0; d < geometry.kernel[0]; ++d)
    for (int64_t h = 0; h < geometry.kernel[1]; ++h)
      for (int64_t w = 0; w < geometry.kernel[2]; ++w)
        offsets.push_back(d * geometry.dilations[0] * strides[0] + h * geometry.dilations[1] * strides[1] +
                          w * geometry.dilations[2] * strides[2]);
  return offsets;
}

View qc::kernel::getWindowView(IndexMath &math, const ConvGeometry &geometry, const View &input, const View &output) {
  View window = input;
  window.shape.assign(output.shape.begin(), output.shape.end() - 1);
  window.strides.pop_back();
  for (int d = 0; d < 3; ++d) {
    window.strides[d + 1] = math.mul(input.strides[d + 1], math.constant(geometry.strides[d]));
    window.offset = math.sub(window.offset, math.mul(input.strides[d + 1], math.constant(geometry.begins[d])));
  }
  return window;
}
