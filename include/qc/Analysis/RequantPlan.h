// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Whether an operation has an integer form, and with which multipliers and shifts (docs/Numerics.md: Choosing,
// Registers). Asked by quantize, before neighbours get parameters, and by the conversion that builds the form: one
// answer for both.
#pragma once
#include "qc/Arith/Bounds.h"
#include "qc/Arith/Quantize.h"
#include "qc/Arith/Requant.h"
#include <string>
#include <vector>

namespace qc {

/// The codes of an activation: real = scale * (code - zeroPoint). Axis and block are those of its format
/// (`#qc.format`); only one scale and zero point for the whole tensor are made today.
struct CodeParams {
  float scale = 1.0f;
  int32_t zeroPoint = 0;
  numerics::CodeType type = numerics::CodeType::UI8;
  int64_t axis = -1; ///< -1: one scale for the whole tensor
  int64_t block = 0; ///< elements along `axis` that share a scale; 0: each index has its own

  bool isPerTensor() const { return axis < 0; }
  /// 8 bits: one register holds a contraction's sum. 16 bits: it is one of two planes.
  bool isNarrow() const { return type == numerics::CodeType::I8 || type == numerics::CodeType::UI8; }
  bool isWide() const { return type == numerics::CodeType::I16 || type == numerics::CodeType::UI16; }
  bool operator==(const CodeParams &other) const {
    return scale == other.scale && zeroPoint == other.zeroPoint && type == other.type && axis == other.axis &&
           block == other.block;
  }
  bool operator!=(const CodeParams &other) const { return !(*this == other); }
};

/// i8 codes of constant weights: weight k of output channel c of batch b stands at
/// codes[b * batchStride + c * channelStride + k * depthStride].
struct WeightCodes {
  numerics::Span<int8_t> codes;
  int64_t channels = 1, channelStride = 0;
  int64_t depth = 0, depthStride = 1; ///< K
  int64_t batches = 1, batchStride = 0;

  /// Weights of `shape` whose output channels lie along `axis` (-1: a single channel). Dimensions before the last two
  /// of a matrix product's weights are batches: `isMatrix`.
  static WeightCodes view(numerics::Span<int8_t> codes, numerics::Span<int64_t> shape, int64_t axis, bool isMatrix);
};

/// Numbers of a `dyadic.requant` (an entry per channel or one) or a `dyadic.avg_pool` (one per count); or why there are
/// none: lower case, no full stop, fit for `qc.float_reason`.
struct RequantPlan {
  std::vector<int32_t> multipliers;
  std::vector<int32_t> multipliers1; ///< empty with one term
  std::vector<int32_t> shifts;       ///< bits, in [1, 62]
  std::vector<bool> dead;            ///< entries that contribute 0 for every input
  std::string reason;                ///< empty where there are numbers
  std::vector<int32_t> multipliers2; ///< empty with fewer than three terms
  bool planes = false;               ///< terms 0 and 1 are the sums of the upper and the lower bytes

  /// Whether the numbers are there.
  explicit operator bool() const { return reason.empty(); }
  /// How many entries are dead.
  int64_t countDead() const;
};

/// conv, gemm, matmul with constant weights: x * w (+ bias) -> codes of scale `resultScale`; `residual` is the other
/// term of an add in the group. `weightScales` has one entry or one per channel, `bias` none or one per channel. Where
/// `input` has 16 bits the plan is one of planes.
RequantPlan planContraction(const WeightCodes &weights, numerics::Span<float> weightScales,
                            numerics::Span<int64_t> bias, CodeParams input, float resultScale,
                            const CodeParams *residual = nullptr);

/// matmul of two activations over K = `depth` (negative: not known); one entry for all columns. One of both may have 16
/// bits: then the plan is one of planes.
RequantPlan planMatMul(int64_t depth, CodeParams a, CodeParams b, numerics::Span<int64_t> bias, float resultScale,
                       const CodeParams *residual = nullptr);

/// mul: (q_a - z_a) * (q_b - z_b) -> codes.
RequantPlan planMul(CodeParams a, CodeParams b, float resultScale);

/// Average pools: one entry per window count (dialects/QC/WindowCounts.h).
RequantPlan planAveragePool(numerics::Span<int64_t> counts, CodeParams input, float resultScale);

/// add and sub of two values of codes.
RequantPlan planAdd(CodeParams a, CodeParams b, float resultScale);
RequantPlan planSub(CodeParams a, CodeParams b, float resultScale);

/// softmax of codes as codes of their own: one multiplier and shift for the row's numbers (docs/Numerics.md, Softmax).
/// x has 8 bits; of the weights of a mean, which are made of no codes, it is CodeParams().
RequantPlan planSoftmax(CodeParams x, float resultScale);

/// The product of a softmax's weights, which are not rounded before, and values. Values of 16 bits make two planes of
/// sums, which the Requant `sum` joins to one i32 in units of 2^k.
struct WeightedPlan {
  RequantPlan sum;    ///< of values of 16 bits: one entry; else empty
  RequantPlan rows;   ///< of the joined sum, for the row's numbers
  std::string reason; ///< as in RequantPlan
  explicit operator bool() const { return reason.empty(); }
};
WeightedPlan planSoftmaxProduct(int64_t depth, CodeParams x, CodeParams values, float resultScale);

/// Codes in other parameters (concat operands, dequantize -> quantize).
RequantPlan planRescale(CodeParams input, float resultScale);

/// A contraction that is not rounded: its i32 sum times f32(s_x * s_w) is the float result. Two planes become one i32
/// by the Requant `sum`, in units of 2^k * s_x * s_w, with the least k for which that is below 2^31: 0 where 32 bits
/// hold the sum, which is exact then.
struct FloatResultPlan {
  std::vector<float> scales; ///< as many as `weightScales`; times 2^k
  std::string reason;        ///< as in RequantPlan
  RequantPlan sum;           ///< of planes: one entry; else empty
  explicit operator bool() const { return reason.empty(); }
};
/// With constant weights: arguments as for planContraction.
FloatResultPlan planFloatResult(const WeightCodes &weights, numerics::Span<float> weightScales,
                                numerics::Span<int64_t> bias, CodeParams input);
/// Of two activations: arguments as for planMatMul; one scale.
FloatResultPlan planFloatResult(int64_t depth, CodeParams a, CodeParams b, numerics::Span<int64_t> bias);

} // namespace qc
