// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arithmetic on sizes: integer expressions over symbols in one canonical form, and their ranges.
//
// Expressions are affine expressions of MLIR without dimensions, semi-affine where symbols are multiplied or divided by
// each other. Every function of ExprMath returns the canonical form: a polynomial, expanded, over symbols and quotients
// (`x floordiv y`; ceildiv and mod are written with it). Expressions that are equal as polynomials are the same object:
//   (N * W * 4) floordiv 4        is N * W
//   ((W + 1) floordiv 2 + 1) floordiv 2  is (W + 3) floordiv 4
//   divideExactly(N * (H + W), N) is H + W
#pragma once
#include "mlir/IR/AffineExpr.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <optional>
#include <vector>

namespace qc {

/// Values from low to high, both included; the ends of int64 stand for no bound.
struct SizeRange {
  int64_t low = INT64_MIN, high = INT64_MAX;
  bool isPoint() const { return low == high; }
  bool contains(int64_t value) const { return low <= value && value <= high; }
  bool overlaps(SizeRange other) const { return low <= other.high && other.low <= high; }
};

/// Symbols with ranges, and arithmetic on expressions over them. Symbol i is the affine symbol expression i.
class ExprMath {
public:
  explicit ExprMath(mlir::MLIRContext *context) : context(context) {}

  mlir::AffineExpr addSymbol(SizeRange range);
  size_t getNumSymbols() const { return symbols.size(); }

  mlir::AffineExpr constant(int64_t value) const;
  mlir::AffineExpr add(mlir::AffineExpr a, mlir::AffineExpr b) const;
  mlir::AffineExpr sub(mlir::AffineExpr a, mlir::AffineExpr b) const;
  mlir::AffineExpr mul(mlir::AffineExpr a, mlir::AffineExpr b) const;
  /// floor(a / b) for b > 0: a constant b must be, of any other b the caller knows or checks it.
  mlir::AffineExpr floorDiv(mlir::AffineExpr a, mlir::AffineExpr b) const;
  mlir::AffineExpr ceilDiv(mlir::AffineExpr a, mlir::AffineExpr b) const;
  /// a - b * floor(a / b), for b > 0.
  mlir::AffineExpr mod(mlir::AffineExpr a, mlir::AffineExpr b) const;
  /// The polynomial q with a = q * b, where there is one. It holds for b = 0 too, where it is one of many answers.
  mlir::AffineExpr divideExactly(mlir::AffineExpr a, mlir::AffineExpr b) const; ///< null where there is none
  mlir::AffineExpr canonicalize(mlir::AffineExpr expr) const;

  /// The number where the expression is one.
  static std::optional<int64_t> getKnown(mlir::AffineExpr expr);
  /// A range that holds all values: exact for sums and products in which no symbol occurs twice.
  SizeRange getRange(mlir::AffineExpr expr) const;
  /// Whether a = b for all values of the symbols. False where that is not proved.
  bool areEqual(mlir::AffineExpr a, mlir::AffineExpr b) const;
  /// Whether a <= b, where it is so or not so for all values of the symbols.
  std::optional<bool> isAtMost(mlir::AffineExpr a, mlir::AffineExpr b) const;

  /// The value where symbol i has `values[i]`; nothing where it leaves int64 or something is divided by less than 1.
  static std::optional<int64_t> evaluate(mlir::AffineExpr expr, llvm::ArrayRef<int64_t> values);
  /// For people: `floor((W + 1) / 2) * 3`.
  static std::string print(mlir::AffineExpr expr, llvm::function_ref<std::string(unsigned)> nameOf);

private:
  SizeRange getSumRange(mlir::AffineExpr expr) const;

  mlir::MLIRContext *context;
  std::vector<SizeRange> symbols;
};

} // namespace qc
