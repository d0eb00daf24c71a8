// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operations along rows of codes (docs/Numerics.md, Softmax, Normalization).
#include "Operations.h"
#include "RowIndices.h"
#include "qc/Arith/Normalize.h"
#include "qc/Arith/Softmax.h"

using namespace mlir;
using namespace qc;
using namespace qc::reference;

// One number for each row of `x` along the axis: what `combine` makes of them one after the other, from `first` on.
template <typename Combine, typename Finish>
static Result reduceRows(Operation *op, const TensorValue &x, int64_t axis, int64_t first, Combine combine,
                         Finish finish) {
  if (axis < 0 || axis >= x.getRank())
    return op->emitOpError("expects 0 <= axis < ") << x.getRank() << ", got " << axis;
  SmallVector<int64_t> shape(x.getShape());
  shape[axis] = 1;
  Result y = makeResult(op, shape);
  if (failed(y))
    return failure();
  AxisSplit split = splitAxis(x.getShape(), axis);
  for (int64_t row = 0; row < split.outer * split.inner; ++row) {
    int64_t begin = row / split.inner * split.size * split.inner + row % split.inner, value = first;
    for (int64_t k = 0; k < split.size; ++k)
      value = combine(value, x.getInteger(begin + k * split.inner));
    y->setInteger(row, finish(value));
  }
  return y;
}

Result reference::evaluate(dyadic::RowMaxOp op, Operands operands) {
  int64_t least = dyadic::getTypeRange(operands[0].getType().getElementType()).least;
  return reduceRows(
      op, operands[0], op.getAxis(), least, [](int64_t a, int64_t b) { return std::max(a, b); },
      [](int64_t value) { return value; });
}

Result reference::evaluate(dyadic::RowReciprocalOp op, Operands operands) {
  int64_t axis = op.getAxis();
  if (axis >= 0 && axis < operands[0].getRank() && operands[0].getShape()[axis] > qc::numerics::maxByteSum)
    return op.emitOpError("expects rows of at most ")
           << qc::numerics::maxByteSum << " elements, got " << operands[0].getShape()[axis]; // row_reciprocal_c3
  return reduceRows(
      op, operands[0], axis, 0, [](int64_t a, int64_t b) { return a + b; },
      [](int64_t sum) { return qc::numerics::reciprocalOf(uint32_t(sum)); });
}

// Calls `visit` with the position of each element of `x` and that of the element of `small` that it meets.
template <typename Visit>
static LogicalResult visitBroadcast(Operation *op, const TensorValue &x, const TensorValue &small, Visit visit) {
  ShapeOr shape = broadcastShapes(x.getShape(), small.getShape());
  if (!shape || ArrayRef<int64_t>(*shape) != x.getShape())
    return op->emitOpError("expects an operand that broadcasts to ") << x.getType() << ", got " << small.getType();
  Strides strides = broadcastStrides(small.getShape(), x.getRank());
  for (int64_t i = 0; i < x.getNumElements(); ++i)
    visit(i, offsetOf(i, x.getShape(), strides));
  return success();
}

Result reference::evaluate(dyadic::SelectOp op, Operands operands) {
  const TensorValue &mask = operands[0], &x = operands[1];
  Result y = makeResultLike(op, x);
  if (failed(y) || failed(visitBroadcast(op, x, mask, [&](int64_t i, int64_t condition) {
        y->setInteger(i, mask.getInteger(condition) != 0 ? x.getInteger(i) : op.getOther());
      })))
    return failure();
  return y;
}

Result reference::evaluate(dyadic::LutBelowOp op, Operands operands) {
  const TensorValue &x = operands[0], &top = operands[1];
  std::optional<TensorValue> table = getTensorValue(op.getTable());
  if (!table)
    return op.emitOpError("expects a table whose bytes are present");
  Result y = makeResultLike(op, x);
  if (failed(y) || failed(visitBroadcast(op, x, top, [&](int64_t i, int64_t row) {
        y->setInteger(i, table->getInteger((top.getInteger(row) - x.getInteger(i)) & 255));
      })))
    return failure();
  return y;
}

Result reference::evaluate(dyadic::RequantRowsOp op, Operands operands) {
  const TensorValue &x = operands[0], &r = operands[1];
  qc::numerics::RequantParams params = getRequantParams(op);
  Result y = makeResultLike(op, x);
  if (failed(y) || failed(visitBroadcast(op, x, r, [&](int64_t i, int64_t row) {
        y->setInteger(i, qc::numerics::requantRow(params, x.getInteger(i), int32_t(r.getInteger(row))));
      })))
    return failure();
  return y;
}

// One number for each row: `x` with dimension 1 at `axes`.
static Result makeRowNumbers(Operation *op, const TensorValue &x, ArrayRef<int64_t> axes) {
  SmallVector<int64_t> shape(x.getShape());
  for (int64_t axis : axes)
    shape[axis] = 1;
  return makeResult(op, shape);
}

Result reference::evaluate(dyadic::RowSumOp op, Operands operands) {
  const TensorValue &x = operands[0];
  Result sums = makeRowNumbers(op, x, op.getAxes());
  if (failed(sums))
    return failure();
  Rows rows(x.getShape(), op.getAxes());
  for (int64_t r = 0; r < rows.count; ++r) {
    int64_t sum = 0;
    for (int64_t k = 0; k < rows.length; ++k)
      sum += x.getInteger(rows.at(r, k)) - op.getXZeroPoint();
    sums->setInteger(r, sum);
  }
  return sums;
}

Result reference::evaluate(dyadic::RowRootOp op, Operands operands) {
  const TensorValue &x = operands[0], *sums = findOperand(op, operands, 1);
  Result roots = makeRowNumbers(op, x, op.getAxes());
  if (failed(roots))
    return failure();
  Rows rows(x.getShape(), op.getAxes());
  for (int64_t r = 0; r < rows.count; ++r) {
    int64_t squares = 0;
    for (int64_t k = 0; k < rows.length; ++k) {
      int64_t code = x.getInteger(rows.at(r, k)) - op.getXZeroPoint();
      squares += code * code;
    }
    roots->setInteger(
        r, qc::numerics::rowRoot(rows.length, sums ? sums->getInteger(r) : 0, squares, int64_t(op.getEpsilon())));
  }
  return roots;
}

Result reference::evaluate(dyadic::NormalizeOp op, Operands operands) {
  const TensorValue &x = operands[0], &roots = operands[1], *sums = findOperand(op, operands, 2);
  Result y = makeResultLike(op, x);
  if (failed(y))
    return failure();
  Rows rows(x.getShape(), op.getAxes());
  for (int64_t r = 0; r < rows.count; ++r) {
    int64_t root = roots.getInteger(r), m = root >> 6, e = root & 63;
    if (m < 1 << 23 || m > 1 << 24 || e < 24 || e > 55)
      return op.emitOpError("expects roots of dyadic.row_root, got ") << root;
    for (int64_t k = 0; k < rows.length; ++k)
      y->setInteger(rows.at(r, k), qc::numerics::normalizeCode(
                                       rows.length, sums ? sums->getInteger(r) : 0,
                                       int32_t(x.getInteger(rows.at(r, k)) - op.getXZeroPoint()), int32_t(root)));
  }
  return y;
}
