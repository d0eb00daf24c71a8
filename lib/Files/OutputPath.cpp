// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a path leads to that a tool is to write to.
#include "qc/Files/OutputPath.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include <climits>
#include <optional>
#include <unistd.h>

using namespace llvm;
namespace path = llvm::sys::path;

Error qc::failToWrite(StringRef path, const Twine &why) {
  return createStringError("cannot write '" + path + "': " + why);
}

static StringRef getFolder(StringRef name) {
  StringRef folder = path::parent_path(name);
  return folder.empty() ? "." : folder;
}

/// /proc/PID/fd/N, whatever links lead there. Such an entry reads as a link to a file, but the open descriptor is what
/// is meant: the file may be a pipe, deleted, or written to by others at the same position.
static std::optional<qc::OutputPath> findDescriptor(StringRef name) {
  SmallString<128> folder;
  unsigned number;
  if (sys::fs::real_path(getFolder(name), folder) || path::filename(name).getAsInteger(10, number) ||
      number > unsigned(INT_MAX) || !folder.starts_with("/proc/") || path::filename(folder) != "fd")
    return std::nullopt;
  std::string own = "/proc/" + std::to_string(sys::Process::getProcessId()) + "/";
  if (folder.starts_with(own))
    return qc::OutputPath{qc::OutputPath::Descriptor, "", int(number)};
  return qc::OutputPath{qc::OutputPath::Special, name.str(), -1};
}

/// What the symbolic link `name` leads to, seen from where the process stands; nothing where it is none.
static std::optional<std::string> readLink(const std::string &name) {
  char text[PATH_MAX];
  ssize_t length = ::readlink(name.c_str(), text, sizeof(text));
  if (length <= 0)
    return std::nullopt;
  StringRef target(text, size_t(length));
  if (path::is_absolute(target))
    return target.str();
  SmallString<256> result(path::parent_path(name));
  path::append(result, target);
  return result.str().str();
}

Expected<qc::OutputPath> qc::resolveOutput(StringRef name) {
  if (name == "-")
    return OutputPath{OutputPath::Descriptor, "", STDOUT_FILENO};
  constexpr int kMaxLinks = 40; // the kernel's own limit
  std::string current = name.str();
  for (int links = 0; links <= kMaxLinks; ++links) {
    if (std::optional<OutputPath> found = findDescriptor(current))
      return *found;
    std::optional<std::string> target = readLink(current);
    if (target) {
      current = std::move(*target);
      continue;
    }
    sys::fs::file_status status;
    bool isSpecial = !sys::fs::status(current, status) && sys::fs::exists(status) && !sys::fs::is_regular_file(status);
    return OutputPath{isSpecial ? OutputPath::Special : OutputPath::File, current, -1};
  }
  return failToWrite(name, "it is a circle of symbolic links");
}

Expected<std::string> qc::resolveOutputFile(StringRef name) {
  Expected<OutputPath> output = resolveOutput(name);
  if (!output)
    return output.takeError();
  if (output->kind == OutputPath::Descriptor)
    return failToWrite(name, "it is an open descriptor, and not a file that can be made beside it and renamed");
  if (output->kind == OutputPath::Special)
    return failToWrite(name, "it exists and is not a regular file");
  return output->path;
}

bool qc::isStandardOutput(StringRef name) {
  Expected<OutputPath> output = resolveOutput(name);
  if (output)
    return output->kind == OutputPath::Descriptor && output->descriptor == STDOUT_FILENO;
  consumeError(output.takeError());
  return false;
}

std::string qc::getRealName(StringRef name) {
  Expected<OutputPath> output = resolveOutput(name);
  if (!output) {
    consumeError(output.takeError());
    return name.str();
  }
  if (output->kind == OutputPath::Descriptor)
    return "/proc/self/fd/" + std::to_string(output->descriptor);
  SmallString<256> real;
  if (sys::fs::real_path(getFolder(output->path), real))
    return output->path;
  path::append(real, path::filename(output->path));
  return real.str().str();
}
