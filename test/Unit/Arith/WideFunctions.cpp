// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The text of FloatFunctions.h on vectors of AVX2. Compiled for that instruction set, so nothing here may be an inline
// function that other files use too.
#include "WideFunctions.h"

#include "qc/Arith/FloatFunctions.h"

#if defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>

namespace {

struct Wide {
  __m256 v;
};
struct WideWord {
  __m256i v;
};
struct WideMask {
  __m256 v;
};

Wide all(float x) { return {_mm256_set1_ps(x)}; }
WideWord allWords(int32_t x) { return {_mm256_set1_epi32(x)}; }

Wide operator+(Wide a, Wide b) { return {_mm256_add_ps(a.v, b.v)}; }
Wide operator-(Wide a, Wide b) { return {_mm256_sub_ps(a.v, b.v)}; }
Wide operator*(Wide a, Wide b) { return {_mm256_mul_ps(a.v, b.v)}; }
Wide operator/(Wide a, Wide b) { return {_mm256_div_ps(a.v, b.v)}; }
Wide operator+(Wide a, float b) { return a + all(b); }
Wide operator-(Wide a, float b) { return a - all(b); }
Wide operator*(Wide a, float b) { return a * all(b); }
Wide operator-(float a, Wide b) { return all(a) - b; }
Wide operator/(float a, Wide b) { return all(a) / b; }
Wide operator-(Wide a) { return {_mm256_xor_ps(a.v, _mm256_set1_ps(-0.0f))}; }

WideMask operator<(Wide a, float b) { return {_mm256_cmp_ps(a.v, all(b).v, _CMP_LT_OQ)}; }
WideMask operator<=(Wide a, float b) { return {_mm256_cmp_ps(a.v, all(b).v, _CMP_LE_OQ)}; }
WideMask operator>(Wide a, float b) { return {_mm256_cmp_ps(a.v, all(b).v, _CMP_GT_OQ)}; }
WideMask operator==(Wide a, Wide b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_EQ_OQ)}; }
WideMask operator==(Wide a, float b) { return a == all(b); }
WideMask isNaN(Wide a) { return {_mm256_cmp_ps(a.v, a.v, _CMP_UNORD_Q)}; }

Wide like(Wide, float x) { return all(x); }
Wide select(WideMask m, Wide a, Wide b) { return {_mm256_blendv_ps(b.v, a.v, m.v)}; }
Wide fma(Wide a, Wide b, Wide c) { return {_mm256_fmadd_ps(a.v, b.v, c.v)}; }
Wide sqrt(Wide a) { return {_mm256_sqrt_ps(a.v)}; }
Wide roundEven(Wide a) { return {_mm256_round_ps(a.v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)}; }

WideWord asWord(Wide a) { return {_mm256_castps_si256(a.v)}; }
Wide asFloat(WideWord a) { return {_mm256_castsi256_ps(a.v)}; }
WideWord toInteger(Wide a) { return {_mm256_cvttps_epi32(a.v)}; }
Wide toFloat(WideWord a) { return {_mm256_cvtepi32_ps(a.v)}; }

WideWord operator+(WideWord a, int32_t b) { return {_mm256_add_epi32(a.v, allWords(b).v)}; }
WideWord operator-(WideWord a, WideWord b) { return {_mm256_sub_epi32(a.v, b.v)}; }
WideWord operator-(WideWord a, int32_t b) { return a - allWords(b); }
WideWord operator&(WideWord a, WideWord b) { return {_mm256_and_si256(a.v, b.v)}; }
WideWord operator&(WideWord a, int32_t b) { return a & allWords(b); }
WideWord operator|(WideWord a, WideWord b) { return {_mm256_or_si256(a.v, b.v)}; }
WideWord operator^(WideWord a, WideWord b) { return {_mm256_xor_si256(a.v, b.v)}; }
WideWord shiftLeft(WideWord a, int count) { return {_mm256_slli_epi32(a.v, count)}; }
WideWord shiftRight(WideWord a, int count) { return {_mm256_srai_epi32(a.v, count)}; }
WideMask isZero(WideWord a) { return {_mm256_castsi256_ps(_mm256_cmpeq_epi32(a.v, _mm256_setzero_si256()))}; }

namespace f32 = qc::numerics::f32;

Wide evaluateOne(int function, Wide x) {
  switch (function) {
  case 0:
    return f32::exp(x);
  case 1:
    return f32::expm1(x);
  case 2:
    return f32::log(x);
  case 3:
    return f32::log1p(x);
  case 4:
    return f32::sigmoid(x);
  case 5:
    return f32::tanh(x);
  case 6:
    return f32::erf(x);
  case 7:
    return f32::softplus(x);
  case 8:
    return f32::squareRoot(x);
  case 9:
    return f32::reciprocalSquareRoot(x);
  case 10:
    return f32::sin(x);
  case 11:
    return f32::cos(x);
  case 12:
    return f32::silu(x);
  case 13:
    return f32::mish(x);
  case 14:
    return f32::gelu(x);
  case 15:
    return f32::geluTanh(x);
  case 16:
    return f32::elu(x, all(0.5f));
  default:
    return f32::celu(x, all(2.0f));
  }
}

} // namespace

bool qc::test::hasWideFunctions() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

void qc::test::evaluateWide(int function, const float *x, float *y, size_t count) {
  for (size_t i = 0; i < count; i += 8)
    _mm256_storeu_ps(y + i, evaluateOne(function, {_mm256_loadu_ps(x + i)}).v);
}

void qc::test::evaluateWidePow(const float *x, const float *y, float *z, size_t count) {
  for (size_t i = 0; i < count; i += 8)
    _mm256_storeu_ps(z + i, f32::pow(Wide{_mm256_loadu_ps(x + i)}, Wide{_mm256_loadu_ps(y + i)}).v);
}

#else

bool qc::test::hasWideFunctions() { return false; }
void qc::test::evaluateWide(int, const float *, float *, size_t) {}
void qc::test::evaluateWidePow(const float *, const float *, float *, size_t) {}

#endif
