// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The entry function of a model, and the epoch of its module.
#include "qc/Analysis/MainFunction.h"

using namespace mlir;
using namespace qc;

FailureOr<func::FuncOp> qc::getMainFunction(ModuleOp module) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  if (!main)
    return module.emitError("has no function @main");
  if (!main.getBody().hasOneBlock())
    return main.emitError("expects a body of one block, got ") << main.getBody().getBlocks().size();
  return main;
}

static void appendOperations(Block &block, SmallVectorImpl<Operation *> &operations) {
  for (Operation &op : block) {
    operations.push_back(&op);
    if (isa<IfOp, LoopOp>(op))
      for (Region &region : op.getRegions())
        appendOperations(region.front(), operations);
  }
}

SmallVector<Operation *> qc::listOperations(func::FuncOp main) {
  SmallVector<Operation *> operations;
  if (!main.isExternal())
    appendOperations(main.getBody().front(), operations);
  return operations;
}

int64_t qc::getEpoch(ModuleOp module) {
  auto epoch = module->getAttrOfType<IntegerAttr>(QCDialect::kEpochAttr);
  return epoch ? epoch.getInt() : 0;
}
