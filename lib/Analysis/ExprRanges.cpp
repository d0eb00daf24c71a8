// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arithmetic on sizes: ranges, values and text of expressions.
#include "Polynomial.h"
#include "qc/Analysis/ExprMath.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace qc;

using Wide = __int128;
static constexpr int64_t kLeast = INT64_MIN, kGreatest = INT64_MAX;

static bool isInfinite(int64_t bound) { return bound == kLeast || bound == kGreatest; }
static int64_t clampWide(Wide value) {
  return value < kLeast ? kLeast : value > kGreatest ? kGreatest : int64_t(value);
}

// Ends of ranges; an infinite one absorbs what it meets. Sums never meet both infinities: lows go with lows.
static int64_t addEnds(int64_t a, int64_t b) {
  if (isInfinite(a) || isInfinite(b))
    return isInfinite(a) ? a : b;
  return clampWide(Wide(a) + b);
}

static int64_t mulEnds(int64_t a, int64_t b) {
  if (a == 0 || b == 0)
    return 0;
  if (isInfinite(a) || isInfinite(b))
    return (a < 0) == (b < 0) ? kGreatest : kLeast;
  return clampWide(Wide(a) * b);
}

// floor(a / b) for b > 0.
static int64_t divideEnds(int64_t a, int64_t b) {
  if (isInfinite(b) && !isInfinite(a))
    return a < 0 ? -1 : 0;
  if (isInfinite(a))
    return a;
  return a / b - (a % b < 0);
}

static SizeRange addRanges(SizeRange a, SizeRange b) { return {addEnds(a.low, b.low), addEnds(a.high, b.high)}; }

template <typename Function> static SizeRange combine(SizeRange a, SizeRange b, Function function) {
  int64_t ends[] = {function(a.low, b.low), function(a.low, b.high), function(a.high, b.low), function(a.high, b.high)};
  return {*std::min_element(ends, ends + 4), *std::max_element(ends, ends + 4)};
}

static SizeRange intersect(SizeRange a, SizeRange b) { return {std::max(a.low, b.low), std::min(a.high, b.high)}; }

static void collectTerms(AffineExpr expr, SmallVectorImpl<AffineExpr> &terms) {
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary || expr.getKind() != AffineExprKind::Add)
    return terms.push_back(expr);
  collectTerms(binary.getLHS(), terms);
  collectTerms(binary.getRHS(), terms);
}

namespace {
/// factor * floor(dividend / divisor)
struct Quotient {
  AffineExpr dividend;
  int64_t divisor, factor;
};
} // namespace

static std::optional<Quotient> matchQuotient(AffineExpr term) {
  int64_t factor = 1;
  auto binary = dyn_cast<AffineBinaryOpExpr>(term);
  if (binary && term.getKind() == AffineExprKind::Mul)
    if (std::optional<int64_t> number = ExprMath::getKnown(binary.getRHS())) {
      factor = *number;
      binary = dyn_cast<AffineBinaryOpExpr>(binary.getLHS());
    }
  if (!binary || binary.getKind() != AffineExprKind::FloorDiv || factor == kLeast)
    return std::nullopt;
  std::optional<int64_t> divisor = ExprMath::getKnown(binary.getRHS());
  return divisor && *divisor > 0 ? std::optional(Quotient{binary.getLHS(), *divisor, factor}) : std::nullopt;
}

// The range of f * floor(x / c) - f * floor(y / c) where x - y is narrower than its parts: floor((x - y) / c) and one
// more.
static std::optional<SizeRange> getDifferenceRange(const ExprMath &math, AffineExpr a, AffineExpr b) {
  std::optional<Quotient> x = matchQuotient(a), y = matchQuotient(b);
  if (!x || !y || x->divisor != y->divisor || x->factor != -y->factor)
    return std::nullopt;
  if (x->factor < 0)
    std::swap(x, y);
  SizeRange difference = math.getRange(math.sub(x->dividend, y->dividend));
  int64_t low = divideEnds(difference.low, x->divisor);
  int64_t high =
      isInfinite(difference.high) ? difference.high : divideEnds(addEnds(difference.high, x->divisor - 1), x->divisor);
  return SizeRange{mulEnds(low, x->factor), mulEnds(high, x->factor)};
}

namespace {
/// A sum as rest + factor * (y - k * floor(y / k)).
struct Remainder {
  AffineExpr y;
  int64_t factor, k;
};
} // namespace

// What quotient `x` of a sum of `terms` may be a part of. y may be a quotient itself, floor(z / a): the canonical form
// of floor(y / k) is floor(z / (a k)) then, or shorter.
static SmallVector<Remainder> proposeRemainders(const ExprMath &math, const Quotient &x, ArrayRef<AffineExpr> terms) {
  SmallVector<Remainder> found;
  if (x.factor % x.divisor == 0)
    found.push_back({x.dividend, -(x.factor / x.divisor), x.divisor});
  AffineExpr whole = math.floorDiv(x.dividend, math.constant(x.divisor));
  for (AffineExpr term : terms) {
    std::optional<Quotient> inner = matchQuotient(term);
    if (!inner)
      continue;
    int64_t k = x.divisor / inner->divisor;
    if (k > 1 && x.divisor % inner->divisor == 0 && x.factor % k == 0)
      found.push_back({math.floorDiv(x.dividend, math.constant(inner->divisor)), -(x.factor / k), k});
    AffineExpr y = math.floorDiv(inner->dividend, math.constant(inner->divisor));
    k = x.factor % inner->factor == 0 ? -(x.factor / inner->factor) : 0;
    if (k > 1 && math.floorDiv(y, math.constant(k)) == whole)
      found.push_back({y, inner->factor, k});
  }
  return found;
}

// The range of a sum by the remainder in it that leaves the least: remainders are in [0, k - 1], however wide y is.
static std::optional<SizeRange> getRemainderRange(const ExprMath &math, AffineExpr expr, ArrayRef<AffineExpr> terms) {
  constexpr size_t kMostTerms = 16; // what sums of sizes that are no concatenation have
  std::optional<Remainder> best;
  AffineExpr rest;
  size_t least = terms.size(); // as many are left where the expression has no y
  for (AffineExpr term : terms) {
    std::optional<Quotient> x = terms.size() <= kMostTerms ? matchQuotient(term) : std::nullopt;
    for (const Remainder &next : x ? proposeRemainders(math, *x, terms) : SmallVector<Remainder>()) {
      AffineExpr without = math.sub(math.sub(expr, term), math.mul(math.constant(next.factor), next.y));
      SmallVector<AffineExpr> left;
      collectTerms(without, left);
      if (left.size() >= least)
        continue;
      least = left.size();
      best = next;
      rest = without;
    }
  }
  if (!best)
    return std::nullopt;
  return addRanges(combine({best->factor, best->factor}, {0, best->k - 1}, mulEnds), math.getRange(rest));
}

SizeRange ExprMath::getSumRange(AffineExpr expr) const {
  SmallVector<AffineExpr> terms;
  collectTerms(expr, terms);
  SizeRange plain{0, 0}, paired{0, 0};
  SmallVector<bool> done(terms.size(), false);
  for (size_t i = 0; i < terms.size(); ++i) {
    SizeRange own = getRange(terms[i]);
    plain = addRanges(plain, own);
    if (done[i])
      continue;
    for (size_t j = i + 1; j < terms.size() && !done[i]; ++j)
      if (std::optional<SizeRange> pair = done[j] ? std::nullopt : getDifferenceRange(*this, terms[i], terms[j])) {
        paired = addRanges(paired, *pair);
        done[i] = done[j] = true;
      }
    if (!done[i])
      paired = addRanges(paired, own);
  }
  std::optional<SizeRange> remainder = getRemainderRange(*this, expr, terms);
  return intersect(intersect(plain, paired), remainder.value_or(SizeRange()));
}

SizeRange ExprMath::getRange(AffineExpr expr) const {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return {constant.getValue(), constant.getValue()};
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return symbol.getPosition() < symbols.size() ? symbols[symbol.getPosition()] : SizeRange();
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return {};
  if (expr.getKind() == AffineExprKind::Add)
    return getSumRange(expr);
  SizeRange a = getRange(binary.getLHS()), b = getRange(binary.getRHS());
  if (expr.getKind() == AffineExprKind::Mul) {
    SizeRange product = combine(a, b, mulEnds);
    bool isSquare = binary.getLHS() == binary.getRHS();
    return isSquare ? SizeRange{std::max<int64_t>(product.low, 0), product.high} : product;
  }
  // Elsewhere the divisor is known to be positive, or checked.
  b.low = std::max<int64_t>(b.low, 1);
  b.high = std::max<int64_t>(b.high, 1);
  if (expr.getKind() == AffineExprKind::Mod)
    return {0, a.low >= 0 ? std::min(a.high, addEnds(b.high, -1)) : addEnds(b.high, -1)};
  SizeRange floor = combine(a, b, divideEnds);
  return expr.getKind() == AffineExprKind::FloorDiv ? floor : SizeRange{floor.low, addEnds(floor.high, 1)};
}

std::optional<int64_t> ExprMath::evaluate(AffineExpr expr, ArrayRef<int64_t> values) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return constant.getValue();
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return symbol.getPosition() < values.size() ? std::optional(values[symbol.getPosition()]) : std::nullopt;
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return std::nullopt;
  std::optional<int64_t> a = evaluate(binary.getLHS(), values), b = evaluate(binary.getRHS(), values);
  int64_t result;
  if (!a || !b)
    return std::nullopt;
  if (expr.getKind() == AffineExprKind::Add)
    return llvm::AddOverflow(*a, *b, result) ? std::nullopt : std::optional(result);
  if (expr.getKind() == AffineExprKind::Mul)
    return llvm::MulOverflow(*a, *b, result) ? std::nullopt : std::optional(result);
  if (*b < 1)
    return std::nullopt;
  int64_t floor = *a / *b - (*a % *b < 0);
  if (expr.getKind() == AffineExprKind::FloorDiv)
    return floor;
  return expr.getKind() == AffineExprKind::CeilDiv ? floor + (*a % *b != 0) : *a - floor * *b;
}

static std::string printFactor(AffineExpr expr, llvm::function_ref<std::string(unsigned)> nameOf) {
  std::string text = ExprMath::print(expr, nameOf);
  return expr.getKind() == AffineExprKind::Add ? "(" + text + ")" : text;
}

static bool isNegative(std::optional<int64_t> number) { return number && *number < 0 && *number != kLeast; }

// What a product with a negative number is without its sign; nothing for anything else.
static std::optional<std::string> printNegative(AffineExpr expr, llvm::function_ref<std::string(unsigned)> nameOf) {
  if (std::optional<int64_t> number = ExprMath::getKnown(expr); isNegative(number))
    return std::to_string(-*number);
  if (expr.getKind() != AffineExprKind::Mul)
    return std::nullopt;
  auto product = cast<AffineBinaryOpExpr>(expr);
  std::optional<int64_t> factor = ExprMath::getKnown(product.getRHS());
  if (!isNegative(factor))
    return std::nullopt;
  std::string text = printFactor(product.getLHS(), nameOf);
  return *factor == -1 ? text : text + " * " + std::to_string(-*factor);
}

// What is added first, then what is taken away: S - N, not N * -1 + S.
static std::string printSum(AffineExpr expr, llvm::function_ref<std::string(unsigned)> nameOf) {
  SmallVector<AffineExpr> pending{expr};
  std::string added, taken;
  while (!pending.empty()) {
    AffineExpr next = pending.pop_back_val();
    if (next.getKind() == AffineExprKind::Add) {
      auto sum = cast<AffineBinaryOpExpr>(next);
      pending.append({sum.getRHS(), sum.getLHS()});
      continue;
    }
    if (std::optional<std::string> negative = printNegative(next, nameOf))
      taken += " - " + *negative;
    else
      added += (added.empty() ? "" : " + ") + ExprMath::print(next, nameOf);
  }
  return added.empty() ? "-" + taken.substr(3) : added + taken;
}

std::string ExprMath::print(AffineExpr expr, llvm::function_ref<std::string(unsigned)> nameOf) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return std::to_string(constant.getValue());
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return nameOf(symbol.getPosition());
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return "?";
  AffineExpr a = binary.getLHS(), b = binary.getRHS();
  switch (expr.getKind()) {
  case AffineExprKind::Add:
    return printSum(expr, nameOf);
  case AffineExprKind::Mul:
    if (std::optional<std::string> negative = printNegative(expr, nameOf))
      return "-" + *negative;
    return printFactor(a, nameOf) + " * " + printFactor(b, nameOf);
  case AffineExprKind::Mod:
    return printFactor(a, nameOf) + " mod " + printFactor(b, nameOf);
  default:
    return std::string(expr.getKind() == AffineExprKind::CeilDiv ? "ceil(" : "floor(") + printFactor(a, nameOf) +
           " / " + printFactor(b, nameOf) + ")";
  }
}
