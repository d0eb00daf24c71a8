// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The scalar kind (QCScalars.td): what rooms need to treat all its operations alike.
#pragma once
#include "dialects/QC/SymbolicInteger.h"

namespace qc {

/// Whether `Op` is of the scalar kind: it has a body, `Op::compute`.
template <typename Op, typename = void> struct IsScalarOp : std::false_type {};
template <typename Op>
struct IsScalarOp<Op, std::void_t<decltype(std::declval<Op>().getNumbers())>> : std::true_type {};

/// Calls `visit` with a null pointer of each operation class of qc that is of the scalar kind.
template <typename Visit, typename... Ops> void visitScalarOpsAmong(Visit visit) {
  auto one = [&](auto *op) {
    if constexpr (IsScalarOp<std::remove_pointer_t<decltype(op)>>::value)
      visit(op);
  };
  (one(static_cast<Ops *>(nullptr)), ...);
}
template <typename Visit> void visitScalarOps(Visit visit) {
  visitScalarOpsAmong<Visit,
#define GET_OP_LIST
#include "dialects/QC/QCOps.cpp.inc"
                      >(visit);
}

/// Whether `Op` divides by its second operand where it computes in integers: a divisor of 0 is bad data.
template <typename Op> inline constexpr bool dividesIntegers = llvm::is_one_of<Op, DivOp, ModOp, RemainderOp>::value;

/// Whether the operation computes in floats: one of its operands is of f32. Else in numerics::Integer.
inline bool computesFloats(mlir::Operation *op) {
  return llvm::any_of(op->getOperandTypes(), [](mlir::Type type) {
    return mlir::cast<mlir::RankedTensorType>(type).getElementType().isF32();
  });
}

/// The element of a constant of one f32 element.
std::optional<float> getScalarConstant(mlir::Value value);
/// The operand of `op` of which it is a function: its only one, or the only one that is no constant of one element.
std::optional<unsigned> findArgument(mlir::Operation *op);
/// The elements of an integer result as expressions: the body on expressions.
template <typename Op> std::optional<Dims> inferScalarContents(ShapeMath &math, Op op) {
  if constexpr (std::is_same_v<Op, CastOp>)
    return castContents(math, op);
  else if constexpr (Op::takesIntegers)
    return mapContents(math, op, [&](llvm::ArrayRef<Dim> elements) -> std::optional<Dim> {
      llvm::SmallVector<SymbolicInteger> values;
      for (Dim element : elements)
        values.push_back({&math, element});
      return Op::compute(values.data(), static_cast<const SymbolicInteger *>(nullptr)).dim;
    });
  else
    return std::nullopt;
}
/// That function in f64; nothing where `op` is no function of one f32 value.
template <typename Op> std::optional<double> applyFunction(Op op, double x) {
  std::optional<unsigned> argument = findArgument(op);
  if (!argument || !computesFloats(op))
    return std::nullopt;
  llvm::SmallVector<double> values, numbers(llvm::map_range(op.getNumbers(), [](float n) { return double(n); }));
  for (mlir::OpOperand &operand : op->getOpOperands())
    values.push_back(operand.getOperandNumber() == *argument ? x : double(*getScalarConstant(operand.get())));
  return Op::compute(values.data(), numbers.data());
}

} // namespace qc
