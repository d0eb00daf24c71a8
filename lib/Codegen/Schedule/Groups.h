// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which operations become one kernel.
#pragma once
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SmallVector.h"
#include <vector>

namespace qc::kernel {

/// How the root of a group is computed.
enum class RootKind {
  Contract,  ///< kernel.contract on packed constant weights
  Depthwise, ///< a depthwise convolution with constant weights
  Direct,    ///< a convolution as it is written, where an operand would have to be constant
  Product,   ///< a matrix product as it is written: an operand that would have to be constant is not
  Pool,      ///< windows
  Softmax,   ///< rows
  Pointwise, ///< elements
  Move       ///< elements, each unchanged: transpose, concat, reshape
};

/// A root and the elementwise operations after it, each the only reader of the one before.
struct Group {
  RootKind kind;
  mlir::Operation *root;
  llvm::SmallVector<mlir::Operation *> followers;
  mlir::Operation *getLast() const { return followers.empty() ? root : followers.back(); }
};

/// The groups of `function` in the order of their last operations. Constants, observations and the return are in none.
/// Fails with a diagnostic where an operation has no kernel.
mlir::FailureOr<std::vector<Group>> formGroups(mlir::func::FuncOp function);

/// How `op` is computed if it stands alone; nothing for an operation without a kernel.
std::optional<RootKind> getRootKind(mlir::Operation *op);
/// The operand of `op` that `value` is.
unsigned getOperandIndex(mlir::Operation *op, mlir::Value value);

} // namespace qc::kernel
