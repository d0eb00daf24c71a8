// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Small helpers for writing loops.
#include "Loops.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

void qc::keepLoopSmall(scf::ForOp loop) {
  MLIRContext *context = loop.getContext();
  auto disable = BoolAttr::get(context, true);
  auto vectorize = LLVM::LoopVectorizeAttr::get(context, disable, {}, {}, {}, {}, {}, {});
  auto unroll = LLVM::LoopUnrollAttr::get(context, disable, {}, {}, {}, {}, {}, {});
  auto annotation =
      LLVM::LoopAnnotationAttr::get(context, {}, vectorize, {}, unroll, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {});
  // The name under which scf.for hands it on to the branch.
  loop->setDiscardableAttr("llvm.loop_annotation", annotation);
}

SmallVector<Value> qc::writeReduction(ImplicitLocOpBuilder &b, Value lower, Value upper, Value step, ValueRange inits,
                                      llvm::function_ref<SmallVector<Value>(Value iv, ValueRange carried)> body) {
  auto loop = scf::ForOp::create(b, lower, upper, step, inits);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  SmallVector<Value> results = body(loop.getInductionVar(), loop.getRegionIterArgs());
  scf::YieldOp::create(b, results);
  return SmallVector<Value>(loop.getResults());
}

scf::ForOp qc::writeLoop(ImplicitLocOpBuilder &b, Value lower, Value upper, Value step,
                         llvm::function_ref<void(Value iv)> body) {
  auto loop = scf::ForOp::create(b, lower, upper, step);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
  return loop;
}
