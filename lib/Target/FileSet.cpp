// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files that appear together.
#include "lib/Target/FileSet.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"
#include <atomic>

using namespace llvm;

namespace qc {

static Error fail(StringRef path, const Twine &why) { return createStringError("cannot write '" + path + "': " + why); }

/// A name that no other thread or process gives. (sys::fs::TempFile would replace a '%' in the user's path.)
static std::string getTemporaryName(StringRef path) {
  static std::atomic<unsigned> count{0};
  return (path + ".tmp" + Twine(sys::Process::getProcessId()) + "-" + Twine(count++)).str();
}

FileSet::~FileSet() {
  for (const File &file : files) {
    sys::fs::remove(file.temporary);
    sys::DontRemoveFileOnSignal(file.temporary);
  }
}

Error FileSet::add(StringRef path, StringRef bytes, unsigned mode) {
  sys::fs::file_status status;
  if (!sys::fs::status(path, status) && sys::fs::exists(status) && !sys::fs::is_regular_file(status))
    return fail(path, "it exists and is not a regular file");
  std::string temporary = getTemporaryName(path);
  int descriptor;
  if (std::error_code code =
          sys::fs::openFileForWrite(temporary, descriptor, sys::fs::CD_CreateNew, sys::fs::OF_None, mode))
    return fail(path, code.message());
  sys::RemoveFileOnSignal(temporary);
  files.push_back({path.str(), temporary});
  raw_fd_ostream os(descriptor, /*shouldClose=*/true);
  os << bytes;
  os.flush();
  std::error_code code = os.error();
  os.clear_error();
  return code ? fail(path, code.message()) : Error::success();
}

Error FileSet::keep() {
  for (const File &file : files) {
    if (std::error_code code = sys::fs::rename(file.temporary, file.path))
      return fail(file.path, code.message());
    sys::DontRemoveFileOnSignal(file.temporary);
  }
  files.clear();
  return Error::success();
}

} // namespace qc
