// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes of the integer phase: quantize/dequantize pairs around float operations become dyadic operations.
#pragma once
#include "dialects/Dyadic/Dyadic.h"
#include "dialects/QC/QC.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace qc {
#define GEN_PASS_DECL
#include "qc/Conversion/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "qc/Conversion/Passes.h.inc"
} // namespace qc
