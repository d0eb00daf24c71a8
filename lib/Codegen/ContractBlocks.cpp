// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The order of f32 sums over K.
#include "ContractBlocks.h"
#include "Loops.h"
#include "qc/Arith/OrderedSum.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

using AddPart = llvm::function_ref<SmallVector<Value>(const RunPart &part, ValueRange sums)>;

SmallVector<Value> qc::writeFirstTotals(ImplicitLocOpBuilder &b, Value count, ValueRange zeros) {
  TypedAttr minusZero = b.getF32FloatAttr(-0.0f);
  if (auto vector = dyn_cast<VectorType>(zeros.front().getType()))
    minusZero = SplatElementsAttr::get(vector, minusZero);
  IndexWriter ix{b};
  Value start = arith::ConstantOp::create(b, minusZero), c0 = ix.constant(0);
  return SmallVector<Value>(zeros.size(), ix.select(ix.less(c0, count), start, zeros.front()));
}

SmallVector<Value> qc::addTotals(ImplicitLocOpBuilder &b, ValueRange totals, ValueRange block) {
  SmallVector<Value> next;
  for (auto [total, sum] : llvm::zip_equal(totals, block))
    next.push_back(arith::AddFOp::create(b, total, sum));
  return next;
}

namespace {
/// Writes the blocks. A run may end inside a block and a block inside a run; the run that a block begins in goes from
/// block to block, so that nothing is divided.
class BlockWriter {
public:
  BlockWriter(ImplicitLocOpBuilder &b, ContractOp op, ValueRange zeros, AddPart add)
      : b(b), ix{b}, op(op), zeros(zeros), add(add) {}
  SmallVector<Value> write();

private:
  SmallVector<Value> writeBlock(Value begin, Value end, Value run);

  ImplicitLocOpBuilder &b;
  IndexWriter ix;
  ContractOp op;
  ValueRange zeros;
  AddPart add;
};
} // namespace

// Terms [begin, end) of all runs, from the given run on; the sums, and the run that goes on behind them.
SmallVector<Value> BlockWriter::writeBlock(Value begin, Value end, Value run) {
  SmallVector<Value> inits{begin, run};
  llvm::append_range(inits, zeros);
  auto loop = scf::WhileOp::create(
      b, ValueRange(inits).getTypes(), inits,
      [&](OpBuilder &, Location, ValueRange state) { scf::ConditionOp::create(b, ix.less(state[0], end), state); },
      [&](OpBuilder &, Location, ValueRange state) {
        Value first = ix.mul(state[1], op.getLen()), last = ix.add(first, op.getLen()), until = ix.min(last, end);
        SmallVector<Value> next = add({state[1], ix.sub(state[0], first), ix.sub(until, first)}, state.drop_front(2));
        Value goesOn = ix.less(end, last), following = ix.add(state[1], 1);
        following = ix.select(goesOn, state[1], following);
        next.insert(next.begin(), {until, following});
        scf::YieldOp::create(b, next);
      });
  return SmallVector<Value>(loop.getResults().drop_front(1));
}

SmallVector<Value> BlockWriter::write() {
  Value depth = ix.mul(op.getRuns(), op.getLen()), c0 = ix.constant(0);
  Value size = ix.constant(numerics::contractionBlock);
  SmallVector<Value> inits = writeFirstTotals(b, depth, zeros);
  inits.push_back(c0);
  SmallVector<Value> totals = writeReduction(b, c0, depth, size, inits, [&](Value begin, ValueRange carried) {
    SmallVector<Value> block = writeBlock(begin, ix.min(ix.add(begin, size), depth), carried.back());
    SmallVector<Value> next = addTotals(b, carried.drop_back(), ArrayRef(block).drop_front());
    next.push_back(block.front());
    return next;
  });
  totals.pop_back();
  return totals;
}

SmallVector<Value> qc::writeFloatSums(ImplicitLocOpBuilder &b, ContractOp op, ValueRange zeros, AddPart add) {
  if (op.getBlocks())
    return BlockWriter(b, op, zeros, add).write();
  IndexWriter ix{b};
  Value c0 = ix.constant(0);
  return writeReduction(b, c0, op.getRuns(), ix.constant(1), zeros,
                        [&](Value run, ValueRange sums) { return add({run, c0, op.getLen()}, sums); });
}
