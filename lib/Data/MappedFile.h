// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A regular file as bytes, mapped where it is large.
#pragma once
#include "Errors.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include <memory>

namespace qc::data {

struct MappedFile {
  llvm::ArrayRef<char> bytes;
  std::shared_ptr<const void> owner;

  /// Anything but a regular file is refused: reading a device or a pipe may not end.
  static llvm::Expected<MappedFile> open(llvm::StringRef path) {
    llvm::sys::fs::file_status status;
    if (std::error_code code = llvm::sys::fs::status(path, status))
      return failFile(path, "cannot be read: " + code.message());
    if (!llvm::sys::fs::is_regular_file(status))
      return failFile(path, "is not a regular file");
    auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
    if (!buffer)
      return failFile(path, "cannot be read: " + buffer.getError().message());
    std::shared_ptr<llvm::MemoryBuffer> owner = std::move(*buffer);
    return MappedFile{{owner->getBufferStart(), owner->getBufferSize()}, owner};
  }
};

} // namespace qc::data
