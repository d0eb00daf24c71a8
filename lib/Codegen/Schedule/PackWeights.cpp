// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-pack-weights: a place for each constant of kernels.
#include "dialects/Kernel/Kernel.h"
#include "dialects/QC/QC.h"
#include "qc/Codegen/Schedule/Passes.h"

namespace qc {
#define GEN_PASS_DEF_PACKWEIGHTSPASS
#include "qc/Codegen/Schedule/Passes.h.inc"
} // namespace qc

using namespace mlir;

namespace {
struct PackWeightsPass final : qc::impl::PackWeightsPassBase<PackWeightsPass> {
  void runOnOperation() override {
    Builder builder(&getContext());
    SmallVector<Attribute> pieces;
    llvm::DenseMap<Attribute, int64_t> offsets;
    int64_t end = 0;
    WalkResult result = getOperation().walk([&](qc::kernel::ConstantOp op) {
      ElementsAttr value = op.getValueAttr();
      if (!value)
        return WalkResult::advance();
      auto [it, isNew] = offsets.try_emplace(value, qc::kernel::alignWeights(end));
      if (isNew) {
        auto type = dyn_cast<RankedTensorType>(value.getShapedType());
        std::optional<int64_t> bytes = type ? qc::TensorValue::getByteSize(type) : std::nullopt;
        if (!bytes || (isa<DenseResourceElementsAttr>(value) && !qc::getTensorValue(value))) {
          op.emitOpError("has a value that cannot be read");
          return WalkResult::interrupt();
        }
        pieces.push_back(value);
        end = it->second + *bytes;
      }
      op.removeValueAttr();
      op.setOffsetAttr(builder.getI64IntegerAttr(it->second));
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      return signalPassFailure();
    getOperation()->setAttr(qc::kernel::kWeightsAttr, builder.getArrayAttr(pieces));
  }
};
} // namespace
