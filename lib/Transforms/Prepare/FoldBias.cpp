// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-fold-bias: the addition of a constant per channel as the bias of its contraction.
#include "Constants.h"
#include "Names.h"
#include "qc/Analysis/Masks.h"
#include "qc/Transforms/Prepare/Passes.h"
#include "qc/Transforms/Prepare/Rewrites.h"

namespace qc {
#define GEN_PASS_DEF_FOLDBIASPASS
#include "qc/Transforms/Prepare/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;
using namespace qc::prepare;

// Output channels, from the result or from the weights; kDynamic where neither knows.
static int64_t getChannels(IntegerFormOpInterface contraction) {
  auto result = cast<RankedTensorType>(contraction->getResult(0).getType());
  int64_t channels = result.getDimSize(contraction.getResultChannelAxis());
  if (!ShapedType::isDynamic(channels))
    return channels;
  auto weights = cast<RankedTensorType>(contraction->getOperand(*contraction.getWeightOperand()).getType());
  return weights.getDimSize(contraction.getWeightChannelAxis());
}

// The present bias plus `term`, one f32 addition per channel; nothing, with the reason, where it cannot be had.
static std::optional<TensorValue> addBias(Value present, const TensorValue &term, std::string &reason) {
  std::optional<TensorValue> bias = getConstant(present);
  if (!bias || bias->getNumElements() != term.getNumElements()) {
    reason = "the present bias is not a constant with one value per channel";
    return std::nullopt;
  }
  ArrayRef<float> addends = term.getData<float>();
  for (auto [x, addend] : llvm::zip_equal(bias->mutableData<float>(), addends))
    x += addend;
  if (!isFinite(*bias)) {
    reason = "the sum of the two biases is not finite";
    return std::nullopt;
  }
  return bias;
}

// The bias that `contraction` gets from the constant `value`.
static std::optional<TensorValue> getNewBias(IntegerFormOpInterface contraction, Value value, std::string &reason) {
  int64_t channels = getChannels(contraction);
  std::optional<TensorValue> constant = getConstant(value);
  if (ShapedType::isDynamic(channels) || !constant) {
    reason = constant ? "the number of channels is not known" : "the value of the constant is missing";
    return std::nullopt;
  }
  int64_t rank = cast<RankedTensorType>(contraction->getResult(0).getType()).getRank();
  std::optional<TensorValue> term = getPerChannel(*constant, rank, contraction.getResultChannelAxis(), channels);
  if (!term)
    reason = "the constant does not have one value per channel";
  if (term && llvm::any_of(term->getData<float>(), [](float x) { return x <= maskLimit; })) {
    reason = "the constant is a mask: it has values at or below -1e4";
    return std::nullopt;
  }
  Value present = getBias(contraction);
  return term && present ? addBias(present, *term, reason) : term;
}

static FailureOr<Operation *> foldInto(RewriterBase &rewriter, AddOp op, IntegerFormOpInterface contraction,
                                       Value constant, std::string &reason) {
  reason = getFusionObstacle(contraction, op);
  std::optional<TensorValue> bias = reason.empty() ? getNewBias(contraction, constant, reason) : std::nullopt;
  if (!bias)
    return failure();
  Value present = getBias(contraction);
  Location loc = present ? fuseLocations(present.getLoc(), constant.getLoc()) : constant.getLoc();
  rewriter.setInsertionPoint(contraction);
  setBias(rewriter, contraction, createConstant(rewriter, loc, *bias));
  absorb(rewriter, contraction, op);
  return contraction.getOperation();
}

FailureOr<Operation *> qc::foldBias(RewriterBase &rewriter, AddOp op, std::string &reason) {
  reason.clear();
  for (auto [product, constant] : {std::pair(op.getA(), op.getB()), std::pair(op.getB(), op.getA())})
    if (IntegerFormOpInterface contraction = getContraction(product))
      if (constant.getDefiningOp<ConstantOp>())
        return foldInto(rewriter, op, contraction, constant, reason);
  return failure();
}

namespace {
struct FoldBiasPass final : qc::impl::FoldBiasPassBase<FoldBiasPass> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    for (AddOp op : collect<AddOp>(getOperation())) {
      std::string reason;
      Location loc = op.getLoc();
      if (failed(foldBias(rewriter, op, reason)))
        remarkMissed(loc, "FoldBias", "qc-fold-bias", reason);
    }
  }
};
} // namespace
