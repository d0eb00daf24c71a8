// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files that a tool reads.
#include "qc/Files/InputFile.h"
#include "qc/Files/OutputPath.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;
using namespace qc;

static Error fail(StringRef path, const Twine &why) { return createStringError("cannot read '" + path + "': " + why); }

static Expected<std::unique_ptr<MemoryBuffer>> check(StringRef path, ErrorOr<std::unique_ptr<MemoryBuffer>> buffer) {
  if (!buffer)
    return fail(path, buffer.getError().message());
  return std::move(*buffer);
}

Expected<std::unique_ptr<MemoryBuffer>> qc::readRegularFile(StringRef path) {
  sys::fs::file_status status;
  if (std::error_code code = sys::fs::status(path, status))
    return fail(path, code.message());
  if (!sys::fs::is_regular_file(status))
    return fail(path, "it is not a regular file");
  return check(path, MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false));
}

/// As a mapped file has: MLIR refuses bytecode whose resources want more than it finds.
static const Align kAlignment(4096);

Expected<std::unique_ptr<MemoryBuffer>> qc::readCopy(StringRef path) {
  if (path == "-" || getRealName(path) == getRealName("/dev/stdin")) // may be a terminal
    return check(path, MemoryBuffer::getSTDIN());
  sys::fs::file_status status;
  if (std::error_code code = sys::fs::status(path, status))
    return fail(path, code.message());
  if (!sys::fs::is_regular_file(status) && status.type() != sys::fs::file_type::fifo_file)
    return fail(path, "it is neither a regular file nor a pipe");
  return check(path, MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/true,
                                           /*IsVolatile=*/true, kAlignment)); // volatile: never mapped
}
