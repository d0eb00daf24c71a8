// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rounding groups and unary chains: the operations between two rounding points (docs/Numerics.md, Rounding points).
#pragma once
#include "dialects/QC/QC.h"
#include "mlir/IR/BuiltinOps.h"
#include <vector>

namespace qc {

/// Where rounding points are placed by default: Qc as docs/Numerics.md says; Ort as ONNX Runtime does (groups have no
/// add, chains have one function, float outputs are rounded too). The module's `qc.style`.
enum class RoundingStyle { Qc, Ort };
/// The style recorded in `module`; Qc where none is.
RoundingStyle getRoundingStyle(mlir::ModuleOp module);

/// An operation that is rounded by a Requant, and what joins it: with a contraction optionally an add, then, with any,
/// optionally a relu or clip. One rounding at the end.
///   %0 = conv %x, %w;  %1 = add %0, %r;  %2 = relu %1     // root %0, add %1, clamp %2; %r is the residual
///   %0 = mul %x, %g;   %1 = clip %0                       // root %0, clamp %1
///   %0 = softmax %s;   %1 = matmul %0, %v                 // softmax %0, root %1
struct RoundingGroup {
  mlir::Operation *root = nullptr;    ///< a contraction, add, sub, mul, average pool or softmax
  mlir::Operation *add = nullptr;     ///< the second term of a contraction; null where there is none
  mlir::Operation *clamp = nullptr;   ///< relu, or clip with constant bounds; null where there is none
  mlir::Operation *softmax = nullptr; ///< whose weights the root, a product, takes unrounded; null where there is none
  bool isRounded = true;              ///< false: a contraction alone that only feeds float graph outputs

  bool isContraction() const;
  /// The operation whose result is rounded.
  mlir::Operation *getTail() const;
  /// The operand slot of `add` that does not hold the contraction's result.
  unsigned getResidualSlot() const;
  /// All of them, in the order they are computed.
  llvm::SmallVector<mlir::Operation *> getOperations() const;
};

/// The longest sequence of unary functions outside groups: one table, one rounding at its end.
using UnaryChain = llvm::SmallVector<mlir::Operation *>;

/// The groups and chains of a function, in module order of their first operations: the one place where they are
/// matched. Only quantized operations take part. The answer for a float module that is to be quantized is also that for
/// its QDQ form, where an operation is quantized unless it says why it stays float.
class RoundingGroups {
public:
  using Predicate = llvm::function_ref<bool(mlir::Operation *)>;
  /// Looks at the operations of the entry block as they stand; what changes them makes the answers stale. `isQuantized`
  /// says of an operation whether it is int8, and is called here only.
  RoundingGroups(mlir::func::FuncOp function, RoundingStyle style, Predicate isQuantized);

  /// One for each quantized contraction, add, sub, mul, average pool and softmax that no contraction takes, also where
  /// it stands alone: in module order of their roots.
  llvm::ArrayRef<RoundingGroup> getGroups() const { return groups; }
  /// Each of at least one operation; no operation is in two, or in a group.
  llvm::ArrayRef<UnaryChain> getChains() const { return chains; }
  /// The group of which `op` is the root, or null.
  const RoundingGroup *getGroup(mlir::Operation *op) const;
  /// The operations, in the order they are computed, whose last one is `tail`: those of its group or chain, or `tail`
  /// alone.
  llvm::SmallVector<mlir::Operation *> getOperations(mlir::Operation *tail) const;
  /// Whether `op` stands in a group (as root, add or clamp).
  bool isInGroup(mlir::Operation *op) const { return members.contains(op); }
  /// Whether the result of the quantized `op` is not rounded: inside a group or chain, or a contraction that only feeds
  /// float outputs.
  bool isUnrounded(mlir::Operation *op) const { return unrounded.contains(op); }

private:
  RoundingGroup match(mlir::Operation *root, RoundingStyle style, Predicate isQuantized) const;
  void addGroup(const RoundingGroup &group);
  void findChains(llvm::ArrayRef<mlir::Operation *> operations, RoundingStyle style, Predicate isQuantized);

  std::vector<RoundingGroup> groups;
  std::vector<UnaryChain> chains;
  llvm::DenseMap<mlir::Operation *, size_t> indices;                              ///< of roots
  llvm::DenseMap<mlir::Operation *, llvm::SmallVector<mlir::Operation *>> byTail; ///< of more than one operation
  llvm::DenseSet<mlir::Operation *> members, unrounded;
};

} // namespace qc
