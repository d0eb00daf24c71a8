// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-fold-scales: constant factors and offsets around a contraction in its weights and bias.
#include "Affine.h"
#include "Constants.h"
#include "Names.h"
#include "qc/Transforms/Prepare/Passes.h"
#include "qc/Transforms/Prepare/Rewrites.h"
#include <cmath>

namespace qc {
#define GEN_PASS_DEF_FOLDSCALESPASS
#include "qc/Transforms/Prepare/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;
using namespace qc::prepare;

namespace {
/// The weights and the bias that take an affine function over; no bias where there is none.
struct Folded {
  TensorValue weights;
  std::optional<TensorValue> bias;
};
} // namespace

static std::optional<Folded> check(Folded folded, std::string &reason) {
  if (isFinite(folded.weights) && (!folded.bias || isFinite(*folded.bias)))
    return folded;
  reason = "a folded weight or bias is not finite";
  return std::nullopt;
}

// The present bias in f64; zeros where there is none.
static std::optional<SmallVector<double>> readBias(IntegerFormOpInterface contraction, int64_t channels,
                                                   std::string &reason) {
  Value bias = getBias(contraction);
  if (!bias)
    return SmallVector<double>(channels, 0.0);
  std::optional<TensorValue> value = getConstant(bias);
  if (value && value->getNumElements() == channels)
    return SmallVector<double>(value->getData<float>());
  reason = "the contraction's bias is not a constant with one value per channel";
  return std::nullopt;
}

static TensorValue makeBias(MLIRContext *context, ArrayRef<double> values) {
  TensorValue bias(RankedTensorType::get({int64_t(values.size())}, Float32Type::get(context)));
  for (auto [to, from] : llvm::zip_equal(bias.mutableData<float>(), values))
    to = float(from);
  return bias;
}

static void replaceConstants(RewriterBase &rewriter, IntegerFormOpInterface contraction, const Folded &folded) {
  unsigned index = *contraction.getWeightOperand();
  Value weights = contraction->getOperand(index), bias = getBias(contraction);
  rewriter.setInsertionPoint(contraction);
  Value newWeights = createConstant(rewriter, weights.getLoc(), folded.weights);
  rewriter.modifyOpInPlace(contraction, [&] { contraction->setOperand(index, newWeights); });
  if (folded.bias)
    setBias(rewriter, contraction,
            createConstant(rewriter, bias ? bias.getLoc() : deriveLocation(weights.getLoc(), "bias"), *folded.bias));
  eraseIfDead(rewriter, weights);
}

// w' = f32(w * factor), b' = f32(b * factor + offset) per output channel.
static std::optional<Folded> foldOutputs(IntegerFormOpInterface contraction, const TensorValue &weights,
                                         const Affine &affine, std::string &reason) {
  int64_t channels = affine.factors.size(), axis = contraction.getWeightChannelAxis(), inner = 1;
  std::optional<SmallVector<double>> bias = readBias(contraction, channels, reason);
  if (!bias)
    return std::nullopt;
  for (int64_t dim : weights.getShape().drop_front(axis + 1))
    inner *= dim;
  Folded folded{TensorValue(weights.getType()), std::nullopt};
  int64_t i = 0;
  for (auto [to, from] : llvm::zip_equal(folded.weights.mutableData<float>(), weights.getData<float>()))
    to = float(double(from) * affine.factors[i++ / inner % channels]);
  if (getBias(contraction) || affine.hasOffsets()) {
    for (auto [value, factor, offset] : llvm::zip_equal(*bias, affine.factors, affine.offsets))
      value = value * factor + offset;
    folded.bias = makeBias(contraction->getContext(), *bias);
  }
  return check(std::move(folded), reason);
}

bool qc::foldScaleBehind(RewriterBase &rewriter, Operation *op, std::string &reason) {
  std::optional<unsigned> slot = getComputedSlot(op);
  IntegerFormOpInterface contraction = slot ? getContraction(op->getOperand(*slot)) : IntegerFormOpInterface();
  if (!contraction)
    return false;
  std::optional<TensorValue> weights = getConstant(contraction->getOperand(*contraction.getWeightOperand()));
  reason = weights ? getFusionObstacle(contraction, op) : "the contraction's weights are not constant";
  if (!reason.empty())
    return false;
  std::optional<Affine> affine =
      getAffine(op, contraction.getResultChannelAxis(), weights->getShape()[contraction.getWeightChannelAxis()]);
  reason = affine ? checkNumbers(*affine) : "the constant does not have one value per channel";
  std::optional<Folded> folded = reason.empty() ? foldOutputs(contraction, *weights, *affine, reason) : std::nullopt;
  if (!folded)
    return false;
  replaceConstants(rewriter, contraction, *folded);
  absorb(rewriter, contraction, op);
  return true;
}

namespace {
/// Which channel of its input each weight of a contraction multiplies.
struct InputChannels {
  int64_t axis = 1;                            ///< of the input
  int64_t count = 0;                           ///< channels
  int64_t inner = 1, perGroup = 1, groups = 1; ///< weights per input channel and output; input channels of a group
  int64_t outputsPerGroup = 1;
  bool isPadded = false;

  int64_t getInput(int64_t weight) const {
    int64_t output = weight / (inner * perGroup);
    return output / outputsPerGroup % groups * perGroup + weight / inner % perGroup;
  }
  int64_t getOutput(int64_t weight) const { return isMatrix ? weight % inner : weight / (inner * perGroup); }
  bool isMatrix = false;
};
} // namespace

static std::optional<InputChannels> getInputChannels(Operation *contraction, const TensorValue &weights) {
  ArrayRef<int64_t> shape = weights.getShape();
  InputChannels channels;
  if (auto conv = dyn_cast<ConvOp>(contraction)) {
    channels.groups = conv.getGroup();
    channels.perGroup = shape[1];
    channels.count = channels.perGroup * channels.groups;
    channels.outputsPerGroup = shape[0] / channels.groups;
    for (int64_t extent : shape.drop_front(2))
      channels.inner *= extent;
    channels.isPadded = llvm::any_of(conv.getPads(), [](int64_t pad) { return pad != 0; });
    return channels;
  }
  int64_t rank = cast<RankedTensorType>(contraction->getOperand(0).getType()).getRank();
  if (!isa<GemmOp, MatMulOp>(contraction) || shape.size() != 2 || rank < 2)
    return std::nullopt;
  channels.axis = rank - 1;
  channels.count = channels.perGroup = shape[0];
  channels.inner = shape[1];
  channels.isMatrix = true;
  return channels;
}

// w' = f32(w * factor) per input channel, b' = f32(b + sum of w * offset), weights ascending.
static std::optional<Folded> foldInputs(IntegerFormOpInterface contraction, const TensorValue &weights,
                                        const InputChannels &channels, const Affine &affine, std::string &reason) {
  int64_t outputs = weights.getShape()[contraction.getWeightChannelAxis()];
  std::optional<SmallVector<double>> bias = readBias(contraction, outputs, reason);
  if (!bias)
    return std::nullopt;
  Folded folded{TensorValue(weights.getType()), std::nullopt};
  int64_t i = 0;
  for (auto [to, from] : llvm::zip_equal(folded.weights.mutableData<float>(), weights.getData<float>())) {
    int64_t input = channels.getInput(i);
    to = float(double(from) * affine.factors[input]);
    (*bias)[channels.getOutput(i++)] += double(from) * affine.offsets[input];
  }
  if (affine.hasOffsets())
    folded.bias = makeBias(contraction->getContext(), *bias);
  return check(std::move(folded), reason);
}

// The contraction that alone reads the value of `op`, as what its weights multiply.
static IntegerFormOpInterface getReader(Operation *op) {
  if (!op->getResult(0).hasOneUse())
    return {};
  OpOperand &use = *op->getResult(0).use_begin();
  auto contraction = dyn_cast<IntegerFormOpInterface>(use.getOwner());
  bool isInput = contraction && contraction.getRoundingTraits().isContraction && use.getOperandNumber() == 0 &&
                 use.getOwner()->getBlock() == op->getBlock();
  return isInput ? contraction : IntegerFormOpInterface();
}

bool qc::foldScaleInFront(RewriterBase &rewriter, Operation *op, std::string &reason) {
  std::optional<unsigned> slot = getComputedSlot(op);
  IntegerFormOpInterface contraction = slot ? getReader(op) : IntegerFormOpInterface();
  std::optional<TensorValue> weights =
      contraction ? getConstant(contraction->getOperand(*contraction.getWeightOperand())) : std::nullopt;
  std::optional<InputChannels> channels = weights ? getInputChannels(contraction, *weights) : std::nullopt;
  if (!channels || op->getOperand(*slot).getType() != op->getResult(0).getType())
    return false;
  if (auto gemm = dyn_cast<GemmOp>(contraction.getOperation()); gemm && !getGemmDeviation(gemm).empty())
    return false;
  std::optional<Affine> affine = getAffine(op, channels->axis, channels->count);
  reason = affine ? checkNumbers(*affine) : "the constant does not have one value per channel";
  if (reason.empty() && channels->isPadded && affine->hasOffsets())
    reason = "the convolution pads with 0 what the constant would be added to";
  std::optional<Folded> folded =
      reason.empty() ? foldInputs(contraction, *weights, *channels, *affine, reason) : std::nullopt;
  if (!folded)
    return false;
  replaceConstants(rewriter, contraction, *folded);
  SmallVector<Value> constants{op->getOperand(1 - *slot)};
  rewriter.replaceOp(op, affine->x);
  eraseIfDead(rewriter, constants);
  return true;
}

// In program order, so that what follows a folded factor is folded behind it.
static bool foldBehind(RewriterBase &rewriter, Operation *op, std::string &reason) {
  std::string none; // their own passes have told why they do not fold these
  if (auto norm = dyn_cast<BatchNormOp>(op))
    return succeeded(foldBatchNorm(rewriter, norm, none));
  if (auto sum = dyn_cast<AddOp>(op))
    return succeeded(foldBias(rewriter, sum, none));
  return foldScaleBehind(rewriter, op, reason);
}

namespace {
struct FoldScalesPass final : qc::impl::FoldScalesPassBase<FoldScalesPass> {
  // No constants: folding erases those that it leaves without a reader.
  SmallVector<Operation *> listFoldable() {
    SmallVector<Operation *> operations = listOperations(getOperation());
    llvm::erase_if(operations, [](Operation *op) { return !isa<MulOp, DivOp, AddOp, SubOp, BatchNormOp>(op); });
    return operations;
  }

  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    llvm::DenseMap<Operation *, std::string> reasons;
    for (Operation *op : listFoldable())
      if (std::string reason; !foldBehind(rewriter, op, reason))
        reasons[op] = reason;
    // Backwards, so that what stands in front of a folded factor is next to the contraction.
    SmallVector<Operation *> operations = listFoldable();
    for (Operation *op : llvm::reverse(operations)) {
      std::string reason;
      Location loc = op->getLoc();
      if (!foldScaleInFront(rewriter, op, reason))
        remarkMissed(loc, "FoldScales", "qc-fold-scales", reasons[op].empty() ? reason : reasons[op]);
    }
  }
};
} // namespace
