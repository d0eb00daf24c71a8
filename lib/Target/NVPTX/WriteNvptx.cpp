// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The files of a device program: all of them or none.
#include "qc/Target/NVPTX/EmitPtx.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace qc::nvptx {

namespace {
/// Files that appear together.
class FileSet {
public:
  ~FileSet() {
    for (sys::fs::TempFile &file : files)
      consumeError(file.discard());
  }

  /// Writes a temporary file beside `path`; it is removed on SIGINT.
  Error add(StringRef path, StringRef bytes) {
    sys::fs::file_status status;
    if (!sys::fs::status(path, status) && sys::fs::exists(status) && !sys::fs::is_regular_file(status))
      return fail(path, "it exists and is not a regular file");
    Expected<sys::fs::TempFile> file =
        sys::fs::TempFile::create(path + ".%%%%%%.tmp", sys::fs::all_read | sys::fs::all_write);
    if (!file)
      return fail(path, toString(file.takeError()));
    raw_fd_ostream os(file->FD, /*shouldClose=*/false);
    os << bytes;
    os.flush();
    std::error_code code = os.error();
    os.clear_error();
    files.push_back(std::move(*file));
    paths.push_back(path.str());
    return code ? fail(path, code.message()) : Error::success();
  }

  /// Renames all of them.
  Error keep() {
    for (auto [file, path] : zip_equal(files, paths))
      if (Error error = file.keep(path))
        return fail(path, toString(std::move(error)));
    files.clear();
    return Error::success();
  }

private:
  static Error fail(StringRef path, const std::string &why) {
    return createStringError("cannot write '" + path + "': " + why);
  }
  std::vector<sys::fs::TempFile> files;
  std::vector<std::string> paths;
};
} // namespace

static std::string replaceExtension(StringRef path, StringRef extension) {
  SmallString<128> result(path);
  sys::path::replace_extension(result, extension);
  return result.str().str();
}

Error writeNvptx(DeviceSpec spec, StringRef path) {
  std::string json = replaceExtension(path, ".launch.json"), weights = replaceExtension(path, ".weights");
  std::string ir = spec.emitDeviceIr ? replaceExtension(path, ".bc") : "";
  Expected<std::string> launches =
      makeLaunchJson(spec, sys::path::filename(path), sys::path::filename(weights), sys::path::filename(ir));
  if (!launches)
    return launches.takeError();
  SmallString<0> bitcode;
  raw_svector_ostream os(bitcode);
  if (spec.emitDeviceIr)
    WriteBitcodeToFile(*spec.module, os);
  Expected<std::string> ptx = emitPtx(*spec.module, spec.chip);
  if (!ptx)
    return ptx.takeError();
  FileSet files;
  if (Error error = files.add(path, *ptx))
    return error;
  if (Error error = files.add(weights, StringRef(spec.program.weights.data(), spec.program.weights.size())))
    return error;
  if (Error error = spec.emitDeviceIr ? files.add(ir, bitcode) : Error::success())
    return error;
  // The file that names the others appears last.
  if (Error error = files.add(json, *launches))
    return error;
  return files.keep();
}

} // namespace qc::nvptx
