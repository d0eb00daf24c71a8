// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arithmetic on sizes: the canonical form of expressions.
#include "qc/Analysis/ExprMath.h"
#include "Polynomial.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>

using namespace mlir;
using namespace qc;
using qc::sizes::Monomial;
using qc::sizes::Polynomial;

// floor(a / b) for b > 0.
static int64_t divideFloor(int64_t a, int64_t b) { return a / b - (a % b < 0); }

// Of an expression all of whose parts are canonical: quotients are atoms.
static Polynomial makePolynomial(const ExprMath &math, AffineExpr expr) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return Polynomial::constant(constant.getValue());
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary || expr.getKind() == AffineExprKind::FloorDiv)
    return Polynomial::atom(expr);
  Polynomial a = makePolynomial(math, binary.getLHS()), b = makePolynomial(math, binary.getRHS());
  if (expr.getKind() == AffineExprKind::Add)
    return a.plus(b);
  if (expr.getKind() == AffineExprKind::Mul)
    return a.times(b);
  // MLIR writes x - c * (x floordiv c) as x mod c.
  Polynomial quotient = makePolynomial(math, math.floorDiv(binary.getLHS(), binary.getRHS()));
  return a.plus(quotient.times(b).times(Polynomial::constant(-1)));
}

AffineExpr ExprMath::addSymbol(SizeRange range) {
  symbols.push_back(range);
  return getAffineSymbolExpr(unsigned(symbols.size() - 1), context);
}

AffineExpr ExprMath::constant(int64_t value) const { return getAffineConstantExpr(value, context); }

AffineExpr ExprMath::add(AffineExpr a, AffineExpr b) const {
  return makePolynomial(*this, a).plus(makePolynomial(*this, b)).getExpr(context);
}

AffineExpr ExprMath::mul(AffineExpr a, AffineExpr b) const {
  return makePolynomial(*this, a).times(makePolynomial(*this, b)).getExpr(context);
}

AffineExpr ExprMath::sub(AffineExpr a, AffineExpr b) const { return add(a, mul(b, constant(-1))); }

// floor((floor(x / a) + k) / c) = floor((x + a k) / (a c)); null where p is not of this form.
static AffineExpr divideQuotient(const ExprMath &math, const Polynomial &p, int64_t c) {
  const Monomial &leading = p.getTerms().front();
  if (leading.atoms.size() != 1 || leading.coefficient != 1 ||
      p.getTerms().size() != 1 + size_t(p.getConstantTerm() != 0))
    return {};
  auto inner = dyn_cast<AffineBinaryOpExpr>(leading.atoms.front());
  std::optional<int64_t> a = inner ? ExprMath::getKnown(inner.getRHS()) : std::nullopt;
  int64_t product, shift;
  if (!a || *a <= 0 || llvm::MulOverflow(*a, c, product) || llvm::MulOverflow(*a, p.getConstantTerm(), shift))
    return {};
  return math.floorDiv(math.add(inner.getLHS(), math.constant(shift)), math.constant(product));
}

// floor(p / c) for a number c > 0.
static AffineExpr divideByNumber(const ExprMath &math, MLIRContext *context, const Polynomial &p, int64_t c) {
  // floor((c a + r) / c) = a + floor(r / c)
  auto [whole, inside] = p.splitBy(c);
  AffineExpr outside = whole.getExpr(context);
  if (inside.getContent() == 0) // a number in [0, c)
    return outside;
  // floor((g a + r) / (g c)) = floor((a + floor(r / g)) / c)
  int64_t common = std::gcd(inside.getContent(), c), constant = inside.getConstantTerm();
  inside = inside.plus(Polynomial::constant(-(constant % common)));
  inside = inside.dividedBy(Polynomial::constant(common)).value_or(inside);
  c /= common;
  AffineExpr dividend = inside.getExpr(context);
  if (c == 1)
    return math.add(outside, dividend);
  SizeRange range = math.getRange(dividend);
  if (range.low >= 0 && range.high < c)
    return outside;
  if (AffineExpr merged = divideQuotient(math, inside, c))
    return math.add(outside, merged);
  return math.add(outside, getAffineBinaryOpExpr(AffineExprKind::FloorDiv, dividend, math.constant(c)));
}

AffineExpr ExprMath::floorDiv(AffineExpr a, AffineExpr b) const {
  Polynomial p = makePolynomial(*this, a), q = makePolynomial(*this, b);
  if (std::optional<int64_t> number = q.getConstant(); number && *number > 0) {
    if (std::optional<int64_t> dividend = p.getConstant())
      return constant(divideFloor(*dividend, *number));
    return divideByNumber(*this, context, p, *number);
  }
  if (q.getTerms().empty())
    return getAffineBinaryOpExpr(AffineExprKind::FloorDiv, a, b);
  if (std::optional<Polynomial> exact = p.dividedBy(q))
    return exact->getExpr(context);
  Polynomial whole, rest = p;
  if (q.getTerms().size() == 1)
    std::tie(whole, rest) = p.splitBy(q.getTerms().front());
  AffineExpr dividend = rest.getExpr(context), divisor = q.getExpr(context);
  SizeRange range = getRange(dividend), by = getRange(divisor);
  if (range.low >= 0 && range.high < by.low)
    return whole.getExpr(context);
  return add(whole.getExpr(context), getAffineBinaryOpExpr(AffineExprKind::FloorDiv, dividend, divisor));
}

AffineExpr ExprMath::ceilDiv(AffineExpr a, AffineExpr b) const { return floorDiv(add(a, sub(b, constant(1))), b); }

AffineExpr ExprMath::mod(AffineExpr a, AffineExpr b) const { return sub(a, mul(b, floorDiv(a, b))); }

AffineExpr ExprMath::divideExactly(AffineExpr a, AffineExpr b) const {
  std::optional<Polynomial> quotient = makePolynomial(*this, a).dividedBy(makePolynomial(*this, b));
  return quotient ? quotient->getExpr(context) : AffineExpr();
}

AffineExpr ExprMath::canonicalize(AffineExpr expr) const {
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return expr;
  AffineExpr a = canonicalize(binary.getLHS()), b = canonicalize(binary.getRHS());
  switch (expr.getKind()) {
  case AffineExprKind::Add:
    return add(a, b);
  case AffineExprKind::Mul:
    return mul(a, b);
  case AffineExprKind::FloorDiv:
    return floorDiv(a, b);
  case AffineExprKind::CeilDiv:
    return ceilDiv(a, b);
  default:
    return mod(a, b);
  }
}

std::optional<int64_t> ExprMath::getKnown(AffineExpr expr) {
  auto constant = dyn_cast_or_null<AffineConstantExpr>(expr);
  return constant ? std::optional(constant.getValue()) : std::nullopt;
}

bool ExprMath::areEqual(AffineExpr a, AffineExpr b) const { return a == b || getKnown(sub(a, b)) == 0; }

std::optional<bool> ExprMath::isAtMost(AffineExpr a, AffineExpr b) const {
  SizeRange difference = getRange(sub(b, a));
  if (difference.low >= 0)
    return true;
  return difference.high < 0 ? std::optional(false) : std::nullopt;
}
