// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The loop nest over the elements of one result.
#include "Nest.h"

using namespace mlir;
using namespace qc::kernel;

IterationSpace qc::kernel::orderByResult(ArrayRef<View> views, ArrayRef<int64_t> order) {
  IterationSpace space;
  for (int64_t d : order)
    space.shape.push_back(views[0].shape[d]);
  for (const View &view : views) {
    View ordered = view;
    for (auto [i, d] : llvm::enumerate(order)) {
      ordered.shape[i] = view.shape[d];
      ordered.strides[i] = view.strides[d];
    }
    space.views.push_back(ordered);
  }
  return space;
}

// Whether `view` walks dimensions d and d + 1 as one of size shape[d] * shape[d + 1].
static bool isMergeable(IndexMath &math, const View &view, size_t d) {
  OpFoldResult outer = view.strides[d], inner = view.strides[d + 1];
  if (isKnown(outer, 0) && isKnown(inner, 0))
    return true;
  return outer == math.mul(inner, view.shape[d + 1]);
}

static void mergeDimension(IndexMath &math, View &view, size_t d) {
  view.shape[d + 1] = math.mul(view.shape[d], view.shape[d + 1]);
  view.shape.erase(view.shape.begin() + d);
  view.strides.erase(view.strides.begin() + d);
}

static void dropDimension(View &view, size_t d) {
  view.shape.erase(view.shape.begin() + d);
  view.strides.erase(view.strides.begin() + d);
}

void qc::kernel::collapse(IndexMath &math, IterationSpace &space) {
  // A view may be broadcast along a dimension; the space's own sizes are those of the result.
  for (View &view : space.views)
    view.shape = space.shape;
  for (size_t d = space.shape.size(); d-- > 0 && space.shape.size() > 1;)
    if (isKnown(space.shape[d], 1)) {
      for (View &view : space.views)
        dropDimension(view, d);
      space.shape.erase(space.shape.begin() + d);
    }
  for (size_t d = space.shape.empty() ? 0 : space.shape.size() - 1; d-- > 0;) {
    if (!llvm::all_of(space.views, [&](const View &view) { return isMergeable(math, view, d); }))
      continue;
    for (View &view : space.views)
      mergeDimension(math, view, d);
    space.shape = space.views[0].shape;
  }
  if (!space.shape.empty())
    return;
  space.shape.push_back(math.constant(1)); // a scalar
  for (View &view : space.views) {
    view.shape.push_back(math.constant(1));
    view.strides.push_back(math.constant(0));
  }
}

// At most `most` rows in a tile, all tiles of about one size; an even number of tiles gives two threads equally many.
static int64_t balanceRows(int64_t rows, int64_t most, int64_t multiple) {
  int64_t units = most / multiple; // of `multiple` rows
  int64_t all = (rows + multiple - 1) / multiple,
          tiles = (all + std::max<int64_t>(units, 1) - 1) / std::max<int64_t>(units, 1);
  tiles += tiles > 1 && tiles % 2 != 0 && tiles < all;
  units = (all + std::max<int64_t>(tiles, 1) - 1) / std::max<int64_t>(tiles, 1);
  return std::max<int64_t>(units, 1) * multiple;
}

// The same for sizes that are not all known, but for the even number.
static OpFoldResult balanceRows(IndexMath &math, OpFoldResult rows, OpFoldResult most, OpFoldResult multiple) {
  std::optional<int64_t> knownRows = getKnown(rows), knownMost = getKnown(most), knownMultiple = getKnown(multiple);
  if (knownRows && knownMost && knownMultiple)
    return math.constant(balanceRows(*knownRows, *knownMost, *knownMultiple));
  OpFoldResult one = math.constant(1), units = math.max(math.floorDiv(most, multiple), one);
  OpFoldResult all = math.ceilDiv(rows, multiple), tiles = math.max(math.ceilDiv(all, units), one);
  return math.mul(math.max(math.ceilDiv(all, tiles), one), multiple);
}

// Elements of the last dimension in a tile, and the most rows of a tile.
static std::pair<OpFoldResult, OpFoldResult> chooseTile(IndexMath &math, OpFoldResult inner, int64_t elements,
                                                        OpFoldResult multiple) {
  OpFoldResult one = math.constant(1), all = math.constant(elements);
  if (std::optional<int64_t> known = getKnown(inner)) {
    bool isLong = *known > 2 * elements;
    // An inner dimension of size 0 has no tile; its chunk must not be a divisor of 0.
    OpFoldResult chunk = isLong ? all : math.constant(std::max<int64_t>(*known, 1));
    OpFoldResult most = math.constant(elements / std::max<int64_t>(*known, 1));
    return {chunk, isLong ? multiple : math.max(multiple, most)};
  }
  OpFoldResult limit = math.constant(2 * elements);
  OpFoldResult chunk = math.max(math.select(arith::CmpIPredicate::slt, limit, inner, all, inner), one);
  return {chunk, math.max(multiple, math.floorDiv(all, chunk))};
}

NestTiling qc::kernel::tileNest(IndexMath &math, ArrayRef<OpFoldResult> shape, int64_t elements,
                                OpFoldResult multiple) {
  NestTiling tiling;
  OpFoldResult one = math.constant(1);
  tiling.rows = one;
  for (OpFoldResult dim : shape.drop_back())
    tiling.rows = math.mul(tiling.rows, dim);
  tiling.inner = shape.back();
  multiple = multiple ? math.max(multiple, one) : one;
  auto [chunk, most] = chooseTile(math, tiling.inner, elements, multiple);
  tiling.chunk = chunk;
  tiling.chunks = math.ceilDiv(tiling.inner, tiling.chunk);
  tiling.rowsPerTile = balanceRows(math, tiling.rows, most, multiple);
  tiling.tiles = math.mul(math.ceilDiv(tiling.rows, tiling.rowsPerTile), tiling.chunks);
  return tiling;
}

void qc::kernel::writeNest(KernelWriter &writer, ArrayRef<OpFoldResult> shape, const NestTiling &tiling,
                           llvm::function_ref<void(ValueRange)> element) {
  ImplicitLocOpBuilder &b = writer.body();
  Value rows = writer.index(tiling.rows), perTile = writer.index(tiling.rowsPerTile);
  Value inner = writer.index(tiling.inner), chunk = writer.index(tiling.chunk), chunks = writer.index(tiling.chunks);
  // Sizes of the dimensions between the first and the last, to find a row's indices.
  SmallVector<Value> sizes;
  for (size_t d = 1; d + 1 < shape.size(); ++d)
    sizes.push_back(writer.index(shape[d]));
  Value firstRow = writer.mul(writer.div(writer.tile(), chunks), perTile);
  Value firstInner = writer.mul(writer.rem(writer.tile(), chunks), chunk);
  Value numRows = writer.min(perTile, writer.sub(rows, firstRow));
  Value numInner = writer.min(chunk, writer.sub(inner, firstInner));
  auto forall = scf::ForallOp::create(b, SmallVector<OpFoldResult>{numRows, numInner}, ValueRange(), std::nullopt);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(forall.getTerminator());
  Value row = writer.add(firstRow, forall.getInductionVar(0));
  Value last = writer.add(firstInner, forall.getInductionVar(1));
  SmallVector<Value> indices{last};
  if (shape.size() > 1) {
    for (Value size : llvm::reverse(sizes)) {
      indices.push_back(writer.rem(row, size));
      row = writer.div(row, size);
    }
    indices.push_back(row);
  }
  std::reverse(indices.begin(), indices.end());
  element(indices);
}
