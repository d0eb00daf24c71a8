// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-verify-kernels: nothing but launches with constant sizes is left.
#include "dialects/Kernel/Kernel.h"
#include "qc/Codegen/Schedule/Passes.h"

namespace qc {
#define GEN_PASS_DEF_VERIFYKERNELSPASS
#include "qc/Codegen/Schedule/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;

static LogicalResult verifyOperation(Operation *op) {
  if (isa<memref::ViewOp, mlir::arith::ConstantOp, func::ReturnOp>(op))
    return success();
  if (auto constant = dyn_cast<kernel::ConstantOp>(op))
    return constant.getOffset() ? success() : op->emitOpError("is not placed in the weights");
  if (!isa<kernel::LaunchOp, kernel::ObserveOp>(op))
    return op->emitOpError("is left behind by the kernels phase");
  for (Value operand : op->getOperands()) {
    Operation *definition = operand.getDefiningOp();
    if (!isa<MemRefType>(operand.getType()) && !isa_and_nonnull<mlir::arith::ConstantOp>(definition))
      return op->emitOpError("has a number that is not known");
    if (isa<MemRefType>(operand.getType()) && definition && !isa<memref::ViewOp, kernel::ConstantOp>(definition))
      return op->emitOpError("has a buffer outside arena, weights, inputs and outputs");
  }
  return success();
}

namespace {
struct VerifyKernelsPass final : qc::impl::VerifyKernelsPassBase<VerifyKernelsPass> {
  void runOnOperation() override {
    auto function = getOperation().lookupSymbol<func::FuncOp>("main");
    if (!function) {
      getOperation().emitError("module has no function @main");
      return signalPassFailure();
    }
    for (Operation &op : function.front())
      if (failed(verifyOperation(&op)))
        return signalPassFailure();
    markAllAnalysesPreserved();
  }
};
} // namespace
