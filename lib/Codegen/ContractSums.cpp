// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The sums of a block of rows and columns of kernel.contract.
#include "ContractSums.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

static constexpr int64_t kLanes = kContractLanes;
/// Weights of 16 columns and 4 k (a row of the packed layout), and rows in a block of 64 k.
static constexpr int64_t kRowBytes = 64, kBlockRows = 16;

Value ContractSums::load(VectorType type, Value buffer, Value at) {
  return vector::LoadOp::create(b, type, buffer, at);
}

void ContractSums::prepare() {
  c0 = ix.constant(0);
  c1 = ix.constant(1);
  if (isFloat) {
    halfSize = ix.mul(ix.mul(op.getRuns(), op.getLen()), kLanes);
  } else {
    rowsPerRun = ix.ceilDiv(op.getLen(), 4);
    halfSize = ix.mul(ix.mul(op.getRuns(), rowsPerRun), kRowBytes);
  }
}

Panel ContractSums::getPanel(Value panel) {
  // The tile's first column is that of a panel; all panels before the last have two halves.
  Value halvesBefore = ix.add(ix.div(op.getColumn(), kLanes), ix.mul(panel, 2));
  Value left = ix.sub(op.getN(), ix.mul(panel, kContractPanel));
  return {ix.add(op.getWOffset(), ix.mul(halvesBefore, halfSize)),
          ix.select(ix.less(ix.constant(kLanes), left), ix.constant(2), c1)};
}

SmallVector<Value> ContractSums::makeZeros(unsigned count) {
  return SmallVector<Value>(count, arith::ConstantOp::create(b, b.getZeroAttr(vector(getSumType()))));
}

// First element of the run, relative to a row of x.
Value ContractSums::loadTap(Value run) {
  Value tap = memref::LoadOp::create(b, op.getTaps(), run);
  return ix.add(op.getXOffset(), arith::IndexCastOp::create(b, b.getIndexType(), tap));
}

SmallVector<Value> ContractSums::sumFloats(const Panel &panel, Value row, unsigned rows, Value half, unsigned halves) {
  VectorType type = vector(b.getF32Type());
  Value weights = ix.add(panel.weights, ix.mul(half, halfSize));
  return writeReduction(b, c0, op.getRuns(), c1, makeZeros(rows * halves), [&](Value run, ValueRange carried) {
    Value tap = loadTap(run), firstK = ix.mul(run, op.getLen());
    SmallVector<Value> starts;
    for (unsigned r = 0; r < rows; ++r)
      starts.push_back(ix.add(tap, ix.mul(ix.add(row, r), op.getXStep())));
    return writeReduction(b, c0, op.getLen(), c1, carried, [&](Value k, ValueRange inner) {
      Value at = ix.add(weights, ix.mul(ix.add(firstK, k), kLanes));
      SmallVector<Value> w, next(inner);
      for (unsigned h = 0; h < halves; ++h)
        w.push_back(load(type, op.getW(), h == 0 ? at : ix.add(at, halfSize)));
      for (unsigned r = 0; r < rows; ++r) {
        Value x = memref::LoadOp::create(b, op.getX(), ix.add(starts[r], k));
        Value spread = vector::BroadcastOp::create(b, type, x);
        for (unsigned h = 0; h < halves; ++h)
          next[r * halves + h] = math::FmaOp::create(b, spread, w[h], inner[r * halves + h]);
      }
      return next;
    });
  });
}

// Even and odd bytes of 16-bit lanes as 16-bit numbers.
std::pair<Value, Value> ContractSums::splitBytes(Value pairs, bool isSigned) {
  auto type = cast<VectorType>(pairs.getType());
  auto splat = [&](int64_t v) -> Value {
    return arith::ConstantOp::create(b, DenseElementsAttr::get(type, Attribute(b.getI16IntegerAttr(v))));
  };
  Value eight = splat(8);
  if (!isSigned)
    return {arith::AndIOp::create(b, pairs, splat(255)), arith::ShRUIOp::create(b, pairs, eight)};
  Value even = arith::ShRSIOp::create(b, arith::ShLIOp::create(b, pairs, eight), eight);
  return {even, arith::ShRSIOp::create(b, pairs, eight)};
}

// Lane i: x[2i] * w[2i] + x[2i + 1] * w[2i + 1] in 32 bits. LLVM matches exactly this to pmaddwd.
Value ContractSums::multiplyPairs(Value x, Value w) {
  VectorType wide = vector(b.getI32Type(), 2 * kLanes);
  Value product = arith::MulIOp::create(b, arith::ExtSIOp::create(b, wide, x), arith::ExtSIOp::create(b, wide, w));
  SmallVector<int64_t> even, odd;
  for (int64_t i = 0; i < kLanes; ++i) {
    even.push_back(2 * i);
    odd.push_back(2 * i + 1);
  }
  return arith::AddIOp::create(b, vector::ShuffleOp::create(b, product, product, even),
                               vector::ShuffleOp::create(b, product, product, odd));
}

Value ContractSums::loadWeightRow(Value at) {
  Value bytes = load(vector(b.getI8Type(), kRowBytes), op.getW(), at);
  return vector::BitCastOp::create(b, vector(b.getI16Type(), 2 * kLanes), bytes);
}

// Four bytes of a row, in each of 16 lanes, as pairs.
Value ContractSums::loadActivations(Value at) {
  Value four = vector::BitCastOp::create(b, vector(b.getI32Type(), 1), load(vector(b.getI8Type(), 4), op.getX(), at));
  Value spread = vector::BroadcastOp::create(b, vector(b.getI32Type()), vector::ExtractOp::create(b, four, 0));
  return vector::BitCastOp::create(b, vector(b.getI16Type(), 2 * kLanes), spread);
}

// One row of the packed layout per half, times four bytes of each row of x.
SmallVector<Value> ContractSums::addWeightRow(Value weights, Value halfStep, unsigned halves, ValueRange x,
                                              ValueRange sums) {
  SmallVector<Value> next(sums);
  SmallVector<std::pair<Value, Value>> w;
  for (unsigned h = 0; h < halves; ++h)
    w.push_back(splitBytes(loadWeightRow(h == 0 ? weights : ix.add(weights, halfStep)), /*isSigned=*/true));
  for (auto [r, at] : llvm::enumerate(x)) {
    auto [even, odd] = splitBytes(loadActivations(at), op.getMma() == Mma::S8S8);
    for (unsigned h = 0; h < halves; ++h) {
      Value &sum = next[r * halves + h];
      sum = arith::AddIOp::create(b, sum, multiplyPairs(even, w[h].first));
      sum = arith::AddIOp::create(b, sum, multiplyPairs(odd, w[h].second));
    }
  }
  return next;
}

SmallVector<Value> ContractSums::sumIntegers(const Panel &panel, Value row, unsigned rows, Value half,
                                             unsigned halves) {
  return writeReduction(b, c0, op.getRuns(), c1, makeZeros(rows * halves), [&](Value run, ValueRange carried) {
    Value tap = loadTap(run);
    Value runWeights = ix.add(panel.weights, ix.mul(ix.mul(ix.mul(run, rowsPerRun), panel.halves), kRowBytes));
    // A block of the layout holds its first half's rows, then its second half's.
    return writeReduction(b, c0, rowsPerRun, ix.constant(kBlockRows), carried, [&](Value block, ValueRange outer) {
      Value blockRows = ix.min(ix.constant(kBlockRows), ix.sub(rowsPerRun, block));
      Value halfStep = ix.mul(blockRows, kRowBytes);
      Value before = ix.add(ix.mul(ix.mul(block, panel.halves), kRowBytes), ix.mul(half, halfStep));
      Value weights = ix.add(runWeights, before), x = ix.add(tap, ix.mul(block, 4));
      return writeReduction(b, c0, blockRows, c1, outer, [&](Value k, ValueRange inner) {
        SmallVector<Value> xAt;
        for (unsigned r = 0; r < rows; ++r)
          xAt.push_back(ix.add(ix.add(x, ix.mul(ix.add(row, r), op.getXStep())), ix.mul(k, 4)));
        return addWeightRow(ix.add(weights, ix.mul(k, kRowBytes)), halfStep, halves, xAt, inner);
      });
    });
  });
}
