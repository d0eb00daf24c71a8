// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The number type with which bodies of scalar operations compute expressions of sizes.
#pragma once
#include "dialects/QC/Contents.h"

namespace qc {

/// An element that is known as an expression, or not at all: numerics::Integer over a ShapeMath.
struct SymbolicInteger {
  ShapeMath *math;
  std::optional<Dim> dim;
};
/// The result of a comparison: 0 or 1.
struct SymbolicMask {
  ShapeMath *math;
  std::optional<Dim> dim;
};

namespace symbolic {
template <typename Function>
std::optional<Dim> apply(const std::optional<Dim> &x, const std::optional<Dim> &y, Function function) {
  return x && y ? std::optional<Dim>(function(*x, *y)) : std::nullopt;
}
inline SymbolicMask isNot(SymbolicMask x) {
  return {x.math, x.dim ? std::optional<Dim>(x.math->sub(1, *x.dim)) : std::nullopt};
}
} // namespace symbolic

inline SymbolicInteger like(SymbolicInteger x, float value) { return {x.math, Dim(int64_t(value))}; }
inline SymbolicInteger operator+(SymbolicInteger x, SymbolicInteger y) {
  return {x.math, symbolic::apply(x.dim, y.dim, [&](Dim a, Dim b) { return x.math->add(a, b); })};
}
inline SymbolicInteger operator-(SymbolicInteger x, SymbolicInteger y) {
  return {x.math, symbolic::apply(x.dim, y.dim, [&](Dim a, Dim b) { return x.math->sub(a, b); })};
}
inline SymbolicInteger operator*(SymbolicInteger x, SymbolicInteger y) {
  return {x.math, symbolic::apply(x.dim, y.dim, [&](Dim a, Dim b) { return x.math->mul(a, b); })};
}
inline SymbolicInteger operator-(SymbolicInteger x) { return like(x, 0.0f) - x; }
inline SymbolicInteger operator/(SymbolicInteger x, SymbolicInteger y) {
  return {x.math, x.dim && y.dim ? divideTruncated(*x.math, *x.dim, *y.dim) : std::nullopt};
}
inline SymbolicInteger operator%(SymbolicInteger x, SymbolicInteger y) {
  return {x.math, x.dim && y.dim ? remainderTruncated(*x.math, *x.dim, *y.dim) : std::nullopt};
}
inline SymbolicInteger larger(SymbolicInteger x, SymbolicInteger y) {
  return {x.math, symbolic::apply(x.dim, y.dim, [&](Dim a, Dim b) { return x.math->max(a, b); })};
}
inline SymbolicInteger smaller(SymbolicInteger x, SymbolicInteger y) {
  return {x.math, symbolic::apply(x.dim, y.dim, [&](Dim a, Dim b) { return x.math->min(a, b); })};
}

inline SymbolicMask operator==(SymbolicInteger x, SymbolicInteger y) {
  return {x.math, symbolic::apply(x.dim, y.dim, [&](Dim a, Dim b) { return x.math->isEqual(a, b); })};
}
inline SymbolicMask operator<(SymbolicInteger x, SymbolicInteger y) {
  return {x.math, symbolic::apply(x.dim, y.dim, [&](Dim a, Dim b) { return x.math->isLess(a, b); })};
}
inline SymbolicMask operator>(SymbolicInteger x, SymbolicInteger y) { return y < x; }
inline SymbolicMask operator<=(SymbolicInteger x, SymbolicInteger y) { return symbolic::isNot(y < x); }
inline SymbolicMask operator>=(SymbolicInteger x, SymbolicInteger y) { return symbolic::isNot(x < y); }
inline SymbolicMask operator<(SymbolicInteger x, float y) { return x < like(x, y); }
inline SymbolicMask operator>(SymbolicInteger x, float y) { return x > like(x, y); }

/// Nothing where the side that may be chosen is not known.
inline SymbolicInteger select(SymbolicMask condition, SymbolicInteger x, SymbolicInteger y) {
  if (!condition.dim)
    return {x.math, std::nullopt};
  if (std::optional<int64_t> known = condition.dim->getKnown())
    return *known ? x : y;
  return {x.math, symbolic::apply(x.dim, y.dim, [&](Dim a, Dim b) { return x.math->select(*condition.dim, a, b); })};
}
inline SymbolicInteger keepNaN(SymbolicInteger, SymbolicInteger y) { return y; }
/// Shorter than the body of qc.mod, which asks for the sign of a remainder.
inline SymbolicInteger mod(SymbolicInteger x, SymbolicInteger y) {
  if (x.dim && y.dim)
    if (std::optional<Dim> modulo = moduloOf(*x.math, *x.dim, *y.dim))
      return {x.math, modulo};
  return numerics::f32::mod(x, y);
}
inline SymbolicInteger magnitude(SymbolicInteger x) { return select(x < 0.0f, -x, x); }

} // namespace qc
