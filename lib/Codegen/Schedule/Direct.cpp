// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Convolutions as they are written: those whose weights or bias are not constant.
#include "ConvGeometry.h"
#include "Former.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

static Value multiplyAdd(ImplicitLocOpBuilder &b, Value accumulator, Value x, Value w, Type xElement, Value zero) {
  if (accumulator.getType().isF32())
    return math::FmaOp::create(b, x, w, accumulator);
  Value code = emitExtension(b, x, xElement);
  code = mlir::arith::SubIOp::create(b, code, zero);
  Value product = mlir::arith::MulIOp::create(b, code, mlir::arith::ExtSIOp::create(b, b.getI32Type(), w));
  return mlir::arith::AddIOp::create(b, accumulator, product);
}

LogicalResult Former::formDirect(const Group &group) {
  FailureOr<ConvGeometry> geometry = getConvGeometry(group.root);
  if (failed(geometry))
    return failure();
  FailureOr<View> x = ensureChannelsLast(geometry->x, geometry->pads, geometry->zeroPoint, Slack::None);
  Value result = group.getLast()->getResult(0);
  FailureOr<SmallVector<Step>> steps = describeSteps(group, {}, /*withRoot=*/false);
  if (failed(x) || failed(steps))
    return failure();
  auto canonical = [&](const View &view) { return canonicalizeWindows(math, view); };
  FailureOr<View> y = allocate(result);
  FailureOr<NestSteps> prepared = prepareNestSteps(*steps, result, canonical);
  if (failed(y) || failed(prepared))
    return failure();
  View input = canonical(*x), output = canonical(*y);
  FailureOr<SmallVector<int64_t>> taps = getTapOffsets(group.root, *geometry, input);
  if (failed(taps))
    return failure();

  auto wType = cast<RankedTensorType>(geometry->w.getType());
  if (!wType.hasStaticShape())
    return group.root->emitOpError("has weights of unknown shape");
  int64_t numTaps = taps->size(), perGroupIn = wType.getDimSize(1), outputs = wType.getDimSize(0);
  int64_t perGroupOut = std::max<int64_t>(1, outputs / geometry->group);
  bool isDepthwise = perGroupIn == 1 && perGroupOut == 1;
  FailureOr<View> weights = ensureContiguous(geometry->w);
  if (failed(weights))
    return failure();

  KernelWriter writer(builder, group.root->getLoc(), isDepthwise ? "direct_depthwise" : "direct");
  ImplicitLocOpBuilder &b = writer.body();
  Value w = writer.in(weights->buffer);
  Value tapTable = writer.in(writer.constant(builder.getI64TensorAttr(*taps)));
  Value tapCount = writer.index(math.constant(numTaps));
  Access source = writer.access(getWindowView(math, *geometry, input, output), false);
  bool isInteger = !x->element.isF32();
  Value zero;
  if (isInteger)
    zero = writer.number(builder.getI32IntegerAttr(geometry->zeroPoint));
  std::optional<Access> bias;
  if (geometry->bias) {
    FailureOr<View> view = getView(geometry->bias);
    if (failed(view))
      return failure();
    bias = writer.access(*view, false);
  }
  prepared->makeAccesses(writer);
  Access target = writer.access(output, true);
  Value channels, perOut;
  if (!isDepthwise) {
    channels = writer.index(math.constant(perGroupIn));
    perOut = writer.index(math.constant(perGroupOut));
  }
  NestTiling tiling = tileNest(math, output.shape, std::max<int64_t>(64, 4096 / std::max<int64_t>(numTaps, 1)));
  writeNest(writer, output.shape, tiling, [&](ValueRange indices) {
    Value position = writer.linear(source, indices.drop_back()), m = indices.back();
    // Weights as they are: [M, C / group, taps].
    Value wBase = writer.mul(m, tapCount);
    if (!isDepthwise)
      wBase = writer.mul(wBase, channels);
    position = isDepthwise ? writer.add(position, m)
                           : writer.add(position, writer.mul(writer.div(m, perOut), channels));
    Value init = isInteger ? Value(mlir::arith::ConstantIntOp::create(b, 0, 32)) : emitFloatConstant(b, 0.0f);
    Value c0 = writer.constantIndex(0), c1 = writer.constantIndex(1);
    auto tapLoop = scf::ForOp::create(b, c0, tapCount, c1, ValueRange{init});
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(tapLoop.getBody());
      Value tap = tapLoop.getInductionVar(), accumulator = tapLoop.getRegionIterArg(0);
      Value tapOffset = mlir::arith::IndexCastOp::create(b, b.getIndexType(), memref::LoadOp::create(b, tapTable, tap));
      Value xAt = writer.add(position, tapOffset), wAt = writer.add(tap, wBase);
      auto step = [&](Value acc, Value xi, Value wi) {
        return multiplyAdd(b, acc, memref::LoadOp::create(b, source.buffer, xi), memref::LoadOp::create(b, w, wi),
                           x->element, zero);
      };
      if (isDepthwise) {
        accumulator = step(accumulator, xAt, wAt);
      } else {
        auto channelLoop = scf::ForOp::create(b, c0, channels, c1, ValueRange{accumulator});
        OpBuilder::InsertionGuard inner(b);
        b.setInsertionPointToStart(channelLoop.getBody());
        Value c = channelLoop.getInductionVar();
        Value sum = step(channelLoop.getRegionIterArg(0), writer.add(xAt, c),
                         writer.add(wAt, writer.mul(c, tapCount)));
        scf::YieldOp::create(b, sum);
        accumulator = channelLoop.getResult(0);
      }
      b.setInsertionPointToEnd(tapLoop.getBody());
      scf::YieldOp::create(b, accumulator);
    }
    Value value = tapLoop.getResult(0);
    if (bias) {
      Value added = writer.load(*bias, ValueRange{m});
      value = isInteger ? Value(mlir::arith::AddIOp::create(b, value, added)) : Value(mlir::arith::AddFOp::create(b, value, added));
    }
    writer.store(emitNestSteps(writer, *prepared, value, indices), target, indices);
  });
  markCost(writer.finish(tiling.tiles), group.root);
  return success();
}
