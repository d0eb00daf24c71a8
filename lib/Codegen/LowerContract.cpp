// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-lower-contract: kernel.contract as loops.
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "qc/Codegen/Passes.h"
#include "qc/Codegen/Rewrites.h"

namespace qc {
#define GEN_PASS_DEF_LOWERCONTRACTPASS
#include "qc/Codegen/Passes.h.inc"
} // namespace qc

using namespace mlir;

namespace {
struct LowerContractPass final : qc::impl::LowerContractPassBase<LowerContractPass> {
  using LowerContractPassBase::LowerContractPassBase;

  LogicalResult checkOptions() {
    if (rows < 1 || rows > 8)
      return getOperation().emitError("expects blocks of 1 to 8 rows, got ") << rows.getValue();
    if (halves < 1 || halves > 2)
      return getOperation().emitError("expects 1 or 2 halves, got ") << halves.getValue();
    if (vnni != 0 && vnni != 256 && vnni != 512)
      return getOperation().emitError("expects vpdpbusd of 256 or 512 bits, or 0, got ") << vnni.getValue();
    return success();
  }

  void runOnOperation() override {
    if (failed(checkOptions()))
      return signalPassFailure();
    IRRewriter rewriter(&getContext());
    SmallVector<qc::kernel::ContractOp> contractions;
    getOperation().walk([&](qc::kernel::ContractOp op) { contractions.push_back(op); });
    for (qc::kernel::ContractOp op : contractions) {
      if (form == qc::ContractForm::Scalar)
        qc::lowerContractToScalars(rewriter, op);
      else if (failed(qc::lowerContractToVectors(rewriter, op, {rows, halves, vnni})))
        return signalPassFailure();
    }
  }
};
} // namespace
