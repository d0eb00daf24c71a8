// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Real functions by IEEE basic operations only: the same bits on every host.
#ifndef QC_ARITH_FUNCTIONS_H
#define QC_ARITH_FUNCTIONS_H

namespace qc::numerics {

// ---- f64: for tables and folding. Error bounds are measured (test/Unit/Arith/FunctionsTest.cpp). NaN gives NaN. ----

/// e^x, error below 1 ulp; +inf above 709.78, 0 below -745.13, subnormal results rounded once more.
double exp(double x);
/// e^x - 1 without cancellation near 0, error below 3 ulp.
double expm1(double x);
/// Natural logarithm, error below 1 ulp; log(0) = -inf, NaN below 0.
double log(double x);
/// Hyperbolic tangent, error below 4 ulp; odd, in [-1, 1].
double tanh(double x);
/// 1 / (1 + e^-x), error below 4 ulp (results above 2^-1022).
double sigmoid(double x);
/// The error function 2/sqrt(pi) * integral of e^(-t^2) from 0 to x, error below 6 ulp; odd.
double erf(double x);
/// Sine and cosine of x radians, error below 2 ulp; NaN for |x| > 2^17, as in f32.
double sin(double x);
double cos(double x);

// ---- f32: sequences of f32 operations, which kernels execute too. Their text, with error bounds, is FloatFunctions.h.
// NaN gives 0x7fc00000. ----

float exp(float x);
float expm1(float x);
float log(float x);
float log1p(float x);
float tanh(float x);
float sigmoid(float x);
float erf(float x);
float softplus(float x);
float sqrt(float x);
float rsqrt(float x);
/// NaN for |x| > 2^17.
float sin(float x);
float cos(float x);
float pow(float x, float y);

float silu(float x);
float mish(float x);
float gelu(float x);
float geluTanh(float x);
float elu(float x, float alpha);
float celu(float x, float alpha);
float selu(float x, float alpha, float gamma);

// ---- The definitions of ops, f32 (float kernels) and f64 (tables): the same operations in both widths ----

/// max(a, b): max(-0, +0) = +0; a NaN gives the quiet NaN (0x7fc00000 in f32). min(-0, +0) = -0.
float maximum(float a, float b);
double maximum(double a, double b);
float minimum(float a, float b);
double minimum(double a, double b);

/// max(x, +0): -0 gives +0.
float relu(float x);
double relu(double x);

/// min(max(x, lo), hi): lo > hi gives hi.
float clip(float x, float lo, float hi);
double clip(double x, double lo, double hi);

/// min(max(alpha * x + beta, +0), 1): the product is rounded, then the sum.
float hardSigmoid(float x, float alpha, float beta);
double hardSigmoid(double x, double alpha, double beta);

/// x * hardSigmoid(x, f32(1/6), 0.5) (in f64 with the same f32 constant, widened).
float hardSwish(float x);
double hardSwish(double x);

} // namespace qc::numerics

#endif
