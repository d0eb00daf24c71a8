// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What quantize decides before it changes anything: rounding points, parameters, codes of constants.
#pragma once
#include "ContractionCodes.h"
#include "Parameters.h"
#include "Precisions.h"
#include "qc/Analysis/RoundingGroups.h"
#include "qc/Analysis/TieGroups.h"

namespace qc {

/// A consistent state: every quantized operation has an integer form with these parameters. A value that a quantized
/// operation makes has the bits of its assignment for all readers; any other value has those that its reader wants.
class QuantizePlan {
public:
  /// Refuses operations of `precisions` until none is left without an integer form. Fails after a diagnostic.
  static mlir::FailureOr<QuantizePlan> make(mlir::func::FuncOp main, RoundingStyle style, Precisions &precisions,
                                            ActivationParams &parameters);

  const RoundingGroups &getGroups() const { return groups; }
  bool isQuantized(mlir::Operation *op) const { return formats.contains(op); }
  /// The parameters with which the result of a quantized operation is rounded (those of its leader).
  mlir::FailureOr<CodeParams> getResultParams(mlir::Operation *op) const;
  /// Those with which `operand`, in `slot` of a quantized operation, is rounded where it is made, and those with which
  /// the operation reads it: where they differ it is rescaled.
  mlir::FailureOr<CodeParams> getOwnParams(mlir::Operation *op, unsigned slot, mlir::Value operand) const;
  mlir::FailureOr<CodeParams> getOperandParams(mlir::Operation *op, unsigned slot, mlir::Value operand) const;
  mlir::FailureOr<CodeParams> getOperandParams(mlir::Operation *op, unsigned slot) const {
    return getOperandParams(op, slot, op->getOperand(slot));
  }
  /// Remarks about the statistics that gave the parameters of `value`.
  void reportUnusual(mlir::Value value) const { parameters->reportUnusual(ties.getLeader(value)); }
  /// Whether an operand of a quantized operation is the unrounded value of another one.
  bool isInner(mlir::Value value) const {
    mlir::Operation *producer = value.getDefiningOp();
    return producer && isQuantized(producer) && groups.isUnrounded(producer);
  }
  /// Remarks about the channels of the result of `contraction` (EqualizeChannels.cpp).
  void reportChannels(mlir::Operation *contraction) const;
  /// Remarks about the codes of its weights.
  void reportWeights(mlir::Operation *contraction) const;
  const ContractionCodes &getCodes(mlir::Operation *contraction) const { return codes.find(contraction)->second; }

private:
  using Formats = llvm::DenseMap<mlir::Operation *, FormatCandidate>;
  QuantizePlan(mlir::func::FuncOp main, RoundingStyle style, Formats formats, ActivationParams &parameters);
  mlir::FailureOr<CodeParams> getParams(mlir::Value value, FormatAttr format) const;
  /// Finds what unary chains read of the values that nothing else reads (ReadRange.cpp; docs/Numerics.md, Ranges).
  llvm::LogicalResult findReadRanges();
  /// Finds the factors of products that get centred parameters (docs/Numerics.md, Registers).
  llvm::LogicalResult centreFactors();
  /// Why `op` has no integer form with its parameters (IntegerForms.cpp); empty where it has one.
  mlir::FailureOr<std::string> explain(mlir::Operation *op);
  mlir::FailureOr<std::string> explainContraction(const RoundingGroup &group);
  mlir::FailureOr<std::string> explainWeighted(const RoundingGroup &group);
  mlir::FailureOr<std::string> explainRescaled(const RoundingGroup &group);
  mlir::FailureOr<std::string> explainJoin(mlir::Operation *op);
  /// Whether the channels of a value can have scales of their own (EqualizeChannels.cpp).
  bool areChannelsFree(mlir::Value value) const;
  mlir::FailureOr<std::vector<int>> getShifts(mlir::Value value);
  mlir::FailureOr<ChannelShifts> getShifts(const RoundingGroup &contraction);

  ActivationParams *parameters;
  RoundingStyle style;
  Formats formats; ///< of the quantized operations
  RoundingGroups groups;
  TieGroups ties;
  llvm::DenseSet<mlir::Operation *> unobserved;      ///< makers of free channels that calibration did not look at
  llvm::DenseMap<mlir::Value, ReadRange> readRanges; ///< of leaders
  llvm::DenseSet<mlir::Value> centred;               ///< leaders whose 16-bit codes have 0 in the middle
  /// Taken over from plan to plan: an operation that was refused changes the scales of few others.
  llvm::DenseMap<mlir::Operation *, ContractionCodes> codes;
};

} // namespace qc
