// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Whether the samples of a batch stay apart: which dimension of each tensor holds them, followed through @main.
#include "qc/Analysis/Samples.h"
#include "dialects/QC/CombinedDims.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Analysis/Names.h"

using namespace mlir;
using namespace qc;

// Whether `operand` of `op` says how large the result is and nothing else.
static bool isShapeOperand(Operation *op, unsigned operand) {
  if (isa<ConstantOfShapeOp>(op))
    return true;
  return isa<ExpandOp, DynamicReshapeOp>(op) && operand == 1;
}

namespace {
/// Where a tensor holds samples.
struct Place {
  int64_t dim;
  AffineExpr size;
  AffineExpr inner; ///< positions of one sample that lie next to each other; null: it holds what is of no sample
};

class Samples {
public:
  Samples(func::FuncOp main, const SizeAnalysis &sizes, ArrayRef<AffineExpr> batch)
      : main(main), sizes(sizes), math(sizes.getMath()), batch(batch) {}

  /// The first operation at which samples meet, or that counts them; null where there is none.
  Operation *findMeeting();
  /// Whether the tensor is one sample behind the other along its first dimension.
  bool beginsWithSamples(Value tensor) const;

private:
  bool dependsOnBatch(AffineExpr expr) const;
  bool isBatch(AffineExpr expr) const;
  bool combinesSamples(Operation *op) const;
  bool countsSamples(Operation *op) const;
  std::optional<Place> findDim(Value tensor) const;
  bool place(Operation *op);
  bool placeYielded(YieldOp yield);
  bool placeReshaped(Value from, Value to);
  bool placeLike(ArrayRef<Value> sources, Value to, bool keepsSamples);

  func::FuncOp main;
  const SizeAnalysis &sizes;
  const ExprMath &math;
  SmallVector<AffineExpr> batch;
  llvm::DenseMap<Value, AffineExpr> inners; ///< of tensors whose dimension is not the batch itself
};
} // namespace

bool Samples::dependsOnBatch(AffineExpr expr) const {
  return llvm::any_of(batch, [&](AffineExpr symbol) { return sizes.dependsOn(expr, cast<AffineSymbolExpr>(symbol)); });
}

/// The batch, by any of its symbols.
bool Samples::isBatch(AffineExpr expr) const {
  if (llvm::is_contained(batch, expr))
    return true;
  auto symbol = dyn_cast<AffineSymbolExpr>(expr);
  if (!symbol || sizes.getSymbols()[symbol.getPosition()].kind != SizeSymbol::Kind::Broadcast)
    return false;
  return llvm::all_of(sizes.getSymbols()[symbol.getPosition()].arguments,
                      [&](AffineExpr argument) { return isBatch(argument); });
}

/// Whether `op` works along a dimension that holds samples.
bool Samples::combinesSamples(Operation *op) const {
  for (OpOperand &operand : op->getOpOperands())
    if (isa<RankedTensorType>(operand.get().getType()))
      for (int64_t d : getCombinedDims(op, operand.getOperandNumber()))
        if (dependsOnBatch(sizes.getShape(operand.get())[d]))
          return true;
  return false;
}

/// Whether `op` computes with how many samples there are, or with their numbers: those that are given one at a time are
/// others.
bool Samples::countsSamples(Operation *op) const {
  if (llvm::all_of(op->getResults(), [&](Value result) { return sizes.getContents(result).has_value(); }))
    return false; // a size itself
  return llvm::any_of(op->getOpOperands(), [&](OpOperand &operand) {
    std::optional<ArrayRef<AffineExpr>> contents = sizes.getContents(operand.get());
    return contents && !isShapeOperand(op, operand.getOperandNumber()) &&
           llvm::any_of(*contents, [&](AffineExpr element) { return dependsOnBatch(element); });
  });
}

std::optional<Place> Samples::findDim(Value tensor) const {
  for (auto [d, size] : llvm::enumerate(sizes.getShape(tensor)))
    if (dependsOnBatch(size))
      return Place{int64_t(d), size, isBatch(size) ? math.constant(1) : inners.lookup(tensor)};
  return std::nullopt;
}

bool Samples::beginsWithSamples(Value tensor) const {
  std::optional<Place> place = findDim(tensor);
  if (!place || place->dim != 0 || !place->inner)
    return false;
  return isBatch(place->size) ||
         llvm::any_of(batch, [&](AffineExpr symbol) { return place->size == math.mul(place->inner, symbol); });
}

/// Of a reshape: sample n of `to` has the elements that it has in `from`. False where no dimension holds it whole.
bool Samples::placeReshaped(Value from, Value to) {
  std::optional<Place> old = findDim(from), place = findDim(to);
  if (!old || !old->inner) // it was made for any number of samples
    return true;
  if (!place)
    return false;
  auto multiply = [&](AffineExpr product, ArrayRef<AffineExpr> dims) {
    for (AffineExpr size : dims)
      product = math.mul(product, size);
    return product;
  };
  AffineExpr below = multiply(old->inner, sizes.getShape(from).drop_front(old->dim + 1)),
             behind = multiply(math.constant(1), sizes.getShape(to).drop_front(place->dim + 1)),
             inner = math.divideExactly(below, behind), blocks = inner ? math.divideExactly(place->size, inner) : inner;
  // blocks is outer * N.
  if (!blocks || !llvm::any_of(batch, [&](AffineExpr symbol) {
        AffineExpr outer = math.divideExactly(blocks, symbol);
        return outer && !dependsOnBatch(outer);
      }))
    return false;
  inners[to] = inner;
  return true;
}

/// Of anything else: the dimension of `to` is one of `sources`, which agree. Where samples are among them, it has one.
bool Samples::placeLike(ArrayRef<Value> sources, Value to, bool keepsSamples) {
  std::optional<Place> place = findDim(to);
  AffineExpr inner;
  for (Value source : sources) {
    std::optional<Place> old = findDim(source);
    if (!old || !old->inner)
      continue;
    bool isSame = place && (place->size == old->size || (isBatch(place->size) && isBatch(old->size)));
    if (!isSame && !keepsSamples)
      continue;
    if (!isSame || (inner && inner != old->inner))
      return false;
    inner = old->inner;
  }
  if (inner && !isBatch(place->size))
    inners[to] = inner;
  return true;
}

/// Of what a branch or an iteration yields, the results of the operation around it; a loop begins the next iteration
/// with the first of them.
bool Samples::placeYielded(YieldOp yield) {
  Operation *around = yield->getParentOp();
  auto loop = dyn_cast<LoopOp>(around);
  for (auto [i, yielded] : llvm::enumerate(yield.getOperands().drop_front(loop ? 1 : 0))) {
    SmallVector<Value> sources = {yielded, around->getResult(i)};
    if (loop && i < loop.getNumCarried())
      sources.push_back(loop.getCarried(i));
    if (!placeLike(sources, around->getResult(i), /*keepsSamples=*/true))
      return false;
  }
  return true;
}

/// Finds where the results of `op`, and what its regions begin with, hold samples; false where they are mixed.
bool Samples::place(Operation *op) {
  if (auto yield = dyn_cast<YieldOp>(op))
    return placeYielded(yield);
  SmallVector<Value> sources(op->getOperands());
  if (isa<ReshapeOp, DynamicReshapeOp>(op))
    return placeReshaped(sources.front(), op->getResult(0));
  if (isa<IfOp, LoopOp>(op)) // what its bodies do, their operations say
    return llvm::all_of(op->getRegions(), [&](Region &region) {
      return llvm::all_of(region.getArguments(),
                          [&](Value v) { return placeLike(sources, v, /*keepsSamples=*/false); });
    });
  return llvm::all_of(op->getResults(), [&](Value result) { return placeLike(sources, result, readsElements(op)); });
}

Operation *Samples::findMeeting() {
  auto holdsTwice = [&](Value tensor) {
    return llvm::count_if(sizes.getShape(tensor), [&](AffineExpr size) { return dependsOnBatch(size); }) > 1;
  };
  for (Operation *op : listOperations(main)) {
    if (op == main.front().getTerminator())
      continue;
    if (combinesSamples(op) || (op->getNumResults() && countsSamples(op)) ||
        llvm::any_of(op->getResults(), holdsTwice) || !place(op))
      return op;
  }
  return nullptr;
}

static std::string getName(Operation *op) {
  StringRef name = getOnnxName(op->getLoc());
  return (name.empty() ? op->getName().stripDialect() : name).str();
}

FailureOr<std::string> qc::explainMeeting(func::FuncOp main, const SizeAnalysis &sizes, ArrayRef<std::string> symbols) {
  for (Operation *op : listOperations(main))
    for (Value result : op->getResults())
      if (llvm::any_of(sizes.getShape(result), [&](AffineExpr size) { return !sizes.isScheduled(size); }))
        return failure();
  SmallVector<AffineExpr> batch;
  for (auto [i, symbol] : llvm::enumerate(sizes.getSymbols()))
    if (symbol.kind == SizeSymbol::Kind::Model && llvm::is_contained(symbols, symbol.name))
      batch.push_back(getAffineSymbolExpr(unsigned(i), main.getContext()));
  Samples samples(main, sizes, batch);
  if (Operation *op = samples.findMeeting())
    return "samples of a batch meet in '" + getName(op) + "'";
  for (auto [i, output] : llvm::enumerate(main.front().getTerminator()->getOperands()))
    if (!samples.beginsWithSamples(output)) {
      auto name = main.getResultAttrOfType<StringAttr>(unsigned(i), QCDialect::kNameAttr);
      return "output '" + (name ? name.str() : std::to_string(i)) + "' does not begin with the batch";
    }
  return std::string();
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
  return common && !Samples(main, sizes, {common}).findMeeting();
}
