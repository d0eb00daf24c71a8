// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-quantize: the QDQ form.
#include "QdqWriter.h"
#include "mlir/IR/Remarks.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Transforms/Quantize/Passes.h"

namespace qc {
#define GEN_PASS_DEF_QUANTIZEPASS
#include "qc/Transforms/Quantize/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;

// What gave parameters and biases is large, and nothing reads it any more.
static void dropUnreadStatistics(ModuleOp module) {
  for (auto stats : module.getOps<StatsOp>()) {
    stats.removeHistogramAttr();
    stats.removeObservationsAttr();
    stats.removeMeanMinAttr();
    stats.removeMeanMaxAttr();
    stats.removeOperandMeansAttr();
    stats.removeOperandCovariancesAttr();
    stats.removeChannelMinAttr();
    stats.removeChannelMaxAttr();
  }
}

static LogicalResult quantizeMain(ModuleOp module) {
  FailureOr<func::FuncOp> main = getMainFunction(module);
  if (failed(main))
    return failure();
  FailureOr<Precisions> precisions = Precisions::read(*main);
  if (failed(precisions))
    return failure();
  FailureOr<ActivationParams> parameters = ActivationParams::take(*main);
  if (failed(parameters))
    return failure();
  FailureOr<QuantizePlan> plan = QuantizePlan::make(*main, getRoundingStyle(module), *precisions, *parameters);
  if (failed(plan))
    return failure();
  precisions->write([](Operation *op, StringRef reason) {
    remark::missed(op->getLoc(), remark::RemarkOpts::name("Float").category("qc-quantize"))
        << remark::reason("{0}", reason);
  });
  if (failed(QdqWriter(*main, *plan).run()))
    return failure();
  dropUnreadStatistics(module);
  return success();
}

namespace {
struct QuantizePass final : qc::impl::QuantizePassBase<QuantizePass> {
  void runOnOperation() override {
    if (failed(quantizeMain(getOperation())))
      signalPassFailure();
  }
};
} // namespace
