// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sizes that are known when the model runs: one walk over @main, by the shape functions of its operations.
#include "qc/Analysis/Sizes.h"
#include "SizesBuilder.h"

using namespace mlir;
using namespace qc;

ArrayRef<AffineExpr> SizeAnalysis::getShape(Value value) const {
  auto it = shapes.find(value);
  return it == shapes.end() ? ArrayRef<AffineExpr>() : ArrayRef<AffineExpr>(it->second);
}

std::optional<ArrayRef<AffineExpr>> SizeAnalysis::getContents(Value value) const {
  auto it = contents.find(value);
  return it == contents.end() ? std::nullopt : std::optional(ArrayRef<AffineExpr>(it->second));
}

bool SizeAnalysis::isOfSymbols(AffineExpr expr, function_ref<bool(const SizeSymbol &)> isAccepted) const {
  bool result = true;
  expr.walk([&](AffineExpr part) {
    auto symbol = dyn_cast<AffineSymbolExpr>(part);
    if (!symbol)
      return;
    const SizeSymbol &is = symbols[symbol.getPosition()];
    result &= isAccepted(is) &&
              llvm::all_of(is.arguments, [&](AffineExpr argument) { return isOfSymbols(argument, isAccepted); });
  });
  return result;
}

static bool isTensor(const SizeSymbol &symbol) {
  return symbol.kind == SizeSymbol::Kind::Dimension || symbol.kind == SizeSymbol::Kind::Element;
}

bool SizeAnalysis::isOfModel(AffineExpr expr) const {
  return isOfSymbols(
      expr, [](const SizeSymbol &symbol) { return !isTensor(symbol) && symbol.kind != SizeSymbol::Kind::Iteration; });
}

bool SizeAnalysis::isScheduled(AffineExpr expr) const {
  return isOfSymbols(expr, [](const SizeSymbol &symbol) { return !isTensor(symbol); });
}

std::string SizeAnalysis::print(AffineExpr expr) const {
  return ExprMath::print(expr, [&](unsigned position) { return symbols[position].name; });
}

std::optional<int64_t> qc::evaluateSymbol(const SizeSymbol &symbol, ArrayRef<int64_t> values) {
  SmallVector<int64_t> arguments;
  for (AffineExpr argument : symbol.arguments) {
    std::optional<int64_t> value = ExprMath::evaluate(argument, values);
    if (!value)
      return std::nullopt;
    arguments.push_back(*value);
  }
  switch (symbol.kind) {
  case SizeSymbol::Kind::Broadcast:
    return arguments[0] == 1 ? arguments[1] : arguments[0];
  case SizeSymbol::Kind::Min:
    return std::min(arguments[0], arguments[1]);
  case SizeSymbol::Kind::Max:
    return std::max(arguments[0], arguments[1]);
  case SizeSymbol::Kind::IsLess:
    return arguments[0] < arguments[1];
  case SizeSymbol::Kind::IsEqual:
    return arguments[0] == arguments[1];
  case SizeSymbol::Kind::Select:
    return arguments[0] != 0 ? arguments[1] : arguments[2];
  default:
    return std::nullopt;
  }
}

std::optional<int64_t> SizeAnalysis::evaluate(AffineExpr expr, const llvm::StringMap<int64_t> &values) const {
  std::vector<int64_t> numbers;
  std::vector<bool> isKnown;
  for (const SizeSymbol &symbol : symbols) {
    auto given = symbol.kind == SizeSymbol::Kind::Model ? values.find(symbol.name) : values.end();
    std::optional<int64_t> number =
        given != values.end() ? std::optional(given->second) : evaluateSymbol(symbol, numbers);
    numbers.push_back(number.value_or(0));
    // What is computed from an unknown number is unknown.
    bool known = number.has_value();
    for (AffineExpr argument : symbol.arguments)
      argument.walk([&](AffineExpr part) {
        if (auto other = dyn_cast<AffineSymbolExpr>(part))
          known &= isKnown[other.getPosition()];
      });
    isKnown.push_back(known);
  }
  bool known = true;
  expr.walk([&](AffineExpr part) {
    if (auto symbol = dyn_cast<AffineSymbolExpr>(part))
      known &= isKnown[symbol.getPosition()];
  });
  return known ? ExprMath::evaluate(expr, numbers) : std::nullopt;
}

FailureOr<SizeAnalysis> SizeAnalysis::analyze(func::FuncOp main) {
  SizeAnalysis sizes(main.getContext());
  if (failed(SizesBuilder(sizes).run(main)))
    return failure();
  return sizes;
}
