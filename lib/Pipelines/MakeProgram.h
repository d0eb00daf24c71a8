// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The launches of a module behind the kernels phase as what targets are given.
#pragma once
#include "dialects/Kernel/Kernel.h"
#include "mlir/IR/BuiltinOps.h"
#include "qc/Target/Program.h"

namespace qc {

struct KernelProgram {
  ProgramSpec spec;                    ///< weights refer to the module's resource
  std::vector<kernel::FuncOp> kernels; ///< by name; LaunchSpec::kernel indexes them
};

/// Borders, launches, arena, weights and the information for --info (macs by type) of `module`. Fails with a diagnostic
/// where the module is not what `qc-verify-kernels` accepts.
mlir::FailureOr<KernelProgram> makeProgram(mlir::ModuleOp module, llvm::StringRef name);

} // namespace qc
