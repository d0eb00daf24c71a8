// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scale and zero point of values, from statistics and constants.
#pragma once
#include "dialects/QC/QC.h"
#include "mlir/IR/BuiltinOps.h"
#include "qc/Analysis/RequantPlan.h"

namespace qc {

/// ui8 parameters by docs/Numerics.md, Parameters from data.
class ActivationParams {
public:
  /// Collects the statistics of the values of `main`, and removes their observers. Fails where statistics are stale.
  static mlir::FailureOr<ActivationParams> take(mlir::func::FuncOp main);

  /// The parameters that `value`'s own statistics, or elements, give. Emits an error where there are none or one is
  /// infinite.
  mlir::FailureOr<CodeParams> get(mlir::Value value);
  /// Missed remark, once per value whose parameters were asked for: never observed, or always 0.
  void reportUnusual(mlir::Value value);

private:
  struct Range {
    float min = 0, max = 0;
    int64_t count = 0;
  };
  mlir::FailureOr<Range> getRange(mlir::Value value) const;

  llvm::DenseMap<mlir::Value, StatsOp> statistics;
  llvm::DenseMap<mlir::Value, CodeParams> known;
  llvm::DenseMap<mlir::Value, std::string> unusual; ///< what is to be said of the value
};

} // namespace qc
