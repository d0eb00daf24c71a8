// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kernel.contract as one scf.forall over its outputs.
#include "ContractBlocks.h"
#include "Loops.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/IRMapping.h"
#include "qc/Codegen/Rewrites.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

namespace {
class OutputWriter {
public:
  OutputWriter(OpBuilder &builder, ContractOp op) : b(op.getLoc(), builder), ix{b}, op(op) {}
  void write(Value i, Value j);

private:
  Value sumFloats(Value row, Value j);
  SmallVector<Value> sumIntegers(Value row, Value j);
  SmallVector<Value> sumInt4(Value row, Value j);
  SmallVector<Value> addInt4Row(Value x, Value w, Value isOdd, Value multiplier, ValueRange acc);
  SmallVector<Value> multiplyAdd(ValueRange sums, Value xAt, Value weight);
  Value loadTap(Value run) {
    Value tap = memref::LoadOp::create(b, op.getTaps(), run);
    return arith::IndexCastOp::create(b, b.getIndexType(), tap);
  }

  ImplicitLocOpBuilder b;
  IndexWriter ix;
  ContractOp op;
};
} // namespace

Value OutputWriter::sumFloats(Value row, Value j) {
  Value column = ix.add(op.getColumn(), j), depth = ix.mul(op.getRuns(), op.getLen());
  Value block = ix.div(column, 16), blockSize = ix.mul(depth, 16), first = ix.mul(block, blockSize);
  Value weights = ix.add(op.getWOffset(), ix.add(first, ix.rem(column, 16)));
  Value c1 = ix.constant(1), zero = arith::ConstantOp::create(b, b.getF32FloatAttr(0.0f));
  return writeFloatSums(b, op, zero, [&](const RunPart &part, ValueRange sums) {
    Value x = ix.add(row, loadTap(part.run)), w = ix.add(weights, ix.mul(ix.mul(part.run, op.getLen()), 16));
    return writeReduction(b, part.begin, part.end, c1, sums, [&](Value k, ValueRange acc) {
      Value xk = memref::LoadOp::create(b, op.getX(), ix.add(x, k));
      Value wk = memref::LoadOp::create(b, op.getW(), ix.add(w, ix.mul(k, 16)));
      return SmallVector<Value>{math::FmaOp::create(b, xk, wk, acc[0])};
    });
  })[0];
}

// One product more; of both bytes of x where there are two sums.
SmallVector<Value> OutputWriter::multiplyAdd(ValueRange sums, Value xAt, Value weight) {
  Type i32 = b.getI32Type();
  Value x = memref::LoadOp::create(b, op.getX(), xAt);
  Value wide = op.getMma() == Mma::S8S8 ? Value(arith::ExtSIOp::create(b, i32, x)) : arith::ExtUIOp::create(b, i32, x);
  SmallVector<Value> factors{wide}, next;
  if (op.getPlanes())
    factors = {arith::ShRUIOp::create(b, wide, Value(arith::ConstantIntOp::create(b, 8, 32))),
               arith::AndIOp::create(b, wide, Value(arith::ConstantIntOp::create(b, 255, 32)))};
  for (auto [sum, factor] : llvm::zip_equal(sums, factors))
    next.push_back(arith::AddIOp::create(b, sum, Value(arith::MulIOp::create(b, factor, weight))));
  return next;
}

// include/qc/Arith/Packing.h, PackedLayout::index.
SmallVector<Value> OutputWriter::sumIntegers(Value row, Value j) {
  Value c0 = ix.constant(0), c1 = ix.constant(1), c16 = ix.constant(16), zero = arith::ConstantIntOp::create(b, 0, 32);
  Value column = ix.add(op.getColumn(), j), end = ix.add(op.getColumn(), op.getN());
  Value panel = ix.div(column, 32), half = ix.rem(ix.div(column, 16), 2);
  Value isWhole = ix.less(ix.add(ix.mul(panel, 32), 16), end);
  Value halves = ix.select(isWhole, ix.constant(2), c1);
  Value rows = ix.ceilDiv(op.getLen(), 4);
  Value weights = ix.add(op.getWOffset(), ix.mul(ix.mul(panel, ix.mul(op.getRuns(), rows)), 128));
  weights = ix.add(weights, ix.mul(ix.rem(column, 16), 4));
  SmallVector<Value> zeros(op.getNumSums(), zero);
  return writeReduction(b, c0, op.getRuns(), c1, zeros, [&](Value run, ValueRange outer) {
    Value x = ix.add(row, loadTap(run)), runRows = ix.mul(ix.mul(run, rows), halves);
    return writeReduction(b, c0, rows, c1, outer, [&](Value k, ValueRange acc) {
      Value inBlock = ix.rem(k, 16), block = ix.sub(k, inBlock), blockRows = ix.min(c16, ix.sub(rows, block));
      Value before = ix.add(runRows, ix.mul(block, halves));
      before = ix.add(ix.add(before, ix.mul(half, blockRows)), inBlock);
      Value w = ix.add(weights, ix.mul(before, 64)), xk = ix.add(x, ix.mul(k, 4));
      SmallVector<Value> sums(acc);
      // Weights behind the run are zeros, and so is what x holds there worth.
      for (int64_t t = 0; t < 4; ++t) {
        Value xAt = ix.add(xk, t), weight = memref::LoadOp::create(b, op.getW(), ix.add(w, t));
        sums = multiplyAdd(sums, xAt, arith::ExtSIOp::create(b, b.getI32Type(), weight));
      }
      return sums;
    });
  });
}

// include/qc/Arith/PackingInt4.h, PackedInt4Layout::index and multiplierIndex.
SmallVector<Value> OutputWriter::sumInt4(Value row, Value j) {
  Value c0 = ix.constant(0), c1 = ix.constant(1), c8 = ix.constant(8), zero = arith::ConstantIntOp::create(b, 0, 32);
  Value column = ix.add(op.getColumn(), j), end = ix.add(op.getColumn(), op.getN());
  Value panel = ix.div(column, 32), half = ix.rem(ix.div(column, 16), 2), lane = ix.rem(column, 16);
  Value halves = ix.select(ix.less(ix.add(ix.mul(panel, 32), 16), end), ix.constant(2), c1);
  int64_t size = int64_t(*op.getWeightGroup());
  Value rows = ix.ceilDiv(op.getLen(), 4), pairs = ix.ceilDiv(op.getLen(), 8), groups = ix.ceilDiv(op.getLen(), size);
  auto panelAt = [&](Value perRun) { return ix.mul(ix.mul(panel, ix.mul(op.getRuns(), perRun)), 2); };
  Value panelPairs = panelAt(pairs), panelGroups = panelAt(groups);
  SmallVector<Value> zeros(op.getNumSums(), zero);
  return writeReduction(b, c0, op.getRuns(), c1, zeros, [&](Value run, ValueRange outer) {
    Value x = ix.add(row, loadTap(run));
    return writeReduction(b, c0, rows, c1, outer, [&](Value k, ValueRange sums) {
      Value pair = ix.div(k, 2), inBlock = ix.rem(pair, 8), block = ix.sub(pair, inBlock);
      Value before = ix.mul(ix.add(ix.mul(run, pairs), block), halves);
      before = ix.add(ix.add(before, ix.mul(half, ix.min(c8, ix.sub(pairs, block)))), inBlock);
      Value w = ix.add(op.getWOffset(), ix.add(ix.mul(ix.add(panelPairs, before), 64), ix.mul(lane, 4)));
      Value at = ix.add(ix.mul(ix.add(ix.mul(run, groups), ix.div(k, size / 4)), halves), half);
      at = ix.add(op.getMultipliersOffset(), ix.add(ix.mul(ix.add(panelGroups, at), 16), lane));
      Value multiplier = memref::LoadOp::create(b, op.getMultipliers(), at);
      return addInt4Row(ix.add(x, ix.mul(k, 4)), w, ix.rem(k, 2), multiplier, sums);
    });
  });
}

// Four products more: of the lower codes of four bytes, or with `isOdd` of the upper ones.
SmallVector<Value> OutputWriter::addInt4Row(Value x, Value w, Value isOdd, Value multiplier, ValueRange acc) {
  Type i32 = b.getI32Type();
  Value factor = arith::ExtSIOp::create(b, i32, multiplier);
  // The code's four bits go to the upper end and back, with their sign.
  Value up = arith::IndexCastOp::create(b, i32, ix.sub(ix.constant(28), ix.mul(isOdd, 4)));
  Value down = arith::ConstantIntOp::create(b, 28, 32);
  SmallVector<Value> sums(acc);
  for (int64_t t = 0; t < 4; ++t) {
    Value byte = arith::ExtUIOp::create(b, i32, memref::LoadOp::create(b, op.getW(), ix.add(w, t)));
    Value code = arith::ShRSIOp::create(b, Value(arith::ShLIOp::create(b, byte, up)), down);
    sums = multiplyAdd(sums, ix.add(x, t), arith::MulIOp::create(b, code, factor));
  }
  return sums;
}

void OutputWriter::write(Value i, Value j) {
  Block &block = op.getEpilogue().front();
  Value row = ix.add(op.getXOffset(), ix.mul(i, op.getXStep()));
  IRMapping mapping;
  unsigned next = 0;
  SmallVector<Value> sums = op.getMma() == Mma::F32 ? SmallVector<Value>{sumFloats(row, j)}
                            : op.getWeightGroup()   ? sumInt4(row, j)
                                                    : sumIntegers(row, j);
  for (Value sum : sums)
    mapping.map(block.getArgument(next++), sum);
  for (Value buffer : op.getPerN())
    mapping.map(block.getArgument(next++), memref::LoadOp::create(b, buffer, ix.add(op.getNOffset(), j)));
  for (auto [buffer, offset, step] : llvm::zip_equal(op.getPerMn(), op.getMnOffsets(), op.getMnSteps())) {
    Value at = ix.add(ix.add(offset, ix.mul(i, step)), j);
    mapping.map(block.getArgument(next++), memref::LoadOp::create(b, buffer, at));
  }
  for (Operation &inner : block.without_terminator())
    b.clone(inner, mapping);
  Value result = mapping.lookupOrDefault(cast<YieldOp>(block.getTerminator()).getValue());
  memref::StoreOp::create(b, result, op.getY(), ix.add(ix.add(op.getYOffset(), ix.mul(i, op.getYStep())), j));
}

void qc::lowerContractToScalars(RewriterBase &rewriter, ContractOp op) {
  rewriter.setInsertionPoint(op);
  auto forall = scf::ForallOp::create(rewriter, op.getLoc(), SmallVector<OpFoldResult>{op.getM(), op.getN()},
                                      ValueRange(), std::nullopt);
  rewriter.setInsertionPoint(forall.getTerminator());
  OutputWriter(rewriter, op).write(forall.getInductionVar(0), forall.getInductionVar(1));
  rewriter.eraseOp(op);
}
