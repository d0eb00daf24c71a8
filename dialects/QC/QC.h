// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The qc dialect: the network and the quantization facts about it.
#pragma once
#include "dialects/QC/ShapeMath.h"
#include "dialects/QC/TensorValue.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace qc {
/// The part an operation plays in placing rounding points (docs/Numerics.md, Rounding points).
enum class QuantRole {
  Contraction, ///< conv, gemm, matmul: starts a contraction group
  Add,         ///< two operands, each M = s / s_y
  Mul,         ///< product of two codes
  AveragePool, ///< sum of codes and one Requant
  Unary,       ///< one table over a chain
  PassThrough, ///< codes move or are compared; scale and zero point are those of the operand
  Concat,      ///< joins operands of one scale
  Island       ///< stays float, see getIslandReason
};
} // namespace qc

#include "dialects/QC/QCDialect.h.inc"
#include "dialects/QC/QCEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/QC/QCAttributes.h.inc"
#include "dialects/QC/QCInterfaces.h.inc"
#define GET_OP_CLASSES
#include "dialects/QC/QCOps.h.inc"

namespace qc {
/// The elements of a constant operand (`qc.constant`), or nothing. The view lives as long as the context.
mlir::ElementsAttr getConstantValue(mlir::Value value);
/// The bytes of `dense` (a splat expanded, up to 2^31 bytes) or `dense_resource` elements; nothing where the type has
/// no byte size or a resource is missing or of another size. The value borrows the attribute's buffer until it is
/// written to: it must not be used once the context is gone or the resource is dropped.
std::optional<TensorValue> getTensorValue(mlir::ElementsAttr elements);
/// The elements as numbers, of integers of any width and of f32 that are integers below 2^53; nothing where one is not.
std::optional<Dims> getIntegers(const TensorValue &value);
/// `dense_resource` named `w_<128-bit content hash>`, or `dense` below 16 elements; equal content gives the same
/// attribute.
mlir::ElementsAttr getElementsAttr(const TensorValue &value);
} // namespace qc
