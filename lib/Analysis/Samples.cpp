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
  return isa<ExpandOp, DynamicReshapeOp, ResizeNearestOp, TileOp>(op) && operand == 1;
}

// The results of the operation around a yield that its operands become; of a loop the first says whether it goes on.
static Value getYieldedResult(YieldOp yield, unsigned operand) {
  unsigned hidden = isa<LoopOp>(yield->getParentOp()) ? 1 : 0;
  return operand < hidden ? Value() : yield->getParentOp()->getResult(operand - hidden);
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
  bool countsSamples(OpOperand &operand) const;
  bool isKept(OpOperand &operand, int64_t d) const;
  bool isMultiple(AffineExpr size) const;
  bool isBatch(AffineExpr expr) const;
  bool combinesSamples(Operation *op) const;
  bool countsSamples(Operation *op) const;
  std::optional<Place> findDim(Value tensor) const;
  bool place(Operation *op);
  bool readsOwnSamples(GatherElementsOp op) const;
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
        if (dependsOnBatch(sizes.getShape(operand.get())[d]) && !isKept(operand, d))
          return true;
  return false;
}

/// Whether a move by numbers that are computed leaves dimension d of its operand as it is: what it adds is not
/// negative, and what it resizes to the same size it does not move. One position stands for all samples alike.
bool Samples::isKept(OpOperand &operand, int64_t d) const {
  Operation *op = operand.getOwner();
  return operand.getOperandNumber() == 0 && isa<PadOp, TileOp, ResizeNearestOp>(op) &&
         math.areEqual(sizes.getShape(operand.get())[d], sizes.getShape(op->getResult(0))[d]);
}

/// Whether `op` computes with how many samples there are, or with their numbers: those that are given one at a time are
/// others.
bool Samples::countsSamples(Operation *op) const {
  return llvm::any_of(op->getOpOperands(), [&](OpOperand &operand) { return countsSamples(operand); });
}

bool Samples::countsSamples(OpOperand &operand) const {
  std::optional<ArrayRef<AffineExpr>> contents = sizes.getContents(operand.get());
  if (!contents || llvm::none_of(*contents, [&](AffineExpr element) { return dependsOnBatch(element); }))
    return false;
  Operation *op = operand.getOwner();
  auto isKnown = [&](Value value) {
    std::optional<ArrayRef<AffineExpr>> of = value ? sizes.getContents(value) : std::nullopt;
    return of && llvm::all_of(*of, [&](AffineExpr element) { return sizes.isScheduled(element); });
  };
  if (auto yield = dyn_cast<YieldOp>(op))
    return !isKnown(getYieldedResult(yield, operand.getOperandNumber()));
  if (llvm::all_of(op->getResults(), isKnown))
    return false; // a size itself
  // Of what becomes as long as the batch, one position stands for all samples; of several each stands for some.
  if (isa<TileOp, ResizeNearestOp>(op) && operand.getOperandNumber() == 1)
    for (auto [from, to] : llvm::zip_equal(sizes.getShape(op->getOperand(0)), sizes.getShape(op->getResult(0))))
      if (dependsOnBatch(to) && ExprMath::getKnown(from) != 1 && !math.areEqual(from, to))
        return true;
  return !isShapeOperand(op, operand.getOperandNumber());
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
  if (isBatch(place->size))
    return true;
  AffineExpr samples = math.divideExactly(place->size, place->inner);
  return samples && isBatch(samples);
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
  // As many positions in front of them, and as many of them: behind them are as many, whatever is known of these.
  AffineExpr one = math.constant(1);
  if (old->size == place->size && math.areEqual(multiply(one, sizes.getShape(from).take_front(old->dim)),
                                                multiply(one, sizes.getShape(to).take_front(place->dim)))) {
    inners[to] = old->inner;
    return true;
  }
  AffineExpr below = multiply(old->inner, sizes.getShape(from).drop_front(old->dim + 1)),
             behind = multiply(one, sizes.getShape(to).drop_front(place->dim + 1)),
             inner = math.divideExactly(below, behind), blocks = inner ? math.divideExactly(place->size, inner) : inner;
  if (!blocks || !isMultiple(blocks))
    return false;
  inners[to] = inner;
  return true;
}

/// Whether a size is outer * N, for an outer that has nothing to do with the batch.
bool Samples::isMultiple(AffineExpr size) const {
  for (unsigned i = 0; i < sizes.getSymbols().size(); ++i) {
    AffineExpr symbol = getAffineSymbolExpr(i, size.getContext());
    AffineExpr outer = isBatch(symbol) ? math.divideExactly(size, symbol) : AffineExpr();
    if (outer && !dependsOnBatch(outer))
      return true;
  }
  return false;
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
    if (loop && i < loop.getNumCarried()) {
      sources.push_back(loop.getCarried(i));
      std::optional<Place> before = findDim(loop.getCarried(i)), behind = findDim(yielded);
      if (before && behind && !before->inner && behind->inner) // the body was looked at without samples in it
        return false;
    }
    if (!placeLike(sources, around->getResult(i), /*keepsSamples=*/true))
      return false;
  }
  return true;
}

/// Whether sample n of the indices looks up sample n of the data, and no position n of something else.
bool Samples::readsOwnSamples(GatherElementsOp op) const {
  std::optional<Place> indices = findDim(op.getIndices()), data = findDim(op.getX());
  return !indices || indices->dim == int64_t(op.getAxis()) || (data && data->dim == indices->dim);
}

/// Finds where the results of `op`, and what its regions begin with, hold samples; false where they are mixed.
bool Samples::place(Operation *op) {
  if (auto yield = dyn_cast<YieldOp>(op))
    return placeYielded(yield);
  SmallVector<Value> sources(op->getOperands());
  if (isa<ReshapeOp, DynamicReshapeOp>(op))
    return placeReshaped(sources.front(), op->getResult(0));
  if (auto loop = dyn_cast<LoopOp>(op))
    for (auto [i, init] : llvm::enumerate(loop.getInits()))
      placeLike(init, loop.getCarried(i), /*keepsSamples=*/false);
  if (isa<IfOp, LoopOp>(op)) // what its bodies do, their operations say
    return true;
  if (auto gather = dyn_cast<GatherElementsOp>(op); gather && !readsOwnSamples(gather))
    return false;
  return llvm::all_of(op->getResults(), [&](Value result) { return placeLike(sources, result, readsElements(op)); });
}

Operation *Samples::findMeeting() {
  auto holdsTwice = [&](Value tensor) {
    return llvm::count_if(sizes.getShape(tensor), [&](AffineExpr size) { return dependsOnBatch(size); }) > 1;
  };
  for (Operation *op : listOperations(main)) {
    if (op == main.front().getTerminator())
      continue;
    if (combinesSamples(op) || countsSamples(op) || llvm::any_of(op->getResults(), holdsTwice) || !place(op))
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
