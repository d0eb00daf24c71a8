// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-form-kernels: the tensors of @main become kernels, launches and buffers.
#include "Former.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "qc/Codegen/Schedule/Passes.h"

namespace qc {
#define GEN_PASS_DEF_FORMKERNELSPASS
#include "qc/Codegen/Schedule/Passes.h.inc"
} // namespace qc

using namespace mlir;

namespace {
struct FormKernelsPass final : qc::impl::FormKernelsPassBase<FormKernelsPass> {
  void runOnOperation() override {
    auto function = getOperation().lookupSymbol<func::FuncOp>("main");
    if (!function) {
      getOperation().emitError("module has no function @main");
      return signalPassFailure();
    }
    if (failed(qc::kernel::Former(function).run()))
      return signalPassFailure();
  }
};
} // namespace
