// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Moves in which indices decide what is read: gather, gather_elements, gather_nd.
#include "Verification.h"

using namespace mlir;
using namespace qc;

// Fails where indices exist, but have nothing to point to.
static bool checkLookup(ShapeMath &math, const TensorShape &x, int64_t d, ArrayRef<Dim> indices) {
  bool isUsed = llvm::all_of(indices, [](Dim n) { return n.getKnown().value_or(0) > 0; });
  return !isUsed || math.expectAtMost(1, x[d], [&] {
    return "expects a dimension of size >= 1 to look into, got " + math.describe(x, d) + " in dimension " +
           std::to_string(d);
  });
}

static Dims inferGather(ShapeMath &math, GatherOp::Adaptor op) {
  TensorShape x = math.getShape(op.getX()), indices = math.getShape(op.getIndices());
  int64_t axis = op.getAxis();
  if (axis < 0 || axis >= int64_t(x.getRank())) // gather_c1
    return math.fail("expects 0 <= axis < " + Twine(x.getRank()) + ", got " + Twine(axis));
  if (!checkLookup(math, x, axis, indices.dims)) // gather_c2
    return {};
  Dims dims(ArrayRef<Dim>(x.dims).take_front(axis));
  llvm::append_range(dims, indices.dims);
  llvm::append_range(dims, ArrayRef<Dim>(x.dims).drop_front(axis + 1));
  return dims;
}
QC_MOVE(GatherOp, inferGather)

// x looked up along d by `indices`, whose dimensions are those of x from `first` on.
static MoveView lookUp(const MoveView &x, int64_t d, MoveView indices, int64_t first) {
  for (int64_t i = 0; i < first; ++i)
    indices = indices.stretch(i, x.sizes[i]);
  for (int64_t i = indices.getRank(); i < x.getRank(); ++i)
    indices = indices.stretch(i, i == d ? Dim(1) : x.sizes[i]);
  return x.lookup(d, indices);
}

// New dimensions of these sizes before dimension d.
static MoveView makeRoom(MoveView x, int64_t d, ArrayRef<Dim> sizes) {
  for (Dim size : llvm::reverse(sizes))
    x = x.stretch(d, size);
  return x;
}

void GatherOp::describeMove(MoveBuilder &move) {
  const MoveView &indices = move.getOperand(1);
  int64_t axis = getAxis(), d = axis + indices.getRank();
  MoveView x = makeRoom(move.getOperand(0), axis, indices.sizes);
  move.copy(lookUp(x, d, indices, axis).drop(d), move.getResult());
}

static Dims inferGatherElements(ShapeMath &math, GatherElementsOp::Adaptor op) {
  TensorShape x = math.getShape(op.getX()), indices = math.getShape(op.getIndices());
  int64_t axis = op.getAxis(), rank = x.getRank();
  if (rank == 0 || x.getRank() != indices.getRank() || axis < 0 || axis >= rank) // gather_elements_c1
    return math.fail("expects operands of one rank >= 1 and 0 <= axis < rank, got ranks " + Twine(x.getRank()) +
                     " and " + Twine(indices.getRank()) + " and axis " + Twine(axis));
  for (int64_t d = 0; d < rank; ++d) {
    auto text = [&] { // gather_elements_c2
      return "expects no more indices than elements beside the axis, got " + math.describe(indices, d) + " and " +
             math.describe(x, d) + " in dimension " + std::to_string(d);
    };
    if (d != axis && !math.expectAtMost(indices[d], x[d], text))
      return {};
  }
  checkLookup(math, x, axis, indices.dims); // gather_elements_c3
  return indices.dims;
}
QC_MOVE(GatherElementsOp, inferGatherElements)

void GatherElementsOp::describeMove(MoveBuilder &move) {
  const MoveView &indices = move.getOperand(1);
  MoveView x = move.getOperand(0);
  for (int64_t d = 0; d < x.getRank(); ++d)
    if (d != int64_t(getAxis()))
      x = x.slice(d, 0, indices.sizes[d]);
  move.copy(x.lookup(getAxis(), indices), move.getResult());
}

static Dims inferGatherND(ShapeMath &math, GatherNDOp::Adaptor op) {
  TensorShape x = math.getShape(op.getX()), indices = math.getShape(op.getIndices());
  int64_t batch = op.getBatchDims(), rank = x.getRank(), most = std::min<int64_t>(indices.getRank(), rank);
  if (batch < 0 || batch >= most) // gather_nd_c1
    return math.fail("expects 0 <= batch_dims < " + Twine(most) + ", got " + Twine(batch));
  std::optional<int64_t> depth = indices.dims.back().getKnown();
  if (!depth || *depth < 1 || *depth > rank - batch) // gather_nd_c2
    return math.fail("expects a last dimension of indices from 1 to " + Twine(rank - batch) + ", got " +
                     math.describe(indices.dims.back()));
  for (int64_t d = 0; d < batch; ++d) {
    auto text = [&] { // gather_nd_c3
      return "expects equal batch dimensions, got " + math.describe(x, d) + " and " + math.describe(indices, d) +
             " in dimension " + std::to_string(d);
    };
    if (!math.expectEqual(x[d], indices[d], text))
      return {};
  }
  for (int64_t d = batch; d < batch + *depth; ++d)
    if (!checkLookup(math, x, d, indices.dims)) // gather_nd_c4
      return {};
  Dims dims(ArrayRef<Dim>(indices.dims).drop_back());
  llvm::append_range(dims, ArrayRef<Dim>(x.dims).drop_front(batch + *depth));
  return dims;
}
QC_MOVE(GatherNDOp, inferGatherND)

void GatherNDOp::describeMove(MoveBuilder &move) {
  const MoveView &indices = move.getOperand(1);
  int64_t batch = getBatchDims(), last = indices.getRank() - 1, depth = *indices.sizes[last].getKnown();
  // batch, the other dimensions of indices, depth dimensions that are looked up, others
  MoveView x = makeRoom(move.getOperand(0), batch, ArrayRef<Dim>(indices.sizes).slice(batch, last - batch));
  for (int64_t j = 0; j < depth; ++j)
    x = lookUp(x, last + j, indices.slice(last, j, 1).drop(last), 0);
  for (int64_t j = 0; j < depth; ++j)
    x = x.drop(last);
  move.copy(x, move.getResult());
}
