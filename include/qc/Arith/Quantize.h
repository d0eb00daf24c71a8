// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parameters from data, the float borders, and the real factors of Requant (docs/Numerics.md).
#ifndef QC_ARITH_QUANTIZE_H
#define QC_ARITH_QUANTIZE_H

#include "qc/Arith/CodeType.h"
#include "qc/Arith/Span.h"

#include <cstdint>
#include <optional>

namespace qc::numerics {

// ---- Parameters from data: f64 formulas, a stored scale is rounded once, to f32 ----

/// Scale (real units per code, > 0 and finite) and zero point (the code of real 0).
struct QuantParams {
  float scale = 1.0f;
  int32_t zeroPoint = 0;
};

/// Activation, ui8 or ui16, N = 255 or 65535: lo = min(min, 0), hi = max(max, 0), s = f32(max((hi - lo) / N, 2^-64)),
/// z = clamp(roundeven(-lo / s), 0, N). lo = hi = 0 (also what "nothing observed" is given as): s = 1, z = 0. i8 and
/// i16 are the same with z moved by -128 or -32768. Nothing where min or max is infinite or NaN: a located error of the
/// caller.
std::optional<QuantParams> chooseActivation(float min, float max, CodeType type = CodeType::UI8);

/// The same with z in the middle of the codes (32768 for ui16, 128 for ui8, 0 for i16 and i8), so that |q - z| <= 32768
/// (128): s = f32(max(max(-lo, hi) / H, 2^-64)), H = 32767 or 127; what was observed lies H codes or less from z.
std::optional<QuantParams> chooseCentredActivation(float min, float max, CodeType type);

/// The largest |b_q| of a contraction of these codes: 2^30, or 2^38 for 16-bit codes, whose bias is 256 * b_h + b_l.
constexpr int64_t biasLimit(CodeType input) {
  return input == CodeType::I16 || input == CodeType::UI16 ? int64_t(1) << 38 : int64_t(1) << 30;
}

/// The least weight scale for which |b_q| <= biasLimit(input): f32_up(|bias| / (s_x * limit)); may be infinite.
float leastWeightScale(float bias, float inputScale, CodeType input = CodeType::UI8);

/// Weight scale of one output channel, i8 symmetric: s_w = max(f32(maxAbs / 127), leastWeightScale), 1 where that is 0.
/// Nothing where the result is not finite: the op stays float. Requires maxAbs >= 0, finite arguments, inputScale > 0.
std::optional<float> chooseWeightScale(float maxAbs, float bias, float inputScale, CodeType input = CodeType::UI8);

/// Largest |w[i * stride]|, i < count; infinity where one is infinite or NaN (a located error of the caller).
float maxAbs(const float *w, int64_t count, int64_t stride = 1);

/// q = clamp(roundeven(w / s_w), -127, 127), f64 formula. Requires a finite w.
int8_t quantizeWeight(float w, float scale);

/// b_q = roundeven(b / (s_x * s_w)), f64 formula. Nothing where |b_q| > 2^30 (cannot happen with a scale that
/// chooseWeightScale gives for this b) or b is not finite.
std::optional<int32_t> quantizeBias(double bias, float inputScale, float weightScale);

/// The bias code of a contraction of 16-bit codes: the same formula, nothing where |b_q| > 2^38.
std::optional<int64_t> quantizePlaneBias(double bias, float inputScale, float weightScale);

// ---- The real factor M: f64 formulas of f32 scales ----

/// conv, gemm, matmul: (s_x * s_w) / s_y; mul: (s_a * s_b) / s_y.
double productFactor(float inputScale, float weightScale, float resultScale);
/// Average pool of n values: s_x / (n * s_y).
double averageFactor(float inputScale, int64_t count, float resultScale);
/// add, sub (which negates the second m), concat, rescale: s_a / s_y.
double rescaleFactor(float inputScale, float resultScale);
/// The scale of an i32 sum that is dequantized without rounding: f32(s_x * s_w), product in f64. May be 0 or infinite
/// for extreme scales: the caller then keeps the op in float.
float accumulatorScale(float inputScale, float weightScale);

// ---- relu and clip as codes ----

/// A bound as a code: clamp(roundeven(b / s_y) + z) into the type, f64 formula, clamped as float before conversion.
/// b may be infinite. Requires b not NaN.
int32_t boundCode(double bound, QuantParams result, CodeType type);

/// [lo, hi] of a clip: hi from `max`, lo = min(that of `min`, hi). An absent bound is infinite; relu is min = 0.
CodeRange clipCodes(std::optional<float> min, std::optional<float> max, QuantParams result, CodeType type);

// ---- The float borders: f32 ----

/// q = min(max(roundeven(x / s) + z, lo), hi): IEEE f32 division, clamped as float before conversion; NaN counts as 0.
/// `type` is i8, ui8, i16 or ui16.
int32_t quantize(float x, QuantParams params, CodeType type);

/// q - z exact, converted to f32 (rounds only for i32), one f32 multiplication.
float dequantize(int64_t code, QuantParams params);

/// 1 / s where multiplying by it equals dividing by s for every x: s is a power of two and 1 / s is finite.
std::optional<float> exactReciprocal(float scale);

} // namespace qc::numerics

#endif
