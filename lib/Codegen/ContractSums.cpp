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
static constexpr int64_t kRowBytes = kContractRowBytes, kBlockRows = kContractBlockRows;
/// Groups of 4 k that are split at once, and that a row has at most where it is split before.
static constexpr int64_t kSplitLanes = 8, kSplitDepth = 1024;
/// Even (or odd) bytes of a row of the block; not a multiple of 4096 bytes, so that rows do not share the sets of a
/// cache.
static constexpr int64_t kSplitPlane = kSplitDepth + 16;

Value ContractSums::load(VectorType type, Value buffer, Value at) {
  return vector::LoadOp::create(b, type, buffer, at);
}

ContractBlocking ContractSums::fitBlocking(ContractOp op, ContractBlocking blocking) {
  bool hasTwoLines = op.getMma() == Mma::U16S8 && blocking.vnni;
  // With the registers of AVX-512 there is room for both.
  if (hasTwoLines && blocking.halves == 1)
    blocking.rows = std::max(1u, blocking.rows / 2);
  return blocking;
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
  if (op.getWeightGroup()) {
    pairsPerRun = ix.ceilDiv(op.getLen(), 8);
    groupsPerRun = ix.ceilDiv(op.getLen(), int64_t(*op.getWeightGroup()));
    halfSize = ix.mul(ix.mul(op.getRuns(), pairsPerRun), kRowBytes);
  }
  if (usesDotProduct() && !isWide)
    return;
  Value isShort = ix.less(depth, ix.constant(kSplitDepth + 1));
  fits = isShort;
  if (!isWide)
    fits = arith::AndIOp::create(b, hasVectors(), isShort);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&op->getParentOfType<FuncOp>().getBody().front());
  auto type = MemRefType::get({blocking.rows * lines * parts * kSplitPlane}, b.getI32Type());
  splitBuffer = memref::AllocaOp::create(b, type, b.getI64IntegerAttr(64));
}

Panel ContractSums::getPanel(Value panel) {
  // The tile's first column is that of a panel; all panels before the last have two halves.
  Value halvesBefore = ix.div(op.getColumn(), kLanes);
  halvesBefore = ix.add(halvesBefore, ix.mul(panel, 2));
  Value left = ix.sub(op.getN(), ix.mul(panel, kContractPanel));
  Value weights = ix.add(op.getWOffset(), ix.mul(halvesBefore, halfSize));
  Value isWhole = ix.less(ix.constant(kLanes), left);
  Panel result{weights, ix.select(isWhole, ix.constant(2), c1), ix.mul(panel, kContractPanel)};
  if (op.getWeightGroup()) {
    Value groups = ix.mul(ix.mul(op.getRuns(), groupsPerRun), kLanes);
    result.multipliers = ix.add(op.getMultipliersOffset(), ix.mul(halvesBefore, groups));
  }
  return result;
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

// The numbers of some groups of 4 k of 16-bit codes, per line and part.
SmallVector<Value> ContractSums::splitCodes(Value codes) {
  auto type = cast<VectorType>(codes.getType());
  int64_t count = type.getNumElements();
  auto splat = [&](int64_t v) -> Value {
    return arith::ConstantOp::create(b, DenseElementsAttr::get(type, Attribute(b.getI16IntegerAttr(v))));
  };
  SmallVector<Value> numbers{codes};
  if (lines == 2)
    numbers = {arith::ShRUIOp::create(b, codes, splat(8)), arith::AndIOp::create(b, codes, splat(255))};
  else
    numbers = {arith::XOrIOp::create(b, codes, splat(-32768))};
  VectorType groups = vector(b.getI32Type(), count / 4);
  SmallVector<Value> result;
  for (Value line : numbers) {
    if (parts == 1) {
      Value bytes = arith::TruncIOp::create(b, vector(b.getI8Type(), count), line);
      result.push_back(vector::BitCastOp::create(b, groups, bytes));
      continue;
    }
    for (int64_t part : {0, 1}) {
      SmallVector<int64_t> mine;
      for (int64_t i = part; i < count; i += 2)
        mine.push_back(i);
      result.push_back(vector::BitCastOp::create(b, groups, Value(vector::ShuffleOp::create(b, line, line, mine))));
    }
  }
  return result;
}

// Whether a run is as long as a vector of what is split.
Value ContractSums::hasVectors() { return ix.less(ix.constant(kSplitLanes - 1), rowsPerRun); }

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
  Value rowAt = ix.mul(row, lines * parts * kSplitPlane);
  return ix.add(rowAt, ix.add(ix.mul(run, rowsPerRun), k));
}

// `count` groups of 4 k of x behind `from` into the buffer behind `to`.
void ContractSums::splitGroups(Value from, Value to, int64_t count) {
  VectorType groups = vector(b.getI32Type(), count);
  SmallVector<Value> numbers;
  if (isWide) {
    numbers = splitCodes(load(vector(b.getI16Type(), 4 * count), op.getX(), from));
  } else {
    Value bytes = load(vector(b.getI8Type(), 4 * count), op.getX(), from);
    Value codes = vector::BitCastOp::create(b, vector(b.getI16Type(), 2 * count), bytes);
    auto [even, odd] = splitBytes(codes, op.getMma() == Mma::S8S8);
    for (Value part : {even, odd})
      numbers.push_back(vector::BitCastOp::create(b, groups, part));
  }
  for (auto [i, number] : llvm::enumerate(numbers))
    vector::StoreOp::create(b, number, splitBuffer, i == 0 ? to : ix.add(to, i * kSplitPlane));
}

// 8 groups of 4 k at once, the last 8 end where the run ends; one by one where it is shorter.
void ContractSums::splitRows(Value firstRow, Value rows) {
  auto splitRun = [&](Value row, Value run, Value from, int64_t count) {
    Value lanes = ix.constant(count), last = ix.sub(rowsPerRun, lanes);
    writeLoop(b, c0, rowsPerRun, lanes, [&](Value k) {
      Value group = count == 1 ? k : ix.min(k, last);
      splitGroups(ix.add(from, ix.mul(group, 4)), getSplitGroup(row, run, group), count);
    });
  };
  writeLoop(b, c0, rows, c1, [&](Value row) {
    Value x = ix.mul(ix.add(firstRow, row), op.getXStep());
    writeLoop(b, c0, op.getRuns(), c1, [&](Value run) {
      Value from = ix.add(x, loadTap(run));
      if (!isWide) // short runs are split where they are read
        return splitRun(row, run, from, kSplitLanes);
      auto branch = scf::IfOp::create(b, hasVectors(), /*withElseRegion=*/true);
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(branch.thenBlock());
      splitRun(row, run, from, kSplitLanes);
      b.setInsertionPointToStart(branch.elseBlock());
      splitRun(row, run, from, 1);
    });
  });
}

// Group number `k` (of 4) behind `x`, which is relative to a row.
ContractSums::Group ContractSums::loadGroup(const RowRange &rows, Value x, Value k) {
  Group group;
  for (unsigned r = 0; r < rows.count; ++r) {
    Value row = ix.add(x, ix.mul(ix.add(rows.first, r), op.getXStep())), at = ix.add(row, ix.mul(k, 4));
    if (isWide) {
      SmallVector<Value> numbers;
      for (Value number : splitCodes(load(vector(b.getI16Type(), 4), op.getX(), at)))
        numbers.push_back(spread(vector::ExtractOp::create(b, number, 0)));
      for (unsigned line = 0; line < lines; ++line)
        group.push_back({numbers[line * parts], numbers[line * parts + parts - 1]});
      continue;
    }
    Value codes = spread(loadFour(at));
    group.push_back(usesDotProduct() ? std::pair(codes, Value()) : splitBytes(codes, op.getMma() == Mma::S8S8));
  }
  return group;
}

// Group number `k` of the run.
ContractSums::Group ContractSums::loadSplitGroup(const RowRange &rows, Value run, Value k) {
  Group group;
  Value first = getSplitGroup(rows.inBlock, run, k);
  auto loadPart = [&](unsigned line, unsigned part) {
    Value at = ix.add(first, (line * parts + part) * kSplitPlane);
    return spread(memref::LoadOp::create(b, splitBuffer, at));
  };
  for (unsigned line = 0; line < rows.count * lines; ++line)
    group.push_back({loadPart(line, 0), parts == 1 ? Value() : loadPart(line, 1)});
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
  Group w;
  for (unsigned h = 0; h < halves; ++h) {
    Value row = loadWeightRow(h == 0 ? weights : ix.add(weights, halfStep));
    w.push_back(usesDotProduct() ? std::pair(row, Value()) : splitBytes(row, /*isSigned=*/true));
  }
  return addProducts(w, x, sums);
}

// Products of rows of weights, one per half, and a group of 4 k of each line of x.
SmallVector<Value> ContractSums::addProducts(const Group &w, const Group &x, ValueRange sums) {
  SmallVector<Value> next(sums);
  size_t halves = w.size();
  for (auto [r, codes] : llvm::enumerate(x)) {
    for (size_t h = 0; h < halves; ++h) {
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

// What the sums of some rows start from.
SmallVector<Value> ContractSums::makeStarts(const Panel &panel, Value half, unsigned rows, unsigned halves) {
  if (!isWide || lines == 2)
    return makeZeros(rows * lines * halves);
  SmallVector<Value> perHalf, starts;
  Value first = ix.add(ix.add(op.getNOffset(), panel.column), ix.mul(half, kLanes));
  for (unsigned h = 0; h < halves; ++h)
    perHalf.push_back(load(vector(b.getI32Type()), op.getSums(), h == 0 ? first : ix.add(first, h * kLanes)));
  if (op.getPlanes())
    perHalf.append(makeZeros(halves));
  for (unsigned r = 0; r < rows; ++r)
    starts.append(perHalf);
  return starts;
}

Value ContractSums::splatWord(int64_t value) {
  return arith::ConstantOp::create(
      b, DenseElementsAttr::get(vector(b.getI32Type()), Attribute(b.getI32IntegerAttr(int32_t(value)))));
}

// 256 * upper + lower, wrapping, where one sum is asked for.
SmallVector<Value> ContractSums::joinPlanes(ValueRange sums, unsigned halves) {
  if (lines == 1 || op.getPlanes())
    return SmallVector<Value>(sums);
  SmallVector<Value> joined;
  Value eight = splatWord(8);
  for (size_t row = 0; row < sums.size(); row += 2 * halves)
    for (unsigned h = 0; h < halves; ++h)
      joined.push_back(
          arith::AddIOp::create(b, Value(arith::ShLIOp::create(b, sums[row + h], eight)), sums[row + halves + h]));
  return joined;
}

// The exact sums of a block of 64 k, which lie in 32 bits (64 * 2^15 * 2^7 = 2^28), on top of upper and lower numbers.
SmallVector<Value> ContractSums::foldSums(ValueRange sums, ValueRange block, unsigned halves) {
  SmallVector<Value> next(sums);
  Value eight = splatWord(8), mask = splatWord(255);
  for (auto [i, sum] : llvm::enumerate(block)) {
    size_t upper = i / halves * 2 * halves + i % halves;
    next[upper] = arith::AddIOp::create(b, sums[upper], Value(arith::ShRSIOp::create(b, sum, eight)));
    next[upper + halves] = arith::AddIOp::create(b, sums[upper + halves], Value(arith::AndIOp::create(b, sum, mask)));
  }
  return next;
}

SmallVector<Value> ContractSums::sumIntegers(const Panel &panel, const RowRange &rows, Value half, unsigned halves,
                                             bool isSplit) {
  bool folds = op.getPlanes() && lines == 1;
  SmallVector<Value> starts = makeStarts(panel, half, rows.count, halves);
  SmallVector<Value> sums = writeReduction(b, c0, op.getRuns(), c1, starts, [&](Value run, ValueRange carried) {
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
      SmallVector<Value> inits = folds ? makeZeros(rows.count * halves) : SmallVector<Value>(outer);
      SmallVector<Value> inner = writeReduction(b, c0, blockRows, c1, inits, [&](Value k, ValueRange inner) {
        Group group = isSplit ? loadSplitGroup(rows, run, ix.add(block, k)) : loadGroup(rows, x, k);
        return addWeightRow(ix.add(weights, ix.mul(k, kRowBytes)), halfStep, halves, group, inner);
      });
      return folds ? foldSums(outer, inner, halves) : inner;
    });
  });
  return joinPlanes(sums, halves);
}
