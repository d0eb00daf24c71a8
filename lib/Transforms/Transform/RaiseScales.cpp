// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-raise-scales: factors and offsets per channel as a depthwise convolution.
#include "../Prepare/Affine.h"
#include "../Prepare/Constants.h"
#include "../Prepare/Names.h"
#include "qc/Analysis/Uses.h"
#include "qc/Transforms/Transform/Passes.h"
#include <cmath>

namespace qc {
#define GEN_PASS_DEF_RAISESCALESPASS
#include "qc/Transforms/Transform/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;
using namespace qc::prepare;

namespace {
/// Operations each of which alone reads the one before, and what they compute together.
struct Chain {
  SmallVector<Operation *> operations;
  Affine affine;
  bool isPerChannel = false; ///< not only constants of one element
};
} // namespace

static bool isPerChannel(Operation *op) {
  std::optional<unsigned> slot = getComputedSlot(op);
  return !slot || cast<RankedTensorType>(op->getOperand(1 - *slot).getType()).getNumElements() != 1;
}

// The affine function of `op`, which neither moves nor widens its operand; nothing, with a reason where it nearly is
// one.
static std::optional<Affine> read(Operation *op, std::string &reason) {
  reason.clear();
  if (!isa<BatchNormOp>(op) && !getComputedSlot(op))
    return std::nullopt;
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  Value x = op->getOperand(getComputedSlot(op).value_or(0));
  if (!type.getElementType().isF32() || x.getType() != type)
    return std::nullopt;
  if (type.getRank() < 3 || type.getRank() > 5)
    reason = "the value has " + std::to_string(type.getRank()) + " dimensions, a convolution takes 3 to 5";
  else if (type.isDynamicDim(1))
    reason = "the number of channels is not known";
  std::optional<Affine> affine = reason.empty() ? getAffine(op, 1, type.getDimSize(1)) : std::nullopt;
  if (reason.empty())
    reason = affine ? checkNumbers(*affine) : "its constants do not have one value per channel";
  return reason.empty() ? affine : std::nullopt;
}

// From `first` on.
static Chain findChain(Operation *first, std::string &reason) {
  Chain chain;
  std::optional<Affine> next = read(first, reason);
  std::string ignored; // why the chain ends
  for (Operation *op = first; next;) {
    if (chain.operations.empty())
      chain.affine = *next;
    else
      for (auto [factor, offset, a, c] :
           llvm::zip_equal(chain.affine.factors, chain.affine.offsets, next->factors, next->offsets)) {
        factor *= a;
        offset = offset * a + c;
      }
    chain.operations.push_back(op);
    chain.isPerChannel |= isPerChannel(op);
    OpOperand *use = getOnlyUse(op->getResult(0));
    op = use && use->getOwner()->getBlock() == first->getBlock() ? use->getOwner() : nullptr;
    next = op ? read(op, ignored) : std::nullopt;
  }
  return chain;
}

static Value makeConstant(RewriterBase &rewriter, Location loc, ArrayRef<int64_t> shape, ArrayRef<double> values) {
  TensorValue constant(RankedTensorType::get(shape, rewriter.getF32Type()));
  for (auto [to, from] : llvm::zip_equal(constant.mutableData<float>(), values))
    to = float(from);
  return createConstant(rewriter, loc, constant);
}

static void eraseObservers(RewriterBase &rewriter, Value value) {
  for (Operation *user : llvm::make_early_inc_range(value.getUsers()))
    if (isa<ObserveOp>(user))
      rewriter.eraseOp(user);
}

static void replace(RewriterBase &rewriter, const Chain &chain) {
  Operation *last = chain.operations.back();
  auto type = cast<RankedTensorType>(last->getResult(0).getType());
  int64_t channels = chain.affine.factors.size(), axes = type.getRank() - 2;
  SmallVector<int64_t> filter(type.getRank(), 1), ones(axes, 1), pads(2 * axes, 0);
  filter[0] = channels;
  Location loc = last->getLoc();
  for (Operation *op : llvm::reverse(ArrayRef<Operation *>(chain.operations).drop_back()))
    loc = fuseLocations(loc, op->getLoc());
  rewriter.setInsertionPoint(last);
  Value weights = makeConstant(rewriter, deriveLocation(last->getLoc(), "scale"), filter, chain.affine.factors);
  Value bias = chain.affine.hasOffsets()
                   ? makeConstant(rewriter, deriveLocation(last->getLoc(), "offset"), {channels}, chain.affine.offsets)
                   : Value();
  Value y = ConvOp::create(rewriter, loc, type, chain.affine.x, weights, bias, ones, pads, ones, channels);
  SmallVector<Value> constants;
  for (Operation *op : chain.operations)
    llvm::copy_if(op->getOperands(), std::back_inserter(constants),
                  [](Value operand) { return operand.getDefiningOp<qc::ConstantOp>() != nullptr; });
  rewriter.replaceOp(last, y);
  for (Operation *op : llvm::reverse(ArrayRef<Operation *>(chain.operations).drop_back())) {
    eraseObservers(rewriter, op->getResult(0));
    rewriter.eraseOp(op);
  }
  eraseIfDead(rewriter, constants);
}

namespace {
struct RaiseScalesPass final : qc::impl::RaiseScalesPassBase<RaiseScalesPass> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    llvm::DenseSet<Operation *> seen;
    // What is erased on the way - members of chains, their observers and constants - is seen or not in this list.
    SmallVector<Operation *> operations = listOperations(getOperation());
    llvm::erase_if(operations, [](Operation *op) { return !isa<MulOp, DivOp, AddOp, SubOp, BatchNormOp>(op); });
    for (Operation *op : operations) {
      std::string reason;
      if (seen.contains(op))
        continue;
      Chain chain = findChain(op, reason);
      seen.insert_range(chain.operations);
      if (chain.isPerChannel)
        replace(rewriter, chain);
      else if (!reason.empty() && isPerChannel(op))
        remarkMissed(op->getLoc(), "RaiseScales", "qc-raise-scales", reason);
    }
  }
};
} // namespace
