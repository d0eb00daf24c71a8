// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constants and data movement: shapes, constraints, folds, roles.
#include "Verification.h"

using namespace mlir;
using namespace qc;

LogicalResult ConstantOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands,
                                           DictionaryAttr attributes, OpaqueProperties properties, RegionRange regions,
                                           SmallVectorImpl<Type> &types) {
  Adaptor op(operands, attributes, properties, regions);
  auto type = dyn_cast_or_null<RankedTensorType>(op.getValue() ? op.getValue().getShapedType() : ShapedType());
  if (!type)
    return emitOptionalError(loc, "expects a ranked tensor value");
  types.push_back(type);
  return success();
}

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

static ShapeOr inferConcat(ConcatOp::Adaptor op) {
  SmallVector<ArrayRef<int64_t>> shapes;
  for (Value x : op.getXs())
    shapes.push_back(getShapeOf(x));
  return inferConcatShape(shapes, op.getAxis());
}

QC_INFER_TYPE(ConcatOp, op.getXs().empty() ? Type(Float32Type::get(op.getAxisAttr().getContext()))
                                         : getTensor(op.getXs().front()).getElementType(),
              inferConcat(op))

LogicalResult ConcatOp::verify() {
  for (Value x : getXs())
    if (getTensor(x).getElementType() != getTensor(getY()).getElementType()) // concat_c1
      return emitOpError("expects operands of one element type, got ") << x.getType();
  return success();
}

QuantRole ConcatOp::getQuantRole() { return QuantRole::Concat; }

QC_INFER_TYPE(ReshapeOp, getTensor(op.getX()).getElementType(), inferReshape(getShapeOf(op.getX()), op.getShape()))

LogicalResult ReshapeOp::verify() { return success(); } // reshape_c1, reshape_c2: where the shape is inferred

OpFoldResult ReshapeOp::fold(FoldAdaptor) {
  if (getX().getType() == getY().getType() && getTensor(getX()).hasStaticShape())
    return getX();
  return {};
}

QuantRole ReshapeOp::getQuantRole() { return QuantRole::PassThrough; }

static ShapeOr inferTranspose(TransposeOp::Adaptor op) {
  ArrayRef<int64_t> shape = getShapeOf(op.getX()), perm = op.getPerm();
  llvm::SmallVector<int64_t> result;
  llvm::SmallVector<bool> seen(shape.size(), false);
  for (int64_t d : perm) {
    if (d < 0 || d >= int64_t(shape.size()) || seen[d]) // transpose_c1
      return ShapeOr::error("expects a permutation of 0 .. " + std::to_string(int64_t(shape.size()) - 1));
    seen[d] = true;
    result.push_back(shape[d]);
  }
  if (result.size() != shape.size()) // transpose_c1
    return ShapeOr::error("expects a permutation of " + std::to_string(shape.size()) + " dimensions, got " +
                          std::to_string(perm.size()));
  return result;
}

QC_INFER_TYPE(TransposeOp, getTensor(op.getX()).getElementType(), inferTranspose(op))

LogicalResult TransposeOp::verify() { return success(); }

OpFoldResult TransposeOp::fold(FoldAdaptor) {
  for (auto [i, d] : llvm::enumerate(getPerm()))
    if (int64_t(i) != d)
      return {};
  return getX().getType() == getY().getType() ? OpFoldResult(getX()) : OpFoldResult();
}

QuantRole TransposeOp::getQuantRole() { return QuantRole::PassThrough; }
