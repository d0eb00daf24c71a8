// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sizes that are known when the model runs: one walk over @main, by the shape functions of its operations.
#include "qc/Analysis/Sizes.h"
#include "SizesBuilder.h"
#include "dialects/QC/CombinedDims.h"
#include "qc/Analysis/MainFunction.h"

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

// Whether `operand` of `op` says how large the result is and nothing else.
static bool isShapeOperand(Operation *op, unsigned operand) {
  if (isa<ConstantOfShapeOp>(op))
    return true;
  return isa<ExpandOp, DynamicReshapeOp>(op) && operand == 1;
}

// Whether `op` computes with how many rows there are, or with their numbers: rows that are fed one at a time are
// others.
static bool countsRows(Operation *op, const SizeAnalysis &sizes, llvm::function_ref<bool(AffineExpr)> dependsOnRows) {
  if (llvm::all_of(op->getResults(), [&](Value result) { return sizes.getContents(result).has_value(); }))
    return false; // a size itself
  return llvm::any_of(op->getOpOperands(), [&](OpOperand &operand) {
    std::optional<ArrayRef<AffineExpr>> contents = sizes.getContents(operand.get());
    return contents && !isShapeOperand(op, operand.getOperandNumber()) && llvm::any_of(*contents, dependsOnRows);
  });
}

using DependsOnRows = llvm::function_ref<bool(AffineExpr)>;

// Whether `op` works along a dimension whose size depends on rows, or makes two of them of one.
static bool isMeeting(Operation *op, const SizeAnalysis &sizes, DependsOnRows dependsOnRows) {
  for (OpOperand &operand : op->getOpOperands())
    if (isa<RankedTensorType>(operand.get().getType()))
      for (int64_t d : getCombinedDims(op, operand.getOperandNumber()))
        if (dependsOnRows(sizes.getShape(operand.get())[d]))
          return true;
  if (op->getNumResults() && countsRows(op, sizes, dependsOnRows))
    return true;
  return llvm::any_of(op->getResults(), [&](Value result) {
    return isa<RankedTensorType>(result.getType()) && llvm::count_if(sizes.getShape(result), dependsOnRows) > 1;
  });
}

static Operation *findMeetingOf(func::FuncOp main, const SizeAnalysis &sizes, DependsOnRows dependsOnRows) {
  for (Operation *op : listOperations(main))
    if (op != main.front().getTerminator() && isMeeting(op, sizes, dependsOnRows))
      return op;
  return nullptr;
}

FailureOr<Operation *> qc::findMeeting(func::FuncOp main, const SizeAnalysis &sizes, ArrayRef<std::string> symbols) {
  for (Operation *op : listOperations(main))
    for (Value result : op->getResults())
      if (llvm::any_of(sizes.getShape(result), [&](AffineExpr size) { return !sizes.isScheduled(size); }))
        return failure();
  SmallVector<AffineSymbolExpr> rows;
  for (auto [i, symbol] : llvm::enumerate(sizes.getSymbols()))
    if (symbol.kind == SizeSymbol::Kind::Model && llvm::is_contained(symbols, symbol.name))
      rows.push_back(cast<AffineSymbolExpr>(getAffineSymbolExpr(unsigned(i), main.getContext())));
  return findMeetingOf(main, sizes, [&](AffineExpr expr) {
    return llvm::any_of(rows, [&](AffineSymbolExpr symbol) { return sizes.dependsOn(expr, symbol); });
  });
}

bool qc::beginWithOneSymbol(func::FuncOp main, const SizeAnalysis &sizes) {
  SmallVector<Value> border(main.getArguments());
  llvm::append_range(border, main.front().getTerminator()->getOperands());
  AffineExpr common;
  for (Value tensor : border) {
    ArrayRef<AffineExpr> shape = sizes.getShape(tensor);
    if (shape.empty() || !isa<AffineSymbolExpr>(shape.front()) || (common && shape.front() != common))
      return false;
    common = shape.front();
  }
  return common && !findMeetingOf(main, sizes, [&](AffineExpr expr) {
           return sizes.dependsOn(expr, cast<AffineSymbolExpr>(common));
         });
}
