// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Multipliers and shifts from scales, registers proved from actual weights (docs/Numerics.md: Choosing, Registers).
#include "qc/Analysis/RequantPlan.h"
#include "dialects/QC/WindowCounts.h"
#include <algorithm>

using namespace qc;
using numerics::Span;
using numerics::SumBounds;

WeightCodes WeightCodes::view(Span<int8_t> codes, Span<int64_t> shape, int64_t axis, bool isMatrix) {
  WeightCodes view;
  view.codes = codes;
  int64_t size = int64_t(codes.size()), rank = int64_t(shape.size());
  view.channels = axis < 0 ? 1 : shape[axis];
  view.batches = 1;
  for (int64_t d = 0; isMatrix && d + 2 < rank; ++d)
    view.batches *= shape[d];
  int64_t perBatch = view.batches == 0 ? 0 : size / view.batches;
  view.batchStride = perBatch;
  view.depth = view.channels == 0 ? 0 : perBatch / view.channels;
  // Channels are the first dimension (filters, transposed matrices) or the last one (matrices).
  bool isLast = axis > 0;
  view.channelStride = isLast ? 1 : view.depth;
  view.depthStride = isLast ? view.channels : 1;
  return view;
}

int64_t RequantPlan::countDead() const { return std::count(dead.begin(), dead.end(), true); }

static std::string inChannel(int64_t channel, int64_t channels) {
  return channels == 1 ? std::string() : " in output channel " + std::to_string(channel);
}

// Why sums with these bounds do not fit the register; empty where they do.
static std::string refuseRegister(const SumBounds &bounds, const std::string &where) {
  constexpr int64_t limit = int64_t(1) << 31;
  if (bounds.raw >= limit)
    return "a sum of products of codes up to " + std::to_string(bounds.raw) + where + " may leave 32 bits";
  if (bounds.bound() >= limit)
    return "a sum of products with bias up to " + std::to_string(bounds.bound()) + where + " may leave 32 bits";
  return {};
}

static SumBounds uniteBounds(const SumBounds &a, const SumBounds &b) {
  return {std::min(a.lower, b.lower), std::max(a.upper, b.upper), std::max(a.raw, b.raw)};
}

static float scaleOf(Span<float> scales, int64_t channel) { return scales[scales.size() == 1 ? 0 : channel]; }

namespace {
/// What is proved of each output channel of a contraction.
struct ChannelFacts {
  std::vector<int64_t> bounds; ///< X
  std::vector<bool> allZero;   ///< codes and bias are all 0
  std::string reason;
};
} // namespace

static ChannelFacts proveChannels(const WeightCodes &weights, Span<int32_t> bias, CodeParams input) {
  ChannelFacts facts;
  for (int64_t c = 0; c < weights.channels; ++c) {
    int64_t b = bias.empty() ? 0 : bias[c];
    SumBounds bounds{b, b, 0}; // also of an empty sum
    bool allZero = b == 0;
    for (int64_t batch = 0; batch < weights.batches; ++batch) {
      const int8_t *first = weights.codes.data();
      if (weights.depth != 0) // else there may be no codes at all
        first += batch * weights.batchStride + c * weights.channelStride;
      numerics::WeightSums sums = numerics::sumWeights(first, weights.depth, weights.depthStride);
      allZero = allZero && sums.allZero();
      bounds =
          uniteBounds(bounds, numerics::contractionBounds(sums, numerics::codeRange(input.type), input.zeroPoint, b));
    }
    if (facts.reason.empty())
      facts.reason = refuseRegister(bounds, inChannel(c, weights.channels));
    facts.bounds.push_back(bounds.bound());
    facts.allZero.push_back(allZero);
  }
  return facts;
}

static RequantPlan refuse(std::string reason) {
  RequantPlan plan;
  plan.reason = std::move(reason);
  return plan;
}

static RequantPlan fromChannels(numerics::ChannelMultipliers chosen) {
  if (!chosen)
    return refuse(numerics::describe(chosen.refusal) + inChannel(chosen.refusedChannel, chosen.shifts.size()));
  return {std::move(chosen.m0), std::move(chosen.m1), std::move(chosen.shifts), std::move(chosen.dead), {}};
}

static int64_t codeBound(CodeParams codes) {
  return numerics::codeSumBounds(1, numerics::codeRange(codes.type), codes.zeroPoint).bound();
}

static RequantPlan choose(Span<double> factors, Span<int64_t> bounds, float resultScale, const CodeParams *residual) {
  if (!residual)
    return fromChannels(numerics::chooseChannels(factors, bounds, numerics::contractionWidth));
  double factor1 = numerics::rescaleFactor(residual->scale, resultScale);
  return fromChannels(
      numerics::chooseChannels2(factors, bounds, factor1, codeBound(*residual), numerics::contractionWidth));
}

// Scales of sums that are not rounded: extreme products of scales become 0 or infinite.
static FloatResultPlan scaleSums(float inputScale, Span<float> weightScales) {
  FloatResultPlan plan;
  for (float scale : weightScales) {
    float product = numerics::accumulatorScale(inputScale, scale);
    if (!(product > 0.0f && product <= 0x1.fffffep+127f))
      plan.reason = "the product of the scales of the operands is not a positive finite f32";
    plan.scales.push_back(product);
  }
  return plan;
}

RequantPlan qc::planContraction(const WeightCodes &weights, Span<float> weightScales, Span<int32_t> bias,
                                CodeParams input, float resultScale, const CodeParams *residual) {
  ChannelFacts facts = proveChannels(weights, bias, input);
  if (!facts.reason.empty())
    return refuse(facts.reason);
  if (!bias.empty()) // its codes count units of s_x * s_w, an f32
    if (std::string reason = scaleSums(input.scale, weightScales).reason; !reason.empty())
      return refuse(reason);
  std::vector<double> factors;
  for (int64_t c = 0; c < weights.channels; ++c) {
    double factor = numerics::productFactor(input.scale, scaleOf(weightScales, c), resultScale);
    factors.push_back(facts.allZero[c] ? 0.0 : factor); // such a filter takes no part in choosing
  }
  return choose(factors, facts.bounds, resultScale, residual);
}

static SumBounds proveMatMul(int64_t depth, CodeParams a, CodeParams b, Span<int32_t> bias) {
  // Beyond this depth the register is refused anyway; the product must not leave 64 bits.
  int64_t bounded = std::min(depth, int64_t(1) << 32);
  SumBounds product = numerics::matmulBounds(bounded, numerics::codeRange(a.type), a.zeroPoint,
                                             numerics::codeRange(b.type), b.zeroPoint);
  SumBounds bounds = product;
  for (int32_t c : bias)
    bounds = uniteBounds(bounds, {product.lower + c, product.upper + c, product.raw});
  return bounds;
}

static std::string refuseMatMul(int64_t depth, CodeParams a, CodeParams b, Span<int32_t> bias) {
  if (depth < 0)
    return "the reduction dimension of a product of two activations is not known, so its sums have no bound";
  return refuseRegister(proveMatMul(depth, a, b, bias), "");
}

RequantPlan qc::planMatMul(int64_t depth, CodeParams a, CodeParams b, Span<int32_t> bias, float resultScale,
                           const CodeParams *residual) {
  if (std::string reason = refuseMatMul(depth, a, b, bias); !reason.empty())
    return refuse(reason);
  double factor = numerics::productFactor(a.scale, b.scale, resultScale);
  int64_t bound = proveMatMul(depth, a, b, bias).bound();
  return choose(Span<double>(&factor, 1), Span<int64_t>(&bound, 1), resultScale, residual);
}

RequantPlan qc::planMul(CodeParams a, CodeParams b, float resultScale) {
  double factor = numerics::productFactor(a.scale, b.scale, resultScale);
  int64_t bound =
      numerics::productBounds(numerics::codeRange(a.type), a.zeroPoint, numerics::codeRange(b.type), b.zeroPoint)
          .bound();
  return choose(Span<double>(&factor, 1), Span<int64_t>(&bound, 1), resultScale, nullptr);
}

RequantPlan qc::planAveragePool(Span<int64_t> counts, CodeParams input, float resultScale) {
  std::vector<double> factors;
  std::vector<int64_t> bounds;
  for (int64_t n : counts) {
    if (n > maxWindowCount)
      return refuse("a window of " + std::to_string(n) + " values is averaged, the integer form takes at most " +
                    std::to_string(maxWindowCount));
    SumBounds sum = numerics::codeSumBounds(n, numerics::codeRange(input.type), input.zeroPoint);
    if (std::string reason = refuseRegister(sum, ""); !reason.empty())
      return refuse(reason);
    factors.push_back(numerics::averageFactor(input.scale, n, resultScale));
    bounds.push_back(sum.bound());
  }
  numerics::ChannelMultipliers chosen = numerics::chooseChannels(factors, bounds, numerics::contractionWidth);
  return chosen ? fromChannels(std::move(chosen)) : refuse(numerics::describe(chosen.refusal));
}

// (R1): 22 bits where all operands are 8-bit codes.
static int widthOf(CodeParams a, CodeParams b) {
  auto isNarrow = [](CodeParams codes) {
    return codes.type == numerics::CodeType::I8 || codes.type == numerics::CodeType::UI8;
  };
  return isNarrow(a) && isNarrow(b) ? numerics::codesWidth : numerics::contractionWidth;
}

// `sign` is that of the second term.
static RequantPlan planSum(CodeParams a, CodeParams b, double sign, float resultScale) {
  double factor0 = numerics::rescaleFactor(a.scale, resultScale),
         factor1 = sign * numerics::rescaleFactor(b.scale, resultScale);
  int64_t bound0 = codeBound(a);
  return fromChannels(numerics::chooseChannels2(Span<double>(&factor0, 1), Span<int64_t>(&bound0, 1), factor1,
                                                codeBound(b), widthOf(a, b)));
}

RequantPlan qc::planAdd(CodeParams a, CodeParams b, float resultScale) { return planSum(a, b, 1.0, resultScale); }
RequantPlan qc::planSub(CodeParams a, CodeParams b, float resultScale) { return planSum(a, b, -1.0, resultScale); }

RequantPlan qc::planRescale(CodeParams input, float resultScale) {
  double factor = numerics::rescaleFactor(input.scale, resultScale);
  int64_t bound = codeBound(input);
  return fromChannels(
      numerics::chooseChannels(Span<double>(&factor, 1), Span<int64_t>(&bound, 1), widthOf(input, input)));
}

FloatResultPlan qc::planFloatResult(const WeightCodes &weights, Span<float> weightScales, Span<int32_t> bias,
                                    CodeParams input) {
  FloatResultPlan plan = scaleSums(input.scale, weightScales);
  if (std::string reason = proveChannels(weights, bias, input).reason; !reason.empty())
    plan.reason = reason;
  return plan;
}

FloatResultPlan qc::planFloatResult(int64_t depth, CodeParams a, CodeParams b, Span<int32_t> bias) {
  FloatResultPlan plan = scaleSums(a.scale, Span<float>(&b.scale, 1));
  if (std::string reason = refuseMatMul(depth, a, b, bias); !reason.empty())
    plan.reason = reason;
  return plan;
}
