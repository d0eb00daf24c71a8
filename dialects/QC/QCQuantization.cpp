// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// quantize, dequantize, observe, stats: constraints.
#include "Verification.h"
#include "qc/Arith/Int4.h"

using namespace mlir;
using namespace qc;

// The scale of `codes` has one element, or one per index of the axis: quantize_c2, dequantize_c2.
static LogicalResult verifyScale(Operation *op, RankedTensorType codes, int64_t axis, RankedTensorType scale) {
  if (axis >= codes.getRank())
    return op->emitOpError("expects an axis below ") << codes.getRank() << ", got " << axis;
  int64_t size = axis < 0 ? 1 : codes.getDimSize(axis);
  if (scale.hasStaticShape() && scale.getRank() <= 1 &&
      ((ShapedType::isDynamic(size) && scale.getRank() == 1) || scale.getNumElements() == size))
    return success();
  InFlightDiagnostic error = op->emitOpError("expects a scale of ");
  if (ShapedType::isDynamic(size))
    return error << "one known dimension, got " << scale;
  return error << "rank 0 or 1 with " << size << " elements, got " << scale;
}

// Scale and zero point of `codes` by `format`.
static LogicalResult verifyParameters(Operation *op, RankedTensorType codes, FormatAttr format, Value scale,
                                      Value zeroPoint) {
  Type storage = getStoredType(format);
  if (codes.getElementType() != storage) // quantize_c1, dequantize_c1
    return op->emitOpError("expects codes of the format's storage type ")
           << storage << ", got " << codes.getElementType();
  RankedTensorType scaleType = getTensor(scale);
  if (failed(verifyScale(op, codes, format.getAxis(), scaleType))) // quantize_c2, dequantize_c2
    return failure();
  if (zeroPoint && (getTensor(zeroPoint).getElementType() != storage ||
                    getTensor(zeroPoint).getShape() != scaleType.getShape())) // quantize_c3, dequantize_c3
    return op->emitOpError("expects a zero point of type ")
           << RankedTensorType::get(scaleType.getShape(), storage) << ", got " << zeroPoint.getType();
  return success();
}

SmallVector<Dims> QuantizeOp::inferShapes(ShapeMath &math) { return {math.getShape(getX()).dims}; }
SmallVector<Dims> DequantizeOp::inferShapes(ShapeMath &math) { return {math.getShape(getQ()).dims}; }

LogicalResult QuantizeOp::verify() {
  RankedTensorType q = getTensor(getQ());
  if (failed(verifyCompatibleShape(q, getTensor(getX())))) // quantize_c1
    return emitOpError("expects a result of shape ") << getX().getType() << ", got " << q;
  if (q.getElementType().getIntOrFloatBitWidth() > 16 || isInt4Format(getFormat())) // quantize_c4
    return emitOpError("expects codes of 8 or 16 bits, got ")
           << (isInt4Format(getFormat()) ? getFormat().getStorage() : q.getElementType());
  return verifyParameters(*this, q, getFormat(), getScale(), getZeroPoint());
}

LogicalResult DequantizeOp::verify() {
  RankedTensorType q = getTensor(getQ());
  if (failed(verifyCompatibleShape(q, getTensor(getX())))) // dequantize_c1
    return emitOpError("expects a result of shape ") << q << ", got " << getX().getType();
  return verifyParameters(*this, q, getFormat(), getScale(), getZeroPoint());
}

LogicalResult ObserveOp::verifySymbolUses(SymbolTableCollection &symbols) {
  if (!symbols.lookupNearestSymbolFrom<StatsOp>(*this, getStatsAttr())) // observe_c1
    return emitOpError("expects the symbol of a qc.stats, got ") << getStatsAttr();
  return success();
}

// stats_c4
static LogicalResult verifyMeans(StatsOp op) {
  std::optional<uint64_t> observations = op.getObservations();
  std::optional<APFloat> min = op.getMeanMin(), max = op.getMeanMax();
  if (!observations && !min && !max)
    return success();
  if (!observations || !min || !max)
    return op.emitOpError("expects observations, mean_min and mean_max together");
  if (int64_t(*observations) < 1 || int64_t(*observations) > int64_t(op.getCount()))
    return op.emitOpError("expects observations from 1 to ")
           << int64_t(op.getCount()) << ", got " << int64_t(*observations);
  if (!min->isFinite() || !max->isFinite() || *min > *max)
    return op.emitOpError("expects a finite mean_min <= mean_max, got ")
           << op.getMeanMinAttr() << " and " << op.getMeanMaxAttr();
  return success();
}

// stats_c5
static LogicalResult verifyOperandMeans(StatsOp op) {
  std::optional<ArrayAttr> list = op.getOperandMeans();
  if (!list)
    return success();
  ArrayRef<Attribute> entries = list->getValue();
  for (size_t i = 0; i < entries.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      if (cast<OperandMeansAttr>(entries[i]).hasWindowOf(cast<OperandMeansAttr>(entries[j])))
        return op.emitOpError("expects operand_means of different windows, got two of ") << entries[i];
  return success();
}

// stats_c8
static LogicalResult verifyCovariances(StatsOp op) {
  std::optional<ArrayAttr> list = op.getOperandCovariances();
  if (!list)
    return success();
  size_t expected = op.getOperandMeans() ? op.getOperandMeans()->size() : 0;
  if (list->size() != expected)
    return op.emitOpError("expects operand_covariances for ") << expected << " operand_means, got " << list->size();
  for (auto [i, entry] : llvm::enumerate(*list)) {
    auto elements = cast<ElementsAttr>(entry);
    int64_t means = cast<OperandMeansAttr>((*op.getOperandMeans())[i]).getMeans().getNumElements();
    int64_t most = means <= numerics::covarianceDepthLimit ? means * (means + 1) / 2 : 0,
            count = elements.getNumElements();
    ShapedType type = elements.getShapedType();
    if (!isa<DenseElementsAttr>(entry) || !type.getElementType().isF32() || type.getRank() != 1 ||
        (count != 0 && count != most))
      return op.emitOpError("expects operand_covariances that are dense f32 of rank 1 with 0 or ")
             << most << " elements, got " << type << " for " << means << " means";
  }
  return success();
}

// stats_c7
static LogicalResult verifyChannels(StatsOp op) {
  std::optional<ArrayRef<float>> min = op.getChannelMin(), max = op.getChannelMax();
  if (!min && !max)
    return success();
  if (!min || !max || min->size() != max->size())
    return op.emitOpError("expects channel_min and channel_max together, of one length");
  float least = std::min(op.getMin().convertToFloat(), 0.0f), most = std::max(op.getMax().convertToFloat(), 0.0f);
  for (auto [channel, low, high] : llvm::enumerate(*min, *max))
    if (!(least <= low && low <= high && high <= most))
      return op.emitOpError("expects channel_min <= channel_max within min and max, got ")
             << low << " and " << high << " in channel " << channel;
  return success();
}

LogicalResult StatsOp::verify() {
  if (int64_t(getCount()) < 0 || int64_t(getEpoch()) < 0) // stats_c1
    return emitOpError("expects count >= 0 and epoch >= 0, got ")
           << int64_t(getCount()) << " and " << int64_t(getEpoch());
  float min = getMin().convertToFloat(), max = getMax().convertToFloat();
  if (!(min <= max)) // stats_c2
    return emitOpError("expects min <= max and neither NaN, got ") << getMinAttr() << " and " << getMaxAttr();
  if (std::optional<HistogramAttr> histogram = getHistogram()) { // stats_c3
    int64_t sum = 0;
    for (int64_t count : histogram->getCounts())
      sum += count;
    if (sum != int64_t(getCount()))
      return emitOpError("expects the counts of its histogram to sum to ")
             << int64_t(getCount()) << ", they sum to " << sum;
  }
  if (std::optional<StringRef> method = getMethod();
      method && !llvm::is_contained({"minmax", "mean", "percentile", "mse"}, *method)) // stats_c6
    return emitOpError("expects the method minmax, mean, percentile or mse, got '") << *method << "'";
  return success(succeeded(verifyMeans(*this)) && succeeded(verifyOperandMeans(*this)) &&
                 succeeded(verifyCovariances(*this)) && succeeded(verifyChannels(*this)));
}

void StatsOp::clear(int64_t epoch) {
  setCount(0);
  setMin(APFloat(0.0f));
  setMax(APFloat(0.0f));
  setData("");
  setEpoch(uint64_t(epoch));
  removeHistogramAttr();
  removeObservationsAttr();
  removeMeanMinAttr();
  removeMeanMaxAttr();
  removeOperandMeansAttr();
  removeOperandCovariancesAttr();
  removeMethodAttr();
  removeChannelMinAttr();
  removeChannelMaxAttr();
}
