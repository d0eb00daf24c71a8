// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// @main of a module with symbolic sizes -> one LLVM module: the schedule of lib/Runtime/Program.h.
#pragma once
#include "dialects/Kernel/Kernel.h"
#include "mlir/IR/BuiltinOps.h"
#include <memory>

namespace llvm {
class LLVMContext;
class Module;
} // namespace llvm

namespace qc::cpu {

/// Whether an operand of a launch or an observer is computed by the schedule: a number that is no constant, a buffer at
/// an offset that is none.
bool isComputed(mlir::Value value);

/// Compiles `@main` of `module` (behind the kernels phase, with `kernel.symbolic`) to an LLVM module that defines
/// - `void @qcr_schedule(ptr frame)`: starts all launches and observers, which are numbered in the order of `@main`;
/// - `i32 @qcr_sizes(ptr dims, ptr bytes, ptr output_dims, ptr seen)`: checks, sizes of planned buffers, extents of
/// outputs. Index arithmetic of the second that leaves 63 bits is found there. Fails with a diagnostic where an
/// operation has no place in a schedule.
mlir::FailureOr<std::unique_ptr<llvm::Module>> lowerScheduleToLLVM(mlir::ModuleOp module, llvm::LLVMContext &context);

} // namespace qc::cpu
