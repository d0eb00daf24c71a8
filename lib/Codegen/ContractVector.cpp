// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kernel.contract on vectors of 16 columns.
//
//   for each panel of 32 columns, for each block of rows:
//     sums of the block, over all runs and k, in registers -> a buffer on the stack
//     for each half and row of the block: epilogue on 16 columns
//
// The sums pass through memory once per block, so that the epilogue, which may be long, is in the code only twice: for
// 16 columns, and for the fewer ones at the end of a row of y.
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
      : b(op.getLoc(), rewriter), ix{b}, op(op), blocking(blocking), sums(b, op),
        analysis(op.getEpilogue().front(), op.getEpilogue().front().getArguments()) {}
  LogicalResult write();

private:
  void makeBuffers();
  void writePanel(Value number);
  void writeBlock(Value firstRow, Value rows);
  void writeSums(Value row, unsigned rows, Value half, unsigned halves, Value sumsRow);
  void writeEpilogue(Value row, Value firstColumn, Value sumsAt);
  void writeColumns(Value row, Value firstColumn, Value sumsAt, Value count);

  VectorType vector(Type element) { return VectorType::get({kLanes}, element); }
  static Type elementOf(Value buffer) { return cast<MemRefType>(buffer.getType()).getElementType(); }

  ImplicitLocOpBuilder b;
  IndexWriter ix;
  ContractOp op;
  ContractBlocking blocking;
  ContractSums sums;
  LaneAnalysis analysis;
  Value c0, c1;
  Value sumBuffer;          ///< rows x 32 sums
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
  sumBuffer = make(sums.getSumType(), blocking.rows * kPanel);
  Value zero = arith::ConstantIndexOp::create(b, 0);
  for (Value buffer : op.getPerMn()) {
    tails.push_back(make(elementOf(buffer), kLanes));
    Value zeros = arith::ConstantOp::create(b, b.getZeroAttr(vector(elementOf(buffer))));
    vector::StoreOp::create(b, zeros, tails.back(), zero);
  }
  tailResult = make(elementOf(op.getY()), kLanes);
}

LogicalResult ContractWriter::write() {
  if (std::optional<std::string> obstacle = analysis.findObstacle())
    return op.emitOpError("has an epilogue without a vector form: ") << *obstacle;
  makeBuffers();
  c0 = ix.constant(0);
  c1 = ix.constant(1);
  sums.prepare();
  writeLoop(b, c0, ix.ceilDiv(op.getN(), kPanel), c1, [&](Value number) { writePanel(number); });
  return success();
}

void ContractWriter::writePanel(Value number) {
  panel = sums.getPanel(number);
  panelColumn = ix.mul(number, kPanel);
  Value step = ix.constant(blocking.rows);
  writeLoop(b, c0, op.getM(), step, [&](Value row) { writeBlock(row, ix.min(step, ix.sub(op.getM(), row))); });
}

// Writes an if whose branches have no results.
static void writeBranch(ImplicitLocOpBuilder &b, Value condition, llvm::function_ref<void()> then,
                        llvm::function_ref<void()> otherwise) {
  auto branch = scf::IfOp::create(b, condition, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  then();
  b.setInsertionPointToStart(branch.elseBlock());
  otherwise();
}

void ContractWriter::writeBlock(Value firstRow, Value rows) {
  auto forHalves = [&](unsigned count, Value row, Value sumsRow) {
    if (blocking.halves == 2)
      writeBranch(
          b, ix.less(c1, panel.halves), [&] { writeSums(row, count, c0, 2, sumsRow); },
          [&] { writeSums(row, count, c0, 1, sumsRow); });
    else
      writeLoop(b, c0, panel.halves, c1, [&](Value half) { writeSums(row, count, half, 1, sumsRow); });
  };
  Value isShort = ix.less(rows, ix.constant(blocking.rows));
  writeBranch(
      b, isShort, [&] { writeLoop(b, c0, rows, c1, [&](Value row) { forHalves(1, ix.add(firstRow, row), row); }); },
      [&] { forHalves(blocking.rows, firstRow, c0); });
  // Rows inside: what belongs to the columns is loaded once.
  writeLoop(b, c0, panel.halves, c1, [&](Value half) {
    writeLoop(b, c0, rows, c1, [&](Value row) {
      Value column = ix.mul(half, kLanes);
      writeEpilogue(ix.add(firstRow, row), ix.add(panelColumn, column), ix.add(ix.mul(row, kPanel), column));
    });
  });
}

void ContractWriter::writeSums(Value row, unsigned rows, Value half, unsigned halves, Value sumsRow) {
  SmallVector<Value> results = sums.write(panel, row, rows, half, halves);
  for (unsigned r = 0; r < rows; ++r)
    for (unsigned h = 0; h < halves; ++h) {
      Value at = ix.add(ix.add(ix.mul(ix.add(sumsRow, r), kPanel), ix.mul(half, kLanes)), h * kLanes);
      vector::StoreOp::create(b, results[r * halves + h], sumBuffer, at);
    }
}

void ContractWriter::writeEpilogue(Value row, Value firstColumn, Value sumsAt) {
  Value count = ix.sub(op.getN(), firstColumn);
  writeBranch(
      b, ix.less(count, ix.constant(kLanes)), [&] { writeColumns(row, firstColumn, sumsAt, count); },
      [&] { writeColumns(row, firstColumn, sumsAt, Value()); });
}

// The epilogue of 16 columns; of `count` < 16 ones if given, with y and per_mn in buffers of 16.
void ContractWriter::writeColumns(Value row, Value firstColumn, Value sumsAt, Value count) {
  Block &block = op.getEpilogue().front();
  LaneWriter lanes(b, analysis, kLanes);
  auto copy = [&](Value from, Value fromAt, Value to, Value toAt) {
    keepLoopSmall(writeLoop(b, c0, count, c1, [&](Value i) {
      memref::StoreOp::create(b, memref::LoadOp::create(b, from, ix.add(fromAt, i)), to, ix.add(toAt, i));
    }));
  };
  unsigned next = 0;
  auto bind = [&](Value buffer, Value at) {
    BlockArgument argument = block.getArgument(next++);
    lanes.mapVector(argument, vector::LoadOp::create(b, vector(argument.getType()), buffer, at));
  };
  bind(sumBuffer, sumsAt);
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
  if (failed(ContractWriter(rewriter, op, blocking).write()))
    return failure();
  rewriter.eraseOp(op);
  return success();
}
