// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What scalar operations compute with one element: one text per operation.
#ifndef QC_ARITH_SCALARFUNCTIONS_H
#define QC_ARITH_SCALARFUNCTIONS_H

#include "qc/Arith/FloatFunctions.h"
#include "qc/Arith/Functions.h"
#include "qc/Arith/Integer.h"

#include <cstdint>

/// The bodies of the qc operations of the scalar kind (dialects/QC/QCScalars.td). Templates are instantiated for float
/// (the evaluator) and for values that are being emitted (kernels); FloatOps.h says what such a number offers. Tables
/// take the overloads for double, f64 formulas by operations that give the same on every host. Integers and bools
/// compute as Integer (Integer.h), wrapping; an i32 is the low half of the result.
namespace qc::numerics::f32 {

/// Equal numbers are combined by their bits: of them, only -0 and +0 differ.
template <typename F> F larger(F a, F b) {
  F y = select(a == b, asFloat(asWord(a) & asWord(b)), select(a > b, a, b));
  return keepNaN(a, keepNaN(b, y));
}
template <typename F> F smaller(F a, F b) {
  F y = select(a == b, asFloat(asWord(a) | asWord(b)), select(a < b, a, b));
  return keepNaN(a, keepNaN(b, y));
}

// ---- Arithmetic ----
template <typename F> F add(F a, F b) { return a + b; }
template <typename F> F sub(F a, F b) { return a - b; }
template <typename F> F mul(F a, F b) { return a * b; }
template <typename F> F div(F a, F b) { return a / b; }
template <typename F> F neg(F x) { return -x; }
template <typename F> F abs(F x) { return magnitude(x); }
template <typename F> F reciprocal(F x) { return 1.0f / x; }
/// max(-0, +0) = +0, min(-0, +0) = -0, a NaN gives 0x7fc00000. Integer has its own `larger` and `smaller`.
template <typename F> F maximum(F a, F b) { return larger(a, b); }
template <typename F> F minimum(F a, F b) { return smaller(a, b); }

// ---- Rounding and sign ----
template <typename F> F floor(F x) {
  F r = roundEven(x);
  return keepNaN(x, withSign(select(r > x, r - 1.0f, r), x));
}
template <typename F> F ceil(F x) {
  F r = roundEven(x);
  return keepNaN(x, withSign(select(r < x, r + 1.0f, r), x));
}
/// To the nearest integer, ties to even.
template <typename F> F round(F x) { return canonical(roundEven(x)); }
/// -1, 0 or 1; 0 for both zeros.
template <typename F> F sign(F x) {
  return keepNaN(x, select(x > 0.0f, like(x, 1.0f), select(x < 0.0f, like(x, -1.0f), like(x, 0.0f))));
}

// ---- Activations ----
/// max(x, +0): -0 gives +0.
template <typename F> F relu(F x) { return keepNaN(x, select(x > 0.0f, x, like(x, 0.0f))); }
/// min(max(alpha * x + beta, +0), 1): the product is rounded, then the sum.
template <typename F> F hardSigmoid(F x, F alpha, F beta) {
  F low = relu(alpha * x + beta);
  return keepNaN(low, select(low < 1.0f, low, like(x, 1.0f)));
}
template <typename F> F hardSwish(F x) { return canonical(x * hardSigmoid(x, like(x, 0x1.555556p-3f), like(x, 0.5f))); }
template <typename F> F leakyRelu(F x, F alpha) { return canonical(select(x < 0.0f, alpha * x, x)); }
/// x / (1 + |x|), two roundings.
template <typename F> F softsign(F x) { return canonical(x / (magnitude(x) + 1.0f)); }

// ---- Real functions ----

// ---- What gives a mask, or takes bools (0 or 1) ----
template <typename F> auto equal(F a, F b) { return a == b; }
template <typename F> auto greater(F a, F b) { return a > b; }
template <typename F> auto less(F a, F b) { return a < b; }
template <typename F> auto greaterOrEqual(F a, F b) { return a >= b; }
template <typename F> auto lessOrEqual(F a, F b) { return a <= b; }
template <typename F> auto isNotANumber(F x) { return isNaN(x); }
/// Of the signs that are asked for: each of `negative` and `positive` is 0 or 1.
template <typename F> auto isInfinite(F x, F negative, F positive) {
  return select(x == infinity, positive, select(x == -infinity, negative, like(x, 0.0f))) > 0.0f;
}
template <typename F> F where(F condition, F x, F y) { return select(condition > 0.0f, x, y); }
template <typename F> F logicalAnd(F a, F b) { return a * b; }
template <typename F> F logicalOr(F a, F b) { return select(a > 0.0f, a, b); }
template <typename F> F logicalXor(F a, F b) { return select(a > 0.0f, like(a, 1.0f) - b, b); }
template <typename F> F logicalNot(F x) { return like(x, 1.0f) - x; }
template <typename F> F same(F x) { return x; }
/// Remainder with the sign of the divisor (Python's %), and with that of the dividend (C's); integers.
template <typename F> F mod(F a, F b) {
  F r = a % b;
  return select(b < 0.0f, select(r > 0.0f, r + b, r), select(r < 0.0f, r + b, r));
}
template <typename F> F remainder(F a, F b) { return a % b; }

} // namespace qc::numerics::f32

/// The names that operations use.
namespace qc::numerics::scalar {

using f32::abs;
using f32::add;
using f32::ceil;
using f32::celu;
using f32::cos;
using f32::div;
using f32::elu;
using f32::equal;
using f32::erf;
using f32::exp;
using f32::floor;
using f32::gelu;
using f32::geluTanh;
using f32::greater;
using f32::greaterOrEqual;
using f32::hardSigmoid;
using f32::hardSwish;
using f32::isInfinite;
using f32::isNotANumber;
using f32::leakyRelu;
using f32::less;
using f32::lessOrEqual;
using f32::log;
using f32::logicalAnd;
using f32::logicalNot;
using f32::logicalOr;
using f32::logicalXor;
using f32::maximum;
using f32::minimum;
using f32::mish;
using f32::mod;
using f32::mul;
using f32::neg;
using f32::pow;
using f32::reciprocal;
using f32::reciprocalSquareRoot;
using f32::relu;
using f32::remainder;
using f32::round;
using f32::same;
using f32::selu;
using f32::sigmoid;
using f32::sign;
using f32::silu;
using f32::sin;
using f32::softplus;
using f32::softsign;
using f32::squareRoot;
using f32::sub;
using f32::tanh;
using f32::where;

inline double add(double a, double b) { return a + b; }
inline double sub(double a, double b) { return a - b; }
inline double mul(double a, double b) { return a * b; }
inline double div(double a, double b) { return a / b; }
inline double neg(double x) { return -x; }
inline double abs(double x) { return std::fabs(x); }
inline double reciprocal(double x) { return 1.0 / x; }
inline double maximum(double a, double b) { return numerics::maximum(a, b); }
inline double minimum(double a, double b) { return numerics::minimum(a, b); }
inline double floor(double x) { return std::floor(x); }
inline double ceil(double x) { return std::ceil(x); }
double round(double x);
inline double sign(double x) { return x > 0 ? 1.0 : x < 0 ? -1.0 : x == 0 ? 0.0 : x; }
inline double relu(double x) { return numerics::relu(x); }
inline double hardSigmoid(double x, double alpha, double beta) { return numerics::hardSigmoid(x, alpha, beta); }
inline double hardSwish(double x) { return numerics::hardSwish(x); }
inline double leakyRelu(double x, double alpha) { return x < 0 ? alpha * x : x; }
inline double softsign(double x) { return x / (1.0 + std::fabs(x)); }
inline double elu(double x, double alpha) { return x > 0 ? x : alpha * numerics::expm1(x); }
inline double celu(double x, double alpha) { return x > 0 ? x : alpha * numerics::expm1(x / alpha); }
inline double selu(double x, double alpha, double gamma) { return gamma * elu(x, alpha); }
double softplus(double x);
double silu(double x);
double mish(double x);
double gelu(double x);
double geluTanh(double x);
inline double exp(double x) { return numerics::exp(x); }
inline double log(double x) { return numerics::log(x); }
inline double tanh(double x) { return numerics::tanh(x); }
inline double sigmoid(double x) { return numerics::sigmoid(x); }
inline double erf(double x) { return numerics::erf(x); }
inline double sin(double x) { return numerics::sin(x); }
inline double cos(double x) { return numerics::cos(x); }
inline double squareRoot(double x) { return std::sqrt(x); }
/// x^y by products where |y| is a whole number up to 64, else e^(y log x).
double pow(double x, double y);

} // namespace qc::numerics::scalar

#endif
