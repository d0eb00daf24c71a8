// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writing where nothing can be renamed to.
#pragma once
#include "qc/Files/OutputPath.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace llvm {
class raw_ostream;
class raw_fd_ostream;
} // namespace llvm

namespace qc {

/// Whatever was not written is an error, and must not become one of the stream's destructor, which ends the program.
llvm::Error finishStream(llvm::raw_fd_ostream &os, llvm::StringRef path);

/// Writes to a device, pipe or open descriptor. `path` is its name in errors.
llvm::Error writeDirectly(llvm::StringRef path, const OutputPath &output,
                          llvm::function_ref<void(llvm::raw_ostream &)> write);

} // namespace qc
