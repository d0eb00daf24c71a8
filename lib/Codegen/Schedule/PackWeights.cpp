// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-pack-weights: all constants of kernels in one blob.
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
    constexpr size_t kAlignment = 64;
    std::vector<char> blob;
    llvm::DenseMap<Attribute, int64_t> offsets;
    Builder builder(&getContext());
    WalkResult result = getOperation().walk([&](qc::kernel::ConstantOp op) {
      ElementsAttr value = op.getValueAttr();
      if (!value)
        return WalkResult::advance();
      auto [it, isNew] = offsets.try_emplace(value, int64_t((blob.size() + kAlignment - 1) / kAlignment * kAlignment));
      if (isNew) {
        std::optional<qc::TensorValue> content = qc::getTensorValue(value);
        if (!content) {
          op.emitOpError("has a value that cannot be read");
          return WalkResult::interrupt();
        }
        blob.resize(it->second);
        blob.insert(blob.end(), content->getRawData().begin(), content->getRawData().end());
      }
      op.removeValueAttr();
      op.setOffsetAttr(builder.getI64IntegerAttr(it->second));
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      return signalPassFailure();
    // A short blob would be stored as dense elements, which hold one byte only where all bytes are equal.
    if (!blob.empty())
      blob.resize(std::max(blob.size(), kAlignment));
    auto type = RankedTensorType::get({int64_t(blob.size())}, builder.getI8Type());
    getOperation()->setAttr("kernel.weights", qc::getElementsAttr(qc::TensorValue(type, blob)));
  }
};
} // namespace
