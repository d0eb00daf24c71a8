// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-vectorize-forall: the innermost dimension of scf.forall as vectors.
#include "Lanes.h"
#include "Loops.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Remarks.h"
#include "qc/Codegen/Passes.h"
#include "qc/Codegen/Rewrites.h"

namespace qc {
#define GEN_PASS_DEF_VECTORIZEFORALLPASS
#include "qc/Codegen/Passes.h.inc"
} // namespace qc

using namespace mlir;

// Whether an iteration may run twice: no buffer is both read and written (outs never alias ins).
static bool isIdempotent(scf::ForallOp op) {
  DenseSet<Value> read, written;
  op.getBody()->walk([&](Operation *inner) {
    if (auto load = dyn_cast<memref::LoadOp>(inner))
      read.insert(load.getMemRef());
    else if (auto store = dyn_cast<memref::StoreOp>(inner))
      written.insert(store.getMemRef());
  });
  return llvm::none_of(written, [&](Value buffer) { return read.contains(buffer); });
}

// Whether vectors would hold nothing but bytes: copies and tables of codes.
static bool holdsBytesOnly(scf::ForallOp op) {
  WalkResult result = op.getBody()->walk([](Operation *inner) {
    bool isByte = llvm::all_of(inner->getResultTypes(), [](Type type) { return type.isIndex() || type.isInteger(8); });
    return isByte ? WalkResult::advance() : WalkResult::interrupt();
  });
  return !result.wasInterrupted();
}

namespace {
/// The two loops that replace the innermost dimension.
class InnerLoops {
public:
  InnerLoops(OpBuilder &builder, scf::ForallOp op, ValueRange outer, const qc::LaneAnalysis &analysis, int64_t lanes)
      : b(op.getLoc(), builder), builder(builder), op(op), outer(outer), analysis(analysis), lanes(lanes) {
    lower = getValueOrCreateConstantIndexOp(b, b.getLoc(), op.getMixedLowerBound().back());
    upper = getValueOrCreateConstantIndexOp(b, b.getLoc(), op.getMixedUpperBound().back());
    width = arith::ConstantIndexOp::create(b, lanes);
  }

  void write() {
    bool overlaps = isIdempotent(op);
    Value end = overlaps ? getOverlappedEnd() : getWholeEnd();
    auto vectors = scf::ForOp::create(b, lower, end, width);
    {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(vectors.getBody());
      Value first = vectors.getInductionVar();
      if (overlaps) // the last vector ends where the dimension ends
        first = arith::MinSIOp::create(builder, b.getLoc(), first,
                                       arith::SubIOp::create(builder, b.getLoc(), upper, width));
      writeVectors(first);
    }
    b.setInsertionPointAfter(vectors);
    auto rest = scf::ForOp::create(b, end, upper, arith::ConstantIndexOp::create(b, 1));
    qc::keepLoopSmall(rest);
    writeScalars(rest);
  }

private:
  // Everything is in vectors if one fits.
  Value getOverlappedEnd() {
    Value size = arith::SubIOp::create(b, upper, lower);
    Value fits = arith::CmpIOp::create(b, arith::CmpIPredicate::sge, size, width);
    return arith::SelectOp::create(b, fits, upper, lower);
  }
  Value getWholeEnd() {
    Value vectors = arith::DivSIOp::create(b, arith::SubIOp::create(b, upper, lower), width);
    return arith::AddIOp::create(b, lower, arith::MulIOp::create(b, vectors, width));
  }
  void writeVectors(Value first) {
    qc::LaneWriter writer(builder, analysis, lanes);
    for (auto [from, to] : llvm::zip(op.getInductionVars(), outer))
      writer.mapScalar(from, to);
    writer.mapScalar(op.getInductionVars().back(), first);
    writer.writeBlock(*op.getBody());
  }
  void writeScalars(scf::ForOp loop) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBody());
    IRMapping mapping;
    for (auto [from, to] : llvm::zip(op.getInductionVars(), outer))
      mapping.map(from, to);
    mapping.map(op.getInductionVars().back(), loop.getInductionVar());
    for (Operation &inner : op.getBody()->without_terminator())
      builder.clone(inner, mapping);
  }

  ImplicitLocOpBuilder b;
  OpBuilder &builder;
  scf::ForallOp op;
  ValueRange outer;
  const qc::LaneAnalysis &analysis;
  int64_t lanes;
  Value lower, upper, width;
};
} // namespace

LogicalResult qc::vectorizeForall(RewriterBase &rewriter, scf::ForallOp op, int64_t lanes, std::string &reason) {
  Value counter = op.getInductionVars().back();
  LaneAnalysis analysis(*op.getBody(), ValueRange{counter}, counter);
  std::optional<std::string> obstacle = analysis.findObstacle();
  if (op.getNumResults() != 0)
    obstacle = "the forall has results";
  else if (!isConstantIntValue(op.getMixedStep().back(), 1))
    obstacle = "the innermost step is not 1";
  if (obstacle) {
    reason = *obstacle;
    return failure();
  }
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(op);
  SmallVector<OpFoldResult> lower = op.getMixedLowerBound(), upper = op.getMixedUpperBound(), step = op.getMixedStep();
  if (lower.size() == 1) {
    InnerLoops(rewriter, op, {}, analysis, lanes).write();
  } else {
    auto outer = scf::ForallOp::create(rewriter, op.getLoc(), ArrayRef(lower).drop_back(), ArrayRef(upper).drop_back(),
                                       ArrayRef(step).drop_back(), ValueRange(), std::nullopt);
    rewriter.setInsertionPoint(outer.getTerminator());
    SmallVector<Value> indices = outer.getInductionVars();
    InnerLoops(rewriter, op, indices, analysis, lanes).write();
  }
  rewriter.eraseOp(op);
  return success();
}

namespace {
struct VectorizeForallPass final : qc::impl::VectorizeForallPassBase<VectorizeForallPass> {
  using VectorizeForallPassBase::VectorizeForallPassBase;
  void runOnOperation() override {
    for (int64_t count : {lanes.getValue(), byteLanes.getValue()})
      if (count < 2 || count > 64) {
        getOperation().emitError("expects 2 to 64 lanes, got ") << count;
        return signalPassFailure();
      }
    IRRewriter rewriter(&getContext());
    SmallVector<scf::ForallOp> foralls;
    getOperation().walk([&](scf::ForallOp op) { foralls.push_back(op); });
    for (scf::ForallOp op : foralls) {
      std::string reason;
      Location loc = op.getLoc();
      if (failed(qc::vectorizeForall(rewriter, op, holdsBytesOnly(op) ? byteLanes : lanes, reason)))
        remark::missed(loc, remark::RemarkOpts::name("VectorizeForall").category("qc-vectorize-forall"))
            << remark::reason("{0}", reason);
    }
  }
};
} // namespace
