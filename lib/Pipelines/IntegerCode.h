// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Integer-only down to the code: which kernels may compute with floats, and that the others do not.
#pragma once
#include "dialects/Kernel/Kernel.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringSet.h"

namespace llvm {
class Module;
}

namespace qc {

/// The kernels of `module` that a launch uses elsewhere than at the border (`kernel.border`: where float becomes codes
/// or codes become float, or floats are only moved). Empty where the module is not `qc.integer_only`.
llvm::StringSet<> getIntegerOnlyKernels(mlir::ModuleOp module);

/// Fails, with a diagnostic at `op` that begins with `what`, where a function of `code` has a float type: of an
/// argument, a result, an instruction or its operands, a variable on the stack or a global.
mlir::LogicalResult verifyIntegerCode(const llvm::Module &code, mlir::Operation *op, const std::string &what);

} // namespace qc
