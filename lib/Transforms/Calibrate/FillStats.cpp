// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What was observed, written into qc.stats.
#include "qc/Analysis/MainFunction.h"
#include "qc/Analysis/Masks.h"
#include "qc/Transforms/Calibrate/Observers.h"

using namespace mlir;
using namespace qc;

// The statistics that observers of `@main` name, each once, in program order.
static FailureOr<SmallVector<StatsOp>> findStats(ModuleOp module) {
  FailureOr<func::FuncOp> main = getMainFunction(module);
  if (failed(main))
    return failure();
  SymbolTable symbols(module);
  llvm::SetVector<StatsOp> found;
  for (auto observer : collectOperations<ObserveOp>(*main)) {
    auto stats = symbols.lookup<StatsOp>(observer.getStats());
    if (!stats)
      return observer.emitOpError("expects the symbol of a qc.stats, got ") << observer.getStatsAttr();
    found.insert(stats);
  }
  return SmallVector<StatsOp>(found.begin(), found.end());
}

llvm::DenseSet<StringRef> qc::getSymbolsOfSoftmaxInputs(ModuleOp module) {
  llvm::DenseSet<StringRef> symbols;
  auto main = module.lookupSymbol<func::FuncOp>("main");
  if (!main || main.isExternal())
    return symbols;
  llvm::DenseSet<Value> inputs = findSoftmaxInputs(main);
  for (auto observe : collectOperations<ObserveOp>(main))
    if (inputs.contains(observe.getX()))
      symbols.insert(observe.getStats());
  return symbols;
}

static void warnOfNaNs(StatsOp stats, const calibration::MinMax &seen) {
  uint64_t all = seen.getCount() + seen.getNumNaNs();
  emitWarning(stats.getLoc()) << "value '" << stats.getOf() << "' holds NaN in " << seen.getNumNaNs() << " of " << all
                              << " elements, which are not observed"
                              << (seen.getCount() ? "" : ": where it is quantized, it gets scale 1, zero point 0");
}

LogicalResult qc::fillStats(ModuleOp module, const calibration::ObserverSet &observers, StringRef data) {
  FailureOr<SmallVector<StatsOp>> stats = findStats(module);
  if (failed(stats))
    return failure();
  static const calibration::MinMax nothing;
  auto getSeen = [&](StatsOp of) -> const calibration::MinMax & {
    const calibration::MinMax *seen = observers.find(of.getSymName());
    return seen ? *seen : nothing;
  };
  llvm::DenseSet<StringRef> mayBeInfinite = getSymbolsOfSoftmaxInputs(module);
  for (StatsOp op : *stats)
    if (uint64_t infinities = getSeen(op).getNumInfinities(); infinities && !mayBeInfinite.contains(op.getSymName()))
      return emitError(op.getLoc()) << "value '" << op.getOf() << "' is infinite in " << infinities
                                    << " elements, accepted are finite activations";
  for (StatsOp op : *stats) {
    const calibration::MinMax &seen = getSeen(op);
    if (seen.getNumNaNs())
      warnOfNaNs(op, seen);
    op.setCount(seen.getCount());
    // Of a mask; its quantization is not asked for.
    op.setMin(seen.getNumInfinities() ? APFloat::getInf(APFloat::IEEEsingle(), true) : APFloat(seen.getMin()));
    op.setMax(APFloat(seen.getMax()));
    op.setData(data);
    op.setEpoch(uint64_t(getEpoch(module)));
  }
  return success();
}
