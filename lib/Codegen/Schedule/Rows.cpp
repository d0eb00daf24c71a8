// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels of operations along dimensions: one iteration per row.
#include "Rows.h"
#include "Former.h"
#include "RowWriter.h"
#include "qc/Arith/FloatFunctions.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

/// Rows of one tile.
static constexpr int64_t kTileRows = 64;

// The dimensions of x that are no part of a row, in the order of the result's memory.
static SmallVector<int64_t> orderOuter(int64_t rank, ArrayRef<int64_t> axes, ArrayRef<int64_t> resultOrder) {
  SmallVector<int64_t> kept, outer;
  for (int64_t d = 0; d < rank; ++d)
    if (!llvm::is_contained(axes, d) || int64_t(resultOrder.size()) == rank)
      kept.push_back(d);
  for (int64_t d : resultOrder)
    if (!llvm::is_contained(axes, kept[d]))
      outer.push_back(kept[d]);
  return outer;
}

static View permute(const View &view, ArrayRef<int64_t> dims) {
  View result = view;
  result.shape.clear();
  result.strides.clear();
  for (int64_t d : dims) {
    result.shape.push_back(view.shape[d]);
    result.strides.push_back(view.strides[d]);
  }
  return result;
}

// Merges neighbours among the dimensions from `first` on up to `last`, for all views or for none, and drops those of
// size 1; returns how many are left.
static size_t compact(IndexMath &math, MutableArrayRef<View> views, size_t first, size_t last) {
  auto erase = [&](size_t d) {
    for (View &view : views) {
      view.shape.erase(view.shape.begin() + d);
      view.strides.erase(view.strides.begin() + d);
    }
    --last;
  };
  for (size_t d = last; d-- > first;)
    if (isKnown(views[0].shape[d], 1))
      erase(d);
  auto merges = [&](const View &view, size_t d) {
    OpFoldResult outer = view.strides[d], inner = view.strides[d + 1];
    return (isKnown(outer, 0) && isKnown(inner, 0)) || outer == math.mul(inner, view.shape[d + 1]);
  };
  for (size_t d = last; d-- > first + 1;) {
    if (!llvm::all_of(views, [&](const View &view) { return merges(view, d - 1); }))
      continue;
    for (View &view : views)
      view.shape[d] = math.mul(view.shape[d - 1], view.shape[d]);
    erase(d - 1);
  }
  return last - first;
}

// A view of size 1 and stride 0 in front of dimension `d`.
static void insertUnit(IndexMath &math, MutableArrayRef<View> views, size_t d) {
  for (View &view : views) {
    view.shape.insert(view.shape.begin() + d, math.constant(1));
    view.strides.insert(view.strides.begin() + d, math.constant(0));
  }
}

// The result y of a reduction under x's dimensions: what is dropped or has one element is walked with stride 0.
static View spread(IndexMath &math, const View &y, const View &x, ArrayRef<int64_t> axes) {
  View target = y;
  bool isKept = y.getRank() == x.getRank();
  target.shape = x.shape;
  target.strides.assign(x.getRank(), math.constant(0));
  for (int64_t d = 0, next = 0; d < x.getRank(); ++d) {
    bool isReduced = llvm::is_contained(axes, d);
    if (!isReduced)
      target.strides[d] = y.strides[next];
    next += !isReduced || isKept;
  }
  return target;
}

FailureOr<RowSpace> Former::makeRowSpace(Operation *op, ArrayRef<int64_t> axes, ArrayRef<unsigned> operands) {
  Value result = op->getResult(0);
  FailureOr<View> x = getView(op->getOperand(0)), y = allocate(result);
  if (failed(x) || failed(y))
    return failure();
  int64_t rank = x->getRank();
  SmallVector<int64_t> outer = orderOuter(rank, axes, getLayout(result).getOrder());
  SmallVector<int64_t> order = outer;
  order.append(axes.begin(), axes.end());
  bool isReduced =
      isa<ReduceOp, ArgReduceOp, dyadic::RowMaxOp, dyadic::RowReciprocalOp, dyadic::RowSumOp, dyadic::RowRootOp>(op);
  bool writesElements = getShape(result).size() == size_t(rank) && !isReduced;
  View target = writesElements ? *y : spread(math, *y, *x, axes);
  SmallVector<View> views{permute(*x, order), permute(target, order)};
  for (unsigned operand : operands) {
    FailureOr<View> view = getOperandView(op, operand, getShape(op->getOperand(0)));
    if (failed(view))
      return failure();
    views.push_back(permute(*view, order));
  }
  for (View &view : views) // sizes are those of x; an operand may be broadcast
    view.shape = views[0].shape;
  if (isa<TopKOp>(op)) // as many elements as are asked for
    views[1].shape[outer.size()] = y->shape[axes.front()];
  RowSpace space;
  space.length = math.constant(1);
  for (int64_t axis : axes)
    space.length = math.mul(space.length, x->shape[axis]);
  size_t rows = compact(math, views, outer.size(), order.size());
  size_t outers = compact(math, views, 0, outer.size());
  if (rows == 0)
    insertUnit(math, views, outers);
  if (outers == 0) {
    insertUnit(math, views, 0);
    outers = 1;
  }
  space.outer.assign(views[0].shape.begin(), views[0].shape.begin() + outers);
  space.row.assign(views[0].shape.begin() + outers, views[0].shape.end());
  space.x = views[0];
  space.y = views[1];
  space.operands.assign(views.begin() + 2, views.end());
  return space;
}

static std::string getStem(Operation *op) {
  if (auto softmax = dyn_cast<SoftmaxOp>(op))
    return "softmax_axis" + std::to_string(softmax.getAxis());
  return op->getName().stripDialect().str();
}

// As for checkDepth (Product.cpp).
void Former::checkLength(dyadic::RowReciprocalOp op) {
  if (!op || !op.getMaxLength())
    return;
  AffineExpr length = sizes->getAnalysis().getShape(op.getP())[op.getAxis()];
  demandAtMost(op, length, getShape(op.getP())[op.getAxis()], *op.getMaxLength(), "elements in a row");
}

LogicalResult Former::formRows(const Group &group) {
  Operation *op = group.root;
  checkLength(dyn_cast<dyadic::RowReciprocalOp>(op));
  std::optional<RowForm> form = describeRow(op);
  SmallVector<unsigned> operands = form ? form->operands : SmallVector<unsigned>();
  if (auto root = dyn_cast<dyadic::RowRootOp>(op); root && root.getSum())
    operands.push_back(1);
  FailureOr<RowSpace> space = makeRowSpace(op, getRowAxes(op), operands);
  if (failed(space))
    return failure();
  KernelWriter writer(builder, op->getLoc(), getStem(op));
  RowWriter row(writer, *space);
  SmallVector<Value> numbers;
  for (TypedAttr number : form ? form->numbers : listRowNumbers(op))
    numbers.push_back(writer.number(number));
  NestTiling tiling = tileNest(math, space->outer, kTileRows);
  writeNest(writer, space->outer, tiling, [&](ValueRange indices) {
    row.begin(indices);
    if (form)
      row.write(*form, numbers);
    else
      writeRowLoop(writer, row, op, numbers);
  });
  writer.finish(tiling.tiles);
  return success();
}
