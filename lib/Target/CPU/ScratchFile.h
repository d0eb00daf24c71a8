// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A file that exists only as long as this object, for programs that want a path.
#pragma once
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>

namespace qc::cpu {

/// Bytes under a path: an anonymous memory file, or, where memfd or /proc is refused, a private temporary file. The
/// path stays the same file until destruction, and nothing is left behind, also after SIGINT.
class ScratchFile {
public:
  /// Writes the pieces one behind the other. Errors: no space, no usable temporary folder.
  static llvm::Expected<ScratchFile> create(llvm::ArrayRef<llvm::StringRef> pieces);
  /// Always a temporary file on disk, for programs that replace the file.
  static llvm::Expected<ScratchFile> createOnDisk(llvm::ArrayRef<llvm::StringRef> pieces);
  ScratchFile(ScratchFile &&other);
  ScratchFile &operator=(ScratchFile &&other) = delete;
  ~ScratchFile();

  const std::string &getPath() const { return path; }

  /// For a file on disk: fails where it has no room for `bytes` bytes. Whoever maps it would find out by a SIGBUS.
  llvm::Error checkSpace(uint64_t bytes);

private:
  llvm::Error write(llvm::ArrayRef<llvm::StringRef> pieces);
  ScratchFile(int descriptor, std::string path, bool onDisk)
      : descriptor(descriptor), path(std::move(path)), onDisk(onDisk) {}
  int descriptor; ///< -1: closed
  std::string path;
  bool onDisk;
};

} // namespace qc::cpu
