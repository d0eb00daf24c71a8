// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-verify-calibrated: the door behind the calibrate phase.
#include "qc/Analysis/Masks.h"
#include "qc/Transforms/Calibrate/Observers.h"
#include "qc/Transforms/Calibrate/Passes.h"

namespace qc {
#define GEN_PASS_DEF_VERIFYCALIBRATEDPASS
#include "qc/Transforms/Calibrate/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;

static ObserveOp findObserver(Value value) {
  for (Operation *user : value.getUsers())
    if (auto observer = dyn_cast<ObserveOp>(user))
      return observer;
  return {};
}

static bool isEmpty(Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  return llvm::is_contained(type.getShape(), 0);
}

static InFlightDiagnostic emitValueError(Value value) {
  StringRef name = getValueName(value);
  return emitError(value.getLoc()) << "value " << (name.empty() ? "" : "'" + name.str() + "' ");
}

static LogicalResult verifyValue(Value value, const SymbolTable &symbols, int64_t epoch, bool mayBeMask) {
  ObserveOp observer = findObserver(value);
  if (!observer)
    return emitValueError(value) << "has no observer: run qc-insert-observers and calibrate the model";
  auto stats = symbols.lookup<StatsOp>(observer.getStats());
  if (!stats)
    return emitValueError(value) << "has an observer without statistics @" << observer.getStats();
  if (int64_t(stats.getEpoch()) != epoch)
    return emitValueError(value) << "has statistics of epoch " << int64_t(stats.getEpoch()) << ", the module's is "
                                 << epoch << ": calibrate the model again";
  bool isMask = mayBeMask && stats.getMin().isInfinity() && stats.getMin().isNegative();
  if ((!stats.getMin().isFinite() && !isMask) || !stats.getMax().isFinite())
    return emitValueError(value) << "has the range " << stats.getMinAttr() << " to " << stats.getMaxAttr()
                                 << ", accepted are finite ones";
  // A value that was measured and is always NaN gets parameters too (docs/Numerics.md, Parameters from data).
  if (stats.getCount() == 0 && stats.getData().empty() && !isEmpty(value))
    return emitValueError(value) << "has statistics that nothing was measured for: calibrate the model";
  return success();
}

LogicalResult qc::verifyCalibrated(ModuleOp module) {
  FailureOr<func::FuncOp> main = getMainFunction(module);
  if (failed(main))
    return failure();
  SymbolTable symbols(module);
  llvm::DenseSet<Value> softmaxInputs = findSoftmaxInputs(*main);
  bool isCalibrated = true;
  for (Value value : getObservedValues(*main))
    isCalibrated &= succeeded(verifyValue(value, symbols, getEpoch(module), softmaxInputs.contains(value)));
  return success(isCalibrated);
}

namespace {
struct VerifyCalibratedPass final : qc::impl::VerifyCalibratedPassBase<VerifyCalibratedPass> {
  using VerifyCalibratedPassBase::VerifyCalibratedPassBase;
  void runOnOperation() override {
    if (failed(qc::verifyCalibrated(getOperation())))
      signalPassFailure();
    markAllAnalysesPreserved();
  }
};
} // namespace
