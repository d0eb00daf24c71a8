// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files that appear together: all of them or none.
#pragma once
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <system_error>
#include <vector>

namespace llvm {
class raw_ostream;
}

namespace qc {

/// Usage: add each file, then keep. Before keep, and after an error or SIGINT, there are only temporaries beside the
/// files, and they are removed. A path that is a symbolic link stays one: the file that it leads to is replaced.
class FileSet {
public:
  FileSet() = default;
  FileSet(const FileSet &) = delete;
  FileSet &operator=(const FileSet &) = delete;
  ~FileSet();

  /// What `write` prints goes to a temporary beside `path`, with the permissions `mode` less the user's mask. Errors:
  /// `path` is a folder, device or descriptor, which a file must not replace; nothing can be written there.
  llvm::Error add(llvm::StringRef path, unsigned mode, llvm::function_ref<void(llvm::raw_ostream &)> write);
  llvm::Error add(llvm::StringRef path, llvm::StringRef bytes, unsigned mode);

  /// As add, for text that may go anywhere: a device, a pipe or a descriptor ("-" is standard output) is written at
  /// once.
  llvm::Error addText(llvm::StringRef path, llvm::function_ref<void(llvm::raw_ostream &)> write);

  /// Bytes of the file that was added as `path`; 0 where none was, or it was written at once.
  uint64_t getSize(llvm::StringRef path) const;

  /// Puts all of them in their places, in the order in which they were added. Where one cannot, those before it are
  /// taken back, and the files that they replaced are there again. (A file system that cannot exchange two files, as
  /// NFS, gives back none that was replaced.)
  llvm::Error keep();

private:
  struct File {
    std::string path, target, temporary;
    enum { Waiting, Created, Exchanged, Replaced } state = Waiting;
  };
  static std::error_code place(File &file);
  static void takeBack(File &file, std::string &lost);

  std::vector<File> files;
};

} // namespace qc
