// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-assign: which operations become int8.
#include "Precisions.h"
#include "mlir/IR/Remarks.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Transforms/Quantize/Passes.h"

namespace qc {
#define GEN_PASS_DEF_ASSIGNPASS
#include "qc/Transforms/Quantize/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;

/// Records the style in the module; a module keeps the one it has.
static LogicalResult setStyle(ModuleOp module, StringRef style) {
  if (!style.empty() && style != "qc" && style != "ort")
    return module.emitError("expects the style qc or ort, got '") << style << "'";
  auto recorded = module->getAttrOfType<StringAttr>(QCDialect::kStyleAttr);
  if (recorded && !style.empty() && recorded.getValue() != style)
    return module.emitError("expects the style of the module, '") << recorded.getValue() << "', got '" << style << "'";
  if (!recorded)
    module->setAttr(QCDialect::kStyleAttr, StringAttr::get(module.getContext(), style.empty() ? "qc" : style));
  return success();
}

namespace {
struct AssignPass final : qc::impl::AssignPassBase<AssignPass> {
  using AssignPassBase::AssignPassBase;

  void runOnOperation() override {
    FailureOr<func::FuncOp> main = getMainFunction(getOperation());
    if (failed(main) || failed(setStyle(getOperation(), style)))
      return signalPassFailure();
    std::optional<RuleFile> file;
    if (!rules.empty()) {
      FailureOr<RuleFile> parsed = RuleFile::read(rules, [&] { return getOperation().emitError(); });
      if (failed(parsed))
        return signalPassFailure();
      file = std::move(*parsed);
    }
    FailureOr<Precisions> precisions = Precisions::choose(*main, file ? &*file : nullptr);
    if (failed(precisions))
      return signalPassFailure();
    precisions->write([](Operation *op, StringRef reason) {
      remark::missed(op->getLoc(), remark::RemarkOpts::name("Float").category("qc-assign"))
          << remark::reason("{0}", reason);
    });
  }
};
} // namespace
