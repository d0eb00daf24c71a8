// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-bound-symbols: the largest sizes that a model has meaning for.
#include "qc/Analysis/Sizes.h"
#include "qc/Transforms/Prepare/Passes.h"

namespace qc {
#define GEN_PASS_DEF_BOUNDSYMBOLSPASS
#include "qc/Transforms/Prepare/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;

static const SizeSymbol *getSymbol(const SizeAnalysis &sizes, AffineExpr expr, SizeSymbol::Kind kind) {
  auto symbol = dyn_cast<AffineSymbolExpr>(expr);
  const SizeSymbol *found = symbol ? &sizes.getSymbols()[symbol.getPosition()] : nullptr;
  return found && found->kind == kind ? found : nullptr;
}

// The number that `minimum` is the lesser of it and `expr`; nothing where it is no such minimum.
static std::optional<int64_t> getLimit(const SizeAnalysis &sizes, AffineExpr minimum, AffineExpr expr) {
  const SizeSymbol *function = getSymbol(sizes, minimum, SizeSymbol::Kind::Min);
  if (!function)
    return std::nullopt;
  for (unsigned slot : {0u, 1u})
    if (function->arguments[slot] == expr)
      return ExprMath::getKnown(function->arguments[1 - slot]);
  return std::nullopt;
}

// n = min(n, limit) says that n is at most the limit; so does that both broadcast, if the limit is not 1.
static void addBound(const SizeAnalysis &sizes, const SizeRequirement &requirement, llvm::StringMap<int64_t> &bounds) {
  if (requirement.block || requirement.kind == SizeRequirement::Kind::AtMost)
    return;
  int64_t least = requirement.kind == SizeRequirement::Kind::Broadcast ? 2 : 0;
  for (auto [size, minimum] : {std::pair(requirement.a, requirement.b), std::pair(requirement.b, requirement.a)}) {
    const SizeSymbol *symbol = getSymbol(sizes, size, SizeSymbol::Kind::Model);
    std::optional<int64_t> limit = symbol ? getLimit(sizes, minimum, size) : std::nullopt;
    if (!limit || *limit < least || !symbol->isNamed)
      continue;
    auto [place, isNew] = bounds.try_emplace(symbol->name, *limit);
    place->second = std::min(place->second, *limit);
  }
}

namespace {
struct BoundSymbolsPass final : qc::impl::BoundSymbolsPassBase<BoundSymbolsPass> {
  void runOnOperation() override {
    auto ranges = getOperation()->getAttrOfType<DictionaryAttr>(QCDialect::kSymbolsAttr);
    auto main = getOperation().lookupSymbol<func::FuncOp>("main");
    if (!ranges || !main || main.isExternal())
      return;
    FailureOr<SizeAnalysis> sizes = SizeAnalysis::analyze(main);
    if (failed(sizes))
      return signalPassFailure();
    llvm::StringMap<int64_t> bounds;
    for (const SizeRequirement &requirement : sizes->getRequirements())
      addBound(*sizes, requirement, bounds);
    Builder builder(&getContext());
    NamedAttrList bounded(ranges);
    for (NamedAttribute symbol : ranges) {
      auto range = cast<DenseI64ArrayAttr>(symbol.getValue());
      auto bound = bounds.find(symbol.getName());
      if (bound != bounds.end() && bound->second >= range[0] && (range[1] < 0 || bound->second < range[1]))
        bounded.set(symbol.getName(), builder.getDenseI64ArrayAttr({range[0], bound->second}));
    }
    getOperation()->setAttr(QCDialect::kSymbolsAttr, bounded.getDictionary(&getContext()));
  }
};
} // namespace
