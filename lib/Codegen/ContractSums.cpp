// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The sums of a block of rows and columns of kernel.contract.
#include "ContractSums.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

static constexpr int64_t kLanes = kContractLanes;
/// Weights of 16 columns and 4 k (a row of the packed layout), and rows in a block of 64 k.
static constexpr int64_t kRowBytes = 64, kBlockRows = 16;
/// Groups of 4 k that are split at once, and that a row has at most where it is split before.
static constexpr int64_t kSplitLanes = 8, kSplitDepth = 1024;
/// Even (or odd) bytes of a row of the block; not a multiple of 4096 bytes, so that rows do not share the sets of a
/// cache.
static constexpr int64_t kSplitPlane = kSplitDepth + 16;

Value ContractSums::load(VectorType type, Value buffer, Value at) {
  return vector::LoadOp::create(b, type, buffer, at);
}

void ContractSums::prepare() {
  c0 = ix.constant(0);
  c1 = ix.constant(1);
  if (isFloat) {
    halfSize = ix.mul(ix.mul(op.getRuns(), op.getLen()), kLanes);
    return;
  }
  rowsPerRun = ix.ceilDiv(op.getLen(), 4);
  Value depth = ix.mul(op.getRuns(), rowsPerRun);
  halfSize = ix.mul(depth, kRowBytes);
  if (usesDotProduct())
    return;
  Value isLong = ix.less(ix.constant(kSplitLanes - 1), rowsPerRun),
        isShort = ix.less(depth, ix.constant(kSplitDepth + 1));
  fits = arith::AndIOp::create(b, isLong, isShort);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&op->getParentOfType<FuncOp>().getBody().front());
  auto type = MemRefType::get({blocking.rows * 2 * kSplitPlane}, b.getI32Type());
  splitBuffer = memref::AllocaOp::create(b, type, b.getI64IntegerAttr(64));
}

Panel ContractSums::getPanel(Value panel) {
  // The tile's first column is that of a panel; all panels before the last have two halves.
  Value halvesBefore = ix.div(op.getColumn(), kLanes);
  halvesBefore = ix.add(halvesBefore, ix.mul(panel, 2));
  Value left = ix.sub(op.getN(), ix.mul(panel, kContractPanel));
  Value weights = ix.add(op.getWOffset(), ix.mul(halvesBefore, halfSize));
  Value isWhole = ix.less(ix.constant(kLanes), left);
  return {weights, ix.select(isWhole, ix.constant(2), c1)};
}

SmallVector<Value> ContractSums::makeZeros(unsigned count) {
  return SmallVector<Value>(count, arith::ConstantOp::create(b, b.getZeroAttr(vector(getSumType()))));
}

// First element of the run, relative to a row of x.
Value ContractSums::loadTap(Value run) {
  Value tap = memref::LoadOp::create(b, op.getTaps(), run);
  return ix.add(op.getXOffset(), arith::IndexCastOp::create(b, b.getIndexType(), tap));
}

// Products of one part of a run, for `halves` halves of as many rows from `row` on as there are sums.
SmallVector<Value> ContractSums::addFloats(Value weights, Value row, unsigned halves, const RunPart &part,
                                           ValueRange sums) {
  VectorType type = vector(b.getF32Type());
  unsigned rows = sums.size() / halves;
  Value tap = loadTap(part.run), firstK = ix.mul(part.run, op.getLen());
  SmallVector<Value> starts;
  for (unsigned r = 0; r < rows; ++r)
    starts.push_back(ix.add(tap, ix.mul(ix.add(row, r), op.getXStep())));
  return writeReduction(b, part.begin, part.end, c1, sums, [&](Value k, ValueRange inner) {
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
}

SmallVector<Value> ContractSums::sumFloats(const Panel &panel, Value row, unsigned rows, Value half, unsigned halves) {
  Value weights = ix.add(panel.weights, ix.mul(half, halfSize));
  return writeFloatSums(b, op, makeZeros(rows * halves), [&](const RunPart &part, ValueRange sums) {
    return addFloats(weights, row, halves, part, sums);
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
  Value wideX = arith::ExtSIOp::create(b, wide, x), wideW = arith::ExtSIOp::create(b, wide, w);
  Value product = arith::MulIOp::create(b, wideX, wideW);
  SmallVector<int64_t> even, odd;
  for (int64_t i = 0; i < kLanes; ++i) {
    even.push_back(2 * i);
    odd.push_back(2 * i + 1);
  }
  Value evens = vector::ShuffleOp::create(b, product, product, even);
  return arith::AddIOp::create(b, evens, vector::ShuffleOp::create(b, product, product, odd));
}

Value ContractSums::loadWeightRow(Value at) {
  Value bytes = load(vector(b.getI8Type(), kRowBytes), op.getW(), at);
  return vector::BitCastOp::create(b, vector(b.getI16Type(), 2 * kLanes), bytes);
}

// Four bytes of a row as one number.
Value ContractSums::loadFour(Value at) {
  Value four = vector::BitCastOp::create(b, vector(b.getI32Type(), 1), load(vector(b.getI8Type(), 4), op.getX(), at));
  return vector::ExtractOp::create(b, four, 0);
}

// A 32-bit number in each of 16 lanes, as pairs.
Value ContractSums::spread(Value four) {
  Value lanes = vector::BroadcastOp::create(b, vector(b.getI32Type()), four);
  return vector::BitCastOp::create(b, vector(b.getI16Type(), 2 * kLanes), lanes);
}

// Where group `k` of a run stands in the buffer of split rows: the even bytes, kSplitPlane behind them the odd ones.
// Rows are constants apart, so that one pointer serves a whole block.
Value ContractSums::getSplitGroup(Value row, Value run, Value k) {
  Value rowAt = ix.mul(row, 2 * kSplitPlane);
  return ix.add(rowAt, ix.add(ix.mul(run, rowsPerRun), k));
}

// 8 groups of 4 k at once; the last 8 end where the run ends.
void ContractSums::splitRows(Value firstRow, Value rows) {
  Value lanes = ix.constant(kSplitLanes), last = ix.sub(rowsPerRun, lanes);
  VectorType bytes = vector(b.getI8Type(), 4 * kSplitLanes), pairs = vector(b.getI16Type(), 2 * kSplitLanes);
  VectorType groups = vector(b.getI32Type(), kSplitLanes);
  writeLoop(b, c0, rows, c1, [&](Value row) {
    Value x = ix.mul(ix.add(firstRow, row), op.getXStep());
    writeLoop(b, c0, op.getRuns(), c1, [&](Value run) {
      Value from = ix.add(x, loadTap(run));
      writeLoop(b, c0, rowsPerRun, lanes, [&](Value k) {
        Value group = ix.min(k, last);
        Value codes = vector::BitCastOp::create(b, pairs, load(bytes, op.getX(), ix.add(from, ix.mul(group, 4))));
        auto [even, odd] = splitBytes(codes, op.getMma() == Mma::S8S8);
        Value at = getSplitGroup(row, run, group);
        vector::StoreOp::create(b, vector::BitCastOp::create(b, groups, even), splitBuffer, at);
        Value odds = vector::BitCastOp::create(b, groups, odd);
        vector::StoreOp::create(b, odds, splitBuffer, ix.add(at, kSplitPlane));
      });
    });
  });
}

// Group number `k` (of 4) behind `x`, which is relative to a row.
ContractSums::Group ContractSums::loadGroup(const RowRange &rows, Value x, Value k) {
  Group group;
  for (unsigned r = 0; r < rows.count; ++r) {
    Value row = ix.add(x, ix.mul(ix.add(rows.first, r), op.getXStep()));
    Value codes = spread(loadFour(ix.add(row, ix.mul(k, 4))));
    group.push_back(usesDotProduct() ? std::pair(codes, Value()) : splitBytes(codes, op.getMma() == Mma::S8S8));
  }
  return group;
}

// Group number `k` of the run.
ContractSums::Group ContractSums::loadSplitGroup(const RowRange &rows, Value run, Value k) {
  Group group;
  for (unsigned r = 0; r < rows.count; ++r) {
    Value at = ix.add(getSplitGroup(rows.inBlock, run, k), r * 2 * kSplitPlane);
    Value even = memref::LoadOp::create(b, splitBuffer, at);
    Value odd = memref::LoadOp::create(b, splitBuffer, ix.add(at, kSplitPlane));
    group.push_back({spread(even), spread(odd)});
  }
  return group;
}

// Lanes [from, from + count) of both vectors behind each other.
static Value takeLanes(ImplicitLocOpBuilder &b, Value v, Value w, int64_t from, int64_t count) {
  return vector::ShuffleOp::create(b, v, w, llvm::to_vector(llvm::seq<int64_t>(from, from + count)));
}

// vpdpbusd: per lane, sum + the four products of an unsigned and a signed byte, wrapping.
Value ContractSums::addDotProducts(Value sum, Value x, Value w) {
  int64_t lanes = blocking.vnni / 32;
  auto name = b.getStringAttr("llvm.x86.avx512.vpdpbusd." + std::to_string(blocking.vnni));
  VectorType bytes = vector(b.getI8Type(), 4 * lanes);
  SmallVector<Value> parts;
  for (int64_t at = 0; at < kLanes; at += lanes) {
    Value codes = vector::BitCastOp::create(b, bytes, takeLanes(b, x, x, 2 * at, 2 * lanes));
    Value weights = vector::BitCastOp::create(b, bytes, takeLanes(b, w, w, 2 * at, 2 * lanes));
    Value before = takeLanes(b, sum, sum, at, lanes);
    Type type = vector(b.getI32Type(), lanes);
    parts.push_back(LLVM::CallIntrinsicOp::create(b, type, name, ValueRange{before, codes, weights}).getResult(0));
  }
  return takeLanes(b, parts.front(), parts.back(), 0, kLanes);
}

// One row of the packed layout per half, times a group of 4 k of each row of x.
SmallVector<Value> ContractSums::addWeightRow(Value weights, Value halfStep, unsigned halves, const Group &x,
                                              ValueRange sums) {
  SmallVector<Value> next(sums);
  Group w;
  for (unsigned h = 0; h < halves; ++h) {
    Value row = loadWeightRow(h == 0 ? weights : ix.add(weights, halfStep));
    w.push_back(usesDotProduct() ? std::pair(row, Value()) : splitBytes(row, /*isSigned=*/true));
  }
  for (auto [r, codes] : llvm::enumerate(x)) {
    for (unsigned h = 0; h < halves; ++h) {
      Value &sum = next[r * halves + h];
      if (usesDotProduct()) {
        sum = addDotProducts(sum, codes.first, w[h].first);
        continue;
      }
      sum = arith::AddIOp::create(b, sum, multiplyPairs(codes.first, w[h].first));
      sum = arith::AddIOp::create(b, sum, multiplyPairs(codes.second, w[h].second));
    }
  }
  return next;
}

SmallVector<Value> ContractSums::sumIntegers(const Panel &panel, const RowRange &rows, Value half, unsigned halves,
                                             bool isSplit) {
  SmallVector<Value> zeros = makeZeros(rows.count * halves);
  return writeReduction(b, c0, op.getRuns(), c1, zeros, [&](Value run, ValueRange carried) {
    Value tap = loadTap(run);
    Value runWeights = ix.add(panel.weights, ix.mul(ix.mul(ix.mul(run, rowsPerRun), panel.halves), kRowBytes));
    // A block of the layout holds its first half's rows, then its second half's.
    return writeReduction(b, c0, rowsPerRun, ix.constant(kBlockRows), carried, [&](Value block, ValueRange outer) {
      Value blockRows = ix.constant(kBlockRows);
      blockRows = ix.min(blockRows, ix.sub(rowsPerRun, block));
      Value halfStep = ix.mul(blockRows, kRowBytes);
      Value before = ix.mul(ix.mul(block, panel.halves), kRowBytes);
      before = ix.add(before, ix.mul(half, halfStep));
      Value weights = ix.add(runWeights, before), x = ix.add(tap, ix.mul(block, 4));
      return writeReduction(b, c0, blockRows, c1, outer, [&](Value k, ValueRange inner) {
        Group group = isSplit ? loadSplitGroup(rows, run, ix.add(block, k)) : loadGroup(rows, x, k);
        return addWeightRow(ix.add(weights, ix.mul(k, kRowBytes)), halfStep, halves, group, inner);
      });
    });
  });
}
