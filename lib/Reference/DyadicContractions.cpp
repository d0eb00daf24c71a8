// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// dyadic.conv, dyadic.matmul, dyadic.mul: integer sums of products.
#include "Operations.h"
#include "Products.h"
#include "Rows.h"

using namespace mlir;
using namespace qc;
using namespace qc::reference;

static LogicalResult storeSums(Operation *op, const std::vector<int64_t> &sums, TensorValue &result) {
  int32_t *out = result.mutableData<int32_t>().data();
  for (auto [i, sum] : llvm::enumerate(sums)) {
    if (sum < INT32_MIN || sum > INT32_MAX)
      return op->emitOpError("expects ") << (isa<dyadic::MulOp>(op) ? "products" : "sums") << " that fit i32, got "
                                         << sum << " as element " << i;
    out[i] = int32_t(sum);
  }
  return success();
}

Result reference::evaluate(dyadic::ConvOp op, Operands operands) {
  const TensorValue &x = operands[0], &w = operands[1], *bias = findOperand(op, operands, 2);
  WindowAttributes window{op.getStrides(), op.getPads(), op.getDilations()};
  int64_t groups = op.getGroup();
  Result acc = makeResult(op, inferConvShape(x.getShape(), w.getShape(), window, groups));
  if (failed(acc) || failed(checkCount(op, "bias", bias, w.getShape()[0]))) // dyadic_conv_c3
    return failure();
  std::vector<int64_t> sums(acc->getNumElements());
  convolve<IntegerRows>(makeConvGeometry(x.getShape(), w.getShape(), acc->getShape(), window, groups),
                        subtractZeroPoint(x, op.getXZeroPoint()).data(), subtractZeroPoint(w, 0).data(), sums.data());
  if (bias) {
    AxisSplit split = splitAxis(acc->getShape(), 1);
    addBias(sums.data(), bias->getData<int32_t>().data(), split.outer, split.size, split.inner);
  }
  return failed(storeSums(op, sums, *acc)) ? Result(failure()) : acc;
}

Result reference::evaluate(dyadic::MatMulOp op, Operands operands) {
  const TensorValue &a = operands[0], &b = operands[1], *bias = findOperand(op, operands, 2);
  Result acc = makeResult(op, inferMatMulShape(a.getShape(), b.getShape()));
  if (failed(acc))
    return failure();
  MatMulGeometry g = makeMatMulGeometry(a.getShape(), b.getShape());
  if (failed(checkCount(op, "bias", bias, g.n))) // dyadic_matmul_c3
    return failure();
  if (std::optional<uint64_t> most = op.getMaxDepth(); most && g.k > int64_t(*most)) // dyadic_matmul_c4
    return op.emitOpError("expects a reduction dimension of at most ") << int64_t(*most) << ", got " << g.k;
  std::vector<int64_t> sums(acc->getNumElements());
  multiply<IntegerRows>(g, subtractZeroPoint(a, op.getAZeroPoint()).data(),
                        subtractZeroPoint(b, op.getBZeroPoint()).data(), sums.data());
  if (bias)
    addBias(sums.data(), bias->getData<int32_t>().data(), g.batchCount() * g.m, g.n, 1);
  return failed(storeSums(op, sums, *acc)) ? Result(failure()) : acc;
}

Result reference::evaluate(dyadic::MulOp op, Operands operands) {
  const TensorValue &a = operands[0], &b = operands[1];
  Result product = makeResult(op, broadcastShapes(a.getShape(), b.getShape()));
  if (failed(product))
    return failure();
  std::vector<int32_t> left = subtractZeroPoint(a, op.getAZeroPoint());
  std::vector<int32_t> right = subtractZeroPoint(b, op.getBZeroPoint());
  std::vector<int64_t> products(product->getNumElements());
  size_t rank = product->getRank();
  forEachRow<2>(product->getShape(), {broadcastStrides(a.getShape(), rank), broadcastStrides(b.getShape(), rank)},
                [&](int64_t first, std::array<int64_t, 2> offsets, std::array<int64_t, 2> steps, int64_t count) {
                  for (int64_t i = 0; i < count; ++i)
                    products[first + i] = int64_t(left[offsets[0] + i * steps[0]]) * right[offsets[1] + i * steps[1]];
                });
  return failed(storeSums(op, products, *product)) ? Result(failure()) : product;
}
