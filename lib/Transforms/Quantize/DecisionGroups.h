// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operations whose integer forms may depend on one another.
#pragma once
#include "dialects/QC/QC.h"
#include "llvm/ADT/EquivalenceClasses.h"

namespace qc {

/// A partition of the operations of `@main`, whatever their precisions: whether an operation is int8 changes rounding
/// points and parameters of its own group only. So what is found out about one group stays true while operations of
/// others are refused.
class DecisionGroups {
public:
  explicit DecisionGroups(mlir::func::FuncOp main);
  /// One operation that stands for the group of `op`.
  mlir::Operation *getLeader(mlir::Operation *op) const { return groups.getLeaderValue(op); }
  /// Whether what is found out about `op` may not be true any more when something in the groups of `leaders` is
  /// refused: it is in one of them, or joins what one of them makes.
  bool isNextTo(mlir::Operation *op, const llvm::DenseSet<mlir::Operation *> &leaders) const;

private:
  llvm::EquivalenceClasses<mlir::Operation *> groups;
};

} // namespace qc
