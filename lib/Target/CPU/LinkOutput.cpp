// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A pipe with a path, or a temporary file.
#include "lib/Target/CPU/LinkOutput.h"
#include "llvm/Support/MemoryBuffer.h"
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

using namespace llvm;

namespace qc::cpu {

bool LinkOutput::openPipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    return false;
  readEnd = ends[0];
  writeEnd = ends[1];
  path = "/proc/self/fd/" + std::to_string(writeEnd);
  return access(path.c_str(), W_OK) == 0;
}

void LinkOutput::drain() {
  for (;;) {
    size_t size = bytes.size();
    bytes.resize_for_overwrite(size + (64 << 10));
    ssize_t count = read(readEnd, bytes.data() + size, bytes.size() - size);
    bytes.truncate(size + size_t(count > 0 ? count : 0));
    if (count == 0)
      return;
    if (count < 0 && errno != EINTR) {
      readError = errno;
      ::close(readEnd); // or the linker would wait for room in the pipe
      readEnd = -1;
      return;
    }
  }
}

Expected<std::unique_ptr<LinkOutput>> LinkOutput::create(uint64_t bound) {
  std::unique_ptr<LinkOutput> output(new LinkOutput);
  if (output->openPipe()) {
    output->reader = std::thread([self = output.get()] { self->drain(); });
    return output;
  }
  Expected<ScratchFile> file = ScratchFile::createOnDisk({});
  if (!file)
    return file.takeError();
  if (Error error = file->checkSpace(bound))
    return error;
  output->path = file->getPath();
  output->file.emplace(std::move(*file));
  return output;
}

Expected<SmallVector<char, 0>> LinkOutput::take() {
  auto fail = [](const std::string &why) { return createStringError("cannot read what the linker wrote: " + why); };
  if (reader.joinable()) {
    ::close(writeEnd); // the last one: the reader comes to an end
    writeEnd = -1;
    reader.join();
    if (readError)
      return fail(std::generic_category().message(readError));
    return std::move(bytes);
  }
  ErrorOr<std::unique_ptr<MemoryBuffer>> written =
      MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!written)
    return fail(written.getError().message());
  return SmallVector<char, 0>((*written)->getBufferStart(), (*written)->getBufferEnd());
}

LinkOutput::~LinkOutput() {
  if (writeEnd >= 0)
    ::close(writeEnd);
  if (reader.joinable())
    reader.join();
  if (readEnd >= 0)
    ::close(readEnd);
}

} // namespace qc::cpu
