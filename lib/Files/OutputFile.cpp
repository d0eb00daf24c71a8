// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files that a tool writes: complete or not at all.
#include "qc/Files/OutputFile.h"
#include "lib/Files/Direct.h"
#include "qc/Files/FileSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <fcntl.h>
#include <unistd.h>

using namespace llvm;
using namespace qc;

Error qc::checkNoInput(StringRef path, ArrayRef<std::string> inputs) {
  sys::fs::file_status output, status;
  if (path == "-" || sys::fs::status(path, output) || !sys::fs::exists(output))
    return Error::success();
  if (output.type() == sys::fs::file_type::character_file) // as /dev/null: nothing is lost there
    return Error::success();
  for (const std::string &input : inputs)
    if (!sys::fs::status(input, status) && sys::fs::equivalent(output, status))
      return failToWrite(path, "it is the input '" + input + "'");
  return Error::success();
}

static Error checkDescriptor(StringRef path, int descriptor) {
  // A closed standard output is told by whoever writes to it.
  if (descriptor == STDOUT_FILENO)
    return Error::success();
  int flags = ::fcntl(descriptor, F_GETFL);
  if (flags < 0)
    return failToWrite(path, std::generic_category().message(errno));
  return (flags & O_ACCMODE) == O_RDONLY ? failToWrite(path, "the descriptor is open for reading only")
                                         : Error::success();
}

Error qc::checkOutputPath(StringRef path, ArrayRef<std::string> inputs) {
  if (Error error = checkNoInput(path, inputs))
    return error;
  if (path != "-" && sys::fs::is_directory(path))
    return failToWrite(path, "it is a folder");
  Expected<OutputPath> output = resolveOutput(path);
  if (!output)
    return output.takeError();
  if (output->kind == OutputPath::Descriptor)
    return checkDescriptor(path, output->descriptor);
  StringRef folder = sys::path::parent_path(output->path);
  if (folder.empty())
    folder = ".";
  if (!sys::fs::is_directory(folder))
    return failToWrite(path, "there is no folder '" + folder + "'");
  if (output->kind == OutputPath::File && sys::fs::access(folder, sys::fs::AccessMode::Write))
    return failToWrite(path, "the folder '" + folder + "' cannot be written to");
  return Error::success();
}

Error qc::finishStream(raw_fd_ostream &os, StringRef path) {
  os.flush();
  std::error_code code = os.error();
  os.clear_error();
  return code ? failToWrite(path, code.message()) : Error::success();
}

Error qc::flushStandardOutput() { return finishStream(outs(), "standard output"); }

Error qc::writeDirectly(StringRef path, const OutputPath &output, function_ref<void(raw_ostream &)> write) {
  if (output.descriptor == STDOUT_FILENO) {
    write(outs());
    return flushStandardOutput();
  }
  if (output.kind == OutputPath::Descriptor) {
    raw_fd_ostream os(output.descriptor, /*shouldClose=*/false);
    write(os);
    return finishStream(os, path);
  }
  std::error_code code;
  raw_fd_ostream os(output.path, code, sys::fs::CD_OpenExisting, sys::fs::FA_Write, sys::fs::OF_Append);
  if (code)
    return failToWrite(path, code.message());
  write(os);
  return finishStream(os, path);
}

Error qc::writeOutputFile(StringRef path, function_ref<void(raw_ostream &)> write) {
  FileSet files;
  if (Error error = files.addText(path, write))
    return error;
  return files.keep();
}
