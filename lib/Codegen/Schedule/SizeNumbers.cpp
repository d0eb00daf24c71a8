// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The sizes of a model as numbers of @main.
#include "SizeNumbers.h"
#include "Groups.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "qc/Analysis/Names.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;
using arith::CmpIPredicate;

/// What a symbol may be at most where nothing is said: products of two stay within 63 bits.
static constexpr int64_t kMostExtent = INT32_MAX;

void SizeNumbers::bindSymbols(llvm::function_ref<Value(Value)> bufferOf) {
  for (auto [position, symbol] : llvm::enumerate(sizes.getSymbols()))
    if (symbol.kind == SizeSymbol::Kind::Model && symbol.value)
      symbols[position] = math.dimension(bufferOf(symbol.value), symbol.index);
}

FailureOr<OpFoldResult> SizeNumbers::getSymbol(unsigned position, Location loc) {
  auto found = symbols.find(position);
  if (found != symbols.end())
    return found->second;
  const SizeSymbol &symbol = sizes.getSymbols()[position];
  SmallVector<OpFoldResult> arguments;
  for (AffineExpr argument : symbol.arguments) {
    FailureOr<OpFoldResult> number = get(argument, loc);
    if (failed(number))
      return failure();
    arguments.push_back(*number);
  }
  OpFoldResult one = math.constant(1), zero = math.constant(0), number;
  switch (symbol.kind) {
  case SizeSymbol::Kind::Model:
  case SizeSymbol::Kind::Dimension:
  case SizeSymbol::Kind::Element:
  case SizeSymbol::Kind::Iteration: // of another loop, or of one that is not formed yet
    return mlir::emitError(loc) << "has a size that depends on what a tensor contains (" << symbol.name
                                << "); accepted are sizes that follow from those of the inputs",
           failure();
  case SizeSymbol::Kind::Broadcast:
    number = math.select(CmpIPredicate::eq, arguments[0], one, arguments[1], arguments[0]);
    break;
  case SizeSymbol::Kind::Min:
    number = math.min(arguments[0], arguments[1]);
    break;
  case SizeSymbol::Kind::Max:
    number = math.max(arguments[0], arguments[1]);
    break;
  case SizeSymbol::Kind::IsLess:
    number = math.select(CmpIPredicate::slt, arguments[0], arguments[1], one, zero);
    break;
  case SizeSymbol::Kind::IsEqual:
    number = math.select(CmpIPredicate::eq, arguments[0], arguments[1], one, zero);
    break;
  case SizeSymbol::Kind::Select:
    number = math.select(CmpIPredicate::ne, arguments[0], zero, arguments[1], arguments[2]);
    break;
  }
  return symbols[position] = number;
}

FailureOr<OpFoldResult> SizeNumbers::get(AffineExpr expr, Location loc) {
  if (std::optional<int64_t> known = ExprMath::getKnown(expr))
    return math.constant(*known);
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return getSymbol(symbol.getPosition(), loc);
  auto found = numbers.find(expr);
  if (found != numbers.end())
    return found->second;
  auto binary = cast<AffineBinaryOpExpr>(expr);
  FailureOr<OpFoldResult> a = get(binary.getLHS(), loc), b = get(binary.getRHS(), loc);
  if (failed(a) || failed(b))
    return failure();
  OpFoldResult number;
  switch (expr.getKind()) {
  case AffineExprKind::Add:
    number = math.add(*a, *b);
    break;
  case AffineExprKind::Mul:
    number = math.mul(*a, *b);
    break;
  case AffineExprKind::FloorDiv:
    number = math.floorDiv(*a, *b);
    break;
  case AffineExprKind::CeilDiv:
    number = math.floorDiv(math.add(*a, math.sub(*b, math.constant(1))), *b);
    break;
  default: // mod
    number = math.sub(*a, math.mul(*b, math.floorDiv(*a, *b)));
    break;
  }
  return numbers[expr] = number;
}

FailureOr<SmallVector<OpFoldResult>> SizeNumbers::getShape(Value tensor) {
  SmallVector<OpFoldResult> shape;
  auto type = cast<RankedTensorType>(tensor.getType());
  for (auto [d, size] : llvm::enumerate(type.getShape())) {
    FailureOr<OpFoldResult> number = math.constant(size);
    if (ShapedType::isDynamic(size))
      number = get(sizes.getShape(tensor)[d], tensor.getLoc());
    if (failed(number))
      return failure();
    shape.push_back(*number);
  }
  return shape;
}

bool SizeNumbers::knowsContents(Value tensor) const { return isKnownToSchedule(tensor, sizes); }

FailureOr<SmallVector<OpFoldResult>> SizeNumbers::getContents(Value tensor) {
  SmallVector<OpFoldResult> numbers;
  std::optional<ArrayRef<AffineExpr>> contents = sizes.getContents(tensor);
  for (AffineExpr expr : contents.value_or(ArrayRef<AffineExpr>())) {
    FailureOr<OpFoldResult> number = get(expr, tensor.getLoc());
    if (failed(number))
      return failure();
    numbers.push_back(*number);
  }
  return numbers;
}

void SizeNumbers::bindIteration(Value iteration, Value number) {
  for (auto [position, symbol] : llvm::enumerate(sizes.getSymbols()))
    if (symbol.kind == SizeSymbol::Kind::Iteration && symbol.value == iteration)
      symbols[position] = number;
}

void SizeNumbers::writeCheck(OpBuilder &builder, Location loc, OpFoldResult a, OpFoldResult b, const Twine &what) {
  if (a == b)
    return;
  CheckOp::create(builder, loc, math.value(a), math.value(b), builder.getStringAttr(what), IntegerAttr(),
                  IntegerAttr());
}

LogicalResult SizeNumbers::writeRequirement(OpBuilder &builder, const SizeRequirement &requirement) {
  FailureOr<OpFoldResult> a = get(requirement.a, requirement.loc), b = get(requirement.b, requirement.loc);
  if (failed(a) || failed(b))
    return failure();
  OpFoldResult one = math.constant(1), other = *b;
  switch (requirement.kind) {
  case SizeRequirement::Kind::Equal:
    break;
  case SizeRequirement::Kind::Broadcast: // one that is 1 is compared with itself
    other = math.select(CmpIPredicate::eq, *a, one, *a, math.select(CmpIPredicate::eq, *b, one, *a, *b));
    break;
  case SizeRequirement::Kind::AtMost:
    other = math.min(*a, *b);
    break;
  }
  std::string name = qc::getOnnxName(requirement.loc).str();
  writeCheck(builder, requirement.loc, *a, other, (name.empty() ? "" : "'" + name + "' ") + requirement.text);
  return success();
}

LogicalResult SizeNumbers::writeChecks(func::FuncOp function, llvm::function_ref<Value(Value)> bufferOf) {
  OpBuilder &builder = math.getBuilder();
  llvm::DenseMap<AffineExpr, std::string> firsts;
  for (BlockArgument argument : function.getArguments()) {
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    for (int64_t d = 0; type && d < type.getRank(); ++d) {
      if (!type.isDynamicDim(d))
        continue;
      AffineExpr expr = sizes.getShape(argument)[d];
      std::string name = sizes.print(expr);
      std::string what =
          "dimension " + std::to_string(d) + " of input '" + qc::getOnnxName(argument.getLoc()).str() + "'";
      auto [first, isNew] = firsts.try_emplace(expr, what);
      OpFoldResult number = math.dimension(bufferOf(argument), d);
      if (!isNew) {
        writeCheck(builder, argument.getLoc(), *get(expr, argument.getLoc()), number,
                   first->second + " and " + what + " must be equal ('" + name + "')");
        continue;
      }
      SizeRange range = sizes.getRange(expr);
      int64_t high = range.high == INT64_MAX ? kMostExtent : range.high;
      CheckOp::create(builder, argument.getLoc(), math.value(number), Value(),
                      builder.getStringAttr(what + " ('" + name + "')"), builder.getI64IntegerAttr(range.low),
                      builder.getI64IntegerAttr(high));
    }
  }
  return writeChecks(builder, /*block=*/nullptr);
}

LogicalResult SizeNumbers::writeChecks(OpBuilder &builder, Block *block) {
  for (const SizeRequirement &requirement : sizes.getRequirements())
    if (requirement.block == block && failed(writeRequirement(builder, requirement)))
      return failure();
  return success();
}
