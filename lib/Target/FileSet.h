// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files that appear together: all of them or none.
#pragma once
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace qc {

/// Usage: add each file, then keep. Before keep, and after an error or SIGINT, there are only temporaries beside the
/// paths, and they are removed.
class FileSet {
public:
  FileSet() = default;
  FileSet(const FileSet &) = delete;
  FileSet &operator=(const FileSet &) = delete;
  ~FileSet();

  /// Writes `bytes` to a temporary beside `path`, with the permissions `mode` less the user's mask. Errors: `path` is a
  /// folder or device, which a file must not replace; nothing can be written there.
  llvm::Error add(llvm::StringRef path, llvm::StringRef bytes, unsigned mode);
  /// Renames all of them, in the order in which they were added.
  llvm::Error keep();

private:
  struct File {
    std::string path, temporary;
  };
  std::vector<File> files;
};

} // namespace qc
