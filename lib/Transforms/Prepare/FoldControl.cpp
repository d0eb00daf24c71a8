// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Branches and loops of which it is known how they go: of qc-fold-constants and qc-resolve-sizes.
#include "Constants.h"
#include "Names.h"
#include "qc/Transforms/Prepare/Rewrites.h"
#include "llvm/ADT/BitVector.h"

using namespace mlir;
using namespace qc;

static std::optional<int64_t> getNumber(Value value) {
  std::optional<TensorValue> constant = value ? prepare::getConstant(value) : std::nullopt;
  return constant && constant->getNumElements() == 1 ? std::optional(constant->getInteger(0)) : std::nullopt;
}

// The operations of `block` stand in front of `op`; returns what it yields.
static SmallVector<Value> inlineBlock(RewriterBase &rewriter, Block *block, Operation *op, ValueRange arguments) {
  auto yield = cast<YieldOp>(block->getTerminator());
  SmallVector<Value> values(yield.getOperands());
  for (Value &value : values) // an argument is replaced
    if (auto argument = dyn_cast<BlockArgument>(value); argument && argument.getOwner() == block)
      value = arguments[argument.getArgNumber()];
  rewriter.eraseOp(yield);
  rewriter.inlineBlockBefore(block, op, arguments);
  return values;
}

static bool foldIf(RewriterBase &rewriter, IfOp op) {
  std::optional<int64_t> condition = getNumber(op.getCondition());
  if (!condition)
    return false;
  Block *taken = *condition != 0 ? &op.getThenBody().front() : &op.getElseBody().front();
  rewriter.replaceOp(op, inlineBlock(rewriter, taken, op, {}));
  return true;
}

// Nothing is computed: the carried values are as they begin, scan outputs are empty.
static bool skipLoop(RewriterBase &rewriter, LoopOp op) {
  SmallVector<Value> results(op.getInits());
  for (Value scan : op.getResults().drop_front(results.size())) {
    auto type = cast<RankedTensorType>(scan.getType());
    SmallVector<int64_t> shape(type.getShape());
    shape[0] = 0;
    if (ShapedType::isDynamicShape(shape))
      return false;
    rewriter.setInsertionPoint(op);
    results.push_back(prepare::createConstant(rewriter, op.getLoc(), TensorValue(type.clone(shape))));
  }
  rewriter.replaceOp(op, results);
  return true;
}

static bool runOnce(RewriterBase &rewriter, LoopOp op) {
  rewriter.setInsertionPoint(op);
  auto iteration = cast<RankedTensorType>(op.getIteration().getType());
  SmallVector<Value> arguments{prepare::createConstant(rewriter, op.getLoc(), TensorValue(iteration))};
  llvm::append_range(arguments, op.getInits());
  SmallVector<Value> yielded = inlineBlock(rewriter, &op.getBody().front(), op, arguments);
  SmallVector<Value> results(ArrayRef<Value>(yielded).slice(1, op.getNumCarried()));
  rewriter.setInsertionPoint(op);
  for (auto [scan, element] :
       llvm::zip_equal(op.getResults().drop_front(results.size()), ArrayRef(yielded).drop_front(1 + results.size()))) {
    auto type = cast<RankedTensorType>(element.getType());
    SmallVector<int64_t> entries{1}, shape{1};
    for (int64_t d = 0; d < type.getRank(); ++d)
      entries.push_back(-2 - d);
    llvm::append_range(shape, type.getShape());
    results.push_back(ReshapeOp::create(rewriter, scan.getLoc(), type.clone(shape), element, entries));
  }
  rewriter.replaceOp(op, results);
  return true;
}

static bool foldLoop(RewriterBase &rewriter, LoopOp op) {
  std::optional<int64_t> trips = getNumber(op.getTrips()), condition = getNumber(op.getCondition());
  bool isSkipped = (trips && *trips <= 0) || (condition && *condition == 0);
  if (isSkipped)
    return skipLoop(rewriter, op);
  bool begins = !op.getCondition() || (condition && *condition != 0);
  return trips && *trips == 1 && begins && runOnce(rewriter, op);
}

bool qc::foldControl(RewriterBase &rewriter, Operation *op) {
  if (auto choice = dyn_cast<IfOp>(op))
    return foldIf(rewriter, choice);
  auto loop = dyn_cast<LoopOp>(op);
  return loop && foldLoop(rewriter, loop);
}

// The results of `op` that are kept: carried values count on each other, all else has to be read.
static llvm::BitVector findRead(Operation *op) {
  auto loop = dyn_cast<LoopOp>(op);
  llvm::BitVector read(op->getNumResults());
  for (auto [i, result] : llvm::enumerate(op->getResults()))
    read[unsigned(i)] = !result.use_empty() || (loop && i < loop.getNumCarried());
  return read;
}

// As `op` without the results that are not in `read`, with its regions.
static Operation *createWithout(RewriterBase &rewriter, Operation *op, const llvm::BitVector &read) {
  OperationState state(op->getLoc(), op->getName(), op->getOperands(), {}, op->getAttrs());
  for (unsigned i : read.set_bits())
    state.addTypes(op->getResult(i).getType());
  auto loop = dyn_cast<LoopOp>(op);
  unsigned carried = loop ? unsigned(loop.getNumCarried()) : 0, hidden = loop ? 1 : 0;
  for (Region &region : op->getRegions()) {
    auto yield = cast<YieldOp>(region.front().getTerminator());
    for (unsigned i = op->getNumResults(); i-- > 0;)
      if (!read[i])
        rewriter.modifyOpInPlace(yield, [&] { yield.getValuesMutable().erase(hidden + i); });
    state.addRegion()->takeBody(region);
  }
  if (loop) {
    SmallVector<bool> backward;
    for (auto [i, isBackward] : llvm::enumerate(loop.getBackward()))
      if (read[carried + unsigned(i)])
        backward.push_back(isBackward);
    state.attributes.set(loop.getBackwardAttrName(), rewriter.getDenseBoolArrayAttr(backward));
  }
  rewriter.setInsertionPoint(op);
  return rewriter.create(state);
}

bool qc::dropUnreadResults(RewriterBase &rewriter, Operation *op) {
  if (!isa<IfOp, LoopOp>(op))
    return false;
  llvm::BitVector read = findRead(op);
  if (read.all())
    return false;
  Operation *without = createWithout(rewriter, op, read);
  for (auto [i, result] : llvm::zip(read.set_bits(), without->getResults()))
    rewriter.replaceAllUsesWith(op->getResult(i), result);
  rewriter.eraseOp(op);
  return true;
}
