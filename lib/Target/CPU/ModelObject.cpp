// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The one object of an artefact that is not a kernel: its tables, linked as IR with the runtime (and the runner).
#include "lib/Target/CPU/Parts.h"
#include "qc/Runtime/Embedded.h"
#include "qc/Target/CPU/EmitObject.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/MemoryBufferRef.h"
#include "llvm/Transforms/IPO/Internalize.h"

using namespace llvm;

namespace qc::cpu {

static constexpr StringLiteral apiPrefix = "qc_api_";

static Error addBitcode(Linker &linker, Module &module, StringRef bitcode) {
  Expected<std::unique_ptr<Module>> part = parseBitcodeFile(MemoryBufferRef(bitcode, "runtime"), module.getContext());
  if (!part)
    return part.takeError();
  module.setTargetTriple((*part)->getTargetTriple());
  module.setDataLayout((*part)->getDataLayout());
  if (linker.linkInModule(std::move(*part)))
    return createStringError("the embedded runtime does not fit the program's tables");
  return Error::success();
}

/// Gives the API functions the model's name, and makes everything local that is not for the outside.
static void restrictSymbols(Module &module, StringRef name, ArtefactKind kind) {
  bool isProgram = kind == ArtefactKind::Executable;
  for (Function &function : module) {
    if (isProgram || !function.getName().starts_with(apiPrefix))
      continue;
    function.setName(name + "_" + function.getName().drop_front(apiPrefix.size()));
    function.setVisibility(GlobalValue::DefaultVisibility);
  }
  internalizeModule(module, [&](const GlobalValue &value) {
    if (isProgram)
      return value.getName() == "_start" || value.getName() == "main";
    return isa<Function>(value) && value.hasDefaultVisibility();
  });
}

Expected<SmallVector<char, 0>> makeModelObject(const ArtefactSpec &spec, ArtefactKind kind) {
  Expected<std::string> info = makeInfoJson(spec);
  if (!info)
    return info.takeError();
  LLVMContext context;
  std::unique_ptr<Module> module = makeProgramModule(context, spec, *info);
  Linker linker(*module);
  if (Error error = addBitcode(linker, *module, runtime::getRuntimeBitcode()))
    return error;
  if (kind == ArtefactKind::Executable)
    if (Error error = addBitcode(linker, *module, runtime::getRunnerBitcode()))
      return error;
  restrictSymbols(*module, spec.program.name, kind);
  // The compiler that made the runtime is no part of the artefact.
  if (NamedMDNode *ident = module->getNamedMetadata("llvm.ident"))
    ident->eraseFromParent();
  // The runtime is optimised already.
  return emitObject(*module, *spec.levels.front().level, {/*optLevel=*/1});
}

} // namespace qc::cpu
