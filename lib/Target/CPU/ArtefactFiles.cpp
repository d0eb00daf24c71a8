// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Artefacts as files: all of them or none.
#include "lib/Target/CPU/Parts.h"
#include "qc/Files/FileSet.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace qc::cpu {

std::string getHeaderPath(StringRef path) {
  SmallString<128> header(path);
  sys::path::replace_extension(header, ".h");
  return header.str().str();
}

Error addArtefact(const ArtefactSpec &spec, ArtefactKind kind, StringRef path, FileSet &files) {
  Expected<Image> image = makeImage(spec, kind);
  if (!image)
    return image.takeError();
  unsigned mode = sys::fs::all_read | sys::fs::all_write;
  unsigned artefactMode = kind == ArtefactKind::Object ? mode : mode | sys::fs::all_exe;
  auto write = [&](raw_ostream &os) {
    for (StringRef piece : image->slice())
      os << piece;
  };
  if (Error error = files.add(path, artefactMode, write))
    return error;
  if (kind != ArtefactKind::Executable)
    if (Error error = files.add(getHeaderPath(path), makeHeader(spec.program), mode))
      return error;
  return Error::success();
}

Error writeArtefact(const ArtefactSpec &spec, ArtefactKind kind, StringRef path) {
  FileSet files;
  if (Error error = addArtefact(spec, kind, path, files))
    return error;
  return files.keep();
}

} // namespace qc::cpu
