// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ends of a tool that no function returns from.
#pragma once
#include "llvm/ADT/STLFunctionalExtras.h"
#include <string>

namespace qc {

/// From here on, running out of memory and LLVM's fatal errors are one line on standard error and exit code 1: no stack
/// dump, no abort, and no temporary file stays; standard descriptors that are closed become the null device. To be
/// called first in main, instead of llvm::InitLLVM.
void installFailureHandlers();

/// Calls \p step. Where it crashes, \p message is one line on standard error and the exit code 1. For readers that are
/// not ours: MLIR's reader of bytecode can be crashed by damaged files (22.1: a wrong dialect number frees memory
/// twice).
void runGuarded(llvm::function_ref<void()> step, const std::string &message);

} // namespace qc
