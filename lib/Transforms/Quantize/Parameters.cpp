// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scale and zero point of values, from statistics and constants.
#include "Parameters.h"
#include "mlir/IR/Remarks.h"
#include "qc/Analysis/MainFunction.h"
#include "llvm/ADT/bit.h"
#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace qc;
using calibration::Histogram;
using calibration::RangeMethod;

FailureOr<ActivationParams> ActivationParams::take(func::FuncOp main) {
  ActivationParams result;
  auto module = main->getParentOfType<ModuleOp>();
  SymbolTable symbols(module);
  int64_t epoch = getEpoch(module);
  if (auto method = module->getAttrOfType<StringAttr>(QCDialect::kRangeMethodAttr)) // its verifier knows them
    result.method = *calibration::parseRangeMethod(method.getValue());
  if (auto corrects = module->getAttrOfType<BoolAttr>(QCDialect::kBiasCorrectionAttr))
    result.correctsBiases = corrects.getValue();
  for (ObserveOp observe : collectOperations<ObserveOp>(main)) {
    auto stats = symbols.lookup<StatsOp>(observe.getStats());
    if (stats && int64_t(stats.getEpoch()) != epoch)
      return LogicalResult(observe.emitOpError("expects statistics of the module's epoch ")
                           << epoch << ", got " << stats.getEpoch());
    result.statistics.try_emplace(observe.getX(), stats);
    observe.erase();
  }
  return result;
}

/// Finite or infinite; NaN is not observed.
template <typename Range> static void observe(float x, Range &range) {
  if (std::isnan(x))
    return;
  range.min = range.count == 0 ? x : std::min(range.min, x);
  range.max = range.count == 0 ? x : std::max(range.max, x);
  ++range.count;
}

/// The method of one value. That which qc.stats names was measured with codes of 8 bits.
static RangeMethod getMethod(StatsOp stats, RangeMethod ofModule, qc::numerics::CodeType type) {
  if (ofModule != RangeMethod::Auto)
    return ofModule;
  if (type == qc::numerics::CodeType::UI16)
    return RangeMethod::MinMax;
  std::optional<StringRef> own = stats.getMethod();
  return own ? *calibration::parseRangeMethod(*own) : RangeMethod::MinMax; // the verifier of qc.stats knows them
}

/// Bins ascend.
static void addBin(calibration::BinCount added, std::vector<calibration::BinCount> &bins) {
  if (!bins.empty() && bins.back().bin == added.bin)
    bins.back().count += added.count;
  else
    bins.push_back(added);
}

/// What the range method makes of the range of all elements. Values of which nothing, or an infinity, was seen keep it.
FailureOr<ActivationParams::Observed> ActivationParams::narrow(StatsOp stats, Observed all, qc::numerics::CodeType type,
                                                               ReadRange read) const {
  RangeMethod method = getMethod(stats, this->method, type);
  if (all.count == 0 || !std::isfinite(all.min) || !std::isfinite(all.max))
    return all;
  all = {std::clamp(all.min, read.lo, read.hi), std::clamp(all.max, read.lo, read.hi), all.count};
  if (method == RangeMethod::MinMax)
    return all;
  std::optional<HistogramAttr> histogram = stats.getHistogram();
  bool readsMeans = method == RangeMethod::Mean;
  if (readsMeans ? !stats.getMeanMin() : !histogram)
    return LogicalResult(emitError(stats.getLoc())
                         << "value '" << stats.getOf() << "' has no " << (readsMeans ? "means of ends" : "histogram")
                         << " in its statistics, which the range method " << calibration::getRangeMethodName(method)
                         << " reads: calibrate the model again, or use minmax");
  if (readsMeans) {
    auto clampTo = [&](const APFloat &x) { return std::clamp(float(x.convertToDouble()), all.min, all.max); };
    return Observed{clampTo(*stats.getMeanMin()), clampTo(*stats.getMeanMax()), all.count};
  }
  std::vector<calibration::BinCount> bins;
  for (auto [bin, count] : llvm::zip_equal(histogram->getBins(), histogram->getCounts()))
    addBin({std::clamp(bin, Histogram::getBin(all.min), Histogram::getBin(all.max)), count}, bins);
  int64_t steps = qc::numerics::codeRange(type).hi - qc::numerics::codeRange(type).lo;
  calibration::Range range = method == RangeMethod::Mse ? calibration::chooseMse(bins, {all.min, all.max}, steps)
                                                        : calibration::choosePercentile(bins, {all.min, all.max});
  return Observed{range.min, range.max, all.count};
}

std::optional<ReadRange> ActivationParams::getObserved(Value value) const {
  StatsOp stats = statistics.lookup(value);
  if (!stats || stats.getCount() == 0 || !stats.getMin().isFinite() || !stats.getMax().isFinite())
    return std::nullopt;
  return ReadRange{stats.getMin().convertToFloat(), stats.getMax().convertToFloat()};
}

FailureOr<ActivationParams::Observed> ActivationParams::getRange(Value value, qc::numerics::CodeType type,
                                                                 ReadRange read) const {
  Observed range;
  if (ElementsAttr elements = getConstantValue(value)) {
    std::optional<TensorValue> tensor = getTensorValue(elements);
    if (!tensor)
      return LogicalResult(emitError(value.getLoc(), "expects the constant's data"));
    for (float x : tensor->getData<float>())
      observe(x, range);
    return range;
  }
  StatsOp stats = statistics.lookup(value);
  if (!stats)
    return LogicalResult(emitError(value.getLoc(), "expects statistics of the value that is to be quantized: its "
                                                   "module must be calibrated"));
  return narrow(stats, {stats.getMin().convertToFloat(), stats.getMax().convertToFloat(), int64_t(stats.getCount())},
                type, read);
}

/// The greatest k for which [2 * min, 2 * max] * 2^k, exactly, lies in [lo, hi]; 0 where there is none, or min = max =
/// 0.
static int countShifts(double min, double max, double lo, double hi) {
  int k = 0;
  while ((min != 0 || max != 0) && k < ActivationParams::kMostShift && std::ldexp(min, k + 2) >= lo &&
         std::ldexp(max, k + 2) <= hi)
    ++k;
  return k;
}

FailureOr<std::vector<int>> ActivationParams::getChannelShifts(Value value, qc::numerics::CodeType type) const {
  std::vector<int> shifts;
  StatsOp stats = statistics.lookup(value);
  if (!stats || !stats.getChannelMin())
    return shifts;
  int64_t channels = cast<RankedTensorType>(value.getType()).getDimSize(1), known = stats.getChannelMin()->size();
  if (known != channels)
    return LogicalResult(emitError(stats.getLoc()) << "value '" << stats.getOf() << "' has " << channels
                                                   << " channels, but channel_min and channel_max of " << known);
  FailureOr<Observed> range = getRange(value, type, ReadRange());
  if (failed(range))
    return failure();
  double lo = std::min(range->min, 0.0f), hi = std::max(range->max, 0.0f);
  for (auto [min, max] : llvm::zip_equal(*stats.getChannelMin(), *stats.getChannelMax()))
    shifts.push_back(countShifts(min, max, lo, hi));
  return shifts;
}

// By the centres of the histogram's bins.
static std::optional<double> getMeanSquare(StatsOp stats) {
  std::optional<HistogramAttr> histogram = stats.getHistogram();
  if (!histogram || stats.getCount() == 0)
    return std::nullopt;
  double sum = 0;
  for (auto [bin, count] : llvm::zip_equal(histogram->getBins(), histogram->getCounts())) {
    double centre = Histogram::getCentre(bin < 0 ? -1 - bin : bin);
    sum += double(count) * (centre * centre);
  }
  return sum / double(stats.getCount());
}

OperandStatistics ActivationParams::getOperandStatistics(Value value, const calibration::OperandWindow &window) const {
  StatsOp stats = statistics.lookup(value);
  return stats ? findOperandStatistics(stats, window) : OperandStatistics();
}

static std::vector<float> readElements(ElementsAttr elements) {
  std::optional<TensorValue> tensor = elements ? getTensorValue(elements) : std::nullopt;
  return tensor ? tensor->getData<float>().vec() : std::vector<float>();
}

OperandCovariances ActivationParams::getCovariances(const CovarianceSource &source) const {
  OperandStatistics seen = getOperandStatistics(source.value, source.window);
  if (!seen.means || !seen.covariances)
    return {};
  OperandCovariances result{readElements(seen.covariances), readElements(seen.means.getMeans()), 0};
  int64_t taps = 1;
  for (int64_t size : source.window.kernel)
    taps *= size;
  result.positions = double(statistics.lookup(source.value).getCount()) / (double(result.means.size()) / double(taps));
  return result;
}

OperandMoments ActivationParams::getOperandMoments(Operation *contraction, bool readsCovariances) const {
  std::optional<calibration::OperandWindow> window;
  if (correctsBiases)
    window = getOperandWindow(contraction);
  OperandMoments moments;
  if (window)
    if (OperandMeansAttr means = getOperandStatistics(contraction->getOperand(0), *window).means) {
      moments.means = readElements(means.getMeans());
      moments.meanSquare = getMeanSquare(statistics.lookup(contraction->getOperand(0)));
    }
  if (window && readsCovariances)
    if (std::optional<CovarianceSource> source = findCovarianceSource(contraction))
      moments.covariances = getCovariances(*source);
  return moments;
}

FailureOr<CodeParams> ActivationParams::get(Value value, qc::numerics::CodeType codeType, bool isCentred,
                                            ReadRange read) {
  Key key{value, unsigned(codeType), isCentred, llvm::bit_cast<uint32_t>(read.lo), llvm::bit_cast<uint32_t>(read.hi)};
  if (auto found = known.find(key); found != known.end())
    return found->second;
  FailureOr<Observed> range = getRange(value, codeType, read);
  if (failed(range))
    return failure();
  std::optional<numerics::QuantParams> chosen =
      isCentred ? numerics::chooseCentredActivation(range->min, range->max, codeType)
                : numerics::chooseActivation(range->min, range->max, codeType);
  if (!chosen)
    return LogicalResult(emitError(value.getLoc(), "expects finite ")
                         << (getConstantValue(value) ? "constants" : "observed values") << ", got a range from "
                         << range->min << " to " << range->max);
  CodeParams params{chosen->scale, chosen->zeroPoint, codeType};
  known[key] = params;
  auto type = cast<RankedTensorType>(value.getType());
  bool isEmpty = type.hasStaticShape() && type.getNumElements() == 0;
  if (range->min == 0 && range->max == 0 && !isEmpty)
    unusual[value] = std::string(range->count == 0 ? "the value was never observed" : "every observed value is 0") +
                     ": scale 1, zero point " + std::to_string(params.zeroPoint);
  return params;
}

void ActivationParams::reportUnusual(Value value) {
  auto found = unusual.find(value);
  if (found == unusual.end())
    return;
  remark::missed(value.getLoc(), remark::RemarkOpts::name("Parameters").category("qc-quantize"))
      << remark::reason("{0}", found->second);
  unusual.erase(found);
}
