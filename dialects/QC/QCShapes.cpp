// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Data movement: shapes, constraints, folds, roles.
#include "Verification.h"

using namespace mlir;
using namespace qc;

// concat_c1, concat_c2, concat_c3
static ShapeOr inferConcat(ConcatOp::Adaptor op) {
  SmallVector<ArrayRef<int64_t>> shapes;
  for (Value x : op.getXs())
    shapes.push_back(getShapeOf(x));
  return inferConcatShape(shapes, op.getAxis());
}

QC_INFER_TYPE(ConcatOp,
              op.getXs().empty() ? Type(Float32Type::get(op.getAxisAttr().getContext()))
                                 : getTensor(op.getXs().front()).getElementType(),
              inferConcat(op))

LogicalResult ConcatOp::verify() {
  for (Value x : getXs())
    if (getTensor(x).getElementType() != getTensor(getY()).getElementType()) // concat_c1
      return emitOpError("expects operands of one element type, got ") << x.getType();
  return success();
}

QuantRole ConcatOp::getQuantRole() { return QuantRole::Concat; }

// reshape_c1, reshape_c2
QC_INFER_TYPE(ReshapeOp, getTensor(op.getX()).getElementType(), inferReshape(getShapeOf(op.getX()), op.getShape()))

// The same bytes under another shape: never a copy.
static Attribute reshapeConstant(Attribute value, RankedTensorType type) {
  if (auto resource = dyn_cast_or_null<DenseResourceElementsAttr>(value))
    return DenseResourceElementsAttr::get(type, resource.getRawHandle());
  auto dense = dyn_cast_or_null<DenseElementsAttr>(value);
  return dense ? Attribute(dense.reshape(type)) : Attribute();
}

OpFoldResult ReshapeOp::fold(FoldAdaptor adaptor) {
  RankedTensorType from = getTensor(getX()), to = getTensor(getY());
  // One unknown dimension is determined by the number of elements, unless that is 0 whatever it is.
  bool isSameShape = from == to && from.getNumDynamicDims() <= (llvm::is_contained(from.getShape(), 0) ? 0 : 1);
  if (isSameShape)
    return getX();
  return from.hasStaticShape() && to.hasStaticShape() ? OpFoldResult(reshapeConstant(adaptor.getX(), to))
                                                      : OpFoldResult();
}

QuantRole ReshapeOp::getQuantRole() { return QuantRole::PassThrough; }

static ShapeOr inferTranspose(TransposeOp::Adaptor op) {
  ArrayRef<int64_t> shape = getShapeOf(op.getX()), perm = op.getPerm();
  llvm::SmallVector<int64_t> result;
  llvm::SmallVector<bool> seen(shape.size(), false);
  for (int64_t d : perm) {
    if (d < 0 || d >= int64_t(shape.size()) || seen[d]) // transpose_c1
      return ShapeOr::error("expects a permutation of 0 .. " + std::to_string(int64_t(shape.size()) - 1) + ", got " +
                            std::to_string(d));
    seen[d] = true;
    result.push_back(shape[d]);
  }
  if (result.size() != shape.size()) // transpose_c1
    return ShapeOr::error("expects a permutation of " + std::to_string(shape.size()) + " dimensions, got " +
                          std::to_string(perm.size()));
  return result;
}

QC_INFER_TYPE(TransposeOp, getTensor(op.getX()).getElementType(), inferTranspose(op))

OpFoldResult TransposeOp::fold(FoldAdaptor) {
  for (auto [i, d] : llvm::enumerate(getPerm()))
    if (int64_t(i) != d)
      return {};
  return getX().getType() == getY().getType() ? OpFoldResult(getX()) : OpFoldResult();
}

QuantRole TransposeOp::getQuantRole() { return QuantRole::PassThrough; }
