// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-fold-batch-norm: batch normalization in the weights and the bias of the contraction in front of it.
#include "Constants.h"
#include "Names.h"
#include "qc/Transforms/Prepare/Passes.h"
#include "qc/Transforms/Prepare/Rewrites.h"
#include <cmath>

namespace qc {
#define GEN_PASS_DEF_FOLDBATCHNORMPASS
#include "qc/Transforms/Prepare/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;
using namespace qc::prepare;

namespace {
/// What a contraction becomes.
struct Folded {
  IntegerFormOpInterface contraction;
  TensorValue weights, bias;
};
/// The constant operands of a batch_norm and the bias in front of it, one value per channel each.
struct NormVectors {
  std::optional<TensorValue> scale, shift, mean, variance, bias;
};
} // namespace

static std::optional<NormVectors> readParameters(BatchNormOp op, Value bias, int64_t channels, std::string &reason) {
  NormVectors p{getConstant(op.getScale()), getConstant(op.getBias()), getConstant(op.getMean()),
                getConstant(op.getVar()), bias ? getConstant(bias) : std::nullopt};
  for (const std::optional<TensorValue> &value : {p.scale, p.shift, p.mean, p.variance})
    if (!value || value->getNumElements() != channels) {
      reason = "its parameters are not constants with one value per channel of the contraction";
      return std::nullopt;
    }
  if (bias && (!p.bias || p.bias->getNumElements() != channels)) {
    reason = "the contraction's bias is not a constant with one value per channel";
    return std::nullopt;
  }
  return p;
}

// Multiplies the weights of each channel (an index of `axis`) by its factor.
static TensorValue scaleChannels(const TensorValue &weights, int64_t axis, ArrayRef<double> factors) {
  int64_t inner = 1;
  for (int64_t dim : weights.getShape().drop_front(axis + 1))
    inner *= dim;
  TensorValue result(weights.getType());
  int64_t channel = 0, left = inner;
  for (auto [to, from] : llvm::zip_equal(result.mutableData<float>(), weights.getData<float>())) {
    to = float(double(from) * factors[channel]);
    if (--left == 0) {
      left = inner;
      channel = channel + 1 == int64_t(factors.size()) ? 0 : channel + 1;
    }
  }
  return result;
}

// The numbers of qc-fold-batch-norm's description, each operation rounded once: the library is compiled without
// contraction.
static Folded computeFold(IntegerFormOpInterface contraction, const TensorValue &weights, const NormVectors &p,
                          double epsilon) {
  int64_t channels = p.scale->getNumElements();
  TensorValue bias(p.scale->getType());
  MutableArrayRef<float> biases = bias.mutableData<float>();
  SmallVector<double> factors;
  for (int64_t c = 0; c < channels; ++c) {
    double variance = p.variance->getData<float>()[c];
    double factor = double(p.scale->getData<float>()[c]) / std::sqrt(variance + epsilon);
    double present = p.bias ? p.bias->getData<float>()[c] : 0.0f;
    double moved = (present - double(p.mean->getData<float>()[c])) * factor;
    biases[c] = float(moved + double(p.shift->getData<float>()[c]));
    factors.push_back(factor);
  }
  return {contraction, scaleChannels(weights, contraction.getWeightChannelAxis(), factors), bias};
}

// Nothing, with the reason, where `op` cannot be folded.
static std::optional<Folded> getFolded(BatchNormOp op, std::string &reason) {
  IntegerFormOpInterface contraction = getContraction(op.getX());
  reason = contraction ? getFusionObstacle(contraction, op) : "its input is not the result of a contraction";
  if (!reason.empty())
    return std::nullopt;
  if (contraction.getResultChannelAxis() != 1) {
    reason = "the contraction's channels are axis " + std::to_string(contraction.getResultChannelAxis()) +
             ", those of batch_norm axis 1";
    return std::nullopt;
  }
  std::optional<TensorValue> weights = getConstant(contraction->getOperand(*contraction.getWeightOperand()));
  if (!weights) {
    reason = "the contraction's weights are not constant";
    return std::nullopt;
  }
  int64_t channels = weights->getShape()[contraction.getWeightChannelAxis()];
  std::optional<NormVectors> parameters = readParameters(op, getBias(contraction), channels, reason);
  if (!parameters)
    return std::nullopt;
  Folded folded = computeFold(contraction, *weights, *parameters, op.getEpsilon().convertToFloat());
  if (!isFinite(folded.weights) || !isFinite(folded.bias)) {
    reason = "a folded weight or bias is not finite";
    return std::nullopt;
  }
  return folded;
}

bool qc::canFoldBatchNorm(BatchNormOp op) {
  std::string reason;
  return getFolded(op, reason).has_value();
}

// Makes biases of the additions of constants in front of `op`, the one next to the contraction first.
static void foldBiasesInFront(RewriterBase &rewriter, BatchNormOp op) {
  SmallVector<AddOp> sums;
  Value value = op.getX();
  while (auto sum = value.getDefiningOp<AddOp>()) {
    bool isFirst = sum.getA().getDefiningOp<ConstantOp>() != nullptr;
    if (!isFirst && !sum.getB().getDefiningOp<ConstantOp>()) // of a skip connection, say: no bias, and a long way up
      break;
    sums.push_back(sum);
    value = isFirst ? sum.getB() : sum.getA();
  }
  std::string reason;
  for (AddOp sum : llvm::reverse(sums))
    if (failed(foldBias(rewriter, sum, reason)))
      return;
}

FailureOr<Operation *> qc::foldBatchNorm(RewriterBase &rewriter, BatchNormOp op, std::string &reason) {
  foldBiasesInFront(rewriter, op);
  std::optional<Folded> folded = getFolded(op, reason);
  if (!folded)
    return failure();
  IntegerFormOpInterface contraction = folded->contraction;
  unsigned index = *contraction.getWeightOperand();
  Value weights = contraction->getOperand(index), bias = getBias(contraction);
  Location biasLoc = bias ? fuseLocations(bias.getLoc(), op.getBias().getLoc()) : op.getBias().getLoc();
  rewriter.setInsertionPoint(contraction);
  Value newWeights = createConstant(rewriter, weights.getLoc(), folded->weights);
  Value newBias = createConstant(rewriter, biasLoc, folded->bias);
  rewriter.modifyOpInPlace(contraction, [&] { contraction->setOperand(index, newWeights); });
  setBias(rewriter, contraction, newBias);
  eraseIfDead(rewriter, weights);
  absorb(rewriter, contraction, op);
  return contraction.getOperation();
}

namespace {
struct FoldBatchNormPass final : qc::impl::FoldBatchNormPassBase<FoldBatchNormPass> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    for (BatchNormOp op : collect<BatchNormOp>(getOperation())) {
      std::string reason;
      Location loc = op.getLoc();
      if (failed(foldBatchNorm(rewriter, op, reason)))
        remarkMissed(loc, "FoldBatchNorm", "qc-fold-batch-norm", reason);
    }
  }
};
} // namespace
