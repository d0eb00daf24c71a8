// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where the elements of a tensor lie.
#include "Views.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace qc::kernel;

std::optional<int64_t> qc::kernel::getKnown(OpFoldResult v) { return getConstantIntValue(v); }

bool qc::kernel::isKnown(OpFoldResult v, int64_t value) { return getKnown(v) == value; }

Value IndexMath::value(OpFoldResult v) {
  if (auto attr = dyn_cast<Attribute>(v))
    return arith::ConstantIndexOp::create(builder, loc, cast<IntegerAttr>(attr).getInt());
  return cast<Value>(v);
}

OpFoldResult IndexMath::add(OpFoldResult a, OpFoldResult b) {
  std::optional<int64_t> x = getKnown(a), y = getKnown(b);
  if (x && y) {
    int64_t sum;
    return constant(llvm::AddOverflow(*x, *y, sum) ? INT64_MAX : sum);
  }
  if (x == 0)
    return b;
  if (y == 0)
    return a;
  return arith::AddIOp::create(builder, loc, value(a), value(b)).getResult();
}

OpFoldResult IndexMath::sub(OpFoldResult a, OpFoldResult b) {
  std::optional<int64_t> x = getKnown(a), y = getKnown(b);
  if (x && y) {
    int64_t difference;
    return constant(llvm::SubOverflow(*x, *y, difference) ? 0 : difference);
  }
  if (y == 0)
    return a;
  return arith::SubIOp::create(builder, loc, value(a), value(b)).getResult();
}

OpFoldResult IndexMath::mul(OpFoldResult a, OpFoldResult b) {
  std::optional<int64_t> x = getKnown(a), y = getKnown(b);
  if (x && y) {
    int64_t product; // saturates: such a size is refused where memory is made for it
    return constant(llvm::MulOverflow(*x, *y, product) ? INT64_MAX : product);
  }
  if (x == 0 || y == 0)
    return constant(0);
  if (x == 1)
    return b;
  if (y == 1)
    return a;
  return arith::MulIOp::create(builder, loc, value(a), value(b)).getResult();
}

OpFoldResult IndexMath::ceilDiv(OpFoldResult a, OpFoldResult b) {
  std::optional<int64_t> x = getKnown(a), y = getKnown(b);
  if (x && y)
    return constant(*x / *y + (*x % *y != 0));
  if (y == 1)
    return a;
  return arith::CeilDivUIOp::create(builder, loc, value(a), value(b)).getResult();
}

OpFoldResult IndexMath::dropWhereAtLeast(OpFoldResult count, OpFoldResult a, OpFoldResult b) {
  std::optional<int64_t> x = getKnown(a), y = getKnown(b);
  if (x && y)
    return *x >= *y ? sub(count, constant(1)) : count;
  Value isBehind = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sge, value(a), value(b));
  return arith::SelectOp::create(builder, loc, isBehind, value(sub(count, constant(1))), value(count)).getResult();
}

SmallVector<int64_t> View::getStaticShape() const {
  SmallVector<int64_t> dims;
  for (OpFoldResult dim : shape)
    dims.push_back(getKnown(dim).value_or(ShapedType::kDynamic));
  return dims;
}

View qc::kernel::makeView(IndexMath &math, Value buffer, Type element, LayoutAttr layout,
                          ArrayRef<OpFoldResult> shape) {
  View view{buffer, math.constant(0), SmallVector<OpFoldResult>(shape), SmallVector<OpFoldResult>(shape.size()),
            element};
  OpFoldResult stride = math.constant(1);
  for (int64_t d : llvm::reverse(layout.getOrder())) {
    view.strides[d] = stride;
    view.offset = math.add(view.offset, math.mul(stride, math.constant(layout.getHaloBegin()[d])));
    int64_t halo = layout.getHaloBegin()[d] + layout.getHaloEnd()[d];
    stride = math.mul(stride, math.add(shape[d], math.constant(halo)));
  }
  return view;
}

OpFoldResult qc::kernel::getBufferSize(IndexMath &math, LayoutAttr layout, ArrayRef<OpFoldResult> shape) {
  OpFoldResult size = math.constant(1);
  for (auto [d, dim] : llvm::enumerate(shape))
    size = math.mul(size, math.add(dim, math.constant(layout.getHaloBegin()[d] + layout.getHaloEnd()[d])));
  return size;
}

View qc::kernel::broadcastView(IndexMath &math, const View &view, ArrayRef<OpFoldResult> shape) {
  View result = view;
  result.shape.assign(shape.begin(), shape.end());
  result.strides.assign(shape.size(), math.constant(0));
  size_t lead = shape.size() - view.shape.size();
  for (auto [d, dim] : llvm::enumerate(view.shape))
    if (!isKnown(dim, 1) || isKnown(shape[lead + d], 1))
      result.strides[lead + d] = view.strides[d];
  return result;
}

bool qc::kernel::hasUnitStride(const View &view, int64_t d) {
  return isKnown(view.strides[d], 1) || isKnown(view.shape[d], 1);
}

bool qc::kernel::isContiguousRowMajor(const View &view) {
  int64_t expected = 1;
  for (int64_t d = view.getRank() - 1; d >= 0; --d) {
    std::optional<int64_t> size = getKnown(view.shape[d]), stride = getKnown(view.strides[d]);
    if (size == 1)
      continue;
    if (!stride || *stride != expected)
      return false;
    if (!size)
      return llvm::all_of(ArrayRef(view.shape).take_front(d), [](OpFoldResult s) { return isKnown(s, 1); });
    expected *= *size;
  }
  return true;
}
