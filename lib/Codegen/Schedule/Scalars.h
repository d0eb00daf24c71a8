// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The scalar text of elementwise operations: what a kernel does with one element.
#pragma once
#include "dialects/Dyadic/Dyadic.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "qc/Arith/Bounds.h"
#include <functional>

namespace qc::kernel {

/// A number of the model that a scalar text needs: an argument of the kernel.
struct Param {
  enum Kind {
    Number,  ///< one for all elements
    Channel, ///< one per index of dimension `axis` of the result
    Table    ///< a whole buffer, indexed by the text itself
  } kind;
  mlir::TypedAttr number;      ///< Number
  mlir::ElementsAttr elements; ///< Channel, Table: one-dimensional
  int64_t axis = -1;           ///< Channel

  static Param makeNumber(mlir::TypedAttr number) { return {Number, number, nullptr, -1}; }
  static Param makeChannel(mlir::ElementsAttr elements, int64_t axis) { return {Channel, nullptr, elements, axis}; }
  static Param makeTable(mlir::ElementsAttr elements) { return {Table, nullptr, elements, -1}; }
};

/// One elementwise operation as scalar text.
struct ScalarForm {
  llvm::SmallVector<unsigned> operands; ///< the operation's operands that are read per element
  llvm::SmallVector<Param> params;
  /// Writes the text: `operands` are scalars (signless integers or f32) in the order above, `params` scalars, a Table's
  /// its buffer.
  std::function<mlir::Value(mlir::ImplicitLocOpBuilder &, mlir::ValueRange operands, mlir::ValueRange params)> emit;
  /// Writes whether the operands are data that the operation is defined on (i1); empty where all are.
  decltype(emit) emitIsGood = {};
  std::string obstacle = {}; ///< why the text is not the cheapest of its kind; empty where it is
};

/// A constant per output channel that has to be added to an integer register: bias and zero points of a contraction.
struct Compensation {
  llvm::SmallVector<int64_t> perChannel;             ///< empty: none; taken modulo 2^32 where it is added to a register
  llvm::SmallVector<qc::numerics::SumBounds> bounds; ///< of the compensated sums, per channel
  llvm::SmallVector<qc::numerics::WeightSums> weights; ///< per channel
  int64_t axis = -1;
};

/// The text of `op`; nothing where it is not elementwise. `compensation` is that of the register which is the
/// operation's operand number `compensated` (a requant takes it into its addend or into its terms; nothing else may be
/// given one).
std::optional<ScalarForm> describeScalar(mlir::Operation *op, const Compensation &compensation = {},
                                         unsigned compensated = 0);
/// The texts of operations that have no numbers but their own: what describeScalar finds by the operation's interface.
std::optional<ScalarForm> describe(ClipOp op);
std::optional<ScalarForm> describe(BatchNormOp op);
std::optional<ScalarForm> describe(QuantizeOp op);
std::optional<ScalarForm> describe(DequantizeOp op);
std::optional<ScalarForm> describe(dyadic::LutOp op);
std::optional<ScalarForm> describe(dyadic::SegmentsOp op);
std::optional<ScalarForm> describe(dyadic::PlaneOp op);
std::optional<ScalarForm> describe(dyadic::MulOp op);
std::optional<ScalarForm> describe(dyadic::SelectOp op);
std::optional<ScalarForm> describe(dyadic::LutBelowOp op);
std::optional<ScalarForm> describe(dyadic::RequantRowsOp op);
std::optional<ScalarForm> describe(dyadic::NormalizeOp op);
/// The text of a requant, in the machine form that is proved for it.
ScalarForm describeRequant(dyadic::RequantOp op, const Compensation &compensation, unsigned compensated);
/// That of a requant of planes, both of them registers with compensations.
ScalarForm describePlanesRequant(dyadic::RequantOp op, const Compensation &high, const Compensation &low);
/// The same where operand 0 is the register of the exact sum of both, and operand 1 is not read.
ScalarForm describeExactRequant(dyadic::RequantOp op, const Compensation &exact);
/// Whether the table is looked up in vectors of bytes (kernel.lookup): codes and entries have 8 bits.
bool isByteTable(dyadic::LutOp op);
/// One number where all are equal, else one per channel along `axis`.
Param makeIntegerParam(mlir::MLIRContext *context, llvm::ArrayRef<int64_t> values, unsigned width, int64_t axis);
/// acc + compensation as a step of its own, wrapping.
ScalarForm describeCompensation(mlir::MLIRContext *context, const Compensation &compensation);

/// max and min of docs/Numerics.md on floats: NaN gives 0x7fc00000, max(-0, +0) = +0, min(-0, +0) = -0.
mlir::Value emitFloatMax(mlir::ImplicitLocOpBuilder &b, mlir::Value x, mlir::Value y);
mlir::Value emitFloatMin(mlir::ImplicitLocOpBuilder &b, mlir::Value x, mlir::Value y);
mlir::Value emitFloatConstant(mlir::ImplicitLocOpBuilder &b, float value);
/// Codes as i32, by the signedness of the tensor's element type.
mlir::Value emitExtension(mlir::ImplicitLocOpBuilder &b, mlir::Value code, mlir::Type element);

} // namespace qc::kernel
