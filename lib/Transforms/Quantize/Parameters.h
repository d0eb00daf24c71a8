// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scale and zero point of values, from statistics and constants.
#pragma once
#include "OperandMoments.h"
#include "ReadRange.h"
#include "dialects/QC/QC.h"
#include "mlir/IR/BuiltinOps.h"
#include "qc/Analysis/RequantPlan.h"
#include "qc/Calibration/RangeMethod.h"
#include "qc/Transforms/Calibrate/Observers.h"

namespace qc {

/// ui8 and ui16 parameters by docs/Numerics.md, Parameters from data.
class ActivationParams {
public:
  /// Collects the statistics of the values of `main`, and removes their observers. Fails where statistics are stale.
  static mlir::FailureOr<ActivationParams> take(mlir::func::FuncOp main);

  /// The parameters of codes of `type` (ui8 or ui16) that `value`'s own statistics, by the module's range method, or
  /// elements give; with the zero point in the middle if `isCentred`. Elements outside of `read` count as its ends.
  /// Emits an error where there are none, one is infinite, or the statistics lack what the method reads.
  mlir::FailureOr<CodeParams> get(mlir::Value value, numerics::CodeType type, bool isCentred = false,
                                  ReadRange read = ReadRange());
  /// The smallest and the largest element that was observed of a value; nothing where there is none, or an infinity.
  std::optional<ReadRange> getObserved(mlir::Value value) const;
  /// What was observed of the elements that the sums of `contraction`, with constant weights, multiply; nothing where
  /// the module's biases are not corrected. Covariances are those of findCovarianceSource.
  OperandMoments getOperandMoments(mlir::Operation *contraction, bool readsCovariances) const;
  /// By how many powers of two the range that codes of `type` of `value` cover is wider than each channel's own, at
  /// most kMostShift (docs/Numerics.md, Channels of one value); empty where channels were not observed.
  mlir::FailureOr<std::vector<int>> getChannelShifts(mlir::Value value, numerics::CodeType type) const;
  /// Missed remark, once per value whose parameters were asked for: never observed, or always 0.
  void reportUnusual(mlir::Value value);

  static constexpr int kMostShift = 8;

private:
  struct Observed {
    float min = 0, max = 0;
    int64_t count = 0;
  };
  using Key = std::tuple<mlir::Value, unsigned, unsigned, unsigned, unsigned>; ///< value, type, centred, bits of ends
  OperandStatistics getOperandStatistics(mlir::Value value, const calibration::OperandWindow &window) const;
  OperandCovariances getCovariances(const CovarianceSource &source) const;
  mlir::FailureOr<Observed> getRange(mlir::Value value, numerics::CodeType type, ReadRange read) const;
  mlir::FailureOr<Observed> narrow(StatsOp stats, Observed all, numerics::CodeType type, ReadRange read) const;

  calibration::RangeMethod method = calibration::RangeMethod::MinMax;
  bool correctsBiases = true;
  llvm::DenseMap<mlir::Value, StatsOp> statistics;
  llvm::DenseMap<Key, CodeParams> known;
  llvm::DenseMap<mlir::Value, std::string> unusual; ///< what is to be said of the value
};

} // namespace qc
