// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The objects of an artefact that are not kernels: its tables, and the runtime under the model's name.
#include "lib/Target/CPU/Parts.h"
#include "qc/Runtime/Embedded.h"
#include "qc/Target/CPU/EmitObject.h"
#include "llvm/ObjCopy/ConfigManager.h"
#include "llvm/ObjCopy/ObjCopy.h"
#include "llvm/Object/ELFObjectFile.h"

using namespace llvm;

namespace qc::cpu {

static constexpr StringLiteral apiPrefix = "qc_api_";

Expected<SmallVector<char, 0>> makeTablesObject(const ArtefactSpec &spec) {
  Expected<std::string> info = makeInfoJson(spec);
  if (!info)
    return info.takeError();
  LLVMContext context;
  std::unique_ptr<Module> module = makeProgramModule(context, spec, *info);
  return emitObject(*module, *spec.levels.front().level, {/*optLevel=*/0}); // there is no code in it
}

Expected<SmallVector<char, 0>> makeRuntimeObject(StringRef name) {
  Expected<std::unique_ptr<object::ObjectFile>> file =
      object::ObjectFile::createELFObjectFile(MemoryBufferRef(runtime::getRuntimeObject(), "runtime"));
  if (!file)
    return file.takeError();
  objcopy::ConfigManager config;
  StringMap<std::string> names; // owns what the configuration refers to
  for (const object::SymbolRef &symbol : (*file)->symbols()) {
    Expected<StringRef> old = symbol.getName();
    if (!old)
      return old.takeError();
    if (!old->starts_with(apiPrefix))
      continue;
    names[*old] = (name + "_" + old->drop_front(apiPrefix.size())).str();
    config.Common.SymbolsToRename[*old] = names[*old];
  }
  SmallVector<char, 0> result;
  raw_svector_ostream os(result);
  if (Error error = objcopy::executeObjcopyOnBinary(config, **file, os))
    return error;
  return result;
}

} // namespace qc::cpu
