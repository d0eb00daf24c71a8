// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files that a tool writes: complete or not at all.
#include "qc/Report/OutputFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

static Error fail(StringRef path, const Twine &why) { return createStringError("cannot write '" + path + "': " + why); }

Error qc::checkOutputPath(StringRef path, ArrayRef<std::string> inputs) {
  if (path == "-")
    return Error::success();
  for (const std::string &input : inputs)
    if (bool same = false; !sys::fs::equivalent(path, input, same) && same)
      return fail(path, "it is the input '" + input + "'");
  if (sys::fs::is_directory(path))
    return fail(path, "it is a folder");
  StringRef folder = sys::path::parent_path(path);
  if (folder.empty())
    folder = ".";
  if (!sys::fs::is_directory(folder))
    return fail(path, "there is no folder '" + folder + "'");
  sys::fs::file_status status;
  bool isSpecial = !sys::fs::status(path, status) && sys::fs::exists(status) && !sys::fs::is_regular_file(status);
  if (!isSpecial && sys::fs::access(folder, sys::fs::AccessMode::Write))
    return fail(path, "the folder '" + folder + "' cannot be written to");
  return Error::success();
}

/// Whatever was not written is an error, and must not become one of the stream's destructor, which ends the program.
static Error finish(raw_fd_ostream &os, StringRef path) {
  os.flush();
  std::error_code code = os.error();
  os.clear_error();
  return code ? fail(path, code.message()) : Error::success();
}

Error qc::flushStandardOutput() { return finish(outs(), "standard output"); }

static Error writeDirectly(StringRef path, function_ref<void(raw_ostream &)> write) {
  std::error_code code;
  raw_fd_ostream os(path, code, sys::fs::CD_OpenExisting);
  if (code)
    return fail(path, code.message());
  write(os);
  return finish(os, path);
}

/// By way of a file of a name that only this process gives. (sys::fs::TempFile would replace a '%' in \p path.)
static Error writeTemporary(StringRef path, function_ref<void(raw_ostream &)> write) {
  std::string temporary = (path + ".tmp" + Twine(sys::Process::getProcessId())).str();
  int descriptor;
  if (std::error_code code = sys::fs::openFileForWrite(temporary, descriptor, sys::fs::CD_CreateNew))
    return fail(path, code.message());
  sys::RemoveFileOnSignal(temporary);
  Error error = Error::success();
  {
    raw_fd_ostream os(descriptor, /*shouldClose=*/true);
    write(os);
    error = finish(os, path);
  }
  if (!error)
    if (std::error_code code = sys::fs::rename(temporary, path))
      error = fail(path, code.message());
  if (error)
    if (std::error_code code = sys::fs::remove(temporary))
      error = joinErrors(std::move(error), fail(temporary, code.message()));
  sys::DontRemoveFileOnSignal(temporary);
  return error;
}

Error qc::writeOutputFile(StringRef path, function_ref<void(raw_ostream &)> write) {
  if (path == "-") {
    write(outs());
    return flushStandardOutput();
  }
  sys::fs::file_status status;
  if (!sys::fs::status(path, status) && sys::fs::exists(status) && !sys::fs::is_regular_file(status))
    return writeDirectly(path, write);
  return writeTemporary(path, write);
}
