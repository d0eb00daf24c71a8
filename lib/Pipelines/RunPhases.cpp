// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Takes a module from its phase to another.
#include "dialects/QC/QC.h"
#include "dialects/QC/Resources.h"
#include "mlir/Pass/PassInstrumentation.h"
#include "mlir/Pass/PassManager.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Pipelines/CompileModel.h"

using namespace mlir;
using namespace qc;

FailureOr<Phase> qc::getModulePhase(ModuleOp module) {
  auto name = module->getAttrOfType<StringAttr>(QCDialect::kPhaseAttr);
  if (!name)
    return Phase::Import;
  if (std::optional<Phase> phase = parsePhase(name.getValue()))
    return *phase;
  InFlightDiagnostic error = module.emitError("'") << QCDialect::kPhaseAttr << "' is '" << name.getValue()
                                                   << "', which is no phase; phases are";
  for (Phase phase : getPhases())
    error << " " << getPhaseName(phase);
  return failure();
}

LogicalResult qc::verifyPhase(ModuleOp module) {
  FailureOr<Phase> phase = getModulePhase(module);
  if (failed(phase) || failed(getMainFunction(module)))
    return failure();
  PassManager passes(module.getContext());
  addVerifier(passes, *phase, module->hasAttr(QCDialect::kIntegerOnlyAttr));
  return passes.run(module);
}

/// Nothing of calibration may stop fusion where nobody looks.
static void eraseObservers(ModuleOp module) {
  module.walk([](qc::ObserveOp op) { op.erase(); });
}

static bool isSkipped(Phase phase, const PipelineOptions &options) {
  return options.isFloat && phase != Phase::Import && phase != Phase::Prepare && phase != Phase::Kernels;
}

namespace {
/// Frees weights as soon as a pass has replaced them.
class ReleaseResources : public PassInstrumentation {
public:
  explicit ReleaseResources(const PipelineOptions &options) : options(options) {}
  void runAfterPass(Pass *, Operation *op) override {
    if (auto module = dyn_cast<ModuleOp>(op))
      releaseResources(module, options.ownsResource);
  }

private:
  const PipelineOptions &options;
};
} // namespace

LogicalResult qc::runPhases(ModuleOp module, Phase to, const PipelineOptions &options) {
  FailureOr<Phase> from = getModulePhase(module);
  if (failed(from))
    return failure();
  for (Phase phase : getPhases()) {
    if (phase <= *from || phase > to || isSkipped(phase, options))
      continue;
    if (phase == Phase::Kernels && options.isFloat && !options.instrumented)
      eraseObservers(module);
    PassManager passes(module.getContext());
    // Only tools register these options; elsewhere there is nothing to apply.
    (void)applyPassManagerCLOptions(passes);
    if (options.ownsResource)
      passes.addInstrumentation(std::make_unique<ReleaseResources>(options));
    addPhase(passes, phase, options);
    if (failed(passes.run(module)))
      return failure();
    if (phase == Phase::Integer && options.integerOnly)
      module->setAttr(QCDialect::kIntegerOnlyAttr, UnitAttr::get(module.getContext()));
    module->setAttr(QCDialect::kPhaseAttr, Builder(module.getContext()).getStringAttr(getPhaseName(phase)));
  }
  return success();
}
