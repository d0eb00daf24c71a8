// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The entry function of a model, and the epoch of its module.
#pragma once
#include "dialects/QC/QC.h"
#include "mlir/IR/BuiltinOps.h"

namespace qc {

/// `@main` of `module`. Fails with a diagnostic where there is none with a body of one block.
mlir::FailureOr<mlir::func::FuncOp> getMainFunction(mlir::ModuleOp module);

/// The module's `qc.epoch`, 0 where absent.
int64_t getEpoch(mlir::ModuleOp module);

} // namespace qc
