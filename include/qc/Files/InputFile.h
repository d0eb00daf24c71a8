// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files that a tool reads.
#pragma once
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <memory>

namespace llvm {
class MemoryBuffer;
}

namespace qc {

/// The bytes of a regular file, without a null behind them: "cannot read 'path': why" for anything else. A device may
/// have no end, and a pipe may wait for ever.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> readRegularFile(llvm::StringRef path);

/// The bytes of a regular file, pipe or standard input ("-"), with a null behind them. They are a copy: the file may be
/// written to while they are used.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> readCopy(llvm::StringRef path);

} // namespace qc
