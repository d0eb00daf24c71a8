// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kernel.contract on vectors of 16 columns.
//
//   for each panel of 32 columns, for each block of rows (int8: for each block of rows, for each panel):
//     sums of the block, over all runs and k, in registers -> a buffer on the stack
//     for each half and row of the block: epilogue on 16 columns
//
// Rows of int8 are prepared once for all panels. A panel of floats, four times as large, stays in the cache for all
// rows. The sums pass through memory once per block, so that the epilogue, which may be long, is in the code only
// twice: for 16 columns, and for the fewer ones at the end of a row of y.
#include "ContractSums.h"
#include "Lanes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "qc/Codegen/Rewrites.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

static constexpr int64_t kLanes = kContractLanes, kPanel = kContractPanel;

namespace {
class ContractWriter {
public:
  ContractWriter(RewriterBase &rewriter, ContractOp op, const ContractBlocking &blocking)
      : b(op.getLoc(), rewriter), ix{b}, op(op), blocking(blocking), sums(b, op, blocking), numSums(op.getNumSums()),
        analysis(op.getEpilogue().front(), op.getEpilogue().front().getArguments()) {}
  LogicalResult write();

private:
  void makeBuffers();
  void beginPanel(Value number);
  void forRowBlocks(llvm::function_ref<void(Value firstRow, Value rows)> body);
  void writeBlock(Value firstRow, Value rows);
  void writeBlockSums(Value firstRow, Value rows, bool isSplit);
  void writeSums(const RowRange &rows, Value half, unsigned halves, bool isSplit);
  void writeEpilogue(Value row, Value rowSums, Value column);
  void writeColumns(Value row, Value firstColumn, Value sumsAt, Value count);

  VectorType vector(Type element) { return VectorType::get({kLanes}, element); }
  static Type elementOf(Value buffer) { return cast<MemRefType>(buffer.getType()).getElementType(); }

  ImplicitLocOpBuilder b;
  IndexWriter ix;
  ContractOp op;
  ContractBlocking blocking;
  ContractSums sums;
  unsigned numSums; ///< of an output
  LaneAnalysis analysis;
  Value c0, c1;
  Value sumBuffer;          ///< rows x numSums x 32 sums
  SmallVector<Value> tails; ///< per per_mn: 16 elements
  Value tailResult;         ///< 16 elements of y
  Panel panel;              ///< being written
  Value panelColumn;        ///< its first column in the tile
};
} // namespace

// Buffers on the stack; lanes behind the last column must hold numbers, as tables are indexed with them.
void ContractWriter::makeBuffers() {
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&op->getParentOfType<FuncOp>().getBody().front());
  auto make = [&](Type element, int64_t size) -> Value {
    return memref::AllocaOp::create(b, MemRefType::get({size}, element), b.getI64IntegerAttr(64));
  };
  sumBuffer = make(sums.getSumType(), blocking.rows * numSums * kPanel);
  Value zero = arith::ConstantIndexOp::create(b, 0);
  for (Value buffer : op.getPerMn()) {
    tails.push_back(make(elementOf(buffer), kLanes));
    Value zeros = arith::ConstantOp::create(b, b.getZeroAttr(vector(elementOf(buffer))));
    vector::StoreOp::create(b, zeros, tails.back(), zero);
  }
  tailResult = make(elementOf(op.getY()), kLanes);
}

// Writes an if whose branches have no results.
static void writeBranch(ImplicitLocOpBuilder &b, Value condition, llvm::function_ref<void()> then,
                        llvm::function_ref<void()> otherwise = {}) {
  auto branch = scf::IfOp::create(b, condition, /*withElseRegion=*/bool(otherwise));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  then();
  if (otherwise) {
    b.setInsertionPointToStart(branch.elseBlock());
    otherwise();
  }
}

LogicalResult ContractWriter::write() {
  if (std::optional<std::string> obstacle = analysis.findObstacle())
    return op.emitOpError("has an epilogue without a vector form: ") << *obstacle;
  makeBuffers();
  c0 = ix.constant(0);
  c1 = ix.constant(1);
  sums.prepare();
  auto forPanels = [&](llvm::function_ref<void()> body) {
    writeLoop(b, c0, ix.ceilDiv(op.getN(), kPanel), c1, [&](Value number) {
      beginPanel(number);
      body();
    });
  };
  if (op.getMma() == Mma::F32) {
    forPanels([&] { forRowBlocks([&](Value firstRow, Value rows) { writeBlock(firstRow, rows); }); });
    return success();
  }
  forRowBlocks([&](Value firstRow, Value rows) {
    if (sums.hasSplitRows())
      writeBranch(b, sums.canSplitRows(), [&] { sums.splitRows(firstRow, rows); });
    forPanels([&] { writeBlock(firstRow, rows); });
  });
  return success();
}

void ContractWriter::beginPanel(Value number) {
  panel = sums.getPanel(number);
  panelColumn = ix.mul(number, kPanel);
}

void ContractWriter::forRowBlocks(llvm::function_ref<void(Value firstRow, Value rows)> body) {
  Value step = ix.constant(blocking.rows);
  writeLoop(b, c0, op.getM(), step, [&](Value row) { body(row, ix.min(step, ix.sub(op.getM(), row))); });
}

void ContractWriter::writeBlock(Value firstRow, Value rows) {
  if (sums.hasSplitRows())
    writeBranch(
        b, sums.canSplitRows(), [&] { writeBlockSums(firstRow, rows, true); },
        [&] { writeBlockSums(firstRow, rows, false); });
  else
    writeBlockSums(firstRow, rows, false);
  // Rows inside: what belongs to the columns is loaded once.
  writeLoop(b, c0, panel.halves, c1, [&](Value half) {
    writeLoop(b, c0, rows, c1, [&](Value row) {
      Value outerRow = ix.add(firstRow, row), rowSums = ix.mul(row, numSums * kPanel);
      writeEpilogue(outerRow, rowSums, ix.mul(half, kLanes));
    });
  });
}

void ContractWriter::writeBlockSums(Value firstRow, Value rows, bool isSplit) {
  auto forHalves = [&](unsigned count, Value row) {
    RowRange range{ix.add(firstRow, row), row, count};
    if (blocking.halves == 2)
      writeBranch(
          b, ix.less(c1, panel.halves), [&] { writeSums(range, c0, 2, isSplit); },
          [&] { writeSums(range, c0, 1, isSplit); });
    else
      writeLoop(b, c0, panel.halves, c1, [&](Value half) { writeSums(range, half, 1, isSplit); });
  };
  Value isShort = ix.less(rows, ix.constant(blocking.rows));
  writeBranch(
      b, isShort, [&] { writeLoop(b, c0, rows, c1, [&](Value row) { forHalves(1, row); }); },
      [&] { forHalves(blocking.rows, c0); });
}

void ContractWriter::writeSums(const RowRange &rows, Value half, unsigned halves, bool isSplit) {
  SmallVector<Value> results = sums.write(panel, rows, half, halves, isSplit);
  Value first = ix.mul(rows.inBlock, numSums);
  for (unsigned r = 0; r < rows.count * numSums; ++r)
    for (unsigned h = 0; h < halves; ++h) {
      Value at = ix.mul(ix.add(first, r), kPanel);
      at = ix.add(ix.add(at, ix.mul(half, kLanes)), h * kLanes);
      vector::StoreOp::create(b, results[r * halves + h], sumBuffer, at);
    }
}

// `column` is that of the panel. The last 16 columns end where the panel ends: some are computed twice, which changes
// nothing as no per_mn buffer is y. Only a panel of fewer than 16 columns goes through the stack.
void ContractWriter::writeEpilogue(Value row, Value rowSums, Value column) {
  Value left = ix.sub(op.getN(), panelColumn);
  auto write = [&](Value from, Value count) {
    Value column = ix.add(panelColumn, from);
    writeColumns(row, column, ix.add(rowSums, from), count);
  };
  writeBranch(
      b, ix.less(left, ix.constant(kLanes)), [&] { write(column, left); },
      [&] { write(ix.min(column, ix.sub(left, ix.constant(kLanes))), Value()); });
}

// The epilogue of 16 columns; of `count` < 16 ones if given, with y and per_mn in buffers of 16.
void ContractWriter::writeColumns(Value row, Value firstColumn, Value sumsAt, Value count) {
  Block &block = op.getEpilogue().front();
  LaneWriter lanes(b, analysis, kLanes);
  auto copy = [&](Value from, Value fromAt, Value to, Value toAt) {
    keepLoopSmall(writeLoop(b, c0, count, c1, [&](Value i) {
      Value element = memref::LoadOp::create(b, from, ix.add(fromAt, i));
      memref::StoreOp::create(b, element, to, ix.add(toAt, i));
    }));
  };
  unsigned next = 0;
  auto bind = [&](Value buffer, Value at) {
    BlockArgument argument = block.getArgument(next++);
    lanes.mapVector(argument, vector::LoadOp::create(b, vector(argument.getType()), buffer, at));
  };
  for (unsigned sum = 0; sum < numSums; ++sum)
    bind(sumBuffer, ix.add(sumsAt, sum * kPanel));
  for (Value buffer : op.getPerN())
    bind(buffer, ix.add(op.getNOffset(), firstColumn));
  for (auto [i, buffer] : llvm::enumerate(op.getPerMn())) {
    Value at = ix.add(ix.add(op.getMnOffsets()[i], ix.mul(row, op.getMnSteps()[i])), firstColumn);
    if (count)
      copy(buffer, at, tails[i], c0);
    bind(count ? tails[i] : buffer, count ? c0 : at);
  }
  lanes.writeBlock(block);
  Value result = lanes.getVector(cast<YieldOp>(block.getTerminator()).getValue());
  Value at = ix.add(ix.add(op.getYOffset(), ix.mul(row, op.getYStep())), firstColumn);
  vector::StoreOp::create(b, result, count ? tailResult : op.getY(), count ? c0 : at);
  if (count)
    copy(tailResult, c0, op.getY(), at);
}

LogicalResult qc::lowerContractToVectors(RewriterBase &rewriter, ContractOp op, const ContractBlocking &blocking) {
  rewriter.setInsertionPoint(op);
  if (failed(ContractWriter(rewriter, op, ContractSums::fitBlocking(op, blocking)).write()))
    return failure();
  rewriter.eraseOp(op);
  return success();
}
