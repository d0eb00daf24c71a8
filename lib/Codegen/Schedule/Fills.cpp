// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tensors that are made of numbers: one value everywhere, equal distances, what the schedule has computed.
#include "Former.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

static constexpr int64_t kFillTile = 16384;

// `number` (index) as an element of a buffer.
static Value toElement(ImplicitLocOpBuilder &b, Value number, Type element) {
  Value word = arith::IndexCastOp::create(b, b.getI64Type(), number);
  if (element.isF32())
    return arith::SIToFPOp::create(b, element, word);
  Type stored = getSignless(element);
  return stored.isInteger(64) ? word : Value(arith::TruncIOp::create(b, stored, word));
}

// The one element of `elements`.
static TypedAttr getFillValue(ElementsAttr elements, Type stored) {
  TensorValue value = *getTensorValue(elements);
  if (stored.isF32())
    return FloatAttr::get(stored, APFloat(value.getData<float>()[0]));
  return IntegerAttr::get(IntegerType::get(stored.getContext(), 64), value.getInteger(0));
}

LogicalResult Former::formConstantOfShape(const Group &group) {
  auto op = cast<ConstantOfShapeOp>(group.root);
  FailureOr<View> target = allocate(op.getY());
  if (failed(target))
    return failure();
  if (!getTensorValue(op.getValue()))
    return op.emitOpError("has a value that cannot be read");
  IterationSpace space = orderByResult({*target}, getLayout(op.getY()).getOrder());
  collapse(math, space);
  NestTiling tiling = tileNest(math, space.shape, kFillTile);
  KernelWriter writer(builder, op.getLoc(), "constant_of_shape");
  Type stored = getSignless(target->element);
  Value value = writer.number(getFillValue(op.getValue(), stored));
  if (!stored.isF32() && !stored.isInteger(64))
    value = arith::TruncIOp::create(writer.body(), stored, value);
  Access out = writer.access(space.views[0], true);
  writeNest(writer, space.shape, tiling, [&](ValueRange indices) { writer.store(value, out, indices); });
  writer.finish(tiling.tiles);
  return success();
}

LogicalResult Former::formRange(const Group &group) {
  auto op = cast<RangeOp>(group.root);
  FailureOr<View> start = getView(op.getStart()), delta = getView(op.getDelta()), target = allocate(op.getY());
  if (failed(start) || failed(delta) || failed(target))
    return failure();
  // The one element of each, whatever its rank.
  for (View *view : {&*start, &*delta}) {
    view->shape.clear();
    view->strides.clear();
  }
  NestTiling tiling = tileNest(math, target->shape, kFillTile);
  KernelWriter writer(builder, op.getLoc(), "range");
  ImplicitLocOpBuilder &b = writer.body();
  Access first = writer.access(*start, false), step = writer.access(*delta, false), out = writer.access(*target, true);
  writeNest(writer, target->shape, tiling, [&](ValueRange indices) {
    Value begin = writer.load(first, {}), distance = writer.load(step, {});
    Value i = toElement(b, indices[0], target->element), value;
    if (target->element.isF32())
      value = arith::AddFOp::create(b, begin, arith::MulFOp::create(b, i, distance));
    else
      value = arith::AddIOp::create(b, begin, arith::MulIOp::create(b, i, distance));
    writer.store(value, out, indices);
  });
  writer.finish(tiling.tiles);
  return success();
}

// Elements that the schedule knows, in a buffer: a kernel with a number for each.
FailureOr<View> Former::materialize(Value tensor) {
  FailureOr<SmallVector<OpFoldResult>> numbers = sizes->getContents(tensor);
  if (failed(numbers))
    return failure();
  Type element = cast<RankedTensorType>(tensor.getType()).getElementType();
  LayoutAttr layout = LayoutAttr::getRowMajor(builder.getContext(), cast<RankedTensorType>(tensor.getType()).getRank());
  FailureOr<View> view = makeBuffer(tensor.getLoc(), layout, getShape(tensor), element, 0);
  if (failed(view) || numbers->empty())
    return view;
  KernelWriter writer(builder, tensor.getLoc(), "numbers");
  SmallVector<Value> arguments;
  for (OpFoldResult number : *numbers)
    arguments.push_back(writer.index(number));
  Value out = writer.out(view->buffer);
  for (auto [i, argument] : llvm::enumerate(arguments))
    memref::StoreOp::create(writer.body(), toElement(writer.body(), argument, element), out, writer.constantIndex(i));
  writer.finish(math.constant(1));
  return view;
}
