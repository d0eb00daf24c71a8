// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Artefacts as files: all of them or none.
#include "qc/Target/CPU/Artefact.h"
#include "llvm/ADT/ScopeExit.h"
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

/// A device must not be replaced by a file, nor a folder.
static Error checkReplaceable(StringRef path) {
  sys::fs::file_status status;
  if (!sys::fs::status(path, status) && sys::fs::exists(status) && !sys::fs::is_regular_file(status))
    return createStringError("cannot write '" + path + "': it exists and is not a regular file");
  return Error::success();
}

/// A complete temporary file beside `path`; removed on SIGINT, or by discard().
static Expected<sys::fs::TempFile> writeTemporary(StringRef path, StringRef bytes, unsigned mode) {
  if (Error error = checkReplaceable(path))
    return error;
  auto fail = [&](const std::string &why) { return createStringError("cannot write '" + path + "': " + why); };
  Expected<sys::fs::TempFile> file = sys::fs::TempFile::create(path + ".%%%%%%.tmp", mode);
  if (!file)
    return fail(toString(file.takeError()));
  raw_fd_ostream os(file->FD, /*shouldClose=*/false);
  os << bytes;
  os.flush();
  if (std::error_code code = os.error()) {
    os.clear_error();
    consumeError(file->discard());
    return fail(code.message());
  }
  return file;
}

static Error keep(sys::fs::TempFile &file, StringRef path) {
  if (Error error = file.keep(path))
    return createStringError("cannot write '" + path + "': " + toString(std::move(error)));
  return Error::success();
}

Error writeArtefact(const ArtefactSpec &spec, ArtefactKind kind, StringRef path) {
  Expected<SmallVector<char, 0>> bytes = buildArtefact(spec, kind);
  if (!bytes)
    return bytes.takeError();
  unsigned mode = sys::fs::all_read | sys::fs::all_write;
  unsigned artefactMode = kind == ArtefactKind::Object ? mode : mode | sys::fs::all_exe;
  Expected<sys::fs::TempFile> artefact = writeTemporary(path, StringRef(bytes->data(), bytes->size()), artefactMode);
  if (!artefact)
    return artefact.takeError();
  auto discardArtefact = scope_exit([&] { consumeError(artefact->discard()); });
  if (kind == ArtefactKind::Executable) {
    discardArtefact.release();
    return keep(*artefact, path);
  }
  std::string headerPath = getHeaderPath(path);
  Expected<sys::fs::TempFile> header = writeTemporary(headerPath, makeHeader(spec.program), mode);
  if (!header)
    return header.takeError();
  discardArtefact.release();
  if (Error error = keep(*artefact, path)) {
    consumeError(header->discard());
    return error;
  }
  return keep(*header, headerPath);
}

} // namespace qc::cpu
