// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sizes that are known when the model runs: which values an expression can have, from the ranges of symbols.
#include "SizesBuilder.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace qc;

// Looking at more sizes than these would take longer than compiling the model.
static constexpr int64_t kMaxAssignments = int64_t(1) << 20;

// The symbols that decide the value, functions by those of their arguments: in the order of their positions.
SmallVector<unsigned> SizeAnalysis::getDeciding(AffineExpr expr) const {
  std::set<unsigned> found;
  std::vector<AffineExpr> open{expr};
  while (!open.empty()) {
    AffineExpr next = open.back();
    open.pop_back();
    next.walk([&](AffineExpr part) {
      auto symbol = dyn_cast<AffineSymbolExpr>(part);
      if (symbol && found.insert(symbol.getPosition()).second)
        llvm::append_range(open, symbols[symbol.getPosition()].arguments);
    });
  }
  return SmallVector<unsigned>(found.begin(), found.end());
}

bool SizeAnalysis::dependsOn(AffineExpr expr, AffineSymbolExpr symbol) const {
  return llvm::is_contained(getDeciding(expr), symbol.getPosition());
}

static bool isFunction(const SizeSymbol &symbol) { return !symbol.arguments.empty(); }

std::string SizeAnalysis::explainUnbounded(AffineExpr expr) const {
  SmallVector<std::string> names, options;
  for (unsigned position : getDeciding(expr)) {
    const SizeSymbol &symbol = symbols[position];
    if (isFunction(symbol))
      continue;
    if (symbol.kind != SizeSymbol::Kind::Model)
      return symbol.name + " is known only when the model runs";
    if (symbol.range.high != INT64_MAX)
      continue;
    names.push_back(symbol.name);
    if (symbol.isNamed)
      options.push_back("--range " + symbol.name + "=LOW:HIGH");
  }
  if (names.empty())
    return {};
  std::string text = llvm::join(names, " and ") + (names.size() == 1 ? " has" : " have") + " no upper bound";
  if (options.size() == names.size())
    text += " (" + llvm::join(options, " and ") + (names.size() == 1 ? " gives it one)" : " give them one)");
  return text;
}

namespace {
/// Goes through all values of symbols within their ranges, the last one fastest.
class Assignments {
public:
  Assignments(ArrayRef<SizeSymbol> symbols, ArrayRef<unsigned> deciding) : symbols(symbols), values(symbols.size()) {
    for (unsigned position : deciding) {
      (isFunction(symbols[position]) ? functions : free).push_back(position);
      values[position] = symbols[position].range.low;
    }
  }

  /// How many there are; nothing where they are too many.
  std::optional<int64_t> count() const {
    int64_t product = 1;
    for (unsigned position : free) {
      SizeRange range = symbols[position].range;
      int64_t width = 0;
      if (llvm::SubOverflow(range.high, range.low, width) || width >= kMaxAssignments ||
          (product *= width + 1) > kMaxAssignments)
        return std::nullopt;
    }
    return product;
  }

  /// The value of the expression; nothing where it has none.
  std::optional<int64_t> evaluate(AffineExpr expr) {
    for (unsigned position : functions) {
      std::optional<int64_t> value = evaluateSymbol(symbols[position], values);
      if (!value)
        return std::nullopt;
      values[position] = *value;
    }
    return ExprMath::evaluate(expr, values);
  }

  void next() {
    for (unsigned position : llvm::reverse(free)) {
      if (values[position]++ < symbols[position].range.high)
        return;
      values[position] = symbols[position].range.low;
    }
  }

private:
  ArrayRef<SizeSymbol> symbols;
  std::vector<int64_t> values;
  SmallVector<unsigned> free, functions;
};
} // namespace

SizeValues SizeAnalysis::enumerate(AffineExpr expr, size_t limit) const {
  if (std::string reason = explainUnbounded(expr); !reason.empty())
    return {{}, reason};
  SmallVector<unsigned> deciding = getDeciding(expr);
  Assignments assignments(symbols, deciding);
  std::optional<int64_t> count = assignments.count();
  if (!count)
    return {{},
            "there are more than " + std::to_string(kMaxAssignments) +
                " sizes to look at (narrower ranges give fewer)"};
  std::set<int64_t> values;
  for (int64_t i = 0; i < *count; ++i, assignments.next()) {
    std::optional<int64_t> value = assignments.evaluate(expr);
    if (!value)
      return {{}, "that is no number of 64 bits for every size"};
    if (*value > 0)
      values.insert(*value);
    if (values.size() > limit)
      return {{}, "these are more than " + std::to_string(limit) + " different numbers (narrower ranges give fewer)"};
  }
  return {{values.begin(), values.end()}, {}};
}
