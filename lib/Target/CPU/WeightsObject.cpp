// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes the object of the weights by hand: one section, one symbol.
#include "lib/Target/CPU/Parts.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace llvm::ELF;

namespace qc::cpu {

namespace {
/// Section numbers, and their names' places in the table of names.
enum : unsigned { Null, Weights, NoteStack, Symbols, Strings, Names, NumSections };
constexpr StringLiteral sectionNames =
    StringLiteral::withInnerNUL("\0.lrodata\0.note.GNU-stack\0.symtab\0.strtab\0.shstrtab\0");
constexpr Elf64_Word nameOffsets[NumSections] = {0, 1, 10, 26, 34, 42};
} // namespace

static Elf64_Ehdr makeFileHeader(uint64_t sectionTable) {
  Elf64_Ehdr header = {};
  memcpy(header.e_ident, ElfMagic, 4);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_type = ET_REL;
  header.e_machine = EM_X86_64;
  header.e_version = EV_CURRENT;
  header.e_ehsize = sizeof(Elf64_Ehdr);
  header.e_shoff = sectionTable;
  header.e_shentsize = sizeof(Elf64_Shdr);
  header.e_shnum = NumSections;
  header.e_shstrndx = Names;
  return header;
}

static Elf64_Shdr makeSection(unsigned number, Elf64_Word type, uint64_t offset, uint64_t size, uint64_t align) {
  Elf64_Shdr section = {};
  section.sh_name = nameOffsets[number];
  section.sh_type = type;
  section.sh_offset = offset;
  section.sh_size = size;
  section.sh_addralign = align;
  return section;
}

template <typename T> static StringRef bytesOf(const T &value) {
  return StringRef(reinterpret_cast<const char *>(&value), sizeof(value));
}

Expected<ScratchFile> makeWeightsObject(uint64_t bytes) {
  std::string strings = std::string(1, '\0') + getWeightsSymbol().str() + std::string(1, '\0');
  Elf64_Sym symbols[2] = {};
  symbols[1].st_name = 1;
  symbols[1].setBindingAndType(STB_GLOBAL, STT_OBJECT);
  symbols[1].st_other = STV_HIDDEN;
  symbols[1].st_shndx = Weights;
  symbols[1].st_size = bytes;

  uint64_t symbolsAt = sizeof(Elf64_Ehdr); // 64: well aligned
  uint64_t stringsAt = symbolsAt + sizeof(symbols), namesAt = stringsAt + strings.size();
  std::string padding(alignTo(namesAt + sectionNames.size(), 8) - namesAt - sectionNames.size(), '\0');
  Elf64_Shdr sections[NumSections] = {};
  sections[Weights] = makeSection(Weights, SHT_NOBITS, symbolsAt, bytes, 64);
  sections[Weights].sh_flags = SHF_ALLOC | SHF_X86_64_LARGE;
  sections[NoteStack] = makeSection(NoteStack, SHT_PROGBITS, symbolsAt, 0, 1);
  sections[Symbols] = makeSection(Symbols, SHT_SYMTAB, symbolsAt, sizeof(symbols), 8);
  sections[Symbols].sh_link = Strings;
  sections[Symbols].sh_info = 1; // the first global symbol
  sections[Symbols].sh_entsize = sizeof(Elf64_Sym);
  sections[Strings] = makeSection(Strings, SHT_STRTAB, stringsAt, strings.size(), 1);
  sections[Names] = makeSection(Names, SHT_STRTAB, namesAt, sectionNames.size(), 1);
  Elf64_Ehdr header = makeFileHeader(namesAt + sectionNames.size() + padding.size());
  return ScratchFile::create({bytesOf(header), bytesOf(symbols), strings, sectionNames, padding, bytesOf(sections)});
}

} // namespace qc::cpu
