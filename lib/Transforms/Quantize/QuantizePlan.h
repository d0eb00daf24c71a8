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

/// A consistent state: every int8 operation has an integer form with these parameters.
class QuantizePlan {
public:
  /// Refuses operations of `precisions` until none is left without an integer form. Fails after a diagnostic.
  static mlir::FailureOr<QuantizePlan> make(mlir::func::FuncOp main, RoundingStyle style, Precisions &precisions,
                                            ActivationParams &parameters);

  const RoundingGroups &getGroups() const { return groups; }
  bool isQuantized(mlir::Operation *op) const { return quantized.contains(op); }
  /// The parameters with which `value` is rounded (those of its leader).
  mlir::FailureOr<CodeParams> getParams(mlir::Value value) const;
  /// Remarks about the statistics that gave the parameters of `value`.
  void reportUnusual(mlir::Value value) const { parameters->reportUnusual(ties.getLeader(value)); }
  /// Whether an operand of an int8 operation is the unrounded value of another one.
  bool isInner(mlir::Value value) const {
    mlir::Operation *producer = value.getDefiningOp();
    return producer && isQuantized(producer) && groups.isUnrounded(producer);
  }
  const ContractionCodes &getCodes(mlir::Operation *contraction) const { return codes.find(contraction)->second; }

private:
  QuantizePlan(mlir::func::FuncOp main, RoundingStyle style, const Precisions &precisions,
               ActivationParams &parameters);
  /// Why `op` has no integer form with its parameters (IntegerForms.cpp); empty where it has one.
  mlir::FailureOr<std::string> explain(mlir::Operation *op);
  mlir::FailureOr<std::string> explainContraction(const RoundingGroup &group);
  mlir::FailureOr<std::string> explainRescaled(const RoundingGroup &group);
  mlir::FailureOr<std::string> explainJoin(mlir::Operation *op);

  ActivationParams *parameters;
  llvm::DenseSet<mlir::Operation *> quantized;
  RoundingGroups groups;
  TieGroups ties;
  /// Taken over from plan to plan: an operation that was refused changes the scales of few others.
  llvm::DenseMap<mlir::Operation *, ContractionCodes> codes;
};

} // namespace qc
