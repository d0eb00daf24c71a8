// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The phases and the passes of each.
#include "qc/Pipelines/Phases.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Transforms/Passes.h"
#include "qc/Codegen/Schedule/Passes.h"
#include "qc/Conversion/Passes.h"
#include "qc/Transforms/Calibrate/Passes.h"
#include "qc/Transforms/Prepare/Passes.h"
#include "qc/Transforms/Quantize/Passes.h"
#include "qc/Transforms/Transform/Passes.h"

using namespace mlir;
using namespace qc;

namespace {
struct PhaseName {
  Phase phase;
  llvm::StringLiteral name;
};
} // namespace

static constexpr PhaseName kNames[] = {{Phase::Import, "import"},       {Phase::Prepare, "prepare"},
                                       {Phase::Calibrate, "calibrate"}, {Phase::Transform, "transform"},
                                       {Phase::Assign, "assign"},       {Phase::Quantize, "quantize"},
                                       {Phase::Integer, "integer"},     {Phase::Kernels, "kernels"}};

ArrayRef<Phase> qc::getPhases() {
  static constexpr Phase all[] = {Phase::Import, Phase::Prepare,  Phase::Calibrate, Phase::Transform,
                                  Phase::Assign, Phase::Quantize, Phase::Integer,   Phase::Kernels};
  return all;
}

StringRef qc::getPhaseName(Phase phase) { return kNames[unsigned(phase)].name; }

std::optional<Phase> qc::parsePhase(StringRef name) {
  for (const PhaseName &entry : kNames)
    if (entry.name == name)
      return entry.phase;
  return std::nullopt;
}

/// The order is explained in include/qc/Transforms/Prepare/Passes.td.
static void addPrepare(OpPassManager &passes) {
  passes.addNestedPass<func::FuncOp>(createFoldConstantsPass());
  passes.addPass(createBoundSymbolsPass());
  OpPassManager &main = passes.nest<func::FuncOp>();
  main.addPass(createResolveSizesPass());
  main.addPass(createNormalizeGemmPass());
  main.addPass(createRaiseHardSwishPass());
  main.addPass(createRaiseSelfGatedPass());
  main.addPass(createRaiseNormalizePass());
  main.addPass(createRaiseMaskedMeansPass());
  main.addPass(createRaiseMasksPass());
  main.addPass(createFoldConstantsPass());
  main.addPass(createFoldPadsPass());
  main.addPass(createFoldHeadGroupsPass());
  main.addPass(createFoldBiasPass());
  main.addPass(createFoldBatchNormPass());
  main.addPass(createFoldBiasPass());
  main.addPass(createFoldScalesPass());
  main.addPass(createExpandConvTransposePass());
  main.addPass(createBoundCountsPass());
}

static void addInteger(OpPassManager &passes) {
  OpPassManager &main = passes.nest<func::FuncOp>();
  main.addPass(createConvertToDyadicPass());
  // Equal scales and codes become one; kernels compare values to see what they share.
  main.addPass(createCSEPass());
}

static void addKernels(OpPassManager &passes) {
  passes.addNestedPass<func::FuncOp>(createExpandMasksPass());
  passes.addNestedPass<func::FuncOp>(createAssignLayoutsPass());
  passes.addPass(createFormKernelsPass());
  // Index arithmetic on known sizes folds, constants that several launches read become one: nothing of it may be left
  // when memory is planned, which reads offsets as constants.
  passes.addNestedPass<func::FuncOp>(createCanonicalizerPass());
  passes.addNestedPass<func::FuncOp>(createCSEPass());
  passes.addPass(createPackWeightsPass());
  passes.addPass(createPlanMemoryPass());
}

static void addRewrites(OpPassManager &passes, Phase phase, const PipelineOptions &options) {
  switch (phase) {
  case Phase::Import:
  case Phase::Calibrate: // measuring is no pass
    return;
  case Phase::Prepare:
    return addPrepare(passes);
  case Phase::Transform:
    return passes.addNestedPass<func::FuncOp>(createRaiseScalesPass());
  case Phase::Assign:
    return passes.addPass(createAssignPass(
        {options.rules, options.userRulesOnly, options.style, options.rangeMethod, options.biasCorrection}));
  case Phase::Quantize:
    return passes.addPass(createQuantizePass());
  case Phase::Integer:
    return addInteger(passes);
  case Phase::Kernels:
    return addKernels(passes);
  }
}

void qc::addVerifier(OpPassManager &passes, Phase phase, bool integerOnly) {
  switch (phase) {
  case Phase::Import:
  case Phase::Transform:
    return;
  case Phase::Prepare:
    return passes.addNestedPass<func::FuncOp>(createVerifyPreparedPass());
  case Phase::Calibrate:
    return passes.addPass(createVerifyCalibratedPass());
  case Phase::Assign:
    return passes.addPass(createVerifyAssignedPass());
  case Phase::Quantize:
    return passes.addPass(createVerifyQuantizedPass());
  case Phase::Integer:
    return passes.addNestedPass<func::FuncOp>(createVerifyIntegerPass({integerOnly}));
  case Phase::Kernels:
    return passes.addPass(createVerifyKernelsPass());
  }
}

void qc::addPhase(OpPassManager &passes, Phase phase, const PipelineOptions &options) {
  addRewrites(passes, phase, options);
  addVerifier(passes, phase, options.integerOnly);
}
