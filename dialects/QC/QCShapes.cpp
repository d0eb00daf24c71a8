// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Data movement: shapes, constraints, folds, roles.
#include "Verification.h"

using namespace mlir;
using namespace qc;

// concat_c1, concat_c2, concat_c3
static Dims inferConcat(ShapeMath &math, ConcatOp::Adaptor op) {
  SmallVector<TensorShape> shapes;
  for (Value x : op.getXs())
    shapes.push_back(math.getShape(x));
  return inferConcatShape(math, shapes, op.getAxis());
}
QC_SHAPE_FUNCTION(ConcatOp,
                  op.getXs().empty() ? Type(Float32Type::get(op.getAxisAttr().getContext()))
                                     : getTensor(op.getXs().front()).getElementType(),
                  inferConcat)

SmallVector<unsigned> ConcatOp::getMovedOperands() {
  return llvm::to_vector(llvm::seq<unsigned>(0, getOperation()->getNumOperands()));
}

LogicalResult ConcatOp::verify() {
  for (Value x : getXs())
    if (getTensor(x).getElementType() != getTensor(getY()).getElementType()) // concat_c1
      return emitOpError("expects operands of one element type, got ") << x.getType();
  return success();
}

RoundingTraits ConcatOp::getRoundingTraits() {
  RoundingTraits traits = makeMoveTraits();
  traits.joinsOperands = true;
  return traits;
}

// reshape_c1, reshape_c2
static Dims inferReshaped(ShapeMath &math, ReshapeOp::Adaptor op) {
  return inferReshape(math, math.getShape(op.getX()), op.getShape());
}
QC_SHAPE_FUNCTION(ReshapeOp, getTensor(op.getX()).getElementType(), inferReshaped)

SmallVector<unsigned> ReshapeOp::getMovedOperands() { return {0}; }

// The same bytes under another shape: never a copy.
static Attribute reshapeConstant(Attribute value, RankedTensorType type) {
  if (auto resource = dyn_cast_or_null<DenseResourceElementsAttr>(value))
    return DenseResourceElementsAttr::get(type, resource.getRawHandle());
  auto dense = dyn_cast_or_null<DenseElementsAttr>(value);
  return dense ? Attribute(dense.reshape(type)) : Attribute();
}

OpFoldResult ReshapeOp::fold(FoldAdaptor adaptor) {
  RankedTensorType from = getTensor(getX()), to = getTensor(getY());
  int64_t computed = 0; // unknown dimensions that are not those of x at their place
  for (auto [d, entry] : llvm::enumerate(getShape()))
    computed += to.isDynamicDim(d) && entry != -2 - int64_t(d);
  // One unknown dimension is determined by the number of elements, unless that is 0 whatever it is.
  if (from == to && computed <= (llvm::is_contained(from.getShape(), 0) ? 0 : 1))
    return getX();
  return from.hasStaticShape() && to.hasStaticShape() ? OpFoldResult(reshapeConstant(adaptor.getX(), to))
                                                      : OpFoldResult();
}

RoundingTraits ReshapeOp::getRoundingTraits() { return makeMoveTraits(); }

static Dims inferTranspose(ShapeMath &math, TransposeOp::Adaptor op) {
  TensorShape shape = math.getShape(op.getX());
  int64_t rank = shape.getRank();
  Dims result;
  llvm::SmallVector<bool> seen(rank, false);
  for (int64_t d : op.getPerm()) {
    if (d < 0 || d >= rank || seen[d]) // transpose_c1
      return math.fail("expects a permutation of 0 .. " + Twine(rank - 1) + ", got " + Twine(d));
    seen[d] = true;
    result.push_back(shape[d]);
  }
  if (int64_t(result.size()) != rank) // transpose_c1
    return math.fail("expects a permutation of " + Twine(rank) + " dimensions, got " + Twine(op.getPerm().size()));
  return result;
}
QC_SHAPE_FUNCTION(TransposeOp, getTensor(op.getX()).getElementType(), inferTranspose)

SmallVector<unsigned> TransposeOp::getMovedOperands() { return {0}; }

OpFoldResult TransposeOp::fold(FoldAdaptor) {
  for (auto [i, d] : llvm::enumerate(getPerm()))
    if (int64_t(i) != d)
      return {};
  return getX().getType() == getY().getType() ? OpFoldResult(getX()) : OpFoldResult();
}

RoundingTraits TransposeOp::getRoundingTraits() { return makeMoveTraits(); }
