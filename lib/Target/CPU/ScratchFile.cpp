// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Anonymous memory files with a path.
#include "lib/Target/CPU/ScratchFile.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace llvm;

namespace qc::cpu {

/// A memory file that can be opened by its path; -1 where there is none.
static int openMemory(std::string &path) {
  int descriptor = memfd_create("qc", MFD_CLOEXEC);
  if (descriptor < 0)
    return -1;
  path = "/proc/self/fd/" + std::to_string(descriptor);
  if (access(path.c_str(), R_OK) == 0)
    return descriptor;
  ::close(descriptor);
  return -1;
}

Expected<ScratchFile> ScratchFile::createOnDisk(ArrayRef<StringRef> pieces) {
  int descriptor;
  SmallString<128> name;
  if (std::error_code code = sys::fs::createTemporaryFile("qc", "tmp", descriptor, name))
    return createStringError("cannot create a temporary file: " + code.message());
  sys::RemoveFileOnSignal(name);
  ScratchFile file(descriptor, name.str().str(), true);
  if (Error error = file.write(pieces))
    return error;
  return file;
}

Expected<ScratchFile> ScratchFile::create(ArrayRef<StringRef> pieces) {
  std::string path;
  int descriptor = openMemory(path);
  if (descriptor < 0)
    return createOnDisk(pieces);
  ScratchFile file(descriptor, path, false);
  if (Error error = file.write(pieces))
    return error;
  return file;
}

Error ScratchFile::checkSpace(uint64_t bytes) {
  int code = posix_fallocate(descriptor, 0, off_t(bytes));
  // Some file systems cannot reserve; nothing is known of them.
  if (code != 0 && code != EINVAL && code != EOPNOTSUPP)
    return createStringError("cannot write " + Twine(bytes) + " bytes to '" + sys::path::parent_path(path).str() +
                             "' (TMPDIR): " + std::generic_category().message(code));
  if (ftruncate(descriptor, 0) != 0)
    return createStringError("cannot write '" + path + "': " + std::generic_category().message(errno));
  return Error::success();
}

Error ScratchFile::write(ArrayRef<StringRef> pieces) {
  raw_fd_ostream os(descriptor, /*shouldClose=*/false);
  for (StringRef piece : pieces)
    os << piece;
  os.flush();
  std::error_code code = os.error();
  os.clear_error();
  if (!code)
    return Error::success();
  return createStringError("cannot write '" + path + (onDisk ? "' (TMPDIR): " : "': ") + code.message());
}

ScratchFile::ScratchFile(ScratchFile &&other)
    : descriptor(other.descriptor), path(std::move(other.path)), onDisk(other.onDisk) {
  other.descriptor = -1;
}

ScratchFile::~ScratchFile() {
  if (descriptor < 0)
    return;
  ::close(descriptor);
  if (!onDisk)
    return;
  sys::fs::remove(path);
  sys::DontRemoveFileOnSignal(path);
}

} // namespace qc::cpu
