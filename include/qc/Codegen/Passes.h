// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes that turn one kernel.func into LLVM's dialect, for the CPU and for NVPTX.
#pragma once
#include "dialects/Kernel/Kernel.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace qc {
/// How `qc-lower-contract` writes a contraction.
enum class ContractForm { Vector, Scalar };
/// What `qc-lower-forall` makes of the iterations.
enum class ForallTarget { Loops, Threads };
/// How a compiled kernel is called (`qc-kernel-to-llvm`).
enum class KernelAbi { Table, Device };

#define GEN_PASS_DECL
#include "qc/Codegen/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "qc/Codegen/Passes.h.inc"
} // namespace qc
