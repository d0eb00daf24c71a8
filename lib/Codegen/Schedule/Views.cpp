// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where the elements of a tensor lie.
#include "Views.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
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

OpFoldResult IndexMath::share(Kind kind, OpFoldResult a, OpFoldResult b,
                              llvm::function_ref<Value(Value, Value)> create) {
  bool commutes = kind != Kind::Sub && kind != Kind::CeilDiv && kind != Kind::FloorDiv && kind != Kind::Dimension;
  void *x = a.getOpaqueValue(), *y = b.getOpaqueValue();
  if (commutes && y < x) // the key only: operands stay as they are, whatever the addresses
    std::swap(x, y);
  Value &shared = known[{int(kind), x, y}];
  if (!shared) {
    Value left = value(a), right = value(b);
    OpBuilder::InsertionGuard guard(builder);
    builder.restoreInsertionPoint(placeBehind({left, right}).saveInsertionPoint());
    shared = create(left, right);
  }
  return shared;
}

// Whether `inner` stands in a region of an operation of `outer`.
static bool isInside(Block *inner, Block *outer) {
  return inner != outer && outer->findAncestorOpInBlock(*inner->getParentOp());
}

// Behind the later of `a` and `b`, of which one block holds the other.
static Value getLater(Value a, Value b) {
  Block *x = a.getParentBlock(), *y = b.getParentBlock();
  if (x != y)
    return isInside(y, x) ? b : a;
  Operation *first = a.getDefiningOp(), *second = b.getDefiningOp();
  return !first || (second && first->isBeforeInBlock(second)) ? b : a;
}

OpBuilder IndexMath::placeBehind(ArrayRef<Value> numbers) {
  Value latest;
  for (Value number : numbers)
    if (isInside(number.getParentBlock(), builder.getInsertionBlock()))
      latest = latest ? getLater(latest, number) : number;
  OpBuilder place(builder.getContext());
  if (latest)
    place.setInsertionPointAfterValue(latest);
  else
    place.restoreInsertionPoint(builder.saveInsertionPoint());
  return place;
}

// A divisor that is not known may be 0: then the quotient means nothing, but it must not trap.
Value IndexMath::divisor(Value b) {
  if (std::optional<int64_t> number = getConstantIntValue(b); number && *number > 0)
    return b;
  return arith::MaxSIOp::create(builder, loc, b, value(constant(1)));
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
  return share(Kind::Add, a, b, [&](Value v, Value w) { return arith::AddIOp::create(builder, loc, v, w); });
}

OpFoldResult IndexMath::sub(OpFoldResult a, OpFoldResult b) {
  std::optional<int64_t> x = getKnown(a), y = getKnown(b);
  if (x && y) {
    int64_t difference;
    return constant(llvm::SubOverflow(*x, *y, difference) ? 0 : difference);
  }
  if (y == 0)
    return a;
  return share(Kind::Sub, a, b, [&](Value v, Value w) { return arith::SubIOp::create(builder, loc, v, w); });
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
  return share(Kind::Mul, a, b, [&](Value v, Value w) { return arith::MulIOp::create(builder, loc, v, w); });
}

OpFoldResult IndexMath::ceilDiv(OpFoldResult a, OpFoldResult b) {
  std::optional<int64_t> x = getKnown(a), y = getKnown(b);
  if (x && y)
    return constant(*x / *y + (*x % *y != 0));
  if (y == 1)
    return a;
  return share(Kind::CeilDiv, a, b,
               [&](Value v, Value w) { return arith::CeilDivUIOp::create(builder, loc, v, divisor(w)); });
}

OpFoldResult IndexMath::floorDiv(OpFoldResult a, OpFoldResult b) {
  std::optional<int64_t> x = getKnown(a), y = getKnown(b);
  if (x && y)
    return constant(*x / *y - (*x % *y < 0));
  if (y == 1)
    return a;
  return share(Kind::FloorDiv, a, b,
               [&](Value v, Value w) { return arith::FloorDivSIOp::create(builder, loc, v, divisor(w)); });
}

OpFoldResult IndexMath::min(OpFoldResult a, OpFoldResult b) {
  std::optional<int64_t> x = getKnown(a), y = getKnown(b);
  if (a == b || (x && y))
    return a == b || *x <= *y ? a : b;
  return share(Kind::Min, a, b, [&](Value v, Value w) { return arith::MinSIOp::create(builder, loc, v, w); });
}

OpFoldResult IndexMath::max(OpFoldResult a, OpFoldResult b) {
  std::optional<int64_t> x = getKnown(a), y = getKnown(b);
  if (a == b || (x && y))
    return a == b || *x >= *y ? a : b;
  return share(Kind::Max, a, b, [&](Value v, Value w) { return arith::MaxSIOp::create(builder, loc, v, w); });
}

OpFoldResult IndexMath::select(arith::CmpIPredicate predicate, OpFoldResult a, OpFoldResult b, OpFoldResult yes,
                               OpFoldResult no) {
  if (yes == no)
    return yes;
  std::optional<int64_t> x = getKnown(a), y = getKnown(b);
  if (x && y)
    return arith::applyCmpPredicate(predicate, llvm::APInt(64, *x, true), llvm::APInt(64, *y, true)) ? yes : no;
  if (a == b)
    return predicate == arith::CmpIPredicate::eq ? yes : no;
  // The key has the predicate, the operands of the comparison and both answers.
  Value &shared =
      selected[{int(predicate), a.getOpaqueValue(), b.getOpaqueValue(), yes.getOpaqueValue(), no.getOpaqueValue()}];
  if (!shared) {
    Value left = value(a), right = value(b), holds = value(yes), fails = value(no);
    OpBuilder::InsertionGuard guard(builder);
    builder.restoreInsertionPoint(placeBehind({left, right, holds, fails}).saveInsertionPoint());
    Value condition = arith::CmpIOp::create(builder, loc, predicate, left, right);
    shared = arith::SelectOp::create(builder, loc, condition, holds, fails);
  }
  return shared;
}

OpFoldResult IndexMath::dimension(Value buffer, int64_t d) {
  auto type = cast<MemRefType>(buffer.getType());
  if (!type.isDynamicDim(d))
    return constant(type.getDimSize(d));
  return share(Kind::Dimension, buffer, constant(d),
               [&](Value v, Value index) { return memref::DimOp::create(builder, loc, v, index); });
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
  for (auto [d, dim] : llvm::enumerate(view.shape)) {
    OpFoldResult one = math.constant(1), wanted = shape[lead + d];
    if (dim == wanted || isKnown(wanted, 1))
      result.strides[lead + d] = view.strides[d];
    else if (!isKnown(dim, 1)) // stretched where it is 1 when the model runs
      result.strides[lead + d] = math.select(arith::CmpIPredicate::eq, dim, one, math.constant(0), view.strides[d]);
  }
  return result;
}

bool qc::kernel::hasUnitStride(const View &view, int64_t d) {
  return isKnown(view.strides[d], 1) || isKnown(view.shape[d], 1);
}

bool qc::kernel::isContiguousRowMajor(IndexMath &math, const View &view) {
  OpFoldResult expected = math.constant(1);
  for (int64_t d = view.getRank() - 1; d >= 0; --d) {
    if (isKnown(view.shape[d], 1))
      continue;
    if (view.strides[d] != expected)
      return false;
    expected = math.mul(expected, view.shape[d]);
  }
  return true;
}
