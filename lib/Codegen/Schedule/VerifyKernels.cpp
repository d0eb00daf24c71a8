// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-verify-kernels: nothing but launches with constant sizes is left.
#include "dialects/Kernel/Kernel.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "qc/Codegen/Schedule/Passes.h"

namespace qc {
#define GEN_PASS_DEF_VERIFYKERNELSPASS
#include "qc/Codegen/Schedule/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;

static LogicalResult verifyConstant(kernel::ConstantOp op, int64_t weightBytes) {
  if (!op.getOffset())
    return op.emitOpError("is not placed in the weights");
  auto type = cast<MemRefType>(op.getBuffer().getType());
  int64_t offset = *op.getOffset(),
          bytes = type.hasStaticShape() ? type.getNumElements() * type.getElementTypeBitWidth() / 8 : -1;
  if (offset < 0 || bytes < 0 || offset > weightBytes || bytes > weightBytes - offset)
    return op.emitOpError("reaches beyond the ") << weightBytes << " bytes of the weights";
  return success();
}

static LogicalResult verifyStep(Operation *op) {
  if (!isa<kernel::LaunchOp, kernel::ObserveOp>(op))
    return op->emitOpError("is left behind by the kernels phase");
  for (Value operand : op->getOperands()) {
    Operation *definition = operand.getDefiningOp();
    if (!isa<MemRefType>(operand.getType()) && !isa_and_nonnull<mlir::arith::ConstantOp>(definition))
      return op->emitOpError("has a number that is not known");
  }
  if (auto observe = dyn_cast<kernel::ObserveOp>(op)) {
    bool isKnown = !ShapedType::isDynamic(int64_t(observe.getOffset())) &&
                   !ShapedType::isDynamicShape(observe.getShape()) && !ShapedType::isDynamicShape(observe.getStrides());
    if (!isKnown)
      return op->emitOpError("sees a value of unknown shape");
  }
  return success();
}

static LogicalResult verifyModule(ModuleOp module) {
  auto function = module.lookupSymbol<func::FuncOp>("main");
  if (!function || function.isExternal())
    return module.emitError("module has no function @main");
  auto weights = module->getAttrOfType<ElementsAttr>("kernel.weights");
  if (!weights || !module->getAttrOfType<IntegerAttr>("kernel.arena_bytes"))
    return module.emitError("module lacks kernel.arena_bytes or kernel.weights");
  for (Operation &op : function.front()) {
    if (isa<memref::ViewOp, mlir::arith::ConstantOp, func::ReturnOp>(op))
      continue;
    auto constant = dyn_cast<kernel::ConstantOp>(op);
    if (failed(constant ? verifyConstant(constant, weights.getNumElements()) : verifyStep(&op)))
      return failure();
  }
  return success();
}

namespace {
struct VerifyKernelsPass final : qc::impl::VerifyKernelsPassBase<VerifyKernelsPass> {
  void runOnOperation() override {
    if (failed(verifyModule(getOperation())))
      return signalPassFailure();
    markAllAnalysesPreserved();
  }
};
} // namespace
