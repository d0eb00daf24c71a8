// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The codes of a contraction's weights and bias.
#include "ContractionCodes.h"
#include "BiasCorrection.h"
#include "Int4Rounding.h"
#include "WeightRounding.h"
#include "dialects/QC/WeightGroups.h"
#include "qc/Arith/Int4.h"
#include <cmath>

using namespace mlir;
using namespace qc;

static FailureOr<TensorValue> readConstant(Operation *op, unsigned slot, StringRef what) {
  std::optional<TensorValue> value = getTensorValue(getConstantValue(op->getOperand(slot)));
  if (!value)
    return LogicalResult(op->emitOpError("expects the data of its ") << what);
  return *value;
}

/// By how many powers of two the weights of an output channel are multiplied.
static int getShift(const ChannelShifts &shifts, int64_t channel, int64_t count) {
  auto operands = int64_t(shifts.operand.size());
  return (shifts.result.empty() ? 0 : shifts.result[channel]) -
         (operands == 0 ? 0 : shifts.operand[channel * operands / count]);
}

/// The weights, for multiplied channels.
static FailureOr<TensorValue> readWeights(Operation *op, const ChannelShifts &shifts) {
  auto form = cast<IntegerFormOpInterface>(op);
  FailureOr<TensorValue> weights = readConstant(op, *form.getWeightOperand(), "weights");
  if (failed(weights) || (shifts.operand.empty() && shifts.result.empty()))
    return weights;
  TensorValue scaled(weights->getType());
  WeightSplit channels(weights->getShape(), form.getWeightChannelAxis());
  const float *in = weights->getData<float>().data();
  float *out = scaled.mutableData<float>().data();
  for (int64_t outer = 0; outer < channels.outer; ++outer)
    for (int64_t channel = 0; channel < channels.count; ++channel) {
      int shift = getShift(shifts, channel, channels.count);
      for (int64_t i = 0; i < channels.inner; ++i)
        *out++ = std::ldexp(*in++, shift);
    }
  return scaled;
}

/// The values of the bias; empty without one.
static FailureOr<std::vector<float>> readBias(Operation *op, ArrayRef<int> shifts) {
  std::optional<unsigned> slot = cast<IntegerFormOpInterface>(op).getBiasOperand();
  if (!slot)
    return std::vector<float>();
  FailureOr<TensorValue> value = readConstant(op, *slot, "bias");
  if (failed(value))
    return failure();
  ArrayRef<float> data = value->getData<float>();
  for (auto [channel, x] : llvm::enumerate(data))
    if (!std::isfinite(x))
      return LogicalResult(op->emitOpError("expects a finite bias, got ") << x << " in channel " << channel);
  std::vector<float> bias = data.vec();
  for (auto [x, shift] : llvm::zip(bias, shifts)) // no shifts: as they are
    x = std::ldexp(x, shift);
  return bias;
}

/// The largest |w| of each channel.
static FailureOr<std::vector<float>> findLargest(Operation *op, const WeightSplit &channels, ArrayRef<float> weights) {
  std::vector<float> largest(channels.count, 0.0f);
  const float *position = weights.data();
  for (int64_t outer = 0; outer < channels.outer; ++outer)
    for (float &x : largest) {
      x = std::max(x, qc::numerics::maxAbs(position, channels.inner));
      position += channels.inner;
    }
  for (auto [channel, x] : llvm::enumerate(largest))
    if (!std::isfinite(x))
      return LogicalResult(op->emitOpError("expects finite weights, got an infinity or NaN in channel ") << channel);
  return largest;
}

static TensorValue quantizeWeights(const TensorValue &weights, const WeightSplit &channels, ArrayRef<float> scales) {
  MLIRContext *context = weights.getType().getContext();
  TensorValue codes(RankedTensorType::get(weights.getShape(), IntegerType::get(context, 8)));
  const float *in = weights.getData<float>().data();
  int8_t *out = codes.mutableData<int8_t>().data();
  for (int64_t outer = 0; outer < channels.outer; ++outer)
    for (float scale : scales)
      for (int64_t i = 0; i < channels.inner; ++i)
        *out++ = qc::numerics::quantizeWeight(*in++, scale);
  return codes;
}

/// Weights of 4 bits of all channels, and the lengths of their groups.
struct Int4Codes {
  std::vector<qc::numerics::Int4Weights> channels;
  std::vector<int64_t> lengths;
};

/// The position among an output channel's weights, in the order of moments, of each in the order of groups.
static std::vector<size_t> orderByMoments(const WeightGroups &groups, const WeightSplit &split) {
  std::vector<size_t> places;
  for (int64_t run = 0; run < groups.getRuns(); ++run)
    for (int64_t k = 0; k < groups.getRunLength(); ++k) {
      int64_t index = groups.getIndex(0, run, k);
      places.push_back(size_t(index / (split.inner * split.count) * split.inner + index % split.inner));
    }
  return places;
}

/// Moves codes by what is known of how the operand's elements vary together (Int4Rounding.h). False: nothing is.
static bool roundByCovariances(const OperandCovariances &covariances, ArrayRef<size_t> places,
                               llvm::function_ref<float(int64_t, size_t)> getWeight, Int4Codes &codes) {
  std::vector<Int4Channel> channels;
  for (auto [number, of] : llvm::enumerate(codes.channels)) {
    Int4Channel &channel = channels.emplace_back();
    channel.weights.resize(places.size());
    channel.multipliers.resize(places.size());
    channel.codes.resize(places.size());
    size_t i = 0;
    for (auto [multiplier, length] : llvm::zip_equal(of.multipliers, codes.lengths))
      for (size_t end = i + size_t(length); i < end; ++i) {
        channel.weights[places[i]] = double(getWeight(int64_t(number), i)) / double(of.scale);
        channel.multipliers[places[i]] = multiplier;
        channel.codes[places[i]] = of.codes[i];
      }
  }
  bool isMoved = roundByCovariances(covariances, channels);
  for (auto [of, channel] : llvm::zip_equal(codes.channels, channels))
    for (size_t i = 0; i < places.size(); ++i)
      of.codes[i] = channel.codes[places[i]];
  return isMoved;
}

/// The weights that 4-bit ones stand for, and their scales; or the reason why there are none.
static void addInt4Weights(const TensorValue &weights, const WeightGroups &groups, const WeightSplit &split,
                           CodeParams input, ArrayRef<float> bias, const OperandMoments &moments,
                           ContractionCodes &result) {
  ArrayRef<float> in = weights.getData<float>();
  std::vector<int64_t> runs(groups.getRuns(), groups.getRunLength());
  Int4Codes chosen{{}, qc::numerics::groupLengths(runs, groups.getGroupSize())};
  std::vector<float> sum(groups.getRuns() * groups.getRunLength());
  auto getIndex = [&](int64_t channel, size_t i) {
    return groups.getIndex(channel, int64_t(i) / groups.getRunLength(), int64_t(i) % groups.getRunLength());
  };
  auto getWeight = [&](int64_t channel, size_t i) { return in[getIndex(channel, i)]; };
  for (int64_t channel = 0; channel < groups.getChannels(); ++channel) {
    for (auto [i, w] : llvm::enumerate(sum))
      w = getWeight(channel, i);
    std::optional<qc::numerics::Int4Weights> own =
        qc::numerics::quantizeInt4(sum, chosen.lengths, bias.empty() ? 0.0f : bias[channel], input.scale, input.type);
    if (!own) {
      result.reason = "the scale of its weights is not finite in channel " + std::to_string(channel);
      return;
    }
    result.weightScales.push_back(own->scale);
    chosen.channels.push_back(std::move(*own));
  }
  bool isMoved = moments.covariances.means.size() == sum.size() &&
                 roundByCovariances(moments.covariances, orderByMoments(groups, split), getWeight, chosen);
  result.isNearest = !isMoved && !moments.means.empty();
  TensorValue codes(RankedTensorType::get(weights.getShape(), IntegerType::get(weights.getType().getContext(), 8)));
  MutableArrayRef<int8_t> out = codes.mutableData<int8_t>();
  for (int64_t channel = 0; channel < groups.getChannels(); ++channel)
    for (auto [i, code] : llvm::enumerate(qc::numerics::standForInt8(chosen.channels[channel], chosen.lengths)))
      out[getIndex(channel, i)] = code;
  result.weights = std::move(codes);
}

static LogicalResult addWeights(Operation *op, CodeParams input, ArrayRef<float> bias, const OperandMoments &moments,
                                ContractionCodes &result) {
  auto form = cast<IntegerFormOpInterface>(op);
  FailureOr<TensorValue> given = readWeights(op, {}), weights = readWeights(op, result.shifts);
  if (failed(given) || failed(weights))
    return failure();
  WeightSplit channels(weights->getShape(), form.getWeightChannelAxis());
  if (channels.count == 0) {
    result.reason = "it has no output channel";
    return success();
  }
  FailureOr<std::vector<float>> largest = findLargest(op, channels, given->getData<float>());
  if (failed(largest))
    return failure();
  if (result.weightGroup != 0) {
    WeightGroups groups(weights->getShape(), form.getWeightChannelAxis(), form.hasMatrixWeights(), result.weightGroup);
    addInt4Weights(*weights, groups, channels, input, bias, moments, result);
    return success();
  }
  for (auto [channel, x] : llvm::enumerate(*largest)) {
    float most = std::ldexp(x, getShift(result.shifts, int64_t(channel), channels.count));
    std::optional<float> scale =
        qc::numerics::chooseWeightScale(most, bias.empty() ? 0.0f : bias[channel], input.scale, input.type);
    if (!scale) {
      result.reason = "the scale of its weights is not finite in channel " + std::to_string(channel);
      return success();
    }
    result.weightScales.push_back(*scale);
  }
  result.weights = quantizeWeights(*weights, channels, result.weightScales);
  return success();
}

// The means of a depthwise convolution's multiplied operand.
static std::vector<float> scaleMeans(std::vector<float> means, ArrayRef<int> shifts) {
  for (size_t i = 0; i < means.size() && !shifts.empty(); ++i)
    means[i] = std::ldexp(means[i], shifts[i * shifts.size() / means.size()]);
  return means;
}

/// Rounds i8 weights together. What is taken from the bias of each channel then, empty where nothing is known of the
/// operand.
static FailureOr<std::vector<double>> correct(Operation *op, const OperandMoments &moments, ContractionCodes &codes) {
  const std::vector<float> &means = moments.means;
  if (means.empty() || !codes.weights || !codes.reason.empty())
    return std::vector<double>();
  auto form = cast<IntegerFormOpInterface>(op);
  FailureOr<TensorValue> weights = readWeights(op, codes.shifts);
  if (failed(weights))
    return failure();
  WeightSplit channels(weights->getShape(), form.getWeightChannelAxis());
  auto conv = dyn_cast<qc::ConvOp>(op);
  int64_t groups = conv ? int64_t(conv.getGroup()) : 1, expected = groups * channels.outer * channels.inner;
  if (int64_t(means.size()) != expected)
    return LogicalResult(op->emitOpError("expects operand_means of ") << expected << " elements, got " << means.size());
  ArrayRef<float> values = weights->getData<float>();
  if (codes.weightGroup == 0 && moments.meanSquare) // errors in steps of codes are those of unmultiplied channels
    roundTogether(channels, groups, values, codes.weightScales, means, *moments.meanSquare,
                  codes.weights->mutableData<int8_t>());
  return sumMeanErrors(channels, groups, values, codes.weights->getData<int8_t>(), codes.weightScales,
                       scaleMeans(means, codes.shifts.operand));
}

static std::optional<int64_t> quantizeBias(double bias, float inputScale, float weightScale, bool isWide) {
  if (isWide)
    return qc::numerics::quantizePlaneBias(bias, inputScale, weightScale);
  return qc::numerics::quantizeBias(bias, inputScale, weightScale);
}

/// The code of a bias; of the corrected one where that has one.
static std::optional<int64_t> quantizeCorrected(double bias, double correction, float weightScale,
                                                const ContractionCodes &codes) {
  std::optional<int64_t> code = quantizeBias(bias - correction, codes.inputScale, weightScale, codes.isWide);
  return code ? code : quantizeBias(bias, codes.inputScale, weightScale, codes.isWide);
}

/// Bias codes of all channels; those of an operation without a bias only where one is not 0.
static void addBias(ArrayRef<float> bias, ArrayRef<double> corrections, ContractionCodes &result) {
  for (size_t channel = 0; channel < std::max(bias.size(), corrections.size()); ++channel) {
    float weightScale = result.weightScales[result.weightScales.size() == 1 ? 0 : channel];
    float scale = qc::numerics::accumulatorScale(result.inputScale, weightScale);
    std::optional<int64_t> code =
        quantizeCorrected(bias.empty() ? 0.0 : double(bias[channel]), corrections.empty() ? 0.0 : corrections[channel],
                          weightScale, result);
    bool hasScale = std::isfinite(scale) && scale > 0;
    if (bias.empty() && (!hasScale || !code)) // it can do without
      return result.bias.clear(), result.biasScales.clear();
    if (!hasScale)
      result.reason = "the scale of its bias is not positive and finite in channel " + std::to_string(channel);
    else if (!code)
      result.reason = std::string("its bias is beyond 2^") + (result.isWide ? "38" : "30") + " codes in channel " +
                      std::to_string(channel);
    if (!result.reason.empty())
      return;
    result.bias.push_back(*code);
    result.biasScales.push_back(scale);
  }
  if (bias.empty() && llvm::all_of(result.bias, [](int64_t code) { return code == 0; }))
    result.bias.clear(), result.biasScales.clear();
}

FailureOr<ContractionCodes> qc::quantizeConstants(Operation *contraction, CodeParams input,
                                                  std::optional<CodeParams> second, int64_t weightGroup,
                                                  OperandMoments moments, const ChannelShifts &shifts) {
  ContractionCodes result;
  result.shifts = shifts;
  result.inputScale = input.scale;
  result.weightGroup = weightGroup;
  result.isWide = input.isWide() || (second && second->isWide());
  if (second)
    result.secondScale = second->scale;
  FailureOr<std::vector<float>> bias = readBias(contraction, shifts.result);
  if (failed(bias))
    return failure();
  if (second)
    result.weightScales = {second->scale};
  else if (failed(addWeights(contraction, input, *bias, moments, result)))
    return failure();
  FailureOr<std::vector<double>> corrections = correct(contraction, moments, result);
  if (failed(corrections))
    return failure();
  if (result.reason.empty())
    addBias(*bias, *corrections, result);
  return result;
}
