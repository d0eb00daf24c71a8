// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Polynomials with int64 coefficients over symbols and quotients.
#include "Polynomial.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>

using namespace mlir;
using namespace qc::sizes;

// A total order by structure: that of pointers would differ from run to run.
static int compare(AffineExpr a, AffineExpr b) {
  if (a == b)
    return 0;
  if (a.getKind() != b.getKind()) // symbols before quotients
    return a.getKind() == AffineExprKind::SymbolId   ? -1
           : b.getKind() == AffineExprKind::SymbolId ? 1
                                                     : (a.getKind() < b.getKind() ? -1 : 1);
  if (auto symbol = dyn_cast<AffineSymbolExpr>(a))
    return symbol.getPosition() < cast<AffineSymbolExpr>(b).getPosition() ? -1 : 1;
  if (auto constant = dyn_cast<AffineConstantExpr>(a))
    return constant.getValue() < cast<AffineConstantExpr>(b).getValue() ? -1 : 1;
  auto x = cast<AffineBinaryOpExpr>(a), y = cast<AffineBinaryOpExpr>(b);
  int left = compare(x.getLHS(), y.getLHS());
  return left != 0 ? left : compare(x.getRHS(), y.getRHS());
}

// Graded lexicographic order, the greatest first: it is kept by multiplication, as division needs it.
static int compareAtoms(ArrayRef<AffineExpr> a, ArrayRef<AffineExpr> b) {
  if (a.size() != b.size())
    return a.size() > b.size() ? -1 : 1;
  for (auto [x, y] : llvm::zip_equal(a, b))
    if (int order = compare(x, y))
      return order;
  return 0;
}

static int64_t saturate(__int128 value) {
  return value > INT64_MAX ? INT64_MAX : value < INT64_MIN ? INT64_MIN : int64_t(value);
}

void Polynomial::addTerm(const Monomial &term) {
  auto *it = llvm::lower_bound(terms, term,
                               [](const Monomial &a, const Monomial &b) { return compareAtoms(a.atoms, b.atoms) < 0; });
  if (it == terms.end() || compareAtoms(it->atoms, term.atoms) != 0) {
    if (term.coefficient != 0)
      terms.insert(it, term);
    return;
  }
  it->coefficient = saturate(__int128(it->coefficient) + term.coefficient);
  if (it->coefficient == 0)
    terms.erase(it);
}

Polynomial Polynomial::constant(int64_t value) {
  Polynomial result;
  result.addTerm({{}, value});
  return result;
}

Polynomial Polynomial::atom(AffineExpr expr) {
  Polynomial result;
  result.addTerm({{expr}, 1});
  return result;
}

std::optional<int64_t> Polynomial::getConstant() const {
  if (terms.empty())
    return 0;
  return terms.size() == 1 && terms[0].atoms.empty() ? std::optional(terms[0].coefficient) : std::nullopt;
}

int64_t Polynomial::getConstantTerm() const {
  return !terms.empty() && terms.back().atoms.empty() ? terms.back().coefficient : 0;
}

AffineExpr Polynomial::getExpr(MLIRContext *context) const {
  AffineExpr sum = getAffineConstantExpr(0, context);
  for (const Monomial &term : terms) {
    AffineExpr product = getAffineConstantExpr(1, context);
    for (AffineExpr atom : term.atoms)
      product = product * atom;
    sum = sum + product * term.coefficient;
  }
  return sum;
}

Polynomial Polynomial::plus(const Polynomial &other) const {
  Polynomial sum = *this;
  for (const Monomial &term : other.terms)
    sum.addTerm(term);
  return sum;
}

Polynomial Polynomial::times(const Polynomial &other) const {
  Polynomial product;
  for (const Monomial &a : terms)
    for (const Monomial &b : other.terms) {
      Monomial term{{}, saturate(__int128(a.coefficient) * b.coefficient)};
      std::merge(a.atoms.begin(), a.atoms.end(), b.atoms.begin(), b.atoms.end(), std::back_inserter(term.atoms),
                 [](AffineExpr x, AffineExpr y) { return compare(x, y) < 0; });
      product.addTerm(term);
    }
  return product;
}

// a / b where b divides a.
static std::optional<Monomial> divide(const Monomial &a, const Monomial &b) {
  if (a.coefficient == INT64_MIN || a.coefficient % b.coefficient != 0)
    return std::nullopt;
  Monomial quotient{{}, a.coefficient / b.coefficient};
  const auto *next = b.atoms.begin();
  for (AffineExpr atom : a.atoms) {
    if (next != b.atoms.end() && *next == atom)
      ++next;
    else
      quotient.atoms.push_back(atom);
  }
  return next == b.atoms.end() ? std::optional(quotient) : std::nullopt;
}

std::optional<Polynomial> Polynomial::dividedBy(const Polynomial &divisor) const {
  constexpr int kMaxTerms = 64; // of the quotient: models have less
  if (divisor.isZero() || llvm::any_of(divisor.terms, [](const Monomial &t) { return t.coefficient == INT64_MIN; }))
    return std::nullopt;
  Polynomial rest = *this, quotient;
  for (int i = 0; i < kMaxTerms && !rest.isZero(); ++i) {
    std::optional<Monomial> leading = divide(rest.terms.front(), divisor.terms.front());
    if (!leading || leading->coefficient == INT64_MIN)
      return std::nullopt;
    quotient.addTerm(*leading);
    Polynomial minus;
    minus.addTerm({leading->atoms, -leading->coefficient});
    rest = rest.plus(minus.times(divisor));
  }
  return rest.isZero() ? std::optional(quotient) : std::nullopt;
}

std::pair<Polynomial, Polynomial> Polynomial::splitBy(const Monomial &divisor) const {
  Polynomial quotient, rest;
  for (const Monomial &term : terms) {
    if (std::optional<Monomial> exact = divide(term, divisor))
      quotient.addTerm(*exact);
    else
      rest.addTerm(term);
  }
  return {quotient, rest};
}

std::pair<Polynomial, Polynomial> Polynomial::splitBy(int64_t number) const {
  Polynomial quotient, rest;
  for (const Monomial &term : terms) {
    int64_t floor = term.coefficient / number - (term.coefficient % number < 0);
    quotient.addTerm({term.atoms, floor});
    rest.addTerm({term.atoms, term.coefficient - floor * number});
  }
  return {quotient, rest};
}

int64_t Polynomial::getContent() const {
  int64_t content = 0;
  for (const Monomial &term : terms)
    if (!term.atoms.empty())
      content = term.coefficient == INT64_MIN ? 1 : std::gcd(content, term.coefficient);
  return content;
}
