// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Weights put into a linked file.
#include "lib/Target/CPU/Image.h"
#include "lib/Target/CPU/Parts.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace llvm::ELF;

namespace qc::cpu {

/// Room and shifts are multiples of it, so that places in the file and in memory agree as they have to.
static constexpr uint64_t kPage = 4096, kWeightAlignment = 64;

uint64_t getWeightsRoom(const Weights &weights) {
  constexpr uint64_t tailBytes = 64;
  return alignTo(uint64_t(weights.size()), 8) + tailBytes;
}

namespace {
/// The tables of an ELF file in memory, to be changed. The linker wrote them: they lie inside the file.
struct Tables {
  explicit Tables(SmallVectorImpl<char> &elf)
      : header(reinterpret_cast<Elf64_Ehdr *>(elf.data())),
        segments(reinterpret_cast<Elf64_Phdr *>(elf.data() + header->e_phoff), header->e_phnum),
        sections(reinterpret_cast<Elf64_Shdr *>(elf.data() + header->e_shoff), header->e_shnum) {}

  /// The section that waits for the weights.
  Elf64_Shdr *findRoom(uint64_t room) {
    for (Elf64_Shdr &section : sections)
      if (section.sh_type == SHT_NOBITS && (section.sh_flags & SHF_X86_64_LARGE) && section.sh_size == room)
        return &section;
    return nullptr;
  }

  Elf64_Ehdr *header;
  MutableArrayRef<Elf64_Phdr> segments;
  MutableArrayRef<Elf64_Shdr> sections;
};
} // namespace

static Error failLayout(StringRef what) {
  return createStringError("the linker left no place for the weights: " + what);
}

/// An object: at the end of the file.
Error Image::placeInFile(uint64_t room) {
  Tables tables(linked);
  Elf64_Shdr *section = tables.findRoom(room);
  if (!section)
    return failLayout("no section");
  split = rest = linked.size();
  begin = alignTo(split, kWeightAlignment);
  resume = begin + room;
  section->sh_type = SHT_PROGBITS;
  section->sh_offset = begin;
  return Error::success();
}

/// A library or program: where the section lies in its segment, which it ends. What follows in the file moves.
Error Image::placeInSegment(uint64_t room) {
  Tables tables(linked);
  Elf64_Shdr *section = tables.findRoom(room);
  if (!section)
    return failLayout("no section");
  Elf64_Phdr *home = find_if(tables.segments, [&](const Elf64_Phdr &segment) {
    return segment.p_type == PT_LOAD && segment.p_vaddr <= section->sh_addr &&
           section->sh_addr + room == segment.p_vaddr + segment.p_memsz;
  });
  if (home == tables.segments.end())
    return failLayout("it does not end a segment");
  split = home->p_offset + home->p_filesz;
  begin = home->p_offset + (section->sh_addr - home->p_vaddr);
  if (split > begin || split > linked.size())
    return failLayout("it overlaps with other sections");
  // Other sections without contents may share its place in the file.
  rest = tables.header->e_shoff;
  for (const Elf64_Shdr &other : tables.sections)
    if (other.sh_type != SHT_NOBITS && other.sh_offset >= split)
      rest = std::min<uint64_t>(rest, other.sh_offset);
  uint64_t shift = alignTo(begin + room - rest, kPage); // no more than needed, as `strip` would have it
  resume = rest + shift;
  for (Elf64_Phdr &segment : tables.segments)
    if (&segment != home && segment.p_offset >= split)
      segment.p_offset += shift;
  for (Elf64_Shdr &other : tables.sections)
    if (other.sh_offset >= split)
      other.sh_offset += shift;
  tables.header->e_shoff += shift;
  home->p_filesz = home->p_memsz;
  section->sh_type = SHT_PROGBITS;
  section->sh_offset = begin;
  return Error::success();
}

Expected<Image> Image::make(SmallVector<char, 0> linked, const Weights &weights) {
  Expected<size_t> hash = findHash(StringRef(linked.data(), linked.size()));
  if (!hash)
    return hash.takeError();
  Image image;
  image.hashPlace = *hash;
  image.linked = std::move(linked);
  image.weights = weights;
  uint64_t room = getWeightsRoom(weights);
  bool isObject = Tables(image.linked).header->e_type == ET_REL;
  if (Error error = isObject ? image.placeInFile(room) : image.placeInSegment(room))
    return error;
  return image;
}

SmallVector<StringRef> Image::slice(uint64_t from, uint64_t to) const {
  SmallVector<StringRef> parts;
  // Calls `add` with what of [first, last) is wanted, counted from `first`.
  auto clip = [&](uint64_t first, uint64_t last, function_ref<void(uint64_t, uint64_t)> add) {
    if (std::max(first, from) < std::min(last, to))
      add(std::max(first, from) - first, std::min(last, to) - first);
  };
  auto addZeros = [&](uint64_t a, uint64_t b) {
    static constexpr char zeros[2 * kPage] = {};
    parts.push_back(StringRef(zeros, b - a));
  };
  StringRef bytes(linked.data(), linked.size());
  uint64_t end = begin + uint64_t(weights.size());
  clip(0, split, [&](uint64_t a, uint64_t b) { parts.push_back(bytes.slice(a, b)); });
  clip(split, begin, addZeros);
  clip(begin, end, [&](uint64_t a, uint64_t b) { parts.append(weights.slice(int64_t(a), int64_t(b))); });
  clip(end, resume, addZeros);
  clip(resume, size(), [&](uint64_t a, uint64_t b) { parts.push_back(bytes.substr(rest).slice(a, b)); });
  return parts;
}

Error Image::seal() {
  SmallString<0> joined;
  auto read = [&](uint64_t from, uint64_t to) -> StringRef {
    SmallVector<StringRef> parts = slice(from, to);
    if (parts.size() == 1)
      return parts.front();
    joined.clear();
    for (StringRef part : parts)
      joined += part;
    return joined;
  };
  Expected<uint64_t> hash = hashLoadedBytes({StringRef(linked.data(), split), size(), read}, toFile(hashPlace));
  if (!hash)
    return hash.takeError();
  support::endian::write64le(linked.data() + hashPlace, *hash);
  return Error::success();
}

} // namespace qc::cpu
