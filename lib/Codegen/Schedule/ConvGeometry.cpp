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

// Offsets where all strides that matter are known.
static std::optional<SmallVector<int64_t>> getKnownTaps(ArrayRef<int64_t> kernel, ArrayRef<OpFoldResult> steps) {
  SmallVector<int64_t> known;
  for (int d = 0; d < 3; ++d) {
    std::optional<int64_t> step = getKnown(steps[d]);
    if (!step && kernel[d] > 1)
      return std::nullopt;
    known.push_back(step.value_or(0));
  }
  SmallVector<int64_t> offsets;
  for (int64_t d = 0; d < kernel[0]; ++d)
    for (int64_t h = 0; h < kernel[1]; ++h)
      for (int64_t w = 0; w < kernel[2]; ++w)
        offsets.push_back(d * known[0] + h * known[1] + w * known[2]);
  return offsets;
}

// A kernel that writes the offsets: one iteration per tap.
static void writeTaps(KernelWriter &writer, IndexMath &math, ArrayRef<int64_t> kernel, ArrayRef<OpFoldResult> steps,
                      const View &target) {
  SmallVector<Value> sizes, strides;
  for (int d = 0; d < 3; ++d) {
    sizes.push_back(writer.index(math.constant(kernel[d])));
    strides.push_back(writer.index(steps[d]));
  }
  Access out = writer.access(target, true);
  NestTiling tiling = tileNest(math, target.shape, kernel[0] * kernel[1] * kernel[2]);
  writeNest(writer, target.shape, tiling, [&](ValueRange indices) {
    Value w = writer.rem(indices[0], sizes[2]), rest = writer.div(indices[0], sizes[2]);
    Value h = writer.rem(rest, sizes[1]), d = writer.div(rest, sizes[1]);
    Value offset =
        writer.add(writer.mul(d, strides[0]), writer.add(writer.mul(h, strides[1]), writer.mul(w, strides[2])));
    writer.store(arith::IndexCastOp::create(writer.body(), writer.body().getI64Type(), offset), out, indices);
  });
  writer.finish(tiling.tiles);
}

Value Former::getTaps(const ConvGeometry &geometry, const View &input, int64_t innermost) {
  SmallVector<int64_t> kernel{geometry.kernel[0], geometry.kernel[1], innermost};
  SmallVector<OpFoldResult> steps;
  for (int d = 0; d < 3; ++d)
    steps.push_back(kernel[d] == 1 ? math.constant(0)
                                   : math.mul(math.constant(geometry.dilations[d]), input.strides[d + 1]));
  if (std::optional<SmallVector<int64_t>> known = getKnownTaps(kernel, steps)) {
    auto elements = builder.getI64TensorAttr(*known);
    auto type = MemRefType::get({int64_t(known->size())}, builder.getI64Type());
    return kernel::ConstantOp::create(builder, function.getLoc(), type, elements, IntegerAttr());
  }
  Value &shared = computedTaps[{steps[0].getOpaqueValue(), steps[1].getOpaqueValue(), steps[2].getOpaqueValue(),
                                builder.getDenseI64ArrayAttr(kernel)}];
  if (!shared) {
    int64_t count = kernel[0] * kernel[1] * kernel[2];
    Type i64 = builder.getI64Type();
    shared = memref::AllocOp::create(builder, function.getLoc(), MemRefType::get({count}, i64));
    View target{shared, math.constant(0), {math.constant(count)}, {math.constant(1)}, i64};
    KernelWriter writer(builder, function.getLoc(), "taps");
    writeTaps(writer, math, kernel, steps, target);
  }
  return shared;
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
