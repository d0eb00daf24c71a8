// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes of the kernels phase: from tensors to launches on planned buffers.
#pragma once
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace qc {
#define GEN_PASS_DECL
#include "qc/Codegen/Schedule/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "qc/Codegen/Schedule/Passes.h.inc"
} // namespace qc
