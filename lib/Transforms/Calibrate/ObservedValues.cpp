// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which values are observed, and what they are called.
#include "qc/Analysis/MainFunction.h"
#include "qc/Analysis/Names.h"
#include "qc/Transforms/Calibrate/Observers.h"

using namespace mlir;
using namespace qc;

StringRef qc::getValueName(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    if (auto function = dyn_cast_or_null<func::FuncOp>(argument.getOwner()->getParentOp()))
      if (auto name = function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), QCDialect::kNameAttr))
        return name;
  return getOnnxName(value.getLoc());
}

static bool isF32(Value value) {
  auto tensor = dyn_cast<RankedTensorType>(value.getType());
  return tensor && tensor.getElementType().isF32();
}

SmallVector<Value> qc::getObservedValues(func::FuncOp main) {
  SmallVector<Value> values(llvm::make_filter_range(main.getArguments(), isF32));
  for (Operation *op : listOperations(main)) {
    if (!op->hasTrait<OpTrait::ConstantLike>())
      llvm::copy_if(op->getResults(), std::back_inserter(values), isF32);
    if (auto loop = dyn_cast<LoopOp>(op))
      llvm::copy_if(loop.getBody().getArguments(), std::back_inserter(values), isF32);
  }
  return values;
}
