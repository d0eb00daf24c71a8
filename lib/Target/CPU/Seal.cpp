// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A hash of all bytes of an ELF file that are loaded.
#include "lib/Target/CPU/Parts.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Object/ELF.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/xxhash.h"

using namespace llvm;

namespace qc::cpu {

namespace {
struct Range {
  uint64_t begin, end;
};
} // namespace

/// What is loaded but may differ: the hash itself, and what `strip` changes: where the table of sections lies, and the
/// place in the file of segments that have nothing there.
static SmallVector<Range> getFreeRanges(const object::ELF64LEFile &file, size_t hashOffset) {
  using Header = object::ELF64LE::Ehdr;
  using Segment = object::ELF64LE::Phdr;
  SmallVector<Range> ranges = {
      {offsetof(Header, e_shoff), offsetof(Header, e_shoff) + sizeof(Header::e_shoff)},
      {offsetof(Header, e_shentsize), sizeof(Header)},
      {hashOffset, hashOffset + kHashBytes},
  };
  for (const Segment &segment : cantFail(file.program_headers()))
    if (segment.p_filesz == 0) {
      uint64_t place = reinterpret_cast<const uint8_t *>(&segment.p_offset) - file.base();
      ranges.push_back({place, place + sizeof(segment.p_offset)});
    }
  llvm::sort(ranges, [](const Range &a, const Range &b) { return a.begin < b.begin; });
  return ranges;
}

/// Bytes that are hashed at once.
static constexpr uint64_t kChunk = 1 << 20;

Expected<uint64_t> hashLoadedBytes(const FileBytes &elf, size_t hashOffset) {
  Expected<object::ELF64LEFile> file = object::ELF64LEFile::create(elf.head);
  if (!file)
    return file.takeError();
  auto segments = file->program_headers();
  if (!segments)
    return segments.takeError();
  SmallVector<Range> free = getFreeRanges(*file, hashOffset);
  SmallVector<uint64_t> parts; // place, size, hash of each piece
  auto add = [&](uint64_t begin, uint64_t end) {
    for (uint64_t size; begin < end; begin += size) {
      size = std::min(end - begin, kChunk);
      parts.append({begin, size, xxh3_64bits(elf.read(begin, begin + size))});
    }
  };
  for (const auto &segment : *segments) {
    if (segment.p_type != ELF::PT_LOAD || segment.p_filesz == 0)
      continue;
    uint64_t at = segment.p_offset, end = at + segment.p_filesz;
    if (end < at || end > elf.size)
      return createStringError("a segment lies outside of the file");
    for (const Range &range : free)
      if (range.begin >= at && range.end <= end) {
        add(at, range.begin);
        at = range.end;
      }
    add(at, end);
  }
  if (parts.empty())
    return 0;
  ArrayRef<uint8_t> all(reinterpret_cast<const uint8_t *>(parts.data()), parts.size() * sizeof(uint64_t));
  return std::max<uint64_t>(xxh3_64bits(all), 1);
}

Expected<bool> isSealIntact(StringRef elf, size_t hashOffset) {
  uint64_t written = support::endian::read64le(elf.data() + hashOffset);
  if (written == 0)
    return true;
  auto read = [&](uint64_t begin, uint64_t end) { return elf.slice(begin, end); };
  Expected<uint64_t> hash = hashLoadedBytes({elf, elf.size(), read}, hashOffset);
  if (!hash)
    return hash.takeError();
  return *hash == written;
}

} // namespace qc::cpu
