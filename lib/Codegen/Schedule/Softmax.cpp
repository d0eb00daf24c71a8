// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Softmax: one iteration per row, in the order of docs/Numerics.md (row reductions with 16 partials).
#include "Former.h"
#include "Sums.h"
#include "qc/Arith/FloatFunctions.h"
#include "qc/Arith/OrderedSum.h"
#include "qc/Codegen/EmittedFloat.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

Value qc::kernel::emitExp(ImplicitLocOpBuilder &b, Value x) { return numerics::f32::exp(EmittedFloat{&b, x}).value; }

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
  Value sum(SumLength length, llvm::function_ref<Value(Value element)> map) {
    ImplicitLocOpBuilder &b = writer.body();
    Value isLong =
        arith::CmpIOp::create(b, arith::CmpIPredicate::sgt, size, writer.constantIndex(numerics::maxShortRow));
    SmallVector<Value> partials;
    for (int64_t j = 0; j < 16; ++j) {
      Value rest = writer.sub(writer.add(size, writer.constantIndex(15)), writer.constantIndex(j));
      Value count = writer.div(rest, writer.constantIndex(16));
      partials.push_back(emitOrderedSum(writer, count, length, isLong, emitFloatConstant(b, 0.0f), [&](Value k) {
        Value at = writer.add(writer.mul(k, writer.constantIndex(16)), writer.constantIndex(j));
        return map(writer.load(access, this->at(at)));
      }));
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
    Value sum = row.sum(getSumLength(getKnown(length), numerics::maxShortRow), shifted);
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
