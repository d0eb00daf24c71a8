// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Values that share scale and zero point.
#pragma once
#include "dialects/QC/QC.h"

namespace qc {

/// Which values have one scale and zero point. They are shared
/// - through quantized max_pool, reshape and transpose, which move codes;
/// - by a concat operand that nothing else reads, which takes the concat's: neither the operand nor a value that shares
///   its parameters through max_pool, reshape or transpose has another use. Any other operand is rescaled, and so is
///   one that a quantized operation makes with another number of bits.
/// Each class has a leader, whose statistics give the parameters:
///   %1 = conv %0; %2 = max_pool %1; %3 = concat %2, %x     // %3 leads %1 and %2, if each of them has one use
///   %1 = conv %0; %2 = max_pool %1                         // %1 leads %2
/// Constants are in no class: each reader has codes of its own.
class TieGroups {
public:
  using Predicate = llvm::function_ref<bool(mlir::Operation *)>;
  /// The classes of the values of `function` as it stands. `isQuantized` says of an operation whether it is computed on
  /// codes, `isWide` of such a one whether its result has 16 bits; both are called here only.
  TieGroups(mlir::func::FuncOp function, Predicate isQuantized, Predicate isWide);
  /// The leader of `value`'s class: `value` itself where it shares with none.
  mlir::Value getLeader(mlir::Value value) const;

private:
  llvm::DenseMap<mlir::Value, mlir::Value> moved;  ///< result of a move -> leader of its operand
  llvm::DenseMap<mlir::Value, mlir::Value> joined; ///< what only a concat reads -> that concat's leader
};

} // namespace qc
