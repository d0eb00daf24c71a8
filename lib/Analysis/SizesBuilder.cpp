// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The walk of the analysis of sizes: arguments, results, contents.
#include "SizesBuilder.h"
#include <utility>

using namespace mlir;
using namespace qc;

AffineExpr SizesBuilder::toExpr(Dim dim) const {
  std::optional<int64_t> known = dim.getKnown();
  return known ? sizes.math.constant(*known) : AffineExpr::getFromOpaquePointer(dim.getHandle());
}

Dim SizesBuilder::toDim(AffineExpr expr) {
  std::optional<int64_t> known = ExprMath::getKnown(expr);
  return known ? Dim(*known) : Dim::fromHandle(expr.getAsOpaquePointer());
}

Dim SizesBuilder::addSymbol(SizeSymbol symbol) {
  AffineExpr expr = sizes.math.addSymbol(symbol.range);
  sizes.symbols.push_back(std::move(symbol));
  return toDim(expr);
}

// The range of a symbol of the model: array<i64: low, high> with -1 for no upper bound.
static SizeRange getModelRange(DictionaryAttr ranges, StringRef name) {
  auto range = ranges ? dyn_cast_or_null<DenseI64ArrayAttr>(ranges.get(name)) : DenseI64ArrayAttr();
  if (!range || range.size() != 2)
    return {0, INT64_MAX};
  return {range[0], range[1] < 0 ? INT64_MAX : range[1]};
}

void SizesBuilder::addArgument(BlockArgument argument, ArrayAttr names, DictionaryAttr ranges) {
  auto type = dyn_cast<RankedTensorType>(argument.getType());
  if (!type)
    return;
  SmallVector<AffineExpr> dims;
  for (auto [d, size] : llvm::enumerate(type.getShape())) {
    if (!ShapedType::isDynamic(size)) {
      dims.push_back(sizes.math.constant(size));
      continue;
    }
    auto name = names && d < names.size() ? dyn_cast<StringAttr>(names[d]) : StringAttr();
    bool isNamed = name && !name.getValue().empty();
    AffineExpr known = isNamed ? named.lookup(name.getValue()) : AffineExpr();
    if (!known) {
      std::string text = isNamed ? name.getValue().str() : "dimension " + std::to_string(d) + " of " + nameOf(argument);
      SizeRange range = isNamed ? getModelRange(ranges, name.getValue()) : SizeRange{0, INT64_MAX};
      known = toExpr(addSymbol({SizeSymbol::Kind::Model, text, range, argument, int64_t(d), {}, isNamed}));
      if (isNamed)
        named[name.getValue()] = known;
    }
    dims.push_back(known);
  }
  sizes.shapes[argument] = dims;
}

void SizesBuilder::addArguments(func::FuncOp main) {
  auto ranges =
      main->getParentOp() ? main->getParentOp()->getAttrOfType<DictionaryAttr>("qc.symbols") : DictionaryAttr();
  for (BlockArgument argument : main.getArguments())
    addArgument(argument, main.getArgAttrOfType<ArrayAttr>(argument.getArgNumber(), "qc.dims"), ranges);
}

LogicalResult SizesBuilder::emitFailure(Operation *op) {
  InFlightDiagnostic error = op->emitOpError(getMessage());
  clearFailure();
  return error;
}

LogicalResult SizesBuilder::addShapes(Operation *op) {
  auto function = dyn_cast<ShapeFunctionOpInterface>(op);
  SmallVector<Dims> shapes;
  if (function)
    shapes = function.inferShapes(*this);
  if (hasFailed())
    return emitFailure(op);
  for (auto [i, result] : llvm::enumerate(op->getResults())) {
    auto type = dyn_cast<RankedTensorType>(result.getType());
    if (!type)
      continue;
    Dims dims = i < shapes.size() ? shapes[i] : getTypeShape(result);
    if (int64_t(dims.size()) != type.getRank())
      return op->emitOpError("expects a result of rank ") << dims.size() << ", got " << type;
    SmallVector<AffineExpr> exprs;
    for (auto [d, dim] : llvm::enumerate(dims)) {
      // What the type says is demanded of what follows from the operands.
      auto text = [&, d = d, dim = dim] {
        return "expects a result whose dimension " + std::to_string(d) + " is " + std::to_string(type.getDimSize(d)) +
               ", got " + describe(dim);
      };
      if (!type.isDynamicDim(d) && !expectEqual(dim, type.getDimSize(d), text))
        return emitFailure(op);
      exprs.push_back(type.isDynamicDim(d) ? toExpr(dim) : sizes.math.constant(type.getDimSize(d)));
    }
    sizes.shapes[result] = exprs;
    for (AffineExpr expr : exprs)
      dimensions.insert(expr.getAsOpaquePointer());
  }
  return success();
}

std::optional<int64_t> qc::countContents(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || !tensor.hasStaticShape() || tensor.getNumElements() > kMaxContents)
    return std::nullopt;
  Type element = tensor.getElementType();
  bool isShape = element.isInteger(1) || element.isInteger(32) || element.isInteger(64) || element.isF32();
  return isShape ? std::optional(tensor.getNumElements()) : std::nullopt;
}

void SizesBuilder::addContents(Operation *op) {
  auto function = dyn_cast<ShapeFunctionOpInterface>(op);
  for (OpResult result : op->getResults()) {
    std::optional<int64_t> count = countContents(result.getType());
    if (!count)
      continue;
    std::optional<Dims> contents;
    if (std::optional<TensorValue> constant = getTensorValue(getConstantValue(result)))
      contents = getIntegers(*constant);
    else if (function && !function.getMovedOperands().empty())
      contents = moveContents(op, function.getMovedOperands(), result.getResultNumber());
    else if (function)
      contents = function.inferContents(*this, result.getResultNumber());
    bool isValid = contents && int64_t(contents->size()) == *count && !hasFailed();
    clearFailure();
    if (!isValid)
      continue;
    SmallVector<AffineExpr> exprs;
    for (Dim element : *contents)
      exprs.push_back(toExpr(element));
    sizes.contents[result] = exprs;
  }
}

// The operation moves numbers that stand for the elements: where they arrive says what the result consists of. Other
// numbers in the result are values of its own (padding).
std::optional<Dims> SizesBuilder::moveContents(Operation *op, ArrayRef<unsigned> moved, unsigned result) {
  if (isa<ReshapeOp, DynamicReshapeOp>(op)) // of any type
    return getContents(op->getOperand(0));
  constexpr int64_t kFirst = 1000000007;
  auto evaluation = dyn_cast<EvaluateOpInterface>(op);
  if (!evaluation)
    return std::nullopt;
  Dims sources;
  SmallVector<TensorValue> operands, results;
  for (OpOperand &operand : op->getOpOperands()) {
    auto type = dyn_cast<RankedTensorType>(operand.get().getType());
    std::optional<Dims> contents = countContents(type) ? getContents(operand.get()) : std::nullopt;
    if (!contents)
      return std::nullopt;
    bool isMoved = llvm::is_contained(moved, operand.getOperandNumber());
    if (isMoved && !type.getElementType().isInteger(32) && !type.getElementType().isInteger(64))
      return std::nullopt;
    TensorValue value(type);
    for (auto [i, element] : llvm::enumerate(*contents)) {
      std::optional<int64_t> known = element.getKnown();
      if (!isMoved && !known)
        return std::nullopt;
      value.setInteger(i, isMoved ? kFirst + int64_t(sources.size()) : *known);
      if (isMoved)
        sources.push_back(element);
    }
    operands.push_back(value);
  }
  // What is wrong with the numbers is said when the operation is evaluated or run.
  ScopedDiagnosticHandler silent(op->getContext(), [](Diagnostic &) { return success(); });
  if (failed(evaluation.evaluate(operands, results)) || result >= results.size())
    return std::nullopt;
  Dims contents;
  for (int64_t i = 0, count = results[result].getNumElements(); i < count; ++i) {
    int64_t number = results[result].getInteger(i);
    bool isSource = number >= kFirst && number < kFirst + int64_t(sources.size());
    contents.push_back(isSource ? sources[number - kFirst] : Dim(number));
  }
  return contents;
}

// What is demanded and known in a region is so in it alone.
LogicalResult SizesBuilder::addRegion(Region &region, AffineExpr trips) {
  auto outerRequired = required;
  auto outerDimensions = dimensions, outerPositive = positive;
  Block *outer = std::exchange(branch, &region.front());
  if (trips) // else nobody comes here
    positive.insert(trips.getAsOpaquePointer());
  LogicalResult result = addBlock(region.front());
  branch = outer;
  required = std::move(outerRequired);
  dimensions = std::move(outerDimensions);
  positive = std::move(outerPositive);
  return result;
}

// That carried values have the shapes that they began with.
LogicalResult SizesBuilder::checkCarried(LoopOp loop) {
  YieldOp yield = loop.getYield();
  for (size_t i = 0; i < loop.getNumCarried(); ++i) {
    TensorShape before = getShape(loop.getCarried(i)), after = getShape(yield.getOperand(unsigned(1 + i)));
    for (size_t d = 0; d < before.getRank() && d < after.getRank(); ++d)
      if (!expectEqual(after[d], before[d], [&] {
            return "expects carried values that keep their shapes, got one of which dimension " + std::to_string(d) +
                   " is " + describe(before, d) + " and becomes " + describe(after, d);
          }))
        return emitFailure(loop);
  }
  return success();
}

LogicalResult SizesBuilder::addBody(LoopOp loop) {
  std::optional<Dims> trips = loop.getTrips() ? getContents(loop.getTrips()) : std::nullopt;
  int64_t most = trips && trips->size() == 1 ? sizes.math.getRange(toExpr(trips->front())).high : INT64_MAX;
  BlockArgument iteration = loop.getIteration();
  SizeRange range{0, most == INT64_MAX ? INT64_MAX : std::max<int64_t>(0, most - 1)};
  Dim number = addSymbol(
      {SizeSymbol::Kind::Iteration, "the iteration of " + nameOf(loop.getResult(0)), range, iteration, 0, {}});
  sizes.shapes[iteration] = {};
  sizes.contents[iteration] = {toExpr(number)};
  for (auto [i, init] : llvm::enumerate(loop.getInits())) {
    auto type = cast<RankedTensorType>(loop.getCarried(i).getType());
    SmallVector<AffineExpr> dims;
    for (auto [d, expr] : llvm::enumerate(sizes.getShape(init)))
      dims.push_back(type.isDynamicDim(d) ? expr : sizes.math.constant(type.getDimSize(d)));
    sizes.shapes[loop.getCarried(i)] = dims;
  }
  return addRegion(loop.getBody(), trips && trips->size() == 1 ? toExpr(trips->front()) : AffineExpr());
}

LogicalResult SizesBuilder::addBlock(Block &block) {
  for (Operation &op : block) {
    current = &op;
    if (auto choice = dyn_cast<IfOp>(op))
      if (failed(addRegion(choice.getThenBody())) || failed(addRegion(choice.getElseBody())))
        return failure();
    if (auto loop = dyn_cast<LoopOp>(op); loop && failed(addBody(loop)))
      return failure();
    if (isa<YieldOp>(op))
      if (auto loop = dyn_cast<LoopOp>(op.getParentOp()))
        return checkCarried(loop);
    current = &op;
    if (failed(addShapes(&op)))
      return failure();
    addContents(&op);
  }
  return success();
}

LogicalResult SizesBuilder::run(func::FuncOp main) {
  if (main.isExternal())
    return success();
  addArguments(main);
  return addBlock(main.getBody().front());
}
