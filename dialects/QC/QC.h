// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The qc dialect: the network and the quantization facts about it.
#pragma once
#include "dialects/QC/Moves.h"
#include "dialects/QC/TensorValue.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "qc/Arith/ScalarFunctions.h"

#include <string>

namespace qc {
/// How rounding points stand around an operation (docs/Numerics.md, Rounding points). An operation that has none of
/// these and an integer form reads rounded values and is rounded itself.
struct RoundingTraits {
  bool isContraction = false; ///< a sum of products: begins a rounding group
  bool isResidual = false;    ///< adds two values: the group of a contraction may go on with it
  bool isClamp = false;       ///< bounds its first operand: may end a rounding group
  bool isTableStep = false;   ///< a function of its first operand: a step of a unary chain
  bool movesCodes = false;    ///< reads and writes codes; scale and zero point are those of its operands
  bool isWeighting = false;   ///< positive numbers of each last row that add up to 1: a product may take them unrounded
  bool joinsOperands = false; ///< moves codes of several operands into one scale and zero point: its own
};
/// The bounds of a clamp; an absent one is open.
struct ClampBounds {
  std::optional<float> least, greatest;
};

// What other rooms define: interfaces that they attach name it.
struct CodeParams;
struct RequantPlan;
namespace conversion {
struct RoundedGroup;
struct SumOperands;
} // namespace conversion
} // namespace qc

#include "dialects/QC/QCDialect.h.inc"
#include "dialects/QC/QCEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/QC/QCAttributes.h.inc"

namespace qc {
/// A way to compute an operation: the format of its result and of each operand (null: f32).
struct FormatCandidate {
  llvm::StringRef name; ///< what rules and reports call it: "float", "int8", "w8a16", "w4a8", "w4a16"
  FormatAttr result;
  llvm::SmallVector<FormatAttr> operands;
  std::string whyNot; ///< why it is not possible, fit for `qc.float_reason`; empty where it is

  bool isFloat() const { return !result; }
};
/// The candidate "float" of `op`.
FormatCandidate getFloatCandidate(mlir::Operation *op);
/// What an IntegerFormOpInterface gives by default: float; int8 with ui8 activations and i8 weights (i32 biases) with
/// one scale per output channel; w8a16 with ui16 activations (i64 biases); w4a8 and w4a16, which are these two with
/// weights of 4 bits.
/// An operation reads what is there: each activation operand may have either width, whatever that of the result is
/// (isActivationFormat).
llvm::SmallVector<FormatCandidate> getDefaultCandidates(mlir::Operation *op);
/// Whether `format` is that of an activation of 8 or 16 bits that quantize makes: ui8 or ui16, one scale.
bool isActivationFormat(FormatAttr format);
/// Whether `format` is one of ui16 codes; false for null.
bool isWideFormat(FormatAttr format);
/// Whether `format` is one of 4-bit weights; false for null.
bool isInt4Format(FormatAttr format);
/// The element type of a tensor of codes of this format: its storage, but i8 for 4-bit weights, which are given as the
/// weights that they stand for.
mlir::Type getStoredType(FormatAttr format);
/// The first operand of a function of one value; else all operands of `op` but its weights, where they are constant,
/// and its bias.
llvm::SmallVector<unsigned> getDefaultDataOperands(mlir::Operation *op);
/// Of a function of one value: a step of tables, where its parameters are constant. Nothing for other operations.
RoundingTraits getDefaultRoundingTraits(mlir::Operation *op);
} // namespace qc

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
