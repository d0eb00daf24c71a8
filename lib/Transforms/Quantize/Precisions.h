// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The precision of every operation of a model, while assign and quantize decide it.
#pragma once
#include "qc/Transforms/Quantize/AssignmentPolicy.h"
#include "llvm/ADT/MapVector.h"

namespace qc {

/// Whether `op` reads or computes a float tensor, so that its precision is to be decided: not a constant, a border or
/// an observer.
bool hasPrecision(mlir::Operation *op);

/// Why `op` has no integer form whatever its parameters are; empty where it has one.
std::string explainNoIntegerForm(mlir::Operation *op);

/// The `#qc.assignment` that stands for `choice`.
AssignmentAttr getAssignment(mlir::Operation *op, const Choice &choice);

/// Checks that `op`, which has a precision, has an assignment that fits it; emits an error.
mlir::LogicalResult verifyAssignment(mlir::Operation *op);

/// A choice for each operation that has a precision, in module order.
class Precisions {
public:
  /// The first candidate with an integer form wherever there is one, then the choices of `policy` (may be null), then
  /// what is float with the contraction that it is rounded with, then moves follow their operands, then whole groups
  /// and chains get 16 bits where one of their operations has.
  static mlir::FailureOr<Precisions> choose(mlir::func::FuncOp main, const AssignmentPolicy *policy);
  /// What the assignments of `main` say; emits an error where one is missing or does not fit its operation.
  static mlir::FailureOr<Precisions> read(mlir::func::FuncOp main);

  /// Whether `op` is computed on codes.
  bool isQuantized(mlir::Operation *op) const;
  /// The formats of an operation that is: of its result, and those in which it reads its operands.
  const FormatCandidate &getFormats(mlir::Operation *op) const { return choices.find(op)->second.formats; }
  /// Makes `op` float: it has no integer form, for `reason`. Moves that followed it do so until `followOperands`.
  void refuse(mlir::Operation *op, std::string reason);
  /// Decides again about what follows others: adds and clamps a contraction that is float, then moves their operands,
  /// then widths.
  void followOthers();
  /// Sets `qc.assignment` and `qc.float_reason`; `report` is called with each float operation that was not float
  /// before.
  void write(llvm::function_ref<void(mlir::Operation *, llvm::StringRef reason)> report) const;

private:
  /// The choice for `op` by what a rule wishes, what is float unless it wishes otherwise, and what is float anyhow.
  Choice chooseOne(mlir::Operation *op, std::optional<Choice> wish, llvm::StringRef preference,
                   llvm::StringRef necessity);
  bool isFree(mlir::Operation *op) const;
  bool readsFloatMeanWeights(mlir::Operation *op) const;
  bool isWide(mlir::Operation *op) const { return isQuantized(op) && isWideFormat(getFormats(op).result); }
  void followContractions();
  void followOperands();
  void followWidths();
  /// Checks that what was read has the widths that follow; emits an error.
  mlir::LogicalResult verifyWidths();
  // WidthRules.cpp
  void widenGroups();
  void followMoved();
  bool isMovedWide(mlir::Operation *move, const llvm::DenseSet<mlir::Value> &wanted) const;
  llvm::DenseSet<mlir::Value> findWantedWide() const;
  void setWidth(mlir::Operation *op, bool isWide, llvm::StringRef reason);
  llvm::DenseSet<mlir::Operation *> findReadersOfBytes() const;
  void setOperandFormats(mlir::Operation *op, bool readsBytes);

  mlir::func::FuncOp main;
  llvm::MapVector<mlir::Operation *, Choice> choices;
  llvm::DenseSet<mlir::Operation *> refused;
};

} // namespace qc
