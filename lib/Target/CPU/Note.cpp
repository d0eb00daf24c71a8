// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The ELF note that an artefact describes itself by: written and read.
#include "lib/Target/CPU/Parts.h"
#include "qc/Files/InputFile.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;

namespace qc::cpu {

// Layout of the note: the ELF note header {name size 4, description size, type 1}, "qc\0\0"; then the description: six
// little-endian 32-bit words {ABI version, lengths of name, level, JSON, hash (two words; 0: none)} and the three
// texts, each null terminated.
static constexpr size_t noteHeader = 16, numWords = 6, hashOffset = noteHeader + 4 * 4;
static constexpr uint32_t noteType = 1;

static void appendWord(std::string &text, size_t value) {
  char bytes[4];
  support::endian::write32le(bytes, uint32_t(value));
  text.append(bytes, 4);
}

std::string makeNote(const ArtefactSpec &spec, StringRef infoJson, size_t &jsonOffset) {
  StringRef name = spec.program.name, level = spec.levels.front().level->name;
  std::string description;
  for (size_t word : {size_t(QC_ABI_VERSION), name.size(), level.size(), infoJson.size(), size_t(0), size_t(0)})
    appendWord(description, word);
  for (StringRef text : {name, level, infoJson}) {
    jsonOffset = noteHeader + description.size();
    description += text;
    description += '\0';
  }
  description.resize(alignTo(description.size(), 4));
  std::string note;
  for (size_t word : {size_t(3), description.size(), size_t(noteType)})
    appendWord(note, word);
  note.append("qc\0\0", 4);
  return note + description;
}

static json::Value describe(ArrayRef<TensorSpec> tensors) {
  json::Array list;
  for (const TensorSpec &tensor : tensors)
    list.push_back(json::Object{{"name", json::fixUTF8(tensor.name)},
                                {"dtype", getDTypeName(tensor.dtype)},
                                {"dims", json::Array(tensor.dims)}});
  return list;
}

/// Inputs and outputs that are state, with their extents at first and at most.
static json::Value describeState(const ProgramSpec &program) {
  json::Array list;
  for (size_t i = 0, count = program.states.size(); i < count; ++i) {
    const TensorSpec &input = program.inputs[program.inputs.size() - count + i];
    const TensorSpec &output = program.outputs[program.outputs.size() - count + i];
    list.push_back(json::Object{{"input", json::fixUTF8(input.name)},
                                {"output", json::fixUTF8(output.name)},
                                {"dtype", getDTypeName(input.dtype)},
                                {"dims", json::Array(input.dims)},
                                {"begin", json::Array(program.states[i].begin)},
                                {"most", json::Array(program.states[i].most)}});
  }
  return list;
}

Expected<std::string> makeInfoJson(const ArtefactSpec &spec) {
  const ProgramSpec &program = spec.program;
  Expected<json::Value> parsed = json::parse(program.infoJson);
  if (!parsed)
    return parsed.takeError();
  json::Object *info = parsed->getAsObject();
  if (!info)
    return createStringError("the information of an artefact must be a JSON object");
  json::Array levels;
  for (const LevelCode &code : spec.levels)
    levels.push_back(code.level->name);
  (*info)["name"] = program.name;
  (*info)["abi"] = QC_ABI_VERSION;
  (*info)["qc_version"] = QC_VERSION_STRING;
  (*info)["levels"] = std::move(levels);
  (*info)["inputs"] = describe(program.getCallersInputs());
  (*info)["outputs"] = describe(program.getCallersOutputs());
  if (!program.states.empty())
    (*info)["state"] = describeState(program);
  (*info)["arena_bytes"] = program.getArenaBytes();
  (*info)["weight_bytes"] = program.weights.size();
  (*info)["kernels"] = spec.levels.front().kernels.size();
  (*info)["launches"] = program.launches.size();
  return formatv("{0:2}", *parsed).str();
}

/// Parses the contents of .note.qc; an empty optional: malformed.
static std::optional<ArtefactInfo> parseNote(StringRef note) {
  auto word = [&](size_t number) { return support::endian::read32le(note.data() + 4 * number); };
  if (note.size() < noteHeader + 4 * numWords || word(0) != 3 || word(2) != noteType ||
      note.substr(12, 3) != StringRef("qc\0", 3))
    return std::nullopt;
  ArtefactInfo info;
  info.abiVersion = word(4);
  StringRef rest = note.drop_front(noteHeader + 4 * numWords);
  std::string *texts[] = {&info.name, &info.level, &info.json};
  for (size_t i = 0; i < 3; ++i) {
    size_t length = word(5 + i);
    if (length >= rest.size() || rest[length] != 0)
      return std::nullopt;
    *texts[i] = rest.take_front(length).str();
    rest = rest.drop_front(length + 1);
  }
  return info;
}

/// The contents of the section .note.qc; an empty string where there is none.
static Expected<StringRef> findNote(const object::ObjectFile &file) {
  for (const object::SectionRef &section : file.sections()) {
    Expected<StringRef> name = section.getName();
    if (!name)
      return name.takeError();
    if (*name == ".note.qc")
      return section.getContents();
  }
  return StringRef();
}

/// The note of an ELF file; an empty string where there is none.
static Expected<StringRef> findNote(StringRef elf) {
  if (!elf.starts_with("\x7f"
                       "ELF"))
    return createStringError("is no artefact of qc: not an ELF file");
  Expected<std::unique_ptr<object::ObjectFile>> file = object::ObjectFile::createELFObjectFile({elf, ""});
  if (!file)
    return createStringError("is no artefact of qc: " + toString(file.takeError()));
  Expected<StringRef> note = findNote(**file);
  if (!note)
    return createStringError("is damaged: " + toString(note.takeError()));
  if (note->empty())
    return createStringError("is no artefact of qc: it has no section .note.qc");
  return *note;
}

Expected<size_t> findHash(StringRef elf) {
  Expected<StringRef> note = findNote(elf);
  if (!note)
    return note.takeError();
  return size_t(note->data() - elf.data()) + hashOffset;
}

/// Reads what `readArtefactNote` returns; errors begin with a verb.
static Expected<ArtefactInfo> readNote(StringRef elf) {
  Expected<StringRef> note = findNote(elf);
  if (!note)
    return note.takeError();
  std::optional<ArtefactInfo> info = parseNote(*note);
  if (!info)
    return createStringError("is damaged: its section .note.qc cannot be read");
  if (info->abiVersion != QC_ABI_VERSION)
    return createStringError("has ABI version " + Twine(info->abiVersion) + ", this qc reads version " +
                             Twine(QC_ABI_VERSION));
  Expected<bool> intact = isSealIntact(elf, size_t(note->data() - elf.data()) + hashOffset);
  if (!intact)
    return createStringError("is damaged: " + toString(intact.takeError()));
  if (!*intact)
    return createStringError("is damaged: its code and data are not those that qc-compile wrote");
  return *info;
}

Expected<ArtefactInfo> readArtefactNote(ArrayRef<char> elf, StringRef nameForErrors) {
  Expected<ArtefactInfo> info = readNote(StringRef(elf.data(), elf.size()));
  if (!info)
    return createStringError("'" + nameForErrors + "' " + toString(info.takeError()));
  return info;
}

Expected<ArtefactInfo> readArtefactNote(StringRef path) {
  Expected<std::unique_ptr<MemoryBuffer>> file = readRegularFile(path);
  if (!file)
    return file.takeError();
  return readArtefactNote(ArrayRef<char>((*file)->getBufferStart(), (*file)->getBufferSize()), path);
}

} // namespace qc::cpu
