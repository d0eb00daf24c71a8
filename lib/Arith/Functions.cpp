// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The definitions of activation ops.
#include "qc/Arith/Functions.h"

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
