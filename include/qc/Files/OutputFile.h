// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files that a tool writes: complete or not at all.
#pragma once
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>

namespace llvm {
class raw_ostream;
}

namespace qc {

/// Refuses a path that is the same file as one of `inputs`, which are paths that need not exist.
llvm::Error checkNoInput(llvm::StringRef path, llvm::ArrayRef<std::string> inputs);

/// Refuses, before any work is done, a path that no file can be written to (its folder is missing or not writable, it
/// is a folder itself), or that `checkNoInput` refuses.
llvm::Error checkOutputPath(llvm::StringRef path, llvm::ArrayRef<std::string> inputs);

/// What `write` prints becomes the file `path`: by way of a temporary beside it that is renamed when it is complete,
/// and gone after an error or SIGINT. Symbolic links are followed. "-" is standard output; a device, pipe or open
/// descriptor is written to directly.
llvm::Error writeOutputFile(llvm::StringRef path, llvm::function_ref<void(llvm::raw_ostream &)> write);

/// Flushes standard output; an error where something printed to it is lost.
llvm::Error flushStandardOutput();

} // namespace qc
