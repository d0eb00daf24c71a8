// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Linking with lld inside this process.
#include "lib/Target/CPU/LinkOutput.h"
#include "lib/Target/CPU/Parts.h"
#include "lld/Common/Driver.h"
#include "qc/Runtime/Embedded.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallVectorExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ObjCopy/ConfigManager.h"
#include "llvm/ObjCopy/ObjCopy.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include <mutex>

LLD_HAS_DRIVER(elf)

using namespace llvm;

namespace qc::cpu {

/// lld's words as one line: the first error and every undefined symbol.
static Error explain(StringRef name, StringRef text) {
  StringRef first;
  SetVector<StringRef> undefined;
  for (StringRef line : split(text, '\n')) {
    StringRef message = line.split("error: ").second;
    if (first.empty())
      first = message;
    if (message.consume_front("undefined symbol: "))
      undefined.insert(message);
  }
  if (undefined.empty())
    return createStringError("linking '" + name + "' failed: " + (first.empty() ? text.trim() : first));
  return createStringError("'" + name +
                           "' needs functions that libc.so.6 does not give to an artefact: " + join(undefined, ", "));
}

static Error runLld(StringRef name, ArrayRef<const char *> args) {
  // lld keeps global state: one link at a time, and none after a crash in it.
  static std::mutex mutex;
  static bool usable = true;
  std::lock_guard<std::mutex> lock(mutex);
  if (!usable)
    return createStringError("linking '" + name + "' failed: the linker crashed before");
  std::string text;
  raw_string_ostream os(text);
  lld::Result result = lld::lldMain(args, os, os, {{lld::Gnu, &lld::elf::link}});
  usable = result.canRunAgain;
  return result.retCode == 0 ? Error::success() : explain(name, text);
}

static std::vector<std::string> makeArgs(const ArtefactSpec &spec, ArtefactKind kind) {
  if (kind == ArtefactKind::Object)
    return {"ld.lld", "-r"};
  std::vector<std::string> args = {
      "ld.lld", "-z", "defs", "-z", "relro", "-z", "now", "-z", "noexecstack", "--hash-style=gnu", "--build-id=none"};
  if (kind == ArtefactKind::SharedLibrary) {
    args.insert(args.end(), {"-shared", "-soname", spec.program.name + ".so"});
    return args;
  }
  args.insert(args.end(), {"-pie", "--dynamic-linker=/lib64/ld-linux-x86-64.so.2", "-e", "_start"});
  return args;
}

/// Bytes that the output does not exceed: its parts, and room for headers, tables and pages that are not full.
static uint64_t getOutputBound(ArrayRef<ScratchFile> objects) {
  uint64_t bytes = 128 << 10;
  for (const ScratchFile &object : objects) {
    uint64_t size = 0;
    if (!sys::fs::file_size(object.getPath(), size))
      bytes += size;
  }
  return bytes;
}

Expected<SmallVector<char, 0>> link(const ArtefactSpec &spec, ArtefactKind kind, ArrayRef<ScratchFile> objects) {
  Expected<std::unique_ptr<LinkOutput>> output = LinkOutput::create(getOutputBound(objects));
  if (!output)
    return output.takeError();
  Expected<ScratchFile> stub = ScratchFile::create({runtime::getLibcStub()});
  if (!stub)
    return stub.takeError();
  std::vector<std::string> args = makeArgs(spec, kind);
  args.insert(args.end(), {"--threads=1", "-o", (*output)->getPath()});
  for (const ScratchFile &object : objects)
    args.push_back(object.getPath());
  if (kind != ArtefactKind::Object)
    args.push_back(stub->getPath());
  auto pointers = map_to_vector(args, [](const std::string &arg) { return arg.c_str(); });
  if (Error error = runLld(spec.program.name, pointers))
    return error;
  return (*output)->take();
}

/// A relocatable link reports no undefined symbols: compares them with the list of the stub.
static Error checkUndefined(const object::ObjectFile &file) {
  StringSet<> known;
  for (StringRef line : split(runtime::getLibcSymbols(), '\n'))
    known.insert(line);
  std::string missing;
  for (const object::SymbolRef &symbol : file.symbols()) {
    Expected<uint32_t> flags = symbol.getFlags();
    Expected<StringRef> name = symbol.getName();
    if (!flags || !name)
      return joinErrors(flags.takeError(), name.takeError());
    // _GLOBAL_OFFSET_TABLE_ is the linker's own.
    if ((*flags & object::SymbolRef::SF_Undefined) && !name->empty() && *name != "_GLOBAL_OFFSET_TABLE_" &&
        !known.contains(*name))
      missing += (missing.empty() ? "" : ", ") + name->str();
  }
  if (missing.empty())
    return Error::success();
  return createStringError("the object needs functions that libc.so.6 does not give to an artefact: " + missing);
}

Expected<SmallVector<char, 0>> localizeHidden(ArrayRef<char> bytes) {
  Expected<std::unique_ptr<object::ObjectFile>> file =
      object::ObjectFile::createELFObjectFile(MemoryBufferRef(StringRef(bytes.data(), bytes.size()), "object"));
  if (!file)
    return file.takeError();
  if (Error error = checkUndefined(**file))
    return error;
  objcopy::ConfigManager config;
  config.ELF.LocalizeHidden = true;
  SmallVector<char, 0> result;
  raw_svector_ostream os(result);
  if (Error error = objcopy::executeObjcopyOnBinary(config, **file, os))
    return error;
  return result;
}

} // namespace qc::cpu
