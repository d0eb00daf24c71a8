// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which operations become one kernel.
#pragma once
#include "PlanePairs.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "qc/Analysis/Sizes.h"
#include "llvm/ADT/SmallVector.h"
#include <vector>

namespace qc::kernel {

class Former;
struct Group;

/// Writes the kernels of the groups with one kind of root (KernelFormOpInterface).
struct KernelBuilder {
  mlir::LogicalResult (Former::*form)(const Group &group);
  bool takesFollowers; ///< elementwise operations behind the root go into its kernel
  bool readsColumns;   ///< their other operands are read beside the weights' columns: no constants, no broadcasting
};

/// A root and the elementwise operations after it, each the only reader of the one before.
struct Group {
  const KernelBuilder *builder;
  mlir::Operation *root;
  llvm::SmallVector<mlir::Operation *> followers;
  std::optional<PlanePair> pair = {}; ///< the root is the upper one of two, and its requant follows
  mlir::Operation *getLast() const { return followers.empty() ? root : followers.back(); }
};

/// The groups of `function` in the order of their last operations. Constants, observations, the return, and integer
/// tensors whose elements follow from the sizes of the inputs are in none. Fails with a diagnostic where an operation
/// has no kernel.
mlir::FailureOr<std::vector<Group>> formGroups(mlir::func::FuncOp function, const SizeAnalysis &sizes);
/// Whether the elements of `tensor` follow from the sizes of the inputs: the schedule computes them.
bool isKnownToSchedule(mlir::Value tensor, const SizeAnalysis &sizes);

/// The operand of `op` that `value` is.
unsigned getOperandIndex(mlir::Operation *op, mlir::Value value);

} // namespace qc::kernel
