// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The positions that a resized axis takes, where its sizes are known only when the model runs: a small kernel writes
// them by the function that the evaluator calls (docs/Numerics.md, Resizing).
#include "EmittedScalars.h"
#include "Former.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

namespace {
/// The numbers of an axis in a kernel; `scale` is null where it is out / in.
struct AxisValues {
  Value in, out, scale;
};
} // namespace

static EmittedInteger toInteger(ImplicitLocOpBuilder &b, Value index) {
  return {&b, arith::IndexCastOp::create(b, b.getI64Type(), index)};
}

static EmittedFloat toFloat(EmittedInteger x) {
  return {x.b, arith::SIToFPOp::create(*x.b, x.b->getF32Type(), x.value)};
}

// numerics::resizeNearest of position `index`, as an i64.
static Value emitNearest(ImplicitLocOpBuilder &b, const MoveView::Resized &resized, const AxisValues &values,
                         Value index) {
  EmittedInteger in = toInteger(b, values.in), out = toInteger(b, values.out), i = toInteger(b, index);
  EmittedInteger one = like(in, 1.0f), last = in - one;
  EmittedFloat n = toFloat(in), m = toFloat(out);
  EmittedFloat scale = values.scale ? EmittedFloat{&b, values.scale} : m / n;
  EmittedFloat lastIn = toFloat(last), lastOut = toFloat(out - one);
  numerics::f32::ResizedAxis<EmittedFloat> axis{scale, n, lastIn, m, lastOut};
  EmittedFloat nearest = numerics::f32::resizeNearest(resized.coordinates, resized.rounding, toFloat(i), axis);
  EmittedInteger position{&b, arith::FPToSIOp::create(b, b.getI64Type(), nearest.value)};
  EmittedMask isSame = in == out, isOne = scale == 1.0f;
  EmittedMask stays{&b, arith::AndIOp::create(b, isSame.value, isOne.value)};
  return select(stays, i, smaller(position, last)).value;
}

FailureOr<View> Former::makePositions(const MoveView::Resized &resized, Location loc) {
  ScheduleShapeMath dims = makeShapeMath();
  OpFoldResult in = dims.fromDim(resized.in), out = dims.fromDim(resized.out);
  FailureOr<View> target =
      makeBuffer(loc, LayoutAttr::getRowMajor(builder.getContext(), 1), {out}, builder.getI64Type(), 0);
  if (failed(target))
    return failure();
  KernelWriter writer(builder, loc, "resize");
  AxisValues values{writer.index(in), writer.index(out), {}};
  if (resized.scale)
    values.scale = writer.number(builder.getF32FloatAttr(*resized.scale));
  Access positions = writer.access(*target, true);
  NestTiling tiling = tileNest(math, target->shape, 4096);
  writeNest(writer, target->shape, tiling, [&](ValueRange indices) {
    writer.store(emitNearest(writer.body(), resized, values, indices[0]), positions, indices);
  });
  // Coordinates are f32 in models of codes, too.
  writer.finish(tiling.tiles)->setAttr("kernel.border", builder.getUnitAttr());
  return target;
}
