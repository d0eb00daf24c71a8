// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels that compute each element from elements: elementwise chains, copies, fills.
#include "Former.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

/// Elements of one tile of an elementwise kernel: long enough to hide the launch, short enough to share among threads.
static constexpr int64_t kTileElements = 4096;

static std::string getStem(Operation *op) {
  std::string stem = op->getName().getStringRef().str();
  llvm::replace(stem, '.', '_');
  return stem;
}

LogicalResult Former::formPointwise(const Group &group) {
  FailureOr<SmallVector<Step>> steps = describeSteps(group, {}, true);
  Value result = group.getLast()->getResult(0);
  FailureOr<View> output = allocate(result);
  if (failed(steps) || failed(output))
    return failure();
  SmallVector<int64_t> order(getLayout(result).getOrder());
  FailureOr<NestSteps> prepared = prepareNestSteps(*steps, result, [](const View &view) { return view; });
  if (failed(prepared))
    return failure();
  // All views in one space, so that dimensions merge for all or for none.
  SmallVector<View> views{*output};
  auto each = [&](llvm::function_ref<void(View &)> visit) {
    for (auto &list : prepared->operandViews)
      for (std::optional<View> &view : list)
        if (view)
          visit(*view);
    for (auto &list : prepared->paramViews)
      for (std::optional<View> &view : list)
        if (view)
          visit(*view);
  };
  each([&](View &view) { views.push_back(view); });
  IterationSpace space = orderByResult(views, order);
  collapse(math, space);
  size_t next = 1;
  each([&](View &view) { view = space.views[next++]; });

  NestTiling tiling = tileNest(math, space.shape, kTileElements);
  KernelWriter writer(builder, group.root->getLoc(), getStem(group.root));
  prepared->makeAccesses(writer);
  Access target = writer.access(space.views[0], true);
  writeNest(writer, space.shape, tiling, [&](ValueRange indices) {
    writer.store(emitNestSteps(writer, *prepared, Value(), indices), target, indices);
  });
  writer.finish(tiling.tiles);
  return success();
}

void Former::copy(const View &from, const View &to, ArrayRef<int64_t> order, Location loc) {
  SmallVector<View> views{to, from};
  IterationSpace space = orderByResult(views, order);
  collapse(math, space);
  NestTiling tiling = tileNest(math, space.shape, kTileElements);
  KernelWriter writer(builder, loc, "copy");
  Access source = writer.access(space.views[1], false), target = writer.access(space.views[0], true);
  writeNest(writer, space.shape, tiling,
            [&](ValueRange indices) { writer.store(writer.load(source, indices), target, indices); });
  LaunchOp launch = writer.finish(tiling.tiles);
  // In an integer-only model floats are moved at the border only: between the caller's buffers and the codes.
  if (isa<FloatType>(from.element))
    launch->setAttr("kernel.border", builder.getUnitAttr());
}

void Former::fill(Value buffer, OpFoldResult count, Type element, int64_t zero, Location loc) {
  View view{buffer, math.constant(0), {count}, {math.constant(1)}, element};
  NestTiling tiling = tileNest(math, view.shape, 4 * kTileElements);
  KernelWriter writer(builder, loc, "fill");
  Type signless = getSignless(element);
  Access target = writer.access(view, true);
  Value value;
  if (signless.isF32()) {
    value = writer.number(builder.getF32FloatAttr(float(zero)));
  } else {
    value = writer.number(builder.getI32IntegerAttr(int32_t(zero)));
    if (signless.getIntOrFloatBitWidth() < 32)
      value = arith::TruncIOp::create(writer.body(), signless, value);
  }
  writeNest(writer, view.shape, tiling, [&](ValueRange indices) { writer.store(value, target, indices); });
  writer.finish(tiling.tiles);
}

// Row-major elements of `view` under `shape`, where its memory is in that order.
static View reshapeView(IndexMath &math, const View &view, ArrayRef<OpFoldResult> shape) {
  View result = view;
  result.shape.assign(shape.begin(), shape.end());
  result.strides.assign(shape.size(), math.constant(1));
  OpFoldResult stride = math.constant(1);
  for (size_t d = shape.size(); d-- > 0;) {
    result.strides[d] = stride;
    stride = math.mul(stride, shape[d]);
  }
  return result;
}

LogicalResult Former::formReshape(Operation *op) {
  Value result = op->getResult(0);
  FailureOr<View> source = getView(op->getOperand(0));
  if (failed(source))
    return failure();
  bool ownsBuffer = source->buffer.getDefiningOp<memref::AllocOp>() && !directOutputs.contains(result);
  if (isContiguousRowMajor(math, *source) && ownsBuffer && getLayout(result).isRowMajor()) {
    views[result] = reshapeView(math, *source, getShape(result));
    return success();
  }
  FailureOr<View> target = allocate(result);
  if (failed(target))
    return failure();
  // The result is row-major: written under the source's shape, in the source's logical order.
  View rows = *target;
  if (!isContiguousRowMajor(math, rows) || !isKnown(rows.offset, 0)) {
    FailureOr<View> made = makeBuffer(op->getLoc(), LayoutAttr::getRowMajor(op->getContext(), rows.getRank()),
                                      rows.shape, rows.element, 0);
    if (failed(made))
      return failure();
    rows = *made;
  }
  View renamed = reshapeView(math, rows, source->shape);
  SmallVector<int64_t> logical = llvm::to_vector(llvm::seq<int64_t>(0, source->getRank()));
  copy(*source, renamed, logical, op->getLoc());
  if (rows.buffer != target->buffer)
    copy(rows, *target, getLayout(result).getOrder(), op->getLoc());
  return success();
}

LogicalResult Former::formTranspose(TransposeOp op) {
  FailureOr<View> source = getView(op.getX()), target = getPlace(op.getY());
  if (failed(source) || failed(target))
    return failure();
  View turned = *source;
  for (auto [i, d] : llvm::enumerate(op.getPerm())) {
    turned.shape[i] = source->shape[d];
    turned.strides[i] = source->strides[d];
  }
  copy(turned, *target, getLayout(op.getY()).getOrder(), op->getLoc());
  return success();
}

LogicalResult Former::formConcat(ConcatOp op) {
  FailureOr<View> target = getPlace(op.getY());
  if (failed(target))
    return failure();
  View slice = *target;
  for (Value x : op.getXs()) {
    FailureOr<View> source = getView(x);
    if (failed(source))
      return failure();
    slice.shape = source->shape;
    if (source->buffer != slice.buffer) // else it was computed in its place
      copy(*source, slice, getLayout(op.getY()).getOrder(), op->getLoc());
    int64_t axis = op.getAxis();
    slice.offset = math.add(slice.offset, math.mul(source->shape[axis], slice.strides[axis]));
  }
  return success();
}

LogicalResult Former::formMove(const Group &group) {
  Operation *op = group.root;
  if (isa<ReshapeOp, DynamicReshapeOp>(op))
    return formReshape(op);
  if (auto transpose = dyn_cast<TransposeOp>(op))
    return formTranspose(transpose);
  return formConcat(cast<ConcatOp>(op));
}
