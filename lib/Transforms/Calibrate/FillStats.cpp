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

static HistogramAttr makeHistogram(MLIRContext *context, const calibration::Histogram &histogram) {
  SmallVector<int64_t> bins, counts;
  for (const calibration::BinCount &entry : histogram.getBins()) {
    bins.push_back(entry.bin);
    counts.push_back(entry.count);
  }
  return HistogramAttr::get(context, bins, counts);
}

static DenseElementsAttr makeElements(MLIRContext *context, ArrayRef<float> elements) {
  return DenseElementsAttr::get(RankedTensorType::get({int64_t(elements.size())}, Float32Type::get(context)), elements);
}

/// Entries of the windows by which something was seen.
static void fillOperands(StatsOp op, const calibration::ValueStatistics &seen) {
  MLIRContext *context = op.getContext();
  SmallVector<Attribute> entries, covariances;
  bool hasCovariances = false;
  for (auto [known, products] : llvm::zip_equal(seen.getOperandMeans(), seen.getOperandProducts())) {
    std::vector<float> means = known.getMeans();
    if (means.empty())
      continue;
    const calibration::OperandWindow &window = known.getWindow();
    entries.push_back(OperandMeansAttr::get(context, window.axis, window.kernel, window.strides, window.dilations,
                                            window.pads, makeElements(context, means)));
    covariances.push_back(makeElements(context, products ? products->getCovariances(means) : std::vector<float>()));
    hasCovariances |= !cast<DenseElementsAttr>(covariances.back()).empty();
  }
  if (!entries.empty())
    op.setOperandMeansAttr(ArrayAttr::get(context, entries));
  if (hasCovariances)
    op.setOperandCovariancesAttr(ArrayAttr::get(context, covariances));
}

static void fill(StatsOp op, const calibration::ValueStatistics &seen) {
  const calibration::MinMax &range = seen.getRange();
  op.setCount(range.getCount());
  // Of a mask; its quantization is not asked for.
  op.setMin(range.getNumInfinities() ? APFloat::getInf(APFloat::IEEEsingle(), true) : APFloat(range.getMin()));
  op.setMax(APFloat(range.getMax()));
  if (range.getCount() == 0)
    return;
  MLIRContext *context = op.getContext();
  op.setHistogramAttr(makeHistogram(context, seen.getHistogram()));
  op.setObservations(seen.getExtremes().getCount());
  op.setMeanMin(APFloat(seen.getExtremes().getMeanMin()));
  op.setMeanMax(APFloat(seen.getExtremes().getMeanMax()));
  if (std::vector<float> min = seen.getChannelRanges().getMin(); !min.empty()) {
    op.setChannelMin(min);
    op.setChannelMax(seen.getChannelRanges().getMax());
  }
  fillOperands(op, seen);
}

LogicalResult qc::fillStats(ModuleOp module, const calibration::ObserverSet &observers, StringRef data) {
  FailureOr<SmallVector<StatsOp>> stats = findStats(module);
  if (failed(stats))
    return failure();
  static const calibration::ValueStatistics nothing;
  auto getSeen = [&](StatsOp of) -> const calibration::ValueStatistics & {
    const calibration::ValueStatistics *seen = observers.find(of.getSymName());
    return seen ? *seen : nothing;
  };
  llvm::DenseSet<StringRef> mayBeInfinite = getSymbolsOfSoftmaxInputs(module);
  for (StatsOp op : *stats)
    if (uint64_t infinities = getSeen(op).getRange().getNumInfinities();
        infinities && !mayBeInfinite.contains(op.getSymName()))
      return emitError(op.getLoc()) << "value '" << op.getOf() << "' is infinite in " << infinities
                                    << " elements, accepted are finite activations";
  for (StatsOp op : *stats) {
    const calibration::ValueStatistics &seen = getSeen(op);
    if (seen.getRange().getNumNaNs())
      warnOfNaNs(op, seen.getRange());
    op.clear(getEpoch(module));
    fill(op, seen);
    op.setData(data);
  }
  return success();
}
