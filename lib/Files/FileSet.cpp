// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files that appear together.
#include "qc/Files/FileSet.h"
#include "lib/Files/Direct.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"
#include <atomic>
#include <cstdio>
#include <fcntl.h>

using namespace llvm;

namespace qc {

/// A name beside `path` that nothing else has, in other processes of the same number neither; short, for `path` may be
/// as long as names can be. (sys::fs::TempFile would replace a '%' in the user's path.)
static std::string getTemporaryName(StringRef path) {
  static std::atomic<unsigned> count{0};
  SmallString<256> name(sys::path::parent_path(path));
  sys::path::append(name, ".qc-" + Twine(sys::Process::getProcessId()) + "-" + Twine(count++) + "-" +
                              utohexstr(sys::Process::GetRandomNumber(), /*LowerCase=*/true) + ".tmp");
  return name.str().str();
}

FileSet::~FileSet() {
  for (const File &file : files) {
    if (!file.temporary.empty())
      sys::fs::remove(file.temporary);
    sys::DontRemoveFileOnSignal(file.temporary);
  }
}

Error FileSet::add(StringRef path, unsigned mode, function_ref<void(raw_ostream &)> write) {
  Expected<std::string> target = resolveOutputFile(path);
  if (!target)
    return target.takeError();
  std::string temporary = getTemporaryName(*target);
  int descriptor;
  sys::RemoveFileOnSignal(temporary); // first, or an interrupt in between leaves the file
  if (std::error_code code =
          sys::fs::openFileForWrite(temporary, descriptor, sys::fs::CD_CreateNew, sys::fs::OF_None, mode)) {
    sys::DontRemoveFileOnSignal(temporary);
    return failToWrite(path, code.message());
  }
  files.push_back({path.str(), std::move(*target), temporary});
  raw_fd_ostream os(descriptor, /*shouldClose=*/true);
  write(os);
  return finishStream(os, path);
}

Error FileSet::add(StringRef path, StringRef bytes, unsigned mode) {
  return add(path, mode, [&](raw_ostream &os) { os << bytes; });
}

Error FileSet::addText(StringRef path, function_ref<void(raw_ostream &)> write) {
  Expected<OutputPath> output = resolveOutput(path);
  if (!output)
    return output.takeError();
  if (output->kind == OutputPath::File)
    return add(path, sys::fs::all_read | sys::fs::all_write, write);
  return writeDirectly(path, *output, write);
}

uint64_t FileSet::getSize(StringRef path) const {
  uint64_t size = 0;
  for (const File &file : files)
    if (file.path == path && sys::fs::file_size(file.temporary, size))
      return 0;
  return size;
}

/// An exchange leaves what was there under the temporary's name, until all files are in their places.
std::error_code FileSet::place(File &file) {
  const char *from = file.temporary.c_str(), *to = file.target.c_str();
  if (::renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE) == 0) {
    file.state = File::Exchanged;
    // Not a file: a folder, say, that was made since add looked.
    sys::fs::file_status status;
    if (std::error_code code = sys::fs::status(from, status, /*follow=*/false))
      return code;
    return sys::fs::is_regular_file(status) ? std::error_code() : std::make_error_code(std::errc::file_exists);
  }
  if (errno != ENOENT && errno != EINVAL && errno != ENOSYS)
    return std::error_code(errno, std::generic_category());
  bool exists = sys::fs::exists(to);
  if (std::error_code code = sys::fs::rename(from, to))
    return code;
  file.state = exists ? File::Replaced : File::Created;
  return {};
}

/// Adds to `lost` where a file is that cannot be put back.
void FileSet::takeBack(File &file, std::string &lost) {
  const char *from = file.temporary.c_str(), *to = file.target.c_str();
  if (file.state == File::Created && sys::fs::rename(to, from))
    lost += "; '" + file.target + "' is there";
  if (file.state == File::Exchanged && ::renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE) != 0) {
    lost += "; what was there is '" + file.temporary + "'";
    sys::DontRemoveFileOnSignal(file.temporary);
    file.temporary.clear();
  }
  file.state = File::Waiting;
}

Error FileSet::keep() {
  for (File &file : files)
    if (std::error_code code = place(file)) {
      std::string path = file.path, lost;
      for (File &other : reverse(files))
        takeBack(other, lost);
      return failToWrite(path, code.message() + lost);
    }
  for (const File &file : files) {
    if (file.state == File::Exchanged)
      sys::fs::remove(file.temporary);
    sys::DontRemoveFileOnSignal(file.temporary);
  }
  files.clear();
  return Error::success();
}

} // namespace qc
