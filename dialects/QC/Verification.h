// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the op files of the qc and dyadic dialects share: result types from inferred shapes, vectors, cost.
#pragma once
#include "dialects/QC/QC.h"
#include "dialects/QC/ShapeInference.h"

namespace qc {

inline mlir::RankedTensorType getTensor(mlir::Value value) {
  return mlir::cast<mlir::RankedTensorType>(value.getType());
}
inline llvm::ArrayRef<int64_t> getShapeOf(mlir::Value value) { return getTensor(value).getShape(); }

/// The inferred shape with `element` as the one result type, or the error of operation `name` at `loc`.
inline mlir::LogicalResult setResultType(std::optional<mlir::Location> loc, llvm::StringRef name, const ShapeOr &shape,
                                         mlir::Type element, llvm::SmallVectorImpl<mlir::Type> &types) {
  if (!shape)
    return mlir::emitOptionalError(loc, "'", name, "' op ", shape.message());
  types.push_back(mlir::RankedTensorType::get(*shape, element));
  return mlir::success();
}

/// That `vector` (a bias, parameters...) has one dimension, of `size` elements as far as that is known.
mlir::LogicalResult verifyVector(mlir::Operation *op, llvm::StringRef name, mlir::Value vector, int64_t size);

/// The product of all dimensions; nothing where one is unknown or the product leaves int64.
std::optional<int64_t> countMacs(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> factors);

/// Same element type and compatible shapes: a result may know more or fewer dimensions than were inferred.
inline bool areCompatible(mlir::TypeRange inferred, mlir::TypeRange actual) {
  if (inferred.size() != actual.size())
    return false;
  for (auto [x, y] : llvm::zip_equal(inferred, actual)) {
    auto a = mlir::dyn_cast<mlir::RankedTensorType>(x), b = mlir::dyn_cast<mlir::RankedTensorType>(y);
    if (!a || !b || a.getElementType() != b.getElementType() || failed(mlir::verifyCompatibleShape(a, b)))
      return false;
  }
  return true;
}

/// inferReturnTypes of `Op` by `shape(adaptor)`, and the compatibility rule above. Operands of a wrong type are left to
/// the verifier.
#define QC_INFER_TYPE(Op, Element, Shape)                                                                              \
  LogicalResult Op::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op,                           \
                                     SmallVectorImpl<Type> &types) {                                                   \
    for (Value operand : op.getOperands())                                                                             \
      if (!isa<RankedTensorType>(operand.getType()))                                                                   \
        return emitOptionalError(loc, "expects ranked tensors, got ", operand.getType());                              \
    return setResultType(loc, getOperationName(), Shape, Element, types);                                              \
  }                                                                                                                    \
  bool Op::isCompatibleReturnTypes(TypeRange inferred, TypeRange actual) { return areCompatible(inferred, actual); }

} // namespace qc
