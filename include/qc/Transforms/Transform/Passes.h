// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes of the transform phase: equal rewrites for better quantization.
#pragma once
#include "dialects/QC/QC.h"
#include "mlir/Pass/Pass.h"

namespace qc {
#define GEN_PASS_DECL
#include "qc/Transforms/Transform/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "qc/Transforms/Transform/Passes.h.inc"
} // namespace qc
