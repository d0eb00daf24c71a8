// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The dimensions of a result from those of the operands, where types do not know them.
#include "ShapeReification.h"
#include "dialects/Dyadic/Dyadic.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

using Shape = SmallVector<OpFoldResult>;
using ShapeOf = llvm::function_ref<Shape(Value)>;

// Leading dimensions stay, spatial ones follow from window arithmetic (floor mode; the first is N, the second is
// given).
static OpFoldResult windowSize(IndexMath &math, OpFoldResult in, int64_t pads, int64_t kernelExtent, int64_t stride,
                               bool ceilMode) {
  OpFoldResult room = math.add(in, math.constant(pads - kernelExtent + (ceilMode ? stride - 1 : 0)));
  if (stride == 1)
    return math.add(room, math.constant(1));
  // floor(room / stride) + 1 = ceil((room + 1) / stride) for room >= 0
  OpFoldResult more = math.add(room, math.constant(1));
  return math.ceilDiv(more, math.constant(stride));
}

template <typename Op> static void reifyPool(IndexMath &math, Op op, Shape &shape) {
  size_t spatial = op.getKernel().size();
  for (size_t d = 0; d < spatial; ++d) {
    int64_t extent = op.getDilations()[d] * (op.getKernel()[d] - 1) + 1;
    int64_t stride = op.getStrides()[d];
    OpFoldResult in = shape[d + 2];
    shape[d + 2] = windowSize(math, in, op.getPads()[d] + op.getPads()[spatial + d], extent, stride, op.getCeilMode());
    if (op.getCeilMode()) { // a last window that would start behind the input is dropped
      OpFoldResult before = math.sub(shape[d + 2], math.constant(1)), last = math.mul(before, math.constant(stride));
      shape[d + 2] = math.dropWhereAtLeast(shape[d + 2], last, math.add(in, math.constant(op.getPads()[d])));
    }
  }
}

template <typename Op> static Shape reifyConv(IndexMath &math, Op op, ShapeOf shapeOf) {
  Shape shape = shapeOf(op.getX());
  auto w = cast<RankedTensorType>(op.getW().getType());
  size_t spatial = op.getStrides().size();
  shape[1] = shapeOf(op.getW())[0];
  for (size_t d = 0; d < spatial; ++d) {
    int64_t extent = op.getDilations()[d] * (w.getDimSize(d + 2) - 1) + 1;
    shape[d + 2] =
        windowSize(math, shape[d + 2], op.getPads()[d] + op.getPads()[spatial + d], extent, op.getStrides()[d], false);
  }
  return shape;
}

template <typename Op> static Shape reifyMatMul(Op op, ShapeOf shapeOf) {
  Shape a = shapeOf(op.getA()), b = shapeOf(op.getB()), shape;
  size_t batchA = a.size() > 2 ? a.size() - 2 : 0, batchB = b.size() > 2 ? b.size() - 2 : 0;
  size_t batch = std::max(batchA, batchB);
  for (size_t d = 0; d < batch; ++d) {
    OpFoldResult fromA = d + batchA >= batch ? a[d + batchA - batch] : OpFoldResult();
    OpFoldResult fromB = d + batchB >= batch ? b[d + batchB - batch] : OpFoldResult();
    shape.push_back(!fromA || (fromB && isKnown(fromA, 1)) ? fromB : fromA);
  }
  if (a.size() > 1)
    shape.push_back(a[a.size() - 2]);
  if (b.size() > 1)
    shape.push_back(b.back());
  return shape;
}

static Shape reifyReshape(IndexMath &math, ReshapeOp op, ShapeOf shapeOf) {
  Shape x = shapeOf(op.getX()), shape;
  OpFoldResult total = math.constant(1);
  llvm::SmallVector<bool> isCopied(x.size(), false);
  for (int64_t entry : op.getShape())
    if (entry < -1)
      isCopied[-2 - entry] = true;
  for (auto [d, dim] : llvm::enumerate(x))
    total = isCopied[d] ? total : math.mul(total, dim);
  int64_t others = 1;
  for (int64_t entry : op.getShape())
    if (entry >= 0)
      others *= entry;
  for (int64_t entry : op.getShape())
    shape.push_back(entry >= 0    ? math.constant(entry)
                    : entry < -1  ? x[-2 - entry]
                    : others == 0 ? math.constant(0)
                                  : math.ceilDiv(total, math.constant(others)));
  return shape;
}

static Shape reifyBroadcast(Operation *op, ShapeOf shapeOf) {
  Shape shape(cast<RankedTensorType>(op->getResult(0).getType()).getRank());
  for (Value operand : op->getOperands()) {
    Shape other = shapeOf(operand);
    if (other.size() > shape.size())
      continue;
    for (size_t d = 0; d < other.size(); ++d) {
      OpFoldResult &dim = shape[shape.size() - other.size() + d];
      if (!dim || isKnown(dim, 1))
        dim = other[d];
    }
  }
  return shape;
}

Shape qc::kernel::reifyShape(IndexMath &math, Operation *op, ShapeOf shapeOf) {
  Shape shape =
      TypeSwitch<Operation *, Shape>(op)
          .Case<ConvOp, dyadic::ConvOp>([&](auto conv) { return reifyConv(math, conv, shapeOf); })
          .Case<MatMulOp, dyadic::MatMulOp>([&](auto matmul) { return reifyMatMul(matmul, shapeOf); })
          .Case<GemmOp>([&](GemmOp gemm) {
            return Shape{shapeOf(gemm.getA())[gemm.getTransA() ? 1 : 0],
                         shapeOf(gemm.getB())[gemm.getTransB() ? 0 : 1]};
          })
          .Case<MaxPoolOp, AvgPoolOp, dyadic::AvgPoolOp>([&](auto pool) {
            Shape result = shapeOf(pool.getX());
            reifyPool(math, pool, result);
            return result;
          })
          .Case<GlobalAvgPoolOp>([&](GlobalAvgPoolOp pool) {
            Shape result = shapeOf(pool.getX());
            std::fill(result.begin() + 2, result.end(), math.constant(1));
            return result;
          })
          .Case<TransposeOp>([&](TransposeOp transpose) {
            Shape from = shapeOf(transpose.getX()), result;
            for (int64_t d : transpose.getPerm())
              result.push_back(from[d]);
            return result;
          })
          .Case<ConcatOp>([&](ConcatOp concat) {
            Shape result = shapeOf(concat.getXs().front());
            for (Value x : concat.getXs().drop_front())
              result[concat.getAxis()] = math.add(result[concat.getAxis()], shapeOf(x)[concat.getAxis()]);
            return result;
          })
          .Case<ReshapeOp>([&](ReshapeOp reshape) { return reifyReshape(math, reshape, shapeOf); })
          .Case<BatchNormOp, QuantizeOp, DequantizeOp, SoftmaxOp>([&](auto) { return shapeOf(op->getOperand(0)); })
          .Default([&](Operation *other) { return reifyBroadcast(other, shapeOf); });
  // What the type knows is not computed.
  for (auto [dim, known] : llvm::zip_equal(shape, cast<RankedTensorType>(op->getResult(0).getType()).getShape()))
    if (!ShapedType::isDynamic(known))
      dim = math.constant(known);
  return shape;
}
