// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which values are observed, and what they are called.
#include "mlir/IR/Matchers.h"
#include "qc/Transforms/Calibrate/Observers.h"

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

int64_t qc::getEpoch(ModuleOp module) {
  auto epoch = module->getAttrOfType<IntegerAttr>(QCDialect::kEpochAttr);
  return epoch ? epoch.getInt() : 0;
}

// A fused location starts with what the value itself is called; what it was made from follows.
static StringRef findName(Location location) {
  if (auto name = dyn_cast<NameLoc>(location))
    return name.getName();
  if (auto fused = dyn_cast<FusedLoc>(location))
    for (Location part : fused.getLocations())
      if (StringRef name = findName(part); !name.empty())
        return name;
  return {};
}

StringRef qc::getValueName(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    if (auto function = dyn_cast_or_null<func::FuncOp>(argument.getOwner()->getParentOp()))
      if (auto name = function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), QCDialect::kNameAttr))
        return name;
  return findName(value.getLoc());
}

static bool isF32(Value value) {
  auto tensor = dyn_cast<RankedTensorType>(value.getType());
  return tensor && tensor.getElementType().isF32();
}

SmallVector<Value> qc::getObservedValues(func::FuncOp main) {
  SmallVector<Value> values(llvm::make_filter_range(main.getArguments(), isF32));
  for (Operation &op : main.front())
    if (!op.hasTrait<OpTrait::ConstantLike>())
      llvm::copy_if(op.getResults(), std::back_inserter(values), isF32);
  return values;
}
