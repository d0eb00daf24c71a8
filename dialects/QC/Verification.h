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

/// The result type of a scalar operation: operands broadcast.
mlir::LogicalResult inferScalar(std::optional<mlir::Location> loc, llvm::StringRef name, mlir::ValueRange operands,
                                llvm::function_ref<mlir::Type()> getElement, llvm::SmallVectorImpl<mlir::Type> &types);

llvm::SmallVector<Dims> inferScalarShapes(ShapeMath &math, mlir::Operation *op);

/// That `vector` (a bias, parameters...) has one dimension, of `size` elements as far as that is known.
mlir::LogicalResult verifyVector(mlir::Operation *op, llvm::StringRef name, mlir::Value vector, int64_t size);

/// Whether `small` broadcasts to `x` and makes no more of it, as far as `math` knows or can demand it; `math` has
/// failed with "expects `what` to ..." otherwise.
bool expectBroadcastsTo(ShapeMath &math, llvm::StringRef what, mlir::Value small, mlir::Value x);

/// Of operations that read and write codes.
inline RoundingTraits makeMoveTraits() {
  RoundingTraits traits;
  traits.movesCodes = true;
  return traits;
}
/// Of operations that begin rounding groups.
inline RoundingTraits makeContractionTraits() {
  RoundingTraits traits;
  traits.isContraction = true;
  return traits;
}
/// Whether `value` is a qc.constant, also behind a qc.dequantize.
bool isConstantOrCodes(mlir::Value value);
/// Why a contraction with these operands has no integer form, whatever it is: no output channels, a computed bias.
std::string explainFloatContraction(IntegerFormOpInterface op);

/// The product of all dimensions; nothing where one is unknown or the product leaves int64.
std::optional<int64_t> countMacs(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> factors);

/// The shape that all operands broadcast to.
inline Dims broadcastOperands(ShapeMath &math, mlir::ValueRange operands) {
  llvm::SmallVector<TensorShape> shapes;
  for (mlir::Value operand : operands)
    shapes.push_back(math.getShape(operand));
  return broadcastShapes(math, shapes);
}

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

/// inferReturnTypes of `Op` by the expression `Shape`, and the compatibility rule above. Operands of a wrong type are
/// left to the verifier.
#define QC_INFER_RETURN_TYPES(Op, Element, Shape)                                                                      \
  LogicalResult Op::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op,                           \
                                     SmallVectorImpl<Type> &types) {                                                   \
    for (Value operand : op.getOperands())                                                                             \
      if (!isa<RankedTensorType>(operand.getType()))                                                                   \
        return emitOptionalError(loc, "expects ranked tensors, got ", operand.getType());                              \
    return setResultType(loc, getOperationName(), Shape, Element, types);                                              \
  }                                                                                                                    \
  bool Op::isCompatibleReturnTypes(TypeRange inferred, TypeRange actual) { return areCompatible(inferred, actual); }

/// Of an operation with one result of element type `Element` (an expression in the adaptor `op`): all that follows from
/// its shape function `Dims Function(ShapeMath &, Op::Adaptor)`.
#define QC_SHAPE_FUNCTION(Op, Element, Function)                                                                       \
  static ShapeOr infer##Function##Types(Op::Adaptor op) {                                                              \
    TypeShapeMath math;                                                                                                \
    Dims dims = Function(math, op);                                                                                    \
    return ShapeOr::get(math, dims);                                                                                   \
  }                                                                                                                    \
  QC_INFER_RETURN_TYPES(Op, Element, infer##Function##Types(op))                                                       \
  llvm::SmallVector<Dims> Op::inferShapes(ShapeMath &math) {                                                           \
    Dims dims = Function(math, Adaptor(*this));                                                                        \
    return {math.hasFailed() ? dims : math.complete(getOperation()->getResult(0), dims)};                              \
  }

/// Of an operation that moves elements of operand 0: all that follows from its shape function.
#define QC_MOVE(Op, Function)                                                                                          \
  QC_SHAPE_FUNCTION(Op, getTensor(op.getOperands().front()).getElementType(), Function)                                \
  llvm::SmallVector<unsigned> Op::getMovedOperands() { return {0}; }                                                   \
  llvm::SmallVector<unsigned> Op::getDataOperands() { return {0}; }                                                    \
  RoundingTraits Op::getRoundingTraits() { return makeMoveTraits(); }

/// Of an operation whose operands all broadcast.
#define QC_BROADCAST_SHAPE(Op, Element)                                                                                \
  static Dims broadcast##Op(ShapeMath &math, Op::Adaptor op) { return broadcastOperands(math, op.getOperands()); }     \
  QC_SHAPE_FUNCTION(Op, Element, broadcast##Op)

/// Of an operation whose result has the shape of the operand `Get()`.
#define QC_SAME_SHAPE(Op, Get)                                                                                         \
  QC_INFER_RETURN_TYPES(Op, getTensor(op.Get()).getElementType(),                                                      \
                        ShapeOr(llvm::SmallVector<int64_t>(getShapeOf(op.Get()))))                                     \
  llvm::SmallVector<Dims> Op::inferShapes(ShapeMath &math) { return {math.getShape(Get()).dims}; }

/// Of an operation without a shape function: what its type does not know has no expression.
#define QC_INFER_TYPE(Op, Element, Shape)                                                                              \
  QC_INFER_RETURN_TYPES(Op, Element, Shape)                                                                            \
  llvm::SmallVector<Dims> Op::inferShapes(ShapeMath &math) { return {math.getTypeShape(getOperation()->getResult(0))}; }

} // namespace qc
