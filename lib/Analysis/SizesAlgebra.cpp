// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The algebra of the analysis of sizes: what shape functions compute becomes expressions, what they demand is proved or
// kept for the run.
#include "SizesBuilder.h"
#include "qc/Analysis/Names.h"

using namespace mlir;
using namespace qc;

std::string SizesBuilder::nameOf(Value value) {
  StringRef name = getOnnxName(value.getLoc());
  if (!name.empty())
    return "'" + name.str() + "'";
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    bool isCarried = isa_and_nonnull<LoopOp>(argument.getOwner()->getParentOp());
    return (isCarried ? "the body's argument " : "argument ") + std::to_string(argument.getArgNumber());
  }
  return "the result of " + value.getDefiningOp()->getName().getStringRef().str();
}

Dims SizesBuilder::getDims(Value value) {
  Dims dims;
  for (AffineExpr expr : sizes.getShape(value))
    dims.push_back(toDim(expr));
  return dims;
}

static SizeRange getTypeRange(Type element) {
  if (element.isInteger(1))
    return {0, 1};
  return element.isInteger(32) ? SizeRange{INT32_MIN, INT32_MAX} : SizeRange();
}

std::optional<Dims> SizesBuilder::getContents(Value value) {
  auto it = sizes.contents.find(value);
  if (it == sizes.contents.end()) {
    std::optional<int64_t> count = countContents(value.getType());
    Type element = count ? cast<RankedTensorType>(value.getType()).getElementType() : Type();
    if (!element || element.isF32())
      return std::nullopt;
    SmallVector<AffineExpr> exprs;
    for (int64_t i = 0; i < *count; ++i)
      exprs.push_back(toExpr(addSymbol({SizeSymbol::Kind::Element,
                                        "element " + std::to_string(i) + " of " + nameOf(value),
                                        getTypeRange(element),
                                        value,
                                        i,
                                        {}})));
    it = sizes.contents.try_emplace(value, exprs).first;
  }
  Dims dims;
  for (AffineExpr expr : it->second)
    dims.push_back(toDim(expr));
  return dims;
}

std::string SizesBuilder::describe(Dim dim) { return sizes.print(toExpr(dim)); }

std::string SizesBuilder::describe(const TensorShape &shape, size_t d) {
  std::string text = describe(shape.dims[d]);
  if (shape.dims[d].getKnown() || !shape.value)
    return text;
  return text + " (dimension " + std::to_string(d) + " of " + nameOf(shape.value) + ")";
}

Dim SizesBuilder::makeUnknown(Value result, size_t d) {
  return addSymbol({SizeSymbol::Kind::Dimension,
                    "dimension " + std::to_string(d) + " of " + nameOf(result),
                    {0, INT64_MAX},
                    result,
                    int64_t(d),
                    {}});
}

bool SizesBuilder::areEqualUnknown(Dim a, Dim b) { return sizes.math.areEqual(toExpr(a), toExpr(b)); }

std::optional<bool> SizesBuilder::isAtMostUnknown(Dim a, Dim b) {
  std::optional<bool> isSo = sizes.math.isAtMost(toExpr(a), toExpr(b));
  if (isSo)
    return isSo;
  std::optional<int64_t> known = a.getKnown();
  if (known && *known <= 1 && positive.count(toExpr(b).getAsOpaquePointer()))
    return true;
  return known && *known <= 0 && dimensions.count(toExpr(b).getAsOpaquePointer()) ? std::optional(true) : std::nullopt;
}

Dim SizesBuilder::addFunction(SizeSymbol::Kind kind, StringRef name, ArrayRef<Dim> arguments, SizeRange range) {
  std::vector<const void *> key;
  SizeSymbol symbol{kind, name.str() + "(", range, {}, 0, {}};
  for (Dim argument : arguments) {
    AffineExpr expr = toExpr(argument);
    symbol.name += (symbol.arguments.empty() ? "" : ", ") + sizes.print(expr);
    symbol.arguments.push_back(expr);
    key.push_back(expr.getAsOpaquePointer());
  }
  symbol.name += ")";
  // Functions of functions: names would grow without end.
  constexpr size_t kLongest = 120;
  if (symbol.name.size() > kLongest)
    symbol.name = symbol.name.substr(0, kLongest / 2) + "..." + symbol.name.substr(symbol.name.size() - kLongest / 3);
  auto it = functions.find({int(kind), key});
  if (it == functions.end())
    it = functions.try_emplace({int(kind), key}, addSymbol(std::move(symbol))).first;
  return it->second;
}

Dim SizesBuilder::combine(Function function, Dim a, Dim b) {
  const ExprMath &math = sizes.math;
  AffineExpr x = toExpr(a), y = toExpr(b);
  SizeRange p = math.getRange(x), q = math.getRange(y), any{std::min(p.low, q.low), std::max(p.high, q.high)};
  switch (function) {
  case Function::Add:
    return toDim(math.add(x, y));
  case Function::Sub:
    return toDim(math.sub(x, y));
  case Function::Mul:
    return toDim(math.mul(x, y));
  case Function::FloorDiv:
    return toDim(math.floorDiv(x, y));
  case Function::CeilDiv:
    return toDim(math.ceilDiv(x, y));
  case Function::Min:
    return addFunction(SizeSymbol::Kind::Min, "min", {a, b}, {any.low, std::min(p.high, q.high)});
  case Function::Max:
    return addFunction(SizeSymbol::Kind::Max, "max", {a, b}, {std::max(p.low, q.low), any.high});
  case Function::Broadcast:
    return addFunction(SizeSymbol::Kind::Broadcast, "broadcast", {a, b}, any);
  case Function::DivideCount:
    if (AffineExpr exact = math.divideExactly(x, y))
      return toDim(exact);
    expectAtMost(1, b, [&] { return "expects a number of elements other than 0 to divide by, got " + describe(b); });
    return toDim(math.floorDiv(x, y));
  case Function::IsLess:
    return addFunction(SizeSymbol::Kind::IsLess, "less", {a, b}, {0, 1});
  case Function::IsEqual:
    return addFunction(SizeSymbol::Kind::IsEqual, "equal", {a, b}, {0, 1});
  }
  return a;
}

Dim SizesBuilder::combineSelect(Dim condition, Dim yes, Dim no) {
  SizeRange p = sizes.math.getRange(toExpr(yes)), q = sizes.math.getRange(toExpr(no));
  return addFunction(SizeSymbol::Kind::Select, "select", {condition, yes, no},
                     {std::min(p.low, q.low), std::max(p.high, q.high)});
}

bool SizesBuilder::require(Relation relation, Dim a, Dim b, function_ref<std::string()> text) {
  const ExprMath &math = sizes.math;
  AffineExpr x = toExpr(a), y = toExpr(b);
  SizeRange p = math.getRange(x), q = math.getRange(y);
  auto kind = SizeRequirement::Kind::AtMost;
  if (relation == Relation::AtMost) {
    if (std::optional<bool> isSo = math.isAtMost(x, y))
      return *isSo;
  } else {
    if (math.areEqual(x, y))
      return true;
    bool canBeOne = relation == Relation::Broadcast && (p.contains(1) || q.contains(1));
    if (relation == Relation::Broadcast && ((p.isPoint() && p.low == 1) || (q.isPoint() && q.low == 1)))
      return true;
    if (!canBeOne && !math.getRange(math.sub(x, y)).contains(0))
      return false;
    kind = canBeOne ? SizeRequirement::Kind::Broadcast : SizeRequirement::Kind::Equal;
  }
  if (!current)
    return true;
  if (required.insert({int(kind), x.getAsOpaquePointer(), y.getAsOpaquePointer()}).second)
    sizes.requirements.push_back({kind, x, y, current->getLoc(), text(), branch});
  return true;
}
