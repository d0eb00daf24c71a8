// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-assign: which operations become int8.
#include "Precisions.h"
#include "mlir/IR/Remarks.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Calibration/RangeMethod.h"
#include "qc/Transforms/Quantize/Passes.h"

namespace qc {
#define GEN_PASS_DEF_ASSIGNPASS
#include "qc/Transforms/Quantize/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;

// As options are typed.
static std::string quote(Attribute value) {
  if (auto text = dyn_cast<StringAttr>(value))
    return "'" + text.str() + "'";
  return cast<BoolAttr>(value).getValue() ? "true" : "false";
}

/// Records an option in the module, which keeps what it has; `value` empty: not given, `fallback` holds.
static LogicalResult record(ModuleOp module, StringRef name, StringRef what, Attribute value, Attribute fallback) {
  Attribute recorded = module->getAttr(name);
  if (recorded && value && recorded != value)
    return module.emitError("expects the ")
           << what << " of the module, " << quote(recorded) << ", got " << quote(value);
  if (!recorded)
    module->setAttr(name, value ? value : fallback);
  return success();
}

static LogicalResult setStyle(ModuleOp module, StringRef style) {
  if (!style.empty() && style != "qc" && style != "ort")
    return module.emitError("expects the style qc or ort, got '") << style << "'";
  Builder builder(module.getContext());
  return record(module, QCDialect::kStyleAttr, "style", style.empty() ? Attribute() : builder.getStringAttr(style),
                builder.getStringAttr("qc"));
}

static LogicalResult setRangeMethod(ModuleOp module, StringRef method) {
  if (!method.empty() && !calibration::parseRangeMethod(method))
    return module.emitError("expects a range method, ")
           << calibration::listRangeMethods() << ", got '" << method << "'";
  Builder builder(module.getContext());
  return record(module, QCDialect::kRangeMethodAttr, "range method",
                method.empty() ? Attribute() : builder.getStringAttr(method), builder.getStringAttr("minmax"));
}

static LogicalResult setBiasCorrection(ModuleOp module, StringRef text) {
  if (!text.empty() && text != "true" && text != "false")
    return module.emitError("expects bias correction true or false, got '") << text << "'";
  Builder builder(module.getContext());
  return record(module, QCDialect::kBiasCorrectionAttr, "bias correction",
                text.empty() ? Attribute() : builder.getBoolAttr(text == "true"), builder.getBoolAttr(true));
}

namespace {
struct AssignPass final : qc::impl::AssignPassBase<AssignPass> {
  using AssignPassBase::AssignPassBase;

  void runOnOperation() override {
    FailureOr<func::FuncOp> main = getMainFunction(getOperation());
    if (failed(main) || failed(setStyle(getOperation(), style)) ||
        failed(setRangeMethod(getOperation(), rangeMethod)) ||
        failed(setBiasCorrection(getOperation(), biasCorrection)))
      return signalPassFailure();
    std::optional<RuleFile> file;
    if (!rules.empty()) {
      FailureOr<RuleFile> parsed = RuleFile::read(rules, [&] { return getOperation().emitError(); });
      if (failed(parsed))
        return signalPassFailure();
      file = std::move(*parsed);
      if (userRulesOnly)
        file->dropSearched();
    }
    RecordedChoices policy(file ? &*file : nullptr);
    FailureOr<Precisions> precisions = Precisions::choose(*main, &policy);
    if (failed(precisions))
      return signalPassFailure();
    for (Operation *op : listOperations(*main))
      op->removeAttr(QCDialect::kChoiceAttr);
    precisions->write([](Operation *op, StringRef reason) {
      remark::missed(op->getLoc(), remark::RemarkOpts::name("Float").category("qc-assign"))
          << remark::reason("{0}", reason);
    });
  }
};
} // namespace
