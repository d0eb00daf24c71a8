// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Real functions in f32, as sequences of f32 operations on an abstract number type: docs/Numerics.md, Functions in f32.
#ifndef QC_ARITH_FLOATFUNCTIONS_H
#define QC_ARITH_FLOATFUNCTIONS_H

#include "qc/Arith/FloatOps.h"

#include <cstddef>

/// One text for the evaluator (F = float), for kernels (F = a value that is being emitted: lib/Codegen/EmittedFloat.h)
/// and for tests that run many inputs at once (F = a vector). What F offers stands in FloatOps.h. No function branches,
/// calls a library or reads a table; each is defined for every input, and NaN is 0x7fc00000. Error bounds are stated at
/// each function in units in the last place of the result (ulp; of the smallest subnormal where the result is
/// subnormal), hold on machines with fused multiply-add, and are tested on all inputs
/// (test/Unit/Arith/FloatFunctionsTest.cpp).
namespace qc::numerics::f32 {

constexpr float infinity = __builtin_huge_valf();

/// c[0] x^(N-1) + ... + c[N-1] by Horner's rule, each step one fma.
template <typename F, size_t N> F polynomial(F x, const float (&c)[N]) {
  F sum = like(x, c[0]);
  for (size_t i = 1; i < N; ++i)
    sum = fma(sum, x, like(x, c[i]));
  return sum;
}

/// `y`, but the one NaN of qc where x is a NaN.
template <typename F> F keepNaN(F x, F y) { return select(isNaN(x), like(x, __builtin_nanf("")), y); }
/// x, a NaN being the one of qc.
template <typename F> F canonical(F x) { return keepNaN(x, x); }
/// 2^e, e in [-126, 127].
template <typename I> auto powerOfTwo(I e) { return asFloat(shiftLeft(e + 127, 23)); }
/// |x| and -|x|: sign bit only.
template <typename F> F magnitude(F x) { return asFloat(asWord(x) & 0x7fffffff); }
/// |x| with the sign of `sign`.
template <typename F> F withSign(F x, F sign) {
  return asFloat((asWord(x) & 0x7fffffff) | (asWord(sign) & int32_t(0x80000000)));
}

/// p * 2^n in two steps of about n / 2, so that results down to the smallest subnormal are rounded once; n in [-252,
/// 254].
template <typename F, typename I> F scale(F p, I n) {
  I half = shiftRight(n, 1);
  return p * powerOfTwo(half) * powerOfTwo(n - half);
}

/// x = n ln 2 + r, |r| <= 0.35, for |x| <= 104.
template <typename F> struct Reduced {
  F n, r;
};
template <typename F> Reduced<F> reduceByLn2(F x) {
  F n = roundEven(x * 0x1.715476p+0f);
  F r = fma(n, like(x, -0x1.62e4p-1f), x); // ln 2, high part: 15 bits, the result is exact
  return {n, fma(n, like(x, -0x1.7f7d1cp-20f), r)};
}

/// e^x, error below 0.9 ulp.
template <typename F> F exp(F x) {
  F clamped = select(x > -104.0f, x, like(x, -104.0f)); // a NaN becomes -104: every step is defined
  clamped = select(clamped < 89.0f, clamped, like(x, 89.0f));
  auto [n, r] = reduceByLn2(clamped);
  F p = polynomial(r, {0x1.6a1a72p-10f, 0x1.123fc6p-7f, 0x1.555916p-5f, 0x1.55548ap-3f, 0x1.fffffcp-2f, 1.0f, 1.0f});
  return keepNaN(x, scale(p, toInteger(n)));
}

/// e^x - 1, error below 2 ulp; -0 gives -0.
template <typename F> F expm1(F x) {
  F clamped = select(x > -26.0f, x, like(x, -26.0f));
  clamped = select(clamped < 89.0f, clamped, like(x, 89.0f));
  auto [n, r] = reduceByLn2(clamped);
  F q = polynomial(r, {0x1.3b5d2ap-13f, 0x1.6d34f8p-10f, 0x1.115760p-7f, 0x1.5554fep-5f, 0x1.55552ap-3f, 0.5f});
  F part = fma(r * r, q, r);
  F half = powerOfTwo(toInteger(n) - 1);
  F y = fma(half, part, half - 0.5f) * 2.0f;
  return keepNaN(x, select(magnitude(x) < 0x1p-25f, x, y));
}

/// 1 / (1 + e^-x), error below 2.5 ulp.
template <typename F> F sigmoid(F x) {
  F e = exp(withSign(x, like(x, -0.0f)));
  return select(x < 0.0f, e, like(x, 1.0f)) / (e + 1.0f);
}

/// Hyperbolic tangent, error below 2 ulp; odd.
template <typename F> F tanh(F x) {
  F a = magnitude(x), s = x * x;
  F p = polynomial(s, {-0x1.750d3cp-8f, 0x1.51f8c6p-6f, -0x1.b835a2p-5f, 0x1.1106f6p-3f, -0x1.555532p-2f});
  F small = fma(a * s, p, a);
  F large = 1.0f - 2.0f / (exp(a + a) + 1.0f);
  return keepNaN(x, withSign(select(a < 0.625f, small, large), x));
}

/// The error function, error below 2 ulp; odd.
template <typename F> F erf(F x) {
  F a = magnitude(x), s = x * x;
  F p = polynomial(s, {0x1.4f48bap-14f, -0x1.a603f0p-11f, 0x1.5449b4p-8f, -0x1.b80116p-6f, 0x1.ce2d64p-4f,
                       -0x1.812740p-2f, 0x1.06eba8p-3f});
  F small = fma(a, p, a);
  F t = select(a < 4.0f, a, like(x, 4.0f)); // erf(4) rounds to 1
  // -log(1 - erf(t))
  F q = polynomial(t, {0x1.61cdecp-16f, -0x1.c7828ap-12f, 0x1.1157eap-8f, -0x1.9b8d60p-6f, 0x1.bb83aep-4f,
                       0x1.44460ep-1f, 0x1.2127e4p+0f, -0x1.6e58fep-13f});
  F large = 1.0f - exp(-q);
  return keepNaN(x, withSign(select(a < 0.921875f, small, large), x));
}

/// x = 2^n (1 + f) for 0 < x < infinity, 1 + f in [sqrt(1/2), sqrt(2)); any numbers for other x.
template <typename F> struct Logarithmic {
  F n, f;
};
template <typename F> Logarithmic<F> splitExponent(F x) {
  auto isTiny = x < 0x1p-126f;
  auto bits = asWord(select(isTiny, x * 0x1p+23f, x));
  auto e = shiftRight(bits - 0x3f3504f3, 23);
  F n = toFloat(e) - select(isTiny, like(x, 23.0f), like(x, 0.0f));
  return {n, asFloat(bits - shiftLeft(e, 23)) - 1.0f};
}

/// Natural logarithm, error below 2 ulp; log(0) = -infinity, NaN below 0.
template <typename F> F log(F x) {
  auto [n, f] = splitExponent(x);
  F p = polynomial(f, {-0x1.3939fep-4f, 0x1.058d6ep-3f, -0x1.0d894cp-3f, 0x1.22d68ap-3f, -0x1.547216p-3f,
                       0x1.99a036p-3f, -0x1.000228p-2f, 0x1.555554p-2f});
  F s = f * f;
  F y = fma(n, like(x, 0x1.7f7d1cp-20f), f * s * p);
  y = f + fma(s, like(x, -0.5f), y);
  y = fma(n, like(x, 0x1.62e4p-1f), y);
  y = select(x < infinity, y, x);
  y = select(x > 0.0f, y, select(x < 0.0f, like(x, __builtin_nanf("")), like(x, -infinity)));
  return keepNaN(x, y);
}

/// log(1 + x), error below 2 ulp; log1p(-1) = -infinity, NaN below.
template <typename F> F log1p(F x) {
  F u = x + 1.0f;
  // What the sum lost.
  F lost = select(x < 1.0f, x - (u - 1.0f), 1.0f - (u - x));
  F whole = log(u);
  return keepNaN(x, select(x > -1.0f, select(x < infinity, whole + lost / u, whole), whole));
}

/// log(1 + e^x) as max(x, 0) + log1p(e^-|x|), error below 2.1 ulp.
template <typename F> F softplus(F x) {
  F e = exp(withSign(x, like(x, -0.0f)));
  return keepNaN(x, select(x > 0.0f, x, like(x, 0.0f)) + log1p(e));
}

/// IEEE's square root; -0 gives -0, NaN below. (LLVM makes a plain square root, with the machine's own NaN, of one
/// whose negative arguments are selected by x < 0.)
template <typename F> F squareRoot(F x) {
  return keepNaN(x, select(x <= -0x1p-149f, like(x, __builtin_nanf("")), sqrt(x)));
}

/// 1 / sqrt(x), two roundings, error below 1.5 ulp; 0 gives the infinity of its sign.
template <typename F> F reciprocalSquareRoot(F x) { return canonical(1.0f / sqrt(x)); }

/// x sigmoid(x), error below 3.3 ulp; NaN for -infinity.
template <typename F> F silu(F x) { return canonical(x * sigmoid(x)); }

/// x tanh(softplus(x)) as x m / (m + 2), m = e (e + 2), e = e^x; x itself from 20 on. NaN for -infinity.
template <typename F> F mish(F x) {
  F e = exp(select(x < 20.0f, x, like(x, 20.0f)));
  F m = e * (e + 2.0f);
  return keepNaN(x, select(x < 20.0f, canonical(x * (m / (m + 2.0f))), x));
}

/// x > 0 ? x : alpha (e^x - 1).
template <typename F> F elu(F x, F alpha) { return canonical(select(x > 0.0f, x, alpha * expm1(x))); }
/// x > 0 ? x : alpha (e^(x / alpha) - 1).
template <typename F> F celu(F x, F alpha) { return canonical(select(x > 0.0f, x, alpha * expm1(x / alpha))); }
/// gamma (x > 0 ? x : alpha (e^x - 1)).
template <typename F> F selu(F x, F alpha, F gamma) { return canonical(gamma * elu(x, alpha)); }

/// x Phi(x), Phi the normal distribution (ONNX Gelu, approximate "none"), as x (1/2 + (Phi(x) - 1/2)) near 0 and
/// max(x, 0) - |x| (1 - Phi(|x|)) elsewhere: error below 2 ulp from -0.75 on, below 6 ulp under it.
template <typename F> F gelu(F x) {
  F a = magnitude(x);
  F t = select(a < 16.0f, a, like(x, 16.0f));
  F s = t * t, lost = fma(t, t, -s);
  F e = exp(s * -0.5f); // e^(-t^2 / 2), then what the square lost
  e = fma(e, lost * -0.5f, e);
  // (1 - Phi(t)) e^(t^2 / 2) (t + 4), in (t - 4) / (t + 4)
  F v = 1.0f / (t + 4.0f);
  F p = polynomial((t - 4.0f) * v, {0x1.ec5220p-13f, 0x1.84289ap-10f, -0x1.cfd034p-9f, -0x1.ebce5cp-8f, 0x1.eeda86p-5f,
                                    -0x1.7e00f2p-3f, 0x1.8c6d98p-2f, -0x1.373e38p-1f, 0x1.82b4bcp-1f});
  F tail = t * v * (p * e);
  F far = select(x > 0.0f, x - tail, -tail);
  // (Phi(x) - 1/2) / x
  F q = polynomial(s, {0x1.9c6fb6p-14f, -0x1.34214ep-10f, 0x1.46b130p-7f, -0x1.1057b6p-4f, 0x1.988452p-2f});
  F near = x * fma(x, q, like(x, 0.5f));
  return keepNaN(x, select(a < 0.75f, near, far));
}

/// x / (1 + e^-2z), z = sqrt(2 / pi) (x + 0.044715 x^3) (ONNX Gelu, approximate "tanh").
template <typename F> F geluTanh(F x) {
  F t = select(x < 16.0f, x, like(x, 16.0f));
  t = select(t > -16.0f, t, like(x, -16.0f));
  F z = t * fma(t * t, like(x, 0x1.2444f2p-4f), like(x, 0x1.988454p+0f));
  F y = t * sigmoid(z);
  return keepNaN(x, select(x < 16.0f, y, x));
}

/// x = n pi / 2 + r + tail with |r| <= 0.8 for |x| <= 2^17.
template <typename F> struct Turned {
  F n, r, tail;
};
template <typename F> Turned<F> reduceByHalfPi(F x) {
  F n = roundEven(x * 0x1.45f306p-1f);
  F first = fma(n, like(x, -0x1.921fb6p+0f), x); // exact: a multiple of 2^-24 (of x's ulp below 1), below 1
  // first + n * 0x1.777a5cp-25 as r + tail
  F p = n * 0x1.777a5cp-25f, pLow = fma(n, like(x, 0x1.777a5cp-25f), -p);
  F r = first + p, moved = r - first;
  F lost = (first - (r - moved)) + (p - moved);
  return {n, r, fma(n, like(x, 0x1.ee59dap-50f), lost + pLow)};
}

/// sin or cos of x by the quarter turn `turn` more than that of the reduction: 0 for sin, 1 for cos.
template <typename F> F sinAfter(F x, int32_t turn) {
  auto isInRange = magnitude(x) <= 0x1p+17f;
  auto [n, r, tail] = reduceByHalfPi(select(isInRange, x, like(x, 0.0f)));
  F s = r * r;
  F p = polynomial(s, {0x1.7906c8p-19f, -0x1.a04ed2p-13f, 0x1.11116cp-7f, -0x1.555556p-3f});
  F q = polynomial(s, {0x1.9989bcp-16f, -0x1.6c0ae4p-10f, 0x1.555548p-5f});
  F half = s * 0.5f, one = 1.0f - half;
  F cosine = one + fma(s * s, q, fma(r, -tail, (1.0f - one) - half));
  F sine = r + fma(r * s, p, tail * one);
  auto quarter = toInteger(n) + turn;
  F y = select(isZero(quarter & 1), sine, cosine);
  y = asFloat(asWord(y) ^ shiftLeft(quarter & 2, 30));
  return select(isInRange, y, like(x, __builtin_nanf("")));
}

/// Sine, error below 2 ulp for |x| <= 2^17; NaN beyond.
template <typename F> F sin(F x) { return select(magnitude(x) < 0x1p-12f, x, sinAfter(x, 0)); }
/// Cosine, error below 2 ulp for |x| <= 2^17; NaN beyond.
template <typename F> F cos(F x) { return sinAfter(x, 1); }

/// A number as high + low, |low| <= ulp(high) / 2 or so.
template <typename F> struct Pair {
  F high, low;
};

/// log2(x) for 0 < x < infinity, relative error below 2^-34.
template <typename F> Pair<F> log2Pair(F x) {
  auto [n, f] = splitExponent(x);
  F d = f + 2.0f, dLow = f - (d - 2.0f);
  F s = f / d, sLow = (fma(-s, d, f) - s * dLow) / d; // (m - 1) / (m + 1)
  F w = s * s, wLow = fma(s, s, -w) + (s + s) * sLow;
  // log2(m) = s (c + w (c / 3 + w (c / 5 + ...))), c = 2 / ln 2: the first two terms in pairs
  F third = w * 0x1.ec709ep-1f;
  F thirdLow = fma(w, like(x, 0x1.ec709ep-1f), -third) + fma(w, like(x, -0x1.e2fe02p-28f), wLow * 0x1.ec709ep-1f);
  F rest = w * w * polynomial(w, {0x1.59ee68p-2f, 0x1.a5bbf8p-2f, 0x1.27770ep-1f});
  F g = third + 0x1.715476p+1f, gLow = (third - (g - 0x1.715476p+1f)) + (thirdLow + (rest + 0x1.4ae0c0p-25f));
  F z = g * s, zLow = fma(g, s, -z) + fma(g, sLow, gLow * s);
  F high = n + z;
  return {high, (z - (high - n)) + zLow};
}

/// 2^(t.high + t.low); infinity from 128 on, 0 below -150.
template <typename F> F exp2(Pair<F> t) {
  auto isInside = magnitude(t.high) < 200.0f;
  F high = select(isInside, t.high, select(t.high > 0.0f, like(t.high, 200.0f), like(t.high, -200.0f)));
  F low = select(isInside, t.low, like(t.high, 0.0f));
  F n = roundEven(high);
  F p = polynomial((high - n) + low, {0x1.468bd0p-13f, 0x1.5f2944p-10f, 0x1.3b2800p-7f, 0x1.c6af3ep-5f, 0x1.ebfbe0p-3f,
                                      0x1.62e430p-1f, 1.0f});
  return scale(p, toInteger(n));
}

/// x^y with the special cases of IEEE 754 (pow), x^1 = x and x^2 = x * x; error below 1.3 ulp.
template <typename F> F pow(F x, F y) {
  F a = magnitude(x), zero = like(x, 0.0f), one = like(x, 1.0f), inf = like(x, infinity);
  auto [l, lLow] = log2Pair(a);
  F t = y * l;
  F p = exp2(Pair<F>{t, fma(y, l, -t) + y * lLow});
  // |x| 0, 1, infinity
  p = select(a == 0.0f, select(y < 0.0f, inf, zero), p);
  p = select(a == infinity, select(y < 0.0f, zero, inf), p);
  p = select(a == 1.0f, one, p);
  // negative x: whole y only, and the sign where y is odd
  F half = y * 0.5f;
  auto isWhole = roundEven(y) == y;
  F isOdd = select(roundEven(half) == half, zero, select(isWhole, one, zero));
  p = asFloat(asWord(p) ^ (asWord(x) & asWord(select(isOdd > 0.0f, like(x, -0.0f), zero))));
  F negative = select(isWhole, p, select(x > -infinity, like(x, __builtin_nanf("")), p));
  p = select(x < 0.0f, negative, p);
  p = select(y == 1.0f, x, select(y == 2.0f, x * x, p));
  p = keepNaN(x, keepNaN(y, p));
  return select(y == 0.0f, one, select(x == 1.0f, one, p));
}

} // namespace qc::numerics::f32

#endif
