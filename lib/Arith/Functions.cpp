// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The f32 exponential of softmax kernels, f32 functions, and the definitions of activation ops.
#include "qc/Arith/Functions.h"
#include "qc/Arith/Rounding.h"

#include "Bits.h"

#include <cmath>

namespace qc::numerics {
namespace {

template <typename Float> Float canonical(Float x) { return x == x ? x : quietNan(x); }

template <typename Float> Float maximumOf(Float a, Float b) {
  if (a != a || b != b)
    return quietNan(a);
  if (a == b) // only zeros differ: max(-0, +0) = +0
    return std::signbit(a) ? b : a;
  return a > b ? a : b;
}

template <typename Float> Float minimumOf(Float a, Float b) {
  if (a != a || b != b)
    return quietNan(a);
  if (a == b)
    return std::signbit(a) ? a : b;
  return a < b ? a : b;
}

template <typename Float> Float clipOf(Float x, Float lo, Float hi) { return minimumOf(maximumOf(x, lo), hi); }

template <typename Float> Float hardSigmoidOf(Float x, Float alpha, Float beta) {
  Float product = alpha * x;
  return clipOf(product + beta, Float(0), Float(1));
}

template <typename Float> Float hardSwishOf(Float x) {
  constexpr float sixth = 0x1.555556p-3f;
  return canonical(x * hardSigmoidOf(x, Float(sixth), Float(0.5)));
}

} // namespace

/// Least maximal relative error on |r| <= 0.35 with the first two coefficients 1 (3.3e-9, before rounding to f32).
const float expCoefficientsF32[5] = {0x1.fffffcp-2f, 0x1.55548ap-3f, 0x1.555916p-5f, 0x1.123fc6p-7f, 0x1.6a1a72p-10f};

float exp(float x) {
  float clamped = x > -104.0f ? x : -104.0f;
  clamped = clamped < 89.0f ? clamped : 89.0f;
  float n = roundEven(clamped * 0x1.715476p+0f);
  float r = std::fma(n, -0x1.62e4p-1f, clamped);
  r = std::fma(n, -0x1.7f7d1cp-20f, r);
  float p = expCoefficientsF32[4];
  for (int k = 3; k >= 0; --k)
    p = std::fma(p, r, expCoefficientsF32[k]);
  p = std::fma(p, r, 1.0f);
  p = std::fma(p, r, 1.0f);
  int i = static_cast<int>(n);
  int h = i >> 1;
  float y = p * powerOfTwoF32(h) * powerOfTwoF32(i - h);
  return x == x ? y : quietNan(x);
}

float log(float x) { return canonical(static_cast<float>(log(static_cast<double>(x)))); }
float tanh(float x) { return canonical(static_cast<float>(tanh(static_cast<double>(x)))); }
float sigmoid(float x) { return canonical(static_cast<float>(sigmoid(static_cast<double>(x)))); }
float erf(float x) { return canonical(static_cast<float>(erf(static_cast<double>(x)))); }

float maximum(float a, float b) { return maximumOf(a, b); }
double maximum(double a, double b) { return maximumOf(a, b); }
float minimum(float a, float b) { return minimumOf(a, b); }
double minimum(double a, double b) { return minimumOf(a, b); }

float relu(float x) { return maximumOf(x, 0.0f); }
double relu(double x) { return maximumOf(x, 0.0); }

float clip(float x, float lo, float hi) { return clipOf(x, lo, hi); }
double clip(double x, double lo, double hi) { return clipOf(x, lo, hi); }

float hardSigmoid(float x, float alpha, float beta) { return hardSigmoidOf(x, alpha, beta); }
double hardSigmoid(double x, double alpha, double beta) { return hardSigmoidOf(x, alpha, beta); }

float hardSwish(float x) { return hardSwishOf(x); }
double hardSwish(double x) { return hardSwishOf(x); }

} // namespace qc::numerics
