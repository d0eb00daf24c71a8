// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The sums of kernel.contract with weights of 4 bits (include/qc/Arith/PackingInt4.h), unpacked in registers.
#include "ContractSums.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

/// How far ahead weights are asked for, where one row of x reads them from memory: bytes, half a page.
static constexpr int64_t kPrefetchBytes = 2048;

static constexpr int64_t kLanes = kContractLanes, kRowBytes = kContractRowBytes, kBlockRows = kContractBlockRows;

// Both rows of a pair of 4-bit codes, as their even and odd numbers; or (vnni) 16 times the codes.
std::array<std::pair<Value, Value>, 2> ContractSums::loadPair(Value at) {
  Value pair = loadWeightRow(at);
  auto type = cast<VectorType>(pair.getType());
  auto splat = [&](int64_t v) -> Value {
    return arith::ConstantOp::create(b, DenseElementsAttr::get(type, Attribute(b.getI16IntegerAttr(int16_t(v)))));
  };
  auto left = [&](int64_t bits) -> Value { return arith::ShLIOp::create(b, pair, splat(bits)); };
  if (usesDotProduct()) {
    Value mask = splat(0xf0f0);
    return {std::pair(Value(arith::AndIOp::create(b, left(4), mask)), Value()),
            std::pair(Value(arith::AndIOp::create(b, pair, mask)), Value())};
  }
  // A 16-bit lane holds, from its lowest bits on, the even numbers of the first and the second row, then the odd ones.
  Value twelve = splat(12);
  auto number = [&](Value lane) -> Value { return arith::ShRSIOp::create(b, lane, twelve); };
  return {std::pair(number(left(12)), number(left(4))), std::pair(number(left(8)), number(pair))};
}

SmallVector<Value> ContractSums::addPair(const Int4Step &step, Value pair, unsigned halves, const Group x[2],
                                         ValueRange sums) {
  Value at = ix.add(step.weights, ix.mul(pair, kRowBytes));
  Group rows[2];
  bool isOneRow = x[0].size() == lines;
  for (unsigned h = 0; h < halves; ++h) {
    Value half = h == 0 ? at : ix.add(at, step.halfStep);
    // Unpacking fills the window of a core before it sees far ahead; a row of bytes does not.
    if (isOneRow)
      memref::PrefetchOp::create(b, op.getW(), ix.add(half, kPrefetchBytes), /*isWrite=*/false, /*localityHint=*/3,
                                 /*isDataCache=*/true);
    for (auto [row, numbers] : llvm::enumerate(loadPair(half)))
      rows[row].push_back(numbers);
  }
  return addProducts(rows[1], x[1], addProducts(rows[0], x[0], sums));
}

// The sums of codes of one step. Full steps are as long as the loop says, so that short ones are unrolled.
SmallVector<Value> ContractSums::sumPairs(const RowRange &rows, const Int4Step &step, unsigned halves, bool isSplit) {
  SmallVector<Value> zeros = makeZeros(rows.count * lines * halves);
  auto sum = [&](Value count) {
    return writeReduction(b, c0, count, c1, zeros, [&](Value pair, ValueRange sums) {
      // Behind the last row of a run weights are zeros, and x is readable.
      Value row = ix.add(step.row, ix.mul(pair, 2)), next = ix.add(row, 1);
      auto load = [&](Value k) { return isSplit ? loadSplitGroup(rows, step.run, k) : loadGroup(rows, step.tap, k); };
      Group x[2] = {load(row), load(next)};
      return addPair(step, pair, halves, x, sums);
    });
  };
  Value full = ix.constant(std::min<int64_t>(*op.getWeightGroup() / 4, kBlockRows) / 2);
  SmallVector<Type> types(zeros.size(), zeros.front().getType());
  auto branch = scf::IfOp::create(b, types, ix.less(step.pairs, full), /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  scf::YieldOp::create(b, sum(step.pairs));
  b.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(b, sum(full));
  return SmallVector<Value>(branch.getResults());
}

// Sums of codes, or (vnni) of 16 times the codes, times the multipliers of their columns.
SmallVector<Value> ContractSums::multiplyGroup(ValueRange sums, Value multipliers, unsigned halves) {
  SmallVector<Value> factors, products;
  for (unsigned h = 0; h < halves; ++h) {
    Value bytes = load(vector(b.getI8Type()), op.getMultipliers(), h == 0 ? multipliers : ix.add(multipliers, kLanes));
    factors.push_back(arith::ExtSIOp::create(b, vector(b.getI32Type()), bytes));
  }
  Value four = splatWord(4);
  for (auto [i, sum] : llvm::enumerate(sums)) {
    Value exact = usesDotProduct() ? Value(arith::ShRSIOp::create(b, sum, four)) : sum;
    products.push_back(arith::MulIOp::create(b, exact, factors[i % halves]));
  }
  return products;
}

// Weights of 4 bits: sums of codes in steps of one multiplier, at most one block of 64 k, in which they and their
// products lie in 32 bits whatever x is (64 * 2^15 * 126 < 2^28).
SmallVector<Value> ContractSums::sumInt4(const Panel &panel, const RowRange &rows, Value half, unsigned halves,
                                         bool isSplit) {
  int64_t groupRows = *op.getWeightGroup() / 4, stepRows = std::min(groupRows, kBlockRows);
  SmallVector<Value> starts = makeStarts(panel, half, rows.count, halves);
  SmallVector<Value> sums = writeReduction(b, c0, op.getRuns(), c1, starts, [&](Value run, ValueRange carried) {
    Value tap = loadTap(run);
    Value runWeights = ix.add(panel.weights, ix.mul(ix.mul(ix.mul(run, pairsPerRun), panel.halves), kRowBytes));
    Value runGroups = ix.mul(run, groupsPerRun);
    return writeReduction(b, c0, rowsPerRun, ix.constant(stepRows), carried, [&](Value row, ValueRange outer) {
      Value pair = ix.div(row, 2), inBlock = ix.rem(pair, kBlockRows / 2), block = ix.sub(pair, inBlock);
      Value blockPairs = ix.min(ix.constant(kBlockRows / 2), ix.sub(pairsPerRun, block));
      Int4Step step;
      step.halfStep = ix.mul(blockPairs, kRowBytes);
      Value before = ix.mul(ix.add(ix.mul(block, panel.halves), inBlock), kRowBytes);
      step.weights = ix.add(ix.add(runWeights, before), ix.mul(half, step.halfStep));
      step.run = run;
      step.tap = tap;
      step.row = row;
      step.pairs = ix.min(ix.constant(stepRows / 2), ix.sub(pairsPerRun, pair));
      Value at = ix.add(ix.mul(ix.add(runGroups, ix.div(row, groupRows)), panel.halves), half);
      Value multipliers = ix.add(panel.multipliers, ix.mul(at, kLanes));
      SmallVector<Value> products = multiplyGroup(sumPairs(rows, step, halves, isSplit), multipliers, halves);
      if (op.getPlanes() && lines == 1)
        return foldSums(outer, products, halves);
      for (auto [product, sum] : llvm::zip_equal(products, outer))
        product = arith::AddIOp::create(b, sum, product);
      return products;
    });
  });
  return joinPlanes(sums, halves);
}
