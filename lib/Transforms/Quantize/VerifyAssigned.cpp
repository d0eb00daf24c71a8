// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-verify-assigned: nothing is undecided.
#include "Precisions.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Transforms/Quantize/Passes.h"

namespace qc {
#define GEN_PASS_DEF_VERIFYASSIGNEDPASS
#include "qc/Transforms/Quantize/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;

namespace {
struct VerifyAssignedPass final : qc::impl::VerifyAssignedPassBase<VerifyAssignedPass> {
  void runOnOperation() override {
    markAllAnalysesPreserved();
    FailureOr<func::FuncOp> main = getMainFunction(getOperation());
    if (failed(main))
      return signalPassFailure();
    bool isValid = true;
    for (Operation *op : listOperations(*main))
      if (hasPrecision(op))
        isValid &= succeeded(verifyAssignment(op));
    if (!isValid || failed(Precisions::read(*main)))
      signalPassFailure();
  }
};
} // namespace
