// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Depthwise convolutions with constant weights: lanes are channels; one iteration computes some neighbours in a row,
// which share the weights and the positions of the taps.
#include "Compensations.h"
#include "ConvGeometry.h"
#include "Former.h"
#include "Sums.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

/// Outputs of an iteration, at most: their sums stay in registers from AVX2 on.
static constexpr int64_t kMostNeighbours = 4;
/// Work of a tile.
static constexpr int64_t kDepthwiseTileMacs = 1 << 16;

// Weights [M, 1, taps] as [taps, M]: unit stride along the channel.
static ElementsAttr transposeWeights(const TensorValue &w) {
  int64_t channels = w.getShape()[0], taps = w.getNumElements() / std::max<int64_t>(channels, 1);
  size_t bytes = TensorValue::elementBytes(w.getType());
  std::vector<char> out(w.getRawData().size());
  for (int64_t m = 0; m < channels; ++m)
    for (int64_t t = 0; t < taps; ++t)
      std::memcpy(&out[(t * channels + m) * bytes], &w.getRawData()[(m * taps + t) * bytes], bytes);
  return getElementsAttr(TensorValue(RankedTensorType::get({taps, channels}, w.getType().getElementType()), out));
}

namespace qc::kernel {
/// Writes the kernel of one depthwise convolution.
class DepthwiseFormer {
public:
  DepthwiseFormer(Former &former, const Group &group) : former(former), group(group), math(former.math) {}
  LogicalResult run();

private:
  LogicalResult describe();
  void write();
  int64_t countTaps() const { return geometry.kernel[0] * geometry.kernel[1] * geometry.kernel[2]; }
  SmallVector<Value> sumTaps(KernelWriter &writer, ArrayRef<Value> positions, Value channel);
  Value multiplyAdd(ImplicitLocOpBuilder &b, Value sum, Value x, Value w);

  Former &former;
  const Group &group;
  IndexMath &math;
  ConvGeometry geometry;
  View input, output; ///< N, D, H, W, C
  Value taps;         ///< a buffer
  Former::NestSteps steps;
  Access source;
  Value weights, tapTable, tapCount, channels;
};
} // namespace qc::kernel

LogicalResult DepthwiseFormer::describe() {
  FailureOr<ConvGeometry> found = getConvGeometry(group.root);
  if (failed(found))
    return failure();
  geometry = *found;
  if (group.pair) {
    geometry.x = group.pair->x;
    geometry.zeroPoint = group.pair->zero;
  }
  FailureOr<View> x = former.ensureChannelsLast(geometry.x, geometry.pads, geometry.zeroPoint, Former::Slack::None);
  std::optional<Compensation> compensation = getCompensation(group.root);
  FailureOr<SmallVector<Step>> described =
      group.pair ? former.describePairSteps(group, getExactCompensation(*group.pair, depthwiseCentre))
                 : former.describeSteps(group, compensation.value_or(Compensation()), /*withRoot=*/false);
  if (failed(x) || failed(described))
    return failure();
  if (ElementsAttr bias = getConstantBias(group.root))
    described->insert(described->begin(), makeBiasStep(group.root, bias, /*axis=*/1));
  auto canonical = [&](const View &view) { return canonicalizeWindows(math, view); };
  Value result = group.getLast()->getResult(0);
  FailureOr<View> y = former.allocate(result);
  FailureOr<Former::NestSteps> prepared = former.prepareNestSteps(*described, result, canonical);
  if (failed(y) || failed(prepared))
    return failure();
  steps = *prepared;
  input = canonical(*x);
  output = canonical(*y);
  taps = former.getTaps(geometry, input, geometry.kernel[2]);
  return success();
}

Value DepthwiseFormer::multiplyAdd(ImplicitLocOpBuilder &b, Value sum, Value x, Value w) {
  if (sum.getType().isF32())
    return math::FmaOp::create(b, x, w, sum);
  Value code, weight = arith::ExtSIOp::create(b, b.getI32Type(), w);
  if (group.pair) // less depthwiseCentre
    code = arith::ExtSIOp::create(
        b, b.getI32Type(),
        Value(arith::XOrIOp::create(b, x, Value(arith::ConstantIntOp::create(b, -depthwiseCentre, 16)))));
  else
    code = emitExtension(b, x, input.element);
  return arith::AddIOp::create(b, sum, arith::MulIOp::create(b, code, weight));
}

// The sums of some outputs of one channel; `positions` are those of their first taps.
SmallVector<Value> DepthwiseFormer::sumTaps(KernelWriter &writer, ArrayRef<Value> positions, Value channel) {
  ImplicitLocOpBuilder &b = writer.body();
  auto addTap = [&](Value tap, ValueRange before) {
    SmallVector<Value> sums;
    Value offset = arith::IndexCastOp::create(b, b.getIndexType(), memref::LoadOp::create(b, tapTable, tap));
    Value w = memref::LoadOp::create(b, weights, writer.add(writer.mul(tap, channels), channel));
    for (auto [position, sum] : llvm::zip_equal(positions, before)) {
      Value x = memref::LoadOp::create(b, source.buffer, writer.add(writer.add(position, offset), channel));
      sums.push_back(multiplyAdd(b, sum, x, w));
    }
    return sums;
  };
  if (input.element.isF32())
    return emitBlockedSums(writer, tapCount, countTaps(),
                           SmallVector<Value>(positions.size(), emitFloatConstant(b, 0.0f)), addTap);
  SmallVector<Value> zeros(positions.size(), arith::ConstantIntOp::create(b, 0, 32));
  return emitRunningSums(writer, writer.constantIndex(0), tapCount, zeros, addTap);
}

void DepthwiseFormer::write() {
  // Blocks of neighbours along W; the last one ends where the row ends, and may compute values a second time.
  std::optional<int64_t> width = getKnown(output.shape[3]);
  int64_t neighbours = width ? std::clamp<int64_t>(*width, 1, kMostNeighbours) : kMostNeighbours;
  int64_t count = countTaps();
  SmallVector<OpFoldResult> shape = output.shape;
  shape[3] = math.ceilDiv(output.shape[3], math.constant(neighbours));
  int64_t elements = kDepthwiseTileMacs / std::max<int64_t>(count, 1) / neighbours;
  // A row is computed by one tile, so that no two tiles write one element.
  NestTiling tiling =
      tileNest(math, shape, std::max<int64_t>(elements, 64), neighbours > 1 ? shape[3] : math.constant(1));

  KernelWriter writer(former.builder, group.root->getLoc(), "depthwise");
  weights = writer.in(writer.constant(transposeWeights(*getTensorValue(getConstantValue(geometry.w)))));
  tapTable = writer.in(taps);
  tapCount = writer.index(math.constant(count));
  channels = writer.index(output.shape[4]);
  source = writer.access(getWindowView(math, geometry, input, output), false);
  steps.makeAccesses(writer);
  Access target = writer.access(output, true);
  // Where the width is not known it may be less than a block: then neighbours are one and the same at its end.
  Value end = width ? Value() : writer.index(math.sub(output.shape[3], math.constant(1)));
  OpFoldResult lastBlock = math.sub(output.shape[3], math.constant(neighbours));
  Value last = neighbours > 1 ? writer.index(math.max(lastBlock, math.constant(0))) : Value();
  writeNest(writer, shape, tiling, [&](ValueRange indices) {
    SmallVector<SmallVector<Value>> at(neighbours, llvm::to_vector(indices));
    SmallVector<Value> positions;
    for (int64_t i = 0; i < neighbours; ++i) {
      if (neighbours > 1) {
        Value first = writer.min(writer.mul(indices[3], math.constant(neighbours)), last);
        at[i][3] = writer.add(first, writer.constantIndex(i));
        if (end)
          at[i][3] = writer.min(at[i][3], end);
      }
      positions.push_back(writer.linear(source, ValueRange(at[i]).drop_back()));
    }
    SmallVector<Value> sums = sumTaps(writer, positions, indices[4]);
    for (int64_t i = 0; i < neighbours; ++i)
      writer.store(former.emitNestSteps(writer, steps, sums[i], at[i]), target, at[i]);
  });
  markCost(writer.finish(tiling.tiles), group.root);
}

LogicalResult DepthwiseFormer::run() {
  if (failed(describe()))
    return failure();
  write();
  return success();
}

LogicalResult Former::formDepthwise(const Group &group) { return DepthwiseFormer(*this, group).run(); }
