// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-verify-kernels: nothing but launches is left, and index arithmetic where sizes are symbolic.
#include "dialects/Kernel/Kernel.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "qc/Codegen/Schedule/Passes.h"
#include "llvm/Support/MathExtras.h"

namespace qc {
#define GEN_PASS_DEF_VERIFYKERNELSPASS
#include "qc/Codegen/Schedule/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;

/// What qc-pack-weights and qc-plan-memory give, and kernels rely on.
static constexpr int64_t kAlignment = 64;

/// Bytes of a buffer; nothing where its size is unknown.
static std::optional<int64_t> getBytes(MemRefType type) {
  if (!type.hasStaticShape())
    return std::nullopt;
  return type.getNumElements() * int64_t(type.getElementTypeBitWidth()) / 8;
}

static LogicalResult verifyConstant(kernel::ConstantOp op, int64_t weightBytes) {
  if (!op.getOffset())
    return op.emitOpError("is not placed in the weights");
  int64_t offset = *op.getOffset(), bytes = getBytes(cast<MemRefType>(op.getBuffer().getType())).value_or(-1);
  if (offset < 0 || bytes < 0 || offset > weightBytes || bytes > weightBytes - offset)
    return op.emitOpError("reaches beyond the ") << weightBytes << " bytes of the weights";
  if (offset % kAlignment != 0)
    return op.emitOpError("lies at ") << offset << ", which is no multiple of " << kAlignment;
  return success();
}

/// Places that are found at run time are not checked here.
static LogicalResult verifyView(memref::ViewOp op, int64_t arenaBytes, bool isSymbolic) {
  if (isSymbolic && op.getByteShift().getDefiningOp<kernel::PlanOp>())
    return success();
  int64_t offset = getConstantIntValue(op.getByteShift()).value_or(-1), bytes = getBytes(op.getType()).value_or(-1);
  if (offset < 0 || bytes < 0 || offset > arenaBytes || bytes > arenaBytes - offset)
    return op.emitOpError("reaches beyond the ") << arenaBytes << " bytes of the arena";
  if (offset % kAlignment != 0)
    return op.emitOpError("lies at ") << offset << ", which is no multiple of " << kAlignment;
  return success();
}

static LogicalResult verifyObserver(kernel::ObserveOp op) {
  bool isKnown = !ShapedType::isDynamic(int64_t(op.getOffset())) && !ShapedType::isDynamicShape(op.getShape()) &&
                 !ShapedType::isDynamicShape(op.getStrides());
  auto type = cast<MemRefType>(op.getBuffer().getType());
  if (!isKnown || !type.hasStaticShape())
    return op.emitOpError("sees a value of unknown shape");
  if (llvm::is_contained(op.getShape(), 0))
    return success();
  int64_t last = op.getOffset(), reach = 0;
  for (auto [dim, stride] : llvm::zip_equal(op.getShape(), op.getStrides()))
    if (llvm::MulOverflow(dim - 1, stride, reach) || llvm::AddOverflow(last, reach, last))
      return op.emitOpError("reaches beyond its buffer of ") << type.getNumElements() << " elements";
  if (last >= type.getNumElements())
    return op.emitOpError("reaches beyond its buffer of ") << type.getNumElements() << " elements";
  return success();
}

static LogicalResult verifyStep(Operation *op, bool isSymbolic) {
  if (!isa<kernel::LaunchOp, kernel::ObserveOp>(op))
    return op->emitOpError("is left behind by the kernels phase");
  for (Value operand : op->getOperands()) {
    Operation *definition = operand.getDefiningOp();
    if (!isSymbolic && !isa<MemRefType>(operand.getType()) && !isa_and_nonnull<arith::ConstantOp>(definition))
      return op->emitOpError("has a number that is not known");
  }
  auto observer = dyn_cast<kernel::ObserveOp>(op);
  return observer && !isSymbolic ? verifyObserver(observer) : success();
}

/// Index arithmetic without memory: what the schedule computes.
static bool isNumber(Operation *op) {
  return isa<arith::ArithDialect>(op->getDialect()) &&
         llvm::all_of(op->getResultTypes(), [](Type type) { return type.isIndex() || type.isInteger(1); });
}

/// A branch or loop of launches, without results; what ends its regions; what decides how it goes on.
static bool isControl(Operation *op) {
  return isa<scf::IfOp, scf::ForOp, scf::WhileOp, scf::YieldOp, scf::ConditionOp, kernel::ReadOp>(op);
}

/// Numbers of iterations and truth values are computed whether sizes are known or not, checks in branches too.
static LogicalResult verifyOperation(Operation *op, int64_t weightBytes, int64_t arenaBytes, bool isSymbolic) {
  if (isa<arith::ConstantOp, func::ReturnOp, kernel::FaultsOp>(op) || isControl(op))
    return success();
  if (isSymbolic && (isNumber(op) || isa<memref::DimOp, kernel::CheckOp, kernel::PlanOp, kernel::ExtentsOp>(op)))
    return success();
  if (auto constant = dyn_cast<kernel::ConstantOp>(op))
    return verifyConstant(constant, weightBytes);
  if (auto view = dyn_cast<memref::ViewOp>(op))
    return verifyView(view, arenaBytes, isSymbolic);
  return verifyStep(op, isSymbolic);
}

static LogicalResult verifyModule(ModuleOp module) {
  auto function = module.lookupSymbol<func::FuncOp>("main");
  if (!function || function.isExternal())
    return module.emitError("module has no function @main");
  auto weights = module->getAttrOfType<ArrayAttr>(kernel::kWeightsAttr);
  auto arena = module->getAttrOfType<IntegerAttr>("kernel.arena_bytes");
  if (!weights || !arena)
    return module.emitError("module lacks kernel.arena_bytes or kernel.weights");
  std::optional<int64_t> weightBytes = kernel::getWeightBytes(weights);
  if (!weightBytes)
    return module.emitError("expects kernel.weights to be tensors of known size");
  auto inputs = function->getAttrOfType<IntegerAttr>("kernel.num_inputs");
  if (!inputs || inputs.getInt() < 0 || inputs.getInt() >= std::max<int64_t>(1, function.getNumArguments()))
    return function.emitOpError("expects kernel.num_inputs below its ") << function.getNumArguments() << " arguments";
  bool isComputed = module->hasAttr("kernel.symbolic") || kernel::findControlFlow(function);
  WalkResult result = function.getBody().walk<WalkOrder::PreOrder>(
      [&](Operation *op) { return WalkResult(verifyOperation(op, *weightBytes, arena.getInt(), isComputed)); });
  return failure(result.wasInterrupted());
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
