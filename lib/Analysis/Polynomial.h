// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Polynomials with int64 coefficients over symbols and quotients: the canonical form of sizes.
#pragma once
#include "mlir/IR/AffineExpr.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

namespace qc::sizes {

/// coefficient * the product of the atoms, which are sorted; none for a constant.
struct Monomial {
  llvm::SmallVector<mlir::AffineExpr, 4> atoms;
  int64_t coefficient = 0;
};

/// Monomials with different atoms and coefficients that are not 0, higher degrees first (graded lexicographic order).
/// A coefficient that leaves int64 becomes its nearest value: such sizes do not exist.
class Polynomial {
public:
  Polynomial() = default;
  static Polynomial constant(int64_t value);
  static Polynomial atom(mlir::AffineExpr expr);

  llvm::ArrayRef<Monomial> getTerms() const { return terms; }
  bool isZero() const { return terms.empty(); }
  std::optional<int64_t> getConstant() const; ///< the number that it is
  int64_t getConstantTerm() const;
  mlir::AffineExpr getExpr(mlir::MLIRContext *context) const;

  Polynomial plus(const Polynomial &other) const;
  Polynomial times(const Polynomial &other) const;
  /// The quotient of a division without remainder.
  std::optional<Polynomial> dividedBy(const Polynomial &divisor) const;
  /// (quotient, remainder) term by term: the terms that the monomial divides, and the others.
  std::pair<Polynomial, Polynomial> splitBy(const Monomial &divisor) const;
  /// (q, r) with p = q * number + r, coefficients of r in [0, number).
  std::pair<Polynomial, Polynomial> splitBy(int64_t number) const;
  /// Greatest common divisor of the coefficients of all terms but the constant; 0 where there are none.
  int64_t getContent() const;

private:
  void addTerm(const Monomial &term);
  llvm::SmallVector<Monomial, 4> terms;
};

} // namespace qc::sizes
