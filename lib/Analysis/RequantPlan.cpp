// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Multipliers and shifts from scales, registers proved from actual weights (docs/Numerics.md: Choosing, Registers).
#include "qc/Analysis/RequantPlan.h"
#include "dialects/QC/WindowCounts.h"
#include "qc/Arith/Planes.h"
#include "qc/Arith/Softmax.h"
#include <algorithm>

using namespace qc;
using numerics::PlaneBounds;
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

static PlaneBounds uniteBounds(const PlaneBounds &a, const PlaneBounds &b) {
  return {uniteBounds(a.high, b.high), uniteBounds(a.low, b.low), std::max(a.bound, b.bound)};
}

// One register: the upper plane is empty.
static PlaneBounds inOneRegister(const SumBounds &bounds) { return {SumBounds(), bounds, bounds.bound()}; }

static std::string refuseRegisters(const PlaneBounds &bounds, const std::string &where) {
  std::string reason = refuseRegister(bounds.high, where);
  return reason.empty() ? refuseRegister(bounds.low, where) : reason;
}

namespace {
/// What is proved of each output channel of a contraction.
struct ChannelFacts {
  std::vector<PlaneBounds> bounds; ///< of 8-bit codes without an upper plane
  std::vector<bool> allZero;       ///< codes and bias are all 0
  std::string reason;
};
} // namespace

static PlaneBounds boundChannel(const numerics::WeightSums &sums, CodeParams input, int64_t bias) {
  if (input.isWide())
    return numerics::planeContractionBounds(sums, input.type, input.zeroPoint, bias);
  return inOneRegister(numerics::contractionBounds(sums, numerics::codeRange(input.type), input.zeroPoint, bias));
}

static ChannelFacts proveChannels(const WeightCodes &weights, Span<int64_t> bias, CodeParams input) {
  ChannelFacts facts;
  for (int64_t c = 0; c < weights.channels; ++c) {
    int64_t b = bias.empty() ? 0 : bias[c];
    PlaneBounds bounds = boundChannel({}, input, b); // also of an empty sum
    bool allZero = b == 0;
    for (int64_t batch = 0; batch < weights.batches; ++batch) {
      const int8_t *first = weights.codes.data();
      if (weights.depth != 0) // else there may be no codes at all
        first += batch * weights.batchStride + c * weights.channelStride;
      numerics::WeightSums sums = numerics::sumWeights(first, weights.depth, weights.depthStride);
      allZero = allZero && sums.allZero();
      bounds = uniteBounds(bounds, boundChannel(sums, input, b));
    }
    if (facts.reason.empty())
      facts.reason = refuseRegisters(bounds, inChannel(c, weights.channels));
    facts.bounds.push_back(bounds);
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
  RequantPlan plan{
      std::move(chosen.m0), std::move(chosen.m1), std::move(chosen.shifts), std::move(chosen.dead), {}, {}};
  plan.multipliers2 = std::move(chosen.m2);
  return plan;
}

static int64_t codeBound(CodeParams codes) {
  return numerics::codeSumBounds(1, numerics::codeRange(codes.type), codes.zeroPoint).bound();
}

// Of two planes where `input` has 16 bits.
static RequantPlan choose(Span<double> factors, Span<PlaneBounds> bounds, bool isWide, float resultScale,
                          const CodeParams *residual) {
  std::optional<numerics::Residual> addend;
  if (residual)
    addend = {numerics::rescaleFactor(residual->scale, resultScale), codeBound(*residual)};
  if (isWide) {
    RequantPlan plan = fromChannels(numerics::choosePlaneChannels(factors, bounds, addend));
    plan.planes = bool(plan);
    return plan;
  }
  std::vector<int64_t> sums;
  for (const PlaneBounds &channel : bounds)
    sums.push_back(channel.bound);
  return fromChannels(
      addend ? numerics::chooseChannels2(factors, sums, addend->factor, addend->bound, numerics::contractionWidth)
             : numerics::chooseChannels(factors, sums, numerics::contractionWidth));
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

RequantPlan qc::planContraction(const WeightCodes &weights, Span<float> weightScales, Span<int64_t> bias,
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
  return choose(factors, facts.bounds, input.isWide(), resultScale, residual);
}

// Nothing where both have 16 bits.
static std::optional<PlaneBounds> proveMatMul(int64_t depth, CodeParams a, CodeParams b, int64_t bias) {
  // Beyond this depth the register is refused anyway; the product must not leave 64 bits.
  int64_t bounded = std::min(depth, int64_t(1) << 32);
  if (a.isWide() || b.isWide())
    return numerics::planeMatmulBounds(bounded, a.type, a.zeroPoint, b.type, b.zeroPoint, bias);
  SumBounds product = numerics::matmulBounds(bounded, numerics::codeRange(a.type), a.zeroPoint,
                                             numerics::codeRange(b.type), b.zeroPoint);
  return inOneRegister({product.lower + bias, product.upper + bias, product.raw});
}

static std::optional<PlaneBounds> proveMatMul(int64_t depth, CodeParams a, CodeParams b, Span<int64_t> bias) {
  std::optional<PlaneBounds> bounds = proveMatMul(depth, a, b, int64_t(0));
  for (int64_t c : bias)
    if (bounds)
      bounds = uniteBounds(*bounds, *proveMatMul(depth, a, b, c));
  return bounds;
}

static std::string refuseMatMul(int64_t depth, CodeParams a, CodeParams b, Span<int64_t> bias) {
  if (depth < 0)
    return "the reduction dimension of a product of two activations is not known, so its sums have no bound";
  std::optional<PlaneBounds> bounds = proveMatMul(depth, a, b, bias);
  return bounds ? refuseRegisters(*bounds, "") : "both of its operands have codes of 16 bits, a product takes one";
}

RequantPlan qc::planMatMul(int64_t depth, CodeParams a, CodeParams b, Span<int64_t> bias, float resultScale,
                           const CodeParams *residual) {
  if (std::string reason = refuseMatMul(depth, a, b, bias); !reason.empty())
    return refuse(reason);
  double factor = numerics::productFactor(a.scale, b.scale, resultScale);
  PlaneBounds bounds = *proveMatMul(depth, a, b, bias);
  return choose(Span<double>(&factor, 1), Span<PlaneBounds>(&bounds, 1), a.isWide() || b.isWide(), resultScale,
                residual);
}

RequantPlan qc::planMul(CodeParams a, CodeParams b, float resultScale) {
  double factor = numerics::productFactor(a.scale, b.scale, resultScale);
  int64_t bound =
      numerics::productBounds(numerics::codeRange(a.type), a.zeroPoint, numerics::codeRange(b.type), b.zeroPoint)
          .bound();
  return fromChannels(
      numerics::chooseChannels(Span<double>(&factor, 1), Span<int64_t>(&bound, 1), numerics::contractionWidth));
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
  return a.isNarrow() && b.isNarrow() ? numerics::codesWidth : numerics::contractionWidth;
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

static RequantPlan planRows(CodeParams x, double factor) {
  if (!x.isNarrow())
    return refuse(std::string("its operand has codes of type ") + numerics::codeTypeName(x.type) +
                  ", a softmax takes 8 bits");
  numerics::Multipliers chosen = numerics::chooseRowRequant(factor);
  if (!chosen)
    return refuse(numerics::describe(chosen.refusal));
  RequantPlan plan;
  plan.multipliers = {chosen.m[0]};
  plan.shifts = {chosen.shift};
  plan.dead = {false};
  return plan;
}

RequantPlan qc::planSoftmax(CodeParams x, float resultScale) {
  return planRows(x, numerics::rescaleFactor(1.0f, resultScale));
}

// Both planes as one i32 in units of 2^k, which is returned: 256 * 2^22 and 2^22 with a shift of 22 + k are legal
// whatever the sums are (R3).
static int32_t joinPlanes(RequantPlan &plan, int64_t bound) {
  int32_t k = 0;
  while ((bound + (int64_t(1) << k >> 1)) >> k >= int64_t(1) << 31)
    ++k;
  plan.multipliers = {1 << 30};
  plan.multipliers1 = {1 << 22};
  plan.shifts = {22 + k};
  plan.dead = {false};
  plan.planes = true;
  return k;
}

WeightedPlan qc::planSoftmaxProduct(int64_t depth, CodeParams x, CodeParams values, float resultScale) {
  WeightedPlan plan;
  plan.reason = refuseMatMul(depth, CodeParams(), values, {});
  if (!plan)
    return plan;
  int32_t k = values.isWide() ? joinPlanes(plan.sum, proveMatMul(depth, CodeParams(), values, {})->bound) : 0;
  plan.rows = planRows(x, numerics::rescaleFactor(values.scale, resultScale) * double(int64_t(1) << k));
  plan.reason = plan.rows.reason;
  return plan;
}

RequantPlan qc::planRescale(CodeParams input, float resultScale) {
  double factor = numerics::rescaleFactor(input.scale, resultScale);
  int64_t bound = codeBound(input);
  return fromChannels(
      numerics::chooseChannels(Span<double>(&factor, 1), Span<int64_t>(&bound, 1), widthOf(input, input)));
}

static void joinPlanes(FloatResultPlan &plan, int64_t bound) {
  int32_t k = joinPlanes(plan.sum, bound);
  for (float &scale : plan.scales) {
    scale *= float(int64_t(1) << k);
    if (!(scale <= 0x1.fffffep+127f))
      plan.reason = "the scale of its sums is not a finite f32";
  }
}

FloatResultPlan qc::planFloatResult(const WeightCodes &weights, Span<float> weightScales, Span<int64_t> bias,
                                    CodeParams input) {
  FloatResultPlan plan = scaleSums(input.scale, weightScales);
  ChannelFacts facts = proveChannels(weights, bias, input);
  if (!facts.reason.empty())
    plan.reason = facts.reason;
  int64_t bound = 0;
  for (const PlaneBounds &channel : facts.bounds)
    bound = std::max(bound, channel.bound);
  if (input.isWide() && plan)
    joinPlanes(plan, bound);
  return plan;
}

FloatResultPlan qc::planFloatResult(int64_t depth, CodeParams a, CodeParams b, Span<int64_t> bias) {
  FloatResultPlan plan = scaleSums(a.scale, Span<float>(&b.scale, 1));
  if (std::string reason = refuseMatMul(depth, a, b, bias); !reason.empty())
    plan.reason = reason;
  if ((a.isWide() || b.isWide()) && plan)
    joinPlanes(plan, proveMatMul(depth, a, b, bias)->bound);
  return plan;
}
