// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reading .npz files: zip archives of .npy files.
#include "Zip.h"
#include "qc/Data/Npy.h"
#include <new>

using namespace llvm;
using namespace qc::data;

/// The member's .npy header, its size checked against the member's.
static Expected<NpyHeader> readMemberHeader(ArrayRef<char> bytes, const ZipMember &member) {
  std::vector<char> start(size_t(std::min<uint64_t>(member.size, kMaxNpyHeaderBytes)));
  if (Error error = unpack(bytes, member, start))
    return error;
  Expected<NpyHeader> header = parseNpyHeader(start);
  if (!header)
    return fail("member '" + member.name + "' " + toString(header.takeError()));
  uint64_t present = member.size - header->dataOffset;
  if (present != uint64_t(header->dataBytes))
    return fail("member '" + member.name + "' holds " + Twine(present) + " bytes of data, " +
                describe(header->dtype, header->dims) + " needs " + Twine(header->dataBytes));
  return header;
}

static Error readHeaders(ArrayRef<char> bytes, std::vector<NpzEntry> &entries) {
  Expected<std::vector<ZipMember>> members = readZipDirectory(bytes);
  if (!members)
    return members.takeError();
  for (const ZipMember &member : *members) {
    StringRef name = member.name;
    if (!name.consume_back(".npy"))
      return fail("has member '" + name + "', accepted are .npy files");
    Expected<NpyHeader> header = readMemberHeader(bytes, member);
    if (!header)
      return header.takeError();
    entries.push_back({name.str(), std::move(*header)});
  }
  return Error::success();
}

Expected<std::vector<NpzEntry>> qc::data::readNpzHeaders(StringRef path) {
  Expected<MappedFile> file = MappedFile::open(path);
  if (!file)
    return file.takeError();
  std::vector<NpzEntry> entries;
  if (Error error = readHeaders(file->bytes, entries))
    return failFile(path, std::move(error));
  return entries;
}

static Expected<Tensor> readMember(const MappedFile &file, const ZipMember &member) {
  Expected<NpyHeader> header = readMemberHeader(file.bytes, member);
  if (!header)
    return header.takeError();
  // The size comes from the file: no memory is an error, not the end of the process.
  std::shared_ptr<char[]> unpacked(new (std::nothrow) char[size_t(member.size)]);
  if (!unpacked)
    return fail("member '" + member.name + "' unpacks to " + Twine(member.size) + " bytes, more than there is memory");
  MutableArrayRef<char> bytes(unpacked.get(), size_t(member.size));
  if (Error error = unpack(file.bytes, member, bytes))
    return error;
  return makeTensor(*header, ArrayRef<char>(bytes).drop_front(header->dataOffset), unpacked);
}

Expected<Tensor> qc::data::readNpz(StringRef path, StringRef name) {
  Expected<MappedFile> file = MappedFile::open(path);
  if (!file)
    return file.takeError();
  Expected<std::vector<ZipMember>> members = readZipDirectory(file->bytes);
  if (!members)
    return failFile(path, members.takeError());
  for (const ZipMember &member : *members) {
    if (member.name != (name + ".npy").str())
      continue;
    Expected<Tensor> tensor = readMember(*file, member);
    if (!tensor)
      return failFile(path, tensor.takeError());
    return tensor;
  }
  return failFile(path, "holds no array '" + name + "'");
}
