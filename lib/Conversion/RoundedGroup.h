// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What one rounding point closes, and the conversions of each kind.
#pragma once
#include "dialects/QC/Verification.h"
#include "qc/Analysis/StaticParams.h"
#include "qc/Conversion/ConvertToDyadic.h"

namespace qc::conversion {

/// The float operations between two rounding points, in the order they are computed:
///   %0 = conv %x, %w;  %1 = add %0, %r;  %2 = relu %1;  %q = quantize %2     // operations = {%0, %1, %2}, end = %q
struct RoundedGroup {
  llvm::SmallVector<mlir::Operation *> operations;
  QuantizeOp end;
  CodeParams result; ///< of `end`

  mlir::Operation *getRoot() const { return operations.front(); }
  /// Carries the name of the value that is rounded.
  mlir::Location getLoc() const { return operations.empty() ? end->getLoc() : operations.back()->getLoc(); }
  mlir::RankedTensorType getResultType() const { return getTensor(end->getResult(0)); }
};

/// A value that is known as codes with one scale: the operand of its qc.dequantize.
struct Codes {
  mlir::Value value;
  CodeParams params;
};
std::optional<Codes> getCodes(mlir::Value value);
/// The same for operands of dyadic operations that take codes of 8 or 16 bits only; says why not.
mlir::FailureOr<Codes> getCodesTo16(mlir::Value value, std::string &reason);

/// The clamp of the group as [lo, hi]; the whole type where it has none.
numerics::CodeRange getClamp(const RoundedGroup &group);

/// The Requant of `plan` behind the terms; `axis` is used where the plan has an entry per channel.
mlir::Value emitRequant(mlir::OpBuilder &builder, const RoundedGroup &group, mlir::ValueRange terms,
                        llvm::ArrayRef<int32_t> termZeroPoints, const RequantPlan &plan, int64_t axis,
                        numerics::CodeRange clamp);

/// The operands of a contraction as codes.
struct SumOperands {
  Codes x;
  mlir::Value right, bias;            ///< bias may be null
  CodeParams rightParams;             ///< of an activation
  std::optional<TensorValue> weights; ///< constant i8 codes, else the right operand is an activation
  std::vector<int64_t> biasCodes;     ///< of `bias`
  std::vector<float> weightScales;
  int64_t weightGroup = 0; ///< weights that share a multiplier, where they are ones of 4 bits
  enum class Plane { None, High, Low };
  Plane plane = Plane::None; ///< which bytes of 16-bit codes emitSum takes; zero points and bias are those of the plane

  /// Whether the sum is one of two planes.
  bool isWide() const { return x.params.isWide() || rightParams.isWide(); }
};

/// The upper or lower bytes of `codes`, or the codes themselves where they have 8 bits or `plane` is None.
mlir::Value takePlane(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value codes, SumOperands::Plane plane);
/// One i32, not below `least`, of the sums of both planes.
mlir::Value joinPlanes(mlir::OpBuilder &builder, llvm::ArrayRef<mlir::Value> sums, const RequantPlan &plan,
                       int32_t least = INT32_MIN);

/// The i32 sum of each contraction, bias included: of codes of 8 bits, or of one plane.
mlir::Value emitSum(ConvOp op, mlir::OpBuilder &builder, const SumOperands &operands);
mlir::Value emitSum(GemmOp op, mlir::OpBuilder &builder, const SumOperands &operands);
mlir::Value emitSum(MatMulOp op, mlir::OpBuilder &builder, const SumOperands &operands);

/// Conversions of the kinds of groups: what DyadicFormOpInterface::convert calls. They return the codes that replace
/// `group.end`, or say why there are none.
using Converter = mlir::FailureOr<mlir::Value>(mlir::OpBuilder &builder, const RoundedGroup &group,
                                               std::string &reason);
Converter convertContraction, convertAdd, convertMul, convertChain, convertSoftmax, convertMeanWeights,
    convertNormalize;
/// Of qc.avg_pool and qc.global_avg_pool.
template <typename Pool>
mlir::FailureOr<mlir::Value> convertPool(mlir::OpBuilder &builder, const RoundedGroup &group, std::string &reason);
/// Codes in other parameters: `group` has no operations.
Converter convertRescale;

} // namespace qc::conversion
