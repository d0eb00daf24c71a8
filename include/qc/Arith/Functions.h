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

// ---- f32 ----

/// e^x in f32, error below 0.9 ulp, by these operations (docs/Numerics.md), each one IEEE f32 operation (fma: one
/// rounding), no table, no branch:
///   x' = x > -104 ? x : -104, then x' < 89 ? x' : 89     NaN becomes -104: every step below is defined
///   n  = roundeven(x' * 0x1.715476p+0)
///   r  = fma(n, -0x1.62e4p-1, x')       ln 2, high part: 15 bits, the result is exact
///   r  = fma(n, -0x1.7f7d1cp-20, r)     ln 2, low part
///   p  = E6; p = fma(p, r, E5); ... p = fma(p, r, E2); p = fma(p, r, 1); p = fma(p, r, 1)
///   i  = int32(n); h = i >> 1           arithmetic shift
///   y  = (p * 2^h) * 2^(i - h)          powers of two as bits (e + 127) << 23; at most the last product rounds
/// Above 88.72 this gives +inf, below -103.97 it gives 0; subnormal results are rounded once more.
/// A NaN x gives 0x7fc00000 (one more select).
float exp(float x);
/// E2 .. E6 of exp(float), in ascending order of the power.
extern const float expCoefficientsF32[5];

/// f32(log(double(x))) and so on: the f64 function, rounded once more. NaN gives 0x7fc00000.
float log(float x);
float tanh(float x);
float sigmoid(float x);
float erf(float x);

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
