// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Convolutions as they are written: those whose weights or bias are not constant.
#include "ConvGeometry.h"
#include "Former.h"
#include "Sums.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "qc/Arith/OrderedSum.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

namespace qc::kernel {
/// Writes the kernel of one convolution that reads everything as it lies.
class DirectFormer {
public:
  DirectFormer(Former &former, const Group &group) : former(former), group(group), math(former.math) {}
  LogicalResult run();

private:
  LogicalResult describe();
  LogicalResult describeOperands(Value result);
  void makeArguments(KernelWriter &writer);
  Value sumTaps(KernelWriter &writer, Value position, Value weightBase);
  Value sumBlocks(KernelWriter &writer, Value position, Value weightBase);
  Value loadTap(ImplicitLocOpBuilder &b, Value tap);
  Value sumChannels(KernelWriter &writer, Value sum, Value xAt, Value wAt);
  Value multiplyAdd(ImplicitLocOpBuilder &b, Value sum, Value xAt, Value wAt);
  Value addBias(KernelWriter &writer, Value sum, Value channel);
  bool isFloat() const { return input.element.isF32(); }

  Former &former;
  const Group &group;
  IndexMath &math;
  ConvGeometry geometry;
  View input, output, weights; ///< input and output: N, D, H, W, C; weights as they are: [M, C / group, taps]
  std::optional<View> bias;
  int64_t taps = 1;
  int64_t channelsPerGroup = 0, outputsPerGroup = 0;
  Former::NestSteps steps;
  // In the kernel.
  Access source;
  std::optional<Access> biasAccess;
  Value w, tapTable, tapCount, zero, channels, outputs;
};
} // namespace qc::kernel

LogicalResult DirectFormer::describeOperands(Value result) {
  FailureOr<View> x = former.ensureChannelsLast(geometry.x, geometry.pads, geometry.zeroPoint, Former::Slack::None);
  FailureOr<View> wholeWeights = former.ensureContiguous(geometry.w);
  FailureOr<View> y = former.allocate(result);
  if (failed(x) || failed(wholeWeights) || failed(y))
    return failure();
  if (geometry.bias) {
    FailureOr<View> found = former.getView(geometry.bias);
    if (failed(found))
      return failure();
    bias = *found;
  }
  input = canonicalizeWindows(math, *x);
  output = canonicalizeWindows(math, *y);
  weights = *wholeWeights;
  return success();
}

LogicalResult DirectFormer::describe() {
  FailureOr<ConvGeometry> found = getConvGeometry(group.root);
  if (failed(found))
    return failure();
  geometry = *found;
  auto type = cast<RankedTensorType>(geometry.w.getType());
  Value result = group.getLast()->getResult(0);
  FailureOr<SmallVector<Step>> described = former.describeSteps(group, {}, /*withRoot=*/false);
  if (failed(described) || failed(describeOperands(result)))
    return failure();
  auto canonical = [&](const View &view) { return canonicalizeWindows(math, view); };
  FailureOr<Former::NestSteps> prepared = former.prepareNestSteps(*described, result, canonical);
  if (failed(prepared))
    return failure();
  if (!type.hasStaticShape())
    return group.root->emitOpError("has weights of unknown shape");
  steps = *prepared;
  taps = geometry.kernel[0] * geometry.kernel[1] * geometry.kernel[2];
  channelsPerGroup = type.getDimSize(1);
  outputsPerGroup = std::max<int64_t>(1, type.getDimSize(0) / geometry.group);
  return success();
}

void DirectFormer::makeArguments(KernelWriter &writer) {
  w = writer.in(weights.buffer);
  tapTable = writer.in(former.getTaps(geometry, input, geometry.kernel[2]));
  tapCount = writer.index(math.constant(taps));
  channels = writer.index(math.constant(channelsPerGroup));
  outputs = writer.index(math.constant(outputsPerGroup));
  source = writer.access(getWindowView(math, geometry, input, output), false);
  if (!isFloat())
    zero = writer.number(former.builder.getI32IntegerAttr(geometry.zeroPoint));
  if (bias)
    biasAccess = writer.access(*bias, false);
  steps.makeAccesses(writer);
}

Value DirectFormer::multiplyAdd(ImplicitLocOpBuilder &b, Value sum, Value xAt, Value wAt) {
  Value x = memref::LoadOp::create(b, source.buffer, xAt), weight = memref::LoadOp::create(b, w, wAt);
  if (isFloat())
    return math::FmaOp::create(b, x, weight, sum);
  Value code = arith::SubIOp::create(b, emitExtension(b, x, input.element), zero);
  Value product = arith::MulIOp::create(b, code, arith::ExtSIOp::create(b, b.getI32Type(), weight));
  return arith::AddIOp::create(b, sum, product);
}

Value DirectFormer::loadTap(ImplicitLocOpBuilder &b, Value tap) {
  return arith::IndexCastOp::create(b, b.getIndexType(), memref::LoadOp::create(b, tapTable, tap));
}

// One tap: the channels of the group, ascending.
Value DirectFormer::sumChannels(KernelWriter &writer, Value sum, Value xAt, Value wAt) {
  return emitRunningSums(writer, writer.constantIndex(0), channels, sum, [&](Value c, ValueRange before) {
    Value channelAt = writer.add(xAt, c), weightAt = writer.add(wAt, writer.mul(c, tapCount));
    return SmallVector<Value>{multiplyAdd(writer.body(), before[0], channelAt, weightAt)};
  })[0];
}

// All terms of f32 as one sequence, as blocks end anywhere in it: term k is channel k mod channels of tap k / channels.
Value DirectFormer::sumBlocks(KernelWriter &writer, Value position, Value weightBase) {
  ImplicitLocOpBuilder &b = writer.body();
  Value count = writer.mul(tapCount, channels);
  return emitBlockedSums(writer, count, taps * channelsPerGroup, emitFloatConstant(b, 0.0f),
                         [&](Value k, ValueRange sum) {
                           Value tap = writer.div(k, channels), channel = writer.rem(k, channels);
                           Value xAt = writer.add(writer.add(position, loadTap(b, tap)), channel);
                           Value filter = writer.add(tap, weightBase), row = writer.mul(channel, tapCount);
                           Value wAt = writer.add(filter, row);
                           return SmallVector<Value>{multiplyAdd(b, sum[0], xAt, wAt)};
                         })[0];
}

Value DirectFormer::sumTaps(KernelWriter &writer, Value position, Value weightBase) {
  ImplicitLocOpBuilder &b = writer.body();
  if (isFloat() && taps * channelsPerGroup > numerics::contractionBlock)
    return sumBlocks(writer, position, weightBase);
  Value init = isFloat() ? emitFloatConstant(b, 0.0f) : Value(arith::ConstantIntOp::create(b, 0, 32));
  return emitRunningSums(writer, writer.constantIndex(0), tapCount, init, [&](Value tap, ValueRange sum) {
    Value xAt = writer.add(position, loadTap(b, tap)), wAt = writer.add(tap, weightBase);
    // One channel needs no loop: lanes stay neighbours.
    return SmallVector<Value>{channelsPerGroup == 1 ? multiplyAdd(b, sum[0], xAt, wAt)
                                                    : sumChannels(writer, sum[0], xAt, wAt)};
  })[0];
}

Value DirectFormer::addBias(KernelWriter &writer, Value sum, Value channel) {
  if (!biasAccess)
    return sum;
  Value added = writer.load(*biasAccess, ValueRange{channel});
  if (isFloat())
    return arith::AddFOp::create(writer.body(), sum, added);
  return arith::AddIOp::create(writer.body(), sum, added);
}

LogicalResult DirectFormer::run() {
  if (failed(describe()))
    return failure();
  KernelWriter writer(former.builder, group.root->getLoc(), channelsPerGroup == 1 ? "direct_single" : "direct");
  makeArguments(writer);
  Access target = writer.access(output, true);
  int64_t elements = std::max<int64_t>(64, 4096 / std::max<int64_t>(taps, 1));
  NestTiling tiling = tileNest(math, output.shape, elements);
  writeNest(writer, output.shape, tiling, [&](ValueRange indices) {
    Value m = indices.back();
    // Channels of m's group; where input and output channels are one to one, that is m itself.
    Value first = channelsPerGroup == 1 && outputsPerGroup == 1 ? m : writer.mul(writer.div(m, outputs), channels);
    Value position = writer.add(writer.linear(source, indices.drop_back()), first);
    Value sum = sumTaps(writer, position, writer.mul(writer.mul(m, tapCount), channels));
    sum = addBias(writer, sum, m);
    writer.store(former.emitNestSteps(writer, steps, sum, indices), target, indices);
  });
  markCost(writer.finish(tiling.tiles), group.root);
  return success();
}

LogicalResult Former::formDirect(const Group &group) { return DirectFormer(*this, group).run(); }
