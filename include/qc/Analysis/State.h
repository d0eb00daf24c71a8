// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// State of a model: values that live from run to run.
#pragma once
#include "qc/Analysis/Sizes.h"

namespace qc {

/// One state: the argument of `@main` that it is in a run, and the result that it is in the next one.
struct StatePair {
  unsigned argument, result;
};

/// The state of `main` by `qc.state` of its module, whose arguments and results stand last (attribute_c7).
llvm::SmallVector<StatePair> getStatePairs(mlir::func::FuncOp main);
/// How many values of state the module has.
unsigned countStates(mlir::ModuleOp module);

/// The extents of a state: each is known, or a symbol with an upper bound.
struct StateExtents {
  llvm::SmallVector<int64_t> begin, most;
  /// The one dimension along which the result is longer than the argument, where there is one and all others are known
  /// and stay as they are.
  std::optional<int64_t> growing;
};

/// The extents of a state, or a diagnostic that says what to give (`--input-shape`, `--range`).
mlir::FailureOr<StateExtents> getStateExtents(mlir::func::FuncOp main, StatePair state, const SizeAnalysis &sizes);

/// The concatenation whose result is the state behind a run, and whose first operand, and no other, is the state in
/// front of it; null where the result is anything else.
ConcatOp getGrowth(mlir::func::FuncOp main, StatePair state);

/// What works on state that grows: the concatenations, moves of what they give, contractions that read these.
llvm::DenseSet<mlir::Operation *> findStateOperations(mlir::func::FuncOp main);

} // namespace qc
