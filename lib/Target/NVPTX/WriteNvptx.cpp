// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The files of a device program: all of them or none.
#include "qc/Files/FileSet.h"
#include "qc/Target/NVPTX/EmitPtx.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace qc::nvptx {

static std::string replaceExtension(StringRef path, StringRef extension) {
  SmallString<128> result(path);
  sys::path::replace_extension(result, extension);
  return result.str().str();
}

Error addNvptx(DeviceSpec spec, StringRef path, FileSet &files) {
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
  unsigned mode = sys::fs::all_read | sys::fs::all_write;
  if (Error error = files.add(path, *ptx, mode))
    return error;
  auto writeWeights = [&](raw_ostream &stream) {
    for (StringRef piece : spec.program.weights.slice(0, spec.program.weights.size()))
      stream << piece;
  };
  if (Error error = files.add(weights, mode, writeWeights))
    return error;
  if (Error error = spec.emitDeviceIr ? files.add(ir, bitcode, mode) : Error::success())
    return error;
  // The file that names the others appears last.
  return files.add(json, *launches, mode);
}

Error writeNvptx(DeviceSpec spec, StringRef path) {
  FileSet files;
  if (Error error = addNvptx(std::move(spec), path, files))
    return error;
  return files.keep();
}

} // namespace qc::nvptx
