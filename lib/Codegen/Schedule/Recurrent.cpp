// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels of recurrent cells: all gates of an element in one pass.
#include "Former.h"
#include "qc/Arith/RecurrentCells.h"
#include "qc/Codegen/EmittedFloat.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;
namespace f32 = qc::numerics::f32;

/// Elements of one tile: each costs some functions.
static constexpr int64_t kTileElements = 1024;

// Columns gate * size .. of a matrix of sums.
static View takeGate(IndexMath &math, const View &sums, int64_t gate, ArrayRef<OpFoldResult> shape) {
  View view = sums;
  view.shape.assign(shape.begin(), shape.end());
  OpFoldResult column = math.mul(math.constant(gate), shape[1]);
  view.offset = math.add(view.offset, math.mul(column, view.strides[1]));
  return view;
}

// Part `part` of a result that begins with a dimension of parts.
static View takeResult(IndexMath &math, const View &all, int64_t part) {
  View view = all;
  view.offset = math.add(view.offset, math.mul(math.constant(part), view.strides[0]));
  view.shape.erase(view.shape.begin());
  view.strides.erase(view.strides.begin());
  return view;
}

// What one element of a cell reads and writes: results, gates of each sum, the state.
static SmallVector<View> listViews(IndexMath &math, bool isLstm, const View &result, ArrayRef<View> inputs,
                                   ArrayRef<OpFoldResult> shape) {
  SmallVector<View> views;
  for (int64_t part = 0; part < (isLstm ? 2 : 1); ++part)
    views.push_back(isLstm ? takeResult(math, result, part) : result);
  for (const View &sums : inputs.drop_back())
    for (int64_t gate = 0; gate < (isLstm ? 4 : 3); ++gate)
      views.push_back(takeGate(math, sums, gate, shape));
  views.push_back(inputs.back());
  for (View &view : views) // demanded to be equal
    view.shape.assign(shape.begin(), shape.end());
  return views;
}

// The results of one element of a cell.
static SmallVector<Value> emitCell(bool isLstm, ArrayRef<EmittedFloat> v) {
  if (isLstm) {
    f32::LstmStates<EmittedFloat> states = f32::lstmCell(v[0], v[1], v[2], v[3], v[4]);
    return {states.hidden.value, states.cell.value};
  }
  f32::GruSums<EmittedFloat> x{v[0], v[1], v[2]}, r{v[3], v[4], v[5]};
  return {f32::gruCell(x, r, v[6]).value};
}

LogicalResult Former::formCell(const Group &group) {
  Operation *op = group.root;
  bool isLstm = isa<LstmCellOp>(op);
  SmallVector<View> inputs;
  for (Value operand : op->getOperands()) {
    FailureOr<View> view = getView(operand);
    if (failed(view))
      return failure();
    inputs.push_back(*view);
  }
  FailureOr<View> result = allocate(op->getResult(0));
  if (failed(result))
    return failure();
  IterationSpace space =
      orderByResult(listViews(math, isLstm, *result, inputs, getShape(op->getOperands().back())), {0, 1});
  collapse(math, space);
  NestTiling tiling = tileNest(math, space.shape, kTileElements);
  KernelWriter writer(builder, op->getLoc(), isLstm ? "lstm_cell" : "gru_cell");
  size_t numResults = isLstm ? 2 : 1;
  SmallVector<Access> sources, targets;
  for (const View &view : ArrayRef(space.views).drop_front(numResults))
    sources.push_back(writer.access(view, false));
  for (const View &view : ArrayRef(space.views).take_front(numResults))
    targets.push_back(writer.access(view, true));
  writeNest(writer, space.shape, tiling, [&](ValueRange indices) {
    SmallVector<EmittedFloat> v;
    for (const Access &source : sources)
      v.push_back({&writer.body(), writer.load(source, indices)});
    for (auto [value, target] : llvm::zip_equal(emitCell(isLstm, v), targets))
      writer.store(value, target, indices);
  });
  writer.finish(tiling.tiles);
  return success();
}
