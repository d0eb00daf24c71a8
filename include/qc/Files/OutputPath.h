// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a path leads to that a tool is to write to.
#pragma once
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include <string>

namespace qc {

/// "cannot write 'path': why".
llvm::Error failToWrite(llvm::StringRef path, const llvm::Twine &why);

/// Where the bytes go.
struct OutputPath {
  enum Kind {
    File,       ///< a regular file, or none yet: replaced by a rename
    Descriptor, ///< open in this process, as /dev/stdout and /dev/fd/3: written through it
    Special     ///< a device or pipe: opened and written
  };
  Kind kind = File;
  std::string path;    ///< but for Descriptor: no symbolic link itself, so that a rename replaces what links lead to
  int descriptor = -1; ///< for Descriptor
};

/// Follows symbolic links to the file that they lead to, which need not exist. "-" is descriptor 1, as /dev/stdout is.
llvm::Expected<OutputPath> resolveOutput(llvm::StringRef path);

/// The file that `path` leads to; an error where that is anything but a regular file or none.
llvm::Expected<std::string> resolveOutputFile(llvm::StringRef path);

/// Whether `path` leads to standard output: "-", /dev/stdout and their like.
bool isStandardOutput(llvm::StringRef path);

/// One name for all paths that lead to the same file or descriptor, whether it exists or not.
std::string getRealName(llvm::StringRef path);

} // namespace qc
