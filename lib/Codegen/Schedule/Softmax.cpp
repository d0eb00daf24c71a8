// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Softmax: one iteration per row, in the order of docs/Numerics.md (row reductions with 16 partials).
#include "Former.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "qc/Arith/Functions.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

// The bits of 2^e for e in [-126, 127].
static Value makePowerOfTwo(ImplicitLocOpBuilder &b, Value e) {
  Value biased = arith::AddIOp::create(b, e, arith::ConstantIntOp::create(b, 127, 32));
  Value bits = arith::ShLIOp::create(b, biased, arith::ConstantIntOp::create(b, 23, 32));
  return arith::BitcastOp::create(b, b.getF32Type(), bits);
}

// Step by step as include/qc/Arith/Functions.h defines exp(float).
Value qc::kernel::emitExp(ImplicitLocOpBuilder &b, Value x) {
  auto constant = [&](float value) { return emitFloatConstant(b, value); };
  auto select = [&](arith::CmpFPredicate predicate, Value v, float bound) -> Value {
    Value limit = constant(bound);
    return arith::SelectOp::create(b, arith::CmpFOp::create(b, predicate, v, limit), v, limit);
  };
  Value clamped = select(arith::CmpFPredicate::OGT, x, -104.0f);
  clamped = select(arith::CmpFPredicate::OLT, clamped, 89.0f);
  Value n = math::RoundEvenOp::create(b, arith::MulFOp::create(b, clamped, constant(0x1.715476p+0f)));
  Value r = math::FmaOp::create(b, n, constant(-0x1.62e4p-1f), clamped);
  r = math::FmaOp::create(b, n, constant(-0x1.7f7d1cp-20f), r);
  Value p = constant(qc::numerics::expCoefficientsF32[4]);
  for (int i = 3; i >= 0; --i)
    p = math::FmaOp::create(b, p, r, constant(qc::numerics::expCoefficientsF32[i]));
  p = math::FmaOp::create(b, p, r, constant(1.0f));
  p = math::FmaOp::create(b, p, r, constant(1.0f));
  Value i = arith::FPToSIOp::create(b, b.getI32Type(), n);
  Value h = arith::ShRSIOp::create(b, i, arith::ConstantIntOp::create(b, 1, 32));
  Value y = arith::MulFOp::create(b, p, makePowerOfTwo(b, h));
  y = arith::MulFOp::create(b, y, makePowerOfTwo(b, arith::SubIOp::create(b, i, h)));
  Value isNaN = arith::CmpFOp::create(b, arith::CmpFPredicate::UNO, x, x);
  Value nan = arith::ConstantOp::create(b, b.getFloatAttr(b.getF32Type(), APFloat::getQNaN(APFloat::IEEEsingle())));
  return arith::SelectOp::create(b, isNaN, nan, y);
}

namespace {
/// The loops over one row.
class RowWriter {
public:
  RowWriter(KernelWriter &writer, const Access &access, int64_t axis, Value size, ValueRange outer)
      : writer(writer), access(access), axis(axis), size(size), outer(outer) {}

  SmallVector<Value> at(Value k) {
    SmallVector<Value> indices(outer.begin(), outer.end());
    indices.insert(indices.begin() + axis, k);
    return indices;
  }

  Value fold(Value begin, Value step, Value init, llvm::function_ref<Value(Value accumulator, Value element)> combine) {
    ImplicitLocOpBuilder &b = writer.body();
    auto loop = scf::ForOp::create(b, begin, size, step, ValueRange{init});
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Value element = writer.load(access, at(loop.getInductionVar()));
    scf::YieldOp::create(b, combine(loop.getRegionIterArg(0), element));
    return loop.getResult(0);
  }

  // Element k is in partial k mod 16; the partials are added pairwise at distance 8, 4, 2, 1.
  Value sum(llvm::function_ref<Value(Value element)> map) {
    ImplicitLocOpBuilder &b = writer.body();
    SmallVector<Value> partials;
    for (int64_t j = 0; j < 16; ++j) {
      Value begin = writer.constantIndex(j), step = writer.constantIndex(16), zero = emitFloatConstant(b, 0.0f);
      partials.push_back(
          fold(begin, step, zero, [&](Value a, Value x) -> Value { return arith::AddFOp::create(b, a, map(x)); }));
    }
    for (int64_t distance = 8; distance > 0; distance /= 2)
      for (int64_t j = 0; j < distance; ++j)
        partials[j] = arith::AddFOp::create(b, partials[j], partials[j + distance]);
    return partials[0];
  }

private:
  KernelWriter &writer;
  const Access &access;
  int64_t axis;
  Value size;
  ValueRange outer;
};
} // namespace

LogicalResult Former::formSoftmax(const Group &group) {
  auto op = cast<SoftmaxOp>(group.root);
  FailureOr<View> x = getView(op.getX()), y = allocate(op.getY());
  if (failed(x) || failed(y))
    return failure();
  int64_t axis = op.getAxis();
  SmallVector<OpFoldResult> rows = getShape(op.getY());
  OpFoldResult length = rows[axis];
  rows.erase(rows.begin() + axis);
  bool hasRows = !rows.empty();
  if (!hasRows)
    rows.push_back(math.constant(1));
  KernelWriter writer(builder, op.getLoc(), "softmax_axis" + std::to_string(axis));
  ImplicitLocOpBuilder &b = writer.body();
  Access source = writer.access(*x, false);
  Value size = writer.index(length);
  Access target = writer.access(*y, true);
  NestTiling tiling = tileNest(math, rows, 64);
  writeNest(writer, rows, tiling, [&](ValueRange nestIndices) {
    ValueRange indices = hasRows ? nestIndices : ValueRange();
    RowWriter row(writer, source, axis, size, indices);
    Value c0 = writer.constantIndex(0), c1 = writer.constantIndex(1);
    Value lowest = emitFloatConstant(b, -std::numeric_limits<float>::infinity());
    Value m = row.fold(c0, c1, lowest, [&](Value a, Value v) { return emitFloatMax(b, a, v); });
    auto shifted = [&](Value v) { return emitExp(b, arith::SubFOp::create(b, v, m)); };
    Value sum = row.sum(shifted);
    auto loop = scf::ForOp::create(b, c0, size, c1);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    SmallVector<Value> at = row.at(loop.getInductionVar());
    Value e = shifted(writer.load(source, at));
    writer.store(arith::DivFOp::create(b, e, sum), target, at);
  });
  writer.finish(tiling.tiles);
  return success();
}
