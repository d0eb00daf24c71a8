// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The part of the zip format that .npz files use.
#include "Zip.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Endian.h"
#include <algorithm>
#include <zlib.h>

using namespace llvm;
using namespace llvm::support::endian;
using namespace qc::data;

namespace {
constexpr uint32_t kLocalMagic = 0x04034b50, kCentralMagic = 0x02014b50, kEndMagic = 0x06054b50,
                   kEnd64Magic = 0x06064b50, kLocator64Magic = 0x07064b50;
constexpr size_t kLocalSize = 30, kCentralSize = 46, kEndSize = 22, kEnd64Size = 56, kLocator64Size = 20;
/// Deflate packs at most 1032 to 1; more is a lie that would only cost memory.
constexpr uint64_t kMaxRatio = 1032;

struct Directory {
  uint64_t offset, size, count;
};
} // namespace

static Error damaged(const Twine &what) { return fail("is a damaged or truncated archive: " + what); }

/// True where [offset, offset + size) lies in `bytes`.
static bool isInside(ArrayRef<char> bytes, uint64_t offset, uint64_t size) {
  return offset <= bytes.size() && size <= bytes.size() - offset;
}

/// Position of the end record: at the end of the file, before a comment of at most 65535 bytes.
static std::optional<size_t> findEnd(ArrayRef<char> bytes) {
  if (bytes.size() < kEndSize)
    return std::nullopt;
  size_t last = bytes.size() - kEndSize, first = last > 65535 ? last - 65535 : 0;
  for (size_t i = last + 1; i-- > first;)
    if (read32le(&bytes[i]) == kEndMagic && i + kEndSize + read16le(&bytes[i + 20]) == bytes.size())
      return i;
  return std::nullopt;
}

static Expected<Directory> findDirectory(ArrayRef<char> bytes) {
  std::optional<size_t> end = findEnd(bytes);
  if (!end)
    return damaged("no end record");
  const char *record = &bytes[*end];
  if (read16le(record + 4) != 0 || read16le(record + 6) != 0)
    return fail("is one part of a split archive, accepted is an archive in one file");
  Directory directory{read32le(record + 16), read32le(record + 12), read16le(record + 10)};
  bool wide = directory.offset == UINT32_MAX || directory.size == UINT32_MAX || directory.count == UINT16_MAX;
  if (wide && *end >= kLocator64Size && read32le(record - kLocator64Size) == kLocator64Magic) {
    uint64_t position = read64le(record - kLocator64Size + 8);
    if (!isInside(bytes, position, kEnd64Size) || read32le(&bytes[position]) != kEnd64Magic)
      return damaged("no zip64 end record");
    const char *record64 = &bytes[position];
    directory = {read64le(record64 + 48), read64le(record64 + 40), read64le(record64 + 32)};
  }
  if (!isInside(bytes, directory.offset, directory.size) || directory.count > directory.size / kCentralSize)
    return damaged("directory outside the file");
  return directory;
}

/// Replaces saturated 32-bit fields by those of the zip64 extra field, in its fixed order.
static Error readZip64Extra(ArrayRef<char> extra, ZipMember &member) {
  uint64_t *fields[] = {&member.size, &member.packedSize, &member.headerOffset};
  while (extra.size() >= 4) {
    unsigned id = read16le(extra.data()), length = read16le(extra.data() + 2);
    extra = extra.drop_front(4);
    if (length > extra.size())
      return damaged("extra field of member '" + member.name + "'");
    ArrayRef<char> body = extra.take_front(length);
    extra = extra.drop_front(length);
    if (id != 1)
      continue;
    for (uint64_t *field : fields) {
      if (*field != UINT32_MAX)
        continue;
      if (body.size() < 8)
        return damaged("zip64 field of member '" + member.name + "'");
      *field = read64le(body.data());
      body = body.drop_front(8);
    }
  }
  return Error::success();
}

static Error checkMember(const ZipMember &member, unsigned flags) {
  if (flags & 0x41)
    return fail("has encrypted member '" + member.name + "', accepted are plain ones");
  if (member.method != 0 && member.method != 8)
    return fail("has member '" + member.name + "' packed by method " + Twine(member.method) +
                ", accepted are stored (0) and deflate (8)");
  if (member.method == 0 && member.size != member.packedSize)
    return damaged("member '" + member.name + "' is stored with two sizes");
  if (member.method == 8 && member.size / kMaxRatio > member.packedSize)
    return damaged("member '" + member.name + "' claims " + Twine(member.size) + " bytes packed in " +
                   Twine(member.packedSize));
  return Error::success();
}

/// Reads one directory record and removes it from `rest`.
static Expected<ZipMember> takeRecord(ArrayRef<char> &rest) {
  if (rest.size() < kCentralSize || read32le(rest.data()) != kCentralMagic)
    return damaged("directory record");
  const char *record = rest.data();
  ZipMember member;
  member.method = read16le(record + 10);
  member.crc = read32le(record + 16);
  member.packedSize = read32le(record + 20);
  member.size = read32le(record + 24);
  member.headerOffset = read32le(record + 42);
  size_t nameSize = read16le(record + 28), extraSize = read16le(record + 30), commentSize = read16le(record + 32);
  if (rest.size() - kCentralSize < nameSize + extraSize + commentSize)
    return damaged("directory record");
  member.name.assign(record + kCentralSize, nameSize);
  if (Error error = readZip64Extra(rest.slice(kCentralSize + nameSize, extraSize), member))
    return error;
  if (Error error = checkMember(member, read16le(record + 8)))
    return error;
  rest = rest.drop_front(kCentralSize + nameSize + extraSize + commentSize);
  return member;
}

Expected<std::vector<ZipMember>> qc::data::readZipDirectory(ArrayRef<char> bytes) {
  Expected<Directory> directory = findDirectory(bytes);
  if (!directory)
    return directory.takeError();
  ArrayRef<char> rest = bytes.slice(directory->offset, directory->size);
  std::vector<ZipMember> members;
  StringSet<> names;
  for (uint64_t i = 0; i < directory->count; ++i) {
    Expected<ZipMember> member = takeRecord(rest);
    if (!member)
      return member.takeError();
    if (!names.insert(member->name).second)
      return fail("has member '" + member->name + "' twice");
    members.push_back(std::move(*member));
  }
  return members;
}

Expected<ArrayRef<char>> qc::data::getPackedData(ArrayRef<char> bytes, const ZipMember &member) {
  if (!isInside(bytes, member.headerOffset, kLocalSize) || read32le(&bytes[member.headerOffset]) != kLocalMagic)
    return damaged("no local header of member '" + member.name + "'");
  const char *header = &bytes[member.headerOffset];
  uint64_t start = member.headerOffset + kLocalSize + read16le(header + 26) + read16le(header + 28);
  if (!isInside(bytes, start, member.packedSize))
    return damaged("member '" + member.name + "' ends outside the file");
  return bytes.slice(start, member.packedSize);
}

/// Inflates `packed` until `out` is full. zlib counts in 32 bits, so both sides go through in parts.
static Error inflateTo(ArrayRef<char> packed, MutableArrayRef<char> out, const ZipMember &member) {
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
    return fail("cannot be unpacked: zlib does not start");
  constexpr size_t part = size_t(1) << 30;
  int state = Z_OK;
  while (state == Z_OK && !out.empty()) {
    size_t given = std::min(part, packed.size()), room = std::min(part, out.size());
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(packed.data()));
    stream.avail_in = uInt(given);
    stream.next_out = reinterpret_cast<Bytef *>(out.data());
    stream.avail_out = uInt(room);
    state = inflate(&stream, Z_NO_FLUSH);
    packed = packed.drop_front(given - stream.avail_in);
    out = out.drop_front(room - stream.avail_out);
  }
  inflateEnd(&stream);
  if (!out.empty())
    return damaged("member '" + member.name + "' does not unpack to its size");
  return Error::success();
}

Error qc::data::unpack(ArrayRef<char> bytes, const ZipMember &member, MutableArrayRef<char> out) {
  Expected<ArrayRef<char>> packed = getPackedData(bytes, member);
  if (!packed)
    return packed.takeError();
  out = out.take_front(size_t(std::min<uint64_t>(out.size(), member.size)));
  if (member.method == 8) {
    if (Error error = inflateTo(*packed, out, member))
      return error;
  } else if (!out.empty()) {
    std::copy_n(packed->begin(), out.size(), out.begin());
  }
  if (out.size() == member.size && crc32_z(0, reinterpret_cast<const Bytef *>(out.data()), out.size()) != member.crc)
    return damaged("member '" + member.name + "' has another checksum");
  return Error::success();
}
